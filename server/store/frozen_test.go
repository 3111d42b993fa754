package store_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"kabar/server/source"
	"kabar/server/store"
)

// relay stands between a store and its database, and can leave the connections of the moment as a machine does that has vanished: open, and without a word.
type relay struct {
	mu     sync.Mutex
	frozen chan struct{} // closed when the connections of the moment are left
}

// relayed returns the address of a database behind a relay.
func relayed(t *testing.T, dsn string) (*relay, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	to := filepath.Join(q.Get("host"), ".s.PGSQL.5432")
	dir := t.TempDir()
	ln, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	r := &relay{frozen: make(chan struct{})}
	go func() {
		for {
			a, err := ln.Accept()
			if err != nil {
				return
			}
			b, err := net.Dial("unix", to)
			if err != nil {
				a.Close()
				continue
			}
			r.mu.Lock()
			frozen := r.frozen
			r.mu.Unlock()
			go pass(a, b, frozen)
			go pass(b, a, frozen)
		}
	}()
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	return r, u.String()
}

// pass hands on what comes, until it is frozen.
func pass(from, to net.Conn, frozen chan struct{}) {
	defer from.Close()
	for b := make([]byte, 4096); ; {
		n, err := from.Read(b)
		select {
		case <-frozen:
			io.Copy(io.Discard, from) // what is sent is acknowledged by this machine, and goes nowhere
			return
		default:
		}
		if err != nil {
			to.Close()
			return
		}
		if _, err := to.Write(b[:n]); err != nil {
			return
		}
	}
}

// freeze leaves the connections of the moment. Later ones work.
func (r *relay) freeze() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.frozen)
	r.frozen = make(chan struct{})
}

// TestDatabaseVanishes: a database whose machine is gone without a word, as in a failover, holds counting up for as long as the store's patience; then it goes
// on by new connections, and what was refused counts once.
func TestDatabaseVanishes(t *testing.T) {
	t.Parallel()
	r, dsn := relayed(t, database(t))
	f := &fixture{T: t, s: open(t, dsn)}
	f.s.Patience /= 20
	f.ingest(feed, source.Ingested{New: 1}, item("1", "Satu", "1"))
	f.record(store.Happening{ID: "before", Slug: "satu"})
	again := store.Happening{ID: "again", Site: site, Slug: "satu", Type: "view", Via: "page", Day: "2026-08-12", HashDay: "2026-08-12", Hash: func(int64) int64 { return 82 }}
	r.freeze()
	refused, counted := 0, int64(0)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			got, err := f.s.Record(t.Context(), []store.Happening{again})
			if err == nil {
				counted = got[0].Counts.Views
				return
			}
			if !store.Unavailable(err) && !errors.Is(err, context.DeadlineExceeded) {
				t.Error("readers are not told to come again:", err)
			}
			refused++
		}
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatal("counting waits for a machine that is gone")
	}
	if counted != 2 || refused == 0 {
		t.Errorf("%d views after %d attempts in vain, want 2", counted, refused)
	}
	if got := f.record(again)[0].Counts.Views; got != 2 {
		t.Errorf("the same event again makes %d views", got)
	}
	t.Logf("counting went on after %d attempts in vain; 0 of 1 views lost, 0 counted twice", refused)
}
