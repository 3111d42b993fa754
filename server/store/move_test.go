package store_test

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/store"
)

// busy fills a database with a row of every table.
func busy(t *testing.T, s *store.Store) *fixture {
	f := &fixture{T: t, s: s, now: time.Date(2026, 8, 12, 5, 0, 0, 0, time.UTC)}
	s.Now = func() time.Time { return f.now }
	ctx := t.Context()
	it := item("post:1", "Satu", "1")
	it.ImageSrc, it.Categories, it.ViewsBefore, it.ViewsFrom = "https://kpu.example/a.jpg", []string{"Berita"}, 70, "wordpress"
	told := item("post:3", "Kabar", "3")
	told.Announce = true
	f.ingest("posts", source.Ingested{New: 1}, told)
	f.ingest("posts", source.Ingested{New: 3}, item("post:0", "Nol\x00\xff", ""), it, item("post:2", "Dua", "2"))
	f.ingest("a", source.Ingested{New: 1}, item("g", "Judul", "lama"))
	f.ingest("b", source.Ingested{New: 1}, item("h", "Judul", "baru"))
	f.ingest("a", source.Ingested{Updated: 1}, item("g", "Judul", "baru"))
	for range 300 {
		f.record(store.Happening{Slug: "satu"})
	}
	f.record(store.Happening{Slug: "dua", Type: news.Share, Network: "x"})
	salt, err := s.Salt(ctx, "2026-08-12")
	for _, do := range []func() error{
		func() error { return err },
		func() error { return s.Remove(ctx, site, "posts", "post:2") },
		func() error {
			return s.SaveSource(ctx, site, feed, source.State{ETag: string(salt[:0]) + "e", Items: 3})
		},
		func() error { return s.PutCard(ctx, site, "satu", "card", []byte("jpeg")) },
		func() error {
			return s.KeepAssets(ctx, []store.Asset{{Name: "app.wasm", Kind: "application/wasm", Brotli: []byte{1, 0}}})
		},
		func() error {
			return s.PutPicture(ctx, store.PictureSource{Site: site, Src: it.ImageSrc}, news.Image{Name: "abc", Widths: []int{320}, Width: 320}, []store.PictureFile{{Width: 320, Ext: "webp", Data: []byte{0, 1, 255}}})
		},
		func() error { _, _, err := s.PushKeys(ctx, "private", "public"); return err },
		func() error {
			return s.Subscribe(ctx, site, store.PushSubscription{Endpoint: "https://push.example/x"}, 9)
		},
		func() error { _, err := s.SignIn(ctx, site, []byte("secret"), f.now.Add(time.Hour)); return err },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// TestMove: everything goes from either kind of database into the other, again when it has gone on, and never over something else.
func TestMove(t *testing.T) {
	file := func(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "kabar.db") }
	for name, where := range map[string]struct{ from, to func(*testing.T) string }{"to PostgreSQL": {file, database}, "to SQLite": {database, file}} {
		t.Run(name, func(t *testing.T) {
			from, to := open(t, where.from(t)), open(t, where.to(t))
			f := busy(t, from)
			move := func() map[string]int64 {
				t.Helper()
				copied := map[string]int64{}
				totals, err := store.Move(t.Context(), from, to, func(table string, rows int64) { copied[table] = rows })
				if err != nil {
					t.Fatal(err)
				}
				for table, n := range copied {
					if n == 0 {
						t.Errorf("no row of %s was copied: the test does not fill it", table)
					}
					if !slices.Contains(totals, store.Total{Name: "rows of " + table, N: n}) {
						t.Errorf("%d rows of %s are not among the totals %v", n, table, totals)
					}
				}
				if len(copied) != 21 {
					t.Errorf("%d tables were copied", len(copied))
				}
				return copied
			}
			move()
			move()
			f.record(store.Happening{Slug: "satu"})
			f.ingest(feed, source.Ingested{New: 1}, item("z", "Baru", "baru-lagi"))
			move()
			g := &fixture{T: t, s: to, ids: 1 << 20}
			if a, b := f.article("satu"), g.article("satu"); a.Counts != b.Counts || b.Counts.Views != 371 || a.Image == nil || a.Image.Name != b.Image.Name || !a.Published.Equal(b.Published) {
				t.Errorf("%+v became %+v", a, b)
			}
			first, err1 := from.Salt(t.Context(), "2026-08-12")
			second, err2 := to.Salt(t.Context(), "2026-08-12")
			if err1 != nil || err2 != nil || !bytes.Equal(first, second) {
				t.Errorf("the salt has changed, %v %v", err1, err2)
			}
			if data, err := to.PictureFile(t.Context(), "abc", 320, "webp"); err != nil || !bytes.Equal(data, []byte{0, 1, 255}) {
				t.Errorf("the picture is %v, %v", data, err)
			}
			// The copy goes on by itself: new rows get numbers of their own, and what it has counted is not overwritten.
			g.ingest(feed, source.Ingested{New: 1}, item("y", "Lain", "lain"))
			g.record(store.Happening{Slug: "satu"})
			_, err := store.Move(t.Context(), from, to, func(string, int64) {})
			if err == nil || !strings.Contains(err.Error(), "holds something else, and was left as it is") {
				t.Errorf("over what has gone on: %v", err)
			}
			if g.article("satu").Counts.Views != 372 {
				t.Error("the copy was changed")
			}
		})
	}
}

// TestMoveTables: no table is forgotten, but for the journal, which is brought in first.
func TestMoveTables(t *testing.T) {
	dsn := database(t)
	var copied []string
	if _, err := store.Move(t.Context(), open(t, "sqlite:"+filepath.Join(t.TempDir(), "kabar.db")), open(t, dsn), func(table string, _ int64) { copied = append(copied, table) }); err != nil {
		t.Fatal(err)
	}
	rows, err := behind(t, dsn).QueryContext(t.Context(), "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name NOT IN ('migration', 'journal')")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(copied, name) {
			t.Errorf("table %s is not moved", name)
		}
	}
}

// TestMoveBeside: nothing is moved into a database on which a server works.
func TestMoveBeside(t *testing.T) {
	dsn, all := replicas(t, 1)
	ctx, stop := context.WithCancel(t.Context())
	begun, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		all[0].s.Alone(ctx, func(ctx context.Context) { close(begun); <-ctx.Done() })
	}()
	<-begun
	_, err := store.Move(t.Context(), open(t, "sqlite:"+filepath.Join(t.TempDir(), "kabar.db")), open(t, dsn), func(string, int64) {})
	if err == nil || !strings.Contains(err.Error(), "stop it first") {
		t.Error(err)
	}
	stop()
	<-ended
}
