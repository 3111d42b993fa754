package main

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"

	"kabar/app/news"
	"kabar/server/page"
)

// embedDefault is how many articles a widget lists that does not say.
const embedDefault = 5

var (
	layouts = []string{"list", "cards", "compact", "ticker", "popular", "populer"}
	themes  = []string{"auto", "light", "dark"}
)

// widget reads what a frame was asked to be. What it cannot read is the default: a widget on somebody's page shows news, not an error.
func widget(r *http.Request, kind string) (e *news.Embed, lang string) {
	q := r.URL.Query()
	e = &news.Embed{Widget: kind, Layout: oneOf(q.Get("layout"), layouts), Theme: oneOf(q.Get("theme"), themes)}
	if n, err := strconv.Atoi(q.Get("limit")); err == nil && n > 0 {
		e.Limit = min(n, news.MaxEmbed)
	} else {
		e.Limit = embedDefault
	}
	if e.Layout == "populer" {
		e.Layout = "popular" // the word that a webmaster here would try
	}
	if a := q.Get("accent"); accentOK(a) {
		e.Accent = "#" + strings.ToLower(strings.TrimPrefix(a, "#"))
	}
	if l := q.Get("lang"); l == "id" || l == "en" {
		lang = l
	}
	return e, lang
}

// frameHeight is how high a widget's frame is in a column of some width, both in CSS pixels: the sum that embed.js does for the style of
// widget.css. A share widget has room for the button that only some browsers can show.
func frameHeight(e *news.Embed, width int) int {
	const around, item, compact, gap = 82, 89, 53, 20
	columns := max(1, (width+gap)/244)
	switch {
	case e.Widget == "share":
		return 72 + 52*ceil(11, max(1, (width+8)/52))
	case e.Layout == "cards":
		return around + int(math.Ceil(float64(ceil(e.Limit, columns))*(float64(width-(columns-1)*gap)/float64(columns)*9/16+116)))
	case e.Layout == "compact", e.Layout == "popular":
		return around + compact*e.Limit
	case e.Layout == "ticker":
		return around + item
	}
	return around + item*e.Limit
}

func ceil(a, b int) int { return (a + b - 1) / b }

func oneOf(v string, allowed []string) string {
	for _, a := range allowed {
		if v == a {
			return v
		}
	}
	return allowed[0]
}

func accentOK(a string) bool {
	a = strings.TrimPrefix(a, "#")
	if len(a) != 6 {
		return false
	}
	_, err := strconv.ParseUint(a, 16, 32)
	return err == nil
}

func embedKey(o *office, lang string, e *news.Embed, slug string) string {
	return strings.Join([]string{"embed", o.ID, lang, e.Widget, e.Layout, e.Theme, e.Accent, strconv.Itoa(e.Limit), slug, e.URL, e.Title}, "\x00")
}

func (s *server) embedNews(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.site(r)
	if err != nil {
		return err
	}
	e, lang := widget(r, "news")
	st := s.state(o, lang)
	st.Page, st.Embed = news.PageEmbed, e
	return s.send(w, r, embedKey(o, st.Lang, e, ""), s.version(o.ID), func(ctx context.Context) (*news.State, page.Options, error) {
		q := news.Query{Limit: e.Limit}
		if e.Layout == "popular" {
			q.Since = o.Public().PopularSince(s.now())
		}
		list, err := s.store.List(ctx, o.ID, q)
		if err == nil && list.Popular != nil {
			q.Sort = news.Popular
			list, err = s.store.List(ctx, o.ID, q)
		}
		st.Query.Sort = q.Sort
		list.Categories, list.Next, list.Popular = nil, "", nil
		for i := range list.Articles {
			list.Articles[i].Summary = ""
		}
		st.List = list
		return st, page.Options{NoIndex: true, Ancestors: o.ancestors}, err
	})
}

func (s *server) embedArticle(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.site(r)
	if err != nil {
		return err
	}
	e, lang := widget(r, "article")
	st, slug := s.state(o, lang), r.PathValue("slug")
	st.Page, st.Embed, st.Slug = news.PageEmbed, e, slug
	err = s.send(w, r, embedKey(o, st.Lang, e, slug), s.version(o.ID), func(ctx context.Context) (*news.State, page.Options, error) {
		a, err := s.store.Article(ctx, o.ID, slug)
		a.Body = nil
		st.Article = &a
		return st, page.Options{NoIndex: true, Ancestors: o.ancestors}, err
	})
	if moved := (news.Moved{}); errors.As(err, &moved) {
		http.Redirect(w, r, "/embed/"+o.ID+"/"+moved.Slug, http.StatusMovedPermanently)
		return nil
	}
	return err
}

// maxTitle bounds the title that a host gives for its own article, in bytes.
const maxTitle = 300

// embedShare is the share bar and count of a host's own article, for the office's hosts only.
func (s *server) embedShare(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.site(r)
	if err != nil {
		return err
	}
	e, lang := widget(r, "share")
	e.Limit = 0
	if e.URL, err = o.page(r.URL.Query().Get("url")); err != nil {
		return err
	}
	if e.Title = strings.Join(strings.Fields(strings.ToValidUTF8(r.URL.Query().Get("title"), "")), " "); len(e.Title) > maxTitle {
		e.Title = strings.ToValidUTF8(e.Title[:maxTitle], "")
	}
	st := s.state(o, lang)
	st.Page, st.Embed = news.PageEmbed, e
	return s.send(w, r, embedKey(o, st.Lang, e, ""), s.version(o.ID), func(ctx context.Context) (*news.State, page.Options, error) {
		counts, err := s.store.Counts(ctx, o.ID, []string{e.URL})
		st.Article = &news.Article{Title: e.Title, URL: e.URL, Counts: counts[e.URL]}
		return st, page.Options{NoIndex: true, Ancestors: o.ancestors}, err
	})
}
