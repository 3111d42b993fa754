package source

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"kabar/server/fetch"
)

// A clock that is put back or ahead neither keeps sources from being read nor has them read all the time; nor does what was kept of a source under a clock
// that was ahead.
func TestPollClockJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ahead atomic.Int64
		good := func(int, fetch.Request) (*fetch.Response, error) { return feedBody("a"), nil }
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){"f": good, "sent-away": good}}
		store := &memory{states: map[string]State{"kabsent-away": {NotBefore: time.Now().AddDate(0, 0, 10)}}}
		now := func() time.Time { return time.Now().Round(0).Add(time.Duration(ahead.Load())) } // the wall's, which can jump
		least, most, jumps := 10, 10, []time.Duration{0, -5 * time.Hour, -24 * time.Hour, 36 * time.Hour, 10 * 24 * time.Hour, -20 * 24 * time.Hour}
		running(t, &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"f", "sent-away"}, Refresh: time.Minute}}, Store: store, Get: w.get, Now: now})
		for _, jump := range jumps {
			ahead.Add(int64(jump))
			for url := range w.answer {
				before := len(w.asked(url))
				pass(10 * time.Minute)
				n := len(w.asked(url)) - before
				if n < 8 || n > 12 {
					t.Errorf("in ten minutes after a jump of %v %s was read %d times", jump, url, n)
				}
				least, most = min(least, n), max(most, n)
			}
		}
		t.Logf("feeds to be read each minute were read %d to %d times in the ten minutes after each of %v", least, most, jumps)
	})
}

// hostile is a server of feeds that nobody can read, which counts what it sends.
type hostile struct {
	*httptest.Server
	sent, hops, drips atomic.Int64
}

// tenGB is far more than anybody takes.
const tenGB = 10 << 30

func newHostile(t *testing.T) *hostile {
	h := &hostile{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		flush := http.NewResponseController(w).Flush
		switch r.URL.Path {
		case "/trickle":
			for tick := time.NewTicker(5 * time.Millisecond); ; {
				if _, err := io.WriteString(w, " "); err != nil || flush() != nil {
					return
				}
				h.drips.Add(1)
				select {
				case <-tick.C:
				case <-r.Context().Done():
					tick.Stop()
					return
				}
			}
		case "/huge":
			w.Header().Set("Content-Length", "10737418240")
			for piece := make([]byte, 1<<16); h.sent.Load() < tenGB; h.sent.Add(int64(len(piece))) {
				if _, err := w.Write(piece); err != nil {
					return
				}
			}
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for i, piece := 0, make([]byte, 1<<20); i < 1<<10; i++ { // a gigabyte, which is sent as one megabyte
				if _, err := z.Write(piece); err != nil {
					return
				}
			}
			z.Close()
		case "/loop":
			h.hops.Add(1)
			http.Redirect(w, r, "/loop?"+strings.Repeat("a", int(h.hops.Load())), http.StatusFound)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

// Feeds that trickle for ever, bring ten gigabytes or a gigabyte packed into one, or lead in circles, are each left at a bound, with a reason that
// operators understand; another office's feed is read meanwhile, again and again.
func TestHostileFeeds(t *testing.T) {
	h := newHostile(t)
	var reads atomic.Int64
	good := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads.Add(1)
		w.Write(feedBody("berita").Body)
	}))
	t.Cleanup(good.Close)
	client := fetch.New("test")
	get := func(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
		if strings.HasSuffix(r.URL, "/trickle") {
			r.Timeout = 500 * time.Millisecond // of fetch.DefaultTimeout
		}
		return client.Get(ctx, r)
	}
	says := map[string]string{
		h.URL + "/trickle": "does not answer (timed out after 0.5 s)",
		h.URL + "/huge":    "larger than the cap of 8388608 bytes",
		h.URL + "/bomb":    "larger than the cap of 8388608 bytes",
		h.URL + "/loop":    "more than 5 redirects",
	}
	sites := []Site{{ID: "good", Feeds: []string{good.URL}, Refresh: 20 * time.Millisecond, AllowPrivate: true}}
	for url := range says {
		sites = append(sites, Site{ID: "bad", Feeds: []string{url}, Refresh: time.Hour, AllowPrivate: true})
	}
	store := &memory{}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		(&Poller{Sites: sites, Store: store, Get: get, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
	}()
	var read int64 // of the good feed, when the last of the others was left
	for url, reason := range says {
		eventually(t, url+" to be left", func() bool { return store.state("bad"+url).Failures > 0 })
		if st := store.state("bad" + url); !strings.Contains(st.Error, reason) {
			t.Errorf("%s: %q, want %q", url, st.Error, reason)
		}
		read = reads.Load()
	}
	eventually(t, "the good feed to be read again", func() bool { return reads.Load() > read+2 })
	stop()
	<-done
	if !strings.Contains(store.got(), "good "+good.URL+" berita") || strings.Contains(store.got(), "bad") {
		t.Errorf("stored: %.300s", store.got())
	}
	if read < 3 {
		t.Errorf("the good feed was read %d times meanwhile", read)
	}
	if sent, hops := h.sent.Load(), h.hops.Load(); sent > 64<<20 || hops != 6 {
		t.Errorf("%d bytes of the huge feed were taken, and %d hops of the loop", sent, hops)
	}
	t.Logf("left: the trickle after %d bytes, the 10 GB after %.1f MB (with what the connection holds), the bomb after 8 MB unpacked, the loop after %d requests; the good feed was read %d times meanwhile",
		h.drips.Load(), float64(h.sent.Load())/1e6, h.hops.Load(), read)
}

// eventually waits for something that goes on beside the test.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(2 * time.Minute); !ok(); {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("waited in vain for " + what)
		}
	}
}
