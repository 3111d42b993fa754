package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/locale"
	"kabar/app/news"
)

// NewSnippets returns the component of the page where a webmaster gets the line to paste. It stands apart from New so that the app, which
// never shows it, does not carry it.
func NewSnippets(s *news.State) *Root {
	r := New(s, nil)
	r.fixed = func(p page) []app.UI {
		return snippetPage{p, s.Snippets, locale.Snippets(s.Lang)}.body()
	}
	return r
}

type snippetPage struct {
	page
	s *news.Snippets
	w *locale.SnippetWords
}

func (p snippetPage) body() []app.UI {
	out := []app.UI{app.H1().Text(p.l.SnippetTitle), app.P().Class("sum").Text(p.w.Intro), p.form(), app.H2().ID("lihat").Text(p.w.Preview),
		p.preview(p.w.Phone, news.PhoneWidth, p.s.Phone), p.preview(p.w.Desktop, news.DesktopWidth, p.s.Desktop), app.H2().Text(p.w.CopyTitle)}
	for _, s := range p.s.Lines {
		out = append(out, p.snippet(s))
	}
	return []app.UI{app.Article().Class("pasang").Body(append(out, p.hosts()...)...)}
}

// form asks for the choice; the server answers with the page for it.
func (p snippetPage) form() app.UI {
	layouts := [][2]string{{"list", p.w.List}, {"cards", p.w.Cards}, {"compact", p.w.Compact}, {"ticker", p.w.Ticker}, {"popular", p.l.MostRead}}
	themes := [][2]string{{"auto", p.w.ThemeAuto}, {"light", p.w.ThemeLight}, {"dark", p.w.ThemeDark}}
	languages := [][2]string{{"id", p.w.Indonesian}, {"en", p.w.English}}
	widgets := [][2]string{{"news", p.w.WidgetNews}}
	if len(p.s.Hosts) > 0 {
		widgets = append(widgets, [2]string{"share", p.w.WidgetShare})
	}
	fields := []app.UI{
		choice(p.w.Widget, "widget", p.s.Widget, widgets),
		field("news", p.w.Limit, app.Input().Type("number").Name("limit").Min(1).Max(news.MaxEmbed).Value(p.s.Limit)),
		choice(p.w.Layout, "layout", p.s.Layout, layouts).Class("news"),
		choice(p.w.Theme, "theme", p.s.Theme, themes),
		choice(p.w.Language, "language", p.s.Lang, languages),
		field("", p.w.Accent, app.Input().Type("color").Name("accent").Value(p.s.Accent)),
		p.address(),
	}
	if p.Lang != p.Site.Language {
		fields = append(fields, app.Input().Type("hidden").Name("lang").Value(p.Lang))
	}
	return app.Form().Method("get").Action(news.SitePath(p.Site.ID)+news.SnippetSlug+"#lihat").Aria("label", p.w.Choose).Body(
		append(fields, app.Button().Type("submit").Text(p.w.Show))...)
}

// address is of no use to the news; the style hides it there.
func (p snippetPage) address() app.UI {
	if len(p.s.Hosts) == 0 {
		return nil
	}
	in := app.Input().Type("url").Name("url").Value(p.s.URL)
	if !p.s.Refused {
		return field("url", p.w.URL, in)
	}
	return app.Div().Class("url").Body(
		field("", p.w.URL, in.Aria("invalid", "true").Aria("describedby", "ditolak")),
		app.P().ID("ditolak").Text(p.w.URLRefused.With(p.s.URL)))
}

func field(class, label string, in app.UI) app.UI {
	return app.Label().Class(class).Body(app.Span().Text(label), in)
}

func choice(label, name, chosen string, values [][2]string) app.HTMLLabel {
	options := make([]app.UI, 0, len(values))
	for _, v := range values {
		options = append(options, app.Option().Value(v[0]).Selected(v[0] == chosen).Text(v[1]))
	}
	return app.Label().Body(app.Span().Text(label), app.Select().Name(name).Body(options...))
}

// preview shows the choice in a column of some width. What counts a view, the share widget, stands without its script: to choose is not to read.
func (p snippetPage) preview(label string, width, height int) app.UI {
	f := app.IFrame().Src(p.s.Frame).Width(width).Height(height).Title(label)
	if p.s.Widget == "share" {
		f = f.Sandbox("allow-popups allow-popups-to-escape-sandbox")
	}
	column := app.Div().Class("wide").Body(f)
	if width > news.PhoneWidth { // a phone scrolls it, by keyboard too
		column = column.TabIndex(0).Role("group").Aria("label", label)
	}
	return app.Figure().Body(app.FigCaption().Text(label), column)
}

func (p snippetPage) snippet(s news.Snippet) app.UI {
	title, texts := p.about(s.Kind)
	body := []app.UI{app.H3().ID(s.Kind).Text(title)}
	for _, t := range texts {
		body = append(body, app.P().Text(t))
	}
	if s.Text == "" {
		return app.Section().Body(body...)
	}
	// The boot script writes the answer at the end of the nearest .share.
	button := app.Button().Type("button").Class("share").Aria("live", "polite").Aria("describedby", s.Kind).DataSet("do", "copy").DataSet("url", s.Text).DataSet("ok", p.w.Copied).
		Body(app.Span().Text(p.w.Copy))
	return app.Section().Body(append(body, app.Pre().Body(app.Code().Text(s.Text)), app.P().Class("js-copy").Body(button))...)
}

// about is what is said of a kind of snippet.
func (p snippetPage) about(kind string) (title string, texts []string) {
	share := p.s.Widget == "share"
	switch kind {
	case "script":
		if share {
			return p.w.Script, []string{p.w.ScriptText, p.w.Address}
		}
		return p.w.Script, []string{p.w.ScriptText}
	case "frame":
		if p.s.Layout == "cards" && !share {
			return p.w.Frame, []string{p.w.FrameText, p.w.FrameCards}
		}
		return p.w.Frame, []string{p.w.FrameText}
	case "wordpress":
		if share {
			return p.w.WordPress, []string{p.w.WordPressShare}
		}
		return p.w.WordPress, []string{p.w.WordPressText}
	}
	if share {
		return p.w.Static, []string{p.w.StaticShare}
	}
	return p.w.Static, []string{p.w.StaticNews}
}

// hosts says where the widgets may stand, and how another site gets allowed.
func (p snippetPage) hosts() []app.UI {
	items, setting := make([]app.UI, 0, len(p.s.Hosts)), "hosts = ["
	for _, h := range p.s.Hosts {
		items = append(items, app.Li().Text(h))
		setting += strconv.Quote(h) + ", "
	}
	text := p.w.HostsText
	switch {
	case len(items) == 0:
		text = p.w.HostsNone
	case p.s.Anywhere:
		text = p.w.HostsAny
	}
	out := []app.UI{app.H2().Text(p.w.Hosts), app.P().Text(text)}
	if len(items) > 0 {
		out = append(out, app.Ul().Body(items...))
	}
	return append(out, app.P().Text(p.w.HostsAdd), app.Pre().Body(app.Code().Text(setting+strconv.Quote(p.w.HostsExample)+"]")))
}
