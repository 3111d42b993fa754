package source

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"kabar/app/news"
)

var (
	wib  = news.Site{TimeZone: "Asia/Jakarta"}.Location()
	wita = news.Site{TimeZone: "Asia/Makassar"}.Location()
)

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// markupOf writes nodes as HTML, as the pages do.
func markupOf(nodes []news.Node) string {
	var b strings.Builder
	for _, n := range nodes {
		if n.Kind == news.Text {
			b.WriteString(html.EscapeString(n.Text))
			continue
		}
		b.WriteString("<" + string(n.Kind))
		attr := func(name, value string) {
			if value != "" {
				fmt.Fprintf(&b, ` %s="%s"`, name, html.EscapeString(value))
			}
		}
		number := func(name string, v int) {
			if v != 0 {
				attr(name, strconv.Itoa(v))
			}
		}
		attr("href", n.Href)
		if n.Image != nil {
			attr("src", n.Image.Src)
			attr("alt", n.Image.Alt)
			number("width", n.Image.Width)
			number("height", n.Image.Height)
		}
		attr("title", n.Title)
		attr("lang", n.Lang)
		attr("dir", n.Dir)
		number("start", n.Start)
		attr("type", n.Type)
		number("colspan", n.ColSpan)
		number("rowspan", n.RowSpan)
		attr("align", n.Align)
		b.WriteByte('>')
		if n.Kind != "br" && n.Kind != "hr" && n.Kind != "img" {
			b.WriteString(markupOf(n.Nodes) + "</" + string(n.Kind) + ">")
		}
	}
	return b.String()
}

// reread parses HTML as a browser does and writes it again.
func reread(t testing.TB, markup string) string {
	t.Helper()
	nodes, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Fatalf("reread: %v\n%s", err, markup)
	}
	var write func(n *html.Node) string
	write = func(n *html.Node) string {
		if n.Type == html.TextNode {
			return html.EscapeString(n.Data)
		}
		s := "<" + n.Data
		for _, a := range n.Attr {
			s += fmt.Sprintf(` %s="%s"`, a.Key, html.EscapeString(a.Val))
		}
		s += ">"
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			s += write(c)
		}
		if n.Data != "br" && n.Data != "hr" && n.Data != "img" {
			s += "</" + n.Data + ">"
		}
		return s
	}
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(write(n))
	}
	return b.String()
}

// checkTree holds a body to what app/news says of nodes, and to what pages and the app rely on.
func checkTree(t testing.TB, nodes []news.Node) {
	t.Helper()
	count := 0
	checkNodes(t, nodes, 0, false, &count)
	if count > 3*maxNodes {
		t.Errorf("%d nodes", count)
	}
	if markup := markupOf(nodes); reread(t, markup) != markup {
		t.Errorf("a browser would read another tree:\n%s\n%s", markup, reread(t, markup))
	}
}

func checkNodes(t testing.TB, nodes []news.Node, depth int, pre bool, count *int) {
	t.Helper()
	if depth > 3*maxDepth {
		t.Errorf("nested %d deep", depth)
		return
	}
	for i, n := range nodes {
		*count++
		if n.Kind == news.Text {
			switch {
			case n.Text == "":
				t.Error("an empty text")
			case i > 0 && nodes[i-1].Kind == news.Text:
				t.Errorf("texts side by side: %q, %q", nodes[i-1].Text, n.Text)
			case len(n.Nodes) > 0 || n.Image != nil || n.Href != "":
				t.Errorf("a text with more than text: %+v", n)
			case strings.ContainsAny(n.Text, "\r\x00\f"):
				t.Errorf("text with a control character: %q", n.Text)
			case !pre && (strings.ContainsAny(n.Text, "\n\t") || strings.Contains(n.Text, "  ")):
				t.Errorf("white space not folded: %q", n.Text)
			case pre && i == 0 && strings.HasPrefix(n.Text, "\n"):
				t.Errorf("preformatted text begins with a line end: %q", n.Text)
			}
			continue
		}
		if !news.Kinds[n.Kind] {
			t.Errorf("kind %q", n.Kind)
		}
		if n.Text != "" {
			t.Errorf("%s with a text of its own: %q", n.Kind, n.Text)
		}
		if (n.Kind == "a") != (n.Href != "") {
			t.Errorf("%s with href %q", n.Kind, n.Href)
		}
		if n.Href != "" {
			checkAddress(t, n.Href, "http", "https", "mailto", "tel")
		}
		if (n.Kind == "img") != (n.Image != nil) {
			t.Errorf("%s with image %v", n.Kind, n.Image)
		}
		if n.Image != nil {
			checkAddress(t, n.Image.Src, "http", "https", "file")
			if n.Image.Alt != strings.TrimSpace(n.Image.Alt) {
				t.Errorf("alt is not trimmed: %q", n.Image.Alt)
			}
		}
		if n.Title != strings.TrimSpace(n.Title) {
			t.Errorf("title is not trimmed: %q", n.Title)
		}
		void := n.Kind == "br" || n.Kind == "hr" || n.Kind == "img"
		if void && len(n.Nodes) > 0 {
			t.Errorf("%s with children", n.Kind)
		}
		if !void && n.Kind != "td" && n.Kind != "th" && len(n.Nodes) == 0 {
			t.Errorf("an empty %s", n.Kind)
		}
		checkNodes(t, n.Nodes, depth+1, pre || n.Kind == "pre", count)
	}
}

func checkAddress(t testing.TB, s string, schemes ...string) {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Errorf("address %q: %v", s, err)
		return
	}
	ok := false
	for _, scheme := range schemes {
		ok = ok || u.Scheme == scheme
	}
	if !ok || (u.Scheme == "http" || u.Scheme == "https") && u.Host == "" || u.User != nil || strings.ContainsAny(s, " \t\r\n\"<>\\") && u.Scheme != "file" {
		t.Errorf("address %q", s)
	}
}
