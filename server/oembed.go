package main

import (
	"encoding/xml"
	"errors"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kabar/app/news"
)

// oEmbed is the answer of oEmbed 1.0 (oembed.com, 2.3.4) for a page of ours.
type oEmbed struct {
	XMLName      xml.Name `json:"-" xml:"oembed"`
	Version      string   `json:"version" xml:"version"`
	Type         string   `json:"type" xml:"type"`
	Title        string   `json:"title" xml:"title"`
	AuthorName   string   `json:"author_name,omitempty" xml:"author_name,omitempty"`
	ProviderName string   `json:"provider_name" xml:"provider_name"`
	ProviderURL  string   `json:"provider_url" xml:"provider_url"`
	CacheAge     int      `json:"cache_age" xml:"cache_age"`
	HTML         string   `json:"html" xml:"html"`
	Width        int      `json:"width" xml:"width"`   // pixels
	Height       int      `json:"height" xml:"height"` // pixels
}

// Sizes of an embedded card, in pixels. At this width a card with its picture, a headline of three lines and a summary fits.
const (
	embedWidth   = 600
	cardHeight   = 680
	embedSeconds = 3600 // that a consumer may keep an answer
)

// oembed answers for a page of ours with a frame. There is no 401: all that we show is public, and what is not is not there.
func (s *server) oembed(w http.ResponseWriter, r *http.Request) error {
	open(w)
	v := r.URL.Query()
	format := v.Get("format")
	if format != "" && format != "json" && format != "xml" {
		return &httpError{status: http.StatusNotImplemented, code: "bad_format", message: "format: want json or xml"}
	}
	u, err := url.Parse(v.Get("url"))
	if err != nil || !strings.EqualFold(u.Scheme+"://"+u.Host, s.base) {
		return notFound("page of ours")
	}
	route, ok := news.ParsePath(u.Path, u.RawQuery)
	o := s.sites[route.Site]
	if !ok || o == nil || route.Page != news.PageNews && route.Page != news.PageArticle {
		return notFound("page of ours")
	}
	title, author, own, frame, height := o.Name, "", news.SitePath(o.ID), "/embed/"+o.ID, frameHeight(&news.Embed{Limit: embedDefault}, embedWidth)
	if route.Page == news.PageArticle {
		a, err := s.store.Article(r.Context(), o.ID, route.Slug)
		if moved := (news.Moved{}); errors.As(err, &moved) {
			a, err = s.store.Article(r.Context(), o.ID, moved.Slug)
		}
		if err != nil {
			return err
		}
		title, author, own, frame, height = a.Title, a.Author, news.ArticlePath(o.ID, a.Slug), frame+"/"+a.Slug, cardHeight
	}
	if route.Lang != "" && route.Lang != o.Language {
		own, frame = news.WithLang(own, route.Lang), news.WithLang(frame, route.Lang)
	}
	// The frame takes the column's whole width: WordPress drops style, and a number of pixels would stick out of a phone. What is higher than
	// the consumer lets it be can be scrolled.
	width := within(v.Get("maxwidth"), embedWidth)
	height = within(v.Get("maxheight"), height)
	e := html.EscapeString
	answer := oEmbed{Version: "1.0", Type: "rich", Title: title, AuthorName: author, ProviderName: o.Name, ProviderURL: s.base + news.SitePath(o.ID), CacheAge: embedSeconds, Width: width, Height: height,
		HTML: `<blockquote class="wp-embedded-content kabar-embed"><a href="` + e(s.base+own) + `">` + e(title) + `</a></blockquote><iframe class="wp-embedded-content" src="` + e(s.base+frame) +
			`" width="100%" height="` + strconv.Itoa(height) + `" title="` + e(title) + `" frameborder="0"></iframe>`}
	w.Header().Set("Cache-Control", "public, max-age="+strconv.Itoa(embedSeconds))
	if format != "xml" {
		writeJSON(w, http.StatusOK, answer)
		return nil
	}
	out, err := xml.Marshal(answer)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.Write([]byte(xml.Header + strings.TrimSpace(string(out))))
	return nil
}

// within bounds a size by what the consumer allows; what is not a number from 1 bounds nothing.
func within(limit string, size int) int {
	if n, err := strconv.Atoi(limit); err == nil && n > 0 {
		return min(n, size)
	}
	return size
}
