//go:build browser

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

// webmaster is somebody who pastes things of ours into pages of theirs, on another origin than ours, and looks at them.
type webmaster struct {
	*host
	k   *kabar
	url string

	mu   sync.Mutex
	page string
}

// listening stands in each page: until all frames have said how high they are, it brings them into view.
const listening = `<script>
heard = new Set
addEventListener("message", e => e.data?.message == "height" && heard.add(e.source))
ours = () => [...document.querySelectorAll("iframe")]
ready = n => ours().length == n && ours().every(f => heard.has(f.contentWindow) || f.scrollIntoView())
visible = a => a.checkVisibility() && a.clientHeight + a.offsetHeight > 0
</script>`

func employ(t *testing.T) *webmaster {
	t.Helper()
	w := &webmaster{k: illustrated(t)}
	w.k.articles(8)
	s := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		defer w.mu.Unlock()
		res.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(res, w.page)
	}))
	t.Cleanup(s.Close)
	w.url = strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	return w
}

// paste makes a page of what was pasted and shows it; {k} is where Kabar is.
func (w *webmaster) paste(t *testing.T, head, body string) {
	t.Helper()
	w.k.t = t
	w.begin(t, 360, "")
	w.mu.Lock()
	w.page = "<!doctype html><html lang=id><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'><title>Halaman kami</title>" +
		listening + strings.ReplaceAll(head+"<body style='margin:8px'>"+body, "{k}", w.k.url) + "<p id=bawah>Selesai.</p>"
	w.mu.Unlock()
	w.visit(w.url + "/berita?dari=wa")
}

// until waits in the page's own world.
func (w *webmaster) until(expression string) {
	w.t.Helper()
	w.k.wait(expression, func() bool { return eval[bool](w.tab, "!!("+expression+")") })
}

// scheme pretends what the reader's device prefers, in the page and in a frame, as a device does.
func (w *webmaster) scheme(f *tab, value string) {
	w.t.Helper()
	for _, b := range []*tab{w.tab, f} {
		b.media("prefers-color-scheme", value)
	}
}

// widget is the document of the first frame.
func (w *webmaster) widget() *tab {
	w.t.Helper()
	src := eval[string](w.tab, "ours()[0].src")
	var f *tab
	w.k.wait(src, func() bool {
		all, err := chromedp.Targets(w.ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, info := range all {
			if info.Type == "iframe" && info.URL == src { // not one of the page before
				f = w.attach(info.TargetID)
			}
		}
		return f != nil
	})
	f.until(`document.querySelector("main")`)
	return f
}

// says is what the console shows, one line each.
func (w *webmaster) says() string { return strings.Join(w.complaints(), "\n") }

const (
	loader = `<script async src="{k}/embed.js"></script>`
	line   = `<a class="kabar" href="{k}/brebes/">Berita</a>` + loader
)

func TestEmbed(t *testing.T) {
	w := employ(t)
	for _, c := range []struct {
		name string
		test func(*testing.T)
	}{
		{"each setting is obeyed", w.settings},
		{"a bad setting leaves the link and says why", w.badSettings},
		{"share", w.share},
		{"auto follows the scheme", w.followsScheme},
		{"links that come and go", w.comesAndGoes},
		{"only its own frames are believed", w.believes},
		{"twenty widgets share", w.twenty},
		{"nothing moves", w.still},
		{"what does not answer is a link", w.unreachable}, // stops the server
	} {
		t.Run(c.name, func(t *testing.T) {
			w.host = openHost(t)
			c.test(t)
		})
	}
}

// ring says where what has the focus loses a part of its ring: in the window or in an element that cuts off what is outside.
const ring = `(a => { const own = getComputedStyle(a), shown = s => s.outlineStyle != "none", e = shown(own) ? a : a.closest(".item"), s = shown(own) ? own : getComputedStyle(a, "::after")
	if (!shown(s)) return "no ring: " + a.outerHTML
	const r = e.getBoundingClientRect(), out = parseFloat(s.outlineWidth) + parseFloat(s.outlineOffset) - .5
	const all = [[0, 0, innerWidth, innerHeight]]
	for (let p = e == a ? a.parentElement : e; p; p = p.parentElement) if (getComputedStyle(p).overflowX != "visible") all.push((b => [b.left, b.top, b.right, b.bottom])(p.getBoundingClientRect()))
	return all.some(b => r.left - out < b[0] || r.top - out < b[1] || r.right + out > b[2] || r.bottom + out > b[3]) ? a.outerHTML : "" })(document.activeElement)`

// A widget opened by itself, and the figures: no script fails. Whatever has the focus has a ring that nothing cuts off, and in the dark, which may stand on
// a white page, no word touches the edge; that makes no widget higher.
func TestWidgetAlone(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"}, "public_stats = true")
	k.articles(3)
	b := open(t).early(`self.broken = []; addEventListener("unhandledrejection", e => broken.push(e.reason + ""))`)
	for _, path := range []string{"/embed/brebes", "/brebes/statistik", "/statistik", "/brebes/"} {
		b.visit(k.url + path)
		b.until(`document.readyState == "complete" && new Promise(done => setTimeout(() => done(true), 50))`)
		if got := eval[string](b, "broken.join()"); got != "" {
			t.Errorf("%s: %s", path, got)
		}
	}
	const high = "document.documentElement.offsetHeight"
	for _, path := range []string{"", "?layout=cards", "?layout=compact", "?layout=ticker", "/kabar-nomor-1-dari-kantor", "/share?url=https://localhost/"} {
		b.media("prefers-color-scheme", "light").visit(k.url + "/embed/brebes" + path)
		light := eval[int](b, high)
		n := 0
		for b.do(chromedp.KeyEvent("\t")); eval[bool](b, "document.activeElement != document.body") && n < 30; n++ {
			b.until(`new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true))))`) // it scrolls
			if got := eval[string](b, ring); got != "" {
				t.Errorf("%s: the ring is cut off of %s", path, got)
			}
			b.do(chromedp.KeyEvent("\t"))
		}
		if n == 0 {
			t.Errorf("%s: nothing takes the focus", path)
		}
		b.media("prefers-color-scheme", "dark")
		eval[bool](b, `document.querySelector(".ticker .list")?.scrollTo(0, 0), true`)
		if got := eval[string](b, `[...document.querySelectorAll("h1, h2, time, .sum, .from, .views span")].filter(e => e.textContent && e.checkVisibility() && (r => { r.selectNodeContents(e); return r.getBoundingClientRect().left < 9 })(new Range)).map(e => e.textContent).join()`); got != "" {
			t.Errorf("%s: in the dark the edge is touched by %s", path, got)
		}
		if dark := eval[int](b, high); dark != light {
			t.Errorf("%s: %d pixels high in the dark, %d otherwise", path, dark, light)
		}
	}
}

func (w *webmaster) settings(t *testing.T) {
	for _, c := range []struct {
		data, query, want string
		high              int // 0 is as high as the content
	}{
		{``, "", "5 list auto id", 0},
		{`data-limit="3"`, "?limit=3", "3 list auto id", 0},
		{`data-limit="20"`, "?limit=20", "8 list auto id", 0},
		{`data-layout="cards" data-limit="2"`, "?limit=2&layout=cards", "2 cards auto id", 0},
		{`data-layout="compact"`, "?layout=compact", "5 compact auto id", 0},
		{`data-layout="ticker"`, "?layout=ticker", "5 ticker auto id", 0},
		{`data-theme="dark"`, "?theme=dark", "5 list dark id", 0},
		{`data-theme="light"`, "?theme=light", "5 list light id", 0},
		{`data-accent="#0B5FFF"`, "?accent=%230B5FFF", "5 list auto id blue", 0},
		{`data-accent="0b5fff" data-layout="list" data-theme="auto"`, "?layout=list&theme=auto&accent=0b5fff", "5 list auto id blue", 0},
		{`data-lang="en"`, "?lang=en", "5 list auto en", 0},
		{`data-height="300"`, "", "5 list auto id", 300},
	} {
		w.paste(t, "", strings.Replace(line, `class="kabar"`, `class="kabar" `+c.data, 1))
		w.until("ready(1)")
		f := w.widget()
		got := eval[string](f, `(() => { const d = document, r = d.documentElement, a = getComputedStyle(r).getPropertyValue("--al").trim()
			return [d.querySelectorAll(".item").length, d.querySelector("main").classList[1], r.dataset.theme || "auto", r.lang, a == "#0b5fff" ? "blue" : ""].join(" ").trim() })()`)
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.data, got, c.want)
		}
		if c.high == 0 {
			c.high = eval[int](f, "document.documentElement.offsetHeight")
		}
		got = eval[string](w.tab, `(f => [f.src, f.clientHeight, f.title, visible(f.previousSibling)].join(" "))(ours()[0])`)
		if want := fmt.Sprintf("%s/embed/brebes%s %d Berita false", w.k.url, c.query, c.high); got != want {
			t.Errorf("%s: frame %q, want %q", c.data, got, want)
		}
		if s := w.says(); s != "" {
			t.Error(s)
		}
	}
}

func (w *webmaster) badSettings(t *testing.T) {
	cases := []struct{ data, href, says string }{
		{`data-limit="0"`, "{k}/brebes/", "data-limit cannot be 0"},
		{`data-limit="21"`, "{k}/brebes/", "data-limit cannot be 21"},
		{`data-limit="lima"`, "{k}/brebes/", "data-limit cannot be lima"},
		{`data-layout="grid"`, "{k}/brebes/", "data-layout cannot be grid"},
		{`data-theme="gelap"`, "{k}/brebes/", "data-theme cannot be gelap"},
		{`data-accent="red"`, "{k}/brebes/", "data-accent cannot be red"},
		{`data-lang="jv"`, "{k}/brebes/", "data-lang cannot be jv"},
		{`data-height="5"`, "{k}/brebes/", "data-height cannot be 5"},
		{`data-height="0010"`, "{k}/brebes/", "data-height cannot be 0010"},
		{`data-height="100%"`, "{k}/brebes/", "data-height cannot be 100%"},
		{`data-kabar="bagikan"`, "{k}/brebes/", "data-kabar cannot be bagikan"},
		{``, "{k}/", "href must be an office's page on {k}"},
		{``, "https://berita.example.go.id/brebes/", "href must be an office's page on {k}"},
	}
	var body strings.Builder
	for _, c := range cases {
		fmt.Fprintf(&body, `<p><a class="kabar" %s href="%s">Berita</a></p>`, c.data, c.href)
	}
	w.paste(t, "", body.String()+line)
	w.until("ready(1)") // the good one
	if n := eval[int](w.tab, `[...document.querySelectorAll("p > a.kabar")].filter(visible).length`); n != len(cases) {
		t.Errorf("%d of %d links are to be seen", n, len(cases))
	}
	said := strings.Split(strings.TrimSpace(strings.ReplaceAll(w.says(), "warning: a.kabar", "")), "\n\n")
	if len(said) != len(cases) {
		t.Errorf("the console says %d things about %d links", len(said), len(cases))
	}
	for i, c := range cases {
		want := "kabar: " + strings.ReplaceAll(c.says, "{k}", w.k.url)
		if i < len(said) && !strings.Contains(said[i], want) {
			t.Errorf("%s: the console says %s, want %q", c.data, said[i], want)
		}
	}
}

func (w *webmaster) share(t *testing.T) {
	const link, canonical = `<a class="kabar" data-kabar="share" %s href="{k}/brebes/">Bagikan</a>` + loader, `<link rel="canonical" href="https://kab-brebes.kpu.go.id/asli">`
	for _, c := range []struct{ head, data, url, title string }{
		{"", "", w.url + "/berita?dari=wa", "Halaman kami"},
		{canonical, "", "https://kab-brebes.kpu.go.id/asli", "Halaman kami"},
		{`<base href="https://kab-brebes.kpu.go.id/dasar/">` + strings.Replace(canonical, "https://kab-brebes.kpu.go.id/", "", 1), "", "https://kab-brebes.kpu.go.id/dasar/asli", "Halaman kami"},
		{canonical, `data-url="https://kab-brebes.kpu.go.id/lain?p=1&q=2" data-title="Rapat &quot;Pleno&quot; & <lain>"`, "https://kab-brebes.kpu.go.id/lain?p=1&q=2", `Rapat "Pleno" & <lain>`},
		{"", `data-url="/lain"`, w.url + "/lain", "Halaman kami"},
	} {
		w.paste(t, c.head, fmt.Sprintf(link, c.data))
		w.until("ready(1)")
		q := eval[[]string](w.tab, `(q => [q.get("url"), q.get("title"), [...q.keys()].join()])(new URL(ours()[0].src).searchParams)`)
		if q[0] != c.url || q[1] != c.title || q[2] != "url,title" {
			t.Errorf("%s %s: %q", c.head, c.data, q)
		}
		f := w.widget()
		to := eval[[]string](f, `(q => [q.get("url"), q.get("title")])(new URL(document.querySelector("a[href*='/go/whatsapp']").href).searchParams)`)
		if to[0] != c.url || to[1] != c.title {
			t.Errorf("%s %s: WhatsApp gets %q", c.head, c.data, to)
		}
		if s := w.says(); s != "" {
			t.Error(s)
		}
	}
}

func (w *webmaster) followsScheme(t *testing.T) {
	w.paste(t, "", line)
	w.until("ready(1)")
	f := w.widget()
	const dark, light = `getComputedStyle(document.body).backgroundColor == "rgb(21, 20, 18)"`, `getComputedStyle(document.body).backgroundColor == "rgb(255, 255, 255)"`
	f.until(light)
	w.scheme(f, "dark")
	f.until(dark)
	w.scheme(f, "light")
	f.until(light)
	w.scheme(f, "")
	for _, s := range []struct{ scheme, want string }{{"dark", dark}, {"light", light}, {"light dark", light}, {"only dark", dark}} {
		eval[bool](w.tab, "document.documentElement.style.colorScheme = "+quote(s.scheme)+"; true")
		f.until(s.want)
	}
}

func (w *webmaster) comesAndGoes(t *testing.T) {
	w.paste(t, "", `<div id=app></div>`+line+line)
	w.until("ready(2)")
	count := func(n int, why string) {
		t.Helper()
		w.until(fmt.Sprintf("ready(%d)", n))
		if links := eval[int](w.tab, `document.querySelectorAll("a.kabar").length`); links != n {
			t.Errorf("%s: %d links, %d frames", why, links, n)
		}
	}
	js := func(s string) { eval[bool](w.tab, s+"; true") }
	js(`app.innerHTML = '<section><a class=kabar data-limit=3 href="` + w.k.url + `/brebes/">Berita</a></section>'; s = app.firstChild; a = s.firstChild`)
	count(3, "added later")
	js(`s.remove()`)
	count(2, "its parent was taken away")
	js(`app.append(s)`)
	count(3, "its parent was brought back")
	js(`a.remove()`)
	count(2, "it was taken away")
	js(`s.append(a)`)
	count(3, "it was brought back")
	js(`for (let i = 0; i < 3; i++) { a.remove(); s.append(a) }`)
	count(3, "it was moved about")
	js(`app.textContent = ""`)
	count(2, "the view was left")
	if s := w.says(); s != "" {
		t.Error(s)
	}
}

func (w *webmaster) believes(t *testing.T) {
	w.paste(t, "", line+`<iframe id=own src="{k}/embed/brebes?limit=3" height=100></iframe><iframe id=other srcdoc="<p>Iklan</p>"></iframe>`)
	w.until(`ours().length == 3 && ours().slice(0, 2).every(f => heard.has(f.contentWindow) || f.scrollIntoView())`)
	const high = `ours()[0].clientHeight`
	before := eval[int](w.tab, high)
	eval[bool](w.tab, `new Promise(done => { addEventListener("message", e => e.data == "end" && done(true))
		const say = v => ({message: "height", value: v})
		postMessage(say(3000), "*")
		other.contentWindow.eval('parent.postMessage({message: "height", value: 3000}, "*"); parent.postMessage("end", "*")') })`)
	if got := eval[int](w.tab, high); got != before {
		t.Errorf("another window made it %d pixels high", got)
	}
	say := func(f *tab, value string) {
		eval[bool](f, `parent.postMessage({message: "height", value: `+value+`}, "*"); true`)
		eval[bool](w.tab, `new Promise(done => { addEventListener("message", e => e.data == "end" && done(true)); ours()[0].contentWindow; postMessage("end", "*") })`)
	}
	say(w.frames(w.k)["plain"], "3000")
	mine := w.widget()
	for _, absurd := range []string{"1e9", "10000", "-5", "0", "NaN", `"x"`, "null", "{}", "[1, 2]", "undefined"} {
		say(mine, absurd)
	}
	say(mine, "701")
	w.until(high + " == 701") // after all the others
	if got := eval[string](w.tab, `window.sizes = [own.clientHeight, other.clientHeight].join()`); !strings.HasPrefix(got, "100,") {
		t.Errorf("frames that are not its own are %s pixels high", got)
	}
}

func (w *webmaster) twenty(t *testing.T) {
	kabar, err := url.Parse(w.k.url)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked := map[string]int{}
	bytes := int64(0)
	proxy := httputil.NewSingleHostReverseProxy(kabar)
	proxy.ModifyResponse = func(res *http.Response) error {
		mu.Lock()
		defer mu.Unlock()
		asked[fmt.Sprint(res.StatusCode, " ", res.Request.URL.Path)]++
		if strings.HasPrefix(res.Request.URL.Path, "/embed") {
			bytes += max(0, res.ContentLength)
		}
		return nil
	}
	s := httptest.NewServer(proxy)
	defer s.Close()
	w.paste(t, "", strings.ReplaceAll(strings.Repeat(line, 20), "{k}", s.URL))
	w.until("ready(20)")

	mu.Lock()
	defer mu.Unlock()
	if asked["200 /embed.js"] != 1 || asked["304 /embed.js"] != 0 || asked["200 /embed/brebes"]+asked["304 /embed/brebes"] > 20 {
		t.Errorf("what twenty widgets ask for: %v", asked)
	}
	for what, n := range asked {
		if picture := strings.HasPrefix(what, "200 /img/"); !strings.Contains(what, " /embed") && !picture || picture && n > 1 {
			t.Errorf("%s is asked for %d times", what, n)
		}
	}
	if t.Logf("twenty widgets: %v, %d bytes without pictures", asked, bytes); bytes > 20<<10 { // a document may turn with the minute, and be sent once more
		t.Errorf("twenty widgets are %d bytes", bytes)
	}
}

// observe sums up how much the page has shifted, as browsers measure it.
const observe = `<script>shift = 0; new PerformanceObserver(l => l.getEntries().forEach(e => shift += e.value)).observe({type: "layout-shift", buffered: true})</script>`

func (w *webmaster) still(t *testing.T) {
	// The script arrives when the page has been painted.
	late := `<script>painted = new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))
		painted.then(() => document.body.append(Object.assign(document.createElement("script"), {src: "{k}/embed.js"})))</script>`
	for _, c := range []struct {
		name, css, data string
		moves           bool
	}{
		{"nothing reserved", "", "", true},
		{"list", "a.kabar{display:block;min-height:527px}", "", false},
		{"share", "a.kabar{display:block;min-height:176px}", `data-kabar="share"`, false},
	} {
		w.paste(t, observe+"<style>"+c.css+"</style>", `<p>Atas</p><a class="kabar" `+c.data+` href="{k}/brebes/">Berita</a><p>Bawah</p>`+late)
		w.until("ready(1)")
		eval[bool](w.tab, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(true)))))")
		if shift := eval[float64](w.tab, "shift"); shift > 0 != c.moves {
			t.Errorf("%s: the page has shifted by %v", c.name, shift)
		}
	}
	w.paste(t, observe+`<script src="{k}/embed.js"></script>`, `<p>Atas</p><a class="kabar" href="{k}/brebes/">Berita</a><p>Bawah</p>`)
	w.until("ready(1)")
	if shift := eval[float64](w.tab, "shift"); shift != 0 {
		t.Errorf("with the script in the head the page has shifted by %v", shift)
	}
}

func (w *webmaster) unreachable(t *testing.T) {
	// The clock of these pages runs a hundred times quicker.
	const quick = `<script>{ const t = setTimeout; setTimeout = (f, ms) => t(f, ms / 100) }</script>`
	link := func(why, says string) {
		t.Helper()
		w.until(`ours().length == 0 && visible(document.querySelector("a.kabar"))`)
		w.k.wait("a reason in the console: "+why, func() bool { return strings.Contains(w.says(), says) })
	}
	w.paste(t, quick, strings.Replace(line, "/brebes/", "/tegal/", 1))
	w.until("ours().length")
	link("no such office", "kabar: no news came from "+w.k.url+"/embed/tegal")
	w.paste(t, quick, `<a class="kabar" data-kabar="share" data-url="https://orang-lain.example/" href="{k}/brebes/">Bagikan</a>`+loader)
	link("not the office's page", "kabar: no news came from "+w.k.url+"/embed/brebes/share?url=https%3A%2F%2Forang-lain")
	own := w.url
	w.url = strings.Replace(own, "localhost", "127.0.0.1", 1)
	w.paste(t, quick, line)
	w.url = own
	link("not the office's host", "kabar: no news came from "+w.k.url+"/embed/brebes")

	w.paste(t, quick, `<div id=app></div>`+loader)
	w.until(`performance.getEntriesByType("resource").some(e => e.name.endsWith("/embed.js"))`)
	w.k.stop(syscall.SIGKILL)
	eval[bool](w.tab, `app.innerHTML = '<a class="kabar" href="`+w.k.url+`/brebes/">Berita</a>'; true`)
	w.until("ours().length")
	link("the server is gone", "kabar: no news came from "+w.k.url+"/embed/brebes")
}

// Where a page allows no script, or the reader has none, plain links lead to the networks and the image shows the count, on any ground.
func TestStaticLine(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	a := k.articles(1)[0]
	if res := k.do("POST", "/api/v1/sites/brebes/events", event(`"type":"view","article":"`+a.Slug+`"`)); res.StatusCode != 200 {
		t.Fatal(res.StatusCode, res.body)
	}
	u := "url=" + url.QueryEscape(a.URL)
	host := somebody(t, `<p><a href="`+k.url+`/go/whatsapp?site=brebes&amp;`+u+`">WhatsApp</a> <img src="`+k.url+`/embed/brebes/count.svg?`+u+`" alt="Dilihat"></p>`)
	h := openHost(t)
	h.noScript().media("prefers-color-scheme", "dark").visit(host)
	k.wait("the image", func() bool { return eval[bool](h.tab, "document.images[0].complete") })
	if w := eval[int](h.tab, "document.images[0].naturalWidth"); w < 100 || w > 140 {
		t.Errorf("the image is %d pixels wide", w)
	}
	h.do(chromedp.Click(chromedp.CSS("a[href*=whatsapp]")))
	k.wait("WhatsApp", func() bool {
		return strings.HasPrefix(h.tried(), "https://wa.me/?text=https%3A%2F%2Fkab-brebes.kpu.go.id%2F")
	})
	k.wait("the share", func() bool { return k.articles(1)[0].Counts.Shares == 1 })
	if n := k.articles(1)[0].Counts.Views; n != 1 {
		t.Errorf("%d views after one", n)
	}
}
