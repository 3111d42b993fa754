//go:build !js

package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/klauspost/compress/gzhttp"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// serve answers on a free port until it is ended. It is started in a folder with news.json, img/ and web/app.wasm.
func serve() {
	if err := listen(); err != nil {
		fmt.Fprintln(os.Stderr, "stock:", err)
		os.Exit(1)
	}
}

func listen() error {
	content, err := os.ReadFile("news.json")
	if err != nil {
		return fmt.Errorf("reading the news: %w", err)
	}
	if err := json.Unmarshal(content, &served); err != nil {
		return fmt.Errorf("reading the news: %w", err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	files := http.FileServer(http.Dir("."))
	mux := http.NewServeMux()
	mux.Handle("/", &app.Handler{Name: "KPU Kabupaten Brebes", Title: "Berita Terkini", Description: "Berita terkini KPU Kabupaten Brebes", Lang: "id",
		Icon: app.Icon{Default: "/img/icon.svg", Large: "/img/icon.svg", SVG: "/img/icon.svg"}})
	mux.Handle("/news.json", files)
	mux.Handle("/img/", files)
	fmt.Println("listens on", ln.Addr())
	return http.Serve(ln, gzhttp.GzipHandler(mux))
}
