package source

import (
	"encoding/json"
	"fmt"
	"html"
	"runtime"
	"strings"
	"testing"
)

// opening opens 400 elements, each unlike the others, in a paragraph; they stand open in all that follows.
func opening(each string) string {
	var b strings.Builder
	b.WriteString("<p>")
	for i := range 400 {
		b.WriteString(strings.ReplaceAll(each, "#", fmt.Sprint(i)))
	}
	return b.String() + "</p>"
}

var wide = "<p><b " + func() (s string) {
	for i := range 2000 {
		s += fmt.Sprintf(" a%d", i)
	}
	return s
}() + "></p>"

// reopenings are beginnings after which a parser makes hundreds of elements, or much of one, for every "<p>x".
var reopenings = map[string]string{
	"bold":                         opening("<b id=#>"),
	"in capitals, with a slash":    opening("<B/id=#/>"),
	"links in blocks":              opening("<a id=#><table></table>"),
	"without attributes":           "<p>" + strings.Repeat("<b><big><code><em><font><i><s><small><strike><strong><tt><u>", 3) + "</p>",
	"no break":                     opening("<nobr id=#>"),
	"closed in an attribute":       opening(`<b id=#><i a="</b>"></i>`),
	"closed in a comment":          opening(`<b id=#><!-- > </b> -->`),
	"closed in another scope":      opening(`<b id=#><applet></b></applet>`),
	"closed in a table":            opening(`<b id=#><table></b></table>`),
	"closed below too many blocks": opening(`<b id=#>` + strings.Repeat("<div>", 9) + "</b>" + strings.Repeat("</div>", 9)),
	"in a drawing's title":         "<svg><title>" + opening("<b id=#>") + "</title></svg>",
	"behind another reading":       "<svg><noscript><i a='</noscript><i c=\"'>" + opening("<b id=#>") + "\">",
	"behind a section":             "<svg><![CDATA[><!--]]></svg>" + opening("<b id=#>") + "<!-- -->",
	"in a template":                "<template>" + opening("<b id=#>"),
	"with many attributes":         wide,
	"a link with many attributes":  strings.Replace(wide, "<b", "<a", 1),
}

// Whatever foreign HTML says, what is made of it is in proportion to its length, and its text stays.
func TestForeignHTMLIsAffordable(t *testing.T) {
	base := mustURL(t, "https://kab.example/berita/1")
	atom := func(text string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://kab.example/"><title>a</title><entry><id>1</id><title>Berita</title>` + text + `</entry></feed>`
	}
	doors := map[string]func(string){
		"post": func(s string) { ParsePost("a.md", []byte("---\ntitle: Berita\ndate: 2026-01-02\n---\n\n"+s), wib) },
		"page": func(s string) {
			ParsePage([]byte("<h1>Berita hari ini</h1>"+s), "text/html", base, wib, Page{}, Link{})
		},
		"list":   func(s string) { ParseList([]byte(s), "text/html", base, "") },
		"markup": func(s string) { Nodes(s, base) },
		"feed": func(s string) {
			ParseFeed([]byte(`<rss version="2.0"><channel><title>a</title><description>`+html.EscapeString(s)+`</description><item><title>Berita</title><description>`+html.EscapeString(s)+`</description></item></channel></rss>`), "", base, wib)
		},
		"feed, Atom": func(s string) {
			ParseFeed([]byte(atom(`<content type="html">`+html.EscapeString(s)+`</content>`)), "", base, wib)
		},
		"feed, Atom with a section": func(s string) {
			ParseFeed([]byte(atom(`<content type="html"><![CDATA[`+strings.ReplaceAll(s, "]]>", "")+`]]></content>`)), "", base, wib)
		},
		"feed, JSON": func(s string) {
			quoted, _ := json.Marshal(s)
			ParseFeed([]byte(`{"version":"https://jsonfeed.org/version/1.1","title":"a","items":[{"id":"1","title":"Berita","content_html":`+string(quoted)+`}]}`), "", base, wib)
		},
	}
	for what, s := range reopenings {
		s += strings.Repeat("<p>x", 2500)
		if got := markupOf(Nodes(s, base)); strings.Count(got, "x") < 2400 && !strings.Contains(what, "behind") {
			t.Errorf("%s: the text is gone: %.200s", what, got)
		}
		for door, through := range doors {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			through(s)
			runtime.ReadMemStats(&after)
			if made := after.TotalAlloc - before.TotalAlloc; made > 2000*uint64(len(s)) {
				t.Errorf("%s, %s: %d bytes make %d", door, what, len(s), made)
			}
		}
		if root, err := parseDocument([]byte(s)); err == nil {
			count := 0
			for range root.Descendants() {
				count++
			}
			if count > 2*len(s)+1<<14 {
				t.Errorf("%s: %d bytes make %d nodes", what, len(s), count)
			}
		}
	}
}

// What honest pages say is parsed as it is.
func TestHonestMarkupStays(t *testing.T) {
	for _, s := range []string{
		strings.Repeat(`<p style="a"><strong><em>a</em></strong> <a href="/x" class="b" title="c &lt;br&gt;"><i class="fa fa-x"></i> b</a></p><!-- a -->`, 500),
		strings.Repeat(`<li><a href="/x"><svg viewBox="0 0 1 1"><title>a</title><path d="M0"/></svg></a><a href="/y"><img src="data:"><noscript><img src="/a"></noscript></a></li>`, 500),
		strings.Repeat(`<tr><td><b>1</b><td><font color="red"><p>a<p>b</font><td><b id=x>c</tr>`, 50),
		strings.Repeat(`<a href="/x" title="Lihat::<b>a</b>">a</a> <font face="x"><table><tr><td>a</td></tr></table></font>`, 30),
	} {
		if affordable(s) != s {
			t.Errorf("changed: %.200s", s)
		}
	}
}
