package store_test

import (
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/source"
)

// cards: an article has one, the newest, as long as it is there.
func cards(t *testing.T, f *fixture) {
	f.ingest("posts", source.Ingested{New: 1}, item("post:a", "Satu", ""))
	slug := f.list(news.Query{}).Articles[0].Slug
	want := func(name, data string) {
		t.Helper()
		if got, err := f.s.Card(t.Context(), site, slug, name); err != nil || string(got) != data {
			t.Errorf("card %s is %q (%v), want %q", name, got, err, data)
		}
	}
	want("first", "")
	for _, name := range []string{"first", "second", "second"} {
		if err := f.s.PutCard(t.Context(), site, slug, name, []byte(name+"!")); err != nil {
			t.Fatal(err)
		}
	}
	want("first", "")
	sweep := func() {
		t.Helper()
		if err := f.s.DropUnusedPictures(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	sweep()
	want("second", "second!")
	if err := f.s.Remove(t.Context(), site, "posts", "post:a"); err != nil {
		t.Fatal(err)
	}
	sweep()
	want("second", "")
}

// outline: every article, newest first, with its dates.
func outline(t *testing.T, f *fixture) {
	old, late := dated(item("a", "Satu", "/a"), f.now.Add(-48*time.Hour)), dated(item("b", "Dua", "/b"), f.now.Add(-time.Hour))
	old.Updated = f.now.Add(-time.Minute)
	f.ingest(feed, source.Ingested{New: 2}, old, late)
	got, err := f.s.Outline(t.Context(), site, 10)
	if err != nil || len(got) != 2 || got[0].Title != "Dua" || got[1].Slug != "satu" || !got[0].Updated.IsZero() || !got[1].Updated.Equal(old.Updated) || !got[0].Published.Equal(f.now.Add(-time.Hour)) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := f.s.Outline(t.Context(), site, 1); err != nil || len(got) != 1 {
		t.Errorf("of one: %d, %v", len(got), err)
	}
}
