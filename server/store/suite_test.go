package store_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/store"
)

// suite is what every database must do. open gives an empty one.
func suite(t *testing.T, open func(*testing.T) *store.Store) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, *fixture)
	}{
		{"order", order}, {"dates", dates}, {"identity", identity}, {"two sources", twoSources}, {"slugs", slugs}, {"search", search}, {"pages", pages}, {"categories", categories},
		{"state", state}, {"versions", versions}, {"counts", counts}, {"counts follow articles", countsFollow}, {"ids with a time", timedIDs}, {"merge", merge}, {"forget", forget}, {"pictures", pictures}, {"views before", viewsBefore}, {"remove", remove}, {"assets", assets}, {"cards", cards}, {"outline", outline},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel() // each has a database of its own, and waits for the disk
			f := &fixture{T: t, s: open(t), now: time.Date(2026, 8, 12, 5, 0, 0, 0, time.UTC)}
			f.s.Now = func() time.Time { return f.now }
			part.run(t, f)
		})
	}
}

func TestSQLite(t *testing.T) {
	suite(t, func(t *testing.T) *store.Store { return openAt(t, filepath.Join(t.TempDir(), "kabar.db")) })
}

func openAt(t *testing.T, path string) *store.Store {
	t.Helper()
	return open(t, "sqlite:"+path)
}

func open(t *testing.T, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

type fixture struct {
	*testing.T
	s   *store.Store
	now time.Time
	ids int
}

const (
	site = "brebes"
	feed = "https://kab-brebes.kpu.go.id/feed/"
	home = "https://kab-brebes.kpu.go.id/"
)

// ingest stores items, the oldest first, and checks how many were new, updated and the same.
func (f *fixture) ingest(from string, want source.Ingested, items ...source.Item) {
	f.Helper()
	got, err := f.s.Ingest(f.Context(), site, from, items)
	if err != nil {
		f.Fatal(err)
	}
	if got != want {
		f.Errorf("ingested %+v, want %+v", got, want)
	}
}

func (f *fixture) list(q news.Query) news.Listing {
	f.Helper()
	l, err := f.s.List(f.Context(), site, q)
	if err != nil {
		f.Fatal(err)
	}
	return l
}

func (f *fixture) article(slug string) news.Article {
	f.Helper()
	a, err := f.s.Article(f.Context(), site, slug)
	if err != nil {
		f.Fatalf("article %s: %v", slug, err)
	}
	return a
}

// slugs checks which articles there are, the newest first.
func (f *fixture) slugs(q news.Query, want ...string) news.Listing {
	f.Helper()
	l := f.list(q)
	var got []string
	for _, a := range l.Articles {
		got = append(got, a.Slug)
	}
	if !slices.Equal(got, want) {
		f.Errorf("%+v lists %q, want %q", q, got, want)
	}
	return l
}

// record records views by one reader each, and returns the results.
func (f *fixture) record(all ...store.Happening) []store.Result {
	f.Helper()
	for i := range all {
		f.ids++
		h := &all[i]
		reader := int64(1000 + f.ids)
		if h.ID == "" {
			h.ID = fmt.Sprintf("event-%d", f.ids)
		}
		if h.Hash == nil {
			h.Hash = func(page int64) int64 { return reader }
		}
		if h.Type == "" {
			h.Type = news.View
		}
		h.Site, h.Via, h.Day, h.HashDay = site, news.ViaPage, "2026-08-12", cmp.Or(h.HashDay, "2026-08-12")
	}
	got, err := f.s.Record(f.Context(), all)
	if err != nil {
		f.Fatal(err)
	}
	return got
}

func item(guid, title, path string) source.Item {
	it := source.Item{GUID: guid, Title: title, Body: text(title + " isinya.")}
	if path != "" {
		it.URL = home + path
	}
	return it
}

func dated(it source.Item, at time.Time) source.Item {
	it.Published = at
	return it
}

func text(s string) []news.Node {
	return []news.Node{{Kind: "p", Nodes: []news.Node{{Text: s}}}}
}

var monday = time.Date(2026, 8, 10, 2, 0, 0, 0, time.UTC)

func order(t *testing.T, f *fixture) {
	f.ingest(feed, source.Ingested{New: 3}, item("1", "Satu", "1"), item("2", "Dua", "2"), item("3", "Tiga", "3"))
	f.slugs(news.Query{}, "tiga", "dua", "satu")
	first := f.list(news.Query{})
	f.now = f.now.Add(time.Hour)
	f.ingest(feed, source.Ingested{New: 1, Same: 3}, item("1", "Satu", "1"), item("2", "Dua", "2"), item("3", "Tiga", "3"), item("4", "Empat", "4"))
	l := f.slugs(news.Query{}, "empat", "tiga", "dua", "satu")
	for i, a := range first.Articles {
		if !l.Articles[i+1].Published.Equal(a.Published) {
			t.Errorf("%s without a date has moved from %v to %v", a.Slug, a.Published, l.Articles[i+1].Published)
		}
	}
	f.ingest(feed, source.Ingested{}) // what vanished stays
	f.slugs(news.Query{}, "empat", "tiga", "dua", "satu")
}

func dates(t *testing.T, f *fixture) {
	f.ingest(feed, source.Ingested{New: 2}, dated(item("1", "Kini", "1"), monday), dated(item("2", "Nanti", "2"), f.now.Add(time.Hour)))
	if got := f.article("kini").Published; !got.Equal(monday) {
		t.Errorf("published %v, want the source's %v", got, monday)
	}
	if got := f.article("nanti").Published; !got.Equal(f.now) {
		t.Errorf("a date in the future is %v, want when it was first seen, %v", got, f.now)
	}
	seen := f.now
	f.now = f.now.Add(2 * time.Hour)
	f.ingest(feed, source.Ingested{New: 0, Updated: 1}, source.Item{GUID: "1", Title: "Kini", URL: home + "1", Body: text("RALAT: lain.")})
	if got := f.article("kini").Published; !got.Equal(monday) {
		t.Errorf("published moved to %v when the source gave no date", got)
	}
	f.ingest(feed, source.Ingested{Updated: 1}, dated(source.Item{GUID: "1", Title: "Kini", URL: home + "1"}, monday.Add(-time.Hour)))
	if got := f.article("kini").Published; !got.Equal(monday.Add(-time.Hour)) {
		t.Errorf("published %v, want the corrected date", got)
	}
	if got := f.article("nanti").Published; !got.Equal(seen) {
		t.Errorf("first seen moved to %v, want %v", got, seen)
	}
}

// identity: each case stores some items, then others, and says which articles there are then.
func identity(t *testing.T, f *fixture) {
	for i, c := range []struct {
		name          string
		first, second []source.Item
		want          source.Ingested // of the second
		articles      int
		title         string // of the first item's article in the end
	}{
		{"edited", []source.Item{item("g", "Judul", "a")}, []source.Item{item("g", "RALAT Judul", "a")}, source.Ingested{Updated: 1}, 1, "RALAT Judul"},
		{"another permalink", []source.Item{item("g", "Judul", "a")}, []source.Item{item("g", "Judul", "b")}, source.Ingested{Updated: 1}, 1, "Judul"},
		{"another permalink, title edited, date kept", []source.Item{dated(item("g", "Judul", "a"), monday)}, []source.Item{dated(item("g", "Lain", "b"), monday)}, source.Ingested{Updated: 1}, 1, "Lain"},
		{"a new guid on each fetch", []source.Item{item("g1", "Judul", "a")}, []source.Item{item("g2", "Judul", "a")}, source.Ingested{Same: 1}, 1, "Judul"},
		{"no guid", []source.Item{item("", "Judul", "a")}, []source.Item{item("", "Judul", "a")}, source.Ingested{Same: 1}, 1, "Judul"},
		{"guid and permalink both new", []source.Item{dated(item("g1", "Judul", "a"), monday)}, []source.Item{dated(item("g2", "Judul", "b"), monday)}, source.Ingested{Updated: 1}, 1, "Judul"},
		{"one title and date, two guids at once", []source.Item{dated(item("g1", "Judul", "a"), monday)}, []source.Item{dated(item("g1", "Judul", "a"), monday), dated(item("g2", "Judul", "b"), monday)}, source.Ingested{New: 1, Same: 1}, 2, "Judul"},
		{"one guid on two articles", []source.Item{dated(item("g", "Judul", "a"), monday)}, []source.Item{dated(item("g", "Lain", "b"), monday.Add(time.Hour))}, source.Ingested{New: 1}, 2, "Judul"},
		{"guids that number the lines", []source.Item{item("1", "Judul", "a"), item("2", "Dua", "b")}, []source.Item{item("2", "Judul", "a"), item("1", "Baru", "c")}, source.Ingested{New: 1, Same: 1}, 3, "Judul"},
		{"one link on all", []source.Item{item("1", "Judul", ""), item("2", "Dua", "x")}, []source.Item{item("1", "Judul", "y"), item("2", "Dua", "y"), item("3", "Tiga", "y")}, source.Ingested{New: 1, Updated: 1, Same: 1}, 3, "Judul"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := &fixture{T: t, s: f.s, now: f.now}
			office := fmt.Sprint("office-", i)
			if _, err := f.s.Ingest(t.Context(), office, feed, c.first); err != nil {
				t.Fatal(err)
			}
			for round, want := range []source.Ingested{c.want, {Same: len(c.second)}} {
				got, err := f.s.Ingest(t.Context(), office, feed, c.second)
				if err != nil {
					t.Fatal(err)
				}
				if got != want {
					t.Errorf("round %d: %+v, want %+v", round, got, want)
				}
			}
			l, err := f.s.List(t.Context(), office, news.Query{})
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Articles) != c.articles {
				t.Errorf("%d articles, want %d", len(l.Articles), c.articles)
			}
			a, err := f.s.Article(t.Context(), office, source.Slug(c.first[0].Title))
			if err != nil || a.Title != c.title {
				t.Errorf("the first article is %q, %v, want %q under the address it had", a.Title, err, c.title)
			}
		})
	}
}

func twoSources(t *testing.T, f *fixture) {
	short := item(home+"?p=1", "Judul", "a")
	full := short
	full.Body = text("Isi yang lengkap.")
	f.ingest(feed, source.Ingested{New: 1}, full)
	f.ingest("other", source.Ingested{Same: 1}, short)
	f.ingest(feed, source.Ingested{Same: 1}, full)
	if got := news.PlainText(f.article("judul").Body); got != "Isi yang lengkap." {
		t.Errorf("the second source undid the first: %q", got)
	}
	// A guid that is an address is the same article's in every feed, wherever it has moved.
	moved := short
	moved.URL = "https://brebes.kpu.example/a"
	f.ingest("other", source.Ingested{Updated: 1}, moved)
	f.ingest("third", source.Ingested{Same: 1}, moved)
	// A guid that is not says nothing in another feed.
	f.ingest(feed, source.Ingested{New: 1}, item("7", "Tujuh", ""))
	f.ingest("other", source.Ingested{New: 1}, item("7", "Lain", ""))
}

func slugs(t *testing.T, f *fixture) {
	f.ingest(feed, source.Ingested{New: 4}, item("1", "Judul sama", "1"), item("2", "Judul sama", "2"), item("3", "Statistik", "3"), item("4", "!!!", "4"))
	f.slugs(news.Query{}, "berita", "statistik-berita", "judul-sama-2", "judul-sama")
	if _, err := f.s.Article(t.Context(), site, "tidak-ada"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("an unknown slug gives %v", err)
	}
	if _, err := f.s.Article(t.Context(), "tegal", "judul-sama"); !errors.Is(err, news.ErrNotFound) {
		t.Errorf("another office's slug gives %v", err)
	}
}

func search(t *testing.T, f *fixture) {
	it := item("1", "Rapat Pleno Terbuka", "1")
	it.Body = text("KPU menetapkan 100% daftar pemilih di Café_Brebes.")
	f.ingest(feed, source.Ingested{New: 2}, it, item("2", "Apel pagi", "2"))
	for q, want := range map[string][]string{
		"": {"apel-pagi", "rapat-pleno-terbuka"}, "PLENO": {"rapat-pleno-terbuka"}, "pemilih  rapat": {"rapat-pleno-terbuka"}, "rapat apel": nil, "100%": {"rapat-pleno-terbuka"}, "%": {"rapat-pleno-terbuka"},
		"cafe_": {"rapat-pleno-terbuka"}, "é": {"apel-pagi", "rapat-pleno-terbuka"}, `\`: nil, "'": nil,
	} {
		f.slugs(news.Query{Search: q}, want...)
	}
}

func pages(t *testing.T, f *fixture) {
	var items []source.Item
	for i := range 25 {
		items = append(items, dated(item(fmt.Sprint(i), fmt.Sprint("Berita ", i), fmt.Sprint(i)), monday.Add(time.Duration(i/2)*time.Minute)))
	}
	f.ingest(feed, source.Ingested{New: 25}, items...)
	var all []string
	for q := (news.Query{Limit: 7}); ; {
		l := f.list(q)
		for _, a := range l.Articles {
			all = append(all, a.Slug)
			if len(a.Body) > 0 {
				t.Error("a list carries bodies")
			}
		}
		if q.Before = l.Next; l.Next == "" {
			break
		}
		if len(l.Articles) != 7 {
			t.Fatalf("%d articles with a limit of 7", len(l.Articles))
		}
	}
	if len(all) != 25 || all[0] != "berita-24" || all[24] != "berita-0" || len(slices.Compact(slices.Sorted(slices.Values(all)))) != 25 {
		t.Errorf("by cursor: %q", all)
	}
	f.slugs(news.Query{Page: 3}, all[20:]...)
	f.slugs(news.Query{Page: 4})
	if got := len(f.list(news.Query{Limit: 1000}).Articles); got != 25 {
		t.Errorf("%d articles, want all 25", got)
	}
	for _, bad := range []string{"x", "1", "1.", ".1", "1.2.3", "9999999999999999999999.1"} {
		if _, err := f.s.List(t.Context(), site, news.Query{Before: bad}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("before %q: %v, want ErrCursor", bad, err)
		}
	}
}

func categories(t *testing.T, f *fixture) {
	a, b := item("1", "Satu", "1"), item("2", "Dua", "2")
	a.Categories, b.Categories = []string{"Pengumuman", "Berita"}, []string{"Berita"}
	f.ingest(feed, source.Ingested{New: 2}, a, b)
	if got := f.list(news.Query{}).Categories; !slices.Equal(got, []string{"Berita", "Pengumuman"}) {
		t.Errorf("categories %q, want the most used first", got)
	}
	f.slugs(news.Query{Category: "Pengumuman"}, "satu")
	a.Categories = nil
	f.ingest(feed, source.Ingested{Updated: 1}, a)
	f.slugs(news.Query{Category: "Pengumuman"})
	if got := f.article("satu").Categories; len(got) != 0 {
		t.Errorf("categories %q after the source took them away", got)
	}
}

func state(t *testing.T, f *fixture) {
	got, err := f.s.LoadSource(t.Context(), site, feed)
	if err != nil || got != (source.State{}) {
		t.Fatalf("before anything was saved: %+v, %v", got, err)
	}
	want := source.State{ETag: `"a"`, Next: f.now, Error: "status 500", Failures: 3}
	for range 2 {
		if err := f.s.SaveSource(t.Context(), site, feed, want); err != nil {
			t.Fatal(err)
		}
		if got, err = f.s.LoadSource(t.Context(), site, feed); err != nil || got != want {
			t.Fatalf("%+v, %v, want %+v", got, err, want)
		}
		want.Failures = 0
	}
}

func versions(t *testing.T, f *fixture) {
	expect := func(what string, news, counts uint64) {
		t.Helper()
		if n, c := f.s.Version(site), f.s.CountVersion(site); n != news || c != counts {
			t.Errorf("after %s: versions %d and %d, want %d and %d", what, n, c, news, counts)
		}
	}
	f.ingest(feed, source.Ingested{New: 1}, item("1", "Satu", "1"))
	expect("news", 1, 0)
	f.ingest(feed, source.Ingested{Same: 1}, item("1", "Satu", "1"))
	expect("the same again", 1, 0)
	f.record(store.Happening{ID: "v", Slug: "satu"})
	expect("a view", 1, 1)
	f.record(store.Happening{ID: "v", Slug: "satu"})
	expect("a repetition", 1, 1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.s.Ingest(ctx, site, feed, []source.Item{item("2", "Dua", "2")}); err == nil {
		t.Error("a cancelled ingest succeeds")
	}
	expect("a failure", 1, 1)
	if f.s.Version("tegal") != 0 {
		t.Error("another office's version has changed")
	}
}
