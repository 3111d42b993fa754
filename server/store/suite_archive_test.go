package store_test

import (
	"errors"
	"testing"

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/store"
)

// viewsBefore: a former site's number stands in the total, apart from ours, once however often it is said and however articles merge.
func viewsBefore(t *testing.T, f *fixture) {
	old := item("http://kab.example/?p=1", "Judul", "lama")
	old.ViewsBefore, old.ViewsFrom, old.Slug = 700, "wordpress", "judul-lama"
	version := f.s.CountVersion(site)
	f.ingest("import", source.Ingested{New: 1}, old)
	f.ingest("import", source.Ingested{Same: 1}, old)
	if f.s.CountVersion(site) == version {
		t.Error("the counts' version stays")
	}
	if c := f.record(store.Happening{Slug: "judul-lama"})[0].Counts; c != (news.Counts{Views: 701, Before: 700, BeforeFrom: "wordpress"}) {
		t.Errorf("after a view: %+v", c)
	}
	// The same article is found to be another one that had a number too: it is one number of one site.
	other := item("x", "Judul", "baru")
	other.ViewsBefore, other.ViewsFrom = 500, "wordpress"
	f.ingest("feed", source.Ingested{New: 1}, other)
	f.record(store.Happening{Slug: "judul"})
	moved := old
	moved.URL = home + "baru"
	f.ingest("import", source.Ingested{Updated: 1}, moved)
	want := news.Counts{Views: 702, Before: 700, BeforeFrom: "wordpress"}
	if c := f.article("judul-lama").Counts; c != want {
		t.Errorf("after merging: %+v", c)
	}
	if c, err := f.s.Counts(f.Context(), site, []string{home + "lama"}); err != nil || c[home+"lama"] != want {
		t.Errorf("by address: %+v %v", c, err)
	}
	if c := f.list(news.Query{}).Articles[0].Counts; c != want {
		t.Errorf("in a list: %+v", c)
	}
}

// remove: what was taken back is nowhere, its address stays its own, and it comes back with address and counts.
func remove(t *testing.T, f *fixture) {
	f.ingest("posts", source.Ingested{New: 1}, item("post:a", "Judul", "lama"))
	f.ingest("feed", source.Ingested{New: 1}, item("x", "Lain", "lain"))
	f.record(store.Happening{Slug: "judul"}, store.Happening{Slug: "judul"})
	version := f.s.Version(site)
	if err := f.s.Remove(t.Context(), site, "posts", "post:a"); err != nil {
		t.Fatal(err)
	}
	if f.s.Version(site) == version {
		t.Error("pages would still show it")
	}
	f.slugs(news.Query{}, "lain")
	if _, err := f.s.Article(t.Context(), site, "judul"); !errors.Is(err, news.ErrNotFound) {
		t.Error(err)
	}
	if r := f.record(store.Happening{Slug: "judul"}); r[0].Page != 0 {
		t.Errorf("it is counted: %+v", r)
	}
	if err := f.s.Remove(t.Context(), site, "posts", "post:a"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("again: %v", err)
	}
	f.ingest("posts", source.Ingested{New: 1}, item("post:b", "Judul", ""))
	for slug, want := range map[string]string{"judul": "post:a", "judul-2": "post:b", "lain": ""} {
		if guid, err := f.s.GUIDOf(t.Context(), site, "posts", slug); guid != want || err != nil {
			t.Errorf("%s is %q (%v), want %q", slug, guid, err, want)
		}
	}
	if _, err := f.s.GUIDOf(t.Context(), site, "posts", "tiada"); !errors.Is(err, news.ErrNotFound) {
		t.Error(err)
	}
	f.ingest("posts", source.Ingested{New: 1}, item("post:a", "Judul baru", "lama"))
	if a := f.article("judul"); a.Title != "Judul baru" || a.Counts.Views != 2 {
		t.Errorf("%+v", a)
	}
	if slug, err := f.s.SlugOf(t.Context(), site, "posts", "post:a"); slug != "judul" || err != nil {
		t.Errorf("%q %v", slug, err)
	}
}
