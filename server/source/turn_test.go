package source

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"kabar/server/fetch"
)

// The offices of a country begin one after another, and hold few feeds at once.
func TestStartIsSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const offices = 514
		held, most := 0, 0
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){}}
		p := &Poller{Store: &memory{}, Get: w.get}
		for i := range offices {
			feed := fmt.Sprint("f", i)
			p.Sites = append(p.Sites, Site{ID: fmt.Sprint("kab-", i), Feeds: []string{feed}, Refresh: time.Hour})
			w.answer[feed] = func(int, fetch.Request) (*fetch.Response, error) {
				w.mu.Lock()
				held++
				most = max(most, held)
				w.mu.Unlock()
				time.Sleep(time.Second) // a slow office, in the bubble's time
				w.mu.Lock()
				held--
				w.mu.Unlock()
				return feedBody("a"), nil
			}
		}
		began := time.Now()
		running(t, p)
		pass(10 * time.Second)
		perSecond := map[int]int{}
		for feed := range w.answer {
			times := w.asked(feed)
			if len(times) != 1 {
				t.Fatalf("%s was asked for %d times", feed, len(times))
			}
			perSecond[int(times[0].Sub(began).Seconds())]++
		}
		for second, n := range perSecond {
			if n > 60 {
				t.Errorf("%d feeds were asked for in second %d", n, second)
			}
		}
		if most > 80 { // those that waited for two seconds go, whatever is held
			t.Errorf("%d feeds were held at once", most)
		}
		t.Logf("%d feeds, each held for a second: at most %d at once", offices, most)
	})
}

// slowStore takes long to store, and counts the feeds that are there.
type slowStore struct {
	memory
	there, most atomic.Int64
}

func (s *slowStore) Ingest(ctx context.Context, site, source string, items []Item) (Ingested, error) {
	defer s.there.Add(-1)
	time.Sleep(3 * time.Second) // longer than the others' patience, in the bubble's time
	return s.memory.Ingest(ctx, site, source, items)
}

// While feeds are stored slowly, the others of a start are not fetched to lie in memory.
func TestFewFeedsAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const offices = 35
		s := &slowStore{}
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){}}
		p := &Poller{Store: s, Get: w.get}
		for i := range offices {
			feed := fmt.Sprint("f", i)
			p.Sites = append(p.Sites, Site{ID: fmt.Sprint("kab-", i), Feeds: []string{feed}, Refresh: time.Hour})
			w.answer[feed] = func(int, fetch.Request) (*fetch.Response, error) {
				s.most.Store(max(s.most.Load(), s.there.Add(1)))
				return feedBody("a"), nil
			}
		}
		running(t, p)
		pass(2 * time.Minute)
		if most := s.most.Load(); most > maxBodies {
			t.Errorf("%d feeds were held at once", most)
		}
		if n := strings.Count(s.got(), "kab-"); n != offices {
			t.Errorf("%d of %d offices were read", n, offices)
		}
	})
}

// slowFolder takes a while to be listed.
type slowFolder struct {
	fs.FS
	looks atomic.Int64
}

// ReadDir implements fs.ReadDirFS.
func (f *slowFolder) ReadDir(name string) ([]fs.DirEntry, error) {
	f.looks.Add(1)
	time.Sleep(200 * time.Millisecond) // of the bubble's time
	return fs.ReadDir(f.FS, name)
}

// A folder that takes long to look at is looked at less often.
func TestLargeFolder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &slowFolder{FS: fstest.MapFS{"a.md": {Data: []byte("# A")}}}
		running(t, &Poller{Sites: []Site{{ID: "kab", Posts: f}}, Store: &memory{}})
		pass(100 * time.Second)
		if n := f.looks.Load(); n < 9 || n > 11 {
			t.Errorf("looked at %d times in 100 seconds, want 10: each takes 0.2 seconds", n)
		}
	})
}

// However many offices never answer, one that does is read within seconds.
func TestDeadOfficesDelayNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, over := &memory{}, make(chan struct{})
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){"good": func(int, fetch.Request) (*fetch.Response, error) { return feedBody("a"), nil }}}
		p := &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"good"}, Refresh: time.Minute}}, Store: store, Get: w.get}
		for i := range 100 {
			dead := fmt.Sprint("dead", i)
			w.answer[dead] = func(int, fetch.Request) (*fetch.Response, error) { <-over; return feedBody("b"), nil }
			p.Sites = append(p.Sites, Site{ID: "mati", Feeds: []string{dead}, Refresh: time.Minute})
		}
		running(t, p)
		t.Cleanup(func() { close(over) })
		pass(patience)
		if got := store.got(); !strings.Contains(got, "kab good a") {
			t.Errorf("behind a hundred dead offices one was not read: %q", got)
		}
		pass(10 * time.Minute)
		if n := len(w.asked("good")); n < 9 {
			t.Errorf("it was read %d times in ten minutes", n)
		}
	})
}
