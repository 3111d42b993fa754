package source

import (
	"net/url"
	"path"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"kabar/app/news"
)

// Bounds of one article's body. The largest real one seen, a table of all polling stations, has 6,000 nodes.
const (
	maxDepth = 40
	maxNodes = 12000
	maxBody  = 2 << 20 // bytes of foreign HTML; what follows is left out
)

// Nodes reads foreign HTML into an article's body. The HTML is sanitised first; base is what relative addresses are relative to.
// What it returns nests as HTML wants it, so a browser that reads it back builds the same tree: see the invariants in the tests.
func Nodes(markup string, base *url.URL) []news.Node { return htmlNodes(markup, origin{base: base}) }

// origin is where markup comes from: it says what a relative address means.
type origin struct {
	base *url.URL
	post string // the file of a post, inside its folder; relative pictures lie beside it
}

func (o origin) picture(raw string) string {
	if o.post != "" {
		if u := webAddress(raw, nil); u != "" {
			return u
		}
		return fileAddress(raw, path.Dir(o.post))
	}
	return webAddress(raw, o.base)
}

func htmlNodes(markup string, from origin) []news.Node {
	if len(markup) > maxBody {
		markup = markup[:maxBody]
	}
	clean := sanitize(removePlugins(strings.ToValidUTF8(markup, "\uFFFD")))
	roots, err := parseFragment(clean)
	if err != nil { // nested deeper than the parser goes
		return textNodes(plainText(clean))
	}
	body := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range roots {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
		body.AppendChild(n)
	}
	b := builder{from: from, seen: map[string]bool{}}
	nodes := b.flow(body, nil, false, 0)
	return tidy(nodes, true)
}

// textNodes makes paragraphs of plain text: a blank line ends one, a line end breaks the line.
func textNodes(s string) []news.Node {
	var out []news.Node
	for para := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		var p []news.Node
		for line := range strings.SplitSeq(strings.Trim(para, "\n"), "\n") {
			if line = cleanLine(line); line == "" || len(out) > maxNodes {
				continue
			}
			if len(p) > 0 {
				p = append(p, news.Node{Kind: "br"})
			}
			p = append(p, news.Node{Text: line})
		}
		if len(p) > 0 {
			out = append(out, news.Node{Kind: "p", Nodes: p})
		}
	}
	return out
}

// inlineElements are the elements of running text, each with the node it becomes; "span" only stays for its language or direction.
var inlineElements = map[string]news.Kind{
	"a": "a", "strong": "strong", "b": "strong", "em": "em", "i": "em", "u": "u", "s": "s", "strike": "s", "del": "del", "ins": "ins", "mark": "mark",
	"small": "small", "sub": "sub", "sup": "sup", "abbr": "abbr", "acronym": "abbr", "code": "code", "kbd": "kbd", "samp": "code", "tt": "code",
	"q": "q", "cite": "cite", "span": "span", "img": "img", "br": "br", "iframe": "a",
	"font": "span", "label": "span", "bdi": "span", "bdo": "span", "var": "em", "dfn": "em", "time": "span", "wbr": "span",
}

// builder turns parsed HTML into nodes. Its methods take inline elements that stood around blocks as wraps, outermost first, and put
// them back around the text inside each block.
type builder struct {
	from  origin
	seen  map[string]bool // pictures already there: a lazy loader's fallback says the same one again
	count int
}

func (b *builder) full() bool { b.count++; return b.count > maxNodes }

// flow reads blocks. Running text between them becomes paragraphs, or stays bare when bare is set and no other run is beside it.
func (b *builder) flow(n *html.Node, wraps []news.Node, bare bool, depth int) []news.Node {
	var out, run []news.Node
	var runs []int // where in out a bare run begins, to be made a paragraph if another stands next to it
	flush := func() {
		for _, part := range splitParagraphs(run) {
			if part = wrap(part, wraps); hasContent(part) {
				runs = append(runs, len(out))
				out = append(out, news.Node{Kind: "p", Nodes: part})
			}
		}
		run = nil
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			run = append(run, b.text(c.Data, false)...)
		case c.Type != html.ElementNode || unwanted(c) || b.full():
		case inlineElements[c.Data] != "" && !hasBlock(c):
			run = append(run, b.inline(c, false, depth)...)
		case inlineElements[c.Data] != "":
			flush()
			w := wraps
			if outer, ok := b.element(c); ok && len(wraps) < 8 && !contains(wraps, outer.Kind) && outer.Kind != "img" && outer.Kind != "br" {
				w = append(wraps[:len(wraps):len(wraps)], outer)
			}
			out = append(out, b.flow(c, w, false, depth)...)
		default:
			flush()
			out = append(out, b.block(c, wraps, depth)...)
		}
	}
	flush()
	if bare && len(runs) == 1 { // "satu<ul>…</ul>": no paragraph needed
		i := runs[0]
		out = append(out[:i:i], append(out[i].Nodes, out[i+1:]...)...)
	}
	return out
}

// block reads one block element.
func (b *builder) block(n *html.Node, wraps []news.Node, depth int) []news.Node {
	if depth >= maxDepth {
		return b.flow(n, wraps, false, depth)
	}
	one := func(k news.Kind, nodes []news.Node) []news.Node {
		if len(nodes) == 0 {
			return nil
		}
		return []news.Node{b.withLang(n, news.Node{Kind: k, Nodes: nodes})}
	}
	line := func(k news.Kind) []news.Node {
		if nodes := wrap(b.phrase(n, false, depth+1), wraps); hasContent(nodes) {
			return one(k, nodes)
		}
		return nil
	}
	switch n.Data {
	case "p":
		var out []news.Node
		for _, part := range splitParagraphs(b.phrase(n, false, depth+1)) {
			if part = wrap(part, wraps); hasContent(part) {
				out = append(out, one("p", part)...)
			}
		}
		return out
	case "h1", "h2":
		return line("h2")
	case "h3":
		return line("h3")
	case "h4", "h5", "h6":
		return line("h4")
	case "blockquote", "details":
		return one(news.Kind(n.Data), b.flow(n, wraps, false, depth+1))
	case "summary", "figcaption":
		if n.Parent != nil && (n.Parent.Data == "details" || n.Parent.Data == "figure") {
			return line(news.Kind(n.Data))
		}
		return line("p")
	case "figure":
		return b.figure(n, wraps, depth)
	case "ul", "ol", "dir", "menu":
		return b.list(n, wraps, depth)
	case "dl":
		return one("dl", b.terms(n, wraps, depth+1))
	case "table":
		return b.table(n, wraps, depth)
	case "pre":
		nodes := b.phrase(n, true, depth+1)
		if nodes = trimPre(nodes); hasContent(nodes) {
			return one("pre", nodes)
		}
		return nil
	case "hr":
		return []news.Node{{Kind: "hr"}}
	case "div", "section", "article", "main", "center", "header", "footer", "aside", "nav", "address":
		nodes := b.flow(n, wraps, false, depth+1)
		if d := b.withLang(n, news.Node{Kind: "div"}); (d.Lang != "" || d.Dir != "") && len(nodes) > 0 {
			d.Nodes = nodes
			return []news.Node{d}
		}
		return nodes
	}
	return b.flow(n, wraps, false, depth+1)
}

// phrase reads running text; blocks inside it are opened, with a line break between them.
func (b *builder) phrase(n *html.Node, pre bool, depth int) []news.Node {
	var out []news.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			out = append(out, b.text(c.Data, pre)...)
		case c.Type != html.ElementNode || unwanted(c) || b.full():
		case inlineElements[c.Data] != "":
			out = append(out, b.inline(c, pre, depth)...)
		default:
			if len(out) > 0 && !isBreak(out[len(out)-1]) {
				out = append(out, news.Node{Kind: "br"})
			}
			out = append(out, b.phrase(c, pre, depth)...)
			if c.NextSibling != nil {
				out = append(out, news.Node{Kind: "br"})
			}
		}
	}
	return out
}

// inline reads one inline element, without any block.
func (b *builder) inline(n *html.Node, pre bool, depth int) []news.Node {
	node, ok := b.element(n)
	if ok && (node.Kind == "br" || node.Kind == "img" || n.Data == "iframe") {
		return []news.Node{node}
	}
	if n.Data == "img" {
		return b.text(smiley(n), false)
	}
	if ok && inside(n, node.Kind) {
		ok = false // a link in a link does not exist, and bold in bold says nothing
	}
	nodes := b.phrase(n, pre, depth+1)
	if !ok || depth >= maxDepth || len(nodes) == 0 {
		return nodes
	}
	node.Nodes = nodes
	return []news.Node{node}
}

// element makes the node of an inline element, without its children; ok is false where only the children stay.
func (b *builder) element(n *html.Node) (node news.Node, ok bool) {
	node = b.withLang(n, news.Node{Kind: inlineElements[n.Data]})
	switch n.Data {
	case "a":
		node.Href = linkAddress(attr(n, "href"), b.from.base)
		return node, node.Href != ""
	case "iframe":
		m := youtube.FindStringSubmatch(attr(n, "src"))
		if m == nil {
			return node, false
		}
		node.Href = "https://www.youtube.com/watch?v=" + m[1]
		node.Nodes = []news.Node{{Text: "youtube.com/watch?v=" + m[1]}}
		return node, true
	case "img":
		node.Image = b.image(n)
		return node, node.Image != nil
	case "abbr", "acronym":
		node.Title = clip(cleanLine(attr(n, "title")), 200)
	}
	if node.Kind == "span" {
		return node, node.Lang != "" || node.Dir != ""
	}
	return node, true
}

// withLang adds the element's language and direction.
func (b *builder) withLang(n *html.Node, node news.Node) news.Node {
	if l := attr(n, "lang"); l != "" && langTag.MatchString(l) && !strings.EqualFold(l, "in") {
		// Word marks every run of Indonesian with the old code "IN"; the page says it is Indonesian already.
		node.Lang = l
	}
	switch d := strings.ToLower(attr(n, "dir")); d {
	case "ltr", "rtl", "auto":
		node.Dir = d
	}
	return node
}

func (b *builder) text(s string, pre bool) []news.Node {
	if s == "" || b.full() {
		return nil
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\f':
			return ' '
		case r < ' ' || 0x7f <= r && r < 0xa0 || r == 0xfeff || r&0xfffe == 0xfffe || 0xfdd0 <= r && r <= 0xfdef:
			return -1
		}
		return r
	}, s)
	if !pre {
		s = foldSpace(removeShortcodes(s))
	}
	if s == "" {
		return nil
	}
	return []news.Node{{Text: s}}
}

// foldSpace folds HTML's white space; a no-break space is a character.
func foldSpace(s string) string {
	var out strings.Builder
	space := false
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' {
			space = true
			continue
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		out.WriteRune(r)
	}
	if space {
		out.WriteByte(' ')
	}
	return out.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func number(s string, least, most int) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil || n < least || n > most {
		return 0
	}
	return n
}

// hasBlock reports whether an inline element holds a block.
func hasBlock(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (inlineElements[c.Data] == "" || hasBlock(c)) {
			return true
		}
	}
	return false
}

// inside reports whether an element of the same kind stands around n within the same block.
func inside(n *html.Node, k news.Kind) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if in := inlineElements[p.Data]; p.Type == html.ElementNode && in == k && k != "span" && k != "sub" && k != "sup" && k != "q" {
			return p.Data != "a" || linkAddress(attr(p, "href"), &url.URL{Scheme: "https", Host: "x"}) != ""
		}
	}
	return false
}

func contains(wraps []news.Node, k news.Kind) bool {
	for _, w := range wraps {
		if w.Kind == k {
			return true
		}
	}
	return false
}

// wrap puts inline elements that stood around a block around the text in it.
func wrap(nodes, wraps []news.Node) []news.Node {
	if len(nodes) == 0 {
		return nodes
	}
	for i := len(wraps) - 1; i >= 0; i-- {
		w := wraps[i]
		w.Nodes = nodes
		nodes = []news.Node{w}
	}
	return nodes
}

func isBreak(n news.Node) bool { return n.Kind == "br" }

func blank(s string) bool { return strings.Trim(s, " \t\n\u00a0\u200b\u200d") == "" }

// hasContent reports whether there is anything to see.
func hasContent(nodes []news.Node) bool {
	for _, n := range nodes {
		if n.Kind == news.Text && !blank(n.Text) || n.Kind == "img" || n.Kind == "hr" || hasContent(n.Nodes) {
			return true
		}
	}
	return false
}

// splitParagraphs cuts a run of text where two or more line breaks stand for the end of a paragraph.
func splitParagraphs(run []news.Node) [][]news.Node {
	var parts [][]news.Node
	start, breaks := 0, 0
	for i, n := range run {
		switch {
		case isBreak(n):
			breaks++
		case n.Kind == news.Text && blank(n.Text):
		default:
			if breaks > 1 {
				parts, start = append(parts, run[start:i:i]), i
			}
			breaks = 0
		}
	}
	return append(parts, run[start:])
}
