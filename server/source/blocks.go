package source

import (
	"golang.org/x/net/html"

	"kabar/app/news"
)

// list reads a list. What stands in it outside an item belongs to the item before.
func (b *builder) list(n *html.Node, wraps []news.Node, depth int) []news.Node {
	list := b.withLang(n, news.Node{Kind: "ul"})
	if n.Data == "ol" {
		list.Kind = "ol"
		list.Start = number(attr(n, "start"), -9999, 99999)
		switch t := attr(n, "type"); t {
		case "1", "a", "A", "i", "I":
			list.Type = t
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && blank(c.Data) || c.Type == html.ElementNode && unwanted(c) || b.full() {
			continue
		}
		if c.Type == html.ElementNode && c.Data == "li" {
			if nodes := b.flow(c, wraps, true, depth+2); hasContent(nodes) {
				list.Nodes = append(list.Nodes, b.withLang(c, news.Node{Kind: "li", Nodes: nodes}))
			}
			continue
		}
		var nodes []news.Node
		switch {
		case c.Type == html.TextNode:
			nodes = []news.Node{{Kind: "p", Nodes: wrap(b.text(c.Data, false), wraps)}}
		case c.Type == html.ElementNode && inlineElements[c.Data] != "" && !hasBlock(c):
			nodes = []news.Node{{Kind: "p", Nodes: wrap(b.inline(c, false, depth+2), wraps)}}
		case c.Type == html.ElementNode:
			nodes = b.block(c, wraps, depth+2)
		}
		if !hasContent(nodes) {
			continue
		}
		if last := len(list.Nodes) - 1; last >= 0 {
			list.Nodes[last].Nodes = append(list.Nodes[last].Nodes, nodes...)
		} else {
			list.Nodes = append(list.Nodes, news.Node{Kind: "li", Nodes: nodes})
		}
	}
	if len(list.Nodes) == 0 {
		return nil
	}
	return []news.Node{list}
}

// terms reads a list of terms; wrappers inside it are opened.
func (b *builder) terms(n *html.Node, wraps []news.Node, depth int) []news.Node {
	var out []news.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && blank(c.Data) || b.full() {
			continue
		}
		switch {
		case c.Type == html.ElementNode && c.Data == "dt":
			if nodes := wrap(b.phrase(c, false, depth+1), wraps); hasContent(nodes) {
				out = append(out, b.withLang(c, news.Node{Kind: "dt", Nodes: nodes}))
			}
		case c.Type == html.ElementNode && c.Data == "dd":
			if nodes := b.flow(c, wraps, true, depth+1); hasContent(nodes) {
				out = append(out, b.withLang(c, news.Node{Kind: "dd", Nodes: nodes}))
			}
		case c.Type == html.ElementNode && c.Data == "div":
			out = append(out, b.terms(c, wraps, depth)...)
		case c.Type == html.ElementNode:
			if nodes := b.block(c, wraps, depth+1); inlineElements[c.Data] == "" && hasContent(nodes) {
				out = append(out, news.Node{Kind: "dd", Nodes: nodes})
			}
		}
	}
	return out
}

// figure reads a picture, table or quotation with its caption. Without one of these it is a paragraph or two.
func (b *builder) figure(n *html.Node, wraps []news.Node, depth int) []news.Node {
	nodes := b.flow(n, wraps, true, depth+1)
	body, caption := false, -1
	for i, c := range nodes {
		switch c.Kind {
		case "figcaption":
			if caption >= 0 { // only one is allowed
				nodes[i].Kind = "p"
				continue
			}
			caption = i
		default:
			body = body || hasContent([]news.Node{c})
		}
	}
	if len(nodes) == 0 {
		return nil
	}
	if !body {
		for i := range nodes {
			if nodes[i].Kind == "figcaption" {
				nodes[i].Kind = "p"
			}
		}
		return nodes
	}
	return []news.Node{b.withLang(n, news.Node{Kind: "figure", Nodes: nodes})}
}

// table reads a table. A table of one cell is an old way to lay out a page and becomes what is in the cell.
func (b *builder) table(n *html.Node, wraps []news.Node, depth int) []news.Node {
	if td := onlyCell(n); td != nil {
		return b.flow(td, wraps, false, depth+1)
	}
	t := b.withLang(n, news.Node{Kind: "table"})
	var captions []news.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || b.full() {
			continue
		}
		switch c.Data {
		case "caption":
			if nodes := wrap(b.phrase(c, false, depth+2), wraps); len(captions) == 0 && hasContent(nodes) {
				captions = []news.Node{{Kind: "caption", Nodes: nodes}}
			}
		case "thead", "tbody", "tfoot":
			if rows := b.rows(c, wraps, depth+2); len(rows) > 0 {
				t.Nodes = append(t.Nodes, news.Node{Kind: news.Kind(c.Data), Nodes: rows})
			}
		}
	}
	if len(t.Nodes) == 0 {
		return nil
	}
	t.Nodes = append(captions, t.Nodes...)
	return []news.Node{t}
}

func (b *builder) rows(n *html.Node, wraps []news.Node, depth int) []news.Node {
	var rows []news.Node
	for tr := n.FirstChild; tr != nil; tr = tr.NextSibling {
		if tr.Type != html.ElementNode || tr.Data != "tr" || b.full() {
			continue
		}
		row := news.Node{Kind: "tr"}
		for c := tr.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode || c.Data != "td" && c.Data != "th" || b.full() {
				continue
			}
			cell := b.withLang(c, news.Node{Kind: news.Kind(c.Data), Nodes: b.flow(c, wraps, true, depth+2)})
			cell.ColSpan, cell.RowSpan = number(attr(c, "colspan"), 2, 100), number(attr(c, "rowspan"), 2, 1000)
			switch a := attr(c, "align"); a {
			case "left", "right", "center":
				cell.Align = a
			}
			row.Nodes = append(row.Nodes, cell) // an empty cell holds its place
		}
		if len(row.Nodes) > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

// onlyCell returns the single cell of a table, or nil when there are more.
func onlyCell(table *html.Node) *html.Node {
	var only *html.Node
	for part := table.FirstChild; part != nil; part = part.NextSibling {
		if part.Data == "caption" {
			return nil
		}
		for tr := part.FirstChild; tr != nil; tr = tr.NextSibling {
			for c := tr.FirstChild; c != nil; c = c.NextSibling {
				if c.Type != html.ElementNode {
					continue
				}
				if only != nil || c.Data != "td" {
					return nil
				}
				only = c
			}
		}
	}
	return only
}
