//go:build js && wasm

// Package rest hands the browser back to its reader for a moment.
package rest

import "syscall/js"

// Now returns when the browser has painted, has nothing else to do, and no finger is down. A start that does not rest holds every tap up
// until it is over.
func Now() {
	rested := make(chan struct{})
	f := js.FuncOf(func(js.Value, []js.Value) any { close(rested); return nil })
	defer f.Release()
	js.Global().Get("kabar").Call("rest", f)
	<-rested
}

// The packages that are initialised before this one take about as long as those after it.
func init() { Now() }
