package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kabar/server/page"
	"kabar/server/picture"
	"kabar/web"
)

// file is something of ours that is the same for every reader.
type file struct {
	kind  string // media type
	plain []byte // nil when only codings are kept
	coded map[string][]byte
	etag  string
}

// files are the app's own, by the last part of their address.
type files map[string]*file

const (
	javascript = "text/javascript; charset=utf-8"
	immutable  = "public, max-age=31536000, immutable"
)

// assets gathers the app's files under names made of their content, so that a browser keeps each for ever.
func assets() (files, page.Assets, error) {
	bundle, err := web.Load()
	if err != nil {
		return nil, page.Assets{}, err
	}
	if bundle == nil {
		return files{}, page.Assets{}, nil
	}
	var start []byte
	start = append(start, bundle.Exec...)
	for _, name := range []string{"adopt.js", "start.js"} {
		src, err := web.FS.ReadFile(name)
		if err != nil {
			return nil, page.Assets{}, fmt.Errorf("reading %s: %w", name, err)
		}
		start = append(append(start, src...), '\n')
	}
	f := &file{kind: javascript, plain: start, coded: map[string][]byte{}}
	for _, c := range page.Encodings {
		if f.coded[c], err = page.Encode(c, start); err != nil {
			return nil, page.Assets{}, err
		}
	}
	sum := sha256.Sum256(start)
	name := "start." + hex.EncodeToString(sum[:8]) + ".js"
	fs := files{
		name:        f,
		bundle.Name: {kind: "application/wasm", coded: map[string][]byte{"br": bundle.Brotli, "gzip": bundle.Gzip}},
	}
	return fs, page.Assets{Start: "/app/" + name, WASM: "/app/" + bundle.Name}, nil
}

func (s *server) asset(w http.ResponseWriter, r *http.Request) error {
	f := s.files[r.PathValue("file")]
	if f == nil {
		return notFound("file")
	}
	open(w)
	w.Header().Set("Cache-Control", immutable)
	return f.send(w, r)
}

// send answers in the best coding that the client takes.
func (f *file) send(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	if f.etag != "" {
		h.Set("ETag", f.etag)
		if matches(r.Header.Get("If-None-Match"), f.etag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	var offered []string
	for _, c := range page.Encodings {
		if f.coded[c] != nil {
			offered = append(offered, c)
		}
	}
	coding := page.Negotiate(r.Header.Get("Accept-Encoding"), offered)
	body := f.coded[coding]
	if coding != "" {
		h.Set("Content-Encoding", coding)
	} else if body = f.plain; body == nil {
		// Only the smallest forms are kept; the few who take neither get it unpacked as it is sent.
		z, err := gzip.NewReader(bytes.NewReader(f.coded["gzip"]))
		if err != nil {
			return fmt.Errorf("unpacking a file of ours: %w", err)
		}
		io.Copy(w, z) // the client may have gone
		return nil
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return nil
}

// image answers with one of our copies of a picture.
func (s *server) image(w http.ResponseWriter, r *http.Request) error {
	name, width, ext, ok := picture.ParseName(r.PathValue("file"))
	if !ok {
		return notFound("picture")
	}
	data, err := s.store.PictureFile(r.Context(), name, width, ext)
	if err != nil {
		return err
	}
	if data == nil {
		return notFound("picture")
	}
	open(w)
	h := w.Header()
	h.Set("Cache-Control", immutable)
	h.Set("Content-Type", map[string]string{"webp": "image/webp", "jpg": "image/jpeg"}[ext])
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method != http.MethodHead {
		w.Write(data)
	}
	return nil
}

// loader is the script of host pages. Its address never changes, so it is kept for an hour and asked for again after.
func (s *server) loader(w http.ResponseWriter, r *http.Request) error {
	open(w)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return s.embedJS.send(w, r)
}

// newLoader prepares embed.js once.
func newLoader() (*file, error) {
	src, err := web.FS.ReadFile("embed.js")
	if err != nil {
		return nil, fmt.Errorf("reading embed.js: %w", err)
	}
	f := &file{kind: javascript, plain: []byte(web.Squeeze(string(src))), coded: map[string][]byte{}}
	for _, c := range page.Encodings {
		if f.coded[c], err = page.Encode(c, f.plain); err != nil {
			return nil, err
		}
	}
	sum := sha256.Sum256(f.plain)
	f.etag = `W/"` + hex.EncodeToString(sum[:12]) + `"`
	return f, nil
}

// icon is a newspaper's column, drawn for the tab of a browser.
const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#8a1c1c"/><path d="M8 9h16v4H8zm0 7h16v2H8zm0 5h10v2H8z" fill="#fff"/></svg>`

func (s *server) favicon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	io.WriteString(w, icon)
	return nil
}

func (s *server) robotsTXT(w http.ResponseWriter, r *http.Request) error {
	var b strings.Builder
	b.WriteString("User-agent: *\nDisallow: /go/\nDisallow: /api/\n")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	io.WriteString(w, b.String())
	return nil
}

// health says that the server lives and that its database answers.
func (s *server) health(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.Ping(r.Context()); err != nil {
		return &httpError{status: http.StatusServiceUnavailable, code: "database", message: "the database does not answer", err: err}
	}
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "ok\n")
	return nil
}

var errNoAssets = errors.New("the app has not been built; make build builds it")
