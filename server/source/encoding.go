package source

import (
	"bytes"
	"fmt"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

var declaredEncoding = regexp.MustCompile(`^(\s*<\?xml\s[^>]{0,200}?)\s+encoding\s*=\s*["']([^"']{1,40})["']`)

// toUTF8 turns a feed's bytes into UTF-8 and takes its encoding declaration away. The byte order mark is believed first, then the
// bytes themselves, then the declaration, then the HTTP header. Declared UTF-8 that is not is windows-1252, whole or in places, or
// UTF-8 that a substr() has cut in the middle of a character.
func toUTF8(b []byte, contentType string) (out []byte, mended bool, err error) {
	if u, ok := fromUTF16(b); ok {
		b = u
	}
	trimmed := bytes.TrimLeft(b, "\xef\xbb\xbf\x00")
	mended = len(b)-len(trimmed) > 3
	b = trimmed
	label, declared := "", declaredEncoding.FindSubmatchIndex(b[:min(len(b), maxJunk)])
	if declared == nil { // it may stand behind junk
		if i := bytes.Index(b[:min(len(b), maxJunk)], []byte("<?xml")); i > 0 {
			if declared = declaredEncoding.FindSubmatchIndex(b[i:]); declared != nil {
				for j := range declared {
					declared[j] += i
				}
			}
		}
	}
	if declared != nil {
		label = string(b[declared[4]:declared[5]])
		b = append(append([]byte{}, b[:declared[3]]...), b[declared[1]:]...)
	} else if _, params, err := mime.ParseMediaType(contentType); err == nil {
		label = params["charset"]
	}
	label = strings.ToLower(strings.TrimSpace(label))
	valid := utf8.Valid(b)
	enc, name := charset.Lookup(label)
	switch {
	case strings.HasPrefix(label, "utf-16") || strings.HasPrefix(label, "utf16") || name == "utf-8" || name == "replacement" || enc == nil:
		if valid {
			return b, mended, nil
		}
		return mixedToUTF8(b), true, nil
	case name == "windows-1252" && valid && hasMultibyte(b):
		// Declared Latin-1 and every accent a correct UTF-8 sequence: the declaration is a template's leftover.
		return b, true, nil
	}
	out, err = enc.NewDecoder().Bytes(b)
	if err != nil {
		return nil, false, fmt.Errorf("decode %s: %w", name, err)
	}
	return out, mended, nil
}

// fromUTF16 decodes UTF-16 that shows itself by its mark or by the zeros around a "<".
func fromUTF16(b []byte) ([]byte, bool) {
	var e unicode.Endianness
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{'<', 0}), bytes.HasPrefix(b, []byte{'{', 0}):
		e = unicode.LittleEndian
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}), bytes.HasPrefix(b, []byte{0, '<'}), bytes.HasPrefix(b, []byte{0, '{'}):
		e = unicode.BigEndian
	default:
		return nil, false
	}
	out, err := unicode.UTF16(e, unicode.UseBOM).NewDecoder().Bytes(b)
	if err != nil || bytes.HasPrefix(b, []byte{'<', 0}) || bytes.HasPrefix(b, []byte{0, '<'}) || b[0] == '{' || b[0] == 0 {
		out, err = unicode.UTF16(e, unicode.IgnoreBOM).NewDecoder().Bytes(b)
	}
	return out, err == nil
}

func hasMultibyte(b []byte) bool {
	return bytes.ContainsFunc(b, func(r rune) bool { return r >= 0x80 })
}

// mixedToUTF8 mends bytes that are UTF-8 only in part. A character whose end is missing was cut and goes; any other stray byte is
// windows-1252.
func mixedToUTF8(b []byte) []byte {
	some := false // any correct sequence: then a lone lead byte before a mark of punctuation was cut, too
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r >= 0x80 && n > 1 {
			some = true
			break
		}
		i += n
	}
	var out bytes.Buffer
	out.Grow(len(b) + len(b)/20)
	for i := 0; i < len(b); {
		if r, n := utf8.DecodeRune(b[i:]); r != utf8.RuneError || n > 1 {
			out.Write(b[i : i+n])
			i += n
			continue
		}
		if n := cutCharacter(b[i:], some); n > 0 {
			i += n
			continue
		}
		out.WriteRune(charmap.Windows1252.DecodeByte(b[i]))
		i++
	}
	return out.Bytes()
}

// cutCharacter returns how many bytes of a character are left at the start of b, if its end is missing.
func cutCharacter(b []byte, some bool) int {
	want := 0
	switch c := b[0]; {
	case 0xc2 <= c && c <= 0xdf:
		want = 2
	case 0xe0 <= c && c <= 0xef:
		want = 3
	case 0xf0 <= c && c <= 0xf4:
		want = 4
	}
	have := 1
	for have < len(b) && have < want && 0x80 <= b[have] && b[have] < 0xc0 {
		have++
	}
	switch {
	case want == 0 || have >= want:
		return 0
	case have > 1:
		return have
	case some && (len(b) == 1 || bytes.IndexByte([]byte("<.]&\"'"), b[1]) >= 0):
		return 1
	}
	return 0
}
