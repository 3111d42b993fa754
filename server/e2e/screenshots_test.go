//go:build browser

package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "folder to write the pictures of the documentation to")

// The pages look as the documentation shows them: with -screenshots they are taken again, without it the first is taken.
func TestScreenshots(t *testing.T) {
	k := builtIn(t)
	list := k.articles(8)
	k.wait("the pictures", func() bool {
		for _, a := range k.articles(8) {
			if a.Image == nil {
				return false
			}
		}
		return true
	})
	article := "/brebes/" + list[len(list)-1].Slug
	for _, shot := range []struct {
		name, path, theme string
		width, height     int64
	}{
		{"news-phone", "/brebes/", "light", 360, 740},
		{"news-dark", "/brebes/", "dark", 360, 740},
		{"news-desktop", "/brebes/", "light", 1280, 800},
		{"article-phone", article, "light", 360, 740},
		{"article-dark", article, "dark", 360, 740},
		{"article-desktop", article, "light", 1280, 800},
	} {
		b := openSized(t, shot.width, shot.height).media("prefers-color-scheme", shot.theme).visit(k.url + shot.path)
		b.until("[...document.images].every(i => i.getBoundingClientRect().top > innerHeight || i.complete && i.naturalWidth)")
		png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil || len(png) < 5000 {
			t.Fatalf("%s: %d bytes, %v", shot.name, len(png), err)
		}
		if *screenshots == "" {
			return // one says whether they can be taken
		}
		if err := os.WriteFile(filepath.Join(*screenshots, shot.name+".png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
