//go:build browser

package e2e

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

var hostShots = flag.String("hosts", "", "folder to write pictures of the host pages to, to be looked at")

// public is the address that the host pages of testdata know Kabar by.
const public = "https://berita.example.go.id"

// Kabar's widgets stand whole in pages of all kinds, on an origin that is not Kabar's, and leave them as they were.
func TestHosts(t *testing.T) {
	k := illustrated(t)
	newest := k.articles(8)[0].Title
	url := hosts(t, k)
	h := openHost(t)
	cases := []struct {
		page  string
		width int64
		media string
		dark  bool
		free  bool // the plain frame is the host's own: what its style does to it is its own affair
	}{
		{page: "bootstrap3", width: 360},
		{page: "tailwind", width: 360},
		{page: "meyer", width: 360},
		{page: "section", width: 360, free: true},
		{page: "jquery", width: 360},
		{page: "base", width: 360},
		{page: "important", width: 360, free: true},
		{page: "sidebar", width: 800},
		{page: "rtl", width: 360},
		{page: "dark", width: 360, dark: true},
		{page: "quirks", width: 360},
		{page: "table", width: 1000},
		{page: "csp", width: 360},
		{page: "prototype", width: 360},
		{page: "print", width: 700, media: "print"},
	}
	// Pages that a real WordPress wrote lie beside some checkouts; their licence keeps them out of this one.
	for _, width := range []int64{360, 1280} {
		if _, err := os.Stat(filepath.Join(wordpress, "article.html")); err == nil {
			cases = append(cases, cases[0])
			cases[len(cases)-1].page, cases[len(cases)-1].width = "article", width
		}
	}
	for _, c := range cases {
		t.Run(c.page, func(t *testing.T) {
			h.begin(t, c.width, c.media)
			h.visit(url + "/" + c.page + ".html?without")
			before := measure[string](h, "look()")
			names := eval[string](h.tab, globals)
			h.visit(url + "/" + c.page + ".html")
			h.loaded()

			if after := measure[string](h, "look()"); after != before {
				t.Errorf("the page looks different: %s", difference(before, after))
			}
			if after := eval[string](h.tab, globals); after != names {
				t.Errorf("the page has other globals: %s", difference(names, after))
			}
			if moved := measure[float64](h, "moved()"); moved != 0 {
				t.Errorf("what follows the widgets moved by %v pixels when they had loaded", moved)
			}
			for _, f := range measure[[]element](h, "elements()") {
				if !f.Shown || f.Width < 100 || f.Height < 100 {
					t.Errorf("not to be seen: %+v", f)
				}
				if f.Final != f.Height {
					t.Errorf("made %v pixels high, became %v: %s", f.Final, f.Height, f.Src)
				}
			}
			frames := h.frames(k)
			if len(frames) != 3 {
				t.Fatalf("%d frames of ours: %v", len(frames), frames)
			}
			for name, f := range frames {
				d := eval[document](f, inside)
				if d.Wide > 0 || d.High > 0 && !(c.free && name == "plain") {
					t.Errorf("the %s frame's content is cut off: %+v", name, d)
				}
				if name != "plain" && d.Spare != 0 {
					t.Errorf("the %s frame is %v pixels higher than its content", name, d.Spare)
				}
				if d.Dark != c.dark {
					t.Errorf("the %s frame is dark: %v", name, d.Dark)
				}
				if !d.Share {
					t.Errorf("the %s frame's link to WhatsApp cannot be clicked", name)
				}
				if name != "share" && !strings.HasPrefix(d.Text, newest) {
					t.Errorf("the %s frame shows %q first, want %q", name, d.Text, newest)
				}
			}
			for _, m := range h.complaints() {
				t.Error(m)
			}
			h.shot(c.page, c.width)
		})
	}
}

var ours = regexp.MustCompile(`<script [^>]*/embed\.js"?></script>`)

const wordpress = "../../../shared/hosts/wordpress-twentytwentyone"

// hosts serves the pages of testdata as somebody else's site, on another origin than Kabar's, and says where. Asked for ?without, a page has
// nothing of ours.
func hosts(t *testing.T, k *kabar) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/assets/", http.FileServer(http.Dir(wordpress)))
	mux.HandleFunc("/{page}", func(w http.ResponseWriter, r *http.Request) {
		src, err := os.ReadFile(filepath.Join("testdata/hosts", r.PathValue("page")))
		text := string(src)
		if err != nil {
			src, err = os.ReadFile(filepath.Join(wordpress, r.PathValue("page")))
			text = slot.ReplaceAllStringFunc(string(src), func(s string) string { return s + slots[s] })
		}
		if err != nil {
			http.NotFound(w, r)
			return
		}
		text = strings.ReplaceAll(text, public, k.url)
		if r.URL.RawQuery == "without" {
			text = ours.ReplaceAllString(strings.ReplaceAll(text, k.url+"/embed/brebes?limit=3", "about:blank"), "")
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(text))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

// slots is what goes where a real page leaves room.
var (
	slot  = regexp.MustCompile(`<div id="slot-(article|footer)"`)
	slots = map[string]string{
		`<div id="slot-article"`: `></div><h2 id="judul">Judul</h2><p id="atas">Teks.</p><a class="kabar" href="` + public + `/brebes/">Berita</a><script async src="` + public + `/embed.js"></script><div`,
		`<div id="slot-footer"`: `></div><a class="kabar" data-kabar="share" data-url="https://kab-brebes.kpu.go.id/x" href="` + public + `/brebes/">Bagikan</a><iframe src="` + public +
			`/embed/brebes?limit=3" title="Berita" width="100%" height="349" style="border:0"></iframe><p id="bawah">Selesai <a id="tautan" href="/">di sini</a>.</p><div`,
	}
)

// host is a tab that shows a page of somebody else. What is measured in it is measured in a world of its own, where nothing that the page did
// to its own world matters.
type host struct {
	*tab
	mu   sync.Mutex
	said []string
	away string // the address that could not be reached: from here nothing beyond this machine can
}

func openHost(t *testing.T) *host {
	h := &host{tab: open(t)}
	h.command(func() error { return chromedp.Listen(h.ctx, h.listen) })
	h.command(func() error {
		_, err := chromedp.Call(h.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: outside, WorldName: "test"})
		return err
	})
	return h
}

// begin forgets what was said, for another test in the same tab.
func (h *host) begin(t *testing.T, width int64, media string) {
	h.t = t
	h.mu.Lock()
	h.said = nil
	h.mu.Unlock()
	h.do(chromedp.EmulateViewport(width, 740, chromedp.EmulateScale(2), chromedp.EmulateTouch))
	h.command(func() error {
		_, err := chromedp.Call(h.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media})
		return err
	})
}

func (h *host) listen(ev any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		h.said = append(h.said, (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *page.EventFrameNavigated:
		h.away = e.Frame.UnreachableURL
	case *runtime.EventConsoleAPICalled:
		for _, a := range e.Args {
			h.said = append(h.said, string(e.Type)+": "+string(a.Value)+a.Description)
		}
	case *log.EventEntryAdded:
		theirs := e.Entry.Source == log.EntrySourceNetwork && !strings.HasPrefix(e.Entry.URL, "http://127.0.0.1") // what a host page cannot load
		if e.Entry.Level != log.EntryLevelVerbose && !theirs {
			h.said = append(h.said, string(e.Entry.Level)+": "+e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

// complaints are what the console of the page and of its frames showed.
func (h *host) complaints() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.said
}

// tried is where the page wanted to lead, off this machine.
func (h *host) tried() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.away
}

// measure evaluates one of the functions of outside.
func measure[T any](h *host, expression string) T {
	h.t.Helper()
	tree, err := chromedp.Call(h.ctx, page.GetFrameTree, struct{}{})
	if err != nil {
		h.t.Fatal(err)
	}
	world, err := chromedp.Call(h.ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: tree.FrameTree.Frame.ID, WorldName: "test"})
	if err != nil {
		h.t.Fatal(err)
	}
	v, err := chromedp.Run(h.ctx, chromedp.Evaluate[T](expression, func(p *runtime.EvaluateParams) { p.ContextID = world.ExecutionContextID }))
	if err != nil {
		h.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// loaded scrolls to the frames that have not said how high they are, until all three have.
func (h *host) loaded() {
	h.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		silent := measure[[]string](h, "silent()")
		if len(silent) == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			h.t.Fatalf("waited in vain for %v; the console: %v", silent, h.complaints())
		}
	}
}

// frames are the documents of our frames: another site's, so each is a target of its own.
func (h *host) frames(k *kabar) map[string]*tab {
	h.t.Helper()
	all, err := chromedp.Targets(h.ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	own := chromedp.FromContext(h.ctx).BrowserContextID
	frames := map[string]*tab{}
	for _, info := range all {
		if info.Type != "iframe" || info.BrowserContextID != own || !strings.HasPrefix(info.URL, k.url) {
			continue
		}
		name := "news"
		if strings.Contains(info.URL, "/share?") {
			name = "share"
		} else if strings.Contains(info.URL, "limit=3") {
			name = "plain"
		}
		frames[name] = h.attach(info.TargetID)
	}
	return frames
}

func (h *host) attach(id target.ID) *tab {
	ctx, cancel := chromedp.NewContext(h.ctx, chromedp.WithTargetID(id), chromedp.WithDetachOnCancel(), chromedp.WithListener(h.listen))
	h.t.Cleanup(cancel)
	return &tab{t: h.t, ctx: ctx}
}

// shot takes a picture of the whole page, when there is a folder for it.
func (h *host) shot(name string, width int64) {
	if *hostShots == "" {
		return
	}
	h.t.Helper()
	h.do(chromedp.EmulateViewport(width, eval[int64](h.tab, "Math.ceil(document.scrollingElement.scrollHeight)"), chromedp.EmulateScale(2), chromedp.EmulateTouch))
	eval[bool](h.tab, "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true), 500)))") // frames of another process paint when they do
	png, err := chromedp.Run(h.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*hostShots, name+".png"), png, 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// globals are the names that the page's scripts see, frames left out.
const globals = "Object.getOwnPropertyNames(window).filter(n => !/^\\d+$/.test(n)).join()"

// element is a frame as its host sees it, in pixels.
type element struct {
	Src                  string
	Width, Height, Final float64
	Shown                bool
}

// outside runs before a host page's own scripts, in a world of its own.
const outside = `{
const heights = new Map
let first
addEventListener("message", e => e.data?.message == "height" && heights.set(e.source, e.data.value))
const all = () => [...document.querySelectorAll("iframe")]
const end = () => document.getElementById("bawah").getBoundingClientRect().top + scrollY
// The first moment at which the widgets stand on the page: nothing of theirs has loaded yet.
new MutationObserver((_, o) => {
	if (all().length < 3 || !document.getElementById("bawah")) return
	o.disconnect()
	first = {end: end(), heights: all().map(f => f.getBoundingClientRect().height)}
}).observe(document, {childList: true, subtree: true})

self.silent = () => first ? all().filter(f => !heights.get(f.contentWindow)).map(f => (f.scrollIntoView(), f.src)) : ["the widgets"]
self.moved = () => end() - first.end
self.elements = () => all().map((f, i) => {
	f.scrollIntoView({block: "center"})
	const r = f.getBoundingClientRect()
	return {src: f.src, width: r.width, height: r.height, final: first.heights[i],
		shown: f.checkVisibility({opacityProperty: true, visibilityProperty: true}) && document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) == f}
})
// What the page's own elements look like, as it was made of its style.
self.look = () => ["judul", "atas", "bawah", "tautan"].map(id => document.getElementById(id)).map(e => {
	const s = getComputedStyle(e)
	return e.id + "{" + [...s].map(p => p + ":" + s.getPropertyValue(p)).join(";") + "}"
}).join("\n") + "\nwide " + Math.max(0, document.scrollingElement.scrollWidth - innerWidth)
}`

// document is the inside of one of our frames, in pixels.
type document struct {
	High, Wide, Spare float64 // content beyond the frame; frame beyond the content
	Share, Dark       bool
	Text              string
}

const inside = `(() => {
	const e = document.documentElement, a = document.querySelector("a[href*='/go/whatsapp']"), r = a.getBoundingClientRect()
	return {dark: getComputedStyle(document.body).backgroundColor == "rgb(21, 20, 18)", high: e.scrollHeight - e.clientHeight, wide: e.scrollWidth - e.clientWidth, spare: innerHeight - e.getBoundingClientRect().height,
		share: r.width >= 24 && r.height >= 24 && document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) == a, text: document.querySelector(".item h2, h2").textContent}
})()`

// difference is where two texts part.
func difference(a, b string) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	i = max(0, i-60)
	return fmt.Sprintf("%q became %q", a[i:min(len(a), i+160)], b[i:min(len(b), i+160)])
}

// somebody serves one page of somebody else's, on another origin than Kabar's.
func somebody(t *testing.T, body string) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, `<!doctype html><html lang="id"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Portal Kabupaten</title>`+body)
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}
