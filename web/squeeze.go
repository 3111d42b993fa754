package web

import "strings"

// Squeeze returns a script or style sheet of ours without what only its reader needs: comment lines, indentation, and the
// spaces beside punctuation. It knows quotes, and it knows no regular expressions or comments behind code: ours have no quotes in
// the one and none of the other. Lines stay lines where JavaScript may end a statement at one.
func Squeeze(src string) string { return squeeze(src, "=(){}[],;:?&|<>!+-") }

// SqueezeCSS is Squeeze for a style sheet, where a space before a parenthesis, a colon or a bracket can matter.
func SqueezeCSS(src string) string { return squeeze(src, "{};,>") }

func squeeze(src, spaceless string) string {
	var b strings.Builder
	b.Grow(len(src))
	for line := range strings.Lines(src) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "//") || strings.HasPrefix(line, "/*") && strings.HasSuffix(line, "*/") {
			continue
		}
		squeezeLine(&b, line, spaceless)
	}
	return strings.TrimSpace(b.String())
}

const (
	opens  = "{([,;" // behind one of these a line's end says nothing
	closes = "})]"   // nor before one of these
)

// squeezeLine writes a line; a space beside one of spaceless says nothing.
func squeezeLine(b *strings.Builder, line, spaceless string) {
	if s := b.String(); s != "" && strings.IndexByte(closes, line[0]) >= 0 && s[len(s)-1] == '\n' {
		b.Reset()
		b.WriteString(s[:len(s)-1])
	}
	var quote, last byte
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case quote != 0:
			if c == '\\' {
				b.WriteByte(c)
				i++
				c = line[i]
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == ' ' && (last == '+' || last == '-') && i+1 < len(line) && line[i+1] == last: // a + +b
		case c == ' ' && (last == ':' || strings.IndexByte(spaceless, last) >= 0 || i+1 < len(line) && strings.IndexByte(spaceless, line[i+1]) >= 0):
			continue
		}
		b.WriteByte(c)
		last = c
	}
	if strings.IndexByte(opens, last) < 0 {
		b.WriteByte('\n')
	}
}
