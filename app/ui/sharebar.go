package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
	"kabar/app/share"
)

// target is what a share bar shares: an article of ours by its slug, or a page of a host by its address.
type target struct {
	slug  string
	url   string // what is shared: the canonical URL
	title string
}

// prominent is how many networks show their name; the others show their icon only, and have their name for those who hear it.
const prominent = 3

// shareBar is a list of links that work without a script, and of buttons that the boot script works and shows.
func (p page) shareBar(t target) app.UI {
	items := make([]app.UI, 0, len(share.Networks))
	for i, n := range share.Networks {
		if n.Action() {
			items = append(items, app.Li().Class("js-"+n.ID).Body(p.action(n, t)))
			continue
		}
		page := ""
		if t.slug == "" {
			page = t.url
		}
		text, accessible := p.l.ShareLabel(n.ID, n.Name)
		a := app.A().Class("sh i i-"+n.ID).Href(news.GoPath(n.ID, p.Site.ID, t.slug, page, t.title)).Rel("nofollow noopener").Target("_blank").
			Aria("label", accessible)
		if i < prominent {
			a = a.Class("named").Text(text)
		} else {
			a = a.Title(accessible)
		}
		items = append(items, app.Li().Body(a))
	}
	if p.Page == news.PageArticle {
		items = append(items, app.Li().Class("js-keep").Body(
			app.Button().Type("button").Class("sh i i-keep").DataSet("do", "keep").Aria("pressed", "false").Aria("label", p.l.Keep).Title(p.l.Keep)))
	}
	return app.Section().Class("share").Aria("labelledby", "bagikan").Body(
		app.H2().ID("bagikan").Text(p.l.Share),
		app.Ul().Body(items...),
		app.P().Class("said").Attr("role", "status"),
	)
}

// action is a button that the boot script works; what it needs stands in its data.
func (p page) action(n share.Network, t target) app.UI {
	_, accessible := p.l.ShareLabel(n.ID, n.Name)
	b := app.Button().Type("button").Class("sh i i-"+n.ID).DataSet("do", n.ID).Aria("label", accessible).Title(accessible)
	if n.ID != "print" {
		b = b.DataSet("url", t.url).DataSet("title", t.title)
	}
	if n.ID == "copy" {
		b = b.DataSet("ok", p.l.LinkCopied)
	}
	return b
}
