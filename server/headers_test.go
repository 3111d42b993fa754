package main

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kabar/app/news"
	"kabar/server/card"
	"kabar/server/source"
	"kabar/server/store"
)

// request is what a test asks, and the status it wants.
type request struct {
	status  int
	method  string
	path    string
	body    string
	headers []string
}

func asks(status int, path string, headers ...string) request {
	return request{status, "GET", path, "", headers}
}

func sends(status int, path, body string, headers ...string) request {
	return request{status, "POST", path, body, headers}
}

// everything is an office with one of each thing that has an address, and a request for each pattern of the routes with each kind of answer.
func everything(t *testing.T) (*running, map[string][]request) {
	t.Helper()
	r := start(t, "", "public_url = \"https://berita.example.go.id\"\nstats_password_bcrypt = \""+sandi+"\"\n"+
		officesWith(fmt.Sprintf("hosts = [\"kab.example\"]\nmicropub_token_sha256 = \"%x\"\nposts = %q\nstats_password_bcrypt = %q", sha256.Sum256([]byte(token)), t.TempDir(), sandi), "brebes"))
	if _, err := r.s.store.Ingest(t.Context(), "brebes", "feed", []source.Item{{GUID: "1", Title: "Rapat Pleno", ImageSrc: "https://kab.example/a.jpg", Published: r.now()}}); err != nil {
		t.Fatal(err)
	}
	img := news.Image{Name: "0123456789abcdef", Widths: []int{240}, Width: 240, Height: 135, Color: "#888888"}
	if err := r.s.store.PutPicture(t.Context(), store.PictureSource{Site: "brebes", Src: "https://kab.example/a.jpg"}, img, []store.PictureFile{{Width: 240, Ext: "webp", Data: []byte("RIFF")}}); err != nil {
		t.Fatal(err)
	}
	a, err := r.s.store.Article(t.Context(), "brebes", "rapat-pleno")
	if err != nil {
		t.Fatal(err)
	}
	r.s.files["app.test.wasm"] = &file{kind: wasm, plain: []byte("\x00asm")}
	const at, page = "/brebes/rapat-pleno", "url=https://kab.example/x"
	own := r.s.sites["brebes"].Public()
	etag := r.ask("GET", at, "").Header.Get("ETag")
	micropub := []string{"Authorization", "Bearer " + token, "Content-Type", "application/x-www-form-urlencoded"}
	form := []string{"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"}
	view := `{"events":[{"id":"headers-1","type":"view","article":"rapat-pleno"}]}`
	return r, map[string][]request{
		"GET /{$}":                                   {asks(302, "/"), request{302, "HEAD", "/", "", nil}},
		"GET /{site}/{$}":                            {asks(200, "/brebes/"), asks(200, "/brebes/?q=rapat"), asks(404, "/brebes/?page=9"), asks(404, "/tegal/")},
		"GET /{site}/{slug}":                         {asks(200, at), asks(304, at, "If-None-Match", etag), asks(404, "/brebes/tiada"), asks(200, "/brebes/privasi"), asks(200, "/brebes/pasang"), asks(200, "/brebes/rss.xml"), asks(200, "/brebes/atom.xml"), asks(200, "/brebes/feed.json"), asks(200, "/brebes/sitemap.xml"), asks(200, "/brebes/statistik"), asks(200, "/brebes/aplikasi"), asks(200, "/brebes/offline"), asks(200, "/brebes/worker.js"), asks(200, "/brebes/manifest.webmanifest"), asks(200, "/brebes/icon-192.png"), asks(200, "/brebes/layar.jpg")},
		"GET /{site}":                                {asks(301, "/brebes"), asks(404, "/tegal")},
		"GET /statistik":                             {asks(200, "/statistik")},
		"POST /statistik/masuk":                      {sends(403, "/statistik/masuk", "password=x", form...), sends(303, "/statistik/masuk", "password=sandi+yang+panjang", form...)},
		"POST /statistik/keluar":                     {sends(303, "/statistik/keluar", "", form...), sends(403, "/statistik/keluar", "", "Sec-Fetch-Site", "cross-site")},
		"POST /{site}/statistik/masuk":               {sends(403, "/brebes/statistik/masuk", "password=x", form...), sends(404, "/tegal/statistik/masuk", "")},
		"POST /{site}/statistik/keluar":              {sends(303, "/brebes/statistik/keluar", "", form...)},
		"GET /embed/{site}":                          {asks(200, "/embed/brebes"), asks(404, "/embed/tegal")},
		"GET /embed/{site}/share":                    {asks(200, "/embed/brebes/share?title=x&"+page), asks(403, "/embed/brebes/share?url=https://evil.example/"), asks(400, "/embed/brebes/share")},
		"GET /embed/{site}/count.svg":                {asks(200, "/embed/brebes/count.svg?"+page), asks(403, "/embed/brebes/count.svg?url=https://evil.example/")},
		"GET /embed/{site}/{slug}":                   {asks(200, "/embed/brebes/rapat-pleno"), asks(404, "/embed/brebes/tiada")},
		"GET /embed.js":                              {asks(200, "/embed.js")},
		"GET /oembed":                                {asks(200, "/oembed?url="+url.QueryEscape("https://berita.example.go.id"+at)), asks(501, "/oembed?format=yaml"), asks(404, "/oembed?url=https://evil.example/")},
		"GET /go/{network}":                          {asks(302, "/go/whatsapp?site=brebes&article=rapat-pleno"), asks(403, "/go/x?site=brebes&url=https://evil.example/"), asks(404, "/go/nowhere"), asks(400, "/go/x?site=brebes")},
		"GET /api/v1/sites/{site}/articles":          {asks(200, "/api/v1/sites/brebes/articles"), asks(400, "/api/v1/sites/brebes/articles?limit=x"), asks(404, "/api/v1/sites/tegal/articles")},
		"GET /api/v1/sites/{site}/articles/{slug}":   {asks(200, "/api/v1/sites/brebes/articles/rapat-pleno"), asks(404, "/api/v1/sites/brebes/articles/tiada")},
		"GET /api/v1/sites/{site}/counts":            {asks(200, "/api/v1/sites/brebes/counts?"+page), asks(400, "/api/v1/sites/brebes/counts")},
		"POST /api/v1/sites/{site}/events":           {sends(200, "/api/v1/sites/brebes/events", view), sends(422, "/api/v1/sites/brebes/events", `{"events":[]}`), sends(400, "/api/v1/sites/brebes/events", "{"), sends(413, "/api/v1/sites/brebes/events", `{"events":[{"id":"`+strings.Repeat("x", news.MaxEventBody)), sends(403, "/api/v1/sites/brebes/events", view, "User-Agent", "curl/8")},
		"OPTIONS /api/":                              {request{204, "OPTIONS", "/api/v1/sites/brebes/events", "", nil}},
		"GET /micropub/{site}":                       {asks(200, "/micropub/brebes?q=config", micropub...), asks(401, "/micropub/brebes?q=config")},
		"POST /micropub/{site}":                      {sends(201, "/micropub/brebes", "h=entry&content=x", micropub...), sends(401, "/micropub/brebes", "h=entry&content=x", "Content-Type", "application/x-www-form-urlencoded"), sends(403, "/micropub/brebes", "h=entry", "Authorization", "Bearer x", "Content-Type", "application/x-www-form-urlencoded")},
		"POST /micropub/{site}/media":                {sends(400, "/micropub/brebes/media", "x", micropub...)},
		"GET /micropub/{site}/media/{file}":          {asks(404, "/micropub/brebes/media/x.jpg")},
		"OPTIONS /micropub/":                         {request{204, "OPTIONS", "/micropub/brebes", "", nil}},
		"GET /img/{file}":                            {asks(200, "/img/0123456789abcdef-240.webp"), asks(404, "/img/0123456789abcdef-480.webp"), asks(404, "/img/x")},
		"GET /img/{site}/{slug}/{card}":              {asks(200, news.CardPath("brebes", "rapat-pleno", card.Of(own, &a).Name())), asks(302, "/img/brebes/rapat-pleno/0.jpg"), asks(404, "/img/brebes/tiada/0.jpg")},
		"GET /app/{file}":                            {asks(200, "/app/app.test.wasm"), asks(404, "/app/x.js")},
		"GET /favicon.ico":                           {asks(200, "/favicon.ico")},
		"GET /robots.txt":                            {asks(200, "/robots.txt")},
		"GET /healthz":                               {asks(200, "/healthz")},
		"GET /readyz":                                {asks(200, "/readyz")},
		"GET /metrics":                               {asks(200, "/metrics")},
		"GET /api/v1/sites/{site}/push":              {asks(404, "/api/v1/sites/brebes/push")},
		"POST /api/v1/sites/{site}/push":             {sends(404, "/api/v1/sites/brebes/push", "{}")},
		"POST /api/v1/sites/{site}/push/unsubscribe": {sends(204, "/api/v1/sites/brebes/push/unsubscribe", "{}")},
		"/": {asks(404, "/a/b/c/d"), asks(307, "//brebes//"), request{404, "DELETE", "/brebes/", "", nil}, sends(404, "/robots.txt", ""), request{404, "PROPFIND", "/x/y/z/a", "", nil}},
	}
}

// unsafe is what no policy of ours may say.
var unsafe = regexp.MustCompile(`'unsafe-inline'|'unsafe-eval'|'unsafe-hashes'|\*|data:|blob:|http:`)

// Every answer of every route, errors, redirects, files and the API's among them, says what a browser may do with it.
func TestHeadersOfEveryAnswer(t *testing.T) {
	t.Parallel()
	r, requests := everything(t)
	if got, want := slices.Sorted(slices.Values(r.s.addresses().patterns)), slices.Sorted(maps.Keys(requests)); !slices.Equal(got, want) {
		t.Fatalf("the routes are\n%q\nand the requests\n%q", got, want)
	}
	seen := map[int]bool{}
	check := func(q request) {
		t.Helper()
		a := r.ask(q.method, q.path, q.body, q.headers...)
		h, what := a.Header, q.method+" "+q.path
		seen[a.StatusCode] = true
		if a.StatusCode != q.status {
			t.Errorf("%s: %d, want %d: %.200s", what, a.StatusCode, q.status, a.body)
		}
		for name, want := range map[string]string{"X-Content-Type-Options": "^nosniff$", "Referrer-Policy": "^strict-origin-when-cross-origin$", "Permissions-Policy": `camera=\(\).*geolocation=\(\)`,
			"Cross-Origin-Opener-Policy": "^same-origin$", "Cross-Origin-Resource-Policy": "^(same|cross)-origin$", "Strict-Transport-Security": `^max-age=\d{8}$`,
			"Content-Security-Policy": `^default-src 'none';.*frame-ancestors `} {
			if got := h.Values(name); len(got) != 1 || !regexp.MustCompile(want).MatchString(got[0]) {
				t.Errorf("%s: %s is %q", what, name, got)
			}
		}
		policy := strings.ReplaceAll(h.Get("Content-Security-Policy"), "'wasm-unsafe-eval'", "")
		policy, ancestors, _ := strings.Cut(policy, "frame-ancestors ")
		for _, want := range []string{"base-uri 'none'", "form-action "} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s: %s", what, want, policy)
			}
		}
		if bad := unsafe.FindString(policy); bad != "" {
			t.Errorf("%s: the policy has %s: %s", what, bad, policy)
		}
		if framed := !strings.HasPrefix(ancestors, "'none'"); framed != (a.StatusCode == 200 && strings.HasPrefix(q.path, "/embed/") && !strings.Contains(q.path, ".svg")) {
			t.Errorf("%s: may be framed by %s", what, ancestors)
		}
		html := strings.HasPrefix(h.Get("Content-Type"), "text/html")
		if html && a.body != "" && !strings.Contains(h.Get("Content-Security-Policy"), "require-trusted-types-for 'script'") && !strings.HasPrefix(a.body, "<a href=") { // the standard library's redirects
			t.Errorf("%s: a page without trusted types: %s", what, policy)
		}
		if a.StatusCode >= 400 && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d may be kept: %q", what, a.StatusCode, h.Get("Cache-Control"))
		}
		if h.Get("Access-Control-Allow-Credentials") != "" || h.Get("Set-Cookie") != "" && !strings.Contains(q.path, "statistik/") {
			t.Errorf("%s: %v", what, h)
		}
	}
	for _, pattern := range slices.Sorted(maps.Keys(requests)) {
		for _, q := range requests[pattern] {
			check(q)
		}
	}
	spend(r.s.limits.reads, "203.0.113.5", r.now())
	check(asks(429, "/brebes/", "X-Forwarded-For", "203.0.113.5"))
	check(asks(429, "/api/v1/sites/brebes/articles", "X-Forwarded-For", "203.0.113.5"))
	if err := r.s.store.Close(); err != nil {
		t.Fatal(err)
	}
	check(asks(503, "/readyz"))
	check(asks(500, "/api/v1/sites/brebes/articles"))
	check(asks(500, "/brebes/?q=lain"))
	for _, status := range []int{200, 201, 204, 301, 302, 303, 304, 307, 400, 401, 403, 404, 413, 422, 429, 500, 501, 503} {
		if !seen[status] {
			t.Errorf("no answer was %d", status)
		}
	}
}

// Over plain http nothing promises https.
func TestNoHSTSWithoutTLS(t *testing.T) {
	r := start(t, "", officesWith("", "brebes"))
	if h := r.ask("GET", "/brebes/", "").Header; h.Get("Strict-Transport-Security") != "" || h.Get("Content-Security-Policy") == "" {
		t.Error(h)
	}
}
