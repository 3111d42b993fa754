package main

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/app/share"
	"kabar/server/page"
)

// snippets is the page where a webmaster chooses a widget and gets what to paste. What the address asks that cannot be is the default.
func (s *server) snippets(w http.ResponseWriter, r *http.Request, o *office, route news.Route) error {
	st := s.state(o, route.Lang)
	st.Page, st.Slug = news.PageInfo, route.Slug
	st.Snippets = s.choose(o, r)
	c := st.Snippets
	key := "snippets\x00" + c.Lang + "\x00" + strconv.FormatBool(c.Refused) + "\x00" + embedKey(o, st.Lang, &c.Embed, "")
	return s.send(w, r, key, page.Version{}, func(context.Context) (*news.State, page.Options, error) {
		return st, page.Options{NoIndex: true, Frames: true}, nil
	})
}

// choose reads the choice and works out what it makes.
func (s *server) choose(o *office, r *http.Request) *news.Snippets {
	q := r.URL.Query()
	kind := "news"
	if q.Get("widget") == "share" && len(o.Hosts) > 0 {
		kind = "share"
	}
	e, _ := widget(r, kind)
	c := &news.Snippets{Embed: *e, Lang: o.Language, Hosts: o.Hosts, Anywhere: o.EmbedAnywhere}
	if l := q.Get("language"); l == "id" || l == "en" {
		c.Lang = l
	}
	if c.Accent == "" {
		c.Accent = o.Accent
	}
	if len(o.Hosts) > 0 {
		var err error
		if c.URL, err = o.page(q.Get("url")); err != nil {
			c.Refused = q.Get("url") != ""
			c.URL = o.example()
		}
	}
	c.Frame = framePath(o, c)
	c.Phone, c.Desktop = frameHeight(&c.Embed, news.PhoneWidth), frameHeight(&c.Embed, news.DesktopWidth)
	c.Lines = s.lines(o, c)
	return c
}

// example is the address of a page that the office's readers can share.
func (o *office) example() string {
	if url, err := o.page(o.Home); err == nil {
		return url
	}
	return "https://" + o.Hosts[0] + "/"
}

// option is a choice that differs from the default, as embed.js and the frame's address both name it.
type option struct{ name, value string }

func options(o *office, c *news.Snippets) []option {
	var out []option
	add := func(name, value, otherwise string) {
		if value != otherwise {
			out = append(out, option{name, value})
		}
	}
	if c.Widget == "news" {
		add("limit", strconv.Itoa(c.Limit), strconv.Itoa(embedDefault))
		add("layout", c.Layout, layouts[0])
	}
	add("theme", c.Theme, themes[0])
	add("accent", strings.TrimPrefix(c.Accent, "#"), strings.TrimPrefix(o.Accent, "#"))
	add("lang", c.Lang, o.Language)
	return out
}

// framePath is where the frame of a choice is.
func framePath(o *office, c *news.Snippets) string {
	path, v := "/embed/"+o.ID, url.Values{}
	for _, opt := range options(o, c) {
		v.Set(opt.name, opt.value)
	}
	if c.Widget == "share" {
		path += "/share"
		v.Set("url", c.URL)
	}
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// lines are the ways to put the choice on a page.
func (s *server) lines(o *office, c *news.Snippets) []news.Snippet {
	l := locale.For(c.Lang)
	home, title, kind := s.base+news.SitePath(o.ID), l.WidgetTitle.With(o.Name), ""
	if c.Lang != o.Language {
		home = news.WithLang(home, c.Lang)
	}
	allow, wordpress, static := "", home, element("a", title, "href", home)
	if c.Widget == "share" {
		title, kind, allow, wordpress, static = l.ShareThis, "share", "web-share", "", s.staticLine(o, c)
	}
	script := []string{"class", "kabar", "data-kabar", kind, "href", s.base + news.SitePath(o.ID)}
	for _, opt := range options(o, c) {
		script = append(script, "data-"+opt.name, opt.value)
	}
	return []news.Snippet{
		{Kind: "script", Text: element("a", title, script...) + "\n" + `<script async src="` + html.EscapeString(s.base) + `/embed.js"></script>`},
		{Kind: "frame", Text: element("iframe", "", "src", s.base+c.Frame, "title", title, "width", "100%", "height", strconv.Itoa(c.Phone), "frameborder", "0", "loading", "lazy", "allow", allow)},
		{Kind: "wordpress", Text: wordpress},
		{Kind: "static", Text: static},
	}
}

// staticLine shares and counts a page without a script: the links that most use, and the count as an image.
func (s *server) staticLine(o *office, c *news.Snippets) string {
	l := locale.For(c.Lang)
	parts := []string{html.EscapeString(l.Share) + ":"}
	for _, id := range []string{"whatsapp", "facebook", "x"} {
		n, _ := share.ByID(id)
		parts = append(parts, element("a", n.Name, "href", s.base+news.GoPath(id, o.ID, "", c.URL, "")))
	}
	image := s.base + "/embed/" + o.ID + "/count.svg?url=" + url.QueryEscape(c.URL)
	if c.Lang != o.Language {
		image = news.WithLang(image, c.Lang)
	}
	img := fmt.Sprintf(`<img src="%s" alt="%s" height="%d">`, html.EscapeString(image), html.EscapeString(locale.Snippets(c.Lang).Viewed), countHeight)
	return "<p>" + strings.Join(append(parts, img), "\n") + "</p>"
}

// element writes an element and those of its attributes, in pairs, that say something.
func element(name, text string, attributes ...string) string {
	var b strings.Builder
	b.WriteString("<" + name)
	for i := 0; i < len(attributes); i += 2 {
		if attributes[i+1] != "" {
			b.WriteString(" " + attributes[i] + `="` + html.EscapeString(attributes[i+1]) + `"`)
		}
	}
	return b.String() + ">" + html.EscapeString(text) + "</" + name + ">"
}
