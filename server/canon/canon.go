// Package canon turns what go-app's app.HTMLString wrote into HTML that is safe to send, the same on every run, and free of indentation.
//
// It is the security boundary of every prerendered page. go-app 10.1.11 writes attribute values with strconv.Quote, which is not an
// escaping of HTML: a headline such as `" onerror=alert(1) x="` leaves its attribute. It also drops the value of every attribute
// that is "true", orders attributes at random and indents, which shows between inline elements. All of that can be inverted exactly, because
// text never holds a raw "<" and a quoted value ends where strconv says. So the tree that the components built is read back and
// written again, and a browser builds that very tree.
//
// What go-app cannot have written is an error, never a guess: most of all the output of app.Raw, which has no place in this program.
// Elements are taken from a list, so no component can open a script, a style or anything else that browsers read by other rules.
//
// It trusts the names of elements and attributes, which are constants of our components, and does not judge addresses: which schemes
// a link may have is settled when an article is taken in. Three things cannot be read back for certain, and components avoid them: text
// nodes side by side, empty texts (see news.Node), and a component that is nothing but a text. At worst they cost a few spaces.
package canon

import (
	"fmt"
	"strings"
)

// HTML rewrites s, the output of app.HTMLString. The result is not input for a second pass. Its errors say at which byte s stopped
// being what go-app writes; they hold names of elements, never a text, so they may be logged.
func HTML(s string) (string, error) {
	p := parser{rest: s}
	p.out.Grow(len(s))
	if err := p.document(); err != nil {
		return "", fmt.Errorf("canonicalising go-app's HTML at byte %d: %w", len(s)-len(p.rest), err)
	}
	return p.out.String(), nil
}

// parser reads rest and writes out. open holds the elements that are not closed yet; bare says that nothing was written since the last
// of them was opened.
type parser struct {
	rest  string
	out   strings.Builder
	open  []string
	bare  bool
	attrs []attr
}

// document reads one text, or one element with everything in it.
func (p *parser) document() error {
	if !strings.Contains(p.rest, "<") {
		return p.text(p.rest)
	}
	for {
		run, _, found := strings.Cut(p.rest, "<")
		if !found {
			return fmt.Errorf("%d elements are not closed", len(p.open))
		}
		if err := p.between(run, strings.HasPrefix(p.rest[len(run):], "</")); err != nil {
			return err
		}
		p.rest = p.rest[len(run):]
		if err := p.tag(); err != nil {
			return err
		}
		if len(p.open) == 0 {
			break
		}
	}
	if p.rest != "" {
		return fmt.Errorf("something follows the root element")
	}
	return nil
}

// between reads the run of characters before a tag: indentation, and perhaps a text within it.
func (p *parser) between(run string, closing bool) error {
	if closing && p.bare { // an only child that is a text stands without indentation
		return p.text(run)
	}
	text, ok := unindent(run, len(p.open), closing)
	if !ok {
		return fmt.Errorf("the indentation before a tag at depth %d is not go-app's", len(p.open))
	}
	return p.text(text)
}

// unindent returns the text in a run that stands before a tag, at a depth that is the number of open elements. go-app writes each child
// on a line of its own and an empty text as an empty line; a text's own newlines are as they were.
func unindent(run string, depth int, closing bool) (text string, ok bool) {
	if depth == 0 {
		return "", run == ""
	}
	line, ok := strings.CutPrefix(run, "\n")
	if !ok {
		return "", false
	}
	line = strings.TrimLeft(line, "\n")
	before, after := 2*depth, 2*depth
	if closing {
		after -= 2
	}
	if len(line) == after && spaces(line) {
		return "", true
	}
	end := len(line) - after - 1
	if end <= before || line[end] != '\n' || !spaces(line[:before]) || !spaces(line[end+1:]) {
		return "", false
	}
	return line[before:end], true
}

func spaces(s string) bool {
	return strings.Trim(s, " ") == ""
}

// tag reads one tag, at whose "<" the rest begins.
func (p *parser) tag() error {
	if name, ok := strings.CutPrefix(p.rest, "</"); ok {
		return p.endTag(name)
	}
	name := p.rest[1:]
	end := strings.IndexAny(name, " >")
	if end < 0 {
		return fmt.Errorf("a tag does not end")
	}
	name = name[:end]
	kind, ok := elements[name]
	if !ok {
		return fmt.Errorf("element %.20q is not among those that a component may use", name)
	}
	if len(p.open) > 0 && elements[p.open[len(p.open)-1]] >= textOnly {
		return fmt.Errorf("%s holds an element", p.open[len(p.open)-1])
	}
	p.rest = p.rest[1+end:]
	if err := p.attributes(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.out.WriteByte('<')
	p.out.WriteString(name)
	for _, a := range p.attrs {
		a.write(&p.out)
	}
	p.out.WriteByte('>')
	p.bare = kind != void
	if kind != void {
		p.open = append(p.open, name)
	}
	return nil
}

func (p *parser) endTag(name string) error {
	if len(p.open) == 0 {
		return fmt.Errorf("an end tag without its start")
	}
	want := p.open[len(p.open)-1]
	after, ok := strings.CutPrefix(name, want+">")
	if !ok {
		return fmt.Errorf("want the end of %s", want)
	}
	p.rest = after
	p.open = p.open[:len(p.open)-1]
	p.bare = false
	p.out.WriteString("</")
	p.out.WriteString(want)
	p.out.WriteByte('>')
	return nil
}

// text reads a text that html.EscapeString escaped, and writes it.
func (p *parser) text(s string) error {
	if s == "" {
		return nil
	}
	if p.bare && len(p.open) > 0 {
		switch elements[p.open[len(p.open)-1]] {
		case empty:
			return fmt.Errorf("%s holds a text", p.open[len(p.open)-1])
		case preformatted, textOnly:
			// Parsers drop one newline after the start tag; x/net/html a carriage return as well.
			if s[0] == '\n' || s[0] == '\r' {
				p.out.WriteByte('\n')
			}
		}
	}
	p.bare = false
	return writeText(&p.out, s)
}
