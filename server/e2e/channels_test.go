//go:build browser

package e2e

import (
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kabar/app/news"
)

// bare is a page of the test's own, without any policy, that has other pages' bytes parsed and run one after another in a frame of it. What a page
// let through would run there, where the policy would have stopped it; and it takes a tenth of the time of going to the page.
type bare struct {
	*tab
	url   string
	mu    sync.Mutex
	pages []string
}

// loaded is what became of one page of many.
type loaded struct {
	Page  int
	Ran   []string // scripts
	Extra []string // kinds of elements that the harmless page has not, or not so often
	Title string   // what it shows as such
}

// A kind of element is its name, the names of its attributes, and where what it names leads.
const bareScript = `
const scheme = v => { try { return new URL(v, "http://x").protocol.replace("https", "http") } catch { return "nowhere" } }
const kind = e => e.localName + [...e.attributes].map(a => " " + a.name + (/^(href|src|action|cite|formaction)$/.test(a.name) ? "=" + scheme(a.value) : e.localName == "script" && a.name == "type" ? "=" + a.value : "")).sort().join("")
const count = d => {
	const n = {}
	for (const e of d.querySelectorAll("*")) n[kind(e)] = (n[kind(e)] || 0) + 1
	return n
}
const load = async ({harmless, pages}) => {
	let f, w, d, ran
	const out = [], hook = () => {
		f?.remove()
		f = document.createElement("iframe")
		f.sandbox = "allow-scripts allow-same-origin"
		f.hidden = true
		document.body.append(f)
		w = f.contentWindow
		d = f.contentDocument
		w.fetch = async () => ({json: () => ({counts: {}})})
		for (const n of ["alert", "confirm", "prompt"]) w[n] = a => ran.push(n + " " + a)
	}
	const allowed = []
	hook()
	for (const [i, html] of pages.entries()) {
		ran = []
		if (f.contentDocument != d) hook()
		d.open()
		const done = new Promise(r => w.addEventListener("load", r))
		w.addEventListener("error", e => e.message && ran.push(e.message))
		d.write(html)
		d.close()
		await Promise.race([done, new Promise(r => setTimeout(r, 5e3))])
		await scheduler.postTask(() => 0)
		const n = count(d)
		if (i < harmless) allowed.push(n)
		const extra = allowed.map(a => Object.keys(n).filter(k => n[k] > (a[k] || 0))).sort((a, b) => a.length - b.length)[0]
		out.push({Page: i, Ran: ran, Extra: extra, Title: d.querySelector("h1, [data-title]")?.textContent || d.querySelector("[data-title]")?.dataset.title || ""})
	}
	await new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))
	return out
}`

func openBare(t *testing.T) *bare {
	b := &bare{tab: open(t)}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, "<!doctype html><title>Tanpa kebijakan</title><body><script>"+bareScript+"</script>")
		case "/pages":
			b.mu.Lock()
			defer b.mu.Unlock()
			json.NewEncoder(w).Encode(b.pages)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	b.visit(s.URL)
	return b
}

// load loads pages; the first are the harmless ones that the others are held against.
func (b *bare) load(pages []string, harmless int) []loaded {
	b.t.Helper()
	b.mu.Lock()
	b.pages = pages
	b.mu.Unlock()
	return eval[[]loaded](b.tab, fmt.Sprintf(`fetch("/pages").then(r => r.json()).then(pages => load({harmless: %d, pages}))`, harmless))
}

// still wants that in none of the pages anything ran or stands that the harmless ones have not, and that so many show markup as the text that it is.
func (b *bare) still(channel string, pages []string, harmless, shown int) {
	b.t.Helper()
	n := 0
	for _, l := range b.load(pages, harmless) {
		if len(l.Ran) > 0 || len(l.Extra) > 0 {
			b.t.Errorf("%s, page %d (%.80q): ran %q, has %q", channel, l.Page, l.Title, l.Ran, l.Extra)
		}
		if strings.Contains(l.Title, "<") {
			n++
		}
	}
	if n < shown {
		b.t.Errorf("%s: %d pages show markup as text: the payloads did not come as far as that", channel, n)
	}
}

// all reads many of our pages at once.
func (k *kabar) all(paths []string) []string {
	k.t.Helper()
	out := make([]string, len(paths))
	var wait sync.WaitGroup
	next := make(chan int)
	for range 2 {
		wait.Go(func() {
			for i := range next {
				out[i] = k.get(paths[i], "Accept-Encoding", "identity").body
			}
		})
	}
	for i := range paths {
		next <- i
	}
	close(next)
	wait.Wait()
	return out
}

// every lists all articles.
func (k *kabar) every() []article {
	k.t.Helper()
	var all []article
	for before, more := "", true; more; more = before != "" {
		var list struct {
			Articles []article
			Next     string
		}
		if err := json.Unmarshal([]byte(k.get("/api/v1/sites/brebes/articles?limit=50&before="+url.QueryEscape(before)).body), &list); err != nil {
			k.t.Fatal(err)
		}
		all, before = append(all, list.Articles...), list.Next
	}
	return all
}

// hostileOffice is an office whose articles have payloads as titles, by a feed and as posts, and as addresses; and one article of each kind that
// is harmless and has all that an article can have.
func hostileOffice(t *testing.T, hostile []string) *kabar {
	t.Helper()
	const harmless = "Wajar"
	var titles, addresses strings.Builder
	item := func(b *strings.Builder, n int, title, link, guid, author string) {
		day := 27
		if b == &addresses {
			day = 26
		}
		e := html.EscapeString
		fmt.Fprintf(b, `<item><title>%s</title><link>%s</link><guid isPermaLink="true">%s</guid><enclosure url="%s" type="image/jpeg" length="1"/><author>%s</author><category>%s</category><description>Isi berita.</description><pubDate>%s</pubDate></item>`,
			e(e(title)), e(link), e(guid), e(link), e(author), e(author), time.Date(2021, 4, day, 0, 0, n, 0, time.UTC).Format(time.RFC1123Z))
	}
	posts := t.TempDir()
	post := func(name, title string) {
		quoted, _ := json.Marshal(title) // a string of JSON is one of YAML
		if err := os.WriteFile(filepath.Join(posts, name+".md"), fmt.Appendf(nil, "---\ntitle: %s\ndate: 2021-05-01 14:00\nauthor: Humas\ncategory: Berita\n---\nIsi berita.\n", quoted), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	item(&titles, 0, harmless+" umpan", "https://kab-brebes.kpu.go.id/wajar", "https://kab-brebes.kpu.go.id/wajar", "Humas")
	item(&addresses, 0, harmless+" alamat", "https://kab-brebes.kpu.go.id/wajar-alamat", "https://kab-brebes.kpu.go.id/wajar-alamat", "Humas")
	post("wajar", harmless+" kiriman")
	for i, p := range hostile {
		p = strings.Map(func(r rune) rune { // what XML cannot hold at all
			if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
				return -1
			}
			return r
		}, strings.ToValidUTF8(p, ""))
		item(&titles, i+1, p, fmt.Sprint("https://kab-brebes.kpu.go.id/", i), fmt.Sprint("t", i), p)
		item(&addresses, i+1, fmt.Sprint("Alamat ", i), p, p, "Humas")
		post(fmt.Sprintf("p%03d", i), p)
	}
	channel := func(items *strings.Builder) string {
		return `<?xml version="1.0"?><rss version="2.0"><channel><title>Berita</title><link>https://kab-brebes.kpu.go.id</link>` + items.String() + `</channel></rss>`
	}
	site := feeds(t, map[string]string{"titles": channel(&titles), "addresses": channel(&addresses)})
	k := serve(t, []string{site + "/titles", site + "/addresses"}, fmt.Sprintf("posts = %q\npublic_stats = true\noffline = false\nembed_anywhere = true\n\n[[site]]\nid = \"kosong\"\nname = \"Kosong\"", posts))
	k.wait("all sources", func() bool {
		return strings.Count(k.get("/api/v1/sites/brebes/articles?q="+harmless).body, `"slug"`) == 3
	})
	return k
}

// Each payload as what readers search for, as the title of an article that came by a feed or as a post, as an article's address, and as what a host
// page says of its own article: loaded by Chromium, none runs, and none makes an element that a harmless one does not make.
func TestPayloadChannels(t *testing.T) {
	t.Parallel()
	corpus, own := everyPayload(t)
	hostile := append(corpus, own...)
	b := openBare(t)
	k := hostileOffice(t, hostile)
	search, share := []string{"/kosong/?q=x"}, []string{"/embed/brebes/share?url=http://localhost/x&title=x", "/embed/brebes/share?url=x"}
	for _, p := range hostile {
		p = p[:min(len(p), 1500)] // three times as long in an address, which may have 16 KB
		q := url.QueryEscape(p)
		search = append(search, "/kosong/?q="+q+"&"+q+"="+q)
		share = append(share, "/embed/brebes/share?title="+q+"&url="+url.QueryEscape("http://localhost/"+p)+"&theme="+q+"&accent="+q+"&lang="+q+"&limit="+q)
	}
	b.still("search", k.all(search), 1, 500)
	b.still("share widget", k.all(share), 2, 500)

	// The harmless article of each kind comes first.
	var titles, cards, addresses []string
	for _, a := range k.every() {
		to, path := &titles, "/brebes/"+a.Slug
		switch {
		case strings.HasPrefix(a.Title, "Alamat ") || a.Title == "Wajar alamat":
			to, path = &addresses, "/embed/brebes/"+a.Slug
		case strings.HasPrefix(a.URL, k.url):
			to, path = &cards, "/embed/brebes/"+a.Slug
		}
		if strings.HasPrefix(a.Title, "Wajar ") {
			*to = slices.Insert(*to, 0, path)
		} else {
			*to = append(*to, path)
		}
	}
	b.still("title by a feed", k.all(titles), 1, 400)
	b.still("title of a post", k.all(cards), 1, 400)
	b.still("address by a feed", k.all(addresses), 1, 0)
	if len(titles) < len(hostile) || len(cards) < len(hostile) || len(addresses) < len(hostile) {
		t.Errorf("%d titles, %d posts and %d addresses of %d", len(titles), len(cards), len(addresses), len(hostile))
	}

	// Lists of them: the addresses are the oldest.
	lists := []string{"/brebes/?page=150"}
	for page := range 2 * len(hostile) / news.PageSize {
		lists = append(lists, fmt.Sprintf("/brebes/?page=%d", page+2))
	}
	b.still("news page", k.all(lists), 1, 0)

	// The statistics show twenty articles of a day.
	var reports []string
	for day := range 6 {
		at := time.Now().UTC().Add(-time.Duration(day+1) * 24 * time.Hour)
		some := cards[20*day : 20*day+20]
		if day == 0 {
			some = addresses[:20]
		}
		var events []string
		for i, path := range some {
			events = append(events, fmt.Sprintf(`{"id":"statistik-%d-%d","type":"view","article":%q,"via":"offline","at":%q}`, day, i, filepath.Base(path), at.Format(time.RFC3339)))
		}
		if a := k.do("POST", "/api/v1/sites/brebes/events", `{"events":[`+strings.Join(events, ",")+"]}"); a.StatusCode != 200 || strings.Contains(a.body, "rejected") {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		d := at.Add(7 * time.Hour).Format(time.DateOnly) // in Jakarta
		reports = append(reports, "/brebes/statistik?from="+d+"&to="+d)
	}
	b.still("statistics", k.all(reports), 1, 0)
}

// What an address says that leads nowhere is not in the answer at all.
func TestPayloadsInNoAddress(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	corpus, own := everyPayload(t)
	hostile := append(corpus, own...)
	places := []string{"/tiada/", "/tiada/a/b/", "/embed/", "/embed/tiada/", "/img/", "/app/", "/go/"}
	for place, below := range places {
		want := ""
		for i, p := range append([]string{"wajar"}, hostile...) {
			if i > 0 && i%len(places) != place {
				continue
			}
			a := k.get(below + url.PathEscape(p[:min(len(p), 1500)]) + "?q=" + url.QueryEscape(p[:min(len(p), 1500)]))
			if want == "" {
				want = a.body
			}
			if a.StatusCode != 404 || a.body != want {
				t.Errorf("%s%q: %d %.300s", below, p, a.StatusCode, a.body)
			}
		}
	}
}

// Ways to have a script run by itself, in today's browsers.
var running = []string{`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>`,
	`<video><source onerror=alert(1)></video>`, `<body onpageshow=alert(1)>`, `<link rel=stylesheet href=x onerror=alert(1)>`, `<iframe src=about:blank onload=alert(1)></iframe>`, `<math><mtext></p><img src=x onerror=alert(1)>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<ScRiPt >alert(1)</sCrIpT >`}

// Ways out of where a page may put a text, and pages that let each out.
var (
	waysOut = []string{``, `">`, `'>`, `</title>`, `</textarea>`, `</style>`, `</script>`, `"}]}</script>`, `-->`, `]]>`}
	tooOpen = `<!doctype html><title>{}</title><h1>{}</h1><input value="{}"><input value='{}'><textarea>{}</textarea><style>{}</style><script type="application/json">{"a":[{"b":"{}"}]}</script><!--{}--><p>`
)

// everyPayload is the corpus, which is about markup, and ours, which is about where the markup is put.
func everyPayload(t *testing.T) (corpus, own []string) {
	corpus = append(payloads(t, "markup.jsonl"), payloads(t, "feed-path.jsonl")...)
	for _, out := range waysOut {
		for _, r := range running {
			own = append(own, out+r)
		}
	}
	return corpus, own
}

// The tests here see what runs: where a page lets the payloads through, each of ours runs, and all but a few of the corpus leave an element that a
// harmless one does not.
func TestPayloadsRun(t *testing.T) {
	t.Parallel()
	corpus, own := everyPayload(t)
	b := openBare(t)
	pages := []string{strings.ReplaceAll(tooOpen, "{}", "x")}
	for i, p := range append(own, corpus...) {
		if i < len(own) || i%4 == 0 {
			pages = append(pages, strings.ReplaceAll(tooOpen, "{}", p))
		}
	}
	still := 0
	for _, l := range b.load(pages, 1)[1:] {
		if l.Page <= len(own) && len(l.Ran) == 0 {
			t.Errorf("does not run: %s", own[l.Page-1])
		}
		if len(l.Extra) == 0 {
			still++
		}
	}
	if still > len(corpus)/4/10 {
		t.Errorf("%d payloads are not seen", still)
	}
}
