package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"kabar/app/news"
)

// maxItems is how many items of one feed are read: far more than any CMS lists.
const maxItems = 2000

// ParseFeed reads RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed from foreign bytes. base is the address they came from; loc is the
// office's zone, for dates that name none. It does no I/O and keeps nothing. An error says in plain words what is wrong; a feed that
// ends early gives what came before.
func ParseFeed(data []byte, contentType string, base *url.URL, loc *time.Location) (Feed, error) {
	parsed, out, err := parse(data, contentType)
	if err != nil {
		return Feed{}, err
	}
	out.Title = plainText(parsed.Title)
	if home := webAddress(parsed.Link, base); home != "" {
		if u, err := url.Parse(home); err == nil {
			base = u
		}
	}
	r := reader{feed: parsed, base: base, loc: loc}
	for i, it := range parsed.Items {
		if i == maxItems {
			out.Dropped += len(parsed.Items) - maxItems
			break
		}
		item, ok := r.item(i, it)
		if !ok {
			out.Dropped++
			continue
		}
		out.Items = append(out.Items, item)
	}
	out.Items = settleIdentity(out.Items, news.CanonicalURL(stringOf(base)))
	return out, nil
}

func stringOf(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// parse repairs and parses; what cannot be parsed whole is parsed item by item.
func parse(data []byte, contentType string) (*gofeed.Feed, Feed, error) {
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	if j, ok := jsonFeed(data, contentType); ok {
		f, err := p.Parse(bytes.NewReader(j))
		if err != nil {
			return nil, Feed{}, fmt.Errorf("read the JSON Feed: %w", err)
		}
		return f, Feed{}, nil
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, Feed{}, notFeed(nil)
	}
	fixed, done, err := repair(data, contentType)
	if err != nil {
		return nil, Feed{}, err
	}
	if gofeed.DetectFeedType(bytes.NewReader(fixed)) == gofeed.FeedTypeAtom {
		fixed = affordableAtom(fixed)
	}
	out := Feed{Repaired: done}
	head, items, unclosed := salvage(fixed)
	f, err := p.Parse(bytes.NewReader(fixed))
	if err == nil && !unclosed {
		return f, out, nil
	}
	f, lost := parseItems(p, head, items)
	if f == nil {
		return nil, Feed{}, fmt.Errorf("it breaks off or is broken before its first item is whole: %w", orError(err, errNotFeed))
	}
	out.Dropped += lost
	out.Cut = true
	out.Repaired = append(out.Repaired, "a feed that breaks off or has an item that cannot be read")
	return f, out, nil
}

func orError(err, otherwise error) error {
	if err == nil {
		return otherwise
	}
	return err
}

// jsonFeed finds a JSON Feed, behind a byte order mark or a PHP warning if need be.
func jsonFeed(data []byte, contentType string) ([]byte, bool) {
	start := bytes.TrimLeft(data, " \t\r\n\xef\xbb\xbf")
	if !bytes.HasPrefix(start, []byte("{")) && !bytes.Contains(data, []byte("jsonfeed.org/version/")) && !bytes.Contains(data, []byte(`jsonfeed.org\/version\/`)) && !strings.Contains(contentType, "json") {
		if u, ok := fromUTF16(data); !ok || !bytes.Contains(u, []byte("jsonfeed.org")) {
			return nil, false
		}
	}
	b, _, err := toUTF8(data, contentType)
	if err != nil {
		return nil, false
	}
	i := bytes.IndexByte(b, '{')
	if i < 0 || rootElement.Match(b[:i]) || i > maxJunk {
		return nil, false
	}
	if b = b[i:]; !bytes.Contains(b, []byte(`"items"`)) && !bytes.Contains(b, []byte(`"version"`)) {
		return nil, false
	}
	b, _, _ = dropControls(b)
	return b, true
}

// reader turns a parsed feed's items into ours.
type reader struct {
	feed *gofeed.Feed
	base *url.URL
	loc  *time.Location
}

func (r reader) item(i int, it *gofeed.Item) (Item, bool) {
	if it == nil || protected(it) {
		return Item{}, false
	}
	out := Item{GUID: guid(it.GUID), URL: r.home(i, it), Author: r.author(i, it)}
	base := r.base
	if u, err := url.Parse(out.URL); err == nil && out.URL != "" {
		base = u
	}
	var lead picture
	out.Body = r.body(i, it, base)
	lead, out.Body = chooseLead(it, base, out.Body)
	out.ImageSrc, out.ImageAlt = lead.src, lead.alt
	out.Body = trimFurniture(out.Body)
	text := news.PlainText(out.Body)
	short := summaryText(it.Description, base)
	if r.feed.FeedType == "json" {
		out.Title = cleanLine(unescapeOnce(it.Title))
		short = cleanLine(it.Description)
	} else {
		out.Title = plainText(it.Title)
	}
	if out.Title == "" || slices.Contains(untitled, strings.ToLower(out.Title)) {
		out.Title = firstOf(titleFrom(text), titleFrom(short), out.Title, titleFromAddress(out.URL))
	}
	if out.Title == "" && len(out.Body) == 0 && out.URL == "" {
		return Item{}, false // nothing to show and nowhere to go
	}
	out.Title = clip(firstOf(out.Title, "Berita"), MaxTitle)
	out.Summary = news.Summarize(firstOf(short, text))
	out.Categories = categories(it.Categories)
	out.Published, out.Updated = r.dates(it)
	if out.ImageSrc != "" && out.ImageAlt == "" {
		out.ImageAlt = lead.caption
	}
	return out, true
}

// untitled are the words that CMSs put where a title is missing.
var untitled = []string{"untitled", "(no title)", "no title", "tanpa judul", "(tanpa judul)", "null"}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// protected reports whether WordPress gives an item out only against a password: it puts the form where the text would be.
func protected(it *gofeed.Item) bool {
	for _, s := range []string{it.Content, it.Description} {
		if strings.Contains(s, "post-password-form") || strings.Contains(s, `name="post_password"`) {
			return true
		}
	}
	t := strings.TrimSpace(it.Title)
	return (strings.HasPrefix(t, "Diproteksi:") || strings.HasPrefix(t, "Dilindungi:") || strings.HasPrefix(t, "Terproteksi:") || strings.HasPrefix(t, "Protected:")) &&
		(it.Content == "" || strings.Contains(it.Description, "dilindungi kata sandi") || strings.Contains(it.Description, "protected post"))
}

// guid bounds an identifier; a longer one is known by its hash.
func guid(s string) string {
	if s = cleanLine(s); len(s) > 1000 {
		sum := sha256.Sum256([]byte(s))
		return "sha256:" + hex.EncodeToString(sum[:])
	}
	return s
}

// home is the item's own page: its link, or a guid that is one.
func (r reader) home(i int, it *gofeed.Item) string {
	candidates := []string{it.Link}
	if !strings.Contains(it.Link, "://") && len(it.Links) > 0 {
		candidates = append(candidates, it.Links...)
	}
	if f, ok := r.feed.OriginalFeed().(*rss.Feed); ok && i < len(f.Items) && f.Items[i].GUID != nil && f.Items[i].GUID.IsPermalink != "false" ||
		r.feed.FeedType != "rss" || it.Link == "" {
		if strings.HasPrefix(it.GUID, "http://") || strings.HasPrefix(it.GUID, "https://") {
			candidates = append(candidates, it.GUID)
		}
	}
	for _, c := range candidates {
		if strings.TrimSpace(c) == "" {
			continue
		}
		if u := homeAddress(c, r.base); u != "" {
			return u
		}
	}
	return ""
}

func (r reader) author(i int, it *gofeed.Item) string {
	if f, ok := r.feed.OriginalFeed().(*rss.Feed); ok && i < len(f.Items) {
		s := f.Items[i].Author
		if dc := it.DublinCoreExt; authorName(s) == "" && dc != nil {
			s = firstOf(strings.Join(dc.Creator, ", "), strings.Join(dc.Author, ", "))
		}
		if a := authorName(s); a != "" || s != "" {
			return a
		}
	}
	people := it.Authors
	if len(people) == 0 {
		people = r.feed.Authors
		if r.feed.FeedType == "rss" {
			people = nil // the channel's is the webmaster
		}
	}
	var names []string
	for _, p := range people {
		if p == nil {
			continue
		}
		if n := authorName(p.Name); n != "" && !slices.Contains(names, n) && len(names) < 5 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// body is the whole text where the feed has it, else the description.
func (r reader) body(i int, it *gofeed.Item, base *url.URL) []news.Node {
	if f, ok := r.feed.OriginalFeed().(*json.Feed); ok && i < len(f.Items) && f.Items[i] != nil {
		if j := f.Items[i]; j.ContentHTML == "" {
			return textNodes(firstOf(j.ContentText, j.Summary))
		}
	}
	if f, ok := r.feed.OriginalFeed().(*atom.Feed); ok && i < len(f.Entries) {
		if c := f.Entries[i].Content; c != nil && (c.Type == "text" || c.Type == "") && c.Src == "" && !strings.Contains(c.Value, "</") {
			if strings.TrimSpace(c.Value) != "" {
				return textNodes(c.Value)
			}
		}
	}
	for _, s := range []string{it.Content, it.Custom["encoded"], it.Description} {
		if nodes := htmlNodes(s, origin{base: base}); len(nodes) > 0 {
			return nodes
		}
	}
	return nil
}

// summaryText is the description as text. WordPress ends it with a sign that there is more, and a link.
func summaryText(s string, base *url.URL) string {
	nodes := trimFurniture(htmlNodes(s, origin{base: base}))
	t := cleanLine(unescapeOnce(news.PlainText(nodes)))
	for _, more := range []string{"[…]", "[...]", "[Selengkapnya]", "Selengkapnya...", "Baca selengkapnya", "Read more"} {
		if c, ok := strings.CutSuffix(t, more); ok {
			t = strings.TrimRight(c, " .…") + "…"
		}
	}
	return t
}

func categories(all []string) []string {
	var out []string
	for _, c := range all {
		c = clip(plainText(c), 60)
		if c != "" && len(out) < 20 && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, c) }) {
			out = append(out, c)
		}
	}
	return out
}

// dates reads when an item was published and changed. gofeed's own reading is not used: it knows neither our months nor our zones.
func (r reader) dates(it *gofeed.Item) (published, updated time.Time) {
	for _, s := range []string{it.Published, it.Custom["date"], it.Custom["pubdate"], it.Custom["tanggal"]} {
		if t, ok := ParseDate(s, r.loc); ok {
			published = t
			break
		}
	}
	if t, ok := ParseDate(it.Updated, r.loc); ok {
		if published.IsZero() {
			published = t
		} else if t.After(published) {
			updated = t
		}
	}
	return published, updated
}

// futureSlack is how far a server's clock may be ahead of ours.
const futureSlack = 10 * time.Minute

// Settle takes back dates that lie in the future: they would hold an item at the top. The store uses the time it was first seen.
func (f *Feed) Settle(now time.Time) {
	for i := range f.Items {
		it := &f.Items[i]
		if it.Published.After(now.Add(futureSlack)) {
			it.Future, it.Published = it.Published, time.Time{}
		}
		if it.Updated.After(now.Add(futureSlack)) {
			it.Updated = time.Time{}
		}
	}
}
