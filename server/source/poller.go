package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kabar/server/fetch"
)

const (
	// DefaultRefresh is how often a feed is read when its office does not say.
	DefaultRefresh = 5 * time.Minute
	// maxBackoff is how long a failing feed waits at most for its next attempt.
	maxBackoff = 6 * time.Hour
	// folderRefresh is how often a folder of posts is looked at: soon enough for who waits for a post to appear.
	folderRefresh = 2 * time.Second
	// folderRest is how many times as long as a look at it a folder is left alone.
	folderRest = 50
	// PostsSource names an office's folder of posts to the store.
	PostsSource = "posts"

	// FeedTypes is what a request for a feed accepts.
	FeedTypes = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)

// Site is what the Poller needs to know of an office.
type Site struct {
	ID           string
	Location     *time.Location
	Home         string // the office's own site, where a feed is looked for before its pages are read; may be empty
	Feeds        []string
	Pages        []Page
	Posts        fs.FS // Markdown files; nil for none. A directory is a Folder
	Refresh      time.Duration
	AllowPrivate bool // its feeds and pages may lie on private addresses
}

// Poller reads every source of every office, each at its own pace: one that is slow or dead never delays another.
type Poller struct {
	Sites []Site
	Store Store
	Get   func(context.Context, fetch.Request) (*fetch.Response, error) // a fetch.Client's Get
	Log   *slog.Logger
	Now   func() time.Time // nil means time.Now
	Pace  time.Duration    // between two pages of one host; 0 means DefaultPace

	visits *visits
	bodies chan struct{} // for each source whose feed is being fetched or waits to be parsed
	held   atomic.Int64  // how many of those feeds are there
	work   chan struct{} // for each source that parses and stores
}

// Run polls until the context ends, and returns when every source has stopped. Each source is read once soon after the start.
func (p *Poller) Run(ctx context.Context) {
	p.bodies, p.work = make(chan struct{}, maxBodies), make(chan struct{}, maxWork)
	sources := 0
	for _, s := range p.Sites {
		sources += len(s.Feeds) + len(s.Pages)
	}
	first := func() time.Duration { return rand.N(time.Duration(sources) * spread) }
	p.visits = newVisits(p.Get, p.Pace, p.now)
	var wg sync.WaitGroup
	for _, s := range p.Sites {
		if s.Refresh <= 0 {
			s.Refresh = DefaultRefresh
		}
		if s.Location == nil {
			s.Location = time.UTC
		}
		for _, address := range s.Feeds {
			wg.Go(func() {
				p.poll(ctx, s, "feed", address, first(), func(ctx context.Context, st *State, log *slog.Logger) (string, error) {
					return p.feed(ctx, s, feedSource{address, address, p.Get}, st, log)
				})
			})
		}
		for _, page := range s.Pages {
			wg.Go(func() {
				p.poll(ctx, s, "page", page.URL, first(), func(ctx context.Context, st *State, log *slog.Logger) (string, error) {
					return p.page(ctx, s, page, st, log)
				})
			})
		}
		if s.Posts != nil {
			wg.Go(func() { p.pollFolder(ctx, s) })
		}
	}
	wg.Wait()
}

func (p *Poller) now() time.Time {
	if p.Now != nil {
		return p.Now()
	}
	return time.Now()
}

// reading reads a source once and stores what it brings. note says what an operator should know of a source that was read all the same.
type reading func(ctx context.Context, st *State, log *slog.Logger) (note string, err error)

// poll reads one source of a kind, feed or page, again and again, the first time after a while.
func (p *Poller) poll(ctx context.Context, s Site, kind, address string, first time.Duration, read reading) {
	log := p.Log.With("site", s.ID, kind, address)
	st, err := p.Store.LoadSource(ctx, s.ID, address)
	if err != nil && ctx.Err() == nil {
		log.Error("what is known of the "+kind+" could not be loaded; it is read afresh", "error", err)
	}
	for wait := max(first, until(st.NotBefore, p.now())); sleep(ctx, wait); {
		wait = p.readOnce(ctx, s, kind, read, &st, log)
		if ctx.Err() != nil {
			return
		}
		if err := p.Store.SaveSource(ctx, s.ID, address, st); err != nil && ctx.Err() == nil {
			log.Error("what is known of the "+kind+" could not be saved", "error", err)
		}
	}
}

// until is how long it is until a time that was kept. One that is further off than anything is put off was written by a clock that was ahead.
func until(at, now time.Time) time.Duration {
	if d := at.Sub(now); d <= fetch.MaxRetryAfter {
		return d
	}
	return 0
}

// readOnce reads a source once, says in st how it went, and returns how long to wait: the clock may be put back meanwhile.
func (p *Poller) readOnce(ctx context.Context, s Site, kind string, read reading, st *State, log *slog.Logger) (wait time.Duration) {
	st.Tried, st.NotBefore = p.now(), time.Time{}
	note, err := read(ctx, st, log)
	now := p.now()
	if ctx.Err() != nil {
		return 0
	}
	if err != nil {
		st.Failures++
		wait = backoff(s.Refresh, st.Failures)
		var fe *fetch.Error
		if errors.As(err, &fe) && fe.RetryAfter > 0 {
			st.NotBefore = now.Add(fe.RetryAfter)
			wait = max(wait, fe.RetryAfter)
		}
		st.Next = now.Add(wait)
		st.failed(plain(err), now, log, kind+" could not be read; what was stored before stays")
		return wait
	}
	st.recovered(now, log, kind+" is read again")
	wait = jitter(s.Refresh, 0.1)
	st.Next = now.Add(wait)
	if note != "" {
		st.failed(note, now, log, kind+" was read, with a fault")
	}
	return wait
}

// plain is an error's reason without the address, which the line names already.
func plain(err error) string {
	var fe *fetch.Error
	if errors.As(err, &fe) {
		return fe.Reason
	}
	return err.Error()
}

// feedSource is a feed: the name that the store knows it by, its address and how it is fetched.
type feedSource struct {
	name, address string
	get           getter
}

// feed fetches, parses and stores. note says what an operator should know of a feed that was read all the same.
func (p *Poller) feed(ctx context.Context, s Site, from feedSource, st *State, log *slog.Logger) (note string, err error) {
	leave, err := p.place(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	resp, err := from.get(ctx, fetch.Request{URL: from.address, AllowPrivate: s.AllowPrivate, ETag: st.ETag, LastModified: st.LastModified, Accept: FeedTypes})
	if err != nil {
		return "", err
	}
	if resp.NotModified {
		if st.Failures > 0 {
			return "", nil
		}
		return st.Error, nil // a fault of the content stays its fault
	}
	p.held.Add(1)
	defer p.held.Add(-1)
	done, err := p.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	f, err := p.parseFeed(resp, s, log)
	if err != nil {
		return "", err
	}
	slices.Reverse(f.Items)
	var got Ingested
	if len(f.Items) > 0 {
		if got, err = p.ingest(ctx, s.ID, from.name, f.Items, st); err != nil {
			return "", fmt.Errorf("store the feed: %w", err)
		}
	}
	st.ETag, st.LastModified = resp.ETag, resp.LastModified
	st.Items, st.Repaired, st.Refused = len(f.Items), len(f.Repaired), f.Dropped
	st.New += got.New
	if got.New+got.Updated > 0 {
		log.Info("feed brought news", "new", got.New, "updated", got.Updated, "same", got.Same, "repaired", f.Repaired)
	}
	switch {
	case len(f.Items) == 0:
		return "the feed has no items", nil
	case f.Cut:
		return fmt.Sprintf("the feed breaks off or has broken items; %d items were read", len(f.Items)), nil
	}
	return "", nil
}

// announceWithin is how long ago an article that is announced was published at most. An old one that turns up now is no news.
const announceWithin = 24 * time.Hour

// ingest stores what a source brought, the oldest first. What is new in a source that was read before is to be announced; what a first reading
// brings is the office's archive.
func (p *Poller) ingest(ctx context.Context, site, name string, items []Item, st *State) (Ingested, error) {
	for i, it := range items {
		items[i].Announce = !st.Succeeded.IsZero() && (it.Published.IsZero() || p.now().Sub(it.Published) < announceWithin)
	}
	return p.Store.Ingest(ctx, site, name, items)
}

// parseFeed parses and settles what was fetched.
func (p *Poller) parseFeed(resp *fetch.Response, s Site, log *slog.Logger) (f Feed, err error) {
	base, err := url.Parse(resp.URL)
	if err != nil {
		return f, fmt.Errorf("read the address the feed came from: %w", err)
	}
	f, err = parseSafely(resp, base, s.Location, log)
	f.Settle(p.now())
	return f, err
}

func parseSafely(resp *fetch.Response, base *url.URL, loc *time.Location, log *slog.Logger) (f Feed, err error) {
	err = safely(log, "feed", func() error {
		f, err = ParseFeed(resp.Body, resp.ContentType, base, loc)
		return err
	})
	return f, err
}

// safely turns a parser's panic into an error of this one source.
func safely(log *slog.Logger, kind string, parse func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			log.Error("parser failed", "panic", fmt.Sprint(r), "stack", string(debug.Stack()))
			err = errors.New("the parser failed on it; this is a fault of Kabar's, please report the " + kind)
		}
	}()
	return parse()
}

// pollFolder looks at a folder of posts again and again.
func (p *Poller) pollFolder(ctx context.Context, s Site) {
	log := p.Log.With("site", s.ID)
	f := folder{site: s, seen: map[string]stamp{}, held: map[string]time.Time{}, broken: map[string]error{}}
	st, err := p.Store.LoadSource(ctx, s.ID, PostsSource)
	if err != nil && ctx.Err() == nil {
		log.Error("what is known of the posts could not be loaded", "error", err)
	}
	saved := State{}
	for wait := time.Duration(0); sleep(ctx, wait); {
		began := time.Now()
		p.readFolder(ctx, &f, &st, log)
		// Looking at the archives of a country takes a while each time, and is no work for a whole processor.
		wait = max(folderRefresh, folderRest*time.Since(began))
		// It is looked at every other second; only what an operator would see change is written.
		if ctx.Err() != nil || st.Error == saved.Error && st.New == saved.New && st.Items == saved.Items && st.Refused == saved.Refused && st.Tried.Sub(saved.Tried) < s.Refresh {
			continue
		}
		if err := p.Store.SaveSource(ctx, s.ID, PostsSource, st); err != nil && ctx.Err() == nil {
			log.Error("what is known of the posts could not be saved", "error", err)
		}
		saved = st
	}
}

// readFolder looks at a folder of posts once, and says in st how it went.
func (p *Poller) readFolder(ctx context.Context, f *folder, st *State, log *slog.Logger) {
	now := p.now()
	st.Tried, st.Next = now, now.Add(folderRefresh)
	got, err := p.posts(ctx, f, st, now, log)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		st.Failures++
		st.failed(err.Error(), now, log, "posts could not be listed; what was stored before stays")
	default:
		st.recovered(now, log, "posts are read again")
		st.Items, st.New, st.Refused = len(f.seen)-len(f.broken), st.New+got.New, len(f.broken)
		st.Error = f.fault()
	}
}

// posts reads and stores what has changed in a folder.
func (p *Poller) posts(ctx context.Context, f *folder, st *State, now time.Time, log *slog.Logger) (got Ingested, err error) {
	due, err := f.scan(ctx, now)
	if err != nil || len(due) == 0 {
		return got, err
	}
	items := f.read(due, now, func(name string, err error) {
		log.Warn("post could not be read; what was stored before stays", "file", name, "reason", err.Error())
	})
	if len(items) == 0 {
		return got, nil
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		if c := a.Published.Compare(b.Published); c != 0 {
			return c
		}
		return strings.Compare(a.GUID, b.GUID)
	})
	if got, err = p.ingest(ctx, f.site.ID, PostsSource, items, st); err != nil {
		for _, name := range due { // look at them again
			delete(f.seen, name)
		}
		return got, fmt.Errorf("store the posts: %w", err)
	}
	if got.New+got.Updated > 0 {
		log.Info("posts published", "new", got.New, "updated", got.Updated, "same", got.Same)
	}
	return got, nil
}

// sleep waits; it reports false when the context ended.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// jitter varies d by up to the given part in either direction, so that feeds do not all come due at once.
func jitter(d time.Duration, part float64) time.Duration {
	return time.Duration(float64(d) * (1 + part*(2*rand.Float64()-1)))
}

// backoff doubles the wait with each failure, up to maxBackoff or the refresh where that is longer.
func backoff(refresh time.Duration, failures int) time.Duration {
	d := refresh
	for range failures {
		if d *= 2; d >= maxBackoff {
			d = max(maxBackoff, refresh)
			break
		}
	}
	return min(jitter(d, 0.2), max(maxBackoff, refresh))
}
