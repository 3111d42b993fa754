package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/server/page"
	"kabar/server/store"
	"kabar/web"
)

// pocket makes the script of the pages' own comforts out of its parts, with the words of each language before it.
func (s *server) pocket() (page.Assets, []store.Asset, error) {
	var src strings.Builder
	for _, name := range []string{"pocket.js", "install.js", "push.js"} {
		part, err := web.FS.ReadFile(name)
		if err != nil {
			return page.Assets{}, nil, fmt.Errorf("reading %s: %w", name, err)
		}
		src.WriteString(web.Squeeze(string(part)) + "\n")
	}
	names := page.Assets{Pocket: map[string]string{}}
	var keep []store.Asset
	for _, lang := range locale.Tags {
		words, err := json.Marshal(locale.Pocket(lang).Script)
		if err != nil {
			return page.Assets{}, nil, fmt.Errorf("writing the words of pocket.js: %w", err)
		}
		f := newFile(javascript, fmt.Appendf(nil, "const W = %s\n%s", words, src.String()))
		name := "pocket." + hash(f.plain) + ".js"
		kept, err := f.asset(name)
		if err != nil {
			return page.Assets{}, nil, err
		}
		s.files[name], names.Pocket[lang] = f, "/app/"+name
		keep = append(keep, kept)
	}
	return names, keep, nil
}

// newWorkers prepares the workers: each office's, and the one that ends it where the settings say so.
func (s *server) newWorkers(a page.Assets) error {
	s.workers = map[string]*file{}
	for _, o := range s.order {
		name, before := "worker.js", ""
		if o.NetworkOnly {
			name = "worker-off.js"
		} else {
			core, err := json.Marshal([]string{news.SitePath(o.ID) + news.OfflineSlug, a.Pocket[o.Language]})
			if err != nil {
				return fmt.Errorf("writing what a worker keeps: %w", err)
			}
			// The release is in it because browsers look for a new worker, and for nothing else.
			before = fmt.Sprintf("// %s\nconst CORE=%s\n", s.renderer.Release(), core)
		}
		src, err := web.FS.ReadFile(name)
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		f := newFile(javascript, []byte(before+web.Squeeze(string(src))))
		f.etag = `W/"` + hash(f.plain) + `"`
		s.workers[o.ID] = f
	}
	return nil
}

// worker answers with an office's worker. Browsers ask for it by themselves, and must see at once when it changes.
func (s *server) worker(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Content-Security-Policy", strict+"; connect-src 'self'")
	return s.workers[o.ID].send(w, r)
}

// pocketPage answers with the page of the app and its settings, or with the one that is kept for when there is no network.
func (s *server) pocketPage(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	route, _ := news.ParsePath(r.URL.Path, r.URL.RawQuery)
	st := s.state(o, route.Lang)
	st.Page, st.Slug = news.PageInfo, route.Slug
	return s.send(w, r, strings.Join([]string{"pocket", o.ID, route.Slug, st.Lang}, "\x00"), page.Version{}, func(context.Context) (*news.State, page.Options, error) {
		return st, page.Options{NoIndex: true}, nil
	})
}
