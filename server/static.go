package main

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"kabar/app/news"
	"kabar/server/card"
	"kabar/server/picture"
)

// image answers with one of our copies of a picture.
func (s *server) image(w http.ResponseWriter, r *http.Request) error {
	name, width, ext, ok := picture.ParseName(r.PathValue("file"))
	if !ok {
		return notFound("picture")
	}
	data, err := s.store.PictureFile(r.Context(), name, width, ext)
	if err != nil {
		return err
	}
	if data == nil {
		return notFound("picture")
	}
	sendPicture(w, r, map[string]string{"webp": "image/webp", "jpg": "image/jpeg"}[ext], data)
	return nil
}

// card answers with the preview picture of an article. A messenger that read the page before the article changed is led to today's card.
func (s *server) card(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	slug := r.PathValue("slug")
	a, err := s.store.Article(r.Context(), o.ID, slug)
	if moved := (news.Moved{}); errors.As(err, &moved) {
		slug = moved.Slug
		a, err = s.store.Article(r.Context(), o.ID, slug)
	}
	if err != nil {
		return err
	}
	c := card.Of(o.Public(), &a)
	if own := news.CardPath(o.ID, slug, c.Name()); r.URL.Path != own {
		w.Header().Set("Cache-Control", "no-cache")
		http.Redirect(w, r, own, http.StatusFound)
		return nil
	}
	data, err := s.cards.Get(r.Context(), o.ID, slug, c)
	if err != nil {
		return err
	}
	sendPicture(w, r, "image/jpeg", data)
	return nil
}

func sendPicture(w http.ResponseWriter, r *http.Request, kind string, data []byte) {
	open(w)
	h := w.Header()
	h.Set("Cache-Control", immutable)
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method != http.MethodHead {
		w.Write(data) // the reader may have gone; there is nobody left to tell
	}
}

// loader is the script of host pages. Its address never changes, so it is kept for an hour and asked for again after.
func (s *server) loader(w http.ResponseWriter, r *http.Request) error {
	open(w)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return s.embedJS.send(w, r)
}

// faviconSVG is a newspaper's column, drawn for the tab of a browser.
const faviconSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#8a1c1c"/><path d="M8 9h16v4H8zm0 7h16v2H8zm0 5h10v2H8z" fill="#fff"/></svg>`

func (s *server) favicon(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", "public, max-age=86400")
	io.WriteString(w, faviconSVG)
	return nil
}
