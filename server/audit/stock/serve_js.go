package main

func serve() {} // the browser does not
