package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"

	"kabar/server/page"
	"kabar/server/store"
	"kabar/web"
)

// file is something of ours that is the same for every reader.
type file struct {
	kind  string // media type
	plain []byte // nil when only codings are kept
	coded map[string]func() ([]byte, error)
	etag  string

	// What a reader of an older release needs to get this one, in dcz, by the DictionaryID of what they have. Made after the start.
	deltas atomic.Pointer[map[string][]byte]
}

const (
	javascript = "text/javascript; charset=utf-8"
	wasm       = "application/wasm"
	immutable  = "public, max-age=31536000, immutable"

	// dictionary tells a browser to keep the app, and to say that it has it when it asks for another (RFC 9842, 2.1).
	dictionary = `match="/app/app.*.wasm"`
)

var errNoAssets = errors.New("the app has not been built; make build builds it")

// newFile compresses a file as small as can be, in each coding when it is first asked for: a start waits for none of them.
func newFile(kind string, content []byte) *file {
	f := &file{kind: kind, plain: content, coded: map[string]func() ([]byte, error){}}
	for _, c := range page.Encodings {
		f.coded[c] = sync.OnceValues(func() ([]byte, error) { return page.Encode(c, content) })
	}
	return f
}

// asset is the file as it is kept for the pages of this release, once there is another: few will ask for it then.
func (f *file) asset(name string) (store.Asset, error) {
	data, err := page.EncodeQuickly("br", f.plain)
	return store.Asset{Name: name, Kind: f.kind, Brotli: data}, err
}

// already is a coding that is there.
func already(data []byte) func() ([]byte, error) {
	return func() ([]byte, error) { return data, nil }
}

// hash is short enough for a name, and long enough that no two files share one.
func hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:8])
}

// newLoader prepares embed.js.
func newLoader() (*file, error) {
	src, err := web.FS.ReadFile("embed.js")
	if err != nil {
		return nil, fmt.Errorf("reading embed.js: %w", err)
	}
	content := []byte(web.Squeeze(string(src)))
	f := newFile(javascript, content)
	f.etag = `W/"` + hash(content) + `"`
	return f, nil
}

// assets gathers the app's files under names made of their content, so that a browser keeps each for ever; and those of recent releases, whose
// pages are still open somewhere.
func (s *server) assets(ctx context.Context) (page.Assets, error) {
	s.files = map[string]*file{}
	names, keep, err := s.pocket()
	if err != nil {
		return page.Assets{}, err
	}
	bundle, err := web.Load()
	if err != nil || bundle == nil {
		return names, err
	}
	script := bytes.Clone(bundle.Exec)
	for _, part := range []string{"adopt.js", "start.js"} {
		src, err := web.FS.ReadFile(part)
		if err != nil {
			return page.Assets{}, fmt.Errorf("reading %s: %w", part, err)
		}
		script = append(append(script, src...), '\n')
	}
	start, startName := newFile(javascript, script), "start."+hash(script)+".js"
	kept, err := start.asset(startName)
	if err != nil {
		return page.Assets{}, err
	}
	names.Start, names.WASM = "/app/"+startName, "/app/"+bundle.Name
	keep = append(keep, kept, store.Asset{Name: bundle.Name, Kind: wasm, Brotli: bundle.Brotli})
	if err := s.store.KeepAssets(ctx, keep); err != nil {
		return page.Assets{}, err
	}
	all, err := s.store.Assets(ctx)
	if err != nil {
		return page.Assets{}, err
	}
	for _, a := range all {
		if s.files[a.Name] != nil {
			continue
		}
		s.files[a.Name] = &file{kind: a.Kind, coded: map[string]func() ([]byte, error){"br": already(a.Brotli)}}
	}
	s.files[startName] = start
	s.files[bundle.Name].coded["gzip"] = already(bundle.Gzip)
	return names, nil
}

// updates makes what the readers of each recent release need to get this one. It takes a third of a second for each, and some memory, so one
// follows another, beside the first readers.
func (s *server) updates(ctx context.Context) error {
	current := s.files[s.app]
	if current == nil {
		return nil
	}
	var to []byte
	deltas := map[string][]byte{}
	for _, f := range s.files {
		if f.kind != wasm || f == current || ctx.Err() != nil {
			continue
		}
		from, err := f.content()
		if err != nil {
			return err
		}
		if to == nil { // most starts have no other release, and need not unpack this one
			if to, err = current.content(); err != nil {
				return err
			}
		}
		if deltas[web.DictionaryID(from)], err = web.Delta(from, to); err != nil {
			return err
		}
	}
	current.deltas.Store(&deltas)
	if len(deltas) > 0 {
		debug.FreeOSMemory() // making one takes 60 MB, which nothing will need again
	}
	return nil
}

// content unpacks the file.
func (f *file) content() ([]byte, error) {
	if f.plain != nil {
		return f.plain, nil
	}
	packed, err := f.coded["br"]()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(brotli.NewReader(bytes.NewReader(packed)))
	if err != nil {
		return nil, fmt.Errorf("unpacking a file of the app: %w", err)
	}
	return content, nil
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
	accept := r.Header.Get("Accept-Encoding")
	var offered []string
	for _, c := range page.Encodings {
		if f.coded[c] != nil {
			offered = append(offered, c)
		}
	}
	coding := page.Negotiate(accept, offered)
	var body []byte
	if f.kind == wasm {
		h.Set("Vary", "Accept-Encoding, Available-Dictionary")
		h.Set("Use-As-Dictionary", dictionary)
		if deltas := f.deltas.Load(); deltas != nil {
			if d := (*deltas)[r.Header.Get("Available-Dictionary")]; d != nil && page.Negotiate(accept, []string{"dcz"}) != "" {
				coding, body = "dcz", d
			}
		}
	}
	var err error
	switch {
	case body != nil: // an update
	case coding != "":
		body, err = f.coded[coding]()
	default:
		// Of a large file only the smallest forms are kept; the few who take neither get it unpacked.
		body, err = f.content()
	}
	if err != nil {
		return err
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body)
	}
	return nil
}
