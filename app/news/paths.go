package news

import (
	"net/url"
	"strconv"
	"strings"
)

// Names that our own routes have in the first place of a path, so no office may.
var reservedSites = words("embed embed.js oembed go api img web app static healthz readyz metrics debug robots.txt sitemap.xml favicon.ico " +
	"manifest.webmanifest worker.js well-known .well-known micropub statistik")

// Names that our own routes have below an office, so no article may.
var reservedSlugs = words("statistik pasang privasi tentang cari simpan masuk keluar aplikasi rss.xml atom.xml feed.json sitemap.xml manifest.webmanifest " +
	"worker.js robots.txt icon offline share count.svg index.html index.php feed embed page api")

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// ReservedSite reports whether no office may have this id, because a route has it.
func ReservedSite(id string) bool { return reservedSites[id] }

// ReservedSlug reports whether no article may have this slug, because a route has it.
func ReservedSlug(slug string) bool { return reservedSlugs[slug] }

// MaxSlug bounds a slug, in bytes.
const MaxSlug = 100

// ValidSlug reports whether an article could have this slug: [a-z0-9-], at most MaxSlug bytes, not reserved.
func ValidSlug(s string) bool { return validName(s, MaxSlug) && !reservedSlugs[s] }

// ValidSite reports whether an office could have this id: [a-z0-9-], at most 63 bytes, not reserved.
func ValidSite(s string) bool { return validName(s, 63) && !reservedSites[s] }

func validName(s string, limit int) bool {
	return s != "" && len(s) <= limit && all(s, func(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' })
}

// SitePath is an office's news page.
func SitePath(site string) string { return "/" + site + "/" }

// ArticlePath is an article's own page.
func ArticlePath(site, slug string) string { return "/" + site + "/" + slug }

// NewsPath is a news page with its search, category and page number in the query.
func NewsPath(site string, q Query) string {
	v := url.Values{}
	if q.Search != "" {
		v.Set("q", q.Search)
	}
	if q.Category != "" {
		v.Set("category", q.Category)
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	if len(v) == 0 {
		return SitePath(site)
	}
	return SitePath(site) + "?" + query(v)
}

// WithLang asks for a page in another language than the office's own.
func WithLang(path, lang string) string {
	path, fragment, _ := strings.Cut(path, "#")
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	path += sep + "lang=" + lang
	if fragment != "" {
		path += "#" + fragment
	}
	return path
}

// query encodes with %20 for a space: a plus is read as a plus by some that take our addresses apart.
func query(v url.Values) string { return strings.ReplaceAll(v.Encode(), "+", "%20") }

// GoPath is the address that counts one share click and redirects to the network's share page. Either slug or page names what is shared.
func GoPath(network, site, slug, page, title string) string {
	if slug != "" {
		return "/go/" + network + "?site=" + site + "&article=" + slug
	}
	s := "/go/" + network + "?site=" + site + "&url=" + escape(page)
	if title != "" {
		s += "&title=" + escape(title)
	}
	return s
}

func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// ImagePath is one of our copies of a picture; ext is webp or jpg.
func ImagePath(name string, width int, ext string) string {
	return "/img/" + name + "-" + strconv.Itoa(width) + "." + ext
}

// CardPath is the preview picture of an article; name is made of what it shows.
func CardPath(site, slug, name string) string {
	return "/img/" + site + "/" + slug + "/" + name + ".jpg"
}

// Paths below an office.
const (
	PrivacySlug = "privasi"
	SnippetSlug = "pasang"
	StatsSlug   = "statistik"
	PocketSlug  = "aplikasi"
	OfflineSlug = "offline"
)

// WorkerPath is the script that keeps an office's news readable without a network.
func WorkerPath(site string) string { return SitePath(site) + "worker.js" }

// EventsPath takes the events of an office's readers.
func EventsPath(site string) string { return "/api/v1/sites/" + site + "/events" }

// ArticlesPath lists articles; ArticleAPIPath is one.
func ArticlesPath(site string, q Query) string {
	v := url.Values{}
	if q.Search != "" {
		v.Set("q", q.Search)
	}
	if q.Category != "" {
		v.Set("category", q.Category)
	}
	if q.Before != "" {
		v.Set("before", q.Before)
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	if q.Sort != "" {
		v.Set("sort", string(q.Sort))
	}
	if q.Limit > 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	p := "/api/v1/sites/" + site + "/articles"
	if len(v) > 0 {
		p += "?" + query(v)
	}
	return p
}

// ArticleAPIPath is one article with its body and counts.
func ArticleAPIPath(site, slug string) string { return "/api/v1/sites/" + site + "/articles/" + slug }

// Route is a page of ours that the app can render.
type Route struct {
	Page Page
	Site string
	Slug string
	Query
	Lang string // asked for in the address; "" is the office's own
}

// Page is a kind of page.
type Page string

// The pages. An embed is never navigated to inside the app.
const (
	PageOffices Page = "offices"
	PageNews    Page = "news"
	PageArticle Page = "article"
	PageInfo    Page = "info"
	PageProblem Page = "problem"
	PageEmbed   Page = "embed"
)

// ParsePath reads one of our own page addresses, path and query; ok is false for everything that is not a page.
func ParsePath(path, rawQuery string) (r Route, ok bool) {
	v, _ := url.ParseQuery(rawQuery)
	if l := v.Get("lang"); l == "id" || l == "en" {
		r.Lang = l
	}
	if path == "/" {
		r.Page = PageOffices
		return r, true
	}
	site, slug, below := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if !below || !ValidSite(site) {
		return r, false
	}
	r.Site = site
	switch {
	case slug == "":
		r.Page = PageNews
		r.Search = strings.TrimSpace(clip(strings.Join(strings.Fields(strings.ToValidUTF8(v.Get("q"), "")), " "), 100))
		if r.Search == "" { // a search is of all news: its page shows no category
			r.Category = clip(v.Get("category"), 100)
		}
		if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 1 && n <= 10000 {
			r.Query.Page = n
		}
	case slug == PrivacySlug, slug == SnippetSlug, slug == PocketSlug, slug == OfflineSlug:
		r.Page, r.Slug = PageInfo, slug
	case ValidSlug(slug):
		r.Page, r.Slug = PageArticle, slug
	default:
		return r, false
	}
	return r, true
}

// clip cuts s to at most n bytes at a character, and drops what is not valid UTF-8.
func clip(s string, n int) string {
	s = strings.ToValidUTF8(s, "")
	for len(s) > n {
		s = strings.ToValidUTF8(s[:n], "")
	}
	return s
}
