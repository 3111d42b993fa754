package e2e

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// shop starts an office with the example's posts, for widgets on other people's pages.
func shop(t *testing.T) *kabar {
	t.Helper()
	posts, err := filepath.Abs("../example/posts")
	if err != nil {
		t.Fatal(err)
	}
	k := serve(t, nil, fmt.Sprintf("posts = %q", posts))
	k.articles(8)
	return k
}

// script is the line that a webmaster pastes, after some links.
func (k *kabar) script(links ...string) string {
	return strings.ReplaceAll(strings.Join(links, "\n")+`<script async src="KABAR/embed.js"></script>`, "KABAR", k.url)
}

const newsLink = `<a class="kabar" href="KABAR/brebes/" %s>Berita KPU Brebes</a>`

// What a webmaster writes wrongly leaves the link, and the console says what and why.
func TestBadSettings(t *testing.T) {
	t.Parallel()
	k := shop(t)
	bad := map[string]string{`data-limit="0"`: "data-limit cannot be 0", `data-limit="21"`: "data-limit", `data-limit="lima"`: "data-limit", `data-layout="grid"`: "data-layout cannot be grid", `data-theme="pink"`: "data-theme",
		`data-accent="red"`: "data-accent", `data-accent="#12345"`: "data-accent", `data-lang="jv"`: "data-lang", `data-height="5"`: "data-height", `data-height="50%"`: "data-height", `data-limit="5&quot;onload=x"`: "data-limit"}
	var links, want []string
	for attr, why := range bad {
		links, want = append(links, fmt.Sprintf(newsLink, attr)), append(want, why)
	}
	links = append(links, `<a class="kabar" href="https://example.org/brebes/">lain</a>`, `<a class="kabar" href="KABAR/">tanpa kantor</a>`, `<a class="kabar">tanpa alamat</a>`)
	want = append(want, "href must be an office's page on "+k.url, "href must be", "href must be")
	b := open(t).early(`window.warned = []; console.warn = (why, a) => warned.push(why + "|" + a.outerHTML)`).visit(somebody(t, k.script(links...)+k.script()))
	b.until(fmt.Sprintf("warned.length >= %d", len(links)))
	if n := eval[int](b, `document.querySelectorAll("iframe").length`); n != 0 {
		t.Errorf("%d frames", n)
	}
	if n := eval[int](b, `[...document.querySelectorAll("a.kabar")].filter(a => a.checkVisibility()).length`); n != len(links) {
		t.Errorf("%d of %d links are to be seen", n, len(links))
	}
	said := eval[[]string](b, "warned")
	for i, w := range want {
		found := false
		for _, s := range said {
			found = found || strings.HasPrefix(s, "kabar: "+w)
		}
		if !found {
			t.Errorf("nothing says %q of %s", w, links[i])
		}
	}
}

// Each setting reaches the frame, and a share widget knows the page that it stands on.
func TestGoodSettings(t *testing.T) {
	t.Parallel()
	k := shop(t)
	src := func(links ...string) []url.Values {
		b := open(t).visit(somebody(t, `<link rel="canonical" href="https://kab-brebes.kpu.go.id/berita/1">`+k.script(links...)))
		b.until(fmt.Sprintf(`document.querySelectorAll("iframe").length == %d`, len(links)))
		var all []url.Values
		for _, s := range eval[[]string](b, `[...document.querySelectorAll("iframe")].map(f => f.src)`) {
			u, err := url.Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			q.Set("path", u.Path)
			all = append(all, q)
		}
		if h := eval[string](b, `document.querySelector("iframe").style.height`); strings.Contains(links[0], "data-height") && h != "444px" {
			t.Errorf("with data-height=444 the frame is %s high", h)
		}
		return all
	}
	got := src(fmt.Sprintf(newsLink, `data-height="444" data-limit="7" data-layout="compact" data-theme="dark" data-accent="#0055AA" data-lang="en"`), fmt.Sprintf(newsLink, ""),
		`<a class="kabar" data-kabar="share" href="KABAR/brebes/">Bagikan</a>`, `<a class="kabar" data-kabar="share" data-url="https://kab-brebes.kpu.go.id/lain?a=1&amp;b=2" data-title="Judul &quot;lain&quot;" href="KABAR/brebes/">Bagikan</a>`)
	for i, want := range []string{"accent=%230055AA&lang=en&layout=compact&limit=7&path=%2Fembed%2Fbrebes&theme=dark", "path=%2Fembed%2Fbrebes",
		url.Values{"path": {"/embed/brebes/share"}, "url": {"https://kab-brebes.kpu.go.id/berita/1"}, "title": {"Portal Kabupaten"}}.Encode(),
		url.Values{"path": {"/embed/brebes/share"}, "url": {"https://kab-brebes.kpu.go.id/lain?a=1&b=2"}, "title": {`Judul "lain"`}}.Encode()} {
		if got[i].Encode() != want {
			t.Errorf("widget %d asks for %s,\nwant %s", i, got[i].Encode(), want)
		}
	}
	// What the frame makes of it.
	d := k.page("/embed/brebes?limit=7&layout=compact&theme=dark&accent=%230055AA&lang=en")
	if d.Find(".item").Length() != 7 || d.Find("html").AttrOr("data-theme", "") != "dark" || d.Find("html").AttrOr("lang", "") != "en" || !strings.Contains(d.Find("style").Text(), "#0055aa") {
		t.Errorf("the frame has %d articles, %q", d.Find(".item").Length(), d.Find("html").Nodes[0].Attr)
	}
}

// A page that makes and removes its parts itself gets a widget each time, and none is left behind.
func TestMountedLater(t *testing.T) {
	t.Parallel()
	k := shop(t)
	b := open(t).early(watch).visit(somebody(t, k.script()+`<div id="app"></div>`))
	link := strings.ReplaceAll(fmt.Sprintf(newsLink, ""), "KABAR", k.url)
	for range 3 {
		eval[bool](b, fmt.Sprintf(`(() => { document.getElementById("app").innerHTML = %q; return true })()`, `<section>`+link+`</section>`))
		b.until(`document.querySelector("#app iframe")?.clientHeight > 400 && !document.querySelector("#app a").checkVisibility()`)
		eval[bool](b, `(() => { document.getElementById("app").replaceChildren(); return true })()`)
		b.until(`!document.querySelector("iframe")`)
	}
	// A link that is moved about stays one widget.
	eval[bool](b, fmt.Sprintf(`(() => { document.getElementById("app").innerHTML = %q; return true })()`, link))
	b.until(`document.querySelectorAll("iframe").length == 1`)
	eval[bool](b, `(() => { document.body.prepend(document.querySelector("a.kabar")); return true })()`)
	if n := eval[int](b, `new Promise(r => requestAnimationFrame(() => r(document.querySelectorAll("iframe").length)))`); n != 1 {
		t.Errorf("a link that was moved has %d frames", n)
	}
	if got := eval[string](b, `wrong.concat(warned).join()`); got != "" {
		t.Errorf("errors: %s", got)
	}
}

// Twenty widgets need one script, and of the same news one page, which the others have from the browser's cache.
func TestTwentyWidgets(t *testing.T) {
	t.Parallel()
	k := shop(t)
	var mu sync.Mutex
	sent := map[string]int{}
	target, err := url.Parse(k.url)
	if err != nil {
		t.Fatal(err)
	}
	// A proxy that counts what is sent in full.
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host, r.RequestURI, r.Host = target.Scheme, target.Host, "", target.Host
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer res.Body.Close()
		if res.StatusCode == 200 {
			mu.Lock()
			sent[r.URL.Path]++
			mu.Unlock()
		}
		for name, v := range res.Header {
			w.Header()[name] = v
		}
		w.WriteHeader(res.StatusCode)
		io.Copy(w, res.Body)
	}))
	t.Cleanup(proxy.Close)
	var links []string
	for range 20 {
		links = append(links, fmt.Sprintf(newsLink, `data-layout="ticker"`))
	}
	page := strings.ReplaceAll(k.script(links...), k.url, proxy.URL)
	b := open(t).visit(somebody(t, `<script>window.said = new Set; addEventListener("message", e => said.add(e.source))</script>`+page+strings.Repeat(`<script async src="`+proxy.URL+`/embed.js"></script>`, 3)))
	b.until(`document.querySelectorAll("iframe").length >= 20`)
	eval[bool](b, `(() => { for (const f of document.querySelectorAll("iframe")) f.loading = "eager"; return true })()`)
	b.until(`said.size == 20`)
	if n := eval[int](b, `document.querySelectorAll("iframe").length`); n != 20 {
		t.Errorf("%d frames for 20 links, with the script pasted four times", n)
	}
	mu.Lock()
	defer mu.Unlock()
	if sent["/embed.js"] != 1 {
		t.Errorf("embed.js was sent %d times", sent["/embed.js"])
	}
	for path, n := range sent {
		if strings.HasPrefix(path, "/img/") && n > 1 {
			t.Errorf("%s was sent %d times", path, n)
		}
	}
}

// Only a frame that the script made may say how high it is.
func TestForgedHeight(t *testing.T) {
	t.Parallel()
	k := shop(t)
	stranger := somebody(t, `<script>parent.postMessage({message: "height", value: 2345}, "*"); parent.frames[0].postMessage({message: "ready"}, "*")</script>`)
	b := open(t).visit(somebody(t, `<script>window.heard = 0; addEventListener("message", e => e.data.message == "height" && heard++)</script>`+k.script(fmt.Sprintf(newsLink, ""))))
	b.until("heard > 0")
	before := eval[int](b, `document.querySelector("iframe").clientHeight`)
	eval[bool](b, `(() => {
		window.strange = 0
		addEventListener("message", e => e.data.value == 2345 && strange++)
		postMessage({message: "height", value: 2345}, "*")
		for (const src of [`+fmt.Sprintf("%q", stranger)+`, "data:text/html,<script>parent.postMessage({message:'height',value:2345},'*')</script>"]) {
			const f = document.createElement("iframe"); f.src = src; f.style.height = "77px"; document.body.append(f) }
		return true })()`)
	b.until("strange == 3")
	if after := eval[[]int](b, `[...document.querySelectorAll("iframe")].map(f => parseInt(getComputedStyle(f).height))`); after[0] != before || after[1] != 77 || after[2] != 77 {
		t.Errorf("forged messages made the frames %v pixels high", after)
	}
}

// When the server cannot be reached the link comes back.
func TestServerGone(t *testing.T) {
	t.Parallel()
	k := shop(t)
	page := `<script>const later = setTimeout; window.setTimeout = (f, t) => later(f, t == 8e3 ? 300 : t)</script>`
	host := somebody(t, page+`<div id="app"></div>`+k.script())
	b := open(t).visit(host)
	b.until(`performance.getEntriesByType("resource").some(e => e.name.endsWith("/embed.js") && e.responseEnd)`)
	if err := k.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eval[bool](b, fmt.Sprintf(`(() => { document.getElementById("app").innerHTML = %q; return true })()`, strings.ReplaceAll(fmt.Sprintf(newsLink, ""), "KABAR", k.url)))
	b.until(`document.querySelector("a.kabar") && !document.querySelector("iframe") && document.querySelector("a.kabar").checkVisibility()`)
}

// A widget left to itself follows the host's colours, as they change; one that was told its theme keeps it.
func TestThemeFollows(t *testing.T) {
	t.Parallel()
	k := shop(t)
	h := openHost(t)
	h.visit(somebody(t, k.script(fmt.Sprintf(newsLink, ""), fmt.Sprintf(newsLink, `data-theme="light" data-limit="3"`))))
	h.until(`document.querySelectorAll("iframe").length == 2`)
	eval[bool](h.tab, `(() => { for (const f of document.querySelectorAll("iframe")) f.loading = "eager"; return true })()`)
	var frames map[string]*tab
	k.wait("the frames", func() bool { frames = h.frames(k); return len(frames) == 2 })
	for _, step := range []struct{ scheme, ground string }{{"light", "rgb(255, 255, 255)"}, {"dark", "rgb(21, 20, 18)"}, {"light", "rgb(255, 255, 255)"}} {
		h.media("prefers-color-scheme", step.scheme)
		frames["news"].media("prefers-color-scheme", step.scheme)
		frames["plain"].media("prefers-color-scheme", step.scheme)
		frames["news"].until(`getComputedStyle(document.body).backgroundColor == "` + step.ground + `"`)
		frames["plain"].until(`getComputedStyle(document.body).backgroundColor == "rgb(255, 255, 255)"`)
	}
}

// A host that reserves the widget's height, as docs/embedding.md shows, does not move at all, however late the script comes.
func TestReservedHeight(t *testing.T) {
	t.Parallel()
	k := shop(t)
	b := open(t).visit(somebody(t, `<style>.tempat-kabar{min-height:527px}</style><div class="tempat-kabar">`+strings.ReplaceAll(fmt.Sprintf(newsLink, ""), "KABAR", k.url)+`</div><p id="bawah">Di bawah.</p>
		<script>window.shift = 0; window.heard = 0; addEventListener("message", () => heard++)
		new PerformanceObserver(l => { for (const e of l.getEntries()) shift += e.value }).observe({type: "layout-shift", buffered: true})
		// Late: after the page was painted twice.
		requestAnimationFrame(() => requestAnimationFrame(() => document.head.append(Object.assign(document.createElement("script"), {src: "`+k.url+`/embed.js"}))))</script>`))
	b.until("heard > 0")
	if shift := eval[float64](b, "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(shift))))"); shift != 0 {
		t.Errorf("the host page moved: %v", shift)
	}
}

// oEmbed 1.0, as its specification (oembed.com) says.
func TestOEmbed(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"feed": rss(`"&gt;&lt;b&gt; &amp;amp; judul`, "<p>Isi.</p>")}) + "/feed"})
	a := k.articles(1)[0]
	get := func(query string) answer { return k.get("/oembed?" + query) }
	for _, c := range []struct {
		query  string
		status int
	}{
		{"url=" + url.QueryEscape(k.url+"/brebes/"), 200}, {"url=" + url.QueryEscape(k.url+"/brebes/"+a.Slug), 200}, {"format=json&url=" + url.QueryEscape(k.url+"/brebes/"), 200},
		{"", 404}, {"url=" + url.QueryEscape("https://example.org/brebes/"), 404}, {"url=" + url.QueryEscape(k.url+"/tegal/"), 404}, {"url=" + url.QueryEscape(k.url+"/brebes/tiada"), 404},
		{"url=" + url.QueryEscape(k.url+"/brebes/privasi"), 404}, {"url=" + url.QueryEscape(k.url+"/"), 404}, {"url=%zz", 404}, {"format=yaml&url=" + url.QueryEscape(k.url+"/brebes/"), 501},
	} {
		if got := get(c.query); got.StatusCode != c.status {
			t.Errorf("?%s answers %d, want %d", c.query, got.StatusCode, c.status)
		}
	}
	for _, path := range []string{"/brebes/", "/brebes/" + a.Slug} {
		sent := k.get(path)
		d := k.page(path)
		for kind, read := range map[string]func([]byte, any) error{"json": json.Unmarshal, "xml": xml.Unmarshal} {
			link := d.Find(`head link[rel="alternate"][type="` + map[string]string{"json": "application/json+oembed", "xml": "text/xml+oembed"}[kind] + `"]`)
			href := link.AttrOr("href", "")
			if at := strings.Index(sent.body, kind+"+oembed"); at < 0 || at > 150_000 || at > strings.Index(sent.body, "</head>") {
				t.Errorf("%s: the link for %s stands at %d", path, kind, at)
			}
			res := k.get(strings.TrimPrefix(href, k.url) + "&maxwidth=320&maxheight=250")
			type oembed struct {
				XMLName xml.Name `xml:"oembed" json:"-"`
				Version string   `xml:"version"`
				Type    string   `xml:"type"`
				Title   string   `xml:"title"`
				HTML    string   `xml:"html"`
				Width   int      `xml:"width"`
				Height  int      `xml:"height"`
			}
			var o oembed
			if err := read([]byte(res.body), &o); err != nil {
				t.Fatalf("%s as %s: %v\n%s", path, kind, err, res.body)
			}
			if o.Version != "1.0" || o.Type != "rich" || o.Width != 320 || o.Height != 250 || path != "/brebes/" && o.Title != a.Title {
				t.Errorf("%s as %s: %+v", path, kind, o)
			}
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(o.HTML))
			if err != nil {
				t.Fatal(err)
			}
			if doc.Find("body > blockquote + iframe").Length() != 1 || doc.Find("body *").Length() != 3 || doc.Find("blockquote").Text() != o.Title {
				t.Errorf("%s as %s: the markup is %s", path, kind, o.HTML)
			}
		}
	}
}

// What docs/embedding.md tells webmasters to paste works as it stands there.
func TestDocumentedSnippets(t *testing.T) {
	t.Parallel()
	k := shop(t)
	doc, err := os.ReadFile("../../docs/embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	mine, _, _ := strings.Cut(string(doc), "## Seen in a real WordPress") // what follows is WordPress's
	tried := 0
	for i, block := range strings.Split(mine, "```html\n")[1:] {
		snippet, _, _ := strings.Cut(block, "```")
		b := open(t).visit(somebody(t, strings.ReplaceAll(snippet, public, k.url)+k.script()))
		switch {
		case strings.Contains(snippet, "count.svg"):
			b.until(`document.querySelector("img").naturalWidth > 50`)
			if href := eval[string](b, `document.querySelector("a").href`); k.get(strings.TrimPrefix(href, k.url)).StatusCode != 302 {
				t.Errorf("snippet %d: %s does not lead to WhatsApp", i, href)
			}
		case strings.Contains(snippet, `class="kabar"`):
			b.until(`document.querySelector("iframe") && !document.querySelector("a.kabar").checkVisibility()`)
		default:
			b.until(`document.querySelector("iframe").clientHeight == 527`)
		}
		if src := eval[string](b, `document.querySelector("iframe")?.src ?? ""`); src != "" && !strings.Contains(src, "/share?") && k.get(strings.TrimPrefix(src, k.url)).StatusCode != 200 {
			t.Errorf("snippet %d shows %s, which does not answer", i, src)
		}
		tried++
	}
	if tried != 10 {
		t.Errorf("tried %d snippets, want 10", tried)
	}
}
