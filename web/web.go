// Package web holds what a reader's browser loads: scripts, styles, icons, and the app as WebAssembly, once it was built
// (go run ./web/bundle). They are embedded, so that a server is one file; a checkout in which nothing was built compiles as well, and serves
// pages that work without the app.
package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
)

// FS holds the files of this folder.
//
//go:embed app.* *.css *.js
var FS embed.FS

// Bundle is the app, ready to be sent.
type Bundle struct {
	Name   string // app.<hash of the content>.wasm: what has this name never changes
	Brotli []byte // the binary in brotli 11
	Gzip   []byte // the binary in gzip 9
	Exec   []byte // the script that starts it, of the toolchain that compiled it
}

// Load returns the bundle that was embedded, or nil when none was built.
func Load() (*Bundle, error) { return LoadFrom(FS) }

// LoadFrom returns the bundle in a folder, or nil when there is none. Half a bundle is an error.
func LoadFrom(folder fs.FS) (*Bundle, error) {
	var b Bundle
	var missing []error
	for _, f := range []struct {
		name string
		to   *[]byte
	}{{"app.wasm.br", &b.Brotli}, {"app.wasm.gz", &b.Gzip}, {"app.exec.js", &b.Exec}} {
		content, err := fs.ReadFile(folder, f.name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, err)
		case err != nil:
			return nil, fmt.Errorf("loading the app: %w", err)
		}
		*f.to = content
	}
	switch {
	case len(missing) == 3:
		return nil, nil
	case missing != nil:
		return nil, fmt.Errorf("loading the app, run go run ./web/bundle: %w", errors.Join(missing...))
	}
	sum := sha256.Sum256(b.Brotli)
	b.Name = "app." + hex.EncodeToString(sum[:6]) + ".wasm"
	return &b, nil
}
