//go:build browser

package e2e

import (
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// In the sandbox that WordPress puts around a provider it does not know, the news shows at its height, sharing leads to WhatsApp, and both are
// counted.
func TestWordPressFrame(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	a := k.articles(1)[0]
	for _, c := range []struct {
		name, path    string
		views, shares int64 // of the article, afterwards
	}{
		{"article", "/brebes/" + a.Slug, 1, 1},
		{"news", "/brebes/", 1, 1}, // a list counts no view, and this reader has shared the article today
	} {
		t.Run(c.name, func(t *testing.T) {
			h := openHost(t)
			h.visit(wordPress(t, k, c.path))
			k.wait("the frame to be shown", func() bool {
				return eval[bool](h.tab, `document.querySelector("iframe").getAttribute("style") === null`)
			})
			if !eval[bool](h.tab, `getComputedStyle(document.querySelector("blockquote")).display == "none"`) {
				t.Error("the quotation stands beside the frame")
			}
			f := h.frame(k)
			f.until(`document.querySelector("h1 a, h2 a")`)
			if got := eval[string](f, `document.querySelector(".item h1 a, .item h2 a").textContent + " " + origin`); got != a.Title+" null" {
				t.Errorf("the frame shows %q", got)
			}
			k.wait("the view", func() bool { return k.articles(1)[0].Counts.Views == c.views })
			// The count that came with it may have made the frame higher, which its host follows.
			k.wait("its height", func() bool {
				return eval[float64](h.tab, `document.querySelector("iframe").clientHeight`) == eval[float64](f, content) && eval[document](f, inside).High <= 0
			})
			if d := eval[document](f, inside); d.Wide > 0 || !d.Share {
				t.Errorf("cut off: %+v", d)
			}
			if eval[bool](h.tab, "document.documentElement.scrollWidth > innerWidth") {
				t.Error("the frame sticks out of the phone")
			}

			h.click(k, "iframe", f, "a[href*='/go/whatsapp']")
			k.wait("the share", func() bool { return k.articles(1)[0].Counts.Shares == c.shares })
			k.wait("WhatsApp", func() bool { return strings.HasPrefix(h.tried(), "https://wa.me/?text=KPU%20Brebes") })
			for _, m := range h.complaints() {
				t.Error(m)
			}
		})
	}
}

// content is how high the document is, in pixels, at least as high as WordPress makes any frame.
const content = "Math.max(200, Math.ceil(document.documentElement.getBoundingClientRect().height))"

// wordPress serves a post of WordPress 6 in which somebody pasted an address of ours: it finds our oEmbed answer as WordPress does, keeps of it
// what WordPress keeps, and marks that as WordPress marks it.
func wordPress(t *testing.T, k *kabar, path string) string {
	t.Helper()
	const secret = "Xk3Qp9ZtLm"
	link, ok := k.page(path).Find("link[type='application/json+oembed']").Attr("href")
	if !ok {
		t.Fatal(path, "cannot be discovered")
	}
	var found struct{ Version, Type, HTML string }
	res := k.get(strings.TrimPrefix(link, k.url) + "&maxwidth=600&maxheight=1000&dnt=1")
	if err := json.Unmarshal([]byte(res.body), &found); err != nil || found.Version != "1.0" || found.Type != "rich" {
		t.Fatal(res.body, err)
	}
	d, err := goquery.NewDocumentFromReader(strings.NewReader(found.HTML))
	if err != nil {
		t.Fatal(err)
	}
	quote, frame := d.Find("body > blockquote:first-child a"), d.Find("body > blockquote:first-child + iframe")
	if quote.Length() != 1 || frame.Length() != 1 {
		t.Fatal("WordPress wants a quotation and then a frame: ", found.HTML)
	}
	kept := ""
	for _, name := range []string{"width", "height", "title", "frameborder", "scrolling"} {
		if v, ok := frame.Attr(name); ok {
			kept += " " + name + `="` + html.EscapeString(v) + `"`
		}
	}
	embed := `<blockquote class="wp-embedded-content" data-secret="` + secret + `"><a href="` + html.EscapeString(quote.AttrOr("href", "")) + `">` + html.EscapeString(quote.Text()) +
		`</a></blockquote><iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" style="position: absolute; clip: rect(1px, 1px, 1px, 1px);" src="` +
		html.EscapeString(frame.AttrOr("src", "")+"#?secret="+secret) + `" data-secret="` + secret + `"` + kept + `></iframe>`
	post, err := os.ReadFile("testdata/wordpress.html")
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(strings.Replace(string(post), "<!-- oembed -->", embed, 1)))
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

// frame is the document of the only frame of ours.
func (h *host) frame(k *kabar) *tab {
	h.t.Helper()
	var found *tab
	k.wait("the frame", func() bool {
		for _, f := range h.frames(k) {
			found = f
		}
		return found != nil
	})
	return found
}

// click clicks in the middle of an element of a frame, as a reader's finger does: on the page. It points first until the frame has felt it: the browser
// learns a moment later where a frame stands that was just made higher, and until then gives the click to the page around it.
func (h *host) click(k *kabar, frame string, f *tab, selector string) {
	h.t.Helper()
	const middle = `(s => { const e = document.querySelector(s); e.scrollIntoView({block: "center"}); const r = e.getBoundingClientRect(); return [r.left, r.top, r.width / 2, r.height / 2] })`
	var x, y float64
	k.wait("the frame to feel the pointer", func() bool {
		in := eval[[]float64](f, middle+"("+quote(selector)+")")
		at := eval[[]float64](h.tab, "(r => [r.left, r.top])(document.querySelector("+quote(frame)+").getBoundingClientRect())")
		x, y = at[0]+in[0]+in[2], at[1]+in[1]+in[3]
		h.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, x, y))
		return eval[bool](f, `document.querySelector(`+quote(selector)+`).matches(":hover")`)
	})
	h.do(chromedp.MouseClickXY(x, y))
}
