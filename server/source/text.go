package source

import (
	"html"
	"strings"
	"unicode"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// MaxTitle bounds a title, in characters.
const MaxTitle = 300

// plainText turns text with markup and entities into one line of plain text. Entities are decoded once more than the feed's format
// asks for, because the CMSs escape twice; what that reveals is text, never markup. A "<" that opens no element of HTML stays.
func plainText(s string) string {
	var b strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(s))
	skip := atom.Atom(0) // inside an element whose text is not for readers
	for {
		tt := z.Next()
		raw := string(z.Raw())
		switch tt {
		case nethtml.ErrorToken:
			if name, _, _ := strings.Cut(strings.TrimLeft(raw, "</"), " "); skip == 0 && atom.Lookup([]byte(strings.ToLower(name))) == 0 {
				b.WriteString(raw)
			}
			return cleanLine(b.String())
		case nethtml.TextToken:
			if skip == 0 {
				b.WriteString(html.UnescapeString(raw))
			}
		case nethtml.StartTagToken, nethtml.EndTagToken, nethtml.SelfClosingTagToken:
			name, _ := z.TagName()
			a := atom.Lookup(name)
			switch {
			case skip != 0:
				if tt == nethtml.EndTagToken && a == skip {
					skip = 0
				}
			case a == 0:
				b.WriteString(raw)
			case tt == nethtml.StartTagToken && (a == atom.Script || a == atom.Style || a == atom.Iframe || a == atom.Noscript || a == atom.Textarea):
				skip = a
			case inlineElements[string(name)] == "" || a == atom.Br:
				b.WriteByte(' ')
			}
		}
	}
}

// cleanLine folds white space to single spaces and removes what changes the direction or the look of the text around it: controls,
// bidi marks and overrides, zero-width characters. The zero-width joiner stays: it makes one emoji of several.
func cleanLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case invisible(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Trim(strings.Join(strings.Fields(s), " "), "\u200d ")
}

func invisible(r rune) bool {
	switch {
	case unicode.IsControl(r),
		r == 0x00ad, r == 0x061c, r == 0x200b, r == 0x200c, r == 0x200e, r == 0x200f, r == 0xfeff,
		0x202a <= r && r <= 0x202e, 0x2060 <= r && r <= 0x206f, 0xfff9 <= r && r <= 0xfffb:
		return true
	}
	return r&0xfffe == 0xfffe || 0xfdd0 <= r && r <= 0xfdef // noncharacters
}

// clip cuts s at a word to at most n characters, with an ellipsis where something was cut.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n-1])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:-–—\u200d") + "…"
}

// titleLen is how long a title taken from the text may be, in characters: a headline, not a paragraph.
const titleLen = 100

// titleFrom makes a title of an article's text: its first sentence.
func titleFrom(text string) string {
	line := ""
	for l := range strings.SplitSeq(text, "\n") {
		if line = cleanLine(l); line != "" {
			break
		}
	}
	for i, r := range line {
		if (r == '.' || r == '!' || r == '?') && i > 15 && strings.HasPrefix(line[i+1:], " ") {
			if r != '.' {
				i++
			}
			line = line[:i]
			break
		}
	}
	return clip(strings.TrimSuffix(line, "."), titleLen)
}

// authorName takes a name out of what feeds put for an author: "humas@kpu.go.id (Humas)", "Humas <humas@kpu.go.id>", "Humas". An
// e-mail address is never published.
func authorName(s string) string {
	// An address in angle brackets would pass for an element.
	s = plainText(strings.NewReplacer("<mailto:", " ", "&lt;", "<", "&gt;", ">").Replace(bracketed(s)))
	var kept []string
	for _, w := range strings.Fields(s) {
		if !strings.Contains(w, "@") {
			kept = append(kept, w)
		}
	}
	s = strings.Join(kept, " ")
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = s[1 : len(s)-1]
	}
	return clip(strings.Trim(s, " ,;()<>[]"), 100)
}

// bracketed takes the angle brackets off e-mail addresses.
func bracketed(s string) string {
	for {
		i := strings.IndexByte(s, '<')
		j := strings.IndexByte(s[i+1:], '>') + i + 1
		if i < 0 || j <= i || !strings.Contains(s[i:j], "@") || strings.ContainsAny(s[i:j], " =") {
			return s
		}
		s = s[:i] + " " + s[i+1:j] + " " + s[j+1:]
	}
}
