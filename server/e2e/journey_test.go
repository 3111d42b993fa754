//go:build browser

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/chromedp"
)

const seed = "KPU Brebes Gandeng Diskominfo Gelar Workshop Kehumasan"

// find returns the article with the title.
func find(t *testing.T, list []article, title string) article {
	t.Helper()
	for _, a := range list {
		if a.Title == title {
			return a
		}
	}
	t.Fatalf("no article %q among %d", title, len(list))
	return article{}
}

// A reader without JavaScript finds the news, reads the article whole, and shares it by plain links.
func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	a := find(t, k.articles(1), seed)
	b := open(t).noScript().visit(k.url + "/brebes/")
	b.do(chromedp.Click(chromedp.CSS("h2 a")), chromedp.WaitVisible(chromedp.CSS("article h1")))
	d := k.page("/brebes/" + a.Slug)
	text := strings.Join(strings.Fields(d.Find("main").Text()), " ")
	for _, want := range []string{seed, "Senin, 26 April 2021 14.05 WIB", "Oleh Humas KPU Brebes", "pungkasnya", "Bagikan", "Telah dilihat 0 kali", "Baca di situs kab-brebes.kpu.go.id"} {
		if !strings.Contains(text, want) {
			t.Errorf("the article lacks %q", want)
		}
	}
	// The click went to the article's own page, in the browser.
	var title string
	title, err := chromedp.Run(b.ctx, chromedp.Title())
	if err != nil || !strings.HasPrefix(title, seed) {
		t.Errorf("clicked to %q, %v", title, err)
	}
	want := map[string]string{
		"facebook": "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fkab-brebes.kpu.go.id%2Fberita%2Fbaca%2F7812%2F" + a.Slug,
		"whatsapp": "https://wa.me/?text=KPU%20Brebes%20Gandeng%20Diskominfo%20Gelar%20Workshop%20Kehumasan%20https%3A%2F%2Fkab-brebes.kpu.go.id%2Fberita%2Fbaca%2F7812%2F" + a.Slug,
	}
	d.Find(".share a").Each(func(_ int, s *goquery.Selection) {
		href, label := s.AttrOr("href", ""), s.AttrOr("aria-label", "")
		if !strings.HasPrefix(label, "Bagikan ") {
			t.Errorf("%s is called %q", href, label)
		}
		res := k.get(href)
		if res.StatusCode != 302 {
			t.Errorf("%s answers %d", href, res.StatusCode)
		}
		id := strings.TrimPrefix(strings.SplitN(href, "?", 2)[0], "/go/")
		if w, ok := want[id]; ok && res.Header.Get("Location") != w {
			t.Errorf("%s goes to\n%s, want\n%s", id, res.Header.Get("Location"), w)
		}
	})
	if n := d.Find(".share a").Length(); n != 9 {
		t.Errorf("%d share links, want 9", n)
	}
	// The page of settings, where nothing works, says why.
	b.visit(k.url + "/brebes/aplikasi")
	if got := b.text(); !strings.Contains(got, "memerlukan JavaScript") {
		t.Error("the page of settings:", got)
	}
}

// News, article, share, count, reload: the whole journey in the app, without a reload of the document until the reader asks for one.
func TestJourney(t *testing.T) {
	t.Parallel()
	k := illustrated(t)
	list := k.articles(8)
	k.pictures()
	b := open(t).visit(k.url + "/brebes/").live()
	eval[bool](b, "window.same = true")
	b.do(chromedp.Click(chromedp.CSS(".list .item:nth-child(2) h2 a")))
	b.until(`document.querySelector("article h1")?.textContent == ` + quote(list[1].Title))
	if !eval[bool](b, "window.same && scrollY == 0 && document.activeElement.id == 'isi'") {
		t.Error("going to an article reloaded, did not scroll up, or lost the focus")
	}
	if got := eval[string](b, "document.title + ' ' + document.querySelector('link[rel=canonical]').href"); !strings.HasPrefix(got, list[1].Title) || !strings.HasSuffix(got, "/brebes/"+list[1].Slug) {
		t.Errorf("title and canonical address are %q", got)
	}
	b.until(`document.querySelector("[data-views]").textContent == "1"`) // live, from the answer of the beacon
	// The mean colour of each picture stands there before the picture, on pages that the app drew as well.
	if got := eval[string](b, `[...document.querySelectorAll(".pic")].filter(p => getComputedStyle(p).backgroundColor != "rgb(" + [1, 3, 5].map(i => parseInt(/ c([0-9a-f]{6})/.exec(p.className)[1].substr(i - 1, 2), 16)).join(", ") + ")").map(p => p.className).join()`); got != "" || eval[int](b, `document.querySelectorAll(".pic").length`) == 0 {
		t.Errorf("pictures without their colours: %q", got)
	}
	eval[bool](b, "history.back() ?? true")
	b.until(`document.querySelector("h1").textContent == "Berita Terkini" && location.pathname == "/brebes/"`)
	eval[bool](b, "history.forward() ?? true")
	b.until(`document.querySelector("article h1")?.textContent == ` + quote(list[1].Title))
	if !eval[bool](b, "window.same") {
		t.Error("going back and forward reloaded the document")
	}
	if k.get("/go/telegram?site=brebes&article="+list[1].Slug).StatusCode != 302 {
		t.Error("sharing does not redirect")
	}
	b.do(chromedp.Reload())
	b.until(`document.querySelector("[data-views]").textContent == "1"`) // the same reader, the same day
	k.wait("one view and one share", func() bool {
		a := find(t, k.articles(8), list[1].Title)
		return a.Counts.Views == 1 && a.Counts.Shares == 1
	})
}

// Searching as one types changes the list and the address, and each letter is not a step back.
func TestSearch(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	k.articles(8)
	b := open(t).visit(k.url + "/brebes/").live()
	n := eval[int](b, "history.length")
	b.do(chromedp.SendKeys(chromedp.CSS(".q"), "engagement"))
	b.until(`location.search == "?q=engagement" && document.querySelector("h1").textContent.includes("engagement")`)
	if got := eval[string](b, "document.querySelector('.q').value"); got != "engagement" {
		t.Errorf("the field holds %q", got)
	}
	if eval[int](b, "history.length") != n {
		t.Error("typing made steps in the history")
	}
	// From a category, too, all news is searched, and the page says nothing else.
	const found, current = `[...document.querySelectorAll(".item h2")].map(h => h.textContent).join()`, `document.querySelector(".cats [aria-current]")?.textContent`
	want := eval[string](b, found)
	b.visit(k.url + "/brebes/?category=Pengumuman").live()
	b.do(chromedp.SendKeys(chromedp.CSS(".q"), "engagement"))
	b.until(`location.search == "?q=engagement" && ` + found + ` == ` + quote(want))
	b.visit(k.url + "/brebes/?category=Pengumuman&q=engagement")
	if got := eval[string](b, found); got != want || eval[bool](b, current+" != null") {
		t.Errorf("with a category in the address %q is found, without %q", got, want)
	}
	if d := k.page("/brebes/?q=engagement"); d.Find(".item").Length() == 0 || d.Find(".item").Length() == 8 {
		t.Errorf("without the app the search finds %d", d.Find(".item").Length())
	}
}

func quote(s string) string { return `"` + strings.ReplaceAll(s, `"`, `\"`) + `"` }

// Every page is free of what axe-core can see, in both themes, and its text can be doubled in size without scrolling sideways.
func TestAccessibility(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	slug := k.articles(8)[0].Slug
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			tab := open(t).direct().media("prefers-color-scheme", theme)
			for _, path := range []string{"/brebes/", "/brebes/?q=humas", "/brebes/" + slug, "/brebes/privasi", "/brebes/pasang", "/brebes/pasang?widget=share&url=x", "/brebes/tidak-ada", "/embed/brebes", "/embed/brebes/" + slug} {
				t.Run(path, func(t *testing.T) {
					b := tab.in(t).visit(k.url + path)
					for _, v := range b.axe() {
						t.Error(v)
					}
					eval[string](b, "document.documentElement.style.fontSize = '200%'")
					if w := eval[int](b, "document.documentElement.scrollWidth"); w > 360 {
						t.Errorf("at twice the text size the page is %d pixels wide on a phone of 360", w)
					}
				})
			}
		})
	}
}

// Older news comes below what is shown, without a reload, and each article once.
func TestOlder(t *testing.T) {
	t.Parallel()
	k := serve(t, nil, `posts = "posts"`)
	if err := os.Mkdir(filepath.Join(k.dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range 25 {
		post := fmt.Sprintf("---\ntitle: Berita nomor %d\ndate: 2026-01-%02d 09:00\n---\nIsi.", i, i+1)
		if err := os.WriteFile(filepath.Join(k.dir, "posts", fmt.Sprintf("p%d.md", i)), []byte(post), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.articles(25)
	b := open(t).visit(k.url + "/brebes/").live()
	b.do(chromedp.Click(chromedp.CSS(".older")))
	b.until("document.querySelectorAll('.item').length == 20")
	b.do(chromedp.Click(chromedp.CSS(".older")))
	b.until("document.querySelectorAll('.item').length == 25 && !document.querySelector('.older')")
	if n := eval[int](b, "new Set([...document.querySelectorAll('.item h2')].map(h => h.textContent)).size"); n != 25 {
		t.Errorf("%d different articles of 25", n)
	}
	// Without the app the same news is on three pages.
	seen := map[string]bool{}
	for _, p := range []string{"", "?page=2", "?page=3"} {
		k.page("/brebes/" + p).Find(".item h2").Each(func(_ int, s *goquery.Selection) { seen[s.Text()] = true })
	}
	if len(seen) != 25 {
		t.Errorf("%d different articles on three pages", len(seen))
	}
	if res := k.get("/brebes/?page=4"); res.StatusCode != 404 {
		t.Errorf("page 4 of 3 answers %d", res.StatusCode)
	}
}

// Copying works before the app is there and after, by keyboard, and says so.
func TestCopy(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	b := open(t).visit(k.url + "/brebes/" + k.articles(8)[0].Slug)
	for _, when := range []string{"before", "after"} {
		eval[bool](b, `document.querySelector(".said").textContent = "", window.copied = "", document.addEventListener("copy", () => copied = getSelection().toString() || document.activeElement.value), true`)
		b.do(chromedp.Focus(chromedp.CSS("[data-do=copy]")), chromedp.KeyEvent("\r"))
		b.until(`document.querySelector(".said").textContent == "Tautan disalin"`)
		if got := eval[string](b, "copied"); got != eval[string](b, "location.href") {
			t.Errorf("%s the app: copied %q", when, got)
		}
		b.live()
	}
}
