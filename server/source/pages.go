package source

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"kabar/app/news"
	"kabar/server/fetch"
)

const (
	// maxLists is how many pages of a list are read in one go: the first time, and after an absence in which the first has filled with news.
	maxLists = 5
	// maxKnown is how many articles are remembered as read: more than maxLists of any CMS list.
	maxKnown = 300
	// articlesAtOnce is how many articles are read before they are stored.
	articlesAtOnce = 5
	// giveUp is how many articles in a row cannot be read before the site is left alone until the next time.
	giveUp = 3
	// newestFew are looked at again for corrections, each once in recheckAfter.
	newestFew    = 5
	recheckAfter = time.Hour
	// lookAgain is how long a page is believed to have no feed.
	lookAgain = 24 * time.Hour
	// maxPage is far above any real page; the largest seen, with pictures inside, is 1.5 MB.
	maxPage = 4 << 20

	pageTypes = "text/html, application/xhtml+xml, */*;q=0.1"
)

// Pages is what is remembered of a page source between two readings.
type Pages struct {
	Feed   string    // the feed that was found, and is read instead
	Looked time.Time // when a feed was last looked for
	Known  []Known   // newest first
}

// Known is an article that the list has shown.
type Known struct {
	Link
	ETag, LastModified string
	Read               time.Time // when it was last read; zero: never
	Failures           int       // in a row
	Again              time.Time // not before this, after a failure
}

// forget makes an article be read as if it were new.
func (a *Known) forget() { a.Read, a.ETag, a.LastModified = time.Time{}, "", "" }

// page is the reading of a page without a feed, or of the feed that it turns out to have.
func (p *Poller) page(ctx context.Context, s Site, page Page, st *State, log *slog.Logger) (note string, err error) {
	if st.Pages == nil {
		st.Pages = &Pages{}
	}
	k := st.Pages
	var list *Listing
	var resp *fetch.Response
	if k.Feed == "" && p.now().Sub(k.Looked) >= lookAgain {
		if list, resp, err = p.list(ctx, s, page, fetch.Request{URL: page.URL}, log); err != nil {
			return "", err
		}
		if k.Feed, err = p.findFeed(ctx, s, page, list, log); err != nil {
			return "", err
		}
		k.Looked, st.ETag, st.LastModified = p.now(), "", ""
		if k.Feed != "" {
			log.Info("page has a feed, which is read instead", "feed", k.Feed)
		}
	}
	if k.Feed == "" {
		if list == nil {
			list, resp, err = p.list(ctx, s, page, fetch.Request{URL: page.URL, ETag: st.ETag, LastModified: st.LastModified}, log)
		}
		if err == nil && list != nil {
			err = p.readLists(ctx, s, page, list, resp, st, log)
		}
		if err != nil {
			return "", err
		}
		return p.readPages(ctx, s, page, st, log)
	}
	note, err = p.feed(ctx, s, feedSource{page.URL, k.Feed, p.visits.Get}, st, log)
	if err != nil && st.Failures >= giveUp && ctx.Err() == nil {
		log.Warn("the feed that the page had cannot be read any more; its articles' pages are read", "feed", k.Feed)
		k.Feed, st.ETag, st.LastModified = "", "", ""
	}
	return note, err
}

// list fetches and parses one page of a list. listing is nil when it has not changed.
func (p *Poller) list(ctx context.Context, s Site, page Page, r fetch.Request, log *slog.Logger) (listing *Listing, resp *fetch.Response, err error) {
	r.AllowPrivate, r.Accept, r.MaxBytes = s.AllowPrivate, pageTypes, maxPage
	if resp, err = p.visits.Get(ctx, r); err != nil || resp.NotModified {
		return nil, resp, err
	}
	base, err := url.Parse(resp.URL)
	if err != nil {
		return nil, nil, fmt.Errorf("read the address the page came from: %w", err)
	}
	listing = &Listing{}
	err = safely(log, "page", func() error {
		*listing, err = ParseList(resp.Body, resp.ContentType, base, page.Link)
		return err
	})
	return listing, resp, err
}

// findFeed looks for a feed that works: those that the list page names, then those of the office's home page, of which one must
// bring an article that is on the list too. It returns "" when there is none.
func (p *Poller) findFeed(ctx context.Context, s Site, page Page, list *Listing, log *slog.Logger) (string, error) {
	for _, address := range list.Feeds[:min(len(list.Feeds), 3)] {
		if f, err := p.tryFeed(ctx, s, address, log); ctx.Err() != nil {
			return "", ctx.Err()
		} else if err == nil && len(f.Items) > 0 {
			return address, nil
		}
	}
	if s.Home == "" || news.CanonicalURL(s.Home) == news.CanonicalURL(page.URL) {
		return "", nil
	}
	home, _, err := p.list(ctx, s, Page{}, fetch.Request{URL: s.Home}, log)
	if err != nil {
		return "", ctx.Err() // the list is there, and that is what matters
	}
	for _, address := range home.Feeds[:min(len(home.Feeds), 3)] {
		if slices.Contains(list.Feeds, address) {
			continue
		}
		if f, err := p.tryFeed(ctx, s, address, log); ctx.Err() != nil {
			return "", ctx.Err()
		} else if err == nil && sharesArticle(f.Items, list.Links) {
			return address, nil
		}
	}
	return "", nil
}

func (p *Poller) tryFeed(ctx context.Context, s Site, address string, log *slog.Logger) (Feed, error) {
	resp, err := p.visits.Get(ctx, fetch.Request{URL: address, AllowPrivate: s.AllowPrivate, Accept: FeedTypes})
	if err != nil {
		return Feed{}, err
	}
	return p.parseFeed(resp, s, log)
}

// sharesArticle reports whether a feed brings an article of a list, by its path: a site may go by more than one name.
func sharesArticle(items []Item, links []Link) bool {
	pathOf := func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			return ""
		}
		return u.RequestURI()
	}
	on := map[string]bool{}
	for _, l := range links {
		on[pathOf(l.URL)] = true
	}
	return slices.ContainsFunc(items, func(it Item) bool { return it.URL != "" && on[pathOf(it.URL)] })
}

// readPages reads, of the articles known, those that are new, and the newest again when it is time.
func (p *Poller) readPages(ctx context.Context, s Site, page Page, st *State, log *slog.Logger) (note string, err error) {
	k := st.Pages
	var due []int // oldest first
	for i := len(k.Known) - 1; i >= 0; i-- {
		a := &k.Known[i]
		fresh := !a.Read.IsZero() && (i >= newestFew || p.now().Sub(a.Read) < recheckAfter)
		if !fresh && until(a.Again, p.now()) <= 0 {
			due = append(due, i)
		}
	}
	row := 0
	for chunk := range slices.Chunk(due, articlesAtOnce) {
		var items []Item
		for _, i := range chunk {
			item, ok, err := p.readArticle(ctx, s, page, &k.Known[i], log)
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
			if err != nil {
				note = fmt.Sprintf("an article could not be read: %s: %s", k.Known[i].URL, plain(err))
				var fe *fetch.Error
				if known := errors.As(err, &fe); !known || fe.Status != http.StatusNotFound && fe.Status != http.StatusGone {
					row++ // an article that is gone says nothing of the others
				}
				if row == giveUp || fe != nil && fe.RetryAfter > 0 {
					if e := p.storePages(ctx, s, page, st, items, log); e != nil {
						return "", e
					}
					return "", err
				}
				continue
			}
			if row = 0; ok {
				items = append(items, item)
			}
		}
		if err := p.storePages(ctx, s, page, st, items, log); err != nil {
			for _, i := range chunk {
				k.Known[i].forget()
			}
			return "", err
		}
	}
	st.Refused = 0
	for _, a := range k.Known {
		if a.Failures > 0 {
			st.Refused++
		}
	}
	return note, nil
}

// readLists brings what is known up to the list, of which first is the newest page. It goes on to older pages as long as everything on one is new.
func (p *Poller) readLists(ctx context.Context, s Site, page Page, first *Listing, resp *fetch.Response, st *State, log *slog.Logger) error {
	if len(first.Links) == 0 {
		return errors.New("no links to articles were found on it; set link to a CSS selector of theirs")
	}
	links, seen := first.Links, map[string]bool{news.CanonicalURL(page.URL): true}
	for l, n := first, 1; n < maxLists && l.Next != "" && !seen[l.Next] && st.Pages.allNew(l.Links); n++ {
		seen[l.Next] = true
		next, _, err := p.list(ctx, s, page, fetch.Request{URL: l.Next}, log)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			log.Warn("an older page of the list could not be read", "page", l.Next, "reason", plain(err))
			break
		}
		links, l = append(links, next.Links...), next
	}
	st.Pages.add(links)
	st.ETag, st.LastModified, st.Items = resp.ETag, resp.LastModified, len(first.Links)
	return nil
}

// allNew reports whether none of the links is known.
func (k *Pages) allNew(links []Link) bool {
	return len(links) > 0 && !slices.ContainsFunc(links, func(l Link) bool { return k.index(l.URL) >= 0 })
}

func (k *Pages) index(address string) int {
	return slices.IndexFunc(k.Known, func(a Known) bool { return a.URL == address })
}

// add puts a list's links before all others, in its order. An article whose title has changed is due again.
func (k *Pages) add(links []Link) {
	var out []Known
	at := map[string]bool{}
	for _, l := range links {
		if at[l.URL] {
			continue
		}
		at[l.URL] = true
		a := Known{Link: l}
		if i := k.index(l.URL); i >= 0 {
			a = k.Known[i]
			if l.Title != "" && a.Title != "" && l.Title != a.Title {
				a.forget()
			}
			a.Link = l
		}
		out = append(out, a)
	}
	for _, a := range k.Known {
		if !at[a.URL] {
			out = append(out, a)
		}
	}
	k.Known = out[:min(len(out), maxKnown)]
}

// readArticle reads one article and says in a how it went. ok is false when it has not changed.
func (p *Poller) readArticle(ctx context.Context, s Site, page Page, a *Known, log *slog.Logger) (item Item, ok bool, err error) {
	article, resp, err := p.article(ctx, s, page, *a, log)
	if err != nil {
		a.Failures++
		a.Again = p.now().Add(backoff(s.Refresh, a.Failures))
		return Item{}, false, err
	}
	a.Read, a.Failures, a.Again = p.now(), 0, time.Time{}
	if resp.NotModified {
		return Item{}, false, nil
	}
	a.ETag, a.LastModified = resp.ETag, resp.LastModified
	return article.Item, true, nil
}

// article fetches and parses one article.
func (p *Poller) article(ctx context.Context, s Site, page Page, a Known, log *slog.Logger) (article Article, resp *fetch.Response, err error) {
	resp, err = p.visits.Get(ctx, fetch.Request{URL: a.URL, AllowPrivate: s.AllowPrivate, Accept: pageTypes, MaxBytes: maxPage, ETag: a.ETag, LastModified: a.LastModified})
	if err != nil || resp.NotModified {
		return Article{}, resp, err
	}
	base, err := url.Parse(resp.URL)
	if err != nil {
		return Article{}, nil, fmt.Errorf("read the address the page came from: %w", err)
	}
	if here := news.CanonicalURL(resp.URL); here != a.URL && (base.Path == "" || base.Path == "/" || here == news.CanonicalURL(page.URL)) {
		return Article{}, nil, errors.New("its address leads to " + here)
	}
	done, err := p.turn(ctx)
	if err != nil {
		return Article{}, nil, err
	}
	defer done()
	err = safely(log, "page", func() error {
		article, err = ParsePage(resp.Body, resp.ContentType, base, s.Location, page, a.Link)
		return err
	})
	return article, resp, err
}

// storePages stores articles, oldest first, and then what is known: a restart goes on from there.
func (p *Poller) storePages(ctx context.Context, s Site, page Page, st *State, items []Item, log *slog.Logger) error {
	if len(items) == 0 {
		return nil
	}
	f := Feed{Items: settleIdentity(items, news.CanonicalURL(page.URL))}
	f.Settle(p.now())
	got, err := p.ingest(ctx, s.ID, page.URL, f.Items, st)
	if err != nil {
		return fmt.Errorf("store the articles: %w", err)
	}
	if st.New += got.New; got.New+got.Updated > 0 {
		log.Info("page brought news", "new", got.New, "updated", got.Updated, "same", got.Same)
	}
	if err := p.Store.SaveSource(ctx, s.ID, page.URL, *st); err != nil {
		return fmt.Errorf("save what is known of the page: %w", err)
	}
	return nil
}
