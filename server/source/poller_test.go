package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"kabar/server/fetch"
)

// memory is a Store that remembers what it was given.
type memory struct {
	mu     sync.Mutex
	items  []string // "site source title", in order
	told   []string // the titles that are to be announced
	states map[string]State
	fail   error
}

func (m *memory) Ingest(_ context.Context, site, source string, items []Item) (Ingested, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return Ingested{}, m.fail
	}
	for _, it := range items {
		if !it.Future.IsZero() && it.Published.IsZero() {
			it.Title += " (future)"
		}
		m.items = append(m.items, site+" "+source+" "+it.Title)
		if it.Announce {
			m.told = append(m.told, it.Title)
		}
	}
	return Ingested{New: len(items)}, nil
}

func (m *memory) LoadSource(_ context.Context, site, source string) (State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states[site+source], nil
}

func (m *memory) SaveSource(_ context.Context, site, source string, s State) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.states == nil {
		m.states = map[string]State{}
	}
	m.states[site+source] = s
	return nil
}

func (m *memory) state(key string) State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.states[key]
}

func (m *memory) got() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return strings.Join(m.items, "\n")
}

// web answers requests by address, and writes down when each came.
type web struct {
	mu     sync.Mutex
	answer map[string]func(n int, r fetch.Request) (*fetch.Response, error)
	times  map[string][]time.Time
}

func (w *web) get(_ context.Context, r fetch.Request) (*fetch.Response, error) {
	w.mu.Lock()
	if w.times == nil {
		w.times = map[string][]time.Time{}
	}
	n := len(w.times[r.URL])
	w.times[r.URL] = append(w.times[r.URL], time.Now())
	f := w.answer[r.URL]
	w.mu.Unlock()
	return f(n, r)
}

func (w *web) asked(url string) []time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.times[url]
}

func feedBody(title string) *fetch.Response {
	body := `<rss version="2.0"><channel><title>t</title><item><title>` + title + `</title><guid isPermaLink="false">` + title + `</guid></item></channel></rss>`
	return &fetch.Response{Status: 200, Body: []byte(body), URL: "https://kab.example/feed", ETag: `"` + title + `"`}
}

// logged is a log that is read while it is written.
type logged struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// running polls in a synctest bubble until the test ends.
func running(t *testing.T, p *Poller) *logged {
	t.Helper()
	log := &logged{}
	p.Log = slog.New(slog.NewTextHandler(log, nil))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { p.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
	synctest.Wait()
	for _, s := range p.Sites { // each feed is read soon, and not at once
		pass(time.Duration(len(s.Feeds)) * spread)
	}
	return log
}

func pass(d time.Duration) {
	time.Sleep(d) // the bubble's clock
	synctest.Wait()
}

func TestPollConditionally(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){"f": func(n int, r fetch.Request) (*fetch.Response, error) {
			if n > 0 && r.ETag != `"a"` {
				t.Errorf("request %d: etag %q", n, r.ETag)
			}
			if !r.AllowPrivate {
				t.Error("the office's setting does not reach the request")
			}
			if n == 1 || n == 2 {
				return &fetch.Response{Status: 304, NotModified: true}, nil
			}
			return feedBody(strings.Repeat("a", max(1, n-1))), nil
		}}}
		running(t, &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"f"}, Refresh: time.Minute, AllowPrivate: true}}, Store: store, Get: w.get})
		if store.got() != "kab f a" {
			t.Errorf("at the start: %q", store.got())
		}
		pass(200 * time.Second)
		if n := len(w.asked("f")); n != 4 || store.got() != "kab f a\nkab f aa" {
			t.Errorf("%d requests; %q", n, store.got())
		}
		for i, at := range w.asked("f")[1:] {
			if d := at.Sub(w.asked("f")[i]); d < 54*time.Second || d > 66*time.Second {
				t.Errorf("request %d came after %s", i+1, d)
			}
		}
		if st := store.state("kabf"); st.ETag != `"aa"` || st.Items != 1 || st.New != 2 || st.Error != "" || st.Succeeded.IsZero() {
			t.Errorf("%+v", st)
		}
	})
}

// The last in the feed comes first to the store, and no date of the future reaches it.
func TestPollOrderAndFuture(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		item := func(title string, at time.Time) string {
			return "<item><title>" + title + "</title><guid>" + title + "</guid><pubDate>" + at.Format(time.RFC1123Z) + "</pubDate></item>"
		}
		body := `<rss version="2.0"><channel>` + item("new", time.Now().Add(-time.Minute)) + item("next", time.Now().Add(time.Hour)) + item("soon", time.Now().Add(time.Minute)) + "</channel></rss>"
		running(t, &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"f"}}}, Store: store, Get: func(context.Context, fetch.Request) (*fetch.Response, error) {
			return &fetch.Response{Body: []byte(body)}, nil
		}})
		if got := store.got(); got != "kab f soon\nkab f next (future)\nkab f new" {
			t.Errorf("%q", got)
		}
	})
}

// What a first reading brings is the office's archive, whenever it was written; from then on what is young is news, after a restart too.
func TestPollAnnounces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		get := func(context.Context, fetch.Request) (*fetch.Response, error) {
			item := func(title, date string) string {
				return "<item><title>" + title + "</title><guid>" + title + "</guid>" + date + "</item>"
			}
			at := func(d time.Duration) string {
				return "<pubDate>" + time.Now().Add(-d).Format(time.RFC1123Z) + "</pubDate>"
			}
			return &fetch.Response{Body: []byte(`<rss version="2.0"><channel>` + item("young", at(time.Hour)) + item("old", at(25*time.Hour)) + item("undated", "") + "</channel></rss>")}, nil
		}
		posts := fstest.MapFS{"a.md": {Data: []byte("---\ntitle: post\ndate: " + time.Now().UTC().Format("2006-01-02 15:04") + "\n---\nIsi.")}}
		site := Site{ID: "kab", Feeds: []string{"f"}, Posts: posts, Refresh: time.Minute}
		told := func() string {
			store.mu.Lock()
			defer store.mu.Unlock()
			defer func() { store.told = nil }()
			slices.Sort(store.told)
			return strings.Join(store.told, " ")
		}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			(&Poller{Sites: []Site{site}, Store: store, Get: get, Log: slog.New(slog.DiscardHandler)}).Run(ctx)
			close(done)
		}()
		synctest.Wait()
		if got := told(); got != "" {
			t.Errorf("the archive is announced: %s", got)
		}
		pass(80 * time.Second)
		if got := told(); got != "undated young" {
			t.Errorf("announced %q", got)
		}
		stop()
		<-done
		running(t, &Poller{Sites: []Site{site}, Store: store, Get: get})
		pass(80 * time.Second)
		if got := told(); !strings.Contains(got, "post") || strings.Contains(got, "old") {
			t.Errorf("announced after a restart: %q", got)
		}
	})
}

func TestPollFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		never := func(int, fetch.Request) (*fetch.Response, error) {
			return nil, &fetch.Error{URL: "dead", Reason: "no such host: dead"}
		}
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){
			"dead": never,
			"busy": func(n int, _ fetch.Request) (*fetch.Response, error) {
				if n == 0 {
					return nil, &fetch.Error{URL: "busy", Reason: "the server answered 429", Status: 429, RetryAfter: 2 * time.Hour}
				}
				return feedBody("b"), nil
			},
			"junk": func(n int, _ fetch.Request) (*fetch.Response, error) {
				if n < 3 {
					return &fetch.Response{Body: []byte("<html>")}, nil
				}
				return feedBody("j"), nil
			},
			"panic": func(int, fetch.Request) (*fetch.Response, error) { return feedBody("p"), nil },
			"good":  func(int, fetch.Request) (*fetch.Response, error) { return feedBody("g"), nil },
		}}
		slow := make(chan struct{})
		w.answer["slow"] = func(int, fetch.Request) (*fetch.Response, error) { <-slow; return feedBody("s"), nil }
		p := &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"dead", "slow", "busy", "junk", "good"}, Refresh: time.Minute}}, Store: store, Get: w.get}
		log := running(t, p)
		t.Cleanup(func() { close(slow) })
		if store.got() != "kab good g" {
			t.Errorf("a dead and a slow source delay another: %q", store.got())
		}
		pass(90 * time.Minute)
		if n := len(w.asked("busy")); n != 1 {
			t.Errorf("Retry-After was not honoured: %d requests", n)
		}
		if !strings.Contains(store.got(), "kab junk j") || !strings.Contains(log.String(), "feed is read again") {
			t.Errorf("a feed that recovers: %q", store.got())
		}
		pass(22 * time.Hour)
		if !strings.Contains(store.got(), "kab busy b") {
			t.Error("the busy feed is not read any more")
		}
		if n := len(w.asked("dead")); n < 8 || n > 16 {
			t.Errorf("a dead feed was asked %d times a day", n)
		}
		if n := strings.Count(log.String(), "no such host: dead"); n != 1 {
			t.Errorf("a failure was told %d times within a day", n)
		}
		pass(12 * time.Hour)
		if n := strings.Count(log.String(), "no such host: dead"); n != 2 {
			t.Errorf("a failure was told %d times in a day and a half", n)
		}
		if st := store.state("kabdead"); st.Error != "no such host: dead" || st.Failures < 8 || st.Next.Sub(st.Tried) > maxBackoff {
			t.Errorf("%+v", st)
		}
	})
}

func TestPollStoreFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{fail: errors.New("disk full")}
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){"f": func(n int, r fetch.Request) (*fetch.Response, error) {
			if r.ETag != "" {
				t.Error("what was not stored must be asked for again")
			}
			return feedBody("a"), nil
		}}}
		log := running(t, &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"f"}, Refresh: time.Minute, Posts: fstest.MapFS{"a.md": {Data: []byte("# A")}}}}, Store: store, Get: w.get})
		pass(3 * time.Minute)
		store.mu.Lock()
		store.fail = nil
		store.mu.Unlock()
		pass(10 * time.Second)
		if !strings.Contains(log.String(), "disk full") || !strings.Contains(store.got(), "kab posts A") {
			t.Errorf("%s\n%s", store.got(), log)
		}
	})
}

func TestRetryAfterOutlivesARestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{states: map[string]State{"kabf": {NotBefore: time.Now().Add(time.Hour), Failures: 3}}}
		w := &web{answer: map[string]func(int, fetch.Request) (*fetch.Response, error){"f": func(int, fetch.Request) (*fetch.Response, error) { return feedBody("a"), nil }}}
		running(t, &Poller{Sites: []Site{{ID: "kab", Feeds: []string{"f"}}}, Store: store, Get: w.get})
		pass(59 * time.Minute)
		if store.got() != "" {
			t.Error("asked too early")
		}
		pass(2 * time.Minute)
		if store.got() == "" {
			t.Error("not asked")
		}
	})
}

func TestPollFolder(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		future := time.Now().Add(time.Hour).UTC().Format(time.RFC3339)
		write("a.md", "---\ndate: 1999-01-01\n---\n# A")
		write("sub/b.md", "# B")
		write("later.md", "---\ndate: "+future+"\n---\n# Later")
		write("draft.md", "---\ndraft: true\n---\n# Draft")
		write("broken.md", "---\ndate: besok\n---\n# Broken")
		write(".hidden.md", "# Hidden")
		write("_partial.md", "# Partial")
		write("picture.jpg", "x")
		secret := filepath.Join(t.TempDir(), "secret.md")
		if err := os.WriteFile(secret, []byte("# Secret"), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(secret, filepath.Join(dir, "link.md")); err != nil {
			t.Fatal(err)
		}
		store := &memory{}
		log := running(t, &Poller{Sites: []Site{{ID: "kab", Location: wib, Posts: Folder(dir)}}, Store: store})
		if got := store.got(); got != "kab posts B\nkab posts A" {
			t.Errorf("at the start: %q", got)
		}
		pass(time.Minute)
		if n := strings.Count(log.String(), "broken.md"); n != 1 {
			t.Errorf("the broken post was told %d times:\n%s", n, log)
		}
		write("a.md", "---\ndate: 1999-01-01\n---\n# A longer")
		write("broken.md", "# Mended")
		pass(3 * time.Second)
		if got := store.got(); !strings.HasSuffix(got, "kab posts Mended\nkab posts A longer") {
			t.Errorf("after a change: %q", got)
		}
		if strings.Contains(store.got(), "Later") {
			t.Error("a post of the future is published")
		}
		pass(time.Hour)
		if got := store.got(); !strings.HasSuffix(got, "Later") || strings.Contains(got, "Draft") || strings.Contains(got, "Secret") || strings.Contains(got, "Hidden") || strings.Contains(got, "Partial") {
			t.Errorf("in the end: %q", got)
		}
	})
}

func TestPollFolderMissing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "posts")
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		log := running(t, &Poller{Sites: []Site{{ID: "kab", Posts: Folder(dir)}}, Store: store})
		pass(time.Minute)
		if n := strings.Count(log.String(), "could not be listed"); n != 1 {
			t.Errorf("told %d times: %s", n, log)
		}
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "a.md"), []byte("# A"), 0o644); err != nil {
			t.Fatal(err)
		}
		pass(3 * time.Second)
		if store.got() != "kab posts A" {
			t.Errorf("%q", store.got())
		}
	})
}

func TestBackoff(t *testing.T) {
	for failures := 1; failures < 100; failures++ {
		if d := backoff(5*time.Minute, failures); d <= 5*time.Minute || d > maxBackoff {
			t.Fatalf("after %d failures: %s", failures, d)
		}
	}
	if d := backoff(24*time.Hour, 3); d > 24*time.Hour || d < 12*time.Hour {
		t.Errorf("a daily feed: %s", d)
	}
}

// A parser that panics is that source's fault alone. ParseFeed is not known to panic; a nil zone makes it.
func TestParserPanics(t *testing.T) {
	var log bytes.Buffer
	body := strings.Replace(string(feedBody("a").Body), "</guid>", "</guid><pubDate>2024-01-01 10:00</pubDate>", 1)
	_, err := parseSafely(&fetch.Response{Body: []byte(body)}, nil, nil, slog.New(slog.NewTextHandler(&log, nil)))
	if err == nil || !strings.Contains(fmt.Sprint(err), "fault of Kabar") || !strings.Contains(log.String(), "stack") {
		t.Errorf("%v\n%s", err, &log)
	}
}
