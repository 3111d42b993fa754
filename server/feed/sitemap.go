package feed

import (
	"encoding/xml"
	"time"

	"kabar/app/news"
)

// SitemapSize is how many pages a sitemap names at most (sitemaps.org), with the news page.
const SitemapSize = 50_000

// Of a news sitemap, as Google reads it: articles of the last two days, a thousand at most.
const (
	newsAge  = 48 * time.Hour
	newsSize = 1000
)

type urlSet struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	NewsNS  string       `xml:"xmlns:news,attr"`
	Pages   []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string       `xml:"loc"`
	Changed string       `xml:"lastmod,omitempty"`
	News    *sitemapNews `xml:"news:news"`
}

type sitemapNews struct {
	Name      string `xml:"news:publication>news:name"`
	Lang      string `xml:"news:publication>news:language"`
	Published string `xml:"news:publication_date"`
	Title     string `xml:"news:title"`
}

// Sitemap names the office's pages, newest first, and says which were news at now.
func Sitemap(base string, site news.Site, articles []news.Article, now time.Time) ([]byte, error) {
	f := Feed{Base: base, Site: site, Articles: articles[:min(len(articles), SitemapSize-1)]}
	out := urlSet{NewsNS: "http://www.google.com/schemas/sitemap-news/0.9", Pages: []sitemapURL{{Loc: f.page()}}}
	if len(f.Articles) > 0 {
		out.Pages[0].Changed = f.newest().Format(time.RFC3339)
	}
	for i := range f.Articles {
		a := &f.Articles[i]
		u := sitemapURL{Loc: f.id(a), Changed: f.local(changed(a)).Format(time.RFC3339)}
		if age := now.Sub(a.Published); age >= 0 && age <= newsAge && i < newsSize {
			u.News = &sitemapNews{site.Name, site.Language, f.local(a.Published).Format(time.RFC3339), a.Title}
		}
		out.Pages = append(out.Pages, u)
	}
	return document(out)
}
