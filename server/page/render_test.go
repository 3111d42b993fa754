package page_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"kabar/app/news"
	"kabar/server/page"
)

var assets = page.Assets{Start: "/app/start.0123456789abcdef.js", WASM: "/app/app.0123456789ab.wasm"}

func renderer(t testing.TB, a page.Assets) *page.Renderer {
	t.Helper()
	r, err := page.NewRenderer(a)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func render(t testing.TB, r *page.Renderer, s *news.State, o page.Options) *page.Document {
	t.Helper()
	d, err := r.Render(s, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// articles are as an office writes them: long titles, a sentence or two, a photograph.
func articles(n int) []news.Article {
	words := strings.Fields("KPU Kabupaten Brebes menggelar rapat pleno terbuka rekapitulasi daftar pemilih berkelanjutan triwulan ketiga bersama Bawaslu Disdukcapil partai politik dan media massa untuk memastikan hak pilih warga terjaga menjelang pemilihan serentak mendatang di aula kantor Jalan MT Haryono")
	text := func(from, length int) string {
		var b []string
		for i := range length {
			b = append(b, words[(from*7+i*(from%5+1))%len(words)])
		}
		return strings.Join(b, " ")
	}
	var out []news.Article
	for i := range n {
		out = append(out, news.Article{Slug: fmt.Sprintf("berita-%d-%s", i, strings.ReplaceAll(strings.ToLower(text(i, 6)), " ", "-")), Title: text(i, 10), Summary: text(i+3, 24) + ".", Author: "Humas KPU Brebes",
			Categories: []string{[]string{"Berita Terkini", "Pengumuman", "Kehumasan"}[i%3]}, Published: time.Date(2026, 10, 28-i, 9, i, 0, 0, time.UTC),
			URL:   fmt.Sprintf("https://kab-brebes.kpu.go.id/berita/baca/%d/x", 7800+i),
			Image: &news.Image{Name: fmt.Sprintf("%016x", i*7919), Alt: text(i+1, 8), Widths: []int{320, 640, 960}, Width: 960, Height: 640, Color: fmt.Sprintf("#%02x4060", i*20)}})
	}
	return out
}

func state(p news.Page) *news.State {
	return &news.State{Now: time.Date(2026, 10, 28, 12, 0, 0, 0, time.UTC), Base: "https://berita.example.go.id", Lang: "id", Page: p,
		Site: news.Site{ID: "brebes", Name: "KPU Kabupaten Brebes", Language: "id", TimeZone: "Asia/Jakarta", Home: "https://kab-brebes.kpu.go.id", Accent: "#8a1c1c"}}
}

func newsState(n int) *news.State {
	s := state(news.PageNews)
	s.List = news.Listing{Articles: articles(n), Next: "x", Categories: []string{"Berita Terkini", "Pengumuman", "Kehumasan"}}
	return s
}

func articleState() *news.State {
	s := state(news.PageArticle)
	all := articles(6)
	a := all[0]
	for i := range 9 {
		a.Body = append(a.Body, news.Node{Kind: "p", Nodes: []news.Node{{Text: all[i%6].Summary + " " + all[(i+1)%6].Title + ", " + all[(i+2)%6].Summary}}})
	}
	s.Article, s.List = &a, news.Listing{Articles: all[1:6]}
	return s
}

func noticeState() *news.State {
	s := state(news.PageInfo)
	s.Slug, s.Site.Push = news.PrivacySlug, true
	return s
}

// What a reader needs comes in one response that fits the first flight of a connection, with room to spare.
func TestPageBudget(t *testing.T) {
	r := renderer(t, assets)
	embed := func(widget, layout string) *news.State {
		s := newsState(10)
		s.Page, s.List.Articles = news.PageEmbed, s.List.Articles[:5]
		s.Embed = &news.Embed{Widget: widget, Layout: layout, URL: "https://kab-brebes.kpu.go.id/berita/baca/7812/x", Title: "Rapat Pleno"}
		return s
	}
	for _, p := range []struct {
		name  string
		state *news.State
	}{{"news page, 10 articles", newsState(10)}, {"article, 9 paragraphs", articleState()}, {"widget, 5 articles", embed("news", "list")}, {"share widget", embed("share", "")}, {"privacy notice", noticeState()}} {
		d := render(t, r, p.state, page.Options{})
		best, err := page.Encode("br", d.HTML)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-24s %5.1f KB in brotli, %5.1f KB raw", p.name, float64(len(best))/1000, float64(len(d.HTML))/1000)
		if len(best) > 8<<10 {
			t.Errorf("%s is %d bytes in brotli, more than 8 KB", p.name, len(best))
		}
	}
}

// Whatever a feed sends as a text is that text on the page, and nothing else.
func TestHostileTexts(t *testing.T) {
	r := renderer(t, assets)
	for _, hostile := range []string{`"><script>alert(1)</script>`, `</title><svg onload=alert(1)>`, `</script><script>alert(1)//`, `<!--`, `]]>`, `' onclick='x`, `" onerror=x y="`, `&lt;b&gt; &amp;`, `<style>*{display:none}</style>`,
		"baris\u2028baru", `\u003c/script\u003e`, `{{.}}`, `<plaintext>`, `</style></head><body onload=alert(1)>`} {
		for name, s := range map[string]*news.State{"news": newsState(3), "article": articleState()} {
			list := s.List.Articles
			if s.Article != nil {
				list = append(list, *s.Article)
			}
			for i := range list {
				a := &list[i]
				a.Title, a.Summary, a.Author, a.Categories, a.Image.Alt = hostile, hostile, hostile, []string{hostile}, hostile
			}
			if s.Article != nil {
				*s.Article = list[len(list)-1]
				s.Article.Body = []news.Node{{Kind: "p", Nodes: []news.Node{{Text: hostile}}}}
			}
			s.List.Categories = []string{hostile, "b"}
			s.Site.Name = hostile
			d := render(t, r, s, page.Options{})
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(d.HTML)))
			if err != nil {
				t.Fatal(err)
			}
			shown := hostile
			if got := doc.Find("h2").First().Text(); got != shown && name == "news" {
				t.Errorf("%q is shown as %q", hostile, got)
			}
			if got := doc.Find("h1").Text(); name == "article" && got != shown {
				t.Errorf("%q is headed as %q", hostile, got)
			}
			if got := doc.Find(`meta[property="og:title"]`).AttrOr("content", ""); name == "article" && got != shown {
				t.Errorf("%q is shared as %q", hostile, got)
			}
			if n := doc.Find("script").Length(); n != doc.Find(`script[data-lang], script#state, script[type="application/ld+json"]`).Length() || doc.Find("style").Length() != 1 || doc.Find("svg, plaintext, b[onload]").Length() != 0 {
				t.Errorf("%q on the %s page brings elements of its own", hostile, name)
			}
			doc.Find("*").Each(func(_ int, e *goquery.Selection) {
				for _, a := range e.Nodes[0].Attr {
					if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
						t.Errorf("%q on the %s page brings the attribute %s", hostile, name, a.Key)
					}
				}
			})
			var back news.State
			if err := json.Unmarshal([]byte(doc.Find("script#state").Text()), &back); err != nil || back.Site.Name != hostile {
				t.Errorf("%q: the state reads back as %q, %v", hostile, back.Site.Name, err)
			}
			if ld := doc.Find(`script[type="application/ld+json"]`).Text(); name == "article" {
				var a struct{ Headline string }
				if err := json.Unmarshal([]byte(ld), &a); err != nil || a.Headline != hostile {
					t.Errorf("%q: JSON-LD names %q, %v", hostile, a.Headline, err)
				}
			}
		}
	}
}

// The ETag stands for what is shown, in whatever order it was made; the count and the clock leave it as it is.
func TestETag(t *testing.T) {
	r := renderer(t, assets)
	base := render(t, r, articleState(), page.Options{}).ETag
	for range 20 {
		if got := render(t, r, articleState(), page.Options{}).ETag; got != base {
			t.Fatal("the same state has another ETag")
		}
	}
	for name, c := range map[string]struct {
		change func(*news.State)
		r      *page.Renderer
		same   bool
	}{
		"a count":             {change: func(s *news.State) { s.Article.Counts = news.Counts{Views: 51, Shares: 3} }, same: true},
		"a title":             {change: func(s *news.State) { s.Article.Title += "!" }},
		"a text":              {change: func(s *news.State) { s.Article.Body[3].Nodes[0].Text += "!" }},
		"further news":        {change: func(s *news.State) { s.List.Articles[1].Title += "!" }},
		"the language":        {change: func(s *news.State) { s.Lang = "en" }},
		"the accent":          {change: func(s *news.State) { s.Site.Accent = "#0055aa" }},
		"a picture's colour":  {change: func(s *news.State) { s.Article.Image.Color = "#123456" }},
		"a release of app":    {r: renderer(t, page.Assets{Start: assets.Start, WASM: "/app/app.ffffffffffff.wasm"})},
		"a release of script": {r: renderer(t, page.Assets{Start: "/app/start.ffff.js", WASM: assets.WASM})},
	} {
		s := articleState()
		if c.change != nil {
			c.change(s)
		}
		if c.r == nil {
			c.r = r
		}
		if got := render(t, c.r, s, page.Options{}).ETag; (got == base) != c.same {
			t.Errorf("with another %s the ETag is the same: %v, want %v", name, got == base, c.same)
		}
	}
}

// The policy names the very script and style of the document, and nothing in it needs more.
func TestPolicy(t *testing.T) {
	r := renderer(t, assets)
	for _, s := range []*news.State{newsState(10), articleState(), state(news.PageProblem)} {
		d := render(t, r, s, page.Options{Ancestors: "'self' https://kab-brebes.kpu.go.id:*"})
		doc, err := html.Parse(strings.NewReader(string(d.HTML)))
		if err != nil {
			t.Fatal(err)
		}
		goquery.NewDocumentFromNode(doc).Find("style, script:not([type])").Each(func(_ int, e *goquery.Selection) {
			sum := sha256.Sum256([]byte(e.Text()))
			if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(d.CSP, hash) {
				t.Errorf("the policy does not allow the page's own %s", goquery.NodeName(e))
			}
		})
		for _, want := range []string{"default-src 'none'", "img-src 'self'", "base-uri 'none'", "frame-ancestors 'self' https://kab-brebes.kpu.go.id:*", "require-trusted-types-for 'script'"} {
			if !strings.Contains(d.CSP, want) {
				t.Errorf("the policy lacks %s: %s", want, d.CSP)
			}
		}
		if strings.Contains(d.CSP, "unsafe-inline") || strings.Contains(d.CSP, "'unsafe-eval'") {
			t.Errorf("the policy is %s", d.CSP)
		}
	}
	if d := render(t, r, newsState(1), page.Options{}); !strings.Contains(d.CSP, "frame-ancestors 'none'") {
		t.Errorf("a page that nobody may frame has the policy %s", d.CSP)
	}
}

// While one page is made, others are answered, and readers of a page that is renewed get what there is.
func TestCacheNeverBlocks(t *testing.T) {
	c, now := page.NewCache(1), time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	get := func(key, html string, v page.Version, now time.Time, made chan struct{}) string {
		k, err := c.Get(key, v, now, func() (*page.Document, error) {
			if made != nil {
				<-made
			}
			return &page.Document{HTML: []byte(html)}, nil
		})
		if err != nil {
			t.Error(err)
			return ""
		}
		b, err := k.Body("")
		if err != nil {
			t.Error(err)
		}
		return string(b)
	}
	get("a", "old", page.Version{News: 1}, now, nil)
	made, done := make(chan struct{}), make(chan string)
	later := now.Add(2 * time.Minute)
	started := make(chan struct{})
	go func() {
		k, err := c.Get("a", page.Version{News: 1}, later, func() (*page.Document, error) {
			close(started)
			<-made
			return &page.Document{HTML: []byte("new")}, nil
		})
		if err != nil {
			t.Error(err)
		}
		b, _ := k.Body("")
		done <- string(b)
	}()
	<-started
	if got := get("b", "other", page.Version{News: 1}, later, nil); got != "other" {
		t.Errorf("another page is %q", got)
	}
	if got := get("a", "never", page.Version{News: 1}, later, nil); got != "old" {
		t.Errorf("while it is renewed the page is %q", got)
	}
	close(made)
	if got := <-done; got != "new" {
		t.Errorf("who renews gets %q", got)
	}
	if _, err := c.Get("c", page.Version{}, now, func() (*page.Document, error) { return nil, fmt.Errorf("no") }); err == nil {
		t.Error("an error was swallowed")
	}
	if got := get("c", "yes", page.Version{}, now, nil); got != "yes" {
		t.Errorf("after an error the page is %q", got)
	}
}
