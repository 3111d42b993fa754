package source

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounds of a feed's XML. Real ones nest 12 deep.
const (
	maxNesting   = 200
	maxExpansion = 1 << 20 // bytes that a feed's own entities may add
)

// repair mends what keeps XML from being read, one step per fault, and says in words what it did. A step changes nothing where its
// fault is not: a correct feed comes out as it went in, apart from its encoding, its comments and its DOCTYPE.
func repair(data []byte, contentType string) (out []byte, done []string, err error) {
	for _, step := range []struct {
		name string
		do   func([]byte) ([]byte, bool, error)
	}{
		{"bytes in another encoding than declared, or characters cut in half", func(b []byte) ([]byte, bool, error) { return toUTF8(b, contentType) }},
		{"text before the feed", dropJunk},
		{"control characters", dropControls},
		{"a DOCTYPE", readDoctype},
		{"comments that are not allowed", dropComments},
		{"HTML entities, bare & or <, or ]]> in text", escapeBare},
	} {
		var mended bool
		if data, mended, err = step.do(data); err != nil {
			return nil, nil, err
		}
		if mended {
			done = append(done, step.name)
		}
	}
	return data, done, checkNesting(data)
}

var (
	prolog      = regexp.MustCompile(`(?i)<\?xml[\s?]|<!DOCTYPE\s`)
	rootElement = regexp.MustCompile(`(?i)<(?:rss|feed|rdf:rdf|rdf|atom:feed)[\s>]`)
	htmlPage    = regexp.MustCompile(`(?i)<(?:html|!doctype\s+html)[\s>]`)
	htmlStart   = regexp.MustCompile(`(?i)<(?:html|!doctype\s+html|head|body)[\s>]`)
)

// maxJunk is how much may stand before a feed: a page of PHP warnings.
const maxJunk = 64 << 10

var errNotFeed = errors.New("this is not a feed")

// dropJunk removes what stands before the declaration or the root: blank lines, PHP's warnings, a second declaration. A page of HTML
// that happens to hold a feed's element is not a feed.
func dropJunk(b []byte) ([]byte, bool, error) {
	root := rootElement.FindIndex(b)
	if root == nil {
		return nil, false, notFeed(b)
	}
	at := root[0]
	if d := prolog.FindIndex(b[:at]); d != nil {
		at = d[0]
	}
	// Whatever precedes the root must not be a page; comments may say anything.
	before := commentText.ReplaceAll(b[:root[0]], nil)
	if htmlStart.Match(before) {
		return nil, false, notFeed(b)
	}
	if at > maxJunk {
		return nil, false, fmt.Errorf("%w: %d bytes stand before it", errNotFeed, at)
	}
	second := bytes.Count(b[at:root[0]], []byte("<?xml ")) > 1
	b = b[at:]
	if second { // keep the last declaration only
		i := bytes.LastIndex(b[:root[0]-at], []byte("<?xml "))
		return b[i:], true, nil
	}
	// Without a declaration comments and blank lines may begin a feed; before one nothing may.
	correct := b[0] == '<' && !bytes.HasPrefix(b, []byte("<?xml")) && len(bytes.TrimSpace(before)) == 0
	return b, at > 0 && !correct, nil
}

var commentText = regexp.MustCompile(`(?s)<!--.*?-->`)

// notFeed says what came instead of a feed.
func notFeed(b []byte) error {
	s := bytes.TrimSpace(b)
	switch {
	case len(s) == 0:
		return fmt.Errorf("%w: it is empty", errNotFeed)
	case htmlPage.Match(s[:min(len(s), 4096)]):
		return errors.New("the feed is not XML: the server sent an HTML page")
	case s[0] == '{' || s[0] == '[':
		return fmt.Errorf("%w: JSON, but not a JSON Feed", errNotFeed)
	}
	return fmt.Errorf("%w: it has no rss, rdf or feed element", errNotFeed)
}

// dropControls removes characters that XML forbids, as bytes and as numeric references.
func dropControls(b []byte) ([]byte, bool, error) {
	bad := func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff }
	out := b
	if bytes.ContainsFunc(b, bad) {
		out = bytes.Map(func(r rune) rune {
			if bad(r) {
				return -1
			}
			return r
		}, b)
	}
	refs := reference.ReplaceAllFunc(out, func(ref []byte) []byte {
		n, err := strconv.ParseUint(strings.TrimLeft(string(ref[2:len(ref)-1]), "xX"), refBase(ref), 32)
		if err != nil || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) || bad(rune(n)) {
			return nil
		}
		return ref
	})
	return refs, len(refs) != len(b), nil
}

var reference = regexp.MustCompile(`&#(?:[xX][0-9A-Fa-f]{1,9}|[0-9]{1,10});`)

func refBase(ref []byte) int {
	if ref[2]|0x20 == 'x' {
		return 16
	}
	return 10
}

var (
	entityDecl = regexp.MustCompile(`<!ENTITY\s+([A-Za-z_][\w.-]*)\s+(?:"([^"]*)"|'([^']*)')\s*>`)
	numericRef = regexp.MustCompile(`&(?:#[0-9]+|#x[0-9A-Fa-f]+);`)
)

// readDoctype takes the DOCTYPE away. One that declares entities is refused unless each is a short piece of text (that many old feeds
// do for &nbsp;): nothing is ever expanded twice, and nothing outside is read.
func readDoctype(b []byte) ([]byte, bool, error) {
	var cut []piece
	for p := range pieces(b) {
		if p.kind == startTag || p.kind == emptyTag {
			break
		}
		if p.kind == doctype || p.kind == broken && bytes.HasPrefix(b[p.start:], []byte("<!")) {
			cut = append(cut, p)
		}
	}
	if len(cut) == 0 {
		return b, false, nil
	}
	entities := map[string]string{}
	out := append([]byte{}, b[:cut[0].start]...)
	for i, p := range cut {
		d := b[p.start:p.end]
		declared := entityDecl.FindAllSubmatch(d, -1)
		if p.kind == broken || len(d) > 16<<10 || len(declared) > 300 || bytes.Count(bytes.ToUpper(d), []byte("<!ENTITY")) != len(declared) {
			return nil, false, errors.New("refused: its DOCTYPE declares entities that could reach outside or grow without bound")
		}
		for _, m := range declared {
			value := string(m[2]) + string(m[3])
			if len(value) > 100 || strings.ContainsAny(value, "<%") || strings.Contains(numericRef.ReplaceAllString(value, ""), "&") {
				return nil, false, fmt.Errorf("refused: its DOCTYPE declares the entity %q with markup or other entities in it", m[1])
			}
			entities[string(m[1])] = html.UnescapeString(value)
		}
		next := len(b)
		if i+1 < len(cut) {
			next = cut[i+1].start
		}
		out = append(out, b[p.end:next]...)
	}
	if len(entities) == 0 {
		return out, false, nil
	}
	return expand(out, entities)
}

// expand replaces a feed's own entities, outside CDATA.
func expand(b []byte, entities map[string]string) ([]byte, bool, error) {
	var out bytes.Buffer
	grown := 0
	for p := range pieces(b) {
		s := b[p.start:p.end]
		if p.kind != cdata && p.kind != comment {
			s = namedRef.ReplaceAllFunc(s, func(ref []byte) []byte {
				v, ok := entities[string(ref[1:len(ref)-1])]
				if !ok || grown > maxExpansion {
					return ref
				}
				grown += len(v)
				return []byte(html.EscapeString(v))
			})
		}
		if out.Write(s); grown > maxExpansion {
			return nil, false, errors.New("refused: its entities grow without bound")
		}
	}
	return out.Bytes(), false, nil
}

var namedRef = regexp.MustCompile(`&[A-Za-z_][\w.-]*;`)

// dropComments removes comments: they hold no news, and a "--" in one is an error in XML.
func dropComments(b []byte) ([]byte, bool, error) {
	if !bytes.Contains(b, []byte("<!--")) {
		return b, false, nil
	}
	var out bytes.Buffer
	mended := false
	for p := range pieces(b) {
		if p.kind != comment {
			out.Write(b[p.start:p.end])
			continue
		}
		mended = mended || p.end-p.start > 7 && bytes.Contains(b[p.start+4:p.end-3], []byte("--"))
	}
	return out.Bytes(), mended, nil
}

// escapeBare escapes, outside CDATA and markup, what only looks like markup: an & that begins no entity of XML or HTML, a < that
// opens nothing, a ]]> that closes nothing. Entities of HTML become their characters: XML knows five.
func escapeBare(b []byte) ([]byte, bool, error) {
	var out bytes.Buffer
	out.Grow(len(b) + len(b)/50)
	mended := false
	for p := range pieces(b) {
		s := b[p.start:p.end]
		switch p.kind {
		case chars:
			fixed := escapeText(s)
			mended = mended || len(fixed) != len(s)
			out.Write(fixed)
		case startTag, emptyTag:
			fixed := escapeTag(s)
			mended = mended || len(fixed) != len(s)
			out.Write(fixed)
		default:
			out.Write(s)
		}
	}
	return out.Bytes(), mended, nil
}

func escapeText(s []byte) []byte {
	if bytes.IndexByte(s, '&') >= 0 {
		s = escapeAmps(s)
	}
	if bytes.IndexByte(s, '<') >= 0 {
		s = bytes.ReplaceAll(s, []byte("<"), []byte("&lt;"))
	}
	return bytes.ReplaceAll(s, []byte("]]>"), []byte("]]&gt;"))
}

// escapeTag mends the values of a tag's attributes: HTML written into a feed without CDATA leaves out quotes.
func escapeTag(s []byte) []byte {
	if bytes.IndexByte(s, '&') >= 0 {
		s = escapeAmps(s)
	}
	if bytes.IndexByte(s[1:], '<') >= 0 {
		s = append(s[:1:1], bytes.ReplaceAll(s[1:], []byte("<"), []byte("&lt;"))...)
	}
	return unquoted.ReplaceAllFunc(s, func(m []byte) []byte {
		if m[0] != '=' {
			return m // a value in quotes
		}
		v := bytes.TrimLeft(m[1:], " \t\r\n")
		slash := []byte{}
		if bytes.HasSuffix(v, []byte("/")) && bytes.HasSuffix(s, []byte("/>")) {
			v, slash = v[:len(v)-1], []byte("/")
		}
		return append(append([]byte(`="`), bytes.ReplaceAll(v, []byte(`"`), []byte("&#34;"))...), append([]byte(`"`), slash...)...)
	})
}

// unquoted finds a value without quotes; those with quotes are matched first, to be passed over.
var unquoted = regexp.MustCompile(`"[^"]*"|'[^']*'|=\s*[^\s"'>=][^\s>"']*`)

func escapeAmps(s []byte) []byte {
	var out bytes.Buffer
	for {
		i := bytes.IndexByte(s, '&')
		if i < 0 {
			out.Write(s)
			return out.Bytes()
		}
		out.Write(s[:i])
		s = s[i:]
		end := bytes.IndexByte(s[:min(len(s), 40)], ';')
		ref := ""
		if end > 0 {
			ref = string(s[:end+1])
		}
		switch {
		case ref == "&amp;" || ref == "&lt;" || ref == "&gt;" || ref == "&quot;" || ref == "&apos;" || ref != "" && reference.MatchString(ref) && ref[1] == '#':
			out.WriteString(ref)
			s = s[end+1:]
		case ref != "" && namedRef.MatchString(ref) && isEntity(ref):
			out.WriteString(html.EscapeString(html.UnescapeString(ref)))
			s = s[end+1:]
		default:
			out.WriteString("&amp;")
			s = s[1:]
		}
	}
}

// isEntity reports whether HTML knows the reference with its semicolon: it also knows "&copy" without, and would read "&copyright;".
func isEntity(ref string) bool {
	d := html.UnescapeString(ref)
	return d != ref && !strings.HasSuffix(d, ";")
}

// checkNesting refuses XML that would cost the parser its stack, or hours: too many open elements, or an element of an extension in
// thousands of pieces.
func checkNesting(b []byte) error {
	type open struct {
		name   string
		start  int
		pieces int
	}
	var stack []open
	count := 0
	for p := range pieces(b) {
		count++
		switch p.kind {
		case startTag:
			if stack = append(stack, open{tagName(b[p.start:p.end]), p.start, count}); len(stack) > maxNesting {
				return fmt.Errorf("refused: its elements nest more than %d deep", maxNesting)
			}
		case endTag:
			if len(stack) == 0 {
				continue
			}
			o := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if n := count - o.pieces; !containers[strings.ToLower(o.name)] && n*(p.end-o.start) > 2<<30 {
				return fmt.Errorf("refused: its element %q has %d pieces", clip(o.name, 40), n)
			}
		}
	}
	return nil
}

// containers are the elements that are rightly long and in many pieces.
var containers = map[string]bool{"rss": true, "rdf:rdf": true, "channel": true, "feed": true, "item": true, "entry": true, "content": true, "summary": true,
	"description": true, "content:encoded": true}
