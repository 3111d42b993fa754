package main

import (
	"bytes"
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"kabar/app/news"
	"kabar/server/agent"
	"kabar/server/count"
	"kabar/server/store"
)

// open lets any page read the answer: there are no cookies that it could misuse, and a sandboxed frame's origin is null.
func open(w http.ResponseWriter) { maps.Copy(w.Header(), opened) }

// opened is shared by answers, as what secure sets is.
var opened = http.Header{"Access-Control-Allow-Origin": {"*"}, "Cross-Origin-Resource-Policy": {"cross-origin"}}

func (s *server) listArticles(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.site(r)
	if err != nil {
		return err
	}
	v := r.URL.Query()
	q := news.Query{Search: v.Get("q"), Category: v.Get("category"), Before: v.Get("before"), Sort: news.Sort(v.Get("sort")), Since: o.Public().PopularSince(s.now()), Limit: news.PageSize}
	if q.Sort != "" && (q.Sort != news.Popular || q.Before != "") {
		return badRequest("bad_sort", "sort: want popular, with page and not with before")
	}
	for name, to := range map[string]*int{"limit": &q.Limit, "page": &q.Page} {
		if t := v.Get(name); t != "" {
			n, err := strconv.Atoi(t)
			if err != nil || n < 1 {
				return badRequest("bad_"+name, name+": want a number from 1")
			}
			*to = min(n, 10000)
		}
	}
	q.Limit = min(q.Limit, news.MaxLimit)
	if r.URL.RawQuery != "" { // the newest articles are what all readers of the app ask for
		if err := s.mayMake(r, o.ID); err != nil {
			return err
		}
	}
	list, err := s.store.List(r.Context(), o.ID, q)
	if errors.Is(err, store.ErrCursor) {
		return badRequest("bad_before", err.Error())
	}
	if err != nil {
		return err
	}
	st := s.state(o, "")
	for i := range list.Articles {
		list.Articles[i].URL = st.Home(&list.Articles[i])
	}
	if list.Articles == nil {
		list.Articles = []news.Article{}
	}
	w.Header().Set("Cache-Control", "no-cache")
	writeJSON(w, http.StatusOK, list)
	return nil
}

func (s *server) oneArticle(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.site(r)
	if err != nil {
		return err
	}
	a, err := s.store.Article(r.Context(), o.ID, r.PathValue("slug"))
	if moved := (news.Moved{}); errors.As(err, &moved) {
		http.Redirect(w, r, news.ArticleAPIPath(o.ID, moved.Slug), http.StatusMovedPermanently)
		return nil
	}
	if err != nil {
		return err
	}
	a.URL = s.state(o, "").Home(&a)
	w.Header().Set("Cache-Control", "no-cache")
	writeJSON(w, http.StatusOK, a)
	return nil
}

// counts answers for up to 100 pages at once, keyed as they were asked for. A page that nobody has read has zeros.
func (s *server) counts(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.site(r)
	if err != nil {
		return err
	}
	urls := r.URL.Query()["url"]
	if len(urls) == 0 || len(urls) > news.MaxEvents {
		return badRequest("bad_url", "url: want 1 to 100 addresses")
	}
	canonical := make([]string, len(urls))
	for i, u := range urls {
		if canonical[i] = news.CanonicalURL(u); canonical[i] == "" {
			return badRequest("bad_url", "url: want absolute addresses")
		}
	}
	counts, err := s.store.Counts(r.Context(), o.ID, canonical)
	if err != nil {
		return err
	}
	out := make(map[string]news.Counts, len(urls))
	for i, u := range urls {
		out[u] = counts[canonical[i]]
	}
	w.Header().Set("Cache-Control", "no-cache")
	writeJSON(w, http.StatusOK, map[string]any{"counts": out})
	return nil
}

// events takes what readers did. A beacon sends it as plain text, which needs no preflight; what it says is JSON all the same.
func (s *server) events(w http.ResponseWriter, r *http.Request) error {
	open(w)
	o, err := s.site(r)
	if err != nil {
		return err
	}
	var sent []news.Event
	text := bodies.Get().(*bytes.Buffer)
	defer bodies.Put(text)
	text.Reset()
	_, err = text.ReadFrom(http.MaxBytesReader(w, r.Body, news.MaxEventBody))
	if err == nil {
		sent, err = count.ParseEvents(text.Bytes())
	}
	if errors.As(err, new(*http.MaxBytesError)) {
		return err
	}
	if err != nil {
		return &httpError{status: http.StatusBadRequest, code: "bad_json", message: `want {"events":[…]}`, err: err}
	}
	if len(sent) == 0 || len(sent) > news.MaxEvents {
		return &httpError{status: http.StatusUnprocessableEntity, code: "bad_events", message: "events: want 1 to 100"}
	}
	if s.robots.Robot(r.UserAgent()) || agent.Prefetch(r.Header) {
		return &httpError{status: http.StatusForbidden, code: "robot", message: "robots are not counted"}
	}
	if err := s.mayCount(r, o.ID, len(sent)); err != nil {
		return err
	}
	answer, err := s.counter.Submit(r.Context(), o.count(), reader(r), sent)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(answer.Rejected) == len(sent) {
		status = http.StatusUnprocessableEntity
	}
	w.Header()["Content-Type"] = jsonTypes // what answers a POST is not kept: RFC 9110, 9.3.3
	w.WriteHeader(status)
	w.Write(answer.AppendJSON(make([]byte, 0, 128))) // the client may have gone; there is nobody left to tell
	return nil
}

// jsonTypes is shared by answers, as what secure sets is.
var jsonTypes = []string{jsonType}

// bodies are for reading requests into, each up to news.MaxEventBody.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (s *server) preflight(w http.ResponseWriter, r *http.Request) error {
	open(w)
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", "Content-Type")
	h.Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// reader is who asks, for as long as the answer takes: nothing of it is kept.
func reader(r *http.Request) count.Reader { return count.Reader{Addr: from(r), Agent: r.UserAgent()} }

// address is where the request came from: the peer, or, when proxies that we trust stand before us, the nearest address in
// X-Forwarded-For that is not one of them.
func (s *server) address(r *http.Request) netip.Addr {
	addr := peer(r)
	said := r.Header["X-Forwarded-For"]
	for i := len(said) - 1; i >= 0; i-- {
		for hops, more := said[i], true; more && s.trusts(addr); {
			at := strings.LastIndexByte(hops, ',') // the last is the nearest
			next, err := netip.ParseAddr(strings.TrimSpace(hops[at+1:]))
			if err != nil {
				return addr
			}
			addr, hops, more = next.Unmap(), hops[:max(at, 0)], at >= 0
		}
	}
	return addr
}

// peer is the other end of the connection; it is not valid where there is none.
func peer(r *http.Request) netip.Addr {
	p, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return p.Addr().Unmap()
}

func (s *server) trusts(a netip.Addr) bool {
	for _, p := range s.proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
