package main

import (
	"maps"
	"net/http"

	"kabar/app/news"
	"kabar/server/feed"
)

// routes answers every request, within its limits and with the headers that all answers have.
func (s *server) routes() http.Handler { return s.observe(s.secure(s.mayRead(s.addresses()))) }

// addresses is every address that the server answers, in the order in which a reader meets them.
func (s *server) addresses() *directory {
	mux := &directory{mux: http.NewServeMux()}
	get := func(pattern string, h handler) { mux.Handle("GET "+pattern, s.handle(h)) }

	get("/{$}", s.offices)
	get("/{site}/{$}", s.page)
	get("/{site}/{slug}", named(s.page, map[string]handler{
		feed.RSS: s.feed(feed.RSS), feed.Atom: s.feed(feed.Atom), feed.JSON: s.feed(feed.JSON), sitemapName: s.sitemap,
		news.StatsSlug: s.statistics, news.PocketSlug: s.pocketPage, news.OfflineSlug: s.pocketPage, "worker.js": s.worker,
		manifestName: s.manifest, screenName: s.screen, "icon-180.png": s.icon, "icon-192.png": s.icon, "icon-512.png": s.icon, "icon-maskable-512.png": s.icon,
	}))
	get("/{site}", s.slash)

	get("/statistik", s.allStatistics)
	for _, at := range []string{"/statistik", "/{site}/statistik"} {
		mux.Handle("POST "+at+"/masuk", s.handle(s.signIn))
		mux.Handle("POST "+at+"/keluar", s.handle(s.signOut))
	}

	get("/embed/{site}", s.embedNews)
	get("/embed/{site}/share", s.embedShare)
	get("/embed/{site}/count.svg", s.countImage)
	get("/embed/{site}/{slug}", s.embedArticle)
	get("/embed.js", s.loader)
	get("/oembed", s.oembed)
	get("/go/{network}", s.goTo)

	get("/api/v1/sites/{site}/articles", s.listArticles)
	get("/api/v1/sites/{site}/articles/{slug}", s.oneArticle)
	get("/api/v1/sites/{site}/counts", s.counts)
	mux.Handle("POST /api/v1/sites/{site}/events", s.unhurried(s.events))
	get("/api/v1/sites/{site}/push", s.pushOffer)
	mux.Handle("POST /api/v1/sites/{site}/push", s.handle(s.subscribe))
	mux.Handle("POST /api/v1/sites/{site}/push/unsubscribe", s.handle(s.unsubscribe))
	mux.Handle("OPTIONS /api/", s.handle(s.preflight))

	get("/micropub/{site}", s.micropubQuery)
	mux.Handle("POST /micropub/{site}", s.unhurried(s.micropub))
	mux.Handle("POST /micropub/{site}/media", s.unhurried(s.micropubMedia))
	get("/micropub/{site}/media/{file}", s.micropubFile)
	mux.Handle("OPTIONS /micropub/", s.handle(s.micropubPreflight))

	get("/img/{file}", s.image)
	get("/img/{site}/{slug}/{card}", s.card)
	get("/app/{file}", s.asset)
	get("/favicon.ico", s.favicon)
	get("/robots.txt", s.robotsTXT)
	get("/healthz", s.health)
	get("/readyz", s.ready)
	if !s.aside {
		mux.Handle("GET /metrics", s.metrics())
	}

	mux.Handle("/", s.handle(func(http.ResponseWriter, *http.Request) error { return notFound("page") }))
	return mux
}

// directory is a mux that can be read: a test walks all of it.
type directory struct {
	mux      *http.ServeMux
	patterns []string
}

// Handle adds a pattern.
func (t *directory) Handle(pattern string, h http.Handler) {
	t.mux.Handle(pattern, h)
	t.patterns = append(t.patterns, pattern)
}

// ServeHTTP implements http.Handler.
func (t *directory) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.mux.ServeHTTP(w, r) }

// named answers below an office with what has a name of its own there, and otherwise with h. The mux would refuse patterns for them:
// /embed/rss.xml would be both /{site}/rss.xml and /embed/{site}.
func named(h handler, files map[string]handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if own := files[r.PathValue("slug")]; own != nil {
			return own(w, r)
		}
		return h(w, r)
	}
}

// strict is the policy of what is not a page.
const strict = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// secure sets what every answer has; a page sets its own policy over this one.
func (s *server) secure(next http.Handler) http.Handler {
	every := http.Header{
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"strict-origin-when-cross-origin"},
		"Permissions-Policy":           {"camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"},
		"Cross-Origin-Opener-Policy":   {"same-origin"},
		"Cross-Origin-Resource-Policy": {"same-origin"}, // unless it is for others' pages: open
		"Content-Security-Policy":      {strict},
	}
	if s.https {
		every.Set("Strict-Transport-Security", "max-age=31536000")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), every) // whose values no one changes: Set puts new ones in their place
		next.ServeHTTP(w, r)
	})
}
