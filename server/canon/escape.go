package canon

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// entities are what html.EscapeString writes, and what stands for it in a text of ours, where quotes may stay as they are.
var entities = [...]struct{ theirs, ours string }{
	{"&#34;", `"`}, {"&#39;", "'"}, {"&amp;", "&amp;"}, {"&lt;", "&lt;"}, {"&gt;", "&gt;"},
}

// writeText writes a text that html.EscapeString escaped.
func writeText(out *strings.Builder, s string) error {
	from := 0
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '&':
			theirs, ours, ok := entity(s[i:])
			if !ok {
				return fmt.Errorf("a text holds an & that is not escaped")
			}
			out.WriteString(s[from:i])
			out.WriteString(ours)
			i += len(theirs)
			from = i
		case c == '<' || c == '>' || c == '"' || c == '\'':
			return fmt.Errorf("a text holds a %q that is not escaped", c)
		default:
			with, n := replacement(s[i:])
			if with != "" {
				out.WriteString(s[from:i])
				out.WriteString(with)
				from = i + n
			}
			i += n
		}
	}
	out.WriteString(s[from:])
	return nil
}

func entity(s string) (theirs, ours string, ok bool) {
	for _, e := range entities {
		if strings.HasPrefix(s, e.theirs) {
			return e.theirs, e.ours, true
		}
	}
	return "", "", false
}

// writeValue writes an attribute's value so that it can stand between double quotes.
func writeValue(out *strings.Builder, s string) {
	from := 0
	for i := 0; i < len(s); {
		with, n := "", 1
		switch s[i] {
		case '&':
			with = "&amp;"
		case '"':
			with = "&#34;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		default:
			with, n = replacement(s[i:])
		}
		if with != "" {
			out.WriteString(s[from:i])
			out.WriteString(with)
			from = i + n
		}
		i += n
	}
	out.WriteString(s[from:])
}

// replacement returns the size of the first character and what to write in its place, if it cannot stand in HTML as it is. A parser
// makes a newline of a carriage return, so that is escaped. Controls and bytes that are not UTF-8 become U+FFFD, one for each, as
// encoding/json does with them in the page's state.
func replacement(s string) (with string, size int) {
	c := s[0]
	switch {
	case c == '\r':
		return "&#13;", 1
	case c < ' ' && c != '\t' && c != '\n' && c != '\f', c == 0x7f:
		return "\uFFFD", 1
	case c < utf8.RuneSelf:
		return "", 1
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 || r < 0xa0 {
		return "\uFFFD", size
	}
	return "", size
}
