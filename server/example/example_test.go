package example

import (
	"image/jpeg"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/source"
)

// Every post says everything an article shows, and brings its own picture.
func TestPosts(t *testing.T) {
	posts := Posts()
	names, err := fs.Glob(posts, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) != 8 {
		t.Errorf("%d posts, want 8", len(names))
	}
	wib := time.FixedZone("WIB", 7*60*60)
	pictures, titles, dates := map[string]string{}, map[string]string{}, map[time.Time]string{}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			data, err := fs.ReadFile(posts, name)
			if err != nil {
				t.Fatal(err)
			}
			rest, opened := strings.CutPrefix(string(data), "---\n")
			head, _, closed := strings.Cut(rest, "\n---\n")
			if !opened || !closed {
				t.Fatal("no front matter")
			}
			// The parser makes up for a missing title or summary, so the keys are looked for themselves.
			for _, key := range []string{"title", "date", "category", "image", "image_alt", "author", "summary"} {
				if !strings.Contains("\n"+head, "\n"+key+": ") {
					t.Errorf("the front matter has no %s", key)
				}
			}
			post, err := source.ParsePost(name, data, wib)
			if err != nil {
				t.Fatal(err)
			}
			if post.Draft || post.Title == "" || post.Author == "" || post.Summary == "" || post.ImageAlt == "" || len(post.Body) == 0 {
				t.Errorf("something is empty, or it is a draft: %+v", post)
			}
			if len(post.Categories) != 1 {
				t.Errorf("categories %q, want one", post.Categories)
			}
			if day := post.Published.In(wib).Format("2006-01-02"); day < "2021-04-26" || day > "2021-04-30" {
				t.Errorf("published on %s, want 26 to 30 April 2021", day)
			}
			if words := len(strings.Fields(news.PlainText(post.Body))); words < 180 || words > 500 {
				t.Errorf("%d words, want 180 to 500", words)
			}
			if strings.HasSuffix(post.Summary, "…") {
				t.Errorf("the summary is cut: %q", post.Summary)
			}
			if other, twice := titles[post.Title]; twice {
				t.Errorf("%s has the same title", other)
			}
			if other, twice := dates[post.Published.UTC()]; twice {
				t.Errorf("%s has the same date", other)
			}
			titles[post.Title], dates[post.Published.UTC()] = name, name

			src, ok := strings.CutPrefix(post.ImageSrc, "file:")
			if !ok || path.Ext(src) != ".jpg" {
				t.Fatalf("picture %q, want a JPEG beside the post", post.ImageSrc)
			}
			if other, twice := pictures[src]; twice {
				t.Errorf("%s has the same picture", other)
			}
			pictures[src] = name
			f, err := posts.Open(src)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if info, err := f.Stat(); err != nil || info.Size() > 60<<10 {
				t.Errorf("%s is larger than 60 KB (%v)", src, err)
			}
			picture, err := jpeg.Decode(f)
			if err != nil {
				t.Fatalf("%s: %v", src, err)
			}
			if size := picture.Bounds().Size(); size.X != 1200 || size.Y != 675 {
				t.Errorf("%s is %v, want 1200×675", src, size)
			}
		})
	}
	// A picture is changed by changing its drawing, so no drawing is lost and none is left over.
	drawings, err := filepath.Glob("pictures/*.svg")
	if err != nil {
		t.Fatal(err)
	}
	drawn := map[string]bool{}
	for _, d := range drawings {
		drawn[strings.TrimSuffix(filepath.Base(d), ".svg")+".jpg"] = true
	}
	for name := range pictures {
		if !drawn[name] {
			t.Errorf("%s has no drawing in pictures", name)
		}
	}
	if len(drawn) != len(pictures) {
		t.Errorf("%d drawings, want %d", len(drawn), len(pictures))
	}
	files, err := fs.ReadDir(posts, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if path.Ext(f.Name()) != ".md" && pictures[f.Name()] == "" {
			t.Errorf("%s belongs to no post", f.Name())
		}
	}
}
