package source

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kabar/app/news"
)

// maxSlug leaves room under news.MaxSlug for what the store adds to make a slug its article's own.
const maxSlug = 80

// latin are letters that do not come apart into a plain one and a mark.
var latin = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i")

// Slug makes a readable address of a title: a-z, 0-9 and single hyphens, at most 80 bytes cut at a word, never a reserved name.
// A title without any such letter is "berita".
func Slug(title string) string {
	var b strings.Builder
	for _, r := range latin.Replace(strings.ToLower(norm.NFKD.String(title))) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r) || strings.ContainsRune("'’‘ʼ`´", r): // Jum'at is one word
		default:
			if s := b.String(); s != "" && s[len(s)-1] != '-' {
				b.WriteByte('-')
			}
		}
		if b.Len() > 4*maxSlug {
			break
		}
	}
	s := strings.TrimRight(b.String(), "-")
	if len(s) > maxSlug {
		whole := s[maxSlug] == '-'
		s = s[:maxSlug]
		if i := strings.LastIndexByte(s, '-'); i > 0 && !whole {
			s = s[:i]
		}
		s = strings.TrimRight(s, "-")
	}
	switch {
	case s == "":
		return "berita"
	case news.ReservedSlug(s):
		return s + "-berita"
	}
	return s
}
