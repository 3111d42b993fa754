// Package count decides what counts, and sees to it that what it acknowledges is on disk. See docs/counting.md for the rule.
package count

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"sync"
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

// Answer is what became of events: totals by the key that each event named, and what was refused.
type Answer struct {
	Counts   map[string]news.Counts `json:"counts"`
	Rejected []Rejection            `json:"rejected,omitempty"`
}

// ErrBusy says that more events wait than will be recorded soon: try again.
var ErrBusy = errors.New("too many events are waiting")

// Bounds of the group commit.
const (
	maxWaiting = 4096 // submissions that wait for the next transaction
	maxBatch   = 512  // submissions in one transaction
)

// Counter takes events. Run must be running for Submit to return.
type Counter struct {
	store    *store.Store
	networks map[string]bool
	now      func() time.Time
	waiting  chan *submission

	salts struct {
		sync.Mutex
		byDay map[string][]byte
	}
	pages sync.Map // pageKey → int64: a page's number never changes
}

type pageKey struct{ site, slug, url string }

// New returns a counter that knows these networks.
func New(s *store.Store, networks []string) *Counter {
	c := &Counter{store: s, networks: map[string]bool{}, now: time.Now, waiting: make(chan *submission, maxWaiting)}
	for _, n := range networks {
		c.networks[n] = true
	}
	c.salts.byDay = map[string][]byte{}
	return c
}

type submission struct {
	happenings []store.Happening
	totals     map[int64]news.Counts
	err        error
	done       chan struct{}
}

// Submit takes one reader's events, one by one, and returns when those that it took are on disk.
func (c *Counter) Submit(ctx context.Context, o Office, r Reader, events []news.Event) (Answer, error) {
	answer := Answer{Counts: map[string]news.Counts{}}
	sub := &submission{done: make(chan struct{})}
	var keys []string
	now := c.now()
	for _, e := range events {
		h, err := c.happening(ctx, o, r, e, now)
		if reason := (rejection{}); errors.As(err, &reason) {
			answer.Rejected = append(answer.Rejected, Rejection{e.ID, reason.Error()})
			continue
		}
		if err != nil {
			return answer, err
		}
		sub.happenings = append(sub.happenings, h)
		keys = append(keys, e.Key())
	}
	if len(sub.happenings) == 0 {
		return answer, nil
	}
	select {
	case c.waiting <- sub:
	default:
		return answer, ErrBusy
	}
	select {
	case <-sub.done:
	case <-ctx.Done():
		return answer, fmt.Errorf("waiting for events to be recorded: %w", ctx.Err())
	}
	if sub.err != nil {
		return answer, sub.err
	}
	for i, h := range sub.happenings {
		answer.Counts[keys[i]] = sub.totals[h.Page]
	}
	return answer, nil
}

// rejection is a reason that the sender may know.
type rejection struct{ error }

// happening works out what an event adds to, or why it adds nothing.
func (c *Counter) happening(ctx context.Context, o Office, r Reader, e news.Event, now time.Time) (store.Happening, error) {
	if err := e.Validate(now); err != nil {
		return store.Happening{}, rejection{err}
	}
	if e.Type == news.Share && !c.networks[e.Network] {
		return store.Happening{}, rejection{errors.New("network: not one that we know")}
	}
	page, err := c.page(ctx, o, e)
	if err != nil {
		return store.Happening{}, err
	}
	at := e.At
	if at.IsZero() || at.After(now) {
		at = now
	}
	h := store.Happening{ID: e.ID, Site: o.ID, Page: page, Type: e.Type, Via: e.Via, Network: e.Network, Day: o.Day(at), HashDay: o.Day(now)}
	if h.Via == "" {
		h.Via = news.ViaPage
	}
	if h.Via == news.ViaWidget && o.Hosts[e.Host] {
		h.Host = e.Host
	}
	salt, err := c.salt(ctx, h.HashDay)
	if err != nil {
		return h, err
	}
	h.Hash = hash(salt, r, h)
	return h, nil
}

// page finds what the event's count belongs to. A page that is not an article of ours must be on a host that the office lists.
func (c *Counter) page(ctx context.Context, o Office, e news.Event) (int64, error) {
	key := pageKey{o.ID, e.Article, news.CanonicalURL(e.URL)}
	if e.Article != "" {
		key.url = ""
	} else if !o.Hosts[news.Host(key.url)] {
		return 0, rejection{errors.New("url: not on one of this office's hosts")}
	}
	if id, ok := c.pages.Load(key); ok {
		return id.(int64), nil
	}
	var id int64
	var err error
	if e.Article != "" {
		id, err = c.store.PageOfArticle(ctx, o.ID, e.Article)
	} else {
		id, err = c.store.PageOfURL(ctx, o.ID, key.url)
	}
	if errors.Is(err, news.ErrNotFound) {
		return 0, rejection{errors.New("article: no such article")}
	}
	if err != nil {
		return 0, fmt.Errorf("finding the page of an event: %w", err)
	}
	c.pages.Store(key, id)
	return id, nil
}

// hashSize is of a reader's hash, in bytes: enough that two readers of a day do not meet.
const hashSize = 16

// householdBits is how much of an IPv6 address tells readers apart: a household holds all addresses below (RFC 6177).
const householdBits = 64

// hash is the reader under the day's salt, for this page, kind and day only, so it does not tell what else was read.
func hash(salt []byte, r Reader, h store.Happening) []byte {
	addr := r.Addr
	if addr.Is6() {
		if p, err := addr.Prefix(householdBits); err == nil {
			addr = p.Addr()
		}
	}
	m := hmac.New(sha256.New, salt)
	for _, part := range []string{addr.WithZone("").String(), r.Agent, h.Site, strconv.FormatInt(h.Page, 10), string(h.Type), h.Network, h.Day} {
		m.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return m.Sum(nil)[:hashSize]
}

// salt returns the day's key, from memory when it is known.
func (c *Counter) salt(ctx context.Context, day string) ([]byte, error) {
	c.salts.Lock()
	s := c.salts.byDay[day]
	c.salts.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := c.store.Salt(ctx, day)
	if err != nil {
		return nil, err
	}
	c.salts.Lock()
	c.salts.byDay[day] = s
	c.salts.Unlock()
	return s, nil
}

// Sweeping: salts and hashes of today and yesterday stay, which is never more than 48 hours.
const (
	sweepEvery = time.Hour
	keepDays   = 1
	keepEvents = 8 // days: an event may come seven days late
)

// Run records what is submitted until ctx ends, then what still waits. All that waits at one moment goes into one transaction.
func (c *Counter) Run(ctx context.Context) error {
	if err := c.sweep(ctx); err != nil {
		return err
	}
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case first := <-c.waiting:
			c.commit(ctx, first)
		case <-tick.C:
			// What could not be swept now will be in an hour; counting goes on.
			if err := c.sweep(ctx); err != nil && ctx.Err() != nil {
				return nil
			}
		case <-ctx.Done():
			for {
				select {
				case first := <-c.waiting:
					c.commit(context.WithoutCancel(ctx), first)
				default:
					return nil
				}
			}
		}
	}
}

func (c *Counter) commit(ctx context.Context, first *submission) {
	batch := []*submission{first}
	for len(batch) < maxBatch {
		select {
		case s := <-c.waiting:
			batch = append(batch, s)
			continue
		default:
		}
		break
	}
	var all []store.Happening
	for _, s := range batch {
		all = append(all, s.happenings...)
	}
	totals, err := c.store.Record(context.WithoutCancel(ctx), all)
	for _, s := range batch {
		s.totals, s.err = totals, err
		close(s.done)
	}
}

// sweep destroys what has served. The day is the easternmost zone's, so that no zone keeps longer than the rule says.
func (c *Counter) sweep(ctx context.Context) error {
	east := news.Site{TimeZone: "Asia/Jayapura"}
	now := c.now()
	before := east.Day(now.Add(sweepEvery).AddDate(0, 0, -keepDays)) // ahead by a sweep: none comes too late
	c.salts.Lock()
	for day := range c.salts.byDay {
		if day < before {
			delete(c.salts.byDay, day)
		}
	}
	c.salts.Unlock()
	return c.store.Forget(ctx, before, east.Day(now.AddDate(0, 0, -keepEvents)))
}
