package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
)

func (r *Root) newsPage(p page) []app.UI {
	heading := p.l.LatestNews
	if p.Query.Search != "" {
		heading = p.l.SearchResults.With(p.Query.Search)
	} else if p.Query.Category != "" {
		heading = p.Query.Category
	}
	out := []app.UI{
		app.Div().Class("head").Body(app.H1().Text(heading), r.searchForm(p)),
	}
	if len(p.List.Categories) > 1 {
		out = append(out, p.categories())
	}
	if len(p.List.Articles) == 0 {
		none := p.l.NoNews
		if p.Query.Search != "" {
			none = p.l.NoResults.With(p.Query.Search)
		}
		return append(out, app.P().Class("none").Text(none))
	}
	out = append(out, r.freshNews(p))
	lead := p.Query.Page < 2 && p.Query.Search == ""
	items := make([]app.UI, 0, len(p.List.Articles))
	for i := range p.List.Articles {
		items = append(items, p.item(&p.List.Articles[i], lead && i == 0, i < 4))
	}
	out = append(out, app.Ol().Class("list").Body(items...))
	if most := p.mostRead(); most != nil {
		out = append(out, most)
	}
	if pager := r.pager(p); pager != nil {
		out = append(out, pager)
	}
	return out
}

// freshNews says over the page how many articles have come since, and shows them when the reader wants it. It is there before it has anything
// to say, so that screen readers listen to it.
func (r *Root) freshNews(p page) app.UI {
	line := app.P().Class("fresh").Attr("role", "status")
	if r.fresh == 0 {
		return line
	}
	return line.Body(app.Button().Type("button").Text(p.l.Fresh(r.fresh)).OnClick(r.onFresh))
}

// mostRead are links to the most read articles, where there are enough.
func (p page) mostRead() app.UI {
	if len(p.List.Popular) == 0 {
		return nil
	}
	items := make([]app.UI, len(p.List.Popular))
	for i, a := range p.List.Popular {
		items[i] = app.Li().Body(app.A().Href(p.link(news.ArticlePath(p.Site.ID, a.Slug))).Text(a.Title))
	}
	return app.Section().Class("most").Body(app.H2().Text(p.l.MostRead), app.Ol().Body(items...))
}

// searchForm works as a plain GET form; in the app each key press searches.
func (r *Root) searchForm(p page) app.UI {
	fields := []app.UI{
		app.Input().Type("search").Name("q").Class("q").Value(r.typed).Placeholder(p.l.SearchLabel).Aria("label", p.l.SearchLabel).
			AutoComplete(false).OnInput(r.onSearch),
		app.Button().Type("submit").Class("go i i-search").Aria("label", p.l.Search).Title(p.l.Search),
	}
	if p.Lang != p.Site.Language {
		fields = append(fields, app.Input().Type("hidden").Name("lang").Value(p.Lang))
	}
	return app.Form().Class("search").Attr("role", "search").Method("get").Action(news.SitePath(p.Site.ID)).Body(fields...)
}

func (p page) categories() app.UI {
	chip := func(name, category string) app.UI {
		a := app.A().Href(p.link(news.NewsPath(p.Site.ID, news.Query{Category: category}))).Text(name)
		if p.Query.Category == category && p.Query.Search == "" {
			a = a.Aria("current", "page")
		}
		return app.Li().Body(a)
	}
	chips := []app.UI{chip(p.l.AllCategories, "")}
	for i, c := range p.List.Categories {
		if i == 8 {
			break
		}
		chips = append(chips, chip(c, c))
	}
	return app.Nav().Class("cats").Aria("label", p.l.Categories).Body(app.Ul().Body(chips...))
}

// item is one article of a list: the headline is its only link, and its area is the whole item.
func (p page) item(a *news.Article, lead, early bool) app.UI {
	class := "item"
	if lead {
		class = "item lead"
	}
	text := []app.UI{
		app.H2().Body(app.A().Href(p.link(news.ArticlePath(p.Site.ID, a.Slug))).Text(a.Title)),
	}
	if a.Summary != "" {
		text = append(text, app.P().Class("sum").Text(a.Summary))
	}
	text = append(text, p.meta(a))
	parts := []app.UI{app.Div().Class("txt").Body(text...)}
	if pic := p.picture(a.Image, lead, early); pic != nil {
		parts = append(parts, pic)
	}
	return app.Li().Class(class).Body(parts...)
}

// meta is the line that says when, and of what kind.
func (p page) meta(a *news.Article) app.UI {
	parts := []app.UI{p.time(a)}
	if len(a.Categories) > 0 {
		parts = append(parts, app.Span().Class("cat").Text(a.Categories[0]))
	}
	return app.P().Class("meta").Body(parts...)
}

// time is relative for a week and a date after that; the whole date stands in its title.
func (p page) time(a *news.Article) app.UI {
	loc := p.Site.Location()
	return app.Time().DateTime(a.Published.In(loc).Format(rfc3339)).Title(p.l.LongDate(a.Published, loc)).Text(p.l.Ago(a.Published, p.Now, loc))
}

const rfc3339 = "2006-01-02T15:04:05Z07:00"

func (r *Root) pager(p page) app.UI {
	var links []app.UI
	if p.Query.Page > 1 {
		q := p.Query
		q.Page--
		links = append(links, app.A().Class("newer").Rel("prev").Href(p.link(news.NewsPath(p.Site.ID, q))).Text(p.l.Newer))
		links = append(links, app.Span().Text(p.l.Page.With(p.l.Number(int64(p.Query.Page)))))
	}
	if p.List.Next != "" {
		q := p.Query
		q.Page = max(q.Page, 1) + 1
		links = append(links, app.A().Class("older").Rel("next").Href(p.link(news.NewsPath(p.Site.ID, q))).Text(p.l.Older).OnClick(r.onOlder))
	}
	if len(links) == 0 {
		return nil
	}
	if r.failed {
		links = append(links, app.P().Attr("role", "status").Text(p.l.LoadFailed))
	}
	return app.Nav().Class("pager").Aria("label", p.l.Pages).Body(links...)
}
