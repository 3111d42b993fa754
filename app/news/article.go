package news

import (
	"strings"
	"time"
)

// Article is one piece of news. In a list Body is empty.
type Article struct {
	Slug       string    `json:"slug"`
	Title      string    `json:"title"`             // plain text, never markup
	URL        string    `json:"url,omitempty"`     // canonical URL at its home; empty when its home is our own page
	Summary    string    `json:"summary,omitempty"` // plain text, at most SummaryLen characters
	Author     string    `json:"author,omitempty"`
	Categories []string  `json:"categories,omitempty"`
	Image      *Image    `json:"image,omitempty"`
	Published  time.Time `json:"published"`
	Updated    time.Time `json:"updated,omitzero"`
	Body       []Node    `json:"body,omitempty"`
	Counts     Counts    `json:"counts"`
}

// SummaryLen bounds a summary, in characters.
const SummaryLen = 220

// Counts are an article's totals.
type Counts struct {
	Views  int64 `json:"views"`  // readers, each once per article and local day (docs/counting.md), and Before
	Shares int64 `json:"shares"` // clicks on a share link, each reader once per article, network and local day
	// Before is the part of Views that a former site of the office counted by its own rules, BeforeFrom says which kind of site: wordpress.
	Before     int64  `json:"before,omitempty"`
	BeforeFrom string `json:"before_from,omitempty"`
}

// Image is a picture. Src is where the office keeps it; a page shows only the copies that the server made of it, so a picture
// without Name is not shown.
type Image struct {
	Src    string `json:"src,omitempty"`
	Alt    string `json:"alt,omitempty"`
	Name   string `json:"name,omitempty"`   // content name of our copies; see ImagePath
	Widths []int  `json:"widths,omitempty"` // of our copies, ascending, in pixels
	Width  int    `json:"width,omitempty"`  // of the largest copy, in pixels
	Height int    `json:"height,omitempty"`
	Color  string `json:"color,omitempty"` // mean colour, #rrggbb
}

// Kind says what a node is. Its values are the names of HTML elements, except Text.
type Kind string

// Text is a run of characters; every other kind that exists is listed in Kinds.
const Text Kind = ""

// Kinds are the elements a body may hold. What is not here does not exist in an article: there is no way to express it.
var Kinds = map[Kind]bool{
	"p": true, "h2": true, "h3": true, "h4": true, "ul": true, "ol": true, "li": true, "blockquote": true, "cite": true, "q": true,
	"pre": true, "code": true, "kbd": true, "table": true, "caption": true, "thead": true, "tbody": true, "tfoot": true, "tr": true, "th": true, "td": true,
	"figure": true, "figcaption": true, "img": true, "a": true, "strong": true, "em": true, "u": true, "s": true, "del": true, "ins": true, "mark": true,
	"small": true, "sub": true, "sup": true, "abbr": true, "dl": true, "dt": true, "dd": true, "br": true, "hr": true,
	"details": true, "summary": true, "div": true, "span": true,
}

// Node is one node of an article's body. Foreign HTML becomes nodes at ingest and never leaves as HTML of its own.
// Two text nodes never stand side by side, and no text is empty: a browser would merge or drop them, and the app could not adopt the page.
type Node struct {
	Kind    Kind   `json:"k,omitempty"`
	Text    string `json:"t,omitempty"`  // of a Text node
	Href    string `json:"h,omitempty"`  // of a: absolute http, https, mailto or tel
	Image   *Image `json:"i,omitempty"`  // of img
	Title   string `json:"ti,omitempty"` // of abbr
	Lang    string `json:"l,omitempty"`  // BCP 47
	Dir     string `json:"d,omitempty"`  // ltr, rtl or auto
	Start   int    `json:"st,omitempty"` // of ol
	Type    string `json:"ty,omitempty"` // of ol: 1 a A i I
	ColSpan int    `json:"cs,omitempty"` // of td, th
	RowSpan int    `json:"rs,omitempty"` // of td, th
	Align   string `json:"al,omitempty"` // of td, th: left, right, center
	Nodes   []Node `json:"n,omitempty"`
}

// PlainText returns the nodes' text, blocks apart by a newline.
func PlainText(nodes []Node) string {
	var b strings.Builder
	writeText(&b, nodes)
	return strings.TrimSpace(b.String())
}

func writeText(b *strings.Builder, nodes []Node) {
	for _, n := range nodes {
		switch n.Kind {
		case Text:
			b.WriteString(n.Text)
		case "br":
			b.WriteByte('\n')
		default:
			writeText(b, n.Nodes)
			if !inline[n.Kind] && b.Len() > 0 {
				b.WriteByte('\n')
			}
		}
	}
}

var inline = map[Kind]bool{
	"a": true, "strong": true, "em": true, "u": true, "s": true, "del": true, "ins": true, "mark": true, "small": true, "sub": true, "sup": true,
	"abbr": true, "code": true, "kbd": true, "q": true, "cite": true, "span": true, "img": true,
}

// Images calls f for each picture of the body, in order; f may fill it in place.
func Images(nodes []Node, f func(*Image)) {
	for i := range nodes {
		if nodes[i].Image != nil {
			f(nodes[i].Image)
		}
		Images(nodes[i].Nodes, f)
	}
}

// Summarize cuts text at a word to at most SummaryLen characters, with an ellipsis where something was cut.
func Summarize(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	r := []rune(text)
	if len(r) <= SummaryLen {
		return text
	}
	cut := strings.TrimRight(string(r[:SummaryLen-1]), " ")
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:-–—") + "…"
}
