package source

import (
	"strings"

	"kabar/app/news"
)

// inlineKinds are the kinds of running text.
var inlineKinds = func() map[news.Kind]bool {
	m := map[news.Kind]bool{news.Text: true}
	for _, k := range inlineElements {
		m[k] = true
	}
	return m
}()

// tidy puts running text in order, block by block: white space folded across elements, none at the edges of a block, texts that met
// joined, empty elements gone. It works bottom-up on blocks; a run is a stretch of inline nodes between blocks.
func tidy(nodes []news.Node, fold bool) []news.Node {
	var out []news.Node
	for i := 0; i < len(nodes); {
		if inlineKinds[nodes[i].Kind] {
			j := i
			for j < len(nodes) && inlineKinds[nodes[j].Kind] {
				j++
			}
			out = append(out, tidyRun(nodes[i:j], fold)...)
			i = j
			continue
		}
		n := nodes[i]
		n.Nodes = tidy(n.Nodes, fold && n.Kind != "pre")
		if len(n.Nodes) > 0 || n.Kind == "hr" || n.Kind == "td" || n.Kind == "th" {
			out = append(out, n)
		}
		i++
	}
	return out
}

func tidyRun(run []news.Node, fold bool) []news.Node {
	if fold {
		f := spacing{edge: true}
		run = f.fold(run)
		run = prune(run)
		trimEnd(&run)
	}
	return prune(run)
}

// spacing remembers, across elements, whether a space would follow another or begin a line.
type spacing struct{ edge bool }

func (f *spacing) fold(nodes []news.Node) []news.Node {
	for i := range nodes {
		n := &nodes[i]
		switch n.Kind {
		case news.Text:
			n.Text = foldSpace(n.Text)
			if f.edge {
				n.Text = strings.TrimPrefix(n.Text, " ")
			}
			if n.Text != "" {
				f.edge = strings.HasSuffix(n.Text, " ")
			}
		case "br":
			f.edge = true
		case "img":
			f.edge = false
		default:
			n.Nodes = f.fold(n.Nodes)
		}
	}
	return nodes
}

// prune joins texts that stand side by side and removes empty texts and elements.
func prune(nodes []news.Node) []news.Node {
	var out []news.Node
	for _, n := range nodes {
		switch n.Kind {
		case news.Text:
			if n.Text == "" {
				continue
			}
			if last := len(out) - 1; last >= 0 && out[last].Kind == news.Text {
				out[last].Text += n.Text
				continue
			}
		case "br", "img":
		default:
			if n.Nodes = prune(n.Nodes); len(n.Nodes) == 0 {
				continue
			}
		}
		out = append(out, n)
	}
	return out
}

// trimEnd removes spaces and line breaks from the end of a run, and from its start the breaks that fold left there.
func trimEnd(run *[]news.Node) {
	for len(*run) > 0 && isBreak((*run)[0]) {
		*run = (*run)[1:]
	}
	for len(*run) > 0 {
		last := &(*run)[len(*run)-1]
		switch last.Kind {
		case "img":
			return
		case "br":
		case news.Text:
			if last.Text = strings.TrimRight(last.Text, " "); last.Text != "" {
				beforeBreaks(*run)
				return
			}
		default:
			if trimEnd(&last.Nodes); len(last.Nodes) > 0 {
				beforeBreaks(*run)
				return
			}
		}
		*run = (*run)[:len(*run)-1]
	}
}

// beforeBreaks removes the space that ends a text before a line break.
func beforeBreaks(run []news.Node) {
	for i := range run[:len(run)-1] {
		if isBreak(run[i+1]) && run[i].Kind == news.Text {
			run[i].Text = strings.TrimRight(run[i].Text, " ")
		}
	}
}

// trimPre removes the line end that begins preformatted text (HTML would drop it when it is read again) and those that end it.
func trimPre(nodes []news.Node) []news.Node {
	nodes = prune(nodes)
	for first := firstText(nodes); first != nil && strings.HasPrefix(first.Text, "\n"); first = firstText(nodes) {
		first.Text = strings.TrimLeft(first.Text, "\n")
		nodes = prune(nodes)
	}
	if last := len(nodes) - 1; last >= 0 && nodes[last].Kind == news.Text {
		nodes[last].Text = strings.TrimRight(nodes[last].Text, "\n ")
	}
	return prune(nodes)
}

// firstText returns the text that nodes begin with, or nil when they begin with something else.
func firstText(nodes []news.Node) *news.Node {
	for len(nodes) > 0 {
		if nodes[0].Kind == news.Text {
			return &nodes[0]
		}
		nodes = nodes[0].Nodes
	}
	return nil
}
