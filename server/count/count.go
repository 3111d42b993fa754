// Package count decides what counts, and sees to it that what it acknowledges is on disk. See docs/counting.md for the rule.
//
// Robots are turned away before it (package agent). It never stores an address or an agent, nor logs one.
package count

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"kabar/app/news"
	"kabar/server/store"
)

// Office is the office whose pages are read.
type Office struct {
	news.Site
	Hosts map[string]bool // in lower case: whose pages may be counted
}

// Reader is who sent events. Nothing of it is kept but a keyed hash, and that for two days at most.
type Reader struct {
	Addr  netip.Addr
	Agent string
}

// Rejection says why an event was not taken.
type Rejection struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// Answer is what became of events: the totals of what each of them named, and what was refused.
type Answer struct {
	Totals   []Total
	Rejected []Rejection
}

// Total is what an article or address has come to, by the key that an event named.
type Total struct {
	Key string
	news.Counts
}

// Of returns the counts of a key, or zeros.
func (a Answer) Of(key string) news.Counts {
	if i := a.find(key); i >= 0 {
		return a.Totals[i].Counts
	}
	return news.Counts{}
}

func (a Answer) find(key string) int {
	return slices.IndexFunc(a.Totals, func(t Total) bool { return t.Key == key })
}

// add keeps the totals in the order in which they were named, each once.
func (a *Answer) add(t Total) {
	if a.find(t.Key) < 0 {
		a.Totals = append(a.Totals, t)
	}
}

// Why events are refused, beside what news.Event.Validate finds. The texts are part of the API.
var (
	ErrArticle = errors.New("article: no such article")
	ErrHost    = errors.New("url: not on one of this office's hosts")
	ErrNetwork = errors.New("network: not one that we know")
	ErrRobot   = errors.New("robots are not counted") // for the handler, which knows them
)

// ErrBusy says that events cannot be recorded now, because too many wait or the program is stopping: try again. Nothing was counted.
var ErrBusy = errors.New("too many events are waiting")

// Counter takes events. Run must be running for Submit to return.
type Counter struct {
	// Now is the clock, and Log takes what goes wrong in the background. New sets both; change them before Run.
	Now func() time.Time
	Log *slog.Logger

	// Patience is how long a reader's events wait for the disk at most, ten seconds unless a test sets another: less than proxies wait for us.
	Patience time.Duration

	store    *store.Store
	networks map[string]bool
	waiting  chan *submission
	recorded chan batch
	stopped  chan struct{} // closed when Run has returned
	keys     keys
	pages    pages
	figures  figures
	free     sync.Pool // of submissions

	unanswered atomic.Int64 // submissions
	crowd      int          // about how many there are at most; Run's own
}

// New returns a counter that knows these networks.
func New(s *store.Store, networks []string) *Counter {
	c := &Counter{Now: time.Now, Log: slog.Default(), Patience: 10 * time.Second, store: s, networks: map[string]bool{}, waiting: make(chan *submission, maxWaiting), recorded: make(chan batch, maxSettling), stopped: make(chan struct{}), pages: newPages()}
	c.figures = newFigures(func() float64 { return float64(len(c.waiting)) })
	for _, n := range networks {
		c.networks[n] = true
	}
	return c
}

// Submit takes one reader's events, one by one, and returns when those that it took are on disk.
func (c *Counter) Submit(ctx context.Context, o Office, r Reader, events []news.Event) (Answer, error) {
	answer, err := c.submit(ctx, o, r, events)
	if err == nil {
		c.figures.answered(len(events), answer.Rejected)
	}
	return answer, err
}

func (c *Counter) submit(ctx context.Context, o Office, r Reader, events []news.Event) (Answer, error) {
	var answer Answer
	sub := c.room()
	now := c.Now()
	today := o.Day(now)
	for i := range events {
		e := &events[i]
		if err := c.refuse(e, now); err != nil {
			answer.Rejected = append(answer.Rejected, Rejection{e.ID, err.Error()})
			continue
		}
		key, err := c.keys.of(today, func() ([]byte, error) {
			ctx, cancel := context.WithTimeout(ctx, c.Patience)
			defer cancel()
			return c.store.Salt(ctx, today)
		})
		if err != nil {
			c.figures.failed.Inc()
			return Answer{}, fmt.Errorf("recognising a reader: %w", err)
		}
		c.add(sub, o, e, now, today, recognition{key: key, reader: r})
	}
	if len(sub.of) == 0 {
		c.leave(sub)
		return answer, nil
	}
	if err := c.record(ctx, sub); err != nil {
		return Answer{}, err
	}
	for i, result := range sub.results {
		e := sub.of[i]
		switch {
		case result.Page != 0:
			answer.add(Total{e.Key(), result.Counts})
			c.pages.keep(pageKey{o.ID, sub.happenings[i].Slug, sub.happenings[i].URL}, result.Page)
		case e.Article != "":
			answer.Rejected = append(answer.Rejected, Rejection{e.ID, ErrArticle.Error()})
		default:
			answer.Rejected = append(answer.Rejected, Rejection{e.ID, ErrHost.Error()})
		}
	}
	c.leave(sub)
	return answer, nil
}

// refuse says why an event cannot count, as far as that can be said without asking the store.
func (c *Counter) refuse(e *news.Event, now time.Time) error {
	if err := e.Validate(now); err != nil {
		return err
	}
	if e.Type == news.Share && !c.networks[e.Network] {
		return ErrNetwork
	}
	return nil
}

// add works out what an event adds to. An address that is not on one of the office's hosts counts only where it is known already, as
// the home of an article that a feed named.
func (c *Counter) add(sub *submission, o Office, e *news.Event, now time.Time, today string, who recognition) {
	h := store.Happening{ID: e.ID, Site: o.ID, Slug: e.Article, Type: e.Type, Via: e.Via, Network: e.Network, Day: today, HashDay: today}
	if !e.At.IsZero() && e.At.Before(now) {
		h.Day = o.Day(e.At)
	}
	if e.Article == "" {
		h.URL = news.CanonicalURL(e.URL)
		h.Make = o.Hosts[news.Host(h.URL)]
	}
	h.Page = c.pages.known(pageKey{o.ID, h.Slug, h.URL})
	if h.Via == "" {
		h.Via = news.ViaPage
	}
	if h.Via == news.ViaWidget && o.Hosts[e.Host] {
		h.Host = e.Host
	}
	who.site, who.kind, who.network, who.earlier = h.Site, h.Type, h.Network, h.Day != h.HashDay
	sub.who = append(sub.who, who)
	h.Hash = sub.who[len(sub.who)-1].hash
	if h.Page != 0 {
		h.PageHash = h.Hash(h.Page) // here, beside others, rather than in the transaction that all wait for
	}
	sub.happenings, sub.of = append(sub.happenings, h), append(sub.of, e)
}
