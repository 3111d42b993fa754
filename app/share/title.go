package share

import (
	"strings"
	"unicode"
)

// Clean makes a foreign title one line of harmless text: white space and control characters become single spaces; invalid bytes,
// and characters that turn the direction of what follows or are invisible, are dropped. Joiners stay, since scripts and emoji need them.
func Clean(title string) string {
	title = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case r == unicode.ReplacementChar, unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\u2060', r == '\ufeff', r == '\u00ad':
			return -1
		}
		return r
	}, strings.ToValidUTF8(title, ""))
	return strings.Join(strings.Fields(title), " ")
}

// weight is what a character counts at X: 1 in the scripts below U+1100 and common punctuation, else 2. No network counts more, and
// counting whole characters is never less than counting graphemes.
func weight(r rune) int {
	if r < 0x1100 || 0x2000 <= r && r <= 0x200d || 0x2010 <= r && r <= 0x201f || 0x2032 <= r && r <= 0x2037 {
		return 1
	}
	return 2
}

// cut shortens s to at most limit by weight, with an ellipsis where something was cut: after a word if one ends in the last third,
// else between two characters that do not belong together.
func cut(s string, limit int) string {
	total, room, word := 0, 0, 0 // room and word are byte lengths of what may stay
	var before rune
	for i, r := range s {
		if total <= limit-2 { // 2 for the ellipsis
			if r == ' ' {
				word = i
			}
			if r == ' ' || !joined(before, r) {
				room = i
			}
		}
		total += weight(r)
		before = r
	}
	if total <= limit {
		return s
	}
	if word > room*2/3 {
		room = word
	}
	if s = strings.TrimRight(s[:room], " ,.;:-–—"); s == "" {
		return ""
	}
	return s + "…"
}

// joined reports whether b continues what a reader sees as one character with a: marks, joiners, variation selectors, skin tones,
// flags. It errs towards joining.
func joined(a, b rune) bool {
	const joiner = '\u200d'
	return a == joiner || b == joiner || unicode.Is(unicode.M, b) || 0x1f3fb <= b && b <= 0x1f3ff || 0xe0020 <= b && b <= 0xe007f ||
		flag(a) && flag(b) || hangul(a) && hangul(b)
}

func flag(r rune) bool   { return 0x1f1e6 <= r && r <= 0x1f1ff }
func hangul(r rune) bool { return 0x1100 <= r && r <= 0x11ff }
