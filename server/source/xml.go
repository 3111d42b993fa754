package source

import (
	"bytes"
	"iter"
)

// piece is a stretch of XML bytes.
type piece struct {
	kind       pieceKind
	start, end int
}

type pieceKind byte

const (
	chars pieceKind = iota
	startTag
	emptyTag
	endTag
	cdata
	comment
	instruction
	doctype
	broken // markup that begins and never ends
)

// pieces takes XML apart as far as repairs need it: it knows where text, tags, CDATA and comments begin and end, and never fails.
// A "<" that no name, "/", "!" or "?" follows is text.
func pieces(data []byte) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		at := 0
		for at < len(data) {
			p := nextPiece(data, at)
			if !yield(p) {
				return
			}
			at = p.end
		}
	}
}

func nextPiece(data []byte, at int) piece {
	d := data[at:]
	until := func(k pieceKind, opening int, closing string) piece {
		if i := bytes.Index(d[opening:], []byte(closing)); i >= 0 {
			return piece{k, at, at + opening + i + len(closing)}
		}
		return piece{broken, at, len(data)}
	}
	switch {
	case !opensMarkup(d):
		for i := 1; i < len(d); i++ {
			if d[i] == '<' && opensMarkup(d[i:]) {
				return piece{chars, at, at + i}
			}
		}
		return piece{chars, at, len(data)}
	case bytes.HasPrefix(d, []byte("<![CDATA[")):
		return until(cdata, 9, "]]>")
	case bytes.HasPrefix(d, []byte("<!--")):
		return until(comment, 4, "-->")
	case d[1] == '?':
		return until(instruction, 2, "?>")
	case d[1] == '!':
		return doctypePiece(data, at)
	}
	end := tagEnd(d)
	switch {
	case end < 0:
		return piece{broken, at, len(data)}
	case d[1] == '/':
		return piece{endTag, at, at + end}
	case d[end-2] == '/':
		return piece{emptyTag, at, at + end}
	}
	return piece{startTag, at, at + end}
}

func opensMarkup(d []byte) bool {
	if len(d) < 2 || d[0] != '<' {
		return false
	}
	c := d[1]
	switch {
	case c == '/':
		return len(d) > 2 && nameStart(d[2])
	case c == '!':
		return bytes.HasPrefix(d, []byte("<!--")) || bytes.HasPrefix(d, []byte("<![CDATA[")) || len(d) > 2 && 'A' <= d[2]&^0x20 && d[2]&^0x20 <= 'Z'
	case c == '?':
		return true
	}
	return nameStart(c)
}

func nameStart(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' || c >= 0x80 }

// tagEnd returns where a tag ends, quotes respected; -1 when it does not. A tag whose quotes do not close ends at its first ">".
func tagEnd(d []byte) int {
	var quote byte
	first := -1
	for i := 1; i < len(d); i++ {
		switch c := d[i]; {
		case c == '>' && quote == 0:
			return i + 1
		case c == '>' && first < 0:
			first = i + 1
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'') && d[i-1] == '=':
			quote = c
		case c == '<' && quote != 0 && first >= 0: // the quote was never closed
			return first
		}
	}
	return first
}

// doctypePiece ends a declaration: at its ">" outside quotes and the brackets of an internal subset.
func doctypePiece(data []byte, at int) piece {
	var quote byte
	depth := 0
	for i := at + 2; i < len(data); i++ {
		switch c := data[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return piece{doctype, at, i + 1}
		}
	}
	return piece{broken, at, len(data)}
}

// tagName returns a tag's name as written.
func tagName(tag []byte) string {
	tag = bytes.TrimLeft(tag, "</")
	if i := bytes.IndexAny(tag, " \t\r\n/>"); i >= 0 {
		tag = tag[:i]
	}
	return string(tag)
}
