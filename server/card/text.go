package card

import (
	"strings"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationserifbold"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// fonts are Liberation's (SIL Open Font License): Latin with all its accents, Greek, Cyrillic.
type fonts struct{ serif, sans *typeface }

func loadFonts() (f fonts, err error) {
	if f.serif, err = newTypeface(liberationserifbold.TTF); err == nil {
		f.sans, err = newTypeface(liberationsansbold.TTF)
	}
	return f, err
}

// typeface measures and writes in one font. It is for one goroutine.
type typeface struct {
	font  *sfnt.Font
	buf   sfnt.Buffer
	ruler font.Face // at the size rule
}

// rule is the size that widths are measured at, in pixels: they grow with the size.
const rule = 200

func newTypeface(ttf []byte) (*typeface, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, err
	}
	t := &typeface{font: f}
	t.ruler, err = t.face(rule)
	return t, err
}

// face is the font at a size in pixels. It is not hinted: widths stay in proportion.
func (t *typeface) face(size float64) (font.Face, error) {
	return opentype.NewFace(t.font, &opentype.FaceOptions{Size: size, DPI: 72})
}

// width of a text at a size, in pixels.
func (t *typeface) width(s string, size float64) float64 {
	return pixels(font.MeasureString(t.ruler, s)) * size / rule
}

func pixels(v fixed.Int26_6) float64 { return float64(v) / 64 }

func (t *typeface) has(r rune) bool {
	i, err := t.font.GlyphIndex(&t.buf, r)
	return err == nil && i != 0
}

// readable returns a text without what the font cannot show, which would be boxes: a letter in fancy dress becomes the plain one, an
// accent that no letter carries and what is written from right to left goes, as emoji do.
func (t *typeface) readable(text string) string {
	var b strings.Builder
	for _, r := range norm.NFC.String(strings.ToValidUTF8(text, "")) {
		if unicode.IsSpace(r) {
			b.WriteByte(' ')
			continue
		}
		for _, r := range t.nearest(r) {
			if t.has(r) && unicode.IsGraphic(r) && !unicode.In(r, unicode.M, unicode.Arabic, unicode.Hebrew) {
				b.WriteRune(r)
			}
		}
	}
	return strings.Join(strings.Fields(strings.NewReplacer("()", "", "[]", "").Replace(b.String())), " ")
}

// nearest is the character itself, or what it is made of when the font does not have it.
func (t *typeface) nearest(r rune) string {
	if t.has(r) {
		return string(r)
	}
	return norm.NFKD.String(string(r))
}

// block is a text set in lines.
type block struct {
	lines []string
	size  float64 // pixels
}

const leading = 1.16 // of the size, from line to line

func (b block) height() float64 { return float64(len(b.lines)) * b.size * leading }

// Sizes of a title in pixels. A word is broken only when it would have to be smaller than brokenBelow to stand in one line; what does
// not fit at the smallest size is over three thousand characters.
const (
	onPaper     = 96 // at most
	onPhoto     = 60
	brokenBelow = 44
	smallest    = 12
)

// set sets a text as large as it fits, from size down, in lines of much the same length.
func (t *typeface) set(text string, width, height, size float64) block {
	whole := t.words(text)
	for ; ; size -= 2 {
		words := t.broken(whole, width/size*rule)
		if len(words) > len(whole) && size > brokenBelow && size > smallest {
			continue
		}
		lines := t.balance(words, width/size*rule)
		if b := (block{lines, size}); b.height() <= height || size <= smallest {
			if most := int(height / (size * leading)); len(lines) > most {
				b.lines = append(lines[:most-1:most-1], lines[most-1]+"…")
			}
			return b
		}
	}
}

// word is an unbroken run of characters.
type word struct {
	text  string
	space float64 // before it: 0 where a longer word was broken
	width float64
}

// words takes a text apart. Widths are at the size rule.
func (t *typeface) words(text string) []word {
	var out []word
	gap := t.width(" ", rule)
	for _, s := range strings.Fields(text) {
		out = append(out, word{s, gap, t.width(s, rule)})
	}
	return out
}

// broken is words with those in pieces that are wider than a line.
func (t *typeface) broken(words []word, limit float64) []word {
	out := make([]word, 0, len(words))
	for _, w := range words {
		for w.width > limit {
			head := t.head(w.text, limit)
			if head == w.text {
				break
			}
			out = append(out, word{head, w.space, t.width(head, rule)})
			w = word{w.text[len(head):], 0, t.width(w.text[len(head):], rule)}
		}
		out = append(out, w)
	}
	return out
}

// head is as much of a word as a line holds, at least one character.
func (t *typeface) head(s string, limit float64) string {
	end := 0
	for i, r := range s {
		next := i + len(string(r))
		if end > 0 && t.width(s[:next], rule) > limit {
			break
		}
		end = next
	}
	return s[:end]
}

// balance breaks into as few lines as the width allows, and those as even as can be: it finds the narrowest width that needs no more.
func (t *typeface) balance(words []word, limit float64) []string {
	lines := wrap(words, limit)
	low, high := 0.0, limit
	for _, w := range words {
		low = max(low, w.width)
	}
	for high-low > 1 {
		mid := (low + high) / 2
		if len(wrap(words, mid)) > len(lines) {
			low = mid
		} else {
			high = mid
		}
	}
	return wrap(words, high)
}

// wrap fills each line with as many words as it holds.
func wrap(words []word, limit float64) []string {
	var lines []string
	used := 0.0
	for i, w := range words {
		if i == 0 || used+w.space+w.width > limit {
			lines, used = append(lines, w.text), w.width
			continue
		}
		if w.space > 0 {
			lines[len(lines)-1] += " "
		}
		lines[len(lines)-1] += w.text
		used += w.space + w.width
	}
	return lines
}
