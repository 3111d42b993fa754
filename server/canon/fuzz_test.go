package canon_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"kabar/server/canon"
)

// FuzzTree builds a tree from the bytes, has go-app write it and canon rewrite it, and wants a parser to build the same tree.
func FuzzTree(f *testing.F) {
	for _, seed := range []string{
		"", "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", hostile + hostile + hostile,
		strings.Repeat("\x07\x03\x09", 40), strings.Repeat("\xff\xfe<\n&\"", 30), strings.Repeat("\n\r\x00 <a>\u2028", 20),
		"The quick brown fox jumps over the lazy dog, 0123456789 times; then it <sleeps> & \"dreams\" till 'morning'.",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(sameTree)
}

// TestTrees does the same with trees that are larger than a fuzzer finds soon; each run has the same ones.
func TestTrees(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		data := make([]byte, 200+random.IntN(4000))
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		sameTree(t, data)
	}
}

func sameTree(t *testing.T, data []byte) {
	g := generator{data: data}
	tree := g.element("div", 0, false)
	var want strings.Builder
	tree.dump(&want, 0)

	var first string
	for i := range 20 { // go-app orders attributes at random
		in := app.HTMLString(tree.ui())
		got, err := canon.HTML(in)
		if err != nil {
			t.Fatalf("HTML(%q): %v", in, err)
		}
		if i == 0 {
			first = got
			if parsed := parse(t, got); parsed != want.String() {
				t.Fatalf("HTML(%q)\n= %q\nwhich is the tree\n%s\nwant\n%s", in, got, parsed, want.String())
			}
		}
		if got != first {
			t.Fatalf("one tree, two outputs:\n%q\n%q", first, got)
		}
	}
}

// FuzzHTML gives canon what go-app did not write. It must not panic, and what it lets pass must hold no program.
func FuzzHTML(f *testing.F) {
	for _, seed := range []string{
		"", "<", "</", "<p", "<p ", "<p a", `<p a="`, `<p a="\`, "<p>\n</p>", "<div>\n  <p></p>\n</div>", "<br>", "<pre>\n</pre>", "&#34;",
		`<p a="\xff\u2028"></p>`, "<div>\n\n  <b></b>\n  a\n</div>", `<img onerror="x">`, "<textarea>&lt;/textarea&gt;</textarea>",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out, err := canon.HTML(in)
		if err != nil {
			return
		}
		z := html.NewTokenizer(strings.NewReader(out))
		for z.Next() != html.ErrorToken {
			token := z.Token()
			if token.Data == "script" && token.Type != html.TextToken {
				t.Fatalf("HTML(%q) = %q has a script", in, out)
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" {
					t.Fatalf("HTML(%q) = %q has a handler", in, out)
				}
			}
		}
	})
}

// node is a tree as it was built: an element, or a text where tag is empty.
type node struct {
	tag   string
	text  string
	attrs map[string]string
	kids  []*node
}

var voids = []string{"br", "img", "input", "wbr"}

// ui builds the tree anew, since go-app's elements are used once.
func (n *node) ui() app.UI {
	if n.tag == "" {
		return app.Text(n.text)
	}
	if slices.Contains(voids, n.tag) {
		e := app.ElemSelfClosing(n.tag)
		for name, value := range n.attrs {
			e.Attr(name, value)
		}
		return e
	}
	e := app.Elem(n.tag)
	for name, value := range n.attrs {
		e.Attr(name, value)
	}
	var kids []app.UI
	for _, kid := range n.kids {
		kids = append(kids, kid.ui())
	}
	return e.Body(kids...)
}

// dump writes the tree that a browser should end up with.
func (n *node) dump(b *strings.Builder, depth int) {
	indent := strings.Repeat(" ", depth)
	if n.tag == "" {
		if n.text != "" {
			fmt.Fprintf(b, "%s%q\n", indent, characters(n.text))
		}
		return
	}
	fmt.Fprintf(b, "%s%s", indent, n.tag)
	names := make([]string, 0, len(n.attrs))
	for name := range n.attrs {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := n.attrs[name]
		if name != "value" {
			value = strings.TrimSpace(value)
		}
		switch name { // go-app makes lists of these
		case "style":
			value = strings.TrimLeft(value, ";")
		case "srcset":
			value = strings.TrimLeft(value, ", ")
		}
		if value == "" {
			continue
		}
		if name == "hidden" || name == "disabled" {
			if on, _ := strconv.ParseBool(value); !on {
				continue
			}
			value = ""
		}
		fmt.Fprintf(b, " %s=%q", name, characters(value))
	}
	b.WriteByte('\n')
	for _, kid := range n.kids {
		kid.dump(b, depth+1)
	}
}

// characters is s with U+FFFD for what HTML cannot hold.
func characters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && !strings.ContainsRune("\t\n\f\r", r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// parse writes the tree that x/net/html reads from s, as dump does.
func parse(t *testing.T, s string) string {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(s), context)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(n *html.Node, depth int)
	walk = func(n *html.Node, depth int) {
		indent := strings.Repeat(" ", depth)
		switch n.Type {
		case html.TextNode:
			fmt.Fprintf(&b, "%s%q\n", indent, n.Data)
		case html.ElementNode:
			fmt.Fprintf(&b, "%s%s", indent, n.Data)
			slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
			for _, a := range n.Attr {
				fmt.Fprintf(&b, " %s=%q", a.Key, a.Val)
			}
			b.WriteByte('\n')
		default:
			t.Fatalf("%q holds a node of type %d: %q", s, n.Type, n.Data)
		}
		for kid := range n.ChildNodes() {
			walk(kid, depth+1)
		}
	}
	for _, n := range nodes {
		walk(n, 0)
	}
	return b.String()
}

// generator makes a tree that HTML can express: block elements only where they may stand, no link in a link, no texts side by side.
type generator struct{ data []byte }

func (g *generator) byte() int {
	if len(g.data) == 0 {
		return 0
	}
	c := g.data[0]
	g.data = g.data[1:]
	return int(c)
}

// scraps are strings that break out of something, somewhere.
var scraps = []string{
	hostile, "true", "false", "1", " ", "\n", "\r", "\r\n", "\n  ", "\n\n    ", "\n</p>", "<script>alert(1)</script>", "</textarea>", "</pre>", "&amp;", "&#34;", "&lt;!--",
	"-->", "<!--", "\x00", "\xff\xfe", "\xe2\x82", "\u2028", "\ufeff", "\u0085", "\u00a0", "\ufffd", "\uffff", `\x22`, `\`, `"`, "'", "`", "=", ">", "\f", "\v", "\t",
	"\U0001F600", "\U000E0001", "javascript:alert(1)", "]]>", "&", "&nbsp", "héllo",
}

func (g *generator) string() string {
	var b strings.Builder
	for n := g.byte() % 5; n > 0; n-- {
		if c := g.byte(); c&1 == 0 {
			b.WriteString(scraps[c/2%len(scraps)])
		} else {
			n := min(c/2%9, len(g.data))
			b.Write(g.data[:n])
			g.data = g.data[n:]
		}
	}
	return b.String()
}

var (
	blocks     = []string{"div", "section", "p", "pre", "ul", "h2", "table", "textarea", "figure", "button", "details"}
	inlines    = []string{"span", "strong", "em", "code", "a", "label", "time"}
	attributes = []string{"alt", "href", "title", "class", "id", "srcset", "value", "aria-hidden", "data-x", "hidden", "disabled", "content", "style"}
	only       = map[string]string{"ul": "li", "table": "tbody", "tbody": "tr", "tr": "td"} // what may stand in some elements
	phrasing   = []string{"p", "pre", "h2", "button", "span", "strong", "em", "code", "a", "label", "time"}
)

// element makes the element tag, which stands inside a link if linked.
func (g *generator) element(tag string, depth int, linked bool) *node {
	n := &node{tag: tag, attrs: map[string]string{}}
	for range g.byte() % 4 {
		n.attrs[attributes[g.byte()%len(attributes)]] = g.string()
	}
	if slices.Contains(voids, tag) || depth > 6 {
		return n
	}
	if tag == "textarea" {
		if s := g.string(); s != "" {
			n.kids = append(n.kids, &node{text: s})
		}
		return n
	}
	for range g.byte() % 6 {
		if kid := g.child(n, depth, linked || tag == "a"); kid != nil {
			n.kids = append(n.kids, kid)
		}
	}
	return n
}

func (g *generator) child(n *node, depth int, linked bool) *node {
	if tag := only[n.tag]; tag != "" {
		return g.element(tag, depth+1, linked)
	}
	var last *node
	if len(n.kids) > 0 {
		last = n.kids[len(n.kids)-1]
	}
	switch c := g.byte() % 8; {
	case c < 3:
		s := g.string()
		if last != nil && last.tag == "" || s == "" && last == nil {
			return nil
		}
		return &node{text: s}
	case c == 3:
		return g.element(voids[g.byte()%len(voids)], depth+1, linked)
	case c < 6 && !slices.Contains(phrasing, n.tag):
		return g.element(blocks[g.byte()%len(blocks)], depth+1, linked)
	}
	tag := inlines[g.byte()%len(inlines)]
	if tag == "a" && linked {
		tag = "span"
	}
	return g.element(tag, depth+1, linked)
}
