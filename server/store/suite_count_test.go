package store_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/store"
)

func counts(t *testing.T, f *fixture) {
	f.ingest(feed, source.Ingested{New: 2}, item("1", "Satu", "1"), item("2", "Dua", "2"))
	same := func(int64) int64 { return 81 }
	got := f.record(
		store.Happening{ID: "a", Slug: "satu"},
		store.Happening{ID: "a", Slug: "satu"}, // the id again
		store.Happening{ID: "b", Slug: "satu", Hash: same},
		store.Happening{ID: "c", Slug: "satu", Hash: same}, // the reader again
		store.Happening{Slug: "dua", Type: news.Share, Network: "whatsapp"},
		store.Happening{Slug: "tidak-ada"},
		store.Happening{URL: "https://lain.example/"},
		store.Happening{URL: home + "1"},              // the first article, by its address
		store.Happening{URL: home + "x", Make: true},  // a page of the office's that is no article of ours
		store.Happening{URL: home + "x", Make: false}, // known by now
	)
	want := []news.Counts{{Views: 3}, {Views: 3}, {Views: 3}, {Views: 3}, {Shares: 1}, {}, {}, {Views: 3}, {Views: 2}, {Views: 2}}
	for i, r := range got {
		if r.Counts != want[i] || (r.Page == 0) != (i == 5 || i == 6) {
			t.Errorf("result %d is %+v, want %+v", i, r, want[i])
		}
	}
	if c := f.article("satu").Counts; c != (news.Counts{Views: 3}) {
		t.Errorf("the article says %+v", c)
	}
	// By page number, as a counter remembers it, and across statements' bounds.
	all := make([]store.Happening, 333)
	for i := range all {
		all[i] = store.Happening{Page: got[0].Page, Slug: "satu"}
	}
	if r := f.record(all...); r[332].Counts.Views != 336 {
		t.Errorf("%d views, want 336", r[332].Counts.Views)
	}
	byKey, err := f.s.Counts(t.Context(), site, []string{"satu", "dua", home + "2", home + "x", home + "nobody"})
	if want := (map[string]news.Counts{"satu": {Views: 336}, "dua": {Shares: 1}, home + "2": {Shares: 1}, home + "x": {Views: 2}}); err != nil || !maps.Equal(byKey, want) {
		t.Errorf("counts %v, %v, want %v", byKey, err, want)
	}
	if none, err := f.s.Counts(t.Context(), site, nil); err != nil || len(none) != 0 {
		t.Errorf("no keys: %v, %v", none, err)
	}
	if r := f.record(); len(r) != 0 {
		t.Errorf("nothing recorded gives %v", r)
	}
}

// timedIDs: ids that begin with a time are told apart as others are, whatever time that is, and each counts once.
func timedIDs(t *testing.T, f *fixture) {
	f.ingest(feed, source.Ingested{New: 1}, item("1", "Satu", "1"))
	var ids []string
	for i := range 500 { // of one second, as on a busy night
		ids = append(ids, fmt.Sprintf("1786500000%03d%017d", i, i*7919))
	}
	// Of the same digits at other times: 24 days and less than a second later or before, in 1970 and 2286, and what only looks like a time.
	for _, time := range []string{"1788597152000", "1784402848000", "1786500000999", "1786499999999", "0000000000000", "9999999999999", "178650000000", "17865000000000", "abc1786500000", "178650000000x"} {
		ids = append(ids, time+"00000000000007919")
	}
	for range 2 {
		for some := range slices.Chunk(ids, 100) {
			var all []store.Happening
			for _, id := range some {
				all = append(all, store.Happening{ID: id, Slug: "satu"})
			}
			f.record(all...)
		}
		if got := f.article("satu").Counts.Views; got != int64(len(ids)) {
			t.Fatalf("%d views of %d events", got, len(ids))
		}
	}
}

// countsFollow: what an address was read before the feed named it, and after it changed, is the article's.
func countsFollow(t *testing.T, f *fixture) {
	f.record(store.Happening{URL: home + "1", Make: true}, store.Happening{URL: home + "1", Make: true})
	f.ingest(feed, source.Ingested{New: 1}, item("1", "Satu", "1"))
	page := f.record(store.Happening{Slug: "satu"})[0]
	if page.Counts.Views != 3 {
		t.Errorf("%d views, want 3: the widget's two came first", page.Counts.Views)
	}
	// The permalink changes to one that a widget has counted, and the counter still knows that one's old page.
	old := f.record(store.Happening{URL: home + "baru", Make: true})[0]
	before := f.s.CountVersion(site)
	f.ingest(feed, source.Ingested{Updated: 1}, item("1", "Satu", "baru"))
	if f.s.CountVersion(site) == before {
		t.Error("the counts have changed and their version has not")
	}
	for i, h := range []store.Happening{{Page: old.Page, URL: home + "baru", Make: true}, {URL: home + "1"}, {Page: page.Page, Slug: "satu"}} {
		if got := f.record(h)[0]; got.Page != page.Page || got.Counts.Views != int64(5+i) {
			t.Errorf("by way %d: %+v, want page %d with %d views", i, got, page.Page, 5+i)
		}
	}
}

// merge: two articles turn out to be one.
func merge(t *testing.T, f *fixture) {
	f.ingest("a", source.Ingested{New: 1}, item("g", "Judul", "lama"))
	f.ingest("b", source.Ingested{New: 1}, item("h", "Judul", "baru"))
	f.record(store.Happening{Slug: "judul"}, store.Happening{Slug: "judul-2"}, store.Happening{Slug: "judul-2", Type: news.Share, Network: "x"})
	stale := f.record(store.Happening{Slug: "judul-2"})[0].Page
	f.ingest("a", source.Ingested{Updated: 1}, item("g", "Judul", "baru"))
	f.slugs(news.Query{}, "judul")
	if c := f.article("judul").Counts; c != (news.Counts{Views: 3, Shares: 1}) {
		t.Errorf("counts %+v, want the sum", c)
	}
	if _, err := f.s.Article(t.Context(), site, "judul-2"); err != (news.Moved{Slug: "judul"}) {
		t.Errorf("the other address gives %v, want where it went", err)
	}
	if r := f.record(store.Happening{Page: stale, Slug: "judul-2"})[0]; r.Counts.Views != 4 {
		t.Errorf("a view of the former address gives %+v", r)
	}
	f.ingest("b", source.Ingested{Same: 1}, item("h", "Judul", "baru"))
	f.ingest("c", source.Ingested{New: 1}, item("i", "Judul", "lain"))
	f.slugs(news.Query{}, "judul-3", "judul") // a former address is nobody else's
}

func forget(t *testing.T, f *fixture) {
	f.ingest(feed, source.Ingested{New: 2}, item("1", "Satu", "1"), item("2", "Dua", "2"))
	salts := map[string][]byte{}
	for _, day := range []string{"2026-08-10", "2026-08-11", "2026-08-12", "2026-08-13", "2026-08-14"} { // the last under a clock that is wrong
		for range 2 {
			salt, err := f.s.Salt(t.Context(), day)
			if err != nil || len(salt) != 32 || salts[day] != nil && !bytes.Equal(salt, salts[day]) {
				t.Fatalf("the salt of %s is %d bytes, %v; the same each time: %v", day, len(salt), err, bytes.Equal(salt, salts[day]))
			}
			salts[day] = salt
		}
	}
	if bytes.Equal(salts["2026-08-10"], salts["2026-08-11"]) {
		t.Error("two days have one salt")
	}
	many := make([]store.Happening, 5000) // more than one transaction destroys
	for i := range many {
		many[i] = store.Happening{Slug: "satu"}
	}
	f.record(many...)
	reader := func(int64) int64 { return 81 }
	f.record(store.Happening{ID: "once", Slug: "satu", Hash: reader})
	ahead := store.Happening{ID: "ahead", Slug: "dua", HashDay: "2026-08-14"}
	f.record(ahead)
	if err := f.s.Forget(t.Context(), "2026-08-11", "2026-08-05"); err != nil {
		t.Fatal(err)
	}
	if r := f.record(ahead)[0]; r.Counts.Views != 1 {
		t.Errorf("%d views: an event under a wrong clock counts again", r.Counts.Views)
	}
	if r := f.record(store.Happening{ID: "twice", Slug: "satu", Hash: reader})[0]; r.Counts.Views != 5001 {
		t.Errorf("%d views: a reader of today was forgotten", r.Counts.Views)
	}
	for day, salt := range salts {
		now, err := f.s.Salt(t.Context(), day)
		if err != nil {
			t.Fatal(err)
		}
		if kept := bytes.Equal(now, salt); kept != (day >= "2026-08-11" && day <= "2026-08-13") {
			t.Errorf("the salt of %s: kept %v", day, kept)
		}
	}
	if err := f.s.Forget(t.Context(), "2026-08-13", "2026-08-12"); err != nil {
		t.Fatal(err)
	}
	if r := f.record(store.Happening{ID: "once", Slug: "satu", Hash: reader})[0]; r.Counts.Views != 5001 {
		t.Errorf("%d views: an event's id was forgotten too early", r.Counts.Views)
	}
	if err := f.s.Forget(t.Context(), "2026-08-13", "2026-08-13"); err != nil {
		t.Fatal(err)
	}
	if r := f.record(store.Happening{ID: "once", Slug: "satu", Hash: reader})[0]; r.Counts.Views != 5002 {
		t.Errorf("%d views: ids and readers that had served were kept", r.Counts.Views)
	}

	// Of two sessions one has expired; by a clock that was put back it would go on, were it still there.
	begun, tokens := f.now, [2]string{}
	for i, age := range []time.Duration{12 * time.Hour, 14 * time.Hour} {
		var err error
		if tokens[i], err = f.s.SignIn(t.Context(), site, []byte("password"), begun.Add(age)); err != nil {
			t.Fatal(err)
		}
	}
	f.now = begun.Add(13 * time.Hour)
	if err := f.s.Forget(t.Context(), "2026-08-13", "2026-08-13"); err != nil {
		t.Fatal(err)
	}
	f.now = begun
	for i, want := range []bool{false, true} {
		if in, err := f.s.SignedIn(t.Context(), site, []byte("password"), tokens[i]); err != nil || in != want {
			t.Errorf("session %d is kept: %v, %v", i, in, err)
		}
	}
}

func pictures(t *testing.T, f *fixture) {
	it := item("1", "Satu", "1")
	it.ImageSrc, it.ImageAlt = "https://kpu.example/a.jpg", "Rapat"
	it.Body = append(it.Body, news.Node{Kind: "img", Image: &news.Image{Src: "https://kpu.example/b.jpg", Alt: "Suasana"}})
	f.ingest(feed, source.Ingested{New: 1}, it)
	if a := f.article("satu"); a.Image != nil || a.Body[1].Image.Name != "" || a.Body[1].Image.Src != "" {
		t.Errorf("a picture without copies is shown: %+v", a)
	}
	queue := func(want ...string) []store.PictureSource {
		t.Helper()
		q, err := f.s.PictureQueue(t.Context(), 10)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, p := range q {
			got = append(got, fmt.Sprintf("%s %d", p.Src[len("https://kpu.example/"):], p.Tries))
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("queue %q, want %q", got, want)
		}
		return q
	}
	q := queue("a.jpg 0", "b.jpg 0")
	if q[0].Src != it.ImageSrc {
		q[0], q[1] = q[1], q[0]
	}
	before := f.s.Version(site)
	img := news.Image{Name: "abc", Widths: []int{320, 640}, Width: 640, Height: 480, Color: "#102030"}
	if err := f.s.PutPicture(t.Context(), q[0], img, []store.PictureFile{{320, "webp", []byte("klein")}, {640, "webp", []byte("gross")}}); err != nil {
		t.Fatal(err)
	}
	if err := f.s.FailPicture(t.Context(), q[1], "status 404", f.now.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if f.s.Version(site) == before {
		t.Error("a new picture leaves the version as it was")
	}
	queue()
	f.now = f.now.Add(time.Hour)
	queue("b.jpg 1")
	for _, a := range []news.Article{f.article("satu"), f.list(news.Query{}).Articles[0]} {
		if a.Image == nil || a.Image.Name != "abc" || !slices.Equal(a.Image.Widths, img.Widths) || a.Image.Alt != "Rapat" || a.Image.Color != "#102030" || a.Image.Height != 480 {
			t.Errorf("the picture is %+v", a.Image)
		}
	}
	file := func(want string) {
		t.Helper()
		if data, err := f.s.PictureFile(t.Context(), "abc", 640, "webp"); err != nil || string(data) != want {
			t.Errorf("the copy is %q, %v, want %q", data, err, want)
		}
	}
	file("gross")
	if data, err := f.s.PictureFile(t.Context(), "abc", 641, "webp"); err != nil || data != nil {
		t.Errorf("a copy that is not there: %q, %v", data, err)
	}
	for _, step := range []struct{ image, want string }{{it.ImageSrc, "gross"}, {"", ""}} {
		it.ImageSrc = step.image
		if _, err := f.s.Ingest(t.Context(), site, feed, []source.Item{it}); err != nil {
			t.Fatal(err)
		}
		if err := f.s.DropUnusedPictures(t.Context()); err != nil {
			t.Fatal(err)
		}
		file(step.want)
	}
}

// assets keeps the files of four releases, and those that are used longest.
func assets(t *testing.T, f *fixture) {
	for i := range 6 {
		f.now = f.now.Add(time.Hour)
		release := []store.Asset{{Name: "start.js", Kind: "text/javascript", Brotli: []byte("same")}, {Name: fmt.Sprintf("app.%d.wasm", i), Kind: "application/wasm", Brotli: []byte{byte(i)}}}
		if err := f.s.KeepAssets(t.Context(), release); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := f.s.Assets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range kept {
		got = append(got, fmt.Sprintf("%s %q", a.Name, a.Brotli))
	}
	want := []string{`app.5.wasm "\x05"`, `start.js "same"`, `app.4.wasm "\x04"`, `app.3.wasm "\x03"`, `app.2.wasm "\x02"`}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
