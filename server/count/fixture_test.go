package count_test

import (
	"context"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/count"
	"kabar/server/source"
	"kabar/server/store"
)

// noon is a time at which it is the same day in all of Indonesia.
var noon = time.Date(2026, 8, 12, 12, 0, 0, 0, time.FixedZone("WIB", 7*60*60))

// clock is a time that a test sets.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

// fixture is a counter that runs over a database of its own.
type fixture struct {
	testing.TB
	clock   *clock
	path    string // of SQLite's file
	dsn     string
	store   *store.Store
	counter *count.Counter
	office  count.Office
	stop    func()
}

func start(tb testing.TB) *fixture {
	return startAt(tb, "sqlite:"+filepath.Join(tb.TempDir(), "kabar.db"), noon)
}

// startAt opens a database and runs a counter over it until the test ends or stops it.
func startAt(tb testing.TB, dsn string, now time.Time) *fixture {
	tb.Helper()
	f := &fixture{TB: tb, dsn: dsn, path: strings.TrimPrefix(dsn, "sqlite:"), clock: &clock{t: now}, office: office("brebes", "Asia/Jakarta")}
	var err error
	if f.store, err = store.Open(tb.Context(), dsn); err != nil {
		tb.Fatal(err)
	}
	f.store.Now = f.clock.now
	f.counter = count.New(f.store, []string{"whatsapp", "facebook"})
	f.counter.Now = f.clock.now
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := f.counter.Run(ctx); err != nil {
			tb.Error(err)
		}
	})
	f.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
		if err := f.store.Close(); err != nil {
			tb.Error(err)
		}
	})
	tb.Cleanup(f.stop)
	return f
}

func office(id, zone string) count.Office {
	return count.Office{Site: news.Site{ID: id, TimeZone: zone}, Hosts: map[string]bool{"kab-brebes.kpu.go.id": true, "arsip.kpu.go.id": true}}
}

// articles stores n articles of the office and returns their slugs.
func (f *fixture) articles(n int) []string { return f.articlesOf(f.office.ID, n) }

func (f *fixture) articlesOf(site string, n int) (slugs []string) {
	f.Helper()
	items := make([]source.Item, n)
	for i := range items {
		items[i] = source.Item{GUID: fmt.Sprint("g", i), Title: fmt.Sprint("Berita ", i), URL: fmt.Sprintf("https://kab-brebes.kpu.go.id/berita/%d", i)}
		slugs = append(slugs, fmt.Sprint("berita-", i))
	}
	if _, err := f.store.Ingest(f.Context(), site, "feed", items); err != nil {
		f.Fatal(err)
	}
	return slugs
}

// submit sends events of one reader, and fails the test on an error.
func (f *fixture) submit(r count.Reader, events ...news.Event) count.Answer {
	f.Helper()
	a, err := f.counter.Submit(f.Context(), f.office, r, events)
	if err != nil {
		f.Fatal(err)
	}
	return a
}

func (f *fixture) counts(slug string) news.Counts {
	f.Helper()
	a, err := f.store.Article(context.Background(), f.office.ID, slug)
	if err != nil {
		f.Fatal(err)
	}
	return a.Counts
}

func reader(addr, agent string) count.Reader {
	return count.Reader{Addr: netip.MustParseAddr(addr), Agent: agent}
}
