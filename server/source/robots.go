package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/temoto/robotstxt"
	"golang.org/x/time/rate"

	"kabar/server/fetch"
)

const (
	// DefaultPace is how long a host is left alone between two pages: a reader's pace, which the smallest shared hosting bears.
	DefaultPace = 3 * time.Second
	// longestPace bounds what a robots.txt can ask for as its Crawl-delay.
	longestPace = time.Minute
	// robotsKept is how long a robots.txt is believed (RFC 9309, 2.4: not more than a day).
	robotsKept = 24 * time.Hour
	// robotsSize is how much of a robots.txt must be read at least (RFC 9309, 2.5).
	robotsSize = 512 << 10
	robotsName = "Kabar"
)

type getter func(context.Context, fetch.Request) (*fetch.Response, error)

// visits reads pages as a polite visitor: only where robots.txt lets it, and one at a time with a pause between.
type visits struct {
	get   getter
	pace  time.Duration
	now   func() time.Time
	mu    sync.Mutex
	hosts map[string]*visited
}

// visited is a host that is visited.
type visited struct {
	turn  *rate.Limiter
	mu    sync.Mutex // held while robots.txt is read: the others wait for it
	rules *robotstxt.Group
	until time.Time // when rules are to be read again
}

func newVisits(get getter, pace time.Duration, now func() time.Time) *visits {
	if pace <= 0 {
		pace = DefaultPace
	}
	return &visits{get: get, pace: pace, now: now, hosts: map[string]*visited{}}
}

// Get reads one page. What robots.txt forbids is a *fetch.Error and is not asked for.
func (v *visits) Get(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, &fetch.Error{URL: r.URL, Reason: "not an address", Err: err}
	}
	v.mu.Lock()
	key := u.Scheme + "://" + u.Host
	h := v.hosts[key]
	if h == nil {
		h = &visited{turn: rate.NewLimiter(rate.Every(v.pace), 1)}
		v.hosts[key] = h
	}
	v.mu.Unlock()
	rules, err := v.rules(ctx, h, key, r.AllowPrivate)
	if err != nil {
		return nil, err
	}
	if !rules.Test(u.RequestURI()) {
		return nil, &fetch.Error{URL: u.Redacted(), Reason: "the site's robots.txt does not let Kabar read it"}
	}
	if err := h.turn.Wait(ctx); err != nil {
		return nil, err
	}
	return v.get(ctx, r)
}

func (v *visits) rules(ctx context.Context, h *visited, key string, private bool) (*robotstxt.Group, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.rules != nil && v.now().Before(h.until) {
		return h.rules, nil
	}
	if err := h.turn.Wait(ctx); err != nil {
		return nil, err
	}
	status, body := 200, []byte(nil)
	resp, err := v.get(ctx, fetch.Request{URL: key + "/robots.txt", AllowPrivate: private, Accept: "text/plain, */*;q=0.1", MaxBytes: robotsSize})
	var fe *fetch.Error
	switch {
	case err == nil:
		body = resp.Body
	case errors.As(err, &fe) && fe.Status >= 400 && fe.Status < 500 && fe.Status != 429:
		status = fe.Status // there is none: everything may be read
	default:
		return nil, fmt.Errorf("read the site's robots.txt: %w", err)
	}
	data, err := robotstxt.FromStatusAndBytes(status, body)
	if err != nil {
		data, err = robotstxt.FromBytes(onlyRules(body))
	}
	if err != nil {
		return nil, fmt.Errorf("read the site's robots.txt: %w", err)
	}
	h.rules, h.until = data.FindGroup(robotsName), v.now().Add(robotsKept)
	h.turn.SetLimit(rate.Every(min(max(v.pace, h.rules.CrawlDelay), max(v.pace, longestPace))))
	return h.rules, nil
}

var ruleLine = regexp.MustCompile(`(?im)^[ \t]*(?:(user-agent)|allow|disallow)[ \t]*:.*$`)

// onlyRules keeps the lines of a robots.txt that RFC 9309 defines, from the first agent on: what else stands there, be it a whole page in
// its place, says nothing (2.2.4) and must not cost the rules.
func onlyRules(body []byte) []byte {
	var out bytes.Buffer
	for _, m := range ruleLine.FindAllSubmatch(body, 10000) {
		if len(m[1]) > 0 || out.Len() > 0 {
			out.Write(append(bytes.TrimSpace(m[0]), '\n'))
		}
	}
	return out.Bytes()
}
