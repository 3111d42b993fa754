package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", to work behind the store's back

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/store"
)

// patience bounds every wait for what another server does.
const patience = time.Minute

// eventually waits until ok.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); !ok(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited in vain for " + what)
		}
	}
}

// replicas opens one new database as n servers do that start at once.
func replicas(t *testing.T, n int) (dsn string, all []*fixture) {
	t.Helper()
	dsn = database(t)
	all = make([]*fixture, n)
	var starting sync.WaitGroup
	for i := range all {
		starting.Go(func() {
			s, err := store.Open(t.Context(), dsn)
			if err != nil {
				t.Error(err)
				return
			}
			all[i] = &fixture{T: t, s: s, ids: i << 20}
		})
	}
	starting.Wait()
	for _, f := range all {
		if f == nil {
			t.FailNow()
		}
		t.Cleanup(func() { f.s.Close() })
	}
	return dsn, all
}

// TestReplicas: servers of one database have the same salts, and what one changes is old in the others at once.
func TestReplicas(t *testing.T) {
	_, all := replicas(t, 3)
	a, b := all[0], all[1]
	a.ingest(feed, source.Ingested{New: 1}, item("1", "Satu", "1"))
	eventually(t, "the other server to hear of news", func() bool { return b.s.Version(site) > 0 })
	if b.s.CountVersion(site) != 0 {
		t.Error("news came as counts")
	}
	same := func(int64) int64 { return 81 }
	a.record(store.Happening{Slug: "satu", Hash: same})
	if r := b.record(store.Happening{Slug: "satu", Hash: same})[0]; r.Counts.Views != 1 {
		t.Errorf("a reader of two servers counts %d times", r.Counts.Views)
	}
	eventually(t, "the other server to hear of counts", func() bool { return b.s.CountVersion(site) > 0 && all[2].s.CountVersion(site) > 0 })
	first, err := a.s.Salt(t.Context(), "2026-08-12")
	if err != nil {
		t.Fatal(err)
	}
	before := b.s.Version(site)
	a.ingest(feed, source.Ingested{New: 1}, item("2", "Dua", "2"))
	if err := a.s.Close(); err != nil { // as kabar import does at once
		t.Fatal(err)
	}
	eventually(t, "the last word of one that ends", func() bool { return b.s.Version(site) > before })
	for _, f := range all[1:] {
		if salt, err := f.s.Salt(t.Context(), "2026-08-12"); err != nil || !bytes.Equal(salt, first) {
			t.Errorf("another salt, %v", err)
		}
	}
}

// TestReplicasCount: servers that count the same events and readers at once, on pages that become one meanwhile, lose and add nothing.
func TestReplicasCount(t *testing.T) {
	dsn, all := replicas(t, 3)
	all[0].ingest("a", source.Ingested{New: 1}, item("g", "Judul", "lama"))
	all[0].ingest("b", source.Ingested{New: 1}, item("h", "Judul", "baru"))
	const rounds, each = 12, 40
	var counting sync.WaitGroup
	for n, f := range all {
		counting.Go(func() {
			for round := range rounds {
				var batch []store.Happening
				for i := range each {
					// Every server has the same events and readers, each in an order of its own, on addresses that all of them make.
					k := (i*7 + n*13) % each
					id := fmt.Sprintf("%d-%d", round, k)
					h := store.Happening{ID: id, Site: site, Slug: "judul", Type: news.View, Via: news.ViaPage, Day: "2026-08-12", HashDay: "2026-08-12", Hash: func(int64) int64 { return int64(round*each + k) }}
					switch k % 4 {
					case 1:
						h.Slug = "judul-2"
					case 2:
						h.Slug, h.URL, h.Make = "", fmt.Sprint(home, "x", round, "-", k%8), true
					}
					batch = append(batch, h)
				}
				if _, err := f.s.Record(t.Context(), batch); err != nil {
					t.Error(err)
				}
			}
		})
	}
	counting.Go(func() { all[1].ingest("a", source.Ingested{Updated: 1}, item("g", "Judul", "baru")) })
	counting.Wait()
	db := behind(t, dsn)
	for what, q := range map[string]string{"totals": "SELECT SUM(views) FROM page", "days": "SELECT SUM(n) FROM daily", "readers": "SELECT COUNT(*) FROM reader", "events": "SELECT COUNT(*) FROM event"} {
		var got int
		if err := db.QueryRowContext(t.Context(), q).Scan(&got); err != nil || got != rounds*each {
			t.Errorf("%s: %d (%v), want %d", what, got, err, rounds*each)
		}
	}
	if c := all[2].article("judul").Counts.Views; c != rounds*each*3/4 {
		t.Errorf("the article has %d views, want %d", c, rounds*each*3/4)
	}
}

// behind opens a PostgreSQL database behind the store's back.
func behind(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// TestAlone: one server at a time works, another goes on when that one ends or loses its connection, and then all is read anew.
func TestAlone(t *testing.T) {
	dsn, all := replicas(t, 3)
	var mu sync.Mutex
	working, most, turns := map[int]bool{}, 0, 0
	who := func() (one int, n int) {
		mu.Lock()
		defer mu.Unlock()
		for one = range working {
		}
		return one, turns
	}
	var running sync.WaitGroup
	defer running.Wait()
	stop := make([]context.CancelFunc, len(all))
	for i, f := range all {
		var ctx context.Context
		ctx, stop[i] = context.WithCancel(t.Context())
		defer stop[i]()
		running.Go(func() {
			f.s.Alone(ctx, func(ctx context.Context) {
				mu.Lock()
				working[i], turns = true, turns+1
				most = max(most, len(working))
				mu.Unlock()
				<-ctx.Done()
				mu.Lock()
				delete(working, i)
				mu.Unlock()
			})
		})
	}
	eventually(t, "one to begin", func() bool { _, n := who(); return n == 1 })
	first, _ := who()
	version := make([]uint64, len(all))
	for i, f := range all {
		version[i] = f.s.Version(site)
	}
	stop[first]()
	eventually(t, "another to go on", func() bool { now, n := who(); return n == 2 && now != first })
	second, _ := who()
	third := 3 - first - second
	eventually(t, "all to be read anew", func() bool { return all[third].s.Version(site) > version[third] })
	mu.Lock()
	if most != 1 { // from here on, one may work until it notices that its connection has broken
		t.Errorf("%d worked at once", most)
	}
	mu.Unlock()
	if _, err := behind(t, dsn).ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "somebody to go on after the connection broke", func() bool { _, n := who(); return n == 3 })
}

// TestConnectionsBreak: a server goes on by itself when the database has cut all its connections, and hears of what it missed.
func TestConnectionsBreak(t *testing.T) {
	dsn, all := replicas(t, 2)
	a, b := all[0], all[1]
	a.ingest(feed, source.Ingested{New: 1}, item("1", "Satu", "1"))
	eventually(t, "the news", func() bool { return b.s.Version(site) == 1 })
	if _, err := behind(t, dsn).ExecContext(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kabar'"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "everything to be old", func() bool { return b.s.Version(site) > 1 })
	eventually(t, "counting to go on", func() bool {
		_, err := b.s.Counts(t.Context(), site, []string{"satu"})
		return err == nil
	})
	a.ingest(feed, source.Ingested{Updated: 1}, item("1", "Satu lagi", "1"))
	b.slugs(news.Query{Search: "lagi"}, "satu")
}

// TestPostgreSQLRefusal: another program's database, and that of a newer version, are left as they are.
func TestPostgreSQLRefusal(t *testing.T) {
	dsn := database(t)
	open(t, dsn).Close()
	db := behind(t, dsn)
	for _, c := range []struct{ change, want string }{
		{"INSERT INTO migration VALUES ('migrations/9999_later.sql')", "newer version of Kabar"},
		{"ALTER TABLE migration RENAME TO theirs", "another program's"},
	} {
		if _, err := db.ExecContext(t.Context(), c.change); err != nil {
			t.Fatal(err)
		}
		s, err := store.Open(t.Context(), dsn)
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "left as it is") && !strings.Contains(err.Error(), "left as it was") {
			t.Errorf("%v, want words with %q", err, c.want)
		}
	}
}

// TestSaltsLeaveTheDisk: the file that held a salt is replaced when it is destroyed, and no other of the database's holds it.
func TestSaltsLeaveTheDisk(t *testing.T) {
	dsn := database(t)
	s := open(t, dsn)
	salts := map[string][]byte{}
	for _, day := range []string{"2026-08-10", "2026-08-12"} {
		var err error
		if salts[day], err = s.Salt(t.Context(), day); err != nil {
			t.Fatal(err)
		}
	}
	held := func() (days []string) {
		t.Helper()
		var folder string
		db := behind(t, dsn)
		if _, err := db.ExecContext(t.Context(), "CHECKPOINT"); err != nil { // what is in memory goes to the files, and those that were dropped go
			t.Fatal(err)
		}
		if err := db.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&folder); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(folder, "base", "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil && !errors.Is(err, fs.ErrNotExist) { // other tests drop theirs meanwhile
				t.Fatal(err)
			}
			for day, salt := range salts {
				if bytes.Contains(data, salt) {
					days = append(days, day)
				}
			}
		}
		slices.Sort(days)
		return days
	}
	if got := held(); !slices.Equal(got, []string{"2026-08-10", "2026-08-12"}) {
		t.Fatalf("the search finds the salts of %v", got)
	}
	file := func() (name string) {
		if err := behind(t, dsn).QueryRowContext(t.Context(), "SELECT pg_relation_filepath('salt')").Scan(&name); err != nil {
			t.Fatal(err)
		}
		return name
	}
	before := file()
	if err := s.Forget(t.Context(), "2026-08-11", "2026-08-05"); err != nil {
		t.Fatal(err)
	}
	if file() == before {
		t.Error("the destroyed salt may be read from the file that held it")
	}
	if got := held(); !slices.Equal(got, []string{"2026-08-12"}) {
		t.Errorf("the files hold the salts of %v", got)
	}
}
