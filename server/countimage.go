package main

import (
	"fmt"
	"html"
	"math"
	"net/http"
	"strconv"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/server/page"
)

// The look of the count as an image, in pixels: the text's size, the image's height and where the letters stand in it.
const (
	countSize   = 14
	countHeight = 20
	countLine   = 15
)

// countStyle has the soft inks of app.css. An image sees the colour scheme of the page it stands in.
var countStyle = fmt.Sprintf("text{font:%dpx system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",sans-serif;fill:#5f5a55}@media(prefers-color-scheme:dark){text{fill:#a8a199}}", countSize)

// countImage says how often a page of the office's has been viewed, for hosts that allow no script. To show it is no view.
func (s *server) countImage(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	url, err := o.page(q.Get("url"))
	if err != nil {
		return err
	}
	counts, err := s.store.Counts(r.Context(), o.ID, []string{url})
	if err != nil {
		return err
	}
	lang := o.Language
	if l := q.Get("lang"); l == "id" || l == "en" {
		lang = l
	}
	image, err := countSVG(locale.For(lang), counts[url])
	if err != nil {
		return err
	}
	open(w)
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=60")
	h.Set("Content-Security-Policy", strict+"; style-src "+page.Hash(countStyle))
	h.Set("Content-Type", "image/svg+xml; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(image)))
	w.Write([]byte(image))
	return nil
}

func countSVG(l *locale.Locale, c news.Counts) (string, error) {
	text := l.ViewsCount.With(l.Number(c.Views))
	width, err := textWidth(text)
	if err != nil {
		return "", err
	}
	text = html.EscapeString(text)
	// Whatever font the reader has, textLength makes the text as wide as the image.
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d" role="img" lang="%[3]s"><title>%[4]s</title><style>%[5]s</style><text y="%[6]d" textLength="%[1]d">%[4]s</text></svg>`,
		width, countHeight, l.Tag, text, countStyle, countLine), nil
}

// countFace measures: its letters are about as wide as those of the fonts that countStyle names.
var countFace = sync.OnceValues(func() (font.Face, error) {
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("reading the font to measure with: %w", err)
	}
	return opentype.NewFace(f, &opentype.FaceOptions{Size: countSize, DPI: 72})
})

var measuring sync.Mutex // a face is not safe for concurrent use

// textWidth is how wide a text is in countSize, in whole pixels.
func textWidth(text string) (int, error) {
	face, err := countFace()
	if err != nil {
		return 0, err
	}
	measuring.Lock()
	defer measuring.Unlock()
	return int(math.Ceil(float64(font.MeasureString(face, text)) / 64)), nil
}
