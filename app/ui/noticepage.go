package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/locale"
	"kabar/app/news"
)

// NewNotice returns the component of the privacy notice. The app never shows it, so like the snippet page it stands apart from New.
func NewNotice(s *news.State) *Root {
	r := New(s, nil)
	r.fixed = func(p page) []app.UI { return noticePage{p, locale.Notice(s.Lang)}.body() }
	return r
}

// NoticeTitle is the title of the document that NewNotice shows.
func NoticeTitle(s *news.State) string { return locale.Notice(s.Lang).Title + " · " + s.Site.Name }

// countingID is where the privacy notice says how a view is counted.
const countingID = "hitungan"

type noticePage struct {
	page
	w *locale.NoticeWords
}

func (p noticePage) body() []app.UI {
	out := []app.UI{app.H1().Text(p.w.Title), app.P().Class("sum").Text(p.w.Intro), p.otherLanguage(), app.H2().Text(p.w.Who), app.P().Text(p.w.WhoText.With(p.Site.Name))}
	if p.Site.Home == "" {
		out = append(out, app.P().Text(p.w.WhoNoSite))
	} else {
		out = append(out, app.P().Body(app.Text(p.w.WhoSite+" "), app.A().Href(p.Site.Home).Text(news.Host(p.Site.Home))))
	}
	out = append(out, app.H2().ID(countingID).Text(p.w.Count.Title))
	out = append(out, paragraphs(p.w.Count)...)
	out = append(out, app.H2().Text(p.w.Kept), p.kept())
	out = append(out, section(p.w.Never)...)
	if !p.Site.NetworkOnly {
		out = append(out, section(p.w.Device)...)
		out = append(out, app.P().Body(app.A().Href(p.link(news.SitePath(p.Site.ID)+news.PocketSlug)).Text(p.w.DeviceLink)))
	}
	out = append(out, section(p.w.Basis)...)
	if p.Site.Push {
		out = append(out, app.P().Text(p.w.BasisPush))
	}
	return []app.UI{app.Article().Class("info notice").Body(append(out, section(p.w.Rights)...)...)}
}

// otherLanguage leads to the same in the other language: a notice that is not understood is none.
func (p noticePage) otherLanguage() app.UI {
	for _, lang := range locale.Tags {
		if lang == p.Lang {
			continue
		}
		path := news.SitePath(p.Site.ID) + news.PrivacySlug
		if lang != p.Site.Language {
			path = news.WithLang(path, lang)
		}
		return app.P().Body(app.A().Href(path).Lang(lang).HrefLang(lang).Text(p.w.OtherLanguage))
	}
	return nil
}

// kept is a list of what is processed.
func (p noticePage) kept() app.UI {
	items := p.w.KeptItems
	if p.Site.Push {
		items = append(items[:len(items):len(items)], p.w.KeptPush)
	}
	var rows []app.UI
	for _, i := range items {
		rows = append(rows, app.Dt().Text(i.Title))
		for _, t := range i.Paragraphs {
			rows = append(rows, app.Dd().Text(t))
		}
	}
	return app.Dl().Body(rows...)
}

func section(s locale.Section) []app.UI {
	return append([]app.UI{app.H2().Text(s.Title)}, paragraphs(s)...)
}

func paragraphs(s locale.Section) []app.UI {
	out := make([]app.UI, len(s.Paragraphs))
	for i, t := range s.Paragraphs {
		out[i] = app.P().Text(t)
	}
	return out
}
