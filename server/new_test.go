package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabar/server/source"
)

func TestNew(t *testing.T) {
	t.Parallel()
	p := settle(t, `timezone = "Asia/Jayapura"`)
	before := time.Now().Truncate(time.Minute)
	out, _ := p.run(0, "new", "Rapat Pleno: DPT & “Jum'at”")
	path := strings.TrimSuffix(out, "\n")
	if path != filepath.Join(p.dir, "posts", "rapat-pleno-dpt-jumat.md") {
		t.Errorf("path %q", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Without a text it is not shown yet.
	got, err := source.ParsePost("x.md", data, time.FixedZone("WIT", 9*60*60))
	if err != nil || got.Title != "Rapat Pleno: DPT & “Jum'at”" || got.Slug != "rapat-pleno-dpt-jumat" || !got.Draft || got.Published.Before(before) || got.Published.After(time.Now()) {
		t.Errorf("%+v %v: %s", got, err, data)
	}
	again, _ := p.run(0, "new", "Rapat Pleno: DPT & “Jum'at”", "-site", "brebes")
	if again == out {
		t.Errorf("%q is overwritten", again)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(data) {
		t.Errorf("the first was changed: %s", now)
	}
	p.run(exitUsage, "new")
	p.run(exitUsage, "new", "x", "-site", "tegal")

	// With a text it is, under the slug of the title it was made with.
	p.serve()
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), "title: ", "# title: ", 1)+"# Judul lain\n\nIsi berita."), 0o644); err != nil {
		t.Fatal(err)
	}
	p.until("the post is shown", func() bool { return strings.Contains(p.get("/brebes/rapat-pleno-dpt-jumat"), "Isi berita.") })
	if strings.Contains(p.get("/brebes/"), "Jum&#39;at") {
		t.Error("a post without a text is shown")
	}

	if err := os.WriteFile(p.config, []byte("[[site]]\nid = \"a\"\nname = \"A\"\nposts = \"a\"\n[[site]]\nid = \"b\"\nname = \"B\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, e := p.run(exitUsage, "new", "x"); !strings.Contains(e, "-site") || !strings.Contains(e, "a, b") {
		t.Error(e)
	}
	if _, e := p.run(exitUsage, "new", "x", "-site", "b"); !strings.Contains(e, "posts") {
		t.Error(e)
	}
}
