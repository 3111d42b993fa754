package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"kabar/app/news"
	"kabar/server/page"
)

// site returns the office that the address names.
func (s *server) site(r *http.Request) (*office, error) {
	o := s.sites[r.PathValue("site")]
	if o == nil {
		return nil, notFound("office")
	}
	return o, nil
}

// offices lists the offices, or leads to the only one.
func (s *server) offices(w http.ResponseWriter, r *http.Request) error {
	if len(s.order) == 1 {
		http.Redirect(w, r, news.SitePath(s.order[0].ID), http.StatusFound)
		return nil
	}
	lang := "id"
	if r.URL.Query().Get("lang") == "en" {
		lang = "en"
	}
	return s.send(w, r, "offices "+lang, page.Version{}, func(context.Context) (*news.State, page.Options, error) {
		st := &news.State{Now: s.now(), Base: s.base, Lang: lang, Page: news.PageOffices}
		for _, o := range s.order {
			st.Sites = append(st.Sites, o.Public())
		}
		return st, page.Options{}, nil
	})
}

// slash leads an office's address to the one that its links are relative to.
func (s *server) slash(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	http.Redirect(w, r, news.SitePath(o.ID), http.StatusMovedPermanently)
	return nil
}

// page answers with the news page, an article, the privacy notice or the snippet page of an office.
func (s *server) page(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	route, ok := news.ParsePath(r.URL.Path, r.URL.RawQuery)
	if !ok {
		return notFound("page")
	}
	if route.Slug == news.SnippetSlug {
		return s.snippets(w, r, o, route)
	}
	if route.Page == news.PageNews && o.MicropubToken != nil {
		w.Header().Set("Link", "<"+s.base+micropubPath(o.ID)+`>; rel="micropub"`)
	}
	st := s.state(o, route.Lang)
	key := strings.Join([]string{"page", o.ID, route.Slug, st.Lang, route.Category, strconv.Itoa(route.Query.Page), route.Search}, "\x00")
	err = s.send(w, r, key, s.version(o.ID), func(ctx context.Context) (*news.State, page.Options, error) {
		if err := st.Load(ctx, s.store, route); err != nil {
			return nil, page.Options{}, err
		}
		if route.Query.Page > 1 && len(st.List.Articles) == 0 {
			return nil, page.Options{}, notFound("page")
		}
		// A category without articles is one that somebody made up, and its name would be our title in a search engine.
		return st, page.Options{NoIndex: route.Search != "" || route.Category != "" && len(st.List.Articles) == 0}, nil
	})
	if moved := (news.Moved{}); errors.As(err, &moved) {
		http.Redirect(w, r, news.ArticlePath(o.ID, moved.Slug), http.StatusMovedPermanently)
		return nil
	}
	return err
}

// state is where every state of an office begins.
func (s *server) state(o *office, lang string) *news.State {
	if lang == "" {
		lang = o.Language
	}
	return &news.State{Now: s.now(), Base: s.base, Lang: lang, Site: o.Public()}
}

func (s *server) version(site string) page.Version {
	return page.Version{News: s.store.Version(site), Counts: s.store.CountVersion(site)}
}

// send answers with a document, kept while its version is the newest.
func (s *server) send(w http.ResponseWriter, r *http.Request, key string, v page.Version, load func(context.Context) (*news.State, page.Options, error)) error {
	kept, err := s.kept(key, v, func() (*page.Document, error) {
		// A plain address is made anew for all its readers. With parameters there are as many pages as anybody makes up, which must not be
		// made anew for nothing because they were made once.
		if r.URL.RawQuery != "" || !s.cache.Has(key) {
			if err := s.mayMake(r, r.PathValue("site")); err != nil {
				return nil, err
			}
		}
		st, o, err := load(r.Context())
		if err != nil {
			return nil, err
		}
		return s.renderer.Render(st, o)
	})
	if err != nil {
		return err
	}
	return s.deliver(w, r, kept, "text/html; charset=utf-8")
}

// kept is what the cache has under key, made anew where that is old. While the database is away, or whoever asks has had too much made, a page
// whose times and counts are old is better than none.
func (s *server) kept(key string, v page.Version, make func() (*page.Document, error)) (*page.Kept, error) {
	kept, err := s.cache.Get(key, v, s.now(), make)
	if err != nil {
		if status := asHTTP(err).status; status == http.StatusServiceUnavailable || status == http.StatusTooManyRequests {
			if old := s.cache.Last(key, v); old != nil {
				return old, nil
			}
		}
	}
	return kept, err
}

// deliver answers with what the cache keeps, or that the client has it already.
func (s *server) deliver(w http.ResponseWriter, r *http.Request, kept *page.Kept, kind string) error {
	h := w.Header()
	h.Set("ETag", kept.ETag)
	h.Set("Content-Security-Policy", kept.CSP)
	h.Set("Vary", "Accept-Encoding")
	// A shared cache spares us a burst, and shows new news within a second; a browser always asks, and gets a 304 while nothing changed.
	h.Set("Cache-Control", "public, max-age=0, s-maxage=1")
	if matches(r.Header.Get("If-None-Match"), kept.ETag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	coding := page.Negotiate(r.Header.Get("Accept-Encoding"), page.Encodings)
	body, err := kept.Body(coding)
	if err != nil {
		return err
	}
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		w.Write(body) // the reader may have gone; there is nobody left to tell
	}
	return nil
}

// matches compares weakly, as RFC 9110, 13.1.2 has it for If-None-Match.
func matches(header, etag string) bool {
	etag = strings.TrimPrefix(etag, "W/")
	for tag := range strings.SplitSeq(header, ",") {
		tag = strings.TrimSpace(tag)
		if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
			return true
		}
	}
	return false
}

// problemPage says in the reader's words why there is no page.
func (s *server) problemPage(w http.ResponseWriter, r *http.Request, status int) {
	st := &news.State{Now: s.now(), Base: s.base, Lang: "id", Page: news.PageProblem, Problem: news.Problem(status)}
	parts := strings.SplitN(r.URL.Path, "/", 4)
	for _, p := range parts[1:min(len(parts), 3)] {
		if o := s.sites[p]; o != nil {
			st.Site, st.Lang = o.Public(), o.Language
		}
	}
	kept, err := s.cache.Get("problem\x00"+st.Site.ID+"\x00"+strconv.Itoa(status), page.Version{}, st.Now, func() (*page.Document, error) {
		return s.renderer.Render(st, page.Options{NoIndex: true})
	})
	var body []byte
	coding := page.Negotiate(r.Header.Get("Accept-Encoding"), page.Encodings)
	if err == nil {
		body, err = kept.Body(coding)
	}
	if err != nil {
		http.Error(w, http.StatusText(status), status)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", kept.CSP)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Vary", "Accept-Encoding")
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body)
	}
}
