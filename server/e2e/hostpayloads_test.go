//go:build browser

package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// sample is every nth payload that a search takes as it is.
func sample(hostile []string, nth int) (some []string) {
	for i, p := range hostile {
		if i%nth == 0 && len(p) <= 100 && strings.Join(strings.Fields(p), " ") == p {
			some = append(some, p)
		}
	}
	return some
}

// Some of the payloads go the way of a reader: a page of its own with its policy, its fragment and its scripts; and the app, which draws what was
// searched for and the titles that it finds.
func TestPayloadsOfReaders(t *testing.T) {
	t.Parallel()
	corpus, own := everyPayload(t)
	some := sample(append(own, corpus...), 41)
	k := hostileOffice(t, some)
	b := open(t).early(armed)
	clean := func(what string) {
		t.Helper()
		if found := eval[[]string](b, dangers); len(found) > 0 {
			t.Errorf("%s: %v", what, found)
		}
	}
	for i, p := range some {
		q := url.QueryEscape(p)
		b.visit(k.url + []string{"/brebes/?q=" + q, "/brebes/?category=" + q, "/brebes/" + url.PathEscape(p) + "?" + q + "=" + q, "/embed/brebes/share?url=http://localhost/x&title=" + q, "/brebes/pasang?url=" + q + "&title=" + q + "&layout=" + q + "&accent=" + q}[i%5] + "#" + p)
		if i%5 == 4 {
			if eval[bool](b, "ran.length > 0") { // it is made of forms
				t.Errorf("%q ran %q", p, eval[[]string](b, "ran"))
			}
			continue
		}
		clean(p)
	}
	b.visit(k.url + "/embed/brebes?limit=20")
	clean("the widget")
	b.visit(k.url + "/brebes/").live()
	follow := func(to, heading string) {
		t.Helper()
		eval[bool](b, fmt.Sprintf(`(() => { const a = document.createElement("a"); a.href = %s; document.querySelector(".foot").append(a); a.click(); a.remove(); return true })()`, jsString(t, to)))
		b.until(fmt.Sprintf(`document.querySelector("h1")?.textContent.includes(%s)`, jsString(t, heading)))
		clean("in the app, " + to)
	}
	for i, p := range some {
		if i%4 == 0 { // typed, not followed
			eval[bool](b, fmt.Sprintf(`(() => { const q = document.querySelector(".q"); q.value = %s; q.dispatchEvent(new Event("input", {bubbles: true})); return true })()`, jsString(t, p)))
			b.until(fmt.Sprintf(`document.querySelector("h1")?.textContent.includes(%s)`, jsString(t, p)))
			clean("typed, " + p)
			continue
		}
		follow("/brebes/?q="+url.QueryEscape(p), p)
	}
	for i, a := range k.every() {
		if i%5 == 0 && strings.Contains(a.Title, "<") {
			follow("/brebes/"+a.Slug, a.Title)
			follow("/brebes/", "")
		}
	}
}

// Whatever a host page's link has in its attributes and its text, the loader makes of it a frame of ours, with it as a title at most, or leaves the
// link; and in the frame it is text.
func TestPayloadsOfHosts(t *testing.T) {
	t.Parallel()
	corpus, own := everyPayload(t)
	k := serve(t, nil, "embed_anywhere = true\noffline = false")
	// The page's own script makes the links. It is on the same site as Kabar, though not its origin, so that one debugger sees the frames too.
	page := strings.Replace(somebody(t, `<body><script>
heard = new Map
addEventListener("message", e => e.data.found && heard.set(e.source, e.data.found))
// Frames out of view load when the reader comes to them; five need not wait for that.
const five = () => shared.slice(1, 6).map(a => a.nextElementSibling).every(f => f && (f.loading = "eager", heard.has(f.contentWindow)))
const add = (p, data) => {
	const a = document.createElement("a")
	a.className = "kabar"
	a.href = "`+k.url+`/brebes/"
	a.append(p)
	Object.assign(a.dataset, data)
	document.body.append(a)
	return a
}
const names = ["kabar", "limit", "layout", "theme", "accent", "lang", "height"]
make = all => {
	payloads = all
	refused = all.map((p, i) => add(p, {[names[i % 7]]: p}))
	shared = all.map((p, i) => add(p, i % 9 ? {kabar: "share", title: p, url: "http://localhost/x"} : {kabar: "share", title: p, url: p}))
	add("x", {["__proto__"]: "x"})
	add("x", {constructor: "x"})
	const s = document.createElement("script")
	s.src = "`+k.url+`/embed.js"
	document.body.append(s)
	return true
}
</script>`), "localhost", "127.0.0.1", 1)
	b := open(t).early(armed + "\naddEventListener('load', () => parent == self || origin == 'null' || location == 'about:blank' || parent.postMessage({found: " + dangers + "}, '*'))")
	for some := range slices.Chunk(append(corpus, own...), 50) {
		list, err := json.Marshal(some)
		if err != nil {
			t.Fatal(err)
		}
		b.visit(page)
		eval[bool](b, "make("+string(list)+")")
		b.until("shared.every(a => a.nextElementSibling?.localName == 'iframe') && five()")
		wrong := eval[[]string](b, `(() => {
	const wrong = refused.filter(a => !a.checkVisibility() || a.nextElementSibling?.localName == "iframe").map(a => "taken: " + a.outerHTML)
	for (const [i, a] of shared.entries()) {
		const f = a.nextElementSibling, u = new URL(f.src), p = payloads[i]
		if (u.origin + u.pathname != "`+k.url+`/embed/brebes/share" || u.hash || [...u.searchParams.keys()].join() != "url,title") wrong.push("leads to " + f.src)
		if (u.searchParams.get("title") != p) wrong.push("says " + u.searchParams.get("title"))
		if (f.title != p || [...f.attributes].some(x => !/^(title|loading|style|src|allow)$/.test(x.name))) wrong.push(f.outerHTML)
	}
	const others = [...document.querySelectorAll("body *")].filter(e => !/^(a|iframe|script)$/.test(e.localName))
	if (others.length) wrong.push(others.map(e => e.outerHTML).join())
	if ({}.x || Object.keys(Object.prototype).length) wrong.push("every object has more properties")
	return [...wrong, ...ran, ...[...heard.values()].flat()]
})()`)
		for _, w := range wrong {
			t.Errorf("%.300s", w)
		}
	}
}
