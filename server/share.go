package main

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"kabar/app/news"
	"kabar/app/share"
	"kabar/server/agent"
)

// sharePatience is how long a redirect waits for its click to be counted: sharing never depends on counting.
const sharePatience = 2 * time.Second

// goTo counts one share click and redirects to the network's share page, for an article or a page of the office only.
func (s *server) goTo(w http.ResponseWriter, r *http.Request) error {
	n, ok := share.ByID(r.PathValue("network"))
	if !ok || n.Action() {
		return notFound("network")
	}
	q := r.URL.Query()
	o := s.sites[q.Get("site")]
	if o == nil {
		return notFound("office")
	}
	ev := news.Event{ID: eventID(), Type: news.Share, Network: n.ID, Article: q.Get("article"), URL: q.Get("url"), Via: news.ViaPage}
	var title, target string
	switch {
	case ev.Article != "":
		a, err := s.store.Article(r.Context(), o.ID, ev.Article)
		if moved := (news.Moved{}); errors.As(err, &moved) {
			http.Redirect(w, r, "/go/"+n.ID+"?"+url.Values{"site": {o.ID}, "article": {moved.Slug}}.Encode(), http.StatusMovedPermanently)
			return nil
		}
		if err != nil {
			return err
		}
		st := news.State{Base: s.base, Site: o.Public()}
		title, target, ev.URL = a.Title, st.Home(&a), ""
	case ev.URL != "":
		var err error
		if ev.URL, err = o.page(ev.URL); err != nil {
			return err
		}
		title, target = strings.Join(strings.Fields(q.Get("title")), " "), ev.URL
		if len(title) > maxTitle {
			title = strings.ToValidUTF8(title[:maxTitle], "")
		}
	default:
		return badRequest("no_target", "want article or url")
	}
	if from := news.Host(r.Referer()); from != "" && from != s.host {
		ev.Via, ev.Host = news.ViaWidget, from
	}
	// HEAD is how programs look where a link leads (the mux sends it here too); nobody shares with it.
	if r.Method == http.MethodGet && !s.robots.Robot(r.UserAgent()) && !agent.Prefetch(r.Header) && clicked(r) && s.mayCount(r, o.ID, 1) == nil {
		s.countShare(r, o, ev)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	h.Set("Location", n.Link(title, target))
	w.WriteHeader(http.StatusFound)
	return nil
}

// clicked tells a click from an image or a frame of some page that makes its readers share unknowingly: browsers say what they load
// an address for (Fetch Metadata).
func clicked(r *http.Request) bool {
	to := r.Header.Get("Sec-Fetch-Dest")
	return to == "" || to == "document"
}

func (s *server) countShare(r *http.Request, o *office, ev news.Event) {
	ctx, cancel := context.WithTimeout(r.Context(), sharePatience)
	defer cancel()
	if _, err := s.counter.Submit(ctx, o.count(), reader(r), []news.Event{ev}); err != nil && r.Context().Err() == nil {
		s.log.WarnContext(ctx, "a share was not counted", "site", o.ID, "error", err)
	}
}

// eventID makes an id for an event that has no sender of its own.
func eventID() string { return "go-" + rand.Text() }
