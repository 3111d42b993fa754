package store_test

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/store"
)

// edit runs statements on a database file behind the store's back.
func edit(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// filled is the path of a closed database with some news.
func filled(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kabar.db")
	s, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	items := make([]source.Item, 40)
	for i := range items {
		items[i] = item(strings.Repeat("g", i+1), "Berita", "")
	}
	if _, err := s.Ingest(t.Context(), site, feed, items); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// bytesOf reads a file, or nothing where there is none.
func bytesOf(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return b
}

// TestRefusal: what cannot be used is refused in plain words, and not a byte of it changes.
func TestRefusal(t *testing.T) {
	write := func(at int64, junk string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if _, err := f.WriteAt([]byte(junk), at); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(*testing.T, string)
		want  string
	}{
		{"newer", func(t *testing.T, p string) { edit(t, p, "INSERT INTO migration VALUES ('migrations/9999_later.sql')") }, "newer version of Kabar"},
		{"another program's", func(t *testing.T, p string) { edit(t, p, "ALTER TABLE migration RENAME TO theirs") }, "another program's"},
		{"no database", write(0, "this is a text about something else"), "damaged or not a database"},
		{"damaged in the middle", write(3*4096, strings.Repeat("junk", 3*1024)), "damaged or not a database"},
		{"random bytes", func(t *testing.T, p string) {
			junk := make([]byte, 8*4096)
			rand.Read(junk)
			write(0, string(junk))(t, p)
		}, "damaged or not a database"},
		{"a page of zeros", write(7*4096, strings.Repeat("\x00", 4096)), "damaged or not a database"},
		{"the first page of zeros", write(0, strings.Repeat("\x00", 4096)), "damaged or not a database"},
		{"a few bytes", func(t *testing.T, p string) {
			if err := os.Truncate(p, 50); err != nil {
				t.Fatal(err)
			}
		}, "damaged or not a database"},
		{"another database's log", func(t *testing.T, p string) {
			other := filled(t)
			s := openAt(t, other)
			if _, err := s.Ingest(t.Context(), site, feed, []source.Item{item("another", strings.Repeat("Lain ", 2000), "x")}); err != nil {
				t.Fatal(err)
			}
			edit(t, p, "CREATE TABLE mine (x)", "DROP TABLE article_source") // it is not the same any more
			log, err := os.ReadFile(other + "-wal")
			if err == nil {
				err = os.WriteFile(p+"-wal", log, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, "damaged or not a database"},
		{"cut off", func(t *testing.T, p string) {
			if err := os.Truncate(p, 5*4096); err != nil {
				t.Fatal(err)
			}
		}, "damaged or not a database"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filled(t)
			c.spoil(t, path)
			before, log := bytesOf(t, path), bytesOf(t, path+"-wal")
			s, err := store.Open(t.Context(), "sqlite:"+path)
			if err == nil {
				s.Close()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "was left as it is") || strings.Contains(err.Error(), "\n") {
				t.Errorf("opening gives %v, want a line with %q", err, c.want)
			}
			if !bytes.Equal(before, bytesOf(t, path)) || !bytes.Equal(log, bytesOf(t, path+"-wal")) {
				t.Error("the file has changed")
			}
			t.Logf("refused: %v; of %d bytes 0 have changed", err, len(before)+len(log))
		})
	}
	for dsn, want := range map[string]string{"kabar.db": "want sqlite:path", "sqlite:": "want sqlite:path", "sqlite:" + filepath.Join(t.TempDir(), "no", "kabar.db"): "folder", "sqlite:" + t.TempDir(): ""} {
		if s, err := store.Open(t.Context(), dsn); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want words with %q", dsn, err, want)
			if err == nil {
				s.Close()
			}
		}
	}
}

// TestPaths: a path may hold what means something in a URL.
func TestPaths(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%20é.db")
	openAt(t, path)
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}

// TestUpgrade: the first version's database keeps its articles, their marks and their counts.
func TestUpgrade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kabar.db")
	first, err := os.ReadFile("migrations/0001_first.sql")
	if err != nil {
		t.Fatal(err)
	}
	edit(t, path, "CREATE TABLE migration (name TEXT PRIMARY KEY)", "INSERT INTO migration VALUES ('migrations/0001_first.sql')", string(first),
		"INSERT INTO page (id, site, views, shares) VALUES (7, 'brebes', 51, 2)",
		"INSERT INTO page_url VALUES ('brebes', '"+home+"1', 7)",
		`INSERT INTO article VALUES (1, 'brebes', 'satu', 7, '`+feed+`', 'g', '`+home+`1', 'Satu', '', '', 'null', '', '', '[]', 'satu', 1, 1, 0, 'hash')`)
	s := openAt(t, path)
	f := &fixture{T: t, s: s}
	f.ingest(feed, source.Ingested{Updated: 1}, item("g", "Satu (ralat)", "2"))
	if a := f.article("satu"); a.Counts != (news.Counts{Views: 51, Shares: 2}) || a.Title != "Satu (ralat)" {
		t.Errorf("after the upgrade: %+v", a)
	}
}

// TestTwoServers: a second program may open the file while the first works, and both see one count.
func TestTwoServers(t *testing.T) {
	path := filled(t)
	a, b := &fixture{T: t, s: openAt(t, path)}, &fixture{T: t, s: openAt(t, path), ids: 1000}
	a.record(store.Happening{Slug: "berita"})
	if got := b.record(store.Happening{Slug: "berita"})[0].Counts.Views; got != 2 {
		t.Errorf("%d views, want both servers' 2", got)
	}
	// What the one has recorded the other knows, though neither has brought it in.
	again := store.Happening{ID: "same", Slug: "berita", PageHash: 7}
	for i, f := range []*fixture{a, b, a, b} {
		if got := f.record(again)[0].Counts.Views; got != 3 {
			t.Errorf("%d views after an event was sent %d times, want 3", got, i+1)
		}
	}
	for i, f := range []*fixture{b, a} {
		if got := f.record(store.Happening{Slug: "berita"})[0].Counts.Views; got != int64(4+i) {
			t.Errorf("%d views, want %d", got, 4+i)
		}
	}
	first, err := a.s.Salt(t.Context(), "2026-08-12")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []*fixture{a, b, a, b} { // as servers do in the two seconds after
		if err := f.s.BringIn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []*fixture{a, b} {
		if got := f.article("berita").Counts.Views; got != 5 {
			t.Errorf("%d views are shown, want 5", got)
		}
	}
	// One that has nothing to do shows what the other counts, and counts on from there.
	a.record(store.Happening{Slug: "berita"})
	for _, f := range []*fixture{a, a} {
		if err := f.s.BringIn(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	b.record(store.Happening{Slug: "berita"})
	if err := b.s.BringIn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := a.article("berita").Counts.Views; got != 7 {
		t.Errorf("%d views are shown, want 7", got)
	}
	if got := a.record(store.Happening{Slug: "berita"})[0].Counts.Views; got != 8 {
		t.Errorf("%d views, want 8", got)
	}
	if second, err := b.s.Salt(t.Context(), "2026-08-12"); err != nil || !bytes.Equal(first, second) {
		t.Errorf("the servers have different salts, %v", err)
	}
}

// TestTotalsOnlyGrow: whoever reads while events are recorded, brought in and changed by other transactions sees no fewer than were recorded before.
func TestTotalsOnlyGrow(t *testing.T) {
	t.Parallel()
	path := filled(t)
	f := &fixture{T: t, s: openAt(t, path)}
	const rounds = 150
	var recorded atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for round := range rounds {
			f.record(store.Happening{Slug: "berita"}, store.Happening{Slug: "berita"})
			recorded.Add(2)
			var err error
			switch round % 4 {
			case 1:
				err = f.s.BringIn(t.Context())
			case 2: // there is nothing left the second time
				err = errors.Join(f.s.BringIn(t.Context()), f.s.BringIn(t.Context()))
			case 3:
				err = f.s.DropUnusedPictures(t.Context())
			}
			if err != nil {
				t.Error(err)
			}
		}
	}()
	defer func() { <-done }()
	var reads, last int64
	for running := true; running; reads++ {
		select {
		case <-done:
			running = false
		default:
		}
		least := max(last, recorded.Load())
		if last = f.article("berita").Counts.Views; last < least {
			t.Fatalf("%d views are shown after %d", last, least)
		}
	}
	if last != 2*rounds {
		t.Errorf("%d views, want %d", last, 2*rounds)
	}
	t.Logf("%d reads of a total that grew to %d, never less than before", reads, last)
}

// TestEndedSubscriptionLeavesTheDisk: at the next sweep no byte of it is left, also when nothing else was to be destroyed.
func TestEndedSubscriptionLeavesTheDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kabar.db")
	s := openAt(t, path)
	const endpoint = "https://push.example.com/peramban-seseorang"
	held := func() bool {
		t.Helper()
		var all []byte
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(path + suffix)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, data...)
		}
		return bytes.Contains(all, []byte(endpoint))
	}
	if err := s.Subscribe(t.Context(), site, store.PushSubscription{Endpoint: endpoint, Key: "k", Auth: "a"}, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(t.Context(), "2026-08-11", "2026-08-05"); err != nil || !held() {
		t.Errorf("a subscription that goes on is gone: %v", err)
	}
	if err := s.Unsubscribe(t.Context(), site, endpoint); err != nil {
		t.Fatal(err)
	}
	if err := s.Forget(t.Context(), "2026-08-11", "2026-08-05"); err != nil || held() {
		t.Errorf("a subscription that has ended is on the disk: %v", err)
	}
}

// A transaction of many events writes a page or two of the file, wherever their readers, pages and days belong. Brought in, what comes together is stored
// together where ids begin with their time.
func TestEventsStandTogether(t *testing.T) {
	t.Parallel()
	const each, transactions = 60, 10
	written := func(id func(i int) string) (recording, bringing int64) {
		path := filepath.Join(t.TempDir(), "kabar.db")
		s, err := store.Open(t.Context(), "sqlite:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		f := &fixture{T: t, s: s}
		f.ingest(feed, source.Ingested{New: 1}, item("1", "Satu", "1"))
		n := 0
		batch := func(size int) {
			all := make([]store.Happening, size)
			for i := range all {
				all[i] = store.Happening{ID: id(n), Slug: "satu"}
				n++
			}
			f.record(all...)
		}
		log := func() int64 {
			info, err := os.Stat(path + "-wal")
			if err != nil {
				t.Fatal(err)
			}
			return info.Size()
		}
		bring := func() {
			if err := s.BringIn(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		for range 20 {
			batch(1000)
		}
		bring()
		before := log()
		for range transactions {
			batch(each)
		}
		recorded := log()
		bring()
		return recorded - before, log() - recorded
	}
	recording, timed := written(func(i int) string { return fmt.Sprintf("%d%017d", 1786500000000+i, i*7919) })
	_, random := written(func(int) string { return rand.Text() })
	if pages := recording / 4096; pages > 4*transactions {
		t.Errorf("%d transactions of %d events write %d pages", transactions, each, pages)
	}
	if 4*timed > 3*random {
		t.Errorf("bringing in %d events writes %d bytes, those of events at random %d", transactions*each, timed, random)
	}
	t.Logf("%d transactions of %d events write %d bytes; bringing them in writes %d, and %d of events at random", transactions, each, recording, timed, random)
}

// What a server of before the small keys has written beside a newer one is destroyed with the rest, and does not stand in its way.
func TestForgetForeign(t *testing.T) {
	path := filled(t)
	edit(t, path, "INSERT INTO reader VALUES (x'0102030405060708', '2026-08-12'), (7, 20000)", "INSERT INTO event VALUES ('event-of-before', '2026-08-12')")
	s, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Forget(t.Context(), "2026-08-11", "2026-08-05"); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var left int
	if err := db.QueryRowContext(t.Context(), "SELECT (SELECT COUNT(*) FROM reader) + (SELECT COUNT(*) FROM event)").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d rows are left, %v", left, err)
	}
}
