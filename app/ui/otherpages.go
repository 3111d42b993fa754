package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/locale"
	"kabar/app/news"
)

func (p page) officesPage() []app.UI {
	items := make([]app.UI, 0, len(p.Sites))
	for _, s := range p.Sites {
		items = append(items, app.Li().Body(app.A().Href(news.SitePath(s.ID)).Text(s.Name)))
	}
	return []app.UI{app.H1().Text(p.l.OfficesTitle), app.Ul().Class("offices").Body(items...)}
}

func (p page) problemPage() []app.UI {
	title, text := problem(p.l, p.Problem)
	home := news.SitePath(p.Site.ID)
	if p.Site.ID == "" {
		home = "/"
	}
	return []app.UI{
		app.P().Class("code").Text(strconv.Itoa(int(p.Problem))),
		app.H1().Text(title),
		app.P().Text(text),
		app.P().Body(app.A().Href(home).Text(p.l.Home)),
	}
}

// problem is what readers are told of a status.
func problem(l *locale.Locale, status news.Problem) (title, text string) {
	switch status {
	case 404, 410:
		return l.NotFoundTitle, l.NotFoundText
	case 403:
		return l.ForbiddenTitle, l.ForbiddenText
	case 429:
		return l.TooManyTitle, l.TooManyText
	case 503:
		return l.UnavailableTitle, l.UnavailableText
	case 400, 405, 422:
		return l.BadRequestTitle, l.BadRequestText
	}
	return l.ErrorTitle, l.ErrorText
}
