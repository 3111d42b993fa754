package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/locale"
	"kabar/app/news"
)

// NewPocket returns the component of the page about the app and its settings, or of the one that is shown without a network. They are worked by
// web/pocket.js; the app never shows them, so like the snippet page they stand apart from New.
func NewPocket(s *news.State) *Root {
	r := New(s, nil)
	r.fixed = func(p page) []app.UI {
		q := pocketPage{p, locale.Pocket(s.Lang)}
		if s.Slug == news.OfflineSlug {
			return q.offline()
		}
		return q.settings()
	}
	return r
}

// PocketTitle is the title of the document that NewPocket shows.
func PocketTitle(s *news.State) string {
	w := locale.Pocket(s.Lang)
	t := w.Title
	if s.Slug == news.OfflineSlug {
		t = w.OfflineTitle
	}
	return t + " · " + s.Site.Name
}

type pocketPage struct {
	page
	w *locale.PocketWords
}

func (p pocketPage) settings() []app.UI {
	sizes := make([][2]string, len(p.w.Sizes))
	for i, name := range p.w.Sizes {
		sizes[i] = [2]string{strconv.Itoa(i), name}
	}
	keys := make([]app.UI, len(p.w.Script.Keys))
	for i, k := range p.w.Script.Keys {
		keys[i] = app.Tr().Body(app.Td().Body(app.Kbd().Text(k[0])), app.Td().Text(k[1]))
	}
	intro := p.w.Intro
	if p.Site.Push {
		intro = p.w.PushIntro
	}
	return []app.UI{app.Article().Class("info pocket").Body(
		app.H1().Text(p.w.Title),
		app.P().Class("sum").Text(intro),
		app.P().Class("bare").Text(p.w.NoScript), // a noscript element is none that a component may use
		app.Section().Class("js-look").Body(
			app.H2().Text(p.w.Look),
			likes(p.w.Theme, "theme", [][2]string{{"auto", p.w.ThemeAuto}, {"light", p.w.ThemeLight}, {"dark", p.w.ThemeDark}}),
			likes(p.w.Size, "size", sizes),
		),
		app.Section().Class("js-install").Body(
			app.H2().Text(p.w.InstallTitle),
			app.P().ID("cara").Text(p.w.Script.Ways.Menu),
			app.P().Class("does").Body(app.Button().Type("button").Class("act").Hidden(true)),
		),
		app.If(p.Site.Push, p.push),
		app.Section().Class("js-stored").Body(
			app.H2().Text(p.w.Stored),
			app.P().Text(p.w.StoredText),
			app.P().ID("simpanan").Attr("role", "status").Text(p.w.Counting),
			app.P().Class("does").Body(
				app.Button().Type("button").Class("act").DataSet("do", "fill").Hidden(true),
				app.Button().Type("button").Class("act").DataSet("do", "empty").Text(p.w.Empty),
			),
			app.H3().ID("nanti").Text(p.w.KeptTitle),
			app.Ul().ID("disimpan").Aria("labelledby", "nanti").Hidden(true),
		),
		app.Section().Class("js-keys").Body(
			app.H2().Text(p.w.Keys),
			app.P().Body(app.Label().Body(app.Input().Type("checkbox").Name("keys").DataSet("like", "1").Checked(true), app.Span().Text(p.w.KeysOn))),
			app.Table().Body(app.THead().Body(app.Tr().Body(app.Th().Scope("col").Text(p.w.Key), app.Th().Scope("col").Text(p.w.Does))), app.TBody().Body(keys...)),
		),
		app.P().Body(app.A().Href(p.link(news.SitePath(p.Site.ID))).Text(p.w.BackToNews)),
	)}
}

// push is where a reader asks for notifications. web/push.js shows as much of it as the browser can do.
func (p pocketPage) push() app.UI {
	return app.Section().Class("js-push").ID("pemberitahuan").Hidden(true).Body(
		app.H2().Text(p.w.Push),
		app.P().Text(p.w.PushText),
		app.FieldSet().Hidden(true).Body(app.Legend().Text(p.w.PushCategories)),
		app.P().Class("does").Body(app.Button().Type("button").Class("act").DataSet("do", "push").Hidden(true)),
		app.P().ID("kabarkan").Attr("role", "status"),
	)
}

// likes are choices of which one holds: the first, unless the reader's device remembers another.
func likes(legend, name string, values [][2]string) app.UI {
	fields := []app.UI{app.Legend().Text(legend)}
	for i, v := range values {
		fields = append(fields, app.Label().Body(app.Input().Type("radio").Name(name).Value(v[0]).DataSet("like", "1").Checked(i == 0), app.Span().Text(v[1])))
	}
	return app.FieldSet().Body(fields...)
}

// offline is in the place of a page that is not on the device.
func (p pocketPage) offline() []app.UI {
	home := p.link(news.SitePath(p.Site.ID))
	return []app.UI{app.Article().Class("info pocket").Body(
		app.H1().Text(p.w.OfflineTitle),
		app.P().Class("sum").Text(p.w.OfflineText),
		app.P().Class("does").Body(app.A().Class("act").Href("").Text(p.w.OfflineRetry), app.A().Class("act").Href(home).Text(p.w.BackToNews)),
		app.H2().ID("ada").Text(p.w.OfflineList),
		app.Ul().ID("disimpan").Aria("labelledby", "ada").Hidden(true),
		app.Ul().ID("terbaca").Aria("labelledby", "ada").Hidden(true),
	)}
}
