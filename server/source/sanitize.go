package source

import (
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
)

// policy lets through what the tree is built from and nothing else. It is the first of two gates: the second is that a news.Node
// cannot say anything dangerous. Classes and data attributes pass it only to be looked at; no node has them.
var policy = newPolicy()

// youtube is the one frame that passes, to become a link to the film.
var youtube = regexp.MustCompile(`^(?:https?:)?//www\.youtube(?:-nocookie)?\.com/embed/([A-Za-z0-9_-]{6,20})(?:[?#].*)?$`)

func newPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "cite", "q", "pre", "code", "kbd", "samp", "tt",
		"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption", "strong", "b", "em", "i", "u", "s", "strike", "del", "ins",
		"mark", "small", "sub", "sup", "abbr", "acronym", "dl", "dt", "dd", "br", "hr", "details", "summary",
		"div", "section", "article", "header", "footer", "main", "aside", "nav", "center", "address", "dir", "menu", "span")
	p.AllowNoAttrs().OnElements("span", "a", "img")
	p.AllowAttrs("class", "id").Globally()
	p.AllowAttrs("lang").Matching(langTag).Globally()
	p.AllowAttrs("dir").Matching(regexp.MustCompile(`(?i)^(?:ltr|rtl|auto)$`)).Globally()
	p.AllowAttrs("href").OnElements("a")
	p.AllowAttrs("src", "srcset", "alt", "width", "height", "style").OnElements("img")
	p.AllowAttrs("title").OnElements("abbr", "acronym")
	p.AllowAttrs("start", "type").OnElements("ol")
	p.AllowAttrs("colspan", "rowspan", "align").OnElements("td", "th")
	p.AllowAttrs("src").Matching(youtube).OnElements("iframe")
	p.AllowDataAttributes()
	p.AllowURLSchemes("http", "https", "mailto", "tel")
	p.AllowRelativeURLs(true)
	p.RequireParseableURLs(false) // address.go reads them again, and mends what it can
	return p
}

var langTag = regexp.MustCompile(`^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}$`)

// tagRest is what follows a tag's name: a ">" inside quotes does not end it.
const tagRest = `(?:[^>"']|"[^"]*"|'[^']*')*>`

var (
	noscript    = regexp.MustCompile(`(?i)</?noscript\b` + tagRest)
	frameInside = regexp.MustCompile(`(?is)(<iframe\b` + tagRest + `).*?(</iframe\s*>)`)
	rawElement  = regexp.MustCompile(`(?i)<(style|textarea|title|xmp|noembed|noframes|iframe|plaintext)\b` + tagRest)
)

// sanitize is the gate that foreign HTML passes. What it does before the policy only opens what a browser without scripts would show:
// a lazy loader's fallback, and the text after an element that swallows everything because nobody closed it.
func sanitize(s string) string {
	s = noscript.ReplaceAllString(s, " ")
	s = frameInside.ReplaceAllString(s, "$1$2")
	lower := asciiLower(s)
	s = rawElement.ReplaceAllStringFunc(s, func(tag string) string {
		name := asciiLower(rawElement.FindStringSubmatch(tag)[1])
		if name == "plaintext" || !strings.Contains(lower, "</"+name) {
			return " "
		}
		return tag
	})
	return policy.Sanitize(s)
}
