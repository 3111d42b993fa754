package page

import (
	"cmp"
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
	"time"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/app/ui"
	"kabar/server/accent"
	"kabar/server/card"
)

// head writes what crawlers, messengers and browsers read before the page.
func (r *Renderer) head(s *news.State, o Options) string {
	var b strings.Builder
	tag := func(name string, kv ...string) {
		b.WriteString("<" + name)
		for i := 0; i < len(kv); i += 2 {
			b.WriteString(" " + kv[i] + `="` + html.EscapeString(kv[i+1]) + `"`)
		}
		b.WriteString(">")
	}
	title := ui.Title(s)
	if pocket(s) {
		title = ui.PocketTitle(s)
	} else if notice(s) {
		title = ui.NoticeTitle(s)
	}
	b.WriteString(`<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>` + html.EscapeString(title) + "</title>")
	canonical := ui.Canonical(s)
	if s.Page != news.PageProblem && s.Page != news.PageEmbed {
		tag("link", "rel", "canonical", "href", canonical)
	}
	if s.Page == news.PageNews && !o.NoIndex || s.Page == news.PageArticle && !s.Elsewhere(s.Article) {
		languages(s, tag)
	}
	if o.NoIndex {
		tag("meta", "name", "robots", "content", "noindex")
	} else {
		tag("meta", "name", "robots", "content", "max-image-preview:large")
	}
	if s.Site.ID == "" {
		return b.String()
	}
	if s.Page != news.PageEmbed {
		home := news.SitePath(s.Site.ID)
		b.WriteString(`<link rel="manifest" href="` + home + `manifest.webmanifest"><link rel="icon" href="` + home + `icon-192.png"><link rel="apple-touch-icon" href="` + home + `icon-180.png">`)
	}
	light, dark := accent.Shades(s.Site.Accent)
	tag("meta", "name", "theme-color", "media", "(prefers-color-scheme:light)", "content", light)
	tag("meta", "name", "theme-color", "media", "(prefers-color-scheme:dark)", "content", dark)
	if s.Page != news.PageNews && s.Page != news.PageArticle {
		return b.String()
	}
	property := func(k, v string) {
		if v != "" {
			tag("meta", "property", k, "content", v)
		}
	}
	description, kind := s.Site.Name, "website"
	if a := s.Article; s.Page == news.PageArticle {
		title, description, kind = a.Title, a.Summary, "article"
	}
	tag("meta", "name", "description", "content", description)
	property("og:site_name", s.Site.Name)
	property("og:locale", map[string]string{"id": "id_ID", "en": "en_GB"}[s.Lang])
	property("og:type", kind)
	property("og:title", title)
	property("og:description", description)
	property("og:url", canonical)
	if a := s.Article; s.Page == news.PageArticle {
		r.articleHead(s, a, property)
	}
	size := "summary" // where there is no picture
	if s.Page == news.PageArticle {
		size = "summary_large_image"
	}
	tag("meta", "name", "twitter:card", "content", size)
	own := s.Base + news.NewsPath(s.Site.ID, news.Query{})
	if s.Page == news.PageArticle {
		own = s.Base + news.ArticlePath(s.Site.ID, s.Article.Slug)
	}
	if s.Lang != s.Site.Language {
		own = news.WithLang(own, s.Lang)
	}
	for _, format := range []string{"json", "xml"} {
		kind := map[string]string{"json": "application/json+oembed", "xml": "text/xml+oembed"}[format]
		tag("link", "rel", "alternate", "type", kind, "href", s.Base+"/oembed?format="+format+"&url="+url.QueryEscape(own))
	}
	if s.Page == news.PageNews {
		b.WriteString(`<link rel="alternate" type="application/rss+xml" href="rss.xml"><link rel="alternate" type="application/atom+xml" href="atom.xml"><link rel="alternate" type="application/feed+json" href="feed.json">`)
	}
	if s.Page == news.PageArticle {
		b.WriteString(`<script type="application/ld+json">` + jsonLD(s) + "</script>")
	}
	return b.String()
}

func (r *Renderer) articleHead(s *news.State, a *news.Article, property func(k, v string)) {
	loc := s.Site.Location()
	property("article:published_time", a.Published.In(loc).Format(time.RFC3339))
	if a.Updated.After(a.Published) {
		property("article:modified_time", a.Updated.In(loc).Format(time.RFC3339))
	}
	property("article:author", a.Author)
	for i, c := range a.Categories {
		if i == 0 {
			property("article:section", c)
		} else {
			property("article:tag", c)
		}
	}
	property("og:image", cardURL(s))
	property("og:image:type", "image/jpeg")
	property("og:image:width", strconv.Itoa(card.Width))
	property("og:image:height", strconv.Itoa(card.Height))
	property("og:image:alt", imageAlt(a))
}

// languages names the page in each language that its frame is written in. Only a page that is its own canonical address may
// (Google's rule for hreflang).
func languages(s *news.State, tag func(name string, kv ...string)) {
	own := ui.OwnURL(s)
	tag("link", "rel", "alternate", "hreflang", "x-default", "href", own)
	for _, lang := range locale.Tags {
		address := own
		if lang != s.Site.Language {
			address = news.WithLang(own, lang)
		}
		tag("link", "rel", "alternate", "hreflang", lang, "href", address)
	}
}

// imageAlt says what the card shows beside the title, which stands next to it everywhere.
func imageAlt(a *news.Article) string {
	if a.Image != nil && a.Image.Alt != "" {
		return a.Image.Alt
	}
	return a.Title
}

// cardURL is the article's preview picture.
func cardURL(s *news.State) string {
	return s.Base + news.CardPath(s.Site.ID, s.Article.Slug, card.Of(s.Site, s.Article).Name())
}

func largest(base string, img *news.Image) string {
	if img == nil || img.Name == "" || len(img.Widths) == 0 {
		return ""
	}
	return base + news.ImagePath(img.Name, img.Widths[len(img.Widths)-1], "jpg")
}

// jsonLD describes the article in schema.org's words, which search engines read.
func jsonLD(s *news.State) string {
	a, loc := s.Article, s.Site.Location()
	publisher := map[string]any{"@type": "GovernmentOrganization", "name": s.Site.Name, "url": s.Site.Home}
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle",
		"headline":         a.Title,
		"datePublished":    a.Published.In(loc).Format(time.RFC3339),
		"mainEntityOfPage": s.Home(a), "url": s.Home(a), "inLanguage": s.Site.Language,
		"publisher": publisher, "author": publisher,
	}
	if a.Summary != "" {
		ld["description"] = a.Summary
	}
	if a.Author != "" {
		ld["author"] = map[string]any{"@type": "Organization", "name": a.Author}
	}
	if a.Updated.After(a.Published) {
		ld["dateModified"] = a.Updated.In(loc).Format(time.RFC3339)
	}
	ld["image"] = cmp.Or(largest(s.Base, a.Image), cardURL(s))
	j, err := json.Marshal(ld) // maps of strings always marshal; < > & come out escaped
	if err != nil {
		return "{}"
	}
	return string(j)
}
