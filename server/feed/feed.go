// Package feed writes an office's news for programs: RSS 2.0, Atom (RFC 4287), JSON Feed 1.1, and a sitemap with its news.
// The full text goes out; what follows a feed needs nothing else of ours.
package feed

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"time"

	"kabar/app/locale"
	"kabar/app/news"
)

// Feed is an office's newest articles.
type Feed struct {
	Base     string // public URL of the server, no slash at the end
	Hub      string // WebSub hub that is told of new articles, or empty
	Site     news.Site
	Articles []news.Article // with bodies, newest first
}

// The forms there are, by the names of their files.
const (
	RSS  = "rss.xml"
	Atom = "atom.xml"
	JSON = "feed.json"
)

// Kinds are the media types of the forms.
var Kinds = map[string]string{RSS: "application/rss+xml; charset=utf-8", Atom: "application/atom+xml; charset=utf-8", JSON: "application/feed+json; charset=utf-8"}

// Write returns the feed in one of its forms.
func (f *Feed) Write(form string) ([]byte, error) {
	switch form {
	case RSS:
		return f.rss()
	case Atom:
		return f.atom()
	case JSON:
		return f.json()
	}
	return nil, fmt.Errorf("no such form of feed: %s", form)
}

// Self is the address of the feed in one of its forms.
func (f *Feed) Self(form string) string { return f.page() + form }

func (f *Feed) page() string { return f.Base + news.SitePath(f.Site.ID) }

func (f *Feed) title() string {
	return locale.For(f.Site.Language).LatestNews + " · " + f.Site.Name
}

// id is what readers know an article by. It is the address of our page, which an article keeps while its home may move.
func (f *Feed) id(a *news.Article) string { return f.Base + news.ArticlePath(f.Site.ID, a.Slug) }

// home is where an article is to be read.
func (f *Feed) home(a *news.Article) string { return cmp.Or(a.URL, f.id(a)) }

func (f *Feed) local(t time.Time) time.Time { return t.In(f.Site.Location()) }

func changed(a *news.Article) time.Time {
	if a.Updated.After(a.Published) {
		return a.Updated
	}
	return a.Published
}

// newest is when anything in the feed last changed.
func (f *Feed) newest() time.Time {
	at := time.Unix(0, 0)
	for i := range f.Articles {
		if t := changed(&f.Articles[i]); t.After(at) {
			at = t
		}
	}
	return f.local(at)
}

type rssFeed struct {
	XMLName xml.Name  `xml:"rss"`
	Version string    `xml:"version,attr"`
	AtomNS  string    `xml:"xmlns:atom,attr"`
	TextNS  string    `xml:"xmlns:content,attr"`
	DCNS    string    `xml:"xmlns:dc,attr"`
	MediaNS string    `xml:"xmlns:media,attr"`
	Title   string    `xml:"channel>title"`
	Link    string    `xml:"channel>link"`
	About   string    `xml:"channel>description"`
	Lang    string    `xml:"channel>language"`
	Built   string    `xml:"channel>lastBuildDate"`
	Links   []link    `xml:"channel>atom:link"`
	Items   []rssItem `xml:"channel>item"`
}

type link struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type rssItem struct {
	Title      string    `xml:"title"`
	Link       string    `xml:"link"`
	ID         string    `xml:"guid"`
	Published  string    `xml:"pubDate"`
	Author     string    `xml:"dc:creator,omitempty"`
	Categories []string  `xml:"category"`
	Summary    string    `xml:"description,omitempty"`
	Content    string    `xml:"content:encoded"`
	Picture    *rssImage `xml:"media:content"`
}

type rssImage struct {
	URL    string `xml:"url,attr"`
	Type   string `xml:"type,attr"`
	Medium string `xml:"medium,attr"`
	Width  int    `xml:"width,attr"`
	Height int    `xml:"height,attr"`
	Alt    string `xml:"media:description,omitempty"`
}

func (f *Feed) links(form, kind string) []link {
	out := []link{{"self", kind, f.Self(form)}}
	if f.Hub != "" {
		out = append(out, link{Rel: "hub", Href: f.Hub})
	}
	return out
}

func (f *Feed) rss() ([]byte, error) {
	out := rssFeed{Version: "2.0", AtomNS: "http://www.w3.org/2005/Atom", TextNS: "http://purl.org/rss/1.0/modules/content/", DCNS: "http://purl.org/dc/elements/1.1/", MediaNS: "http://search.yahoo.com/mrss/",
		Title: f.title(), Link: f.page(), About: f.title(), Lang: f.Site.Language, Built: f.newest().Format(time.RFC1123Z), Links: f.links(RSS, "application/rss+xml")}
	for i := range f.Articles {
		a := &f.Articles[i]
		content, err := f.content(a)
		if err != nil {
			return nil, err
		}
		item := rssItem{Title: a.Title, Link: f.home(a), ID: f.id(a), Published: f.local(a.Published).Format(time.RFC1123Z), Author: a.Author, Categories: a.Categories, Summary: a.Summary, Content: content}
		if src := f.picture(a.Image); src != "" {
			item.Picture = &rssImage{src, "image/jpeg", "image", a.Image.Width, a.Image.Height, a.Image.Alt}
		}
		out.Items = append(out.Items, item)
	}
	return document(out)
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []link      `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID         string     `xml:"id"`
	Title      string     `xml:"title"`
	Links      []link     `xml:"link"`
	Published  string     `xml:"published"`
	Updated    string     `xml:"updated"`
	Author     string     `xml:"author>name,omitempty"`
	Categories []atomTerm `xml:"category"`
	Summary    string     `xml:"summary,omitempty"`
	Content    atomText   `xml:"content"`
}

type atomTerm struct {
	Term string `xml:"term,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func (f *Feed) atom() ([]byte, error) {
	out := atomFeed{Lang: f.Site.Language, ID: f.page(), Title: f.title(), Updated: f.newest().Format(time.RFC3339), Author: f.Site.Name,
		Links: append(f.links(Atom, "application/atom+xml"), link{"alternate", "text/html", f.page()})}
	for i := range f.Articles {
		a := &f.Articles[i]
		content, err := f.content(a)
		if err != nil {
			return nil, err
		}
		e := atomEntry{ID: f.id(a), Title: a.Title, Links: []link{{"alternate", "text/html", f.home(a)}}, Published: f.local(a.Published).Format(time.RFC3339), Updated: f.local(changed(a)).Format(time.RFC3339),
			Author: cmp.Or(a.Author, f.Site.Name), Summary: a.Summary, Content: atomText{"html", content}}
		for _, c := range a.Categories {
			e.Categories = append(e.Categories, atomTerm{c})
		}
		if src := f.picture(a.Image); src != "" {
			e.Links = append(e.Links, link{"enclosure", "image/jpeg", src})
		}
		out.Entries = append(out.Entries, e)
	}
	return document(out)
}

func document(v any) ([]byte, error) {
	out, err := xml.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("writing XML: %w", err)
	}
	return append([]byte(xml.Header), append(out, '\n')...), nil
}

type jsonFeed struct {
	Version string     `json:"version"`
	Title   string     `json:"title"`
	Home    string     `json:"home_page_url"`
	Self    string     `json:"feed_url"`
	Lang    string     `json:"language"`
	Authors []person   `json:"authors"`
	Hubs    []hub      `json:"hubs,omitempty"`
	Items   []jsonItem `json:"items"`
}

type person struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

type hub struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type jsonItem struct {
	ID        string   `json:"id"`
	URL       string   `json:"url"`
	Title     string   `json:"title"`
	Summary   string   `json:"summary,omitempty"`
	Content   string   `json:"content_html"`
	Image     string   `json:"image,omitempty"`
	Published string   `json:"date_published"`
	Modified  string   `json:"date_modified,omitempty"`
	Authors   []person `json:"authors,omitempty"`
	Tags      []string `json:"tags,omitempty"`
}

func (f *Feed) json() ([]byte, error) {
	out := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: f.title(), Home: f.page(), Self: f.Self(JSON), Lang: f.Site.Language, Authors: []person{{f.Site.Name, f.Site.Home}}, Items: []jsonItem{}}
	if f.Hub != "" {
		out.Hubs = []hub{{"WebSub", f.Hub}}
	}
	for i := range f.Articles {
		a := &f.Articles[i]
		content, err := f.content(a)
		if err != nil {
			return nil, err
		}
		item := jsonItem{ID: f.id(a), URL: f.home(a), Title: a.Title, Summary: a.Summary, Content: content, Image: f.picture(a.Image), Published: f.local(a.Published).Format(time.RFC3339), Tags: a.Categories}
		if a.Updated.After(a.Published) {
			item.Modified = f.local(a.Updated).Format(time.RFC3339)
		}
		if a.Author != "" {
			item.Authors = []person{{Name: a.Author}}
		}
		out.Items = append(out.Items, item)
	}
	b, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("writing a JSON feed: %w", err)
	}
	return b, nil
}
