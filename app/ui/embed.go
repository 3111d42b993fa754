package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
)

// embed is the whole document of a widget's frame. Its links leave the frame: to the article's home in the top window, to a network in a
// new one. Where a sandbox forbids that, the boot script asks the host page to go to data-own, an address of ours.
func (p page) embed() app.UI {
	root := app.Main().ID("root").Class("embed " + p.Embed.Layout)
	switch p.Embed.Widget {
	case "share":
		return root.Body(p.shareBar(target{url: p.Embed.URL, title: p.Embed.Title, slug: p.Slug}), p.views(p.embedCounts()))
	case "article":
		a := p.Article
		parts := []app.UI{p.embedItem(a, true, true)}
		return root.Class("card").Body(append(parts, p.shareBar(target{slug: a.Slug, url: p.Home(a), title: a.Title}), p.views(a.Counts), p.from())...)
	}
	items := make([]app.UI, 0, len(p.List.Articles))
	for i := range p.List.Articles {
		items = append(items, app.Li().Body(p.embedItem(&p.List.Articles[i], p.Embed.Layout == "cards", i < 3)))
	}
	heading := p.l.LatestNews
	if p.Query.Sort == news.Popular {
		heading = p.l.MostRead
	}
	body := []app.UI{app.H1().Class("head").Body(app.A().Href(p.Base + news.SitePath(p.Site.ID)).Target("_top").Text(heading))}
	if len(items) == 0 {
		body = append(body, app.P().Class("none").Text(p.l.NoNews))
	} else {
		body = append(body, app.Ol().Class("list").Body(items...))
	}
	return root.Body(append(body, p.from())...)
}

func (p page) embedCounts() news.Counts {
	if p.Article != nil {
		return p.Article.Counts
	}
	return news.Counts{}
}

// embedItem is an article in a widget: its headline, when, its picture, and the share link that most use.
func (p page) embedItem(a *news.Article, wide, early bool) app.UI {
	own := news.ArticlePath(p.Site.ID, a.Slug)
	heading := app.Elem("h2")
	if p.Embed.Widget == "article" {
		heading = app.Elem("h1")
	}
	text := []app.UI{heading.Body(app.A().Href(p.Home(a)).Target("_top").DataSet("own", own).DataSet("read", a.Slug).Text(a.Title))}
	if p.Embed.Widget == "article" && a.Summary != "" {
		text = append(text, app.P().Class("sum").Text(a.Summary))
	}
	meta := []app.UI{p.time(a)}
	if p.Embed.Widget == "news" {
		meta = append(meta, app.A().Class("i i-whatsapp").Href(news.GoPath("whatsapp", p.Site.ID, a.Slug, "", "")).Target("_blank").Rel("nofollow noopener").
			Aria("label", strings.TrimSpace(p.l.ShareTo.With("WhatsApp")+": "+a.Title)).Title(p.l.ShareTo.With("WhatsApp")))
	}
	text = append(text, app.P().Class("meta").Body(meta...))
	parts := []app.UI{app.Div().Class("txt").Body(text...)}
	if l := p.Embed.Layout; l != "compact" && l != "ticker" && l != "popular" {
		if pic := p.picture(a.Image, wide, early); pic != nil {
			parts = append(parts, pic)
		}
	}
	return app.Article().Class("item").Body(parts...)
}

// from names the office: a widget may stand on a page that is not the office's own.
func (p page) from() app.UI {
	return app.P().Class("from").Body(app.A().Href(p.Base + news.SitePath(p.Site.ID)).Target("_top").Text(p.l.NewsFrom.With(p.Site.Name)))
}
