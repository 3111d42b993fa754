package source

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"kabar/server/fetch"
)

// tryArticles is how many articles of a page are tried: enough to judge by, in half a minute.
const tryArticles = 10

// Found is what a source would bring.
type Found struct {
	Source string // the address of the feed or page, or PostsSource
	Article
}

// Try reads every source of an office once, stores nothing, and returns what each would bring, newest first as the source has it: of a page
// the first articles. progress is told in plain words what is read and what cannot be. The error is the context's.
func (p *Poller) Try(ctx context.Context, s Site, progress func(line string)) ([]Found, error) {
	p.bodies, p.work = make(chan struct{}, 1), make(chan struct{}, 1)
	p.visits = newVisits(p.Get, p.Pace, p.now)
	if s.Location == nil {
		s.Location = time.UTC
	}
	t := attempt{Poller: p, site: s, progress: progress, log: slog.New(slog.DiscardHandler)}
	for _, address := range s.Feeds {
		t.feed(ctx, address, p.Get)
	}
	for _, page := range s.Pages {
		t.page(ctx, page)
	}
	t.posts(ctx)
	return t.found, ctx.Err()
}

// attempt is the work of one Try.
type attempt struct {
	*Poller
	site     Site
	progress func(string)
	log      *slog.Logger
	found    []Found
}

func (t *attempt) failed(address string, err error) {
	t.progress("cannot read " + address + ": " + plain(err))
}

func (t *attempt) add(source string, items []Item, notes []string) {
	f := Feed{Items: items}
	f.Settle(t.now())
	for _, it := range f.Items {
		n := append([]string{}, notes...)
		switch {
		case !it.Future.IsZero():
			n = append(n, "date lies in the future: first seen")
		case it.Published.IsZero():
			n = append(n, "no date: first seen")
		}
		if len(it.Body) == 0 {
			n = append(n, "no text")
		}
		t.found = append(t.found, Found{source, Article{it, n}})
	}
}

func (t *attempt) feed(ctx context.Context, address string, get getter) {
	t.progress("reading feed " + address)
	resp, err := get(ctx, fetch.Request{URL: address, AllowPrivate: t.site.AllowPrivate, Accept: FeedTypes})
	if err == nil {
		var f Feed
		if f, err = t.parseFeed(resp, t.site, t.log); err == nil {
			for _, r := range f.Repaired {
				t.progress("repaired: " + r)
			}
			if f.Dropped > 0 {
				t.progress(fmt.Sprintf("%d items cannot be read, or are protected by a password", f.Dropped))
			}
			t.add(address, f.Items, nil)
			return
		}
	}
	t.failed(address, err)
}

func (t *attempt) page(ctx context.Context, page Page) {
	t.progress("reading page " + page.URL)
	list, _, err := t.list(ctx, t.site, page, fetch.Request{URL: page.URL}, t.log)
	if err != nil {
		t.failed(page.URL, err)
		return
	}
	address, err := t.findFeed(ctx, t.site, page, list, t.log)
	if err != nil {
		return
	}
	if address != "" {
		t.progress("it has a feed, which is read instead")
		t.feed(ctx, address, t.visits.Get)
		return
	}
	if len(list.Links) == 0 {
		t.progress("no links to articles were found on it; set link to a CSS selector of theirs")
		return
	}
	some := list.Links[:min(len(list.Links), tryArticles)]
	t.progress(fmt.Sprintf("no feed; articles on the list: %d, to be read: %d", len(list.Links), len(some)))
	if list.Next != "" {
		t.progress("older articles: " + list.Next)
	}
	for i, l := range some {
		t.progress(fmt.Sprintf("reading %d of %d: %s", i+1, len(some), l.URL))
		a, _, err := t.article(ctx, t.site, page, Known{Link: l}, t.log)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			t.failed(l.URL, err)
			continue
		}
		t.add(page.URL, []Item{a.Item}, a.Notes)
	}
}

func (t *attempt) posts(ctx context.Context) {
	if t.site.Posts == nil {
		return
	}
	t.progress("reading posts")
	f := folder{site: t.site, seen: map[string]stamp{}, held: map[string]time.Time{}, broken: map[string]error{}}
	due, err := f.scan(ctx, t.now())
	if err != nil {
		t.failed(PostsSource, err)
		return
	}
	t.add(PostsSource, f.read(due, t.now(), t.failed), nil)
}
