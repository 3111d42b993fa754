//go:build browser

package e2e

import (
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestLikes: what a reader chooses holds from the first paint of every page, and stays on the device.
func TestLikes(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
	k.articles(3)
	b := open(t).visit(k.url + "/brebes/")
	plain := eval[float64](b, `parseFloat(getComputedStyle(document.documentElement).fontSize)`)
	b.do(chromedp.Click(chromedp.CSS(".aa")))
	b.until(`location.pathname.endsWith("/aplikasi") && kabar.turned`)
	if found := b.axe(); len(found) > 0 {
		t.Error(found)
	}
	if strings.Contains(b.text(), "memerlukan JavaScript") {
		t.Error("the page asks for JavaScript, and has it")
	}
	b.do(chromedp.Click(chromedp.CSS("[name=theme][value=dark]")), chromedp.Click(chromedp.CSS(`[name=size][value="2"]`)))
	b.until(`document.documentElement.dataset.theme == "dark"`)
	b.visit(k.url + "/brebes/")
	if got := eval[string](b, `getComputedStyle(document.body).backgroundColor`); got != "rgb(21, 20, 18)" {
		t.Error("the dark page is", got)
	}
	if got := eval[float64](b, `parseFloat(getComputedStyle(document.documentElement).fontSize)`); got != plain*1.25 {
		t.Errorf("the letters have %v px, and had %v", got, plain)
	}
	if n := eval[int](b, "document.documentElement.scrollWidth"); n > 360 {
		t.Errorf("with large letters the page is %d pixels wide", n)
	}
	if b.visit(k.url + "/brebes/aplikasi"); !eval[bool](b, `document.querySelector("[name=theme][value=dark]").checked && document.querySelector('[name=size][value="2"]').checked`) {
		b.until(`document.querySelector("[name=theme][value=dark]").checked`)
	}
	if got := eval[string](b, "document.cookie"); got != "" {
		t.Error("a cookie was set:", got)
	}
}

// TestKeep: an article is kept until the reader takes it out, and survives what makes room for others.
func TestKeep(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
	a := k.articles(3)[1]
	b := open(t).visit(k.url + "/brebes/" + a.Slug).filled()
	b.do(chromedp.Click(chromedp.CSS("[data-do=keep]")))
	b.until(`document.querySelector("[data-do=keep]").ariaPressed == "true" && document.querySelector(".said").textContent == "Disimpan untuk dibaca nanti"`)
	if found := b.axe(); len(found) > 0 {
		t.Error(found)
	}
	eval[bool](b, `caches.delete("kabar-brebes-pages")`)
	b.visit(k.url + "/brebes/aplikasi")
	b.until(`document.querySelector("#disimpan a")?.textContent == ` + quote(a.Title))
	eval[bool](b, `caches.delete("kabar-brebes-pages")`)
	k.stop(syscall.SIGKILL)
	b.visit(k.url + "/brebes/" + a.Slug)
	if got := eval[string](b, title); got != a.Title {
		t.Errorf("offline it shows %q", got)
	}
	b.until(`document.querySelector("[data-do=keep]").ariaPressed == "true"`)
	b.do(chromedp.Click(chromedp.CSS("[data-do=keep]")))
	b.until(`document.querySelector(".said").textContent == "Tidak lagi disimpan"`)
	if b.visit(k.url + "/brebes/" + a.Slug); !strings.Contains(b.text(), "Anda sedang luring") {
		t.Error("it is still there")
	}
}

// TestResume: a reader who left in the middle is offered to go on, on the article's page and on the news page.
func TestResume(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
	a := k.articles(3)[1]
	b := open(t).visit(k.url + "/brebes/" + a.Slug)
	b.until("kabar.turned")
	eval[bool](b, `(scrollTo(0, 900), true)`)
	b.until(`localStorage["kabar.places"]?.includes(` + quote(a.Slug) + `)`)
	b.visit(k.url + "/brebes/")
	b.until(`document.querySelector(".toast p")?.textContent == ` + quote("Lanjutkan: "+a.Title))
	b.do(chromedp.Click(chromedp.CSS(".toast button")))
	b.until(`location.hash == "#lanjut" && Math.abs(scrollY - 900) < 40`)
}

// TestKeys: single letters do what the help sheet says, not while one types, and not at all when they are switched off.
func TestKeys(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
	list := k.articles(3)
	b := openSized(t, 1024, 700).visit(k.url + "/brebes/")
	b.until("kabar.turned")
	focus := `document.activeElement.textContent`
	b.do(chromedp.KeyEvent("j"), chromedp.KeyEvent("j"))
	b.until(focus + ` == ` + quote(list[1].Title))
	b.do(chromedp.KeyEvent("k"))
	b.until(focus + ` == ` + quote(list[0].Title))
	b.do(chromedp.KeyEvent("?"))
	b.until(`document.querySelector("dialog[open] dl").textContent.includes("Berita berikutnya")`)
	if found := b.axe(); len(found) > 0 {
		t.Error("the help sheet:", found)
	}
	b.do(chromedp.KeyEvent("\x1b"))
	b.until(`!document.querySelector("dialog")`)
	b.do(chromedp.KeyEvent("t"))
	b.until(`document.documentElement.dataset.theme == "dark"`)
	b.do(chromedp.KeyEvent("/"))
	b.until(`document.activeElement.name == "q"`)
	b.do(chromedp.KeyEvent("t")) // the driver types the / as well, which a keyboard does not
	b.until(`document.activeElement.value.endsWith("t")`)
	if eval[string](b, `document.documentElement.dataset.theme`) != "dark" {
		t.Error("typing changed the colours")
	}
	b.visit(k.url + "/brebes/aplikasi")
	b.until("kabar.turned")
	b.do(chromedp.Click(chromedp.CSS("[name=keys]")))
	b.until(`document.documentElement.dataset.keys == "off"`)
	b.visit(k.url + "/brebes/")
	b.until("kabar.turned")
	b.do(chromedp.KeyEvent("t"))
	if eval[string](b, `document.documentElement.dataset.theme`) != "dark" {
		t.Error("the shortcuts are not off")
	}
}

// TestCategoriesByKey: a category that has the focus is seen whole, its ring too.
func TestCategoriesByKey(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	k.articles(8)
	b := open(t).visit(k.url + "/brebes/")
	n := eval[int](b, `(document.querySelector(".go").focus(), document.querySelectorAll(".cats a").length)`)
	for range n {
		b.do(chromedp.KeyEvent("\t"))
		b.until(`new Promise(done => requestAnimationFrame(() => setTimeout(() => done(true))))`)
		if got := eval[string](b, `(e => { const a = e.getBoundingClientRect(), row = e.closest(".cats ul").getBoundingClientRect()
			return a.left - row.left < 5 || row.right - a.right < 5 || a.top - row.top < 5 || row.bottom - a.bottom < 5 ? e.textContent : "" })(document.activeElement)`); got != "" {
			t.Errorf("%s is cut off", got)
		}
	}
	if !eval[bool](b, `document.activeElement.matches(".cats li:last-child a") && document.querySelector(".cats ul").scrollLeft > 0`) {
		t.Error("the last category was not reached, or all fit in")
	}
}

// TestReadMark: a headline that was followed looks read.
func TestReadMark(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(2)}) + "/kabar.xml"})
	k.articles(2)
	b := open(t).visit(k.url + "/brebes/")
	color := `getComputedStyle(document.querySelector(".item h2 a")).color`
	before := eval[string](b, color)
	b.until("kabar.turned")
	b.do(chromedp.Click(chromedp.CSS(".item h2 a")))
	b.until(`localStorage["kabar.read"]`)
	b.visit(k.url + "/brebes/")
	b.until(color + ` != ` + quote(before))
	b.live()
	eval[bool](b, `(document.querySelectorAll(".item h2 a")[1].click(), true)`)
	b.until(`document.querySelector("article h1") && history.back() == null`)
	b.until(`document.querySelectorAll(".item h2 a[data-read]").length == 2`)
}
