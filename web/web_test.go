package web_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"kabar/web"
)

// TestStarterIsTheToolchains: a binary only runs with the starter of the Go version that compiled it.
func TestStarterIsTheToolchains(t *testing.T) {
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	theirs := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js")
	want, err := os.ReadFile(theirs)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../wasm_exec.js")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("wasm_exec.js differs from %s: copy that one", theirs)
	}
}

func TestLoadFrom(t *testing.T) {
	br := &fstest.MapFile{Data: []byte("brotli")}
	gz := &fstest.MapFile{Data: []byte("gzip")}
	js := &fstest.MapFile{Data: []byte("starter")}

	t.Run("nothing was built", func(t *testing.T) {
		b, err := web.LoadFrom(fstest.MapFS{"app.css": js})
		if b != nil || err != nil {
			t.Errorf("got %v, %v", b, err)
		}
	})
	for name, folder := range map[string]fstest.MapFS{
		"no brotli":  {"app.wasm.gz": gz, "app.exec.js": js},
		"no gzip":    {"app.wasm.br": br, "app.exec.js": js},
		"no starter": {"app.wasm.br": br, "app.wasm.gz": gz},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := web.LoadFrom(folder)
			if b != nil || err == nil {
				t.Errorf("got %v, %v; want an error", b, err)
			}
		})
	}
	t.Run("all of it", func(t *testing.T) {
		b, err := web.LoadFrom(fstest.MapFS{"app.wasm.br": br, "app.wasm.gz": gz, "app.exec.js": js})
		if err != nil {
			t.Fatal(err)
		}
		if string(b.Brotli) != "brotli" || string(b.Exec) != "starter" || !regexp.MustCompile(`^app\.[0-9a-f]{12}\.wasm$`).MatchString(b.Name) {
			t.Errorf("got %q, %q, %q", b.Name, b.Brotli, b.Exec)
		}
		other, err := web.LoadFrom(fstest.MapFS{"app.wasm.br": gz, "app.wasm.gz": gz, "app.exec.js": js})
		if err != nil || other.Name == b.Name {
			t.Errorf("another binary has the same name %q (%v)", b.Name, err)
		}
	})
}

// TestEmbedded holds that what is built is what is embedded, and that a checkout without it works.
func TestEmbedded(t *testing.T) {
	if _, err := web.Load(); err != nil {
		t.Error(err)
	}
	if _, err := fs.Stat(web.FS, "app.css"); err != nil {
		t.Error(err)
	}
}
