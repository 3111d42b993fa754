package feed

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"kabar/app/news"
)

// content is an article's full text as HTML: its picture first, unless the text shows it, then its nodes. Every address in it is absolute,
// and only what news.Kinds lists is an element.
func (f *Feed) content(a *news.Article) (string, error) {
	root := &html.Node{Type: html.DocumentNode}
	lead := a.Image
	news.Images(a.Body, func(i *news.Image) {
		if lead != nil && i.Name == lead.Name {
			lead = nil
		}
	})
	if img := f.image(lead); img != nil {
		p := element("p")
		p.AppendChild(img)
		root.AppendChild(p)
	}
	f.nodes(root, a.Body)
	var b strings.Builder
	if err := html.Render(&b, root); err != nil {
		return "", fmt.Errorf("writing the text of %s: %w", a.Slug, err)
	}
	return b.String(), nil
}

func (f *Feed) nodes(parent *html.Node, nodes []news.Node) {
	for i := range nodes {
		if n := f.node(&nodes[i]); n != nil {
			parent.AppendChild(n)
		}
	}
}

func (f *Feed) node(n *news.Node) *html.Node {
	switch n.Kind {
	case news.Text:
		return &html.Node{Type: html.TextNode, Data: n.Text}
	case "img":
		return f.image(n.Image)
	case "br", "hr":
		return element(n.Kind)
	}
	kind := n.Kind
	if !news.Kinds[kind] || kind == "a" && !followable(n.Href) {
		kind = "span"
	}
	e := element(kind)
	set := func(on news.Kind, key, value string) {
		if value != "" && (on == "" || on == kind) {
			e.Attr = append(e.Attr, html.Attribute{Key: key, Val: value})
		}
	}
	number := func(v int) string {
		if v == 0 {
			return ""
		}
		return strconv.Itoa(v)
	}
	set("", "lang", n.Lang)
	set("", "dir", n.Dir)
	set("a", "href", n.Href)
	set("abbr", "title", n.Title)
	set("ol", "start", number(n.Start))
	set("ol", "type", n.Type)
	for _, cell := range []news.Kind{"td", "th"} {
		set(cell, "colspan", number(n.ColSpan))
		set(cell, "rowspan", number(n.RowSpan))
	}
	f.nodes(e, n.Nodes)
	return e
}

func element(kind news.Kind) *html.Node {
	return &html.Node{Type: html.ElementNode, Data: string(kind)}
}

// followable reports whether an address leads somewhere from a feed reader: absolute, and no script.
func followable(href string) bool {
	u, err := url.Parse(href)
	if err != nil {
		return false
	}
	return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" || (u.Scheme == "mailto" || u.Scheme == "tel") && u.Opaque != ""
}

// image is our largest copy; nil where there is none.
func (f *Feed) image(img *news.Image) *html.Node {
	src := f.picture(img)
	if src == "" {
		return nil
	}
	e := element("img")
	e.Attr = []html.Attribute{{Key: "src", Val: src}, {Key: "alt", Val: img.Alt}, {Key: "width", Val: strconv.Itoa(img.Width)}, {Key: "height", Val: strconv.Itoa(img.Height)}}
	return e
}

// picture is the address of our largest copy, or empty.
func (f *Feed) picture(img *news.Image) string {
	if img == nil || img.Name == "" || len(img.Widths) == 0 {
		return ""
	}
	return f.Base + news.ImagePath(img.Name, img.Widths[len(img.Widths)-1], "jpg")
}
