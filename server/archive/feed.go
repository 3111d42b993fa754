package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"kabar/server/fetch"
	"kabar/server/source"
)

// maxPages bounds a feed that never ends.
const maxPages = 10_000

// Feed reads a feed page by page, the newest first, until one brings nothing that the pages before had not, or up to the given number of
// pages where that is not 0. Run again after a break it reads what is new at the front, and then goes on at the last page that was stored.
func (im *Importer) Feed(ctx context.Context, address string, pages int) (p Progress, err error) {
	name := "import:" + address
	st, err := im.Store.LoadSource(ctx, im.Site.ID, name)
	if err != nil {
		return p, err
	}
	defer func() { err = im.finish(ctx, name, st, p, err) }()
	p.Left = map[string]int{}
	f := feed{im: im, address: address, seen: map[string]bool{}}
	for n := 1; n <= maxPages && (pages <= 0 || n <= pages); n++ {
		if n > 1 {
			if err := sleep(ctx, im.Pause); err != nil {
				return p, err
			}
		}
		items, left, err := f.page(ctx, n)
		if err != nil {
			return p, fmt.Errorf("page %d: %w; run it again to go on from there", n, err)
		}
		if len(items) == 0 {
			break
		}
		p.Page = n
		if left > 0 {
			p.Left["unreadable or password-protected"] += left
		}
		fresh := p.New
		slices.Reverse(items)
		// Under the feed's own address: when it is among the office's feeds, these are its items.
		if err := im.ingest(ctx, address, items, &p); err != nil {
			return p, err
		}
		if n < st.Page && p.New == fresh {
			n = st.Page - 1 // all of this page was known, and so are those up to where it broke off
		}
		st.Page = max(st.Page, n)
		if err := im.Store.SaveSource(ctx, im.Site.ID, name, st); err != nil {
			return p, err
		}
	}
	return p, nil
}

// feed is one that is read page by page.
type feed struct {
	im      *Importer
	address string
	param   string          // that names the page; empty while it is not known
	seen    map[string]bool // items of the pages before
}

// page returns the items of a page that were on none before; none when there is no such page.
func (f *feed) page(ctx context.Context, n int) ([]source.Item, int, error) {
	if n == 1 {
		return f.read(ctx, f.address)
	}
	params := []string{"paged", "page"} // WordPress's, and everybody else's
	if f.param != "" {
		params = []string{f.param}
	}
	for _, param := range params {
		items, left, err := f.read(ctx, f.at(param, n))
		if gone(err) || notFeed(err) && n > 1 {
			continue
		}
		if err != nil || len(items) > 0 {
			f.param = param
			return items, left, err
		}
	}
	return nil, 0, nil
}

// at is the address of a page. One that has the parameter already keeps it where it stands.
func (f *feed) at(param string, n int) string {
	u, err := url.Parse(f.address)
	if err != nil {
		return f.address
	}
	q := u.Query()
	q.Set(param, strconv.Itoa(n))
	u.RawQuery = q.Encode()
	return u.String()
}

var errNotFeed = errors.New("not a feed")

func notFeed(err error) bool { return errors.Is(err, errNotFeed) }

// gone reports whether the server says that there is no such page.
func gone(err error) bool {
	var e *fetch.Error
	return errors.As(err, &e) && (e.Status == http.StatusNotFound || e.Status == http.StatusGone || e.Status == http.StatusBadRequest)
}

func (f *feed) read(ctx context.Context, address string) (fresh []source.Item, left int, err error) {
	resp, err := f.im.Get(ctx, fetch.Request{URL: address, AllowPrivate: f.im.Site.AllowPrivate, Accept: source.FeedTypes})
	if err != nil {
		return nil, 0, err
	}
	base, err := url.Parse(resp.URL)
	if err != nil {
		return nil, 0, fmt.Errorf("read the address the feed came from: %w", err)
	}
	got, err := source.ParseFeed(resp.Body, resp.ContentType, base, f.im.Site.Location)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errNotFeed, err)
	}
	got.Settle(f.im.Now())
	for _, it := range got.Items {
		// Some give a new guid each time.
		if key := cmp.Or(it.URL, it.GUID) + "\n" + it.Title; !f.seen[key] {
			f.seen[key] = true
			fresh = append(fresh, it)
		}
	}
	return fresh, got.Dropped, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
