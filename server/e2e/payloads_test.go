//go:build browser

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// payloads reads the markup of a file of rows.
func payloads(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open("../source/testdata/payloads/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var p struct{ Payload string }
		if err := json.Unmarshal(s.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		out = append(out, p.Payload)
	}
	if err := s.Err(); err != nil || len(out) == 0 {
		t.Fatalf("%s: %d rows, %v", file, len(out), err)
	}
	return out
}

// armed notices whatever a payload brings about: a script that runs, and whatever else the page's policy has to stop.
const armed = `window.ran = []
for (const f of ["alert", "confirm", "prompt"]) window[f] = (...a) => { ran.push(f + " " + a) }
addEventListener("securitypolicyviolation", e => ran.push(e.effectiveDirective + " " + e.blockedURI))
addEventListener("error", e => e.message && ran.push(e.message))`

// dangers are what may stand on a page of ours whatever was sent: nothing.
const dangers = `(() => {
	const found = [...ran]
	for (const e of document.querySelectorAll("#root *")) {
		if (/^(script|style|link|meta|base|iframe|frame|object|embed|applet|svg|math|video|audio|form|input|button|textarea|select|template|noscript)$/i.test(e.localName) && !e.closest(".search, .share")) found.push("<" + e.localName + ">")
		for (const a of e.attributes) if (/^(on|style$|srcdoc|formaction|ping|background|xlink)/i.test(a.name)) found.push(e.localName + " " + a.name + "=" + a.value)
		for (const n of ["href", "src", "action", "cite"]) if (e.hasAttribute(n) && !/^(https?|mailto|tel):$/.test(new URL(e.getAttribute(n), location).protocol)) found.push(e.localName + " " + n + "=" + e.getAttribute(n))
	}
	for (const r of performance.getEntriesByType("resource")) if (new URL(r.name).origin != location.origin) found.push("loaded " + r.name)
	return found
})()`

// Hostile markup that comes by a feed, by a post and by a page without a feed is shown by a real browser, and nothing of it runs, loads, submits
// or frames; not on the server's page, and not where the app draws it.
func TestPayloads(t *testing.T) {
	t.Parallel()
	hostile := append(payloads(t, "markup.jsonl"), payloads(t, "feed-path.jsonl")...)
	const together = 30
	cdata := func(s string) string { return "<![CDATA[" + strings.ReplaceAll(s, "]]>", "]]]]><![CDATA[>") + "]]>" }
	var items, list strings.Builder
	articles := map[string]string{}
	posts := t.TempDir()
	n := 0
	for i := 0; i < len(hostile); i += together {
		some := hostile[i:min(i+together, len(hostile))]
		n++
		body := "<p>Isi berita.</p>" + strings.Join(some, "<hr>")
		fmt.Fprintf(&items, "<item><title>%s</title><link>https://kab-brebes.kpu.go.id/%d</link><guid>%d</guid><author>%s</author><category>%s</category><description>%s</description><pubDate>Mon, 26 Apr 2021 14:%02d:00 +0700</pubDate></item>",
			cdata(fmt.Sprintf("Umpan %d %s", n, some[0])), n, n, cdata(some[len(some)-1]), cdata(some[len(some)/2]), cdata(body), n)
		post := fmt.Sprintf("---\ntitle: %q\ndate: 2021-05-01 14:%02d\ncategory: %q\nauthor: %q\n---\nIsi berita.\n\n%s\n", fmt.Sprintf("Kiriman %d %s", n, some[1%len(some)]), n, some[0], some[0], strings.Join(some, "\n\n"))
		if err := os.WriteFile(filepath.Join(posts, fmt.Sprintf("p%d.md", n)), []byte(post), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, part := range [][]string{hostile[:200], hostile[200:400], hostile[400:]} {
		path := fmt.Sprintf("/berita/baca/%d/halaman", i)
		fmt.Fprintf(&list, `<h3><a href="%s">Halaman %d</a></h3>`, path, i)
		articles[path] = fmt.Sprintf(`<!doctype html><title>Halaman %d</title><h1>Halaman %d</h1><p class="tanggal">26 April 2021</p><div class="isi"><p>Isi berita yang cukup panjang untuk dibaca.</p>%s</div>`, i, i, strings.Join(part, "<hr>"))
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch r.URL.Path {
		case "/feed":
			w.Header().Set("Content-Type", "application/rss+xml")
			fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>Berita</title><link>https://kab-brebes.kpu.go.id</link>%s</channel></rss>`, items.String())
		case "/daftar":
			fmt.Fprintf(w, `<!doctype html><title>Berita</title><div class="daftar">%s</div>`, list.String())
		default:
			if articles[r.URL.Path] == "" {
				http.NotFound(w, r)
				return
			}
			w.Write([]byte(articles[r.URL.Path]))
		}
	}))
	t.Cleanup(site.Close)
	k := serve(t, []string{site.URL + "/feed"}, fmt.Sprintf("posts = %q\n[[site.page]]\nurl = %q\nlink = \".daftar a\"\ntitle = \"h1\"\nbody = \".isi\"", posts, site.URL+"/daftar"))
	all := k.articles(2*n + len(articles))

	b := open(t).early(armed)
	for _, a := range all {
		b.visit(k.url + "/brebes/" + a.Slug)
		if found := eval[[]string](b, dangers); len(found) > 0 {
			t.Errorf("%s: %v", a.Title, found)
		}
	}
	b.visit(k.url + "/brebes/").live()
	for _, a := range all[:10] {
		eval[bool](b, fmt.Sprintf(`(() => { const a = document.createElement("a"); a.href = %q; document.querySelector(".foot").append(a); a.click(); a.remove(); return true })()`, "/brebes/"+a.Slug))
		b.until(fmt.Sprintf(`location.pathname == %q && document.querySelector("article h1")?.textContent == %s`, "/brebes/"+a.Slug, jsString(t, a.Title)))
		if found := eval[[]string](b, dangers); len(found) > 0 {
			t.Errorf("in the app, %s: %v", a.Title, found)
		}
	}
	for _, path := range []string{"/brebes/", "/brebes/?q=%3Cscript%3Ealert(1)%3C/script%3E", "/brebes/?page=2", "/embed/brebes?limit=20", "/embed/brebes?limit=20&layout=cards&accent=%22%3E%3Cscript%3E", "/embed/brebes/" + all[0].Slug} {
		b.visit(k.url + path)
		if found := eval[[]string](b, dangers); len(found) > 0 {
			t.Errorf("%s: %v", path, found)
		}
	}
}

func jsString(t *testing.T, s string) string {
	t.Helper()
	j, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}

// What honest offices write is shown as they meant it.
func TestHonestMarkup(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"feed": rss("Pengumuman", strings.Join(payloads(t, "must-keep.jsonl"), ""))}) + "/feed"})
	b := open(t).visit(k.url + "/brebes/" + k.articles(1)[0].Slug)
	for what, js := range map[string]string{
		"quotes and spaces": `main.innerText.includes("Paragraf\u00a0satu “kutip” – tebal miring") && main.querySelector("strong, em")`,
		"a table":           `main.querySelector("table thead th") && main.querySelector("td[rowspan='2']") && main.innerText.includes("118.402")`,
		"a list":            `main.querySelector("ol[start='3'] > li > ul > li").textContent == "dua"`,
		"a quotation":       `main.querySelector("blockquote cite").textContent == "Ketua KPU"`,
		"Arabic":            `main.querySelector("[lang=ar][dir=rtl]").textContent == "بسم الله الرحمن الرحيم"`,
		"a link":            `main.querySelector("a[href='https://kab-brebes.kpu.go.id/download/pengumuman%20no.%2012.pdf']")`,
		"inline meaning":    `["sub", "sup", "del", "ins", "mark", "abbr[title='Daftar Pemilih Tetap']"].every(s => main.querySelector(s))`,
		"a caption":         `main.innerText.includes("Foto: Humas")`,
	} {
		if !eval[bool](b, `(() => { const main = document.querySelector("main"); return !!(`+js+`) })()`) {
			t.Errorf("%s is not shown", what)
		}
	}
}
