package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
)

// nodes renders an article's body. A kind that is not known here renders as what it holds, so nothing said is lost. Texts that meet
// because what stood between them is not shown, such as a picture without copies, become one: a browser would merge them.
func (p page) nodes(nodes []news.Node) []app.UI {
	out := make([]app.UI, 0, len(nodes))
	text, last := "", -1 // the text that out ends with, and where it stands
	for i := range nodes {
		if n := &nodes[i]; n.Kind == news.Text {
			if last < 0 || last != len(out)-1 {
				text = ""
			}
			if text += n.Text; text == "" {
				continue
			}
			if last < 0 || last != len(out)-1 {
				out = append(out, nil)
				last = len(out) - 1
			}
			out[last] = app.Text(text)
			continue
		}
		if ui := p.node(&nodes[i]); ui != nil {
			out = append(out, ui)
		}
	}
	return out
}

func (p page) node(n *news.Node) app.UI {
	switch n.Kind {
	case "img":
		return p.picture(n.Image, true, false)
	case "br", "hr":
		return app.ElemSelfClosing(string(n.Kind))
	case "table":
		return app.Div().Class("wide").TabIndex(0).Attr("role", "group").Body(app.Elem("table").Body(p.nodes(n.Nodes)...))
	}
	if !news.Kinds[n.Kind] {
		return app.Span().Body(p.nodes(n.Nodes)...)
	}
	kids := p.nodes(n.Nodes)
	if len(kids) == 0 && n.Kind != "td" && n.Kind != "th" {
		return nil
	}
	e := app.Elem(string(n.Kind)).Body(kids...)
	if n.Lang != "" {
		e = e.Attr("lang", n.Lang)
	}
	if n.Dir != "" {
		e = e.Attr("dir", n.Dir)
	}
	switch n.Kind {
	case "a":
		if n.Href == "" {
			return app.Span().Body(kids...)
		}
		e = e.Attr("href", n.Href).Attr("rel", "noopener nofollow ugc")
	case "abbr":
		if n.Title != "" {
			e = e.Attr("title", n.Title)
		}
	case "ol":
		if n.Start != 0 {
			e = e.Attr("start", n.Start)
		}
		if n.Type != "" {
			e = e.Attr("type", n.Type)
		}
	case "td", "th":
		if n.ColSpan > 1 {
			e = e.Attr("colspan", n.ColSpan)
		}
		if n.RowSpan > 1 {
			e = e.Attr("rowspan", n.RowSpan)
		}
		if n.Align != "" {
			e = e.Class("al-" + n.Align)
		}
	}
	return e
}
