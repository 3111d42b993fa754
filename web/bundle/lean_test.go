package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestLeanFails: a module that changed where we edit it stops the build, and the message says where.
func TestLeanFails(t *testing.T) {
	l := lean{
		module: "example.org/m", folders: []string{"p"}, drop: []string{"p/server.go"},
		edits: []edit{{"p/a.go", "net/http", "net/url"}}, add: map[string]string{"p/lean.go": "package p"},
	}
	good := map[string]string{
		"go.mod": "module example.org/m", "p/a.go": "import net/http", "p/a_test.go": "", "p/server.go": "", "p/notes.txt": "", "q/q.go": "",
	}
	tests := []struct {
		name   string
		change map[string]string // "-" removes
		want   string            // in the error; empty: none
	}{
		{"as known", nil, ""},
		{"line gone", map[string]string{"p/a.go": "import"}, `example.org/m v1.2.3: p/a.go no longer has once, but 0 times, what the lean build edits: "net/http"`},
		{"line twice", map[string]string{"p/a.go": "net/http net/http"}, "but 2 times"},
		{"file gone", map[string]string{"p/a.go": "-"}, "p/a.go no longer has once, but 0 times"},
		{"dropped file gone", map[string]string{"p/server.go": "-"}, "no longer has p/server.go"},
		{"added file is theirs", map[string]string{"p/lean.go": "package p"}, "has a p/lean.go of its own"},
		{"no module", map[string]string{"go.mod": "-"}, "go.mod"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			all := maps.Clone(good)
			maps.Copy(all, test.change)
			for name, content := range all {
				if content == "-" {
					continue
				}
				path := filepath.Join(dir, name)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			files, err := l.files(dir, "v1.2.3")
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Fatalf("got %v, want %q", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.Sorted(maps.Keys(files)); !slices.Equal(got, []string{"go.mod", "p/a.go", "p/lean.go"}) || files["p/a.go"] != "import net/url" {
				t.Errorf("got %v", files)
			}
			placed(t, l, files)
		})
	}
}

// placed holds that a copy is named for its content.
func placed(t *testing.T, l lean, files map[string]string) {
	parent := t.TempDir()
	first, err := l.place(parent, files)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(parent, first, "p", "a.go")); err != nil || string(got) != files["p/a.go"] {
		t.Errorf("the copy has %q, %v", got, err)
	}
	if again, err := l.place(parent, files); again != first || err != nil {
		t.Errorf("placed again at %q, %v; want %q", again, err, first)
	}
	files["p/a.go"] += "\n"
	if other, err := l.place(parent, files); other == first || err != nil {
		t.Errorf("another content is at %q as well (%v)", other, err)
	}
	if entries, err := os.ReadDir(parent); len(entries) != 2 || err != nil {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

// TestFirstBuild: on a machine that has built nothing yet, the modules come by themselves.
func TestFirstBuild(t *testing.T) {
	b := newTestBuilder(t)
	cache, err := b.goTool(t.Context(), "env", "GOMODCACHE")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range modules { // into the machine's cache, which is the registry here
		if _, err := b.goTool(t.Context(), "mod", "download", l.module); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOMODCACHE", filepath.Join(t.TempDir(), "new"))
	t.Setenv("GOPROXY", "file://"+filepath.Join(cache, "cache/download"))
	t.Setenv("GONOSUMDB", "*")
	t.Cleanup(func() { // what go downloads cannot be written to, and so not removed as other files are
		if out, err := exec.Command("go", "clean", "-modcache").CombinedOutput(); err != nil {
			t.Errorf("%v: %s", err, out)
		}
	})
	if _, err := b.lean(t.Context()); err != nil {
		t.Fatal(err)
	}
}
