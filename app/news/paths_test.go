package news_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"kabar/app/news"
)

func TestParsePath(t *testing.T) {
	for _, tt := range []struct {
		path, query string
		want        news.Route
		ok          bool
	}{
		{"/", "", news.Route{Page: news.PageOffices}, true},
		{"/", "lang=en", news.Route{Page: news.PageOffices, Lang: "en"}, true},
		{"/brebes/", "", news.Route{Page: news.PageNews, Site: "brebes"}, true},
		{"/brebes/", "q=+daftar++pemilih+&category=Berita&page=3&lang=xx", news.Route{Page: news.PageNews, Site: "brebes", Query: news.Query{Search: "daftar pemilih", Page: 3}}, true},
		{"/brebes/", "page=1", news.Route{Page: news.PageNews, Site: "brebes"}, true},
		{"/brebes/", "page=-4", news.Route{Page: news.PageNews, Site: "brebes"}, true},
		{"/brebes/", "page=10000", news.Route{Page: news.PageNews, Site: "brebes", Query: news.Query{Page: 10000}}, true},
		{"/brebes/", "page=10001", news.Route{Page: news.PageNews, Site: "brebes"}, true},
		{"/brebes/", "q=" + strings.Repeat("a", 99) + "%C3%A9", news.Route{Page: news.PageNews, Site: "brebes", Query: news.Query{Search: strings.Repeat("a", 99)}}, true},
		{"/brebes/rapat-pleno", "lang=id", news.Route{Page: news.PageArticle, Site: "brebes", Slug: "rapat-pleno", Lang: "id"}, true},
		{"/brebes/privasi", "", news.Route{Page: news.PageInfo, Site: "brebes", Slug: "privasi"}, true},
		{"/brebes", "", news.Route{}, false},
		{"/brebes/statistik", "", news.Route{}, false},
		{"/brebes/a/b", "", news.Route{}, false},
		{"/brebes/Rapat", "", news.Route{}, false},
		{"/api/v1", "", news.Route{}, false},
		{"/img/", "", news.Route{}, false},
		{"//", "", news.Route{}, false},
		{"", "", news.Route{}, false},
	} {
		got, ok := news.ParsePath(tt.path, tt.query)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("ParsePath(%q, %q) = %+v, %v; want %+v, %v", tt.path, tt.query, got, ok, tt.want, tt.ok)
		}
	}
}

func TestReservedNames(t *testing.T) {
	for _, id := range []string{"embed", "go", "api", "img", "web", "healthz", "micropub"} {
		if !news.ReservedSite(id) || news.ValidSite(id) {
			t.Errorf("an office may be called %s, which is a route", id)
		}
	}
	for _, slug := range []string{"statistik", news.PrivacySlug, news.SnippetSlug, "offline", "share", "embed", "page"} {
		if !news.ReservedSlug(slug) || news.ValidSlug(slug) {
			t.Errorf("an article may be called %s, which is a route", slug)
		}
	}
	for name, want := range map[string]bool{"brebes": true, "a-1": true, "": false, "Brebes": false, "a.b": false, "a/b": false, "é": false,
		strings.Repeat("a", 63): true, strings.Repeat("a", 64): false} {
		if got := news.ValidSite(name); got != want {
			t.Errorf("ValidSite(%q) = %v", name, got)
		}
	}
}

func TestNewsPathComesBack(t *testing.T) {
	texts := []string{"", "pemilu", "daftar pemilih", "a+b", "a&b=c", "50%", "#satu", "ä/ö?", `" onerror="`, "日本", strings.Repeat("x", 100)}
	for _, search := range texts {
		for _, category := range texts {
			for _, n := range []int{0, 2, 10000} {
				q := news.Query{Search: search, Category: category, Page: n}
				for _, lang := range []string{"", "en"} {
					path := news.NewsPath("brebes", q)
					if lang != "" {
						path = news.WithLang(path, lang)
					}
					r, ok := parse(t, path)
					want := news.Route{Page: news.PageNews, Site: "brebes", Query: q, Lang: lang}
					if search != "" {
						want.Category = "" // a search is of all news
					}
					if !ok || r != want {
						t.Errorf("%s is read as %+v, %v; want %+v", path, r, ok, want)
					}
				}
			}
		}
	}
}

func parse(t *testing.T, address string) (news.Route, bool) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatalf("our own address %q: %v", address, err)
	}
	return news.ParsePath(u.Path, u.RawQuery)
}

func FuzzParsePath(f *testing.F) {
	for _, s := range [][2]string{{"/", "lang=en"}, {"/brebes/", "q=a+b&page=2&category=%ff"}, {"/brebes/rapat", "%zz;x"}, {"//", ""}, {"/brebes/privasi", "lang=id"}, {"brebes/", ""}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		r, ok := news.ParsePath(path, query)
		if !ok {
			return
		}
		if !utf8.ValidString(r.Search) || !utf8.ValidString(r.Category) || len(r.Search) > 100 || len(r.Category) > 100 {
			t.Fatalf("ParsePath(%q, %q) lets %+v in", path, query, r)
		}
		own := "/"
		switch r.Page {
		case news.PageNews:
			own = news.NewsPath(r.Site, r.Query)
		case news.PageArticle, news.PageInfo:
			own = news.ArticlePath(r.Site, r.Slug)
		}
		if r.Lang != "" {
			own = news.WithLang(own, r.Lang)
		}
		if again, ok := parse(t, own); !ok || again != r {
			t.Fatalf("ParsePath(%q, %q) = %+v, whose own address %q is %+v", path, query, r, own, again)
		}
	})
}

func TestWithLang(t *testing.T) {
	for in, want := range map[string]string{
		"/brebes/":                 "/brebes/?lang=en",
		"/brebes/?page=2":          "/brebes/?page=2&lang=en",
		"/brebes/privasi#hitungan": "/brebes/privasi?lang=en#hitungan",
	} {
		if got := news.WithLang(in, "en"); got != want {
			t.Errorf("WithLang(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestGoPath(t *testing.T) {
	if got, want := news.GoPath("x", "brebes", "rapat", "ignored", "ignored"), "/go/x?site=brebes&article=rapat"; got != want {
		t.Errorf("of an article: %q, want %q", got, want)
	}
	page, title := "https://a.example/x?a=1&b=2#c", `Rapat & "Pleno" + 100% ä`
	got := news.GoPath("facebook", "brebes", "", page, title)
	if strings.ContainsAny(got, "+ \"#") {
		t.Errorf("%q has characters that end or change an address", got)
	}
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	if q := u.Query(); u.Path != "/go/facebook" || q.Get("site") != "brebes" || q.Get("url") != page || q.Get("title") != title || len(q) != 3 {
		t.Errorf("%q says %v", got, q)
	}
	if got := news.GoPath("x", "brebes", "", page, ""); strings.Contains(got, "title") {
		t.Errorf("%q has an empty title", got)
	}
}

func TestOtherPaths(t *testing.T) {
	for _, tt := range []struct{ got, want string }{
		{news.ImagePath("0123456789abcdef", 240, "webp"), "/img/0123456789abcdef-240.webp"},
		{news.EventsPath("brebes"), "/api/v1/sites/brebes/events"},
		{news.ArticlesPath("brebes", news.Query{}), "/api/v1/sites/brebes/articles"},
		{news.ArticlesPath("brebes", news.Query{Search: "a b", Category: "c&d", Before: "e", Page: 2, Limit: 3}), "/api/v1/sites/brebes/articles?before=e&category=c%26d&limit=3&page=2&q=a%20b"},
		{news.ArticleAPIPath("brebes", "rapat"), "/api/v1/sites/brebes/articles/rapat"},
	} {
		if tt.got != tt.want {
			t.Errorf("%q, want %q", tt.got, tt.want)
		}
	}
}
