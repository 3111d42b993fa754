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
	sizes, fallback := "112px", img.Widths[0]
	if wide {
		sizes = "(min-width:44rem) 42rem, 100vw"
		fallback = img.Widths[min(1, len(img.Widths)-1)]
	}
	set := func(ext string) string {
		var s []string
		for _, w := range img.Widths {
			s = append(s, news.ImagePath(img.Name, w, ext)+" "+strconv.Itoa(w)+"w")
		}
		return strings.Join(s, ", ")
	}
	i := app.Img().Src(news.ImagePath(img.Name, fallback, "jpg")).Attr("srcset", set("jpg")).Sizes(sizes).Alt(img.Alt).Attr("decoding", "async")
	if img.Alt == "" {
		i = i.Attr("role", "presentation") // go-app drops an empty alt
	}
	if img.Width > 0 && img.Height > 0 {
		i = i.Attr("width", img.Width).Attr("height", img.Height)
	}
	if !early {
		i = i.Attr("loading", "lazy")
	} else if wide {
		i = i.Attr("fetchpriority", "high")
	}
	return app.Picture().Class(strings.TrimSpace("pic "+ColorClass(img))).Body(app.Source().Type("image/webp").Attr("srcset", set("webp")).Sizes(sizes), i)
}

// ColorClass names the rule that paints a picture's mean colour where the picture will be: a page may have no style attributes.
func ColorClass(img *news.Image) string {
	if img == nil || img.Name == "" || len(img.Color) != 7 {
		return ""
	}
	return "c" + img.Color[1:]
}
