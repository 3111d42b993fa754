package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
)

// picture shows our copies of a picture, or nothing when there are none. A wide one spans the column, another is a list's
// thumbnail. An early one is near the top of the page and not put off.
func (p page) picture(img *news.Image, wide, early bool) app.UI {
	if img == nil || img.Name == "" || len(img.Widths) == 0 {
		return nil
	}
	small := img.Widths[0]
	if !wide {
		// A thumbnail has one copy, made for it; a set of sizes would only make the page longer.
		return frame(img, app.Source().Type("image/webp").Attr("srcset", news.ImagePath(img.Name, small, "webp")),
			app.Img().Src(news.ImagePath(img.Name, small, "jpg")).Attr("width", small).Attr("height", max(1, img.Height*small/max(1, img.Width))), early)
	}
	set := func(ext string) string {
		var s []string
		for _, w := range img.Widths {
			s = append(s, news.ImagePath(img.Name, w, ext)+" "+strconv.Itoa(w)+"w")
		}
		return strings.Join(s, ", ")
	}
	const sizes = "(min-width:44rem) 42rem, 100vw"
	i := app.Img().Src(news.ImagePath(img.Name, img.Widths[min(1, len(img.Widths)-1)], "jpg")).Attr("srcset", set("jpg")).Sizes(sizes)
	if img.Width > 0 && img.Height > 0 {
		i = i.Attr("width", img.Width).Attr("height", img.Height)
	}
	if early {
		i = i.Attr("fetchpriority", "high")
	}
	return frame(img, app.Source().Type("image/webp").Attr("srcset", set("webp")).Sizes(sizes), i, early)
}

// frame puts the two forms of a picture before its mean colour.
func frame(img *news.Image, webp app.UI, i app.HTMLImg, early bool) app.UI {
	i = i.Alt(img.Alt).Attr("decoding", "async")
	if img.Alt == "" {
		i = i.Attr("role", "presentation") // go-app drops an empty alt
	}
	if !early {
		i = i.Attr("loading", "lazy")
	}
	return app.Picture().Class(strings.TrimSpace("pic "+ColorClass(img))).Body(webp, i)
}

// ColorClass names the rule that paints a picture's mean colour where the picture will be: a page may have no style attributes.
func ColorClass(img *news.Image) string {
	if img == nil || img.Name == "" || len(img.Color) != 7 {
		return ""
	}
	return "c" + img.Color[1:]
}

// Colors are the rules that ColorClass names, for every picture of a page.
func Colors(s *news.State) string {
	var b strings.Builder
	seen := map[string]bool{}
	add := func(img *news.Image) {
		if c := ColorClass(img); c != "" && !seen[c] {
			seen[c] = true
			b.WriteString("." + c + "{background:" + img.Color + "}")
		}
	}
	for i := range s.List.Articles {
		add(s.List.Articles[i].Image)
	}
	if s.Article != nil {
		add(s.Article.Image)
		news.Images(s.Article.Body, add)
	}
	return b.String()
}
