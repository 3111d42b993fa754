package e2e

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"
)

// whatsApp reads no more of a page than this, in bytes.
const whatsApp = 300_000

// crawl gets a page as Facebook's crawler does, which takes only gzip.
func (k *kabar) crawl(path string) *goquery.Document {
	k.t.Helper()
	res := k.get(path, "User-Agent", "facebookexternalhit/1.1", "Accept-Encoding", "gzip")
	if res.StatusCode != 200 || res.Header.Get("Content-Encoding") != "gzip" {
		k.t.Fatalf("%s: %d in %q", path, res.StatusCode, res.Header.Get("Content-Encoding"))
	}
	plain, err := gzip.NewReader(strings.NewReader(res.body))
	if err != nil {
		k.t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(io.LimitReader(plain, whatsApp))
	if err != nil {
		k.t.Fatal(err)
	}
	return doc
}

// said is what a meta element says, or a link leads to; there must be one such.
func said(t *testing.T, doc *goquery.Document, selector string) string {
	t.Helper()
	found := doc.Find("head " + selector)
	if found.Length() != 1 {
		t.Errorf("%d of %s", found.Length(), selector)
	}
	return found.AttrOr("content", found.AttrOr("href", ""))
}

// TestSharedLink: what messengers, networks and search engines read of an article.
func TestSharedLink(t *testing.T) {
	title, lead := "Rapat \"Pleno\" <b> & désa", "KPU menetapkan daftar pemilih sementara pada rapat pleno terbuka."
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"}, `posts = "posts"`)
	if err := os.Mkdir(filepath.Join(k.dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	post := "---\ntitle: '" + title + "'\ndate: 2026-01-02 09:00\nupdated: 2026-01-03 10:00\nslug: di-sini\ncategory: Pemilu\nsummary: " + lead + "\n---\nIsi."
	if err := os.WriteFile(filepath.Join(k.dir, "posts", "di-sini.md"), []byte(post), 0o600); err != nil {
		t.Fatal(err)
	}
	var here, away article
	k.wait("an article here and one of the office's site", func() bool {
		for _, a := range k.articles(1) {
			if strings.HasPrefix(a.URL, k.url) {
				here = a
			} else {
				away = a
			}
		}
		return here.Slug != "" && away.Slug != ""
	})
	own := k.url + "/brebes/" + here.Slug
	for _, c := range []struct {
		name, path, home string
		of               article
		languages        int
	}{{"here", "/brebes/" + here.Slug, own, here, 3}, {"in English", "/brebes/" + here.Slug + "?lang=en", own + "?lang=en", here, 3}, {"elsewhere", "/brebes/" + away.Slug, away.URL, away, 0}} {
		t.Run(c.name, func(t *testing.T) {
			doc := k.crawl(c.path)
			for selector, want := range map[string]string{
				`[property="og:type"]`: "article", `[property="og:title"]`: c.of.Title, `[property="og:description"]`: c.of.Summary, `[name=description]`: c.of.Summary,
				`[property="og:url"]`: c.home, `[rel=canonical]`: c.home, `[property="og:site_name"]`: "KPU Kabupaten Brebes", `[name="twitter:card"]`: "summary_large_image",
				`[property="article:published_time"]`: c.of.Published.In(time.FixedZone("WIB", 7*3600)).Format(time.RFC3339), `[name=robots]`: "max-image-preview:large",
				`[property="og:image:type"]`: "image/jpeg", `[property="og:image:width"]`: "1200", `[property="og:image:height"]`: "630",
			} {
				if got := said(t, doc, selector); got != want {
					t.Errorf("%s is %q, want %q", selector, got, want)
				}
			}
			if n := doc.Find("head [hreflang]").Length(); n != c.languages {
				t.Errorf("%d languages", n)
			}
			if c.of.Slug == here.Slug && (said(t, doc, `[property="article:section"]`) != "Pemilu" || said(t, doc, `[property="og:image:alt"]`) != title) {
				t.Error("section or alternative text")
			}
			var ld struct {
				Type          string `json:"@type"`
				Headline, URL string
				Image         string
				DatePublished time.Time
				Publisher     struct {
					Type      string `json:"@type"`
					Name, URL string
				}
			}
			if err := json.Unmarshal([]byte(doc.Find(`head script[type="application/ld+json"]`).Text()), &ld); err != nil {
				t.Fatal(err)
			}
			if ld.Type != "NewsArticle" || ld.Headline != c.of.Title || !ld.DatePublished.Equal(c.of.Published) || ld.Publisher.Type != "GovernmentOrganization" || ld.Publisher.Name != "KPU Kabupaten Brebes" || !strings.HasPrefix(ld.Image, k.url+"/img/") {
				t.Errorf("JSON-LD: %+v", ld)
			}
			k.card(t, said(t, doc, `[property="og:image"]`))
		})
	}
	doc := k.crawl("/brebes/?lang=en")
	if got := said(t, doc, "[rel=canonical]"); got != k.url+"/brebes/?lang=en" {
		t.Errorf("the canonical address in English is %q", got)
	}
	if got := k.crawl("/brebes/?q=rapat").Find("[name=robots]").AttrOr("content", ""); got != "noindex" {
		t.Errorf("robots of a search: %q", got)
	}
}

// card gets a card twice: made, and kept; and by the address that it had before the article changed.
func (k *kabar) card(t *testing.T, address string) {
	t.Helper()
	path := strings.TrimPrefix(address, k.url)
	first, second := k.get(path), k.get(path)
	img, err := jpeg.DecodeConfig(strings.NewReader(first.body))
	if err != nil || img.Width != 1200 || img.Height != 630 || len(first.body) > 250_000 || first.body != second.body {
		t.Errorf("the card: %v, %d×%d, %d bytes", err, img.Width, img.Height, len(first.body))
	}
	if first.Header.Get("Content-Type") != "image/jpeg" || !strings.Contains(first.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the card's headers: %v", first.Header)
	}
	former := path[:strings.LastIndex(path, "/")] + "/0123456789abcdef.jpg"
	if res := k.get(former); res.StatusCode != http.StatusFound || res.Header.Get("Location") != path {
		t.Errorf("a former card: %d %s", res.StatusCode, res.Header.Get("Location"))
	}
	for _, none := range []string{"/img/brebes/no-such-article/0123456789abcdef.jpg", "/img/nowhere" + strings.TrimPrefix(path, "/img/brebes")} {
		if res := k.get(none); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", none, res.StatusCode)
		}
	}
}

// TestFeeds: what follows an office finds its feeds, reads them with a reader that is not ours, and asks again at no cost.
func TestFeeds(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	list := k.articles(1)
	found := k.crawl("/brebes/").Find(`head link[rel=alternate]`).FilterFunction(func(_ int, l *goquery.Selection) bool {
		return strings.Contains("application/rss+xml application/atom+xml application/feed+json", l.AttrOr("type", "none"))
	})
	if found.Length() != 3 {
		t.Fatalf("the news page names %d feeds", found.Length())
	}
	found.Each(func(_ int, l *goquery.Selection) {
		path := "/brebes/" + l.AttrOr("href", "")
		res := k.get(path)
		feed, err := gofeed.NewParser().ParseString(res.body)
		if err != nil || len(feed.Items) != len(list) || feed.Items[0].Link != list[0].URL || feed.Items[0].Content == "" {
			t.Fatalf("%s: %v, %d items", path, err, len(feed.Items))
		}
		if kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";"); kind != l.AttrOr("type", "") || res.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: headers %v", path, res.Header)
		}
		if again := k.get(path, "If-None-Match", res.Header.Get("ETag")); again.StatusCode != http.StatusNotModified || again.body != "" {
			t.Errorf("%s: asked again, %d", path, again.StatusCode)
		}
	})
	if res := k.get("/nowhere/rss.xml"); res.StatusCode != http.StatusNotFound {
		t.Errorf("the feed of no office: %d", res.StatusCode)
	}
	sitemaps := 0
	for line := range strings.Lines(k.get("/robots.txt").body) {
		if address, ok := strings.CutPrefix(strings.TrimSpace(line), "Sitemap: "); ok {
			sitemaps++
			var got struct {
				Loc []string `xml:"url>loc"`
			}
			if err := xml.NewDecoder(bytes.NewReader([]byte(k.get(strings.TrimPrefix(address, k.url)).body))).Decode(&got); err != nil || len(got.Loc) != 1+len(list) {
				t.Fatalf("%s: %v, %d pages", address, err, len(got.Loc))
			}
			for _, loc := range got.Loc {
				if res := k.get(strings.TrimPrefix(loc, k.url)); res.StatusCode != http.StatusOK {
					t.Errorf("the sitemap names %s: %d", loc, res.StatusCode)
				}
			}
		}
	}
	if sitemaps != 1 {
		t.Errorf("robots.txt names %d sitemaps", sitemaps)
	}
}

// TestHub: feeds name the hub of the settings.
func TestHub(t *testing.T) {
	k := &kabar{t: t, dir: t.TempDir()}
	addr := freeAddr(t)
	k.url = "http://" + addr
	config := filepath.Join(k.dir, "kabar.toml")
	if err := os.WriteFile(config, []byte("addr = \""+addr+"\"\nwebsub_hub = \"https://hub.example/\"\n[[site]]\nid = \"brebes\"\nname = \"KPU\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	k.start("-config", config)
	res := k.get("/brebes/atom.xml")
	if want := `<https://hub.example/>; rel="hub", <` + k.url + `/brebes/atom.xml>; rel="self"`; res.Header.Get("Link") != want || !strings.Contains(res.body, `<link rel="hub" href="https://hub.example/">`) {
		t.Errorf("Link: %s\n%s", res.Header.Get("Link"), res.body)
	}
}
