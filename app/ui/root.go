// Package ui holds the components of every page, rendered by the server before and by the app after. A page is a function of
// its state: no component reads a clock, the address or the window while it renders. Wording comes from locale, addresses from
// news, links to networks from share.
package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/locale"
	"kabar/app/news"
)

// Root is the one component with a life of its own: it holds the state, follows the address bar and renders the page for both.
type Root struct {
	app.Compo

	state   *news.State
	source  news.Source
	words   *locale.Locale
	loading bool
	failed  bool
	fixed   func(page) []app.UI // content of a page that only the server shows
	fresh   int                 // articles that came since the page did
	typed   string              // in the search field: what the reader sees there, ahead of what was searched for
	browser browser
}

// New returns the component that shows s. In the browser it loads other pages from source; the server passes nil.
func New(s *news.State, source news.Source) *Root {
	return &Root{state: s, source: source, words: locale.For(s.Lang), typed: s.Query.Search}
}

// page is what the parts of a page need to render.
type page struct {
	*news.State
	l *locale.Locale
}

// Render draws the page.
func (r *Root) Render() app.UI {
	p := page{r.state, r.words}
	if p.Page == news.PageEmbed {
		return p.embed()
	}
	main := app.Main().ID("isi")
	if r.loading {
		main = main.Aria("busy", "true")
	}
	return app.Div().ID("root").Body(
		app.A().Class("skip").Href("#isi").Text(p.l.SkipToContent),
		p.masthead(),
		main.Body(r.content(p)...),
		p.footer(),
	)
}

func (r *Root) content(p page) []app.UI {
	if r.fixed != nil {
		return r.fixed(p)
	}
	switch p.Page {
	case news.PageNews:
		return r.newsPage(p)
	case news.PageArticle:
		return p.articlePage()
	case news.PageOffices:
		return p.officesPage()
	default:
		return p.problemPage()
	}
}

func (p page) masthead() app.UI {
	name, home := p.Site.Name, news.SitePath(p.Site.ID)
	if p.Site.ID == "" {
		name, home = p.l.Offices, "/"
	}
	parts := []app.UI{app.A().Class("brand").Href(p.link(home)).Text(name)}
	if p.Site.ID != "" {
		parts = append(parts, app.A().Class("aa").Href(p.link(home+news.PocketSlug)).Aria("label", p.l.Settings).Title(p.l.Settings).Text("Aa"))
	}
	return app.Header().Class("mast").Body(parts...)
}

func (p page) footer() app.UI {
	var links []app.UI
	if p.Site.ID != "" {
		if p.Site.Home != "" {
			links = append(links, app.A().Href(p.Site.Home).Text(news.Host(p.Site.Home)))
		}
		links = append(links, app.A().Href(p.link(news.SitePath(p.Site.ID)+news.PrivacySlug)).Text(p.l.Privacy))
	}
	return app.Footer().Class("foot").Body(links...)
}

// link keeps the language that the reader chose: an address without it is in the office's own.
func (p page) link(path string) string {
	if p.Lang == p.Site.Language || p.Site.Language == "" {
		return path
	}
	return news.WithLang(path, p.Lang)
}
