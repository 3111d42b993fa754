package main

import (
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/server/accent"
	"kabar/server/card"
	"kabar/server/icon"
)

// iconNames are the icons by the last part of their address below the office.
var iconNames = map[string]struct {
	size     int
	maskable bool
}{
	"icon-180.png": {180, true}, // Apple cuts the corners itself
	"icon-192.png": {192, false}, "icon-512.png": {512, false}, "icon-maskable-512.png": {512, true},
}

const (
	manifestName = "manifest.webmanifest"
	screenName   = "layar.jpg"
)

// newIcons reads the office's logo, if it has one.
func newIcons(o *office) (*icon.Icons, error) {
	var logo []byte
	if o.Logo != "" {
		f, err := os.Stat(o.Logo)
		if err == nil && f.Size() > icon.MaxLogo {
			err = fmt.Errorf("it is larger than %d MB", icon.MaxLogo>>20)
		}
		if err == nil {
			logo, err = os.ReadFile(o.Logo)
		}
		if err != nil {
			return nil, fmt.Errorf("site %q: logo = %q: want a PNG or JPEG file: %w", o.ID, o.Logo, err)
		}
	}
	icons, err := icon.New(o.Name, o.Accent, logo)
	if err != nil {
		return nil, fmt.Errorf("site %q: logo = %q: %w", o.ID, o.Logo, err)
	}
	return icons, nil
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
	Form    string `json:"form_factor,omitempty"`
	Label   string `json:"label,omitempty"`
}

type shortcut struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

// manifest is the office as an app of its own (W3C, Web Application Manifest).
func (s *server) manifest(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	l, home, v := locale.For(o.Language), news.SitePath(o.ID), "?v="+o.icons.Version()
	light, _ := accent.Shades(o.Accent)
	icons := []manifestIcon{}
	for _, name := range []string{"icon-192.png", "icon-512.png", "icon-maskable-512.png"} {
		i := iconNames[name]
		purpose := "any"
		if i.maskable {
			purpose = "maskable"
		}
		icons = append(icons, manifestIcon{Src: home + name + v, Sizes: fmt.Sprintf("%dx%d", i.size, i.size), Type: "image/png", Purpose: purpose})
	}
	w.Header().Set("Cache-Control", "no-cache")
	writeJSONAs(w, http.StatusOK, "application/manifest+json", map[string]any{
		"id": home, "scope": home, "start_url": home, "name": o.Name, "short_name": icon.ShortName(o.Name), "description": l.NewsFrom.With(o.Name),
		"lang": o.Language, "dir": "ltr", "display": "standalone", "theme_color": light, "background_color": "#ffffff", "categories": []string{"news", "government"},
		"icons":       icons,
		"screenshots": []manifestIcon{{Src: home + screenName, Sizes: fmt.Sprintf("%dx%d", card.ScreenWidth, card.ScreenHeight), Type: "image/jpeg", Form: "narrow", Label: l.NewsFrom.With(o.Name)}},
		"shortcuts":   []shortcut{{l.LatestNews, home}, {locale.Pocket(o.Language).Script.Kept, home + news.PocketSlug + "#nanti"}},
	})
	return nil
}

// icon answers with one of the office's icons.
func (s *server) icon(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	k := iconNames[r.PathValue("slug")]
	data, err := o.icons.PNG(k.size, k.maskable)
	if err != nil {
		return err
	}
	s.sendKept(w, r, "image/png", data)
	return nil
}

// screen answers with a drawing of the office's news on a phone.
func (s *server) screen(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	list, err := s.store.List(r.Context(), o.ID, news.Query{Limit: 8})
	if err != nil {
		return err
	}
	var titles []string
	for _, a := range list.Articles {
		titles = append(titles, a.Title)
	}
	data, err := o.screen.get(strings.Join(titles, "\x00"), func() ([]byte, error) { return card.Screen(o.Name, o.Accent, titles) })
	if err != nil {
		return err
	}
	s.sendKept(w, r, "image/jpeg", data)
	return nil
}

// drawing is one picture, kept while what it shows is the same.
type drawing struct {
	mu   sync.Mutex
	of   string
	data []byte
}

func (d *drawing) get(of string, draw func() ([]byte, error)) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.data != nil && d.of == of {
		return d.data, nil
	}
	data, err := draw()
	if err == nil {
		d.of, d.data = of, data
	}
	return data, err
}

// sendKept answers with a picture that a browser keeps for a day, and asks for again after.
func (s *server) sendKept(w http.ResponseWriter, r *http.Request, kind string, data []byte) {
	h, etag := w.Header(), `"`+hash(data)+`"`
	h.Set("Cache-Control", "public, max-age=86400")
	h.Set("ETag", etag)
	if matches(r.Header.Get("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", kind)
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method != http.MethodHead {
		w.Write(data) // the reader may have gone; there is nobody left to tell
	}
}
