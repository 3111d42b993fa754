package source

import (
	"bytes"
	"strings"

	"github.com/mmcdole/gofeed"
)

// salvage takes a feed apart that does not parse whole: what precedes its first item, and each item that ends, if only where the next
// begins (unclosed says that there was such a one). Elements of other kinds between and after the items are left out.
func salvage(b []byte) (head []byte, items [][]byte, unclosed bool) {
	var stack []string
	start, depth := -1, 0
	for p := range pieces(b) {
		switch p.kind {
		case startTag:
			written := tagName(b[p.start:p.end])
			name := strings.ToLower(written)
			if (name == "item" || name == "entry") && start < 0 {
				start, depth = p.start, len(stack)
				if head == nil {
					head = b[:p.start:p.start]
				}
			} else if (name == "item" || name == "entry") && depth < len(stack) {
				item := append([]byte{}, b[start:p.start]...)
				for i := len(stack) - 1; i >= depth; i-- {
					item = append(item, "</"+stack[i]+">"...)
				}
				items, unclosed = append(items, item), true
				start, stack = p.start, stack[:depth]
			}
			stack = append(stack, written)
		case endTag:
			name := strings.ToLower(tagName(b[p.start:p.end]))
			if start >= 0 && (name == "item" || name == "entry") {
				items = append(items, b[start:p.end])
				start, stack = -1, stack[:min(depth, len(stack))]
			} else if i := len(stack) - 1; i >= 0 && (start < 0 || i > depth) {
				stack = stack[:i]
			}
		}
	}
	return head, items, unclosed
}

// parseItems parses each item on its own below the feed's head and returns what can be read; lost is how many cannot.
func parseItems(p *gofeed.Parser, head []byte, items [][]byte) (f *gofeed.Feed, lost int) {
	if len(items) == 0 {
		return nil, 0
	}
	tail := closing(head)
	one := func(parts ...[]byte) (*gofeed.Feed, error) {
		return p.Parse(bytes.NewReader(append(append(append([]byte{}, head...), bytes.Join(parts, nil)...), tail...)))
	}
	if f, err := one(items...); err == nil { // only the end was missing
		return f, 0
	}
	var good [][]byte
	for i, it := range items {
		if i == maxItems {
			break
		}
		if _, err := one(it); err == nil {
			good = append(good, it)
		} else {
			lost++
		}
	}
	if len(good) == 0 {
		return nil, lost
	}
	f, err := one(good...)
	if err != nil {
		return nil, lost
	}
	return f, lost
}

// closing is the end tags for what stands open after head.
func closing(head []byte) []byte {
	var stack []string
	for p := range pieces(head) {
		switch p.kind {
		case startTag:
			stack = append(stack, tagName(head[p.start:p.end]))
		case endTag:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		}
	}
	var b bytes.Buffer
	for i := len(stack) - 1; i >= 0; i-- {
		b.WriteString("</" + stack[i] + ">")
	}
	return b.Bytes()
}
