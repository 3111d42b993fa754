//go:build browser

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// hostileTitles are what feeds have been seen to send, and what an attacker would.
var hostileTitles = []string{
	`"><script>document.title='x'</script>`, `" onerror=alert(1) x="`, `'onmouseover='alert(1)`, `</title></script><svg onload=alert(1)>`, `&lt;b&gt; &amp;amp; <i>miring</i>`,
	`<!-- --><![CDATA[ ]]>`, `\u003cscript\u003e \x3c`, "spasi   ganda", `{{.}} ${x} %s %d`, `Rapat 日本 ‮terbalik‬ 🗳️`,
}

// hostileNews starts an office with posts that have hostile titles and pictures.
func hostileNews(t *testing.T) *kabar {
	t.Helper()
	k := serve(t, nil, `posts = "posts"`)
	posts := filepath.Join(k.dir, "posts")
	if err := os.CopyFS(posts, os.DirFS(smallNews(t))); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(posts, "*.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	for i, title := range hostileTitles {
		text := fmt.Sprintf("---\ntitle: %q\ndate: 2026-11-%02d 09:00\nimage: %s\nimage_alt: %q\ncategory: %q\nsummary: %q\n---\n%s\n\n![%s](%s)\n\nIsi **berita**.",
			title, i+1, filepath.Base(names[i%len(names)]), title, title, title, "## Judul kecil", "gambar", filepath.Base(names[(i+1)%len(names)]))
		if err := os.WriteFile(filepath.Join(posts, fmt.Sprintf("h%d.md", i)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.wait("the news and its pictures", func() bool {
		list := k.articles(len(hostileTitles) + 8)
		for _, a := range list {
			if a.Image == nil {
				return false
			}
		}
		return true
	})
	return k
}

// snapshot is what must be the same before the app is there and after.
const snapshot = `JSON.stringify({tree: document.getElementById("root").outerHTML, height: document.documentElement.scrollHeight, scroll: scrollY,
	focus: document.activeElement.outerHTML.slice(0, 200), selection: getSelection().toString(), typed: document.querySelector(".q")?.value, title: document.title})`

// The app takes over what the server sent, and nobody can tell: the same tree, height, focus, selection, scroll, typed text and pictures.
func TestTakeover(t *testing.T) {
	t.Parallel()
	changes := []struct{ name, js string }{
		{"as sent", ""},
		{"translated", `for (const e of document.querySelectorAll("h1, h2 a, .sum, .meta span")) { // as Chrome's translator does
			const w = document.createTreeWalker(e, NodeFilter.SHOW_TEXT), texts = []
			while (w.nextNode()) texts.push(w.currentNode)
			for (const t of texts) { const f = document.createElement("font"), g = document.createElement("font"); f.style.verticalAlign = "inherit"
				t.replaceWith(f); f.append(g); g.append(t.data.toUpperCase()) } }
			document.documentElement.lang = "en"; document.documentElement.classList.add("translated-ltr")`},
		{"with an extension", `document.body.prepend(Object.assign(document.createElement("div"), {id: "ext1"}))
			document.querySelector("main").prepend(Object.assign(document.createElement("aside"), {textContent: "iklan"}))
			document.querySelector("h1, h2").append(Object.assign(document.createElement("b"), {textContent: "!"}))
			document.querySelector("main a").append(Object.assign(document.createElement("img"), {alt: ""}))
			document.querySelector("main p:not(:empty)").setAttribute("data-ext", "1")
			for (const a of document.querySelectorAll("main a")) a.dataset.seen = "1"
			const t = document.querySelector("main p:not(:empty), main time").firstChild; t.splitText && t.data.length > 4 && t.splitText(3)
			document.body.append(document.createElement("grammarly-desktop-integration"))`},
	}
	k := hostileNews(t)
	slug := k.articles(1)[0].Slug
	for _, path := range []string{"/brebes/", "/brebes/" + slug, "/embed/brebes"} {
		tab := open(t).direct()
		for _, language := range []string{"id", "en"} {
			for _, change := range changes {
				t.Run(language+path+" "+change.name, func(t *testing.T) {
					b := tab.in(t).visit(k.url + path + "?lang=" + language)
					b.until(`document.readyState == "complete" && document.querySelectorAll("img:not([loading=lazy])").length == [...document.querySelectorAll("img:not([loading=lazy])")].filter(i => i.complete && i.naturalWidth).length`)
					if strings.HasSuffix(path, slug) {
						b.until("kabar.counts") // the beacon's answer belongs to the page as it was
					}
					eval[bool](b, `(() => { `+change.js+`; return true })()`)
					eval[bool](b, `(() => {
						const links = document.querySelectorAll("main a, .embed a, #root a"), a = links[Math.min(3, links.length - 1)]
						a.focus({preventScroll: true})
						const q = document.querySelector(".q"); if (q) q.value = "pemilu"
						const text = document.querySelector("h1, h2")
						getSelection().setBaseAndExtent(text, 0, text, text.childNodes.length)
						scrollTo(0, 120)
						window.before = {focus: document.activeElement, images: [...document.images], title: text, scroll: scrollY}
						return true })()`)
					same := eval[string](b, snapshot)
					b.live()
					if got := eval[string](b, "kabar.adopted"); got != "all" {
						t.Errorf("adopted %s", got)
					}
					if got := eval[string](b, snapshot); got != same {
						t.Errorf("the page differs:\n%s", apart(same, got))
					}
					if got := eval[string](b, `[document.activeElement == before.focus && "focus", document.querySelector("h1, h2") == before.title && "nodes",
						[...document.images].every((i, n) => i == before.images[n]) && "images", document.querySelectorAll("#root").length].join()`); got != "focus,nodes,images,1" {
						t.Error("kept only", got)
					}
				})
			}
		}
	}
}

// apart shows two texts from where they part.
func apart(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	part := func(s string) string { return s[max(0, min(i, len(s))-60):min(len(s), i+120)] }
	return "before …" + part(a) + "\nafter  …" + part(b)
}

// After a take-over of a translated page the app shows other pages whole.
func TestTranslatedThenNavigated(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	list := k.articles(8)
	b := open(t).visit(k.url + "/brebes/")
	eval[bool](b, `(() => { for (const e of document.querySelectorAll("h1, h2 a")) { const f = document.createElement("font"); f.textContent = "translated"; e.firstChild.replaceWith(f) }; return true })()`)
	b.live()
	b.do(chromedp.Click(chromedp.CSS(".list .item:nth-child(3) h2 a")))
	b.until(`document.querySelector("article h1")?.textContent == ` + quote(list[2].Title))
	eval[bool](b, "history.back() ?? true")
	b.until(`document.querySelector("h1").textContent == "Berita Terkini"`)
	if got := eval[string](b, `[...document.querySelectorAll("h2")].map(h => h.textContent).join("|")`); !strings.HasPrefix(got, list[0].Title+"|"+list[1].Title) {
		t.Errorf("the list is %q", got)
	}
}

// A page that is not what the app would show is made right, whatever was done to it.
func TestDamagedPage(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	tab := open(t).direct()
	want := tab.visit(k.url + "/brebes/").live().text()
	for name, js := range map[string]string{
		"a headline gone":      `document.querySelector("h2").remove()`,
		"an article gone":      `document.querySelector(".item:nth-child(4)").remove()`,
		"two articles swapped": `document.querySelector(".list").append(document.querySelector(".item"))`,
		"the list gone":        `document.querySelector(".list").remove()`,
		"another element":      `const h = document.querySelector("h1"), n = document.createElement("h4"); n.append(...h.childNodes); h.replaceWith(n)`,
		"the footer gone":      `document.querySelector(".foot").remove()`,
		"everything gone":      `document.getElementById("root").replaceChildren()`,
	} {
		t.Run(name, func(t *testing.T) {
			b := tab.in(t).visit(k.url + "/brebes/")
			eval[bool](b, "(() => { "+js+"; return true })()")
			b.live()
			if got := b.text(); got != want && name != "two articles swapped" { // that one cannot be told from news in another order
				t.Errorf("shows %q,\nwant %q", got, want)
			}
		})
	}
}

// early runs a script before those of the page.
func (b *tab) early(js string) *tab {
	b.t.Helper()
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
		return err
	})
	return b
}

// Where the app would cost or could not run it does not start, and the page is whole.
func TestNoStart(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	title := k.articles(8)[0].Title
	for name, prepare := range map[string]func(*tab){
		"Save-Data":      func(b *tab) { b.early(`Object.defineProperty(navigator, "connection", {value: {saveData: true}})`) },
		"no WebAssembly": func(b *tab) { b.early("delete window.WebAssembly") },
		"a robot": func(b *tab) {
			b.command(func() error {
				_, err := chromedp.Call(b.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"})
				return err
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := open(t)
			prepare(b)
			b.visit(k.url + "/brebes/").do(chromedp.KeyEvent("\x01"))
			if eval[bool](b, "!!kabar.on") { // set within the key's own event
				t.Error("the app starts")
			}
			b.do(chromedp.Click(chromedp.CSS("h2 a")))
			b.until(`document.querySelector("article h1")?.textContent == ` + quote(title))
		})
	}
}

// watch collects what goes wrong in the page.
const watch = `window.wrong = []; window.warned = []
	addEventListener("error", e => wrong.push(e.message)); addEventListener("unhandledrejection", e => wrong.push("" + e.reason))
	console.warn = (...a) => warned.push(a.join(" "))`

// An app that cannot be had leaves the page as it is, and says so in the console only.
func TestFailedDownload(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	slug := k.articles(8)[0].Slug
	for _, blocked := range []string{"*://*:*/app/*.wasm", "*://*:*/app/start.*"} {
		t.Run(blocked, func(t *testing.T) {
			b := open(t).early(watch)
			b.command(func() error {
				if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
					return err
				}
				_, err := chromedp.Call(b.ctx, network.SetBlockedURLs, network.SetBlockedURLsParams{URLPatterns: []*network.BlockPattern{{URLPattern: blocked, Block: true}}})
				return err
			})
			b.visit(k.url + "/brebes/" + slug)
			b.until(`document.querySelector("[data-views]").textContent == "1"`)
			before := eval[string](b, snapshot)
			b.do(chromedp.KeyEvent("\x01"))
			b.until("warned.length")
			if got := eval[string](b, snapshot); got != before {
				t.Errorf("the page differs:\n%s", apart(before, got))
			}
			if got := eval[string](b, "wrong.join()"); got != "" {
				t.Errorf("errors: %s", got)
			}
			b.do(chromedp.Focus(chromedp.CSS("[data-do=copy]")), chromedp.KeyEvent("\r"))
			b.until(`document.querySelector(".said").textContent == "Tautan disalin"`)
		})
	}
}

// While the app comes over a slow line, and while it starts, no click is lost: it goes where it would have gone.
func TestClicksDuringStart(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	list := k.articles(8)
	mouse := func(b *tab, kind input.DispatchMouseEventType, x, y float64) {
		b.command(func() error {
			_, err := chromedp.Call(b.ctx, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: input.MouseButtonLeft, ClickCount: 1})
			return err
		})
	}
	for _, slow := range []bool{true, false} {
		t.Run(fmt.Sprint("slow ", slow), func(t *testing.T) {
			b := open(t)
			if slow {
				b.command(func() error {
					if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
						return err
					}
					_, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
						{URLPattern: "*://*:*/app/*.wasm", Latency: 50, DownloadThroughput: 20 << 10, UploadThroughput: -1}}})
					return err
				})
			}
			b.visit(k.url + "/brebes/")
			at := eval[[]float64](b, `(() => { const r = document.querySelector(".item:nth-child(2) h2 a").getClientRects()[0]; return [r.x + 20, r.y + r.height / 2] })()`)
			mouse(b, input.DispatchMouseEventTypeMousePressed, at[0], at[1]) // starts the app, too
			if !slow {
				b.until(`performance.getEntriesByType("resource").some(e => e.name.endsWith(".wasm") && e.responseEnd > 0)`)
				for range 5 { // the app waits for the finger, however idle the page is
					eval[bool](b, "new Promise(r => requestIdleCallback(() => r(true), {timeout: 200}))")
				}
				if eval[bool](b, "!!kabar.live") {
					t.Error("the app took over under the finger")
				}
			}
			mouse(b, input.DispatchMouseEventTypeMouseReleased, at[0], at[1])
			b.until(`document.querySelector("article h1")?.textContent == ` + quote(list[1].Title))
		})
	}
}

// In a frame the app starts at the first touch of the widget and not before, and takes over there as well.
func TestTakeoverInFrame(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	k.articles(8)
	b := open(t)
	b.command(func() error { // our own pages show no frames; this one stands in for a host, whose frame the test can look into
		_, err := chromedp.Call(b.ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
		return err
	})
	b.visit(k.url + "/brebes/privasi")
	eval[bool](b, `(() => { const f = document.createElement("iframe"); f.id = "frame"; f.src = "/embed/brebes"; f.width = 340; f.height = 500; document.body.prepend(f); return true })()`)
	b.until(`frame.contentWindow.kabar && frame.contentDocument.readyState == "complete"`)
	eval[bool](b, `(() => { window.w = frame.contentWindow; w.document.querySelector("a").focus(); w.focused = w.document.activeElement; w.dispatchEvent(new Event("scroll")); return true })()`)
	if eval[bool](b, "!!w.kabar.on") {
		t.Error("the app starts before the widget is touched")
	}
	before := eval[string](b, `w.document.getElementById("root").outerHTML`)
	b.do(chromedp.Focus(chromedp.CSS("#frame")))
	eval[bool](b, `(() => { w.focused.focus(); w.dispatchEvent(new KeyboardEvent("keydown", {key: "Tab", bubbles: true})); return true })()`)
	b.until("w.kabar.live")
	if got := eval[string](b, `w.document.getElementById("root").outerHTML`); got != before {
		t.Errorf("the widget differs:\n%s", apart(before, got))
	}
	if got := eval[string](b, "w.kabar.adopted + ' ' + (w.document.activeElement == w.focused)"); got != "all true" {
		t.Errorf("adopted and focus kept: %s", got)
	}
}
