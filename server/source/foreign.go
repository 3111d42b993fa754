package source

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// An HTML parser opens the formatting elements that stand open again in each block that follows, as HTML wants it: 400 of them cost 400
// nodes for every "<p>x". All foreign HTML is parsed here, after what that costs was reckoned.
const (
	// maxTags is what is read of one body: far more than maxNodes can be made of. What follows is left out.
	maxTags = 8 * maxNodes
	// maxCopies is how many formatting elements a parser may have to open again; real pages stay below a tenth of it.
	maxCopies = 1 << 18
	// maxRoots is how many tags may add attributes to html and body, each of which the parser compares with all that came before.
	maxRoots = 50
)

// parseFragment parses what stands in a body.
func parseFragment(markup string) ([]*html.Node, error) {
	at := 0
	for range maxTags {
		i := strings.IndexByte(markup[at:], '<')
		if i < 0 {
			at = len(markup)
			break
		}
		at += i + 1
	}
	if at < len(markup) && at > 0 {
		markup = markup[:at-1]
	}
	return html.ParseFragment(strings.NewReader(affordable(markup)), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
}

// parseDocument parses a whole page.
func parseDocument(page []byte) (*html.Node, error) {
	if bytes.Count(page, []byte("<")) > 3*maxPageNodes {
		return nil, fmt.Errorf("it has more than %d tags", 3*maxPageNodes)
	}
	if len(rootTag.FindAllIndex(page, maxRoots+1)) > maxRoots {
		return nil, fmt.Errorf("it begins more than %d times", maxRoots)
	}
	return html.Parse(strings.NewReader(affordable(string(page))))
}

var (
	rootTag = regexp.MustCompile(`(?i)<(?:html|body)[\s/]`)
	// What opens again, but for links, and what keeps others from being closed.
	reopened = regexp.MustCompile(`(?i)(</?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u|applet|marquee|object|template)([\s/>])`)
	link     = regexp.MustCompile(`(?i)(</?)a([\s/>])`)
)

// affordable returns s as it is, unless it would cost too much: then its formatting elements become wbr, which holds nothing and is not
// opened again, and if that is not enough its links, too. It changes nothing but names, so whatever a parser takes for a tag it still takes for one.
func affordable(s string) string {
	for _, costly := range []*regexp.Regexp{reopened, link} {
		if !tooCostly(s) {
			break
		}
		s = costly.ReplaceAllString(s, "${1}wbr${2}")
	}
	return s
}

// affordableAtom does the same for an Atom feed, whose texts gofeed parses itself: those with elements of their own, and all of them where
// the feed has an xml:base.
func affordableAtom(feed []byte) []byte {
	s := string(feed)
	if xmlBase.MatchString(s) && tooCostly(html.UnescapeString(s)) {
		s = xmlBase.ReplaceAllString(s, ":was$1")
	}
	return []byte(affordable(s))
}

var xmlBase = regexp.MustCompile(`:base(\s*=)`)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var (
	formatting = words("a b big code em font i nobr s small strike strong tt u")
	// blocks are what a parser nests and closes by name, inert what changes nothing around it. All other elements may keep an end tag
	// from closing what stands before them.
	blocks = words("address article aside blockquote center dd details dir div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header li main nav ol p pre section summary ul")
	inert  = words("abbr acronym bdi bdo br cite del dfn hr img input ins kbd label mark q samp span sub sup time var wbr o:p picture source svg path g circle ellipse rect line polygon polyline use defs stop lineargradient clippath")
	raw    = words("script style title textarea iframe noembed noframes xmp noscript")
)

// tooCostly reckons, never too low, how many elements a parser would open again. It takes every "<b" for a start tag, wherever it stands,
// and an end tag for one only where all since its start tag can be read in one way.
func tooCostly(s string) bool {
	most := min(1<<14+2*len(s), maxCopies)
	cost, stuck, open, weight, read := 0, 0, 0, 1, 0 // stuck: open for good; open: in the stack
	var stack []string
	doubt := func() { stuck, open, stack = stuck+open, 0, stack[:0] }
	closeIn := func(name string) { // removes the last of that name
		nested := 0
		for i := len(stack) - 1; i >= 0; i-- {
			switch {
			case stack[i] == name && formatting[name]:
				if nested < 8 { // from the eighth block on a parser gives up
					stack, open = append(stack[:i], stack[i+1:]...), open-1
				}
				return
			case stack[i] == name:
				kept := stack[:i]
				for _, n := range stack[i:] {
					if formatting[n] {
						kept = append(kept, n)
					}
				}
				stack = kept
				return
			case name == "li" && (stack[i] == "ul" || stack[i] == "ol"):
				return
			case blocks[stack[i]]:
				nested++
			}
		}
	}
	for at := strings.IndexByte(s, '<'); at >= 0 && at < len(s); {
		next := len(s)
		if i := strings.IndexByte(s[at+1:], '<'); i >= 0 {
			next = at + 1 + i
		}
		piece := s[at:next]
		name, closing := nameOf(piece)
		if cost += weight * (stuck + open); cost > most || read > 16*len(s)+1<<16 {
			return true
		}
		end, attrs := tagSpan(piece)
		switch {
		case strings.HasPrefix(piece, "<!--"):
			if !strings.Contains(piece[4:], "-->") {
				doubt()
			}
		case name == "" && len(piece) > 1 && strings.IndexByte("!?/", piece[1]) >= 0:
			if end < 0 || strings.HasPrefix(piece, "<![") {
				doubt()
			}
		case name == "": // a "<" that is text
		case formatting[name]:
			if stuck+open > 0 && (closing || name == "a" || name == "nobr") { // each of eight blocks may get copies
				cost += weight * min(8, len(stack)-open) * min(4, stuck+open)
			}
			if end < 0 { // a "<" in an attribute
				doubt()
				if end, attrs = tagSpan(s[at:min(len(s), at+1<<16)]); end < 0 {
					end, attrs = 1<<16, 1<<15
				}
				read += end
			}
			switch {
			case closing:
				closeIn(name)
			default:
				if name == "a" {
					closeIn(name) // there is no link in a link
				}
				stack, open, weight = append(stack, name), open+1, max(weight, 1+attrs/8)
			}
		case end < 0:
			doubt()
		case blocks[name] && closing:
			closeIn(name)
		case blocks[name]:
			if stack = append(stack, name); len(stack) > 100 {
				doubt()
			}
		case inert[name]:
		case raw[name] && !closing:
			if i := plainRaw(s[at+end:], name); i >= 0 {
				next = at + end + i
			} else {
				doubt()
			}
		default:
			doubt()
		}
		at = next
		if at < len(s) && s[at] != '<' {
			if i := strings.IndexByte(s[at:], '<'); i >= 0 {
				at += i
			} else {
				at = -1
			}
		}
	}
	return false
}

// plainRaw returns where an element ends whose text means the same whether a parser reads tags in it or not, or -1: s is what follows its
// start tag. A lazy loader's pictures do.
func plainRaw(s, name string) int {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '<')
		if i < 0 {
			return -1
		}
		at += i
		n, closing := nameOf(s[at:])
		end, _ := tagSpan(s[at : at+min(len(s)-at, 4096)])
		if end < 0 || strings.Contains(s[at+1:at+end], "<") || n != "img" && n != name {
			return -1
		}
		if at += end; n == name {
			if !closing {
				return -1
			}
			return at
		}
	}
}

// nameOf returns the lower-case name of the tag that s begins with, or "".
func nameOf(s string) (name string, closing bool) {
	s = s[1:]
	s, closing = strings.CutPrefix(s, "/")
	if s == "" || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return "", closing
	}
	if i := strings.IndexAny(s[:min(len(s), 40)], " \n\r\t\f/>"); i >= 0 {
		return asciiLower(s[:i]), closing
	}
	return "?", closing
}

// tagSpan reads a tag as the tokenizer does and returns where it ends, or -1, and how many attributes it has.
func tagSpan(s string) (end, attrs int) {
	i := 1
	if i < len(s) && s[i] == '/' {
		i++
	}
	until := func(stop string) {
		if j := strings.IndexAny(s[i:], stop); j >= 0 {
			i += j
		} else {
			i = len(s)
		}
	}
	space := func() {
		for i < len(s) && strings.IndexByte(" \n\r\t\f", s[i]) >= 0 {
			i++
		}
	}
	until(" \n\r\t\f/>")
	for space(); i < len(s); space() {
		if s[i] == '>' {
			return i + 1, attrs
		}
		key := i
		if s[i] == '=' {
			i++
		}
		if until(" \n\r\t\f/>="); i > key {
			attrs++
		}
		if space(); i < len(s) && s[i] == '/' {
			i++
			continue
		}
		if i == len(s) || s[i] != '=' {
			continue
		}
		i++
		if space(); i == len(s) {
			break
		}
		switch q := s[i]; q {
		case '>':
		case '"', '\'':
			i++
			until(string(q))
			i = min(len(s), i+1)
		default:
			until(" \n\r\t\f>")
		}
	}
	return -1, attrs
}
