package main

import (
	"database/sql"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

const (
	hostile = "</blockquote><script>alert(1)</script>\" onload=\"x ]]> & 'Kab. <Brebes>'"
	minutes = "---\ntitle: '" + `</blockquote><script>alert(1)</script>" onload="x ]]> & ''Kab. <Brebes>''` + "'\nslug: rapat\nauthor: 'Humas <x> & kawan'\ndate: 2026-01-02 09:00\n---\nIsi.\n"
	draft   = "---\ntitle: Rahasia\nslug: rahasia\ndraft: true\ndate: 2026-01-02 09:00\n---\nIsi.\n"
)

// embeddable serves an office with one article that also has a former address, and one that is not published.
func embeddable(t *testing.T) *place {
	p := settle(t, "")
	if err := os.Mkdir(filepath.Join(p.dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"rapat.md": minutes, "rahasia.md": draft} {
		if err := os.WriteFile(filepath.Join(p.dir, "posts", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p.serve()
	p.until("the post is shown", func() bool { return strings.Contains(p.get("/brebes/"), "/brebes/rapat") })
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.dir, "kabar.db")+"?_pragma=busy_timeout(5000)") // the server may be writing
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("INSERT INTO slug_alias (site, slug, article) SELECT site, 'dahulu', id FROM article"); err != nil {
		t.Fatal(err)
	}
	return p
}

// ask sends an oEmbed request.
func (p *place) ask(query string) (*http.Response, []byte) {
	p.Helper()
	res, err := http.Get(p.url + "/oembed?" + query)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	return res, b
}

// A consumer gets what oEmbed 1.0 promises, in both formats, within the bounds it gave.
func TestOEmbed(t *testing.T) {
	t.Parallel()
	p := embeddable(t)
	for _, c := range []struct {
		name, page, more string
		frame            string
		width, height    int
	}{
		{"article", "/brebes/rapat", "", "/embed/brebes/rapat", 600, 680},
		{"news", "/brebes/", "", "/embed/brebes", 600, 527},
		{"a query that means nothing", "/brebes/?lagi", "", "/embed/brebes", 600, 527},
		{"a fragment", "/brebes/rapat#isi", "", "/embed/brebes/rapat", 600, 680},
		{"former address", "/brebes/dahulu", "", "/embed/brebes/rapat", 600, 680},
		{"another language", "/brebes/rapat?lang=en", "", "/embed/brebes/rapat?lang=en", 600, 680},
		{"the office's language", "/brebes/?lang=id", "", "/embed/brebes", 600, 527},
		{"bounded", "/brebes/rapat", "&maxwidth=320&maxheight=400", "/embed/brebes/rapat", 320, 400},
		{"bounded in width", "/brebes/", "&maxwidth=500", "/embed/brebes", 500, 527},
		{"bounded in height", "/brebes/", "&maxheight=300", "/embed/brebes", 600, 300},
		{"bounds beyond it", "/brebes/rapat", "&maxwidth=4000&maxheight=4000", "/embed/brebes/rapat", 600, 680},
		{"bounds that are none", "/brebes/rapat", "&maxwidth=0&maxheight=-5", "/embed/brebes/rapat", 600, 680},
		{"bounds that are not numbers", "/brebes/rapat", "&maxwidth=100%25&maxheight=tinggi", "/embed/brebes/rapat", 600, 680},
	} {
		t.Run(c.name, func(t *testing.T) {
			for format, kind := range map[string]string{"": "application/json", "&format=json": "application/json", "&format=xml": "text/xml"} {
				res, body := p.ask("url=" + url.QueryEscape(p.url+c.page) + c.more + format)
				if res.StatusCode != 200 || res.Header.Get("Content-Type") != kind+"; charset=utf-8" || res.Header.Get("Access-Control-Allow-Origin") != "*" {
					t.Fatalf("%d %v %s", res.StatusCode, res.Header, body)
				}
				parse := json.Unmarshal
				if kind == "text/xml" {
					parse = xml.Unmarshal
				}
				var got oEmbed
				if err := parse(body, &got); err != nil {
					t.Fatalf("%v: %s", err, body)
				}
				title, author := "KPU Kabupaten Brebes", ""
				if strings.Contains(c.frame, "rapat") {
					title, author = hostile, "Humas <x> & kawan"
				}
				if got.Version != "1.0" || got.Type != "rich" || got.Title != title || got.AuthorName != author || got.ProviderName != "KPU Kabupaten Brebes" || got.ProviderURL != p.url+"/brebes/" || got.CacheAge <= 0 {
					t.Errorf("%+v", got)
				}
				if got.Width != c.width || got.Height != c.height {
					t.Errorf("%d × %d, want %d × %d", got.Width, got.Height, c.width, c.height)
				}
				p.html(t, got, p.url+c.frame)
			}
		})
	}
}

// html checks what a consumer puts into its page: a quotation that links to the page, then a frame, and nothing else.
func (p *place) html(t *testing.T, got oEmbed, frame string) {
	t.Helper()
	d, err := goquery.NewDocumentFromReader(strings.NewReader(got.HTML))
	if err != nil {
		t.Fatal(err)
	}
	f := d.Find("body > blockquote:first-child + iframe:last-child")
	if n := d.Find("body *").Length(); n != 3 || f.Length() != 1 {
		t.Fatalf("%d elements: %s", n, got.HTML)
	}
	own := strings.Replace(frame, "/embed", "", 1)
	if strings.HasSuffix(own, "/brebes") {
		own += "/"
	}
	if a := d.Find("blockquote > a"); a.Text() != got.Title || a.AttrOr("href", "") != own {
		t.Errorf("the quotation: %s, want a link to %s", got.HTML, own)
	}
	want := map[string]string{"class": "wp-embedded-content", "src": frame, "width": "100%", "title": got.Title, "frameborder": "0"}
	for _, a := range f.Nodes[0].Attr {
		if a.Key != "height" && a.Val != want[a.Key] {
			t.Errorf("the frame's %s is %q, want %q", a.Key, a.Val, want[a.Key])
		}
	}
	res, err := http.Get(f.AttrOr("src", ""))
	if err != nil {
		t.Fatal(err)
	}
	if res.Body.Close(); res.StatusCode != 200 {
		t.Errorf("the frame answers %d", res.StatusCode)
	}
}

// What cannot be answered says why, with the standard's status. All that there is is public, so 401 is never among them.
func TestOEmbedErrors(t *testing.T) {
	t.Parallel()
	p := embeddable(t)
	ours := "url=" + url.QueryEscape(p.url)
	for _, c := range []struct {
		query, code string
		status      int
	}{
		{"", "not_found", 404},
		{"url=", "not_found", 404},
		{"url=%25zz%00", "not_found", 404},
		{"url=" + url.QueryEscape("https://kab-brebes.kpu.go.id/berita"), "not_found", 404},
		{"url=/brebes/rapat", "not_found", 404},
		{ours, "not_found", 404},
		{ours + "/tegal/", "not_found", 404},
		{ours + "/brebes/tidak-ada", "not_found", 404},
		{ours + "/brebes/rahasia", "not_found", 404}, // a draft: that it is there is nobody's business
		{ours + "/brebes/privasi", "not_found", 404},
		{ours + "/brebes/rapat/lain", "not_found", 404},
		{ours + "/embed/brebes", "not_found", 404},
		{ours + "/brebes/tidak-ada&format=xml", "not_found", 404},
		{ours + "/brebes/rapat&format=html", "bad_format", 501},
		{ours + "/brebes/tidak-ada&format=yaml", "bad_format", 501},
	} {
		res, body := p.ask(c.query)
		var got struct {
			Error struct{ Code, Message string }
		}
		if err := json.Unmarshal(body, &got); err != nil || res.StatusCode != c.status || got.Error.Code != c.code || got.Error.Message == "" {
			t.Errorf("%s: %d %s, want %d %s", c.query, res.StatusCode, body, c.status, c.code)
		}
	}
}

// maxHead is how many bytes of a page WordPress reads to find these links.
const maxHead = 150 << 10

// Every page that can be embedded says where its oEmbed answer is, where consumers look, and the answer is that of the page.
func TestOEmbedDiscovery(t *testing.T) {
	t.Parallel()
	p := embeddable(t)
	for page, frame := range map[string]string{
		"/brebes/":              "/embed/brebes\"",
		"/brebes/?q=rapat":      "/embed/brebes\"",
		"/brebes/rapat":         "/embed/brebes/rapat\"",
		"/brebes/dahulu":        "/embed/brebes/rapat\"",
		"/brebes/rapat?lang=en": "/embed/brebes/rapat?lang=en\"",
	} {
		head, _, ok := strings.Cut(p.get(page), "</head>")
		if !ok || len(head) > maxHead {
			t.Errorf("%s: the head ends at byte %d", page, len(head))
		}
		d, err := goquery.NewDocumentFromReader(strings.NewReader(head))
		if err != nil {
			t.Fatal(err)
		}
		for kind, parse := range map[string]func([]byte, any) error{"application/json+oembed": json.Unmarshal, "text/xml+oembed": xml.Unmarshal} {
			link := d.Find("head > link[rel=alternate][type='" + kind + "']")
			at, query, _ := strings.Cut(link.AttrOr("href", ""), "?")
			if link.Length() != 1 || at != p.url+"/oembed" {
				t.Fatalf("%s: %d links to %s, to %q", page, link.Length(), kind, at)
			}
			res, body := p.ask(query)
			var got oEmbed
			if err := parse(body, &got); err != nil || res.StatusCode != 200 || !strings.Contains(got.HTML, ` src="`+p.url+frame) {
				t.Errorf("%s as %s: %d, %v, %s", page, kind, res.StatusCode, err, body)
			}
		}
	}
	if strings.Contains(p.get("/brebes/privasi"), "+oembed") {
		t.Error("a page that cannot be embedded says that it can")
	}
}
