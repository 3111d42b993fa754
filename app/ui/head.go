package ui

import (
	"kabar/app/locale"
	"kabar/app/news"
)

// Title is the document's title: what the page is about, then whose it is.
func Title(s *news.State) string {
	l := locale.For(s.Lang)
	t := ""
	switch s.Page {
	case news.PageArticle:
		t = s.Article.Title
	case news.PageNews, news.PageEmbed:
		t = l.LatestNews
		if s.Query.Search != "" {
			t = l.SearchResults.With(s.Query.Search)
		} else if s.Query.Category != "" {
			t = s.Query.Category
		}
		if s.Article != nil && s.Article.Title != "" {
			t = s.Article.Title
		}
	case news.PageInfo:
		t = l.SnippetTitle
	case news.PageOffices:
		return l.OfficesTitle
	default:
		t, _ = problem(l, s.Problem)
	}
	if s.Site.Name == "" {
		return t
	}
	return t + " · " + s.Site.Name
}

// Canonical is the address that search engines and share previews are to know the page by: an article's home, or our own page in the
// language it is shown in.
func Canonical(s *news.State) string {
	own := OwnURL(s)
	if s.Page == news.PageArticle && s.Elsewhere(s.Article) || s.Lang == s.Site.Language || s.Site.ID == "" {
		return own
	}
	return news.WithLang(own, s.Lang)
}

// OwnURL is the page's address in the office's own language.
func OwnURL(s *news.State) string {
	switch s.Page {
	case news.PageArticle:
		return s.Home(s.Article)
	case news.PageNews:
		return s.Base + news.NewsPath(s.Site.ID, news.Query{Category: s.Query.Category, Page: s.Query.Page})
	case news.PageInfo:
		return s.Base + news.SitePath(s.Site.ID) + s.Slug
	default:
		return s.Base + "/"
	}
}
