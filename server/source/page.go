package source

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"kabar/app/news"
)

// Page is a page that lists an office's articles where there is no feed. All but URL are CSS selectors, and may be empty: Link finds the
// links on the list, the others their part of an article's page.
type Page struct {
	URL, Link, Title, Date, Picture, Body string
}

// Article is an article's page, read.
type Article struct {
	Item
	Notes []string // what a webmaster should know of how it was read
}

// ParsePage reads one article from its page. link is what the list said of it. The title, date and picture are those the page names for
// machines (JSON-LD, Open Graph) or shows; the body is what readability finds, or what the selectors of p say. It does no I/O. It returns
// an error when there is no article.
func ParsePage(data []byte, contentType string, base *url.URL, loc *time.Location, p Page, link Link) (Article, error) {
	address := news.CanonicalURL(base.String())
	doc, base, err := document(data, contentType, base)
	if err != nil {
		return Article{}, err
	}
	r := pageReader{doc: doc, base: base, loc: loc, page: p, link: link, meta: metadata(doc)}
	title, heading := r.title()
	if missing.MatchString(title) || title == "" {
		return Article{}, errors.New("there is no article on the page")
	}
	var a Article
	a.URL, a.GUID = address, numberOf(address)
	a.Author = r.author()
	a.Categories = categories(r.meta.sections)
	a.Published, a.Updated = r.dates(address, heading, &a.Notes)
	lead := r.picture()
	near := r.pictureNear(heading)
	body, err := r.body(title, heading)
	if err != nil {
		return Article{}, err
	}
	if a.Published.IsZero() && p.Date == "" {
		a.Published = dateOfText(news.PlainText(body), loc, &a.Notes)
	}
	if p.Picture == "" {
		lead = chooseLeadOfPage(lead, near, body)
	}
	a.ImageSrc, a.ImageAlt = lead.src, lead.alt
	if a.Body = body; lead.src != "" {
		a.Body = withoutPicture(body, pictureKey(lead.src))
	}
	a.Body = trimFurniture(a.Body)
	if len(a.Body) == 0 && a.ImageSrc == "" && !r.meta.article {
		return Article{}, errors.New("no text was found on the page; set body to the CSS selector of the article's text")
	}
	if a.Title = clip(readable(title), MaxTitle); a.Title != clip(title, MaxTitle) {
		a.Notes = append(a.Notes, "title in capitals, made readable")
	}
	a.Summary = news.Summarize(firstOf(news.PlainText(a.Body), r.meta.description))
	return a, nil
}

// missing are titles of pages that stand in an article's place.
var missing = regexp.MustCompile(`(?i)^(?:error )?(?:404|403|500)\b|(?:halaman|page|artikel|berita|konten).{0,20}(?:tidak (?:di)?temukan|tidak ada|not found)|^not found$|^(?:forbidden|access denied|just a moment|login|database error|a php error was encountered)`)

// pageText makes UTF-8 of a page's bytes. Declared UTF-8 that is not is windows-1252 in places, as in feeds.
func pageText(data []byte, contentType string) []byte {
	if u, ok := fromUTF16(data); ok {
		return u
	}
	if utf8.Valid(data) {
		return data
	}
	if enc, name, _ := charset.DetermineEncoding(data, contentType); name != "utf-8" && name != "windows-1252" {
		if out, err := enc.NewDecoder().Bytes(data); err == nil {
			return out
		}
	}
	return mixedToUTF8(data)
}

var idThenSlug = regexp.MustCompile(`^(.*?/)(\d+)(?:[/-][^/]*[a-z][^/]*)$`)

// numberOf is what an address says of its article for good where a CMS numbers its articles and puts the title behind: all before the
// title. It is "" for any other address; a number that is part of a date is none.
func numberOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.RawQuery != "" {
		return ""
	}
	m := idThenSlug.FindStringSubmatch(u.Path)
	if m == nil || regexp.MustCompile(`/(?:19|20)\d{2}(?:/|$)`).MatchString(m[1]) || regexp.MustCompile(`^(?:19|20)\d{2}$`).MatchString(m[2]) {
		return ""
	}
	return "page:" + m[1] + m[2]
}

// pageReader takes one page apart.
type pageReader struct {
	doc  *goquery.Document
	base *url.URL
	loc  *time.Location
	page Page
	link Link
	meta meta
}

// squash is what is compared of two titles: their letters and digits.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || r >= 0x80 && !strings.ContainsRune("“”‘’–—…·•»«", r):
			return r
		}
		return -1
	}, s)
}

// agree reports whether two titles are one, of which either may be cut short.
func agree(a, b string) bool {
	a, b = squash(a), squash(b)
	if min(len(a), len(b)) < 8 {
		return a != "" && a == b
	}
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// title chooses the article's, and the element that shows it. The list's word decides between those that the page offers: many CMSs give
// every page the name of the office as its og:title, or the section's as its first heading.
func (r pageReader) title() (title string, heading *html.Node) {
	type candidate struct {
		text string
		node *html.Node
	}
	if r.page.Title != "" {
		s := r.doc.Find(r.page.Title).First()
		if t := cleanLine(s.Text() + s.AttrOr("content", "")); t != "" {
			return t, s.Nodes[0]
		}
	}
	var all []candidate
	beside := asides{}
	for _, t := range []string{r.meta.headline, r.meta.title} {
		all = append(all, candidate{text: t})
	}
	r.doc.Find("h1, h2, h3, h4, h5, [itemprop=headline], [class*=title], [class*=judul]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		if t := cleanLine(nodeText(s.Nodes[0], 2*MaxTitle)); t != "" && len(t) < 2*MaxTitle && !beside.in(s.Nodes[0]) {
			all = append(all, candidate{t, s.Nodes[0]})
		}
		return i < 300
	})
	all = append(all, candidate{text: r.withoutSite(cleanLine(r.doc.Find("title").First().Text()))})
	place := func(t string) *html.Node {
		for _, c := range all {
			if c.node != nil && agree(c.text, t) {
				return c.node
			}
		}
		return nil
	}
	if hint := r.link.Title; len(squash(hint)) >= 8 {
		for _, c := range all {
			if agree(c.text, hint) {
				if len(squash(c.text)) < len(squash(hint)) { // the page cuts it
					c.text = hint
				}
				return c.text, place(c.text)
			}
		}
		if r.meta.headline == "" && !strings.HasSuffix(hint, "…") && !strings.HasSuffix(hint, "...") {
			return hint, nil
		}
	}
	for _, c := range all {
		if c.text == "" || agree(c.text, r.meta.site) || c.node != nil && c.node.Data != "h1" && attr(c.node, "itemprop") == "" {
			continue
		}
		return c.text, place(c.text)
	}
	return r.link.Title, nil
}

// withoutSite takes the site's name off a page's title.
func (r pageReader) withoutSite(t string) string {
	for _, sep := range []string{" | ", " - ", " – ", " — ", " :: ", " » ", " · "} {
		if i := strings.LastIndex(t, sep); i > 0 {
			if head, tail := t[:i], t[i+len(sep):]; r.meta.site == "" || agree(tail, r.meta.site) {
				return cleanLine(head)
			}
		}
	}
	return t
}

func (r pageReader) author() string {
	for _, a := range r.meta.authors {
		if a = authorName(a); a != "" && !agree(a, r.meta.site) && !slices.Contains([]string{"admin", "administrator", "super user", "superadmin"}, strings.ToLower(a)) {
			return a
		}
	}
	return ""
}

// dates reads what the page says of its dates.
func (r pageReader) dates(address string, heading *html.Node, notes *[]string) (published, updated time.Time) {
	if r.page.Date != "" {
		s := r.doc.Find(r.page.Date).First()
		for _, text := range []string{s.AttrOr("datetime", ""), s.AttrOr("content", ""), dateWords(s.Text()), s.Text()} {
			if t, ok := ParseDate(text, r.loc); ok {
				return t, updated
			}
		}
		*notes = append(*notes, "the selector date found no date")
		return published, updated
	}
	for _, text := range r.meta.published {
		if t, ok := ParseDate(text, r.loc); ok {
			published = t
			break
		}
	}
	for _, text := range r.meta.modified {
		if t, ok := ParseDate(text, r.loc); ok && !published.IsZero() && t.After(published) {
			updated = t
			break
		}
	}
	if published.IsZero() {
		published = r.shownDate(address, heading, notes)
	}
	return published, updated
}

// shownDate looks for a date that readers see: below the title, in the address, behind a word such as "Diposting", above the title, on the
// list.
func (r pageReader) shownDate(address string, heading *html.Node, notes *[]string) time.Time {
	if heading != nil {
		if t, ok := findDate(after(heading), r.loc); ok {
			return t
		}
	}
	if m := dateInPath.FindStringSubmatch(address); m != nil {
		if t, ok := ParseDate(m[1], r.loc); ok {
			return t
		}
	}
	if t, ok := labelledDate(cleanLine(nodeText(r.doc.Nodes[0], maxBody)), r.loc); ok {
		return t
	}
	if heading != nil {
		if t, ok := findDate(before(heading), r.loc); ok {
			return t
		}
	}
	t, ok := ParseDate(r.link.Date, r.loc)
	if ok {
		*notes = append(*notes, "date from the list")
	}
	return t
}

// dateOfText takes the day that the first lines of a text name: "BREBES – Rabu (12/8/2026) KPU …".
func dateOfText(text string, loc *time.Location, notes *[]string) time.Time {
	t, ok := findDate(text[:min(len(text), 400)], loc)
	if ok {
		*notes = append(*notes, "date from its text")
	}
	return t
}
