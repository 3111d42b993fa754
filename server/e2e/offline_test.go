//go:build browser

package e2e

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// filled waits until the device has what it keeps by itself.
func (b *tab) filled() *tab {
	b.t.Helper()
	b.until("navigator.serviceWorker.controller && kabar.filled")
	return b
}

// pictures waits until the news has its pictures.
func (k *kabar) pictures() {
	k.t.Helper()
	k.wait("pictures", func() bool {
		for _, a := range k.articles(8) {
			if a.Image == nil || a.Image.Name == "" {
				return false
			}
		}
		return true
	})
}

// beside opens another tab of the same profile.
func (b *tab) beside() *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	other := &tab{t: b.t, ctx: ctx}
	other.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateScale(2), chromedp.EmulateTouch))
	other.command(func() error {
		_, err := chromedp.Call(ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: phone, AcceptLanguage: "id-ID"})
		return err
	})
	return other
}

// line tells the browser whether its device has a network, as the device's system does.
func (b *tab) line(on bool) {
	b.t.Helper()
	b.command(func() error {
		if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !on, DownloadThroughput: -1, UploadThroughput: -1})
		return err
	})
}

// waiting waits until n events wait on the device.
func (b *tab) waiting(n int) {
	b.t.Helper()
	b.until(fmt.Sprintf("(async () => %d == await %s)()", n, queue))
}

// queue is how many wait. Where the worker has made no store yet there are none, and asking must not make it an empty one.
const queue = `new Promise(ok => { const o = indexedDB.open("kabar-brebes"); o.onupgradeneeded = () => o.transaction.abort(); o.onerror = () => ok(0); o.onsuccess = () => { const g = o.result.transaction("events").objectStore("events").count()
	g.onsuccess = () => { o.result.close(); ok(g.result) } } })`

const title = `document.querySelector("h1").textContent`

// TestOffline: after one visit the news, its last thirty articles and their pictures are there without a network, from a cold start.
func TestOffline(t *testing.T) {
	t.Parallel()
	f := feeds(t, map[string]string{"kabar.xml": newsFeed(35)})
	k := serve(t, []string{f + "/kabar.xml", f + "/brebes.rss.xml"})
	list := k.articles(36)
	b := open(t).visit(k.url + "/brebes/").filled()
	if n := eval[int](b, `(async () => (await (await caches.open("kabar-brebes-pages")).keys()).length)()`); n < 31 {
		t.Errorf("%d pages were kept, want the news page and 30 articles", n)
	}
	k.stop(syscall.SIGKILL)
	b.visit("about:blank").visit(k.url + "/brebes/")
	if !strings.Contains(b.text(), list[0].Title) {
		t.Errorf("the news page offline shows %.300s", b.text())
	}
	b.until(`document.querySelector(".toast p")?.textContent.startsWith("Tersimpan · ")`)
	for _, a := range []article{list[0], list[29]} {
		if b.visit(k.url + "/brebes/" + a.Slug); eval[string](b, title) != a.Title {
			t.Errorf("offline %s shows %q", a.Slug, eval[string](b, title))
		}
	}
	if b.visit(k.url + "/brebes/" + list[35].Slug); !strings.Contains(b.text(), "Anda sedang luring") || eval[int](b, `document.querySelectorAll("#terbaca a").length`) == 0 && len(list) > 0 {
		b.until(`document.querySelectorAll("#terbaca a").length >= 30`)
	}
	if found := b.axe(); len(found) > 0 {
		t.Error("the offline page:", found)
	}
	// It has the list of articles from here, and does not say that of the page it stands for.
	b.until("kabar.filled")
	if got := b.text(); strings.Contains(got, "Tersimpan · ") {
		t.Error("the offline page says", got)
	}
	for _, path := range []string{"/go/whatsapp?site=brebes&article=" + list[0].Slug, "/api/v1/sites/brebes/events", "/api/v1/sites/brebes/counts?url=x"} {
		if eval[bool](b, `caches.match("`+path+`").then(r => !!r)`) {
			t.Error("there is a copy of", path)
		}
	}
}

// TestOfflineApp: the same with the app, which starts from what is here, pictures too.
func TestOfflineApp(t *testing.T) {
	t.Parallel()
	k := illustrated(t)
	k.pictures()
	list := k.articles(8)
	b := open(t).visit(k.url + "/brebes/").live().filled()
	b.until(`caches.match(kabar.on.wasm).then(r => !!r)`)
	k.stop(syscall.SIGKILL)
	b.visit("about:blank").visit(k.url + "/brebes/").live()
	b.until(`[...document.images].slice(0, 3).every(i => i.complete && i.naturalWidth)`)
	b.do(chromedp.Click(chromedp.CSS(".list a")))
	b.until(title + ` == ` + quote(list[0].Title))
	b.until(`document.querySelector(".toast p")?.textContent.startsWith("Tersimpan · ")`)
	b.until(`document.images.length > 3 && [...document.querySelectorAll("article img")].every(i => (i.loading = "eager") && i.naturalWidth)`)
}

// TestNothingLost: fifty events of three offline sessions, with the tab crashing twice, arrive as fifty.
func TestNothingLost(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(30)}) + "/kabar.xml"})
	list := k.articles(30)
	b := open(t).visit(k.url + "/brebes/").filled()
	first := b
	n := 0
	read := func(b *tab, from, to int) {
		for _, a := range list[from:to] {
			b.visit(k.url + "/brebes/" + a.Slug)
			n++
			b.waiting(n)
		}
	}
	share := func(b *tab, from, to int) {
		b.until("kabar.turned")
		for _, a := range list[from:to] {
			eval[bool](b, `kabar.view({type: "share", network: "telegram", article: "`+a.Slug+`"}).then(() => true)`)
			n++
		}
	}
	crash := func(b *tab) *tab {
		next := first.beside()
		ctx, cancel := context.WithTimeout(b.ctx, time.Second)
		defer cancel()
		chromedp.Call(ctx, cdppage.Crash, cdp.Empty{}) // no answer comes from there
		return next
	}
	home := first.beside().visit(k.url + "/brebes/") // keeps the profile open
	_ = home

	k.stop(syscall.SIGKILL)
	s1 := first.beside()
	read(s1, 0, 12)
	s2 := crash(s1)
	read(s2, 12, 20)
	share(s2, 0, 10)
	s2.waiting(n)
	s3 := crash(s2)
	k.again() // and it goes away again in the middle
	s3.visit(k.url + "/brebes/")
	k.stop(syscall.SIGKILL)
	n = eval[int](s3, queue) // whatever was sent meanwhile
	read(s3, 20, 30)
	share(s3, 10, 20)
	k.again()
	s3.visit(k.url + "/brebes/")
	s3.waiting(0)
	total := func() (n int64) {
		for _, a := range k.articles(30) {
			n += a.Counts.Views + a.Counts.Shares
		}
		return n
	}
	if n := total(); n != 50 {
		t.Errorf("%d events were counted, want 50", n)
	}
	eval[bool](s3, `(dispatchEvent(new Event("online")), true)`)
	s3.visit(k.url + "/brebes/")
	if n := total(); n != 50 {
		t.Errorf("after another connection %d events were counted, want 50", n)
	}
}

// TestShareOffline: a share without a network goes to the device's own apps, and is counted later.
func TestShareOffline(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	slug := k.articles(1)[0].Slug
	b := open(t).visit(k.url + "/brebes/" + slug).filled()
	k.stop(syscall.SIGKILL)
	b.line(false)
	b.until("!navigator.onLine")
	eval[bool](b, `(navigator.share = async o => { self.shared = o.url }, document.querySelector(".sh.i-whatsapp").click(), true)`)
	b.until("self.shared")
	b.waiting(1)
	k.again()
	b.line(true)
	k.wait("the share", func() bool { return k.articles(1)[0].Counts.Shares == 1 })
}

// release stands before a server and can make its worker another one, as the next release's is.
func release(t *testing.T, k *kabar) (proxy string, next *atomic.Bool) {
	t.Helper()
	to, err := url.Parse(k.url)
	if err != nil {
		t.Fatal(err)
	}
	next = new(atomic.Bool)
	p := httputil.NewSingleHostReverseProxy(to)
	p.ModifyResponse = func(r *http.Response) error {
		if next.Load() && strings.HasSuffix(r.Request.URL.Path, "/worker.js") {
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("// next\n"), r.Body))
			r.Header.Del("Content-Length")
			r.Header.Del("Etag")
			r.ContentLength = -1
		}
		return nil
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Accept-Encoding")
		r.Header.Del("If-None-Match")
		p.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL, next
}

// TestNewRelease: a page says that there is a new version, and takes it without losing its place; the other tab follows once nobody looks at it.
func TestNewRelease(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
	slug := k.articles(3)[0].Slug
	base, next := release(t, k)
	b := open(t).visit(base + "/brebes/" + slug).filled()
	other := b.beside().visit(base + "/brebes/").filled()
	next.Store(true)
	eval[bool](b, `(self.old = true, scrollTo(0, 400), document.dispatchEvent(new Event("visibilitychange")), true)`)
	eval[bool](other, `(self.old = true)`)
	b.until(`document.querySelector(".toast p")?.textContent == "Versi baru tersedia"`)
	b.do(chromedp.Click(chromedp.CSS(".toast button")))
	b.until("!self.old && document.readyState == 'complete'")
	b.until("Math.abs(scrollY - 400) < 40")
	// Chromium without a window shows every tab: only this says that the reader has turned to another.
	eval[bool](other, `(Object.defineProperty(document, "hidden", {value: true, configurable: true}), document.dispatchEvent(new Event("visibilitychange")), true)`)
	other.until("!self.old")
}

// TestFreshNews: what is published while the page is open is offered, and moves nothing until the reader asks for it.
func TestFreshNews(t *testing.T) {
	t.Parallel()
	k := serve(t, nil, `posts = "posts"`)
	write := func(i int) {
		t.Helper()
		post := fmt.Sprintf("---\ntitle: Berita %d\ndate: 2026-01-%02d 09:00\n---\nIsi berita.", i, i)
		if err := os.WriteFile(filepath.Join(k.dir, "posts", fmt.Sprintf("p%d.md", i)), []byte(post), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(k.dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(1)
	k.articles(1)
	b := open(t).visit(k.url + "/brebes/").live()
	for i := range 3 {
		write(2 + i)
	}
	k.articles(4)
	before := eval[string](b, `document.querySelector(".list").getBoundingClientRect().top + document.querySelector("h2 a").textContent`)
	b.until(`document.dispatchEvent(new Event("visibilitychange")) && document.querySelector(".fresh button")?.textContent == "3 berita baru"`)
	if after := eval[string](b, `document.querySelector(".list").getBoundingClientRect().top + document.querySelector("h2 a").textContent`); after != before {
		t.Errorf("the list moved from %s to %s", before, after)
	}
	if found := b.axe(); len(found) > 0 {
		t.Error(found)
	}
	b.do(chromedp.Click(chromedp.CSS(".fresh button")))
	b.until(`document.querySelectorAll(".item").length == 4 && !document.querySelector(".fresh button")`)
}

// TestWorkerOff: an operator can end the workers of an office; what others keep under the same origin stays.
func TestWorkerOff(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	k.articles(1)
	b := open(t).visit(k.url + "/brebes/").filled()
	eval[bool](b, `Promise.all(["lain", "kabar-brebes-2-pages"].map(n => caches.open(n).then(c => c.put("/x", new Response("x"))))).then(() => true)`)
	k.stop(syscall.SIGTERM)
	file := filepath.Join(k.dir, "kabar.toml")
	settings, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(settings, "offline = false\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	k.again()
	b.visit(k.url + "/brebes/")
	b.until(`(async () => (await navigator.serviceWorker.getRegistrations()).length == 0)()`)
	b.until("!navigator.serviceWorker.controller && document.readyState == 'complete'")
	if got := eval[string](b, `caches.keys().then(k => k.filter(n => n != "kabar-brebes-kept").sort().join())`); got != "kabar-brebes-2-pages,lain" {
		t.Errorf("caches left: %s", got)
	}
}

// TestSlowLine: what the network does not answer in three seconds, or answers with an error, comes from the device; errors are not kept, and what is
// kept is bounded.
func TestSlowLine(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
	list := k.articles(3)
	to, err := url.Parse(k.url)
	if err != nil {
		t.Fatal(err)
	}
	p := httputil.NewSingleHostReverseProxy(to)
	var trouble atomic.Value
	trouble.Store("")
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Service-Worker-Navigation-Preload") != "true" && r.Header.Get("Sec-Fetch-Dest") == "document" && trouble.Load() == "preload":
			w.WriteHeader(http.StatusTeapot)
		case trouble.Load() == "silent" && strings.HasPrefix(r.URL.Path, "/brebes/"):
			select {
			case <-over:
			case <-r.Context().Done():
			}
		case trouble.Load() == "error":
			http.Error(w, "bad gateway", http.StatusBadGateway)
		default:
			p.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(over) }) // before the server waits for them
	b := open(t).visit(s.URL + "/brebes/").filled()
	saved := `document.querySelector(".toast p")?.textContent.startsWith("Tersimpan · ")`
	for _, what := range []string{"silent", "error"} {
		trouble.Store(what)
		b.visit(s.URL + "/brebes/" + list[1].Slug)
		b.until(title + " == " + quote(list[1].Title) + " && " + saved)
	}
	b.visit(s.URL + "/brebes/tidak-ada")
	trouble.Store("")
	b.visit(s.URL + "/brebes/tidak-ada-juga")
	if eval[bool](b, `Promise.all(["/brebes/tidak-ada", "/brebes/tidak-ada-juga"].map(p => caches.match(p))).then(a => a.some(r => r))`) {
		t.Error("an error was kept")
	}
	eval[bool](b, `caches.open("kabar-brebes-pages").then(async c => { for (let i = 0; i < 120; i++) await c.put("/brebes/x" + i, new Response("x")) }).then(() => true)`)
	b.visit(s.URL + "/brebes/")
	b.until(`(async () => (await (await caches.open("kabar-brebes-pages")).keys()).length == 90)()`)
	if !eval[bool](b, `caches.match("/brebes/").then(r => !!r)`) {
		t.Error("the newest page was thrown out")
	}
	trouble.Store("preload") // only what the browser sends before the worker has started is answered
	b.visit(s.URL + "/brebes/" + list[2].Slug)
	b.until(title + " == " + quote(list[2].Title))
}

// TestBudget: two million bytes are fetched ahead, and no more until the reader agrees to what it says.
func TestBudget(t *testing.T) {
	t.Parallel()
	noise := func() string {
		b := make([]byte, 90_000)
		rand.Read(b)
		return base64.StdEncoding.EncodeToString(b)
	}
	var items strings.Builder
	for i := range 30 {
		fmt.Fprintf(&items, "<item><title>Panjang %d</title><link>https://kab-brebes.kpu.go.id/berita/%d</link><pubDate>%s</pubDate><description>%s</description></item>",
			i, i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), noise())
	}
	f := feeds(t, map[string]string{"kabar.xml": `<rss version="2.0"><channel><title>Kabar</title>` + items.String() + `</channel></rss>`})
	k := serve(t, []string{f + "/kabar.xml"})
	k.articles(30)
	b := open(t).visit(k.url + "/brebes/").filled()
	if bytes := eval[int](b, "kabar.filled.bytes"); bytes < 1_500_000 || bytes > 2_150_000 {
		t.Errorf("%d bytes were fetched ahead", bytes)
	}
	b.visit(k.url + "/brebes/aplikasi").filled()
	b.until(`/unduhan sekitar [0-9,]+ MB/.test(document.querySelector("[data-do=fill]").textContent)`)
}

// TestSaveData: nothing is fetched ahead over a line that is paid for by the byte, until the reader asks.
func TestSaveData(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	k.articles(8)
	b := open(t)
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, cdppage.AddScriptToEvaluateOnNewDocument, cdppage.AddScriptToEvaluateOnNewDocumentParams{
			Source: `Object.defineProperty(navigator, "connection", {value: {saveData: true, effectiveType: "4g"}})`})
		return err
	})
	b.visit(k.url + "/brebes/aplikasi")
	b.until(`!document.querySelector("[data-do=fill]").hidden`)
	if text := b.text(); !strings.Contains(text, "(unduhan sekitar 2 MB)") {
		t.Errorf("the download is not stated: %s", text)
	}
	if eval[bool](b, "!!kabar.filled") {
		t.Error("articles were fetched ahead")
	}
	b.do(chromedp.Click(chromedp.CSS("[data-do=fill]")))
	b.until(`kabar.filled?.pages == 9`)
	b.until(`document.querySelector("#simpanan").textContent.startsWith("8 halaman")`)
}

// What a page showed before its worker was there is kept from the browser's own cache, once.
func TestKeptOnce(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	k.wait("the pictures", func() bool {
		return !slices.ContainsFunc(k.articles(8), func(a article) bool { return a.Image == nil })
	})
	b := open(t).visit(k.url + "/brebes/").filled()
	b.until(`[...document.querySelectorAll(".item img")].every(i => i.complete)`)
	asked := eval[map[string]int](b, `new Promise(done => requestIdleCallback(() => done(performance.getEntriesByType("resource").map(e => new URL(e.name).pathname).filter(p => p.startsWith("/img/")).reduce((n, p) => (n[p] = (n[p] || 0) + 1, n), {}))))`)
	for path, n := range asked {
		if n > 2 {
			t.Errorf("%s was asked for %d times", path, n)
		}
	}
	if len(asked) < 8 {
		t.Errorf("%d pictures were asked for", len(asked))
	}
}

// TestOldPage: a page of the release before counts its view and is shared on today's server, and its app finds in the answers what it reads.
func TestOldPage(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	old, err := os.ReadFile("testdata/release/article.html")
	if err != nil {
		t.Fatal(err)
	}
	const slug = "penjelasan-untuk-apa-workshop-kehumasan-digelar"
	list := k.articles(8)
	k.pictures()
	to, err := url.Parse(k.url)
	if err != nil {
		t.Fatal(err)
	}
	p := httputil.NewSingleHostReverseProxy(to)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/brebes/"+slug {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(old)
			return
		}
		p.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	b := open(t).visit(s.URL + "/brebes/" + slug)
	b.until(`+document.querySelector("[data-views]").textContent > 0`)
	share := eval[string](b, `document.querySelector(".sh.i-whatsapp").getAttribute("href")`)
	if a := k.get(share); a.StatusCode != 302 || !strings.Contains(a.Header.Get("Location"), "wa.me") {
		t.Errorf("the share link answers %d %s", a.StatusCode, a.Header.Get("Location"))
	}
	for file, path := range map[string]string{"articles.json": "articles?limit=2", "article.json": "articles/" + list[0].Slug} {
		then, err := os.ReadFile(filepath.Join("testdata", "release", file))
		if err != nil {
			t.Fatal(err)
		}
		var was, is any
		if err := json.Unmarshal(then, &was); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(k.get("/api/v1/sites/brebes/"+path).body), &is); err != nil {
			t.Fatal(err)
		}
		for _, name := range missing("", was, is) {
			t.Errorf("%s: today's answer lacks %s", path, name)
		}
	}
}

// missing names what an answer of the release before had and today's has not, or has as something else.
func missing(at string, was, is any) (names []string) {
	switch was := was.(type) {
	case map[string]any:
		is, _ := is.(map[string]any)
		for name, v := range was {
			if _, ok := is[name]; !ok {
				names = append(names, at+"."+name)
			} else {
				names = append(names, missing(at+"."+name, v, is[name])...)
			}
		}
	case []any:
		is, _ := is.([]any)
		if len(was) > 0 && len(is) > 0 {
			names = missing(at+"[]", was[0], is[0])
		} else if len(was) > 0 {
			names = append(names, at)
		}
	default:
		if fmt.Sprintf("%T", was) != fmt.Sprintf("%T", is) {
			names = append(names, at)
		}
	}
	slices.Sort(names)
	return names
}

// What a reader reads while the database is away is shown, kept on the device, and counted once when the database is back.
func TestOutageDelivered(t *testing.T) {
	t.Parallel()
	pg, dsn := postgres(t)
	const during = 6
	k := &kabar{t: t, dir: t.TempDir()}
	k.serve(dsn, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(during + 1)}) + "/kabar.xml"})
	list := k.articles(during + 1)
	b := open(t).visit(k.url + "/brebes/").filled()
	b.visit(k.url + "/brebes/" + list[during].Slug)
	k.wait("the first view", func() bool { return k.views() == 1 })
	b.waiting(0)
	if err := pg.Halt(); err != nil {
		t.Fatal(err)
	}
	for i, a := range list[:during] {
		if b.visit(k.url + "/brebes/" + a.Slug); eval[string](b, title) != a.Title {
			t.Errorf("without the database %s shows %q", a.Slug, eval[string](b, title))
		}
		b.waiting(i + 1)
	}
	if err := pg.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	k.wait("the database", func() bool { return k.get("/api/v1/sites/brebes/articles").StatusCode == 200 })
	b.visit(k.url + "/brebes/")
	b.waiting(0)
	if got := k.views(); got != during+1 {
		t.Errorf("%d views, want %d", got, during+1)
	}
	eval[bool](b, `(dispatchEvent(new Event("online")), true)`)
	b.visit(k.url + "/brebes/")
	if got := k.views(); got != during+1 {
		t.Errorf("after another connection %d views, want %d", got, during+1)
	}
	t.Logf("%d of %d views that a browser made while the database was gone were delivered later and counted once", k.views()-1, during)
}
