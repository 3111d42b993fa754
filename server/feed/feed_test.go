package feed_test

import (
	"encoding/json"
	"encoding/xml"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"

	"kabar/app/news"
	"kabar/server/feed"
)

const base = "https://berita.example.go.id"

var (
	site = news.Site{ID: "brebes", Name: "KPU Kabupaten Brebes", Language: "id", TimeZone: "Asia/Jakarta", Home: "https://kab-brebes.kpu.go.id"}
	at   = time.Date(2021, 4, 26, 7, 5, 0, 0, time.UTC)
	foto = &news.Image{Name: "0123456789abcdef", Alt: `Suasana "rapat" <pleno>`, Widths: []int{240, 720}, Width: 720, Height: 480}
)

func articles() []news.Article {
	return []news.Article{
		{Slug: "rapat", Title: `Rapat & "Pleno" <b>`, URL: "https://kab-brebes.kpu.go.id/rapat/?a=1&b=2", Summary: "Ringkas & padat.", Author: "Humas", Categories: []string{"Berita", "Pemilu & Pilkada"}, Image: foto, Published: at, Updated: at.Add(time.Hour), Body: []news.Node{
			{Kind: "p", Nodes: []news.Node{{Text: "Satu <script>alert(1)</script> ]]> & "}, {Kind: "a", Href: "https://kpu.go.id/?x=1&y=2", Nodes: []news.Node{{Text: "dua"}}}, {Kind: "br"}, {Kind: "strong", Nodes: []news.Node{{Text: "tiga\x00\x08"}}}}},
			{Kind: "a", Href: "javascript:alert(1)", Nodes: []news.Node{{Text: "empat"}}},
			{Kind: "a", Href: "/tujuan", Nodes: []news.Node{{Text: "lima"}}},
			{Kind: "script", Nodes: []news.Node{{Text: "enam"}}},
			{Kind: "img", Image: &news.Image{Src: "https://elsewhere.example/x.jpg"}},
			{Kind: "img", Image: &news.Image{Name: "fedcba9876543210", Alt: `" onerror="alert(1)`, Widths: []int{240}, Width: 240, Height: 100}},
			{Kind: "table", Nodes: []news.Node{{Kind: "tbody", Nodes: []news.Node{{Kind: "tr", Nodes: []news.Node{{Kind: "td", ColSpan: 2, Nodes: []news.Node{{Text: "tujuh"}}}}}}}}},
		}},
		{Slug: "di-sini", Title: "Di sini", Published: at.Add(-time.Hour), Body: []news.Node{{Kind: "p", Nodes: []news.Node{{Text: "Isi."}}}}},
	}
}

// TestFeeds: a reader that is not ours finds in each form what the office has published.
func TestFeeds(t *testing.T) {
	for form := range feed.Kinds {
		t.Run(form, func(t *testing.T) {
			f := feed.Feed{Base: base, Hub: "https://hub.example/", Site: site, Articles: articles()}
			data, err := f.Write(form)
			if err != nil {
				t.Fatal(err)
			}
			got, err := gofeed.NewParser().ParseString(string(data))
			if err != nil {
				t.Fatal(err)
			}
			if got.Title != "Berita Terkini · KPU Kabupaten Brebes" || got.Link != base+"/brebes/" || got.FeedLink != base+"/brebes/"+form || got.Language != "id" || len(got.Items) != 2 {
				t.Errorf("the feed: %q %q %q %q, %d items", got.Title, got.Link, got.FeedLink, got.Language, len(got.Items))
			}
			if !strings.Contains(string(data), "https://hub.example/") {
				t.Error("the hub is not named")
			}
			a, b := got.Items[0], got.Items[1]
			if a.Title != `Rapat & "Pleno" <b>` || a.Link != "https://kab-brebes.kpu.go.id/rapat/?a=1&b=2" || a.GUID != base+"/brebes/rapat" || a.Description != "Ringkas & padat." || !slices.Equal(a.Categories, []string{"Berita", "Pemilu & Pilkada"}) {
				t.Errorf("the first item: %+v", a)
			}
			if b.Link != base+"/brebes/di-sini" || b.GUID != b.Link || b.Content != "<p>Isi.</p>" {
				t.Errorf("the second item: %+v", b)
			}
			if !a.PublishedParsed.Equal(at) || form != feed.RSS && !a.UpdatedParsed.Equal(at.Add(time.Hour)) || len(a.Authors) != 1 || a.Authors[0].Name != "Humas" {
				t.Errorf("dates and author: %v %v %+v", a.PublishedParsed, a.UpdatedParsed, a.Authors)
			}
			if !strings.Contains(string(data), "+0700") && !strings.Contains(string(data), "14:05:00+07:00") {
				t.Error("no date with the office's zone")
			}
			picture := base + "/img/0123456789abcdef-720.jpg"
			if shown := a.Image; shown == nil || shown.URL != picture {
				if media := a.Extensions["media"]["content"]; len(media) != 1 || media[0].Attrs["url"] != picture || media[0].Attrs["width"] != "720" {
					if len(a.Enclosures) != 1 || a.Enclosures[0].URL != picture || a.Enclosures[0].Type != "image/jpeg" {
						t.Errorf("the picture: %+v %+v %+v", a.Image, media, a.Enclosures)
					}
				}
			}
			safe(t, a.Content)
		})
	}
}

// safe: the text has only known elements and attributes, every address is absolute, and nothing said is lost.
func safe(t *testing.T, content string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	doc.Find("body *").Each(func(_ int, e *goquery.Selection) {
		n := e.Get(0)
		if !news.Kinds[news.Kind(n.Data)] {
			t.Errorf("an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains([]string{"href", "src", "alt", "width", "height", "colspan"}, a.Key) {
				t.Errorf("an attribute %s=%q", a.Key, a.Val)
			}
			if u, err := url.Parse(a.Val); (a.Key == "href" || a.Key == "src") && (err != nil || u.Scheme != "https" || u.Host == "") {
				t.Errorf("%s=%q is not absolute", a.Key, a.Val)
			}
		}
	})
	if n := doc.Find("img").Length(); n != 2 {
		t.Errorf("%d pictures in %s", n, content)
	}
	if alt, _ := doc.Find("img").First().Attr("alt"); alt != foto.Alt {
		t.Errorf("alt is %q", alt)
	}
	text := doc.Text()
	for _, word := range []string{"Satu <script>alert(1)</script> ]]> & ", "dua", "tiga", "empat", "lima", "enam", "tujuh"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is lost from %q", word, text)
		}
	}
}

// TestEmpty: an office without news has feeds too.
func TestEmpty(t *testing.T) {
	for form := range feed.Kinds {
		f := feed.Feed{Base: base, Site: site}
		data, err := f.Write(form)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := gofeed.NewParser().ParseString(string(data)); err != nil || len(got.Items) != 0 {
			t.Errorf("%s: %v", form, err)
		}
		if strings.Contains(string(data), "hub") {
			t.Errorf("%s names a hub that is not set", form)
		}
		if form == feed.JSON {
			var strict struct{ Items []any }
			if err := json.Unmarshal(data, &strict); err != nil || strict.Items == nil {
				t.Errorf("items is not a list: %s", data)
			}
		}
	}
	if _, err := (&feed.Feed{}).Write("feed.yaml"); err == nil {
		t.Error("a form that does not exist is written")
	}
}

// sitemap is what the schemas of sitemaps.org and of Google's news sitemaps want, in their name spaces.
type sitemap struct {
	XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	Pages   []struct {
		Loc     string    `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
		Changed time.Time `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
		News    *struct {
			Publication struct {
				Name string `xml:"http://www.google.com/schemas/sitemap-news/0.9 name"`
				Lang string `xml:"http://www.google.com/schemas/sitemap-news/0.9 language"`
			} `xml:"http://www.google.com/schemas/sitemap-news/0.9 publication"`
			Published time.Time `xml:"http://www.google.com/schemas/sitemap-news/0.9 publication_date"`
			Title     string    `xml:"http://www.google.com/schemas/sitemap-news/0.9 title"`
		} `xml:"http://www.google.com/schemas/sitemap-news/0.9 news"`
	} `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
}

func TestSitemap(t *testing.T) {
	all := append([]news.Article{{Slug: "besok", Title: "Besok", Published: at.Add(100 * time.Hour)}}, articles()...)
	all = append(all, news.Article{Slug: "lama", Title: "Lama", Published: at.Add(-time.Hour - time.Minute)})
	data, err := feed.Sitemap(base, site, all, at.Add(47*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	var got sitemap
	if err := xml.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	var pages, fresh []string
	for _, p := range got.Pages {
		pages = append(pages, strings.TrimPrefix(p.Loc, base))
		if p.Changed.IsZero() {
			t.Errorf("%s has no lastmod", p.Loc)
		}
		if p.News != nil {
			fresh = append(fresh, p.News.Title)
			if p.News.Publication.Name != site.Name || p.News.Publication.Lang != "id" || p.News.Published.IsZero() {
				t.Errorf("the news of %s: %+v", p.Loc, p.News)
			}
		}
	}
	if !slices.Equal(pages, []string{"/brebes/", "/brebes/besok", "/brebes/rapat", "/brebes/di-sini", "/brebes/lama"}) {
		t.Errorf("pages: %q", pages)
	}
	if !slices.Equal(fresh, []string{`Rapat & "Pleno" <b>`, "Di sini"}) {
		t.Errorf("news of two days: %q", fresh)
	}
	many, err := feed.Sitemap(base, site, make([]news.Article, 60_000), at)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(many), "<url>"); n != feed.SitemapSize {
		t.Errorf("%d pages in one sitemap", n)
	}
}
