package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"kabar/app/news"
	"kabar/server/feed"
	"kabar/server/page"
)

// feedSize is how many articles a feed has: more than an office publishes between two looks of any reader.
const feedSize = 30

// feed answers with an office's news in the form that the address names.
func (s *server) feed(form string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		o, err := s.site(r)
		if err != nil {
			return err
		}
		f := feed.Feed{Base: s.base, Hub: s.hub, Site: o.Public()}
		kept, err := s.file(o, form, func() ([]byte, error) {
			if f.Articles, err = s.full(r.Context(), o.ID); err != nil {
				return nil, err
			}
			return f.Write(form)
		})
		if err != nil {
			return err
		}
		open(w)
		if s.hub != "" {
			w.Header().Set("Link", "<"+s.hub+`>; rel="hub", <`+f.Self(form)+`>; rel="self"`)
		}
		return s.deliver(w, r, kept, feed.Kinds[form])
	}
}

// full returns the newest articles with their bodies.
func (s *server) full(ctx context.Context, site string) ([]news.Article, error) {
	list, err := s.store.List(ctx, site, news.Query{Limit: feedSize})
	if err != nil {
		return nil, err
	}
	out := make([]news.Article, 0, len(list.Articles))
	for _, a := range list.Articles {
		switch a, err := s.store.Article(ctx, site, a.Slug); {
		case err == nil:
			out = append(out, a)
		case !errors.Is(err, news.ErrNotFound): // it was taken back this moment
			return nil, err
		}
	}
	return out, nil
}

// sitemap names an office's pages for search engines.
func (s *server) sitemap(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	kept, err := s.file(o, sitemapName, func() ([]byte, error) {
		all, err := s.store.Outline(r.Context(), o.ID, feed.SitemapSize)
		if err != nil {
			return nil, err
		}
		return feed.Sitemap(s.base, o.Public(), all, s.now())
	})
	if err != nil {
		return err
	}
	return s.deliver(w, r, kept, "application/xml; charset=utf-8")
}

const sitemapName = "sitemap.xml"

// file keeps what is made of an office's news until the news changes.
func (s *server) file(o *office, name string, write func() ([]byte, error)) (*page.Kept, error) {
	return s.kept("file\x00"+o.ID+"\x00"+name, page.Version{News: s.store.Version(o.ID)}, func() (*page.Document, error) {
		content, err := write()
		if err != nil {
			return nil, err
		}
		return &page.Document{HTML: content, ETag: `W/"` + hash(content) + `"`, CSP: strict}, nil
	})
}

// robotsTXT says what is not for robots, and where the pages are.
func (s *server) robotsTXT(w http.ResponseWriter, r *http.Request) error {
	var b strings.Builder
	b.WriteString("User-agent: *\nDisallow: /go/\nDisallow: /api/\n")
	for _, o := range s.order {
		b.WriteString("Sitemap: " + s.base + news.SitePath(o.ID) + sitemapName + "\n")
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Write([]byte(b.String()))
	return nil
}
