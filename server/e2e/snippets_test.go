//go:build browser

package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
)

// lines are what the snippet page gives to be pasted, by kind.
func (k *kabar) lines(query string) map[string]string {
	k.t.Helper()
	found := map[string]string{}
	k.page("/brebes/pasang" + query).Find("section").Each(func(_ int, s *goquery.Selection) {
		text := s.Find("pre code").Text()
		if found[s.Find("h3").AttrOr("id", "")] = text; text != s.Find("button").AttrOr("data-url", "") {
			k.t.Errorf("%s: the button copies something else than %s", query, text)
		}
	})
	return found
}

// Each choice makes the right lines, and what nobody can choose makes none of its own.
func TestSnippets(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	script := "\n" + `<script async src="` + k.url + `/embed.js"></script>`
	a := func(attributes, text string) string {
		return `<a class="kabar"` + attributes + `>` + text + `</a>` + script
	}
	frame := func(query, title string, height int, more string) string {
		return fmt.Sprintf(`<iframe src="%s/embed/brebes%s" title="%s" width="100%%" height="%d" frameborder="0" loading="lazy"%s></iframe>`, k.url, query, title, height, more)
	}
	home, title := ` href="`+k.url+`/brebes/"`, "Berita terkini KPU Kabupaten Brebes"
	static := `<a` + home + `>` + title + `</a>`
	share := func(address string) string {
		u := url.QueryEscape(address)
		link := func(network, name string) string {
			return `<a href="` + k.url + `/go/` + network + `?site=brebes&amp;url=` + u + `">` + name + `</a>` + "\n"
		}
		return "<p>Bagikan:\n" + link("whatsapp", "WhatsApp") + link("facebook", "Facebook") + link("x", "X") +
			`<img src="` + k.url + `/embed/brebes/count.svg?url=` + u + `" alt="Jumlah kunjungan" height="20"></p>`
	}
	const shareLine = "Bagikan berita ini"
	shareFrame := func(address string) string {
		return frame("/share?url="+url.QueryEscape(address), shareLine, 176, ` allow="web-share"`)
	}
	standard := map[string]string{"script": a(home, title), "frame": frame("", title, 527, ""), "wordpress": k.url + "/brebes/", "static": static}
	for _, c := range []struct {
		query string
		want  map[string]string
	}{
		{"", standard},
		{"?widget=news&limit=5&layout=list&theme=auto&language=id&accent=%238a1c1c&url=", standard}, // the form as it stands
		{"?limit=3", map[string]string{"script": a(home+` data-limit="3"`, title), "frame": frame("?limit=3", title, 349, "")}},
		{"?limit=999", map[string]string{"script": a(home+` data-limit="20"`, title), "frame": frame("?limit=20", title, 1862, "")}},
		{"?layout=cards&limit=2", map[string]string{"frame": frame("?layout=cards&amp;limit=2", title, 683, "")}},
		{"?layout=compact", map[string]string{"script": a(home+` data-layout="compact"`, title), "frame": frame("?layout=compact", title, 347, "")}},
		{"?layout=ticker", map[string]string{"frame": frame("?layout=ticker", title, 171, "")}},
		{"?layout=popular", map[string]string{"script": a(home+` data-layout="popular"`, title), "frame": frame("?layout=popular", title, 347, "")}},
		{"?theme=dark&accent=%230B6E4F", map[string]string{"script": a(home+` data-theme="dark" data-accent="0b6e4f"`, title), "frame": frame("?accent=0b6e4f&amp;theme=dark", title, 527, "")}},
		{"?language=en", map[string]string{"script": a(home+` data-lang="en"`, "Latest news of KPU Kabupaten Brebes"), "wordpress": k.url + "/brebes/?lang=en",
			"static": `<a href="` + k.url + `/brebes/?lang=en">Latest news of KPU Kabupaten Brebes</a>`}},
		{"?lang=en", standard}, // the page's language, not the widget's
		{"?widget=share", map[string]string{"script": a(` data-kabar="share"`+home, shareLine), "frame": shareFrame("https://kab-brebes.kpu.go.id/"), "wordpress": "", "static": share("https://kab-brebes.kpu.go.id/")}},
		{"?widget=share&limit=3&layout=cards&url=https://LOCALHOST/a%3Fb=1%26utm_source=x%23c", map[string]string{"script": a(` data-kabar="share"`+home, shareLine),
			"frame": shareFrame("https://localhost/a?b=1"), "static": share("https://localhost/a?b=1")}},
		{`?widget=share&url=https://localhost/%22%3E%3Cscript%3Ealert(1)%3C/script%3E`, map[string]string{"static": share(`https://localhost/%22%3E%3Cscript%3Ealert%281%29%3C/script%3E`)}},
		{`?widget=share&url=https://localhost/?%22'%3E%3C%26amp%3B`, map[string]string{"frame": shareFrame(`https://localhost/?"'><&amp;`), "static": share(`https://localhost/?"'><&amp;`)}},
		{"?widget=share&url=https://evil.example/", map[string]string{"static": share("https://kab-brebes.kpu.go.id/")}},
		{"?widget=share&url=javascript:alert(1)", map[string]string{"static": share("https://kab-brebes.kpu.go.id/")}},
	} {
		got := k.lines(c.query)
		for kind, want := range c.want {
			if got[kind] != want {
				t.Errorf("%s: %s is\n%s\nwant\n%s", c.query, kind, got[kind], want)
			}
		}
	}
	for _, name := range []string{"widget", "limit", "layout", "theme", "accent", "language", "lang", "url"} {
		for _, hostile := range []string{`"><script>alert(1)</script>`, "'-alert(1)-'", "</pre><img src=x onerror=alert(1)>", "\x00\xff", "-1", "#gggggg", strings.Repeat("9", 3000)} {
			query := "?" + name + "=" + url.QueryEscape(hostile)
			if got := k.lines(query); fmt.Sprint(got) != fmt.Sprint(standard) {
				t.Errorf("%s: %v", query, got)
			}
			if body := k.get("/brebes/pasang" + query).body; strings.Contains(body, "alert") {
				t.Errorf("%s: the page has it", query)
			}
		}
	}
}

// The page is for those who have its address, alone may hold frames of ours, which may stand in it, and says who else may.
func TestSnippetPage(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	res := k.get("/brebes/pasang?limit=3&layout=cards", "Accept-Encoding", "br")
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "; frame-src 'self';") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe-inline") {
		t.Error(csp)
	}
	if res.StatusCode != 200 || len(res.body) > 8<<10 {
		t.Errorf("%d, %d bytes", res.StatusCode, len(res.body))
	}
	for _, path := range []string{"/brebes/", "/brebes/privasi", "/embed/brebes"} {
		res := k.get(path)
		if csp := res.Header.Get("Content-Security-Policy"); strings.Contains(csp, "frame-src") || strings.Contains(res.body, ".pasang") {
			t.Errorf("%s has the snippet page's policy or style", path)
		}
	}
	if csp := k.get("/embed/brebes").Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-ancestors 'self'") {
		t.Error(csp)
	}
	d := k.page("/brebes/pasang?lang=en&widget=share&url=https://evil.example/")
	if robots := d.Find("meta[name=robots]").AttrOr("content", ""); robots != "noindex" {
		t.Error("robots:", robots)
	}
	if got := d.Find("[name=layout] option").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") }); strings.Join(got, " ") != "list cards compact ticker popular" {
		t.Error("layouts to choose from:", got)
	}
	text := strings.Join(strings.Fields(d.Find("main").Text()), " ")
	for _, want := range []string{"Most read", "Put the news on your site", "Used instead: https://kab-brebes.kpu.go.id/", "kab-brebes.kpu.go.id", "localhost", "kabar.toml", `hosts = ["kab-brebes.kpu.go.id", "localhost", "your-site.go.id"]`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	// An office without a host of its own has nothing to share.
	k = serve(t, nil, "[[site]]", `id = "tegal"`, `name = "KPU Tegal"`, "embed_anywhere = true")
	d = k.page("/tegal/pasang?widget=share&url=https://localhost/")
	if d.Find("[value=share], [name=url]").Length() > 0 || !strings.Contains(d.Find("main").Text(), "Belum ada situs") || d.Find("iframe").AttrOr("src", "") != "/embed/tegal" {
		t.Error("an office without hosts can share a page")
	}
}

// A webmaster without JavaScript chooses, sees the choice at both widths and its lines; with it, copies them.
func TestChoosing(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	k.articles(1)
	b := open(t).noScript().visit(k.url + "/brebes/pasang")
	eval[bool](b, `document.querySelector("[name=layout]").value = "compact", document.querySelector("[name=limit]").value = 1, true`)
	b.do(chromedp.Click(chromedp.CSS("form button")))
	k.wait("the choice", func() bool {
		return eval[string](b, `[...document.querySelectorAll("iframe")].map(f => f.src + " " + f.clientWidth + " " + f.clientHeight).join()`) ==
			fmt.Sprintf("%s/embed/brebes?layout=compact&limit=1 328 135,%[1]s/embed/brebes?layout=compact&limit=1 672 135", k.url)
	})
	if eval[bool](b, "document.documentElement.scrollWidth > 360") || !eval[bool](b, `getComputedStyle(document.querySelector(".js-copy")).display == "none"`) {
		t.Error("the page sticks out of the phone, or has buttons that do nothing")
	}
	k.wait("the news", func() bool {
		return eval[string](b, `document.querySelector("iframe").contentDocument?.querySelector(".compact .item h2")?.textContent ?? ""`) == seed
	})

	c := open(t).visit(k.url + "/brebes/pasang?limit=3")
	eval[bool](c, `document.addEventListener("copy", () => copied = document.activeElement.value), true`)
	c.do(chromedp.Click(chromedp.CSS("section:has(#frame) button")))
	c.until(`document.querySelector("section:has(#frame) button").textContent == "Tersalin"`)
	if got, want := eval[string](c, "copied"), k.lines("?limit=3")["frame"]; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	if got := eval[string](c, `[...document.querySelectorAll("section button")].map(b => b.textContent).join()`); got != "Salin,Tersalin,Salin,Salin" {
		t.Error("the buttons say", got)
	}
	// To choose the share widget is not to read the page it will stand on.
	const page = "https://localhost/halaman"
	c.visit(k.url + "/brebes/pasang?widget=share&url=" + page)
	c.until(`[...document.querySelectorAll("iframe")].every(f => f.contentDocument === null)`)
	if res := k.get("/embed/brebes/count.svg?url=" + page); !strings.Contains(res.body, ">Telah dilihat 0 kali<") {
		t.Error(res.body)
	}
}

// What the snippet page gives works where it is pasted: on a page of another origin.
func TestPasted(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	k.articles(1)
	const column = "<style>body{margin:16px}</style>"
	for kind, line := range k.lines("?limit=3") {
		t.Run(kind, func(t *testing.T) {
			h := openHost(t)
			switch kind {
			case "wordpress":
				h.visit(wordPress(t, k, strings.TrimPrefix(line, k.url)))
			default:
				h.visit(somebody(t, column+line))
			}
			if kind == "static" {
				h.do(chromedp.Click(chromedp.CSS("a")))
				h.until(`location.pathname == "/brebes/" && document.querySelector(".item h2")?.textContent == ` + quote(seed))
				return
			}
			h.frame(k).until(`document.querySelector(".item h2")?.textContent == ` + quote(seed))
		})
	}
	for kind, line := range k.lines("?widget=share&url=https://localhost/halaman") {
		if line == "" {
			continue
		}
		t.Run("share "+kind, func(t *testing.T) {
			h := openHost(t)
			h.visit(somebody(t, `<link rel="canonical" href="https://localhost/halaman">`+column+line))
			in := h.tab
			if kind != "static" {
				in = h.frame(k)
			}
			in.until(`document.querySelector("a[href*='/go/whatsapp']")?.href.includes("url=https%3A%2F%2Flocalhost%2Fhalaman")`)
			if kind == "static" {
				in.until("document.images[0].naturalWidth > 100")
				h.do(chromedp.Click(chromedp.CSS("a[href*=whatsapp]")))
				k.wait("WhatsApp", func() bool {
					return strings.HasPrefix(h.tried(), "https://wa.me/?text=https%3A%2F%2Flocalhost%2Fhalaman")
				})
			}
		})
	}
}

// A plain frame is as high as its content, which the loader's frame beside it has measured.
func TestFrameHeights(t *testing.T) {
	k := builtIn(t)
	k.wait("the pictures", func() bool { return k.articles(8)[0].Image != nil && k.articles(8)[1].Image != nil })
	h := openHost(t)
	for _, query := range []string{"?limit=3", "?layout=cards&limit=2", "?layout=compact&limit=8", "?layout=ticker", "?widget=share&url=https://localhost/"} {
		lines := k.lines(query)
		h.visit(somebody(t, "<style>body{margin:16px}</style>"+lines["frame"]+lines["script"]))
		k.wait("the height", func() bool { return eval[bool](h.tab, `!!document.querySelector("a.kabar + iframe")?.kabar`) })
		if got := eval[[]int](h.tab, `[...document.querySelectorAll("iframe")].map(f => f.clientHeight)`); got[0] != got[1] {
			t.Errorf("%s: %d pixels high, the content %d", query, got[0], got[1])
		}
	}
}
