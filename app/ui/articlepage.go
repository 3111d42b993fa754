package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
)

func (p page) articlePage() []app.UI {
	a := p.Article
	loc := p.Site.Location()
	kicker := []app.UI{app.A().Href(p.link(news.SitePath(p.Site.ID))).Text(p.l.LatestNews)}
	if len(a.Categories) > 0 && a.Categories[0] != p.l.LatestNews {
		kicker = append(kicker, app.A().Href(p.link(news.NewsPath(p.Site.ID, news.Query{Category: a.Categories[0]}))).Text(a.Categories[0]))
	}
	byline := []app.UI{app.Time().DateTime(a.Published.In(loc).Format(rfc3339)).Text(p.l.LongDate(a.Published, loc))}
	if a.Author != "" {
		byline = append(byline, app.Span().Text(p.l.By.With(a.Author)))
	}
	if n := readingMinutes(a.Body); n > 0 {
		byline = append(byline, app.Span().Text(p.l.ReadingTime(n)))
	}
	out := []app.UI{
		app.Nav().Class("kick").Aria("label", p.l.Menu).Body(kicker...),
		app.H1().Text(a.Title),
		app.P().Class("meta").Body(byline...),
	}
	if pic := p.picture(a.Image, true, true); pic != nil && !startsWith(a.Body, a.Image) {
		out = append(out, app.Figure().Class("lead").Body(pic))
	}
	if len(a.Body) > 0 {
		out = append(out, app.Div().Class("body").Body(p.nodes(a.Body)...))
	} else if a.Summary != "" {
		out = append(out, app.Div().Class("body").Body(app.P().Text(a.Summary)))
	}
	out = append(out, p.shareBar(target{slug: a.Slug, title: a.Title, url: p.Home(a)}), p.views(a.Counts))
	if p.Elsewhere(a) {
		out = append(out, app.P().Class("home").Body(app.A().Class("i i-external").Href(a.URL).Text(p.l.ReadAtHome.With(news.Host(a.URL)))))
	}
	article := []app.UI{app.Article().Body(out...)}
	if len(p.List.Articles) > 0 {
		items := make([]app.UI, 0, len(p.List.Articles))
		for i := range p.List.Articles {
			items = append(items, p.item(&p.List.Articles[i], false, false))
		}
		article = append(article, app.Section().Class("more").Aria("labelledby", "lain").Body(
			app.H2().ID("lain").Text(p.l.MoreNews), app.Ol().Class("list").Body(items...)))
	}
	return article
}

// views is the count's sentence; its number stands in an element of its own, which the beacon's answer updates.
func (p page) views(c news.Counts) app.UI {
	parts := []app.UI{app.Text(p.l.ViewsBefore), app.B().DataSet("views", "n").Text(p.l.Number(c.Views))}
	if p.l.ViewsAfter != "" {
		parts = append(parts, app.Text(p.l.ViewsAfter))
	}
	return app.P().Class("views").Body(
		app.A().Class("i i-eye").Href(p.link(news.SitePath(p.Site.ID) + news.PrivacySlug + "#" + countingID)).Title(p.l.HowCounted).Body(
			app.Span().Body(parts...)))
}

// wordsPerMinute is how fast Indonesian is read silently, near the 150 to 200 that is reported for agglutinating languages.
const wordsPerMinute = 180

func readingMinutes(body []news.Node) int {
	n := len(strings.Fields(news.PlainText(body)))
	if n < wordsPerMinute/2 {
		return 0
	}
	return (n + wordsPerMinute/2) / wordsPerMinute
}

// startsWith reports whether the body's first picture is the lead picture and stands at its beginning: it is not shown twice then.
func startsWith(body []news.Node, img *news.Image) bool {
	for i, n := range body {
		if i > 1 {
			break
		}
		found := false
		news.Images([]news.Node{n}, func(b *news.Image) { found = found || img != nil && b.Name != "" && b.Name == img.Name })
		if found {
			return true
		}
	}
	return false
}
