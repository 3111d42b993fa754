package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"kabar/web"
)

// What a phone may be asked to load, in bytes.
const (
	maxRaw    = 6_000_000
	maxBrotli = 1_000_000
)

// forbidden is code that must not come back, by a piece of its symbols: one import is enough, and import lists cannot tell, since they always
// name net/http.
var forbidden = []string{"net/http.", "regexp.(*Regexp)", "math/big.nat.", "crypto/tls.", "crypto/aes.", "database/sql/driver."}

// TestBinary builds the app as it is now.
func TestBinary(t *testing.T) {
	b := newTestBuilder(t)
	if _, err := b.inputs(t.Context()); err != nil { // reads the sources, so that go test knows when to run this again
		t.Fatal(err)
	}
	wasm, err := b.compile(t.Context(), "-s -w")
	if err != nil {
		t.Fatal(err)
	}
	if len(wasm) > maxRaw {
		t.Errorf("app.wasm has %d bytes, want at most %d: go run ./web/bundle -size says what takes them", len(wasm), maxRaw)
	}
	for _, name := range forbidden {
		if bytes.Contains(wasm, []byte(name)) {
			t.Errorf("app.wasm holds %s", name)
		}
	}
	if !bytes.Contains(wasm, []byte("encoding/json.")) {
		t.Error("app.wasm names no function at all: the search above finds nothing")
	}
	again, err := b.compile(t.Context(), "-s -w")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(wasm, again) {
		t.Error("two builds differ")
	}
}

// TestBundle looks at what is in web/, and builds it only if it is not there, since that takes half a minute.
func TestBundle(t *testing.T) {
	folder := os.DirFS("..")
	bundle, err := web.LoadFrom(folder)
	if bundle == nil || err != nil {
		if err := newTestBuilder(t).bundle(t.Context(), "web"); err != nil {
			t.Fatal(err)
		}
		if bundle, err = web.LoadFrom(folder); err != nil {
			t.Fatal(err)
		}
	}
	if len(bundle.Brotli) > maxBrotli {
		t.Errorf("app.wasm.br has %d bytes, want at most %d: go run ./web/bundle -size says what takes them", len(bundle.Brotli), maxBrotli)
	}
	r, err := gzip.NewReader(bytes.NewReader(bundle.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	other, err := io.ReadAll(brotli.NewReader(bytes.NewReader(bundle.Brotli)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(raw, other) || !bytes.HasPrefix(raw, []byte("\x00asm")) {
		t.Error("brotli and gzip do not hold the same binary")
	}
}

// TestInputs: what a bundle is made from makes it stale, what it is tested with does not.
func TestInputs(t *testing.T) {
	root := t.TempDir()
	put := func(name, content string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"go.sum", "wasm_exec.js", "app/ui/a.go", "web/bundle/main.go"} {
		put(name, "")
	}
	put("go.mod", "module x\n")
	b := &builder{root: root, log: t.Output()}
	inputs := func() string {
		t.Helper()
		s, err := b.inputs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	last := inputs()
	for _, test := range []struct {
		name  string
		stale bool
	}{
		{"app/ui/a.go", true}, {"app/ui/b.go", true}, {"app/ui/a_test.go", false}, {"app/notes.txt", false}, {"go.sum", true},
		{"wasm_exec.js", true}, {"web/bundle/main.go", true}, {"web/app.css", false}, {"server/main.go", false},
	} {
		put(test.name, "changed")
		now := inputs()
		if (now != last) != test.stale {
			t.Errorf("%s changed: stale is %v, want %v", test.name, now != last, test.stale)
		}
		last = now
	}
}

// TestSkips: a bundle that is there and fresh is not built again, one that lost a file is.
func TestSkips(t *testing.T) {
	b := newTestBuilder(t)
	work := t.TempDir()
	for _, name := range []string{brotliName, gzipName, execName} {
		if err := os.WriteFile(filepath.Join(work, name), []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	inputs, err := b.inputs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	fresh := stamp{inputs: inputs, wasm: "x", outputs: outputs(work)}
	if !fresh.covers(inputs, work) {
		t.Error("a fresh bundle would be built again")
	}
	if fresh.covers("other", work) {
		t.Error("a bundle of other sources would stay")
	}
	if err := os.Remove(filepath.Join(work, gzipName)); err != nil {
		t.Fatal(err)
	}
	if fresh.covers(inputs, work) {
		t.Error("a bundle without gzip would stay")
	}
	gone := stamp{inputs: inputs, wasm: "x", outputs: outputs(work)}
	if gone.covers(inputs, work) {
		t.Error("half a bundle would stay for good")
	}
}

func TestForeignStarterIsRefused(t *testing.T) {
	b := &builder{root: t.TempDir(), log: t.Output()}
	if err := os.WriteFile(filepath.Join(b.root, "wasm_exec.js"), []byte("other"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := b.copyExec(t.Context(), b.root); err == nil || !strings.Contains(err.Error(), "not that of the toolchain") {
		t.Errorf("got %v", err)
	}
}

func newTestBuilder(t *testing.T) *builder {
	t.Helper()
	b, err := newBuilder(context.Background(), t.Output())
	if err != nil {
		t.Fatal(err)
	}
	return b
}
