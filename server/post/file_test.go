package post_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabar/server/post"
	"kabar/server/source"
)

var wib = time.FixedZone("WIB", 7*60*60)

// What is set is what a reader of posts finds, whatever YAML would make of it; what is not touched stays as it was written.
func TestFile(t *testing.T) {
	const in = "---\n# dari humas\njudul: Lama\nlayout: berita # tema\nkategori:\n  - Pengumuman\nbobot: 3\n---\n\nIsi *lama*.\n"
	f, err := post.Parse([]byte(strings.ReplaceAll(in, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if f.Text(post.Title) != "Lama" || f.Text(post.Category) != "Pengumuman" || f.Body != "Isi *lama*." || f.Texts(post.Image) != nil {
		t.Errorf("%q %q %q", f.Text(post.Title), f.Text(post.Category), f.Body)
	}
	f.Set(post.Title, "Baru: # 'satu' \"dua\"")
	f.Set(post.Category)
	f.Set(post.Image, "a.jpg", "b.jpg")
	f.SetBool(post.Draft, true)
	out, err := f.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# dari humas\njudul: ", "layout: berita # tema\n", "bobot: 3\n", "draft: true\n", "---\nIsi *lama*.\n"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is lost: %s", want, out)
		}
	}
	p, err := source.ParsePost("x.md", out, wib)
	if err != nil || p.Title != "Baru: # 'satu' \"dua\"" || len(p.Categories) != 0 || p.ImageSrc != "file:a.jpg" || !p.Draft || len(p.Body) != 2 {
		t.Errorf("%+v %v", p, err)
	}
	if _, err := post.Parse([]byte("---\ntitle: x")); err == nil {
		t.Error("front matter without an end is taken")
	}
	if f, err := post.Parse([]byte("# Judul\n\nisi")); err != nil || f.Body != "# Judul\n\nisi" {
		t.Errorf("without front matter: %+v %v", f, err)
	}
}

func TestCreate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "baru", "posts")
	var names []string
	for range 3 {
		var f post.File
		f.Set(post.Title, "Pengumuman")
		slug, name, err := post.Folder(dir).Create(&f, "Pengumuman", func(slug string) (bool, error) { return slug == "pengumuman-2", nil })
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, slug+" "+name)
	}
	if got := strings.Join(names, ", "); got != "pengumuman pengumuman.md, pengumuman-3 pengumuman-3.md, pengumuman-4 pengumuman-4.md" {
		t.Error(got)
	}
	b, err := os.ReadFile(filepath.Join(dir, "pengumuman-3.md"))
	if err != nil || string(b) != "---\ntitle: Pengumuman\nslug: pengumuman-3\n---\n" {
		t.Errorf("%q %v", b, err)
	}
}

// FuzzFile holds the front matter to its word: what comes out reads as what went in.
func FuzzFile(f *testing.F) {
	for _, s := range []string{"Rapat: DPT", "2026-08-12 09:00", "- a", "true", "''", "# x", "a\nb", "&a *b", "{a: b}", "null", "~", "%", "@x", "0x1f", "|", ">", "\u2028", "---", "\t", "'", "\\n"} {
		f.Add(s, "isi")
	}
	f.Add("x", "---\nx\n---")
	f.Fuzz(func(t *testing.T, value, body string) {
		value = strings.ToValidUTF8(strings.Join(strings.FieldsFunc(value, func(r rune) bool {
			return r < ' ' || 0x7f <= r && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff
		}), " "), "")
		in := post.File{Body: strings.TrimSpace(strings.ReplaceAll(body, "\r", ""))}
		in.Set(post.Title, value)
		in.Set(post.Category, value, "b")
		b, err := in.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		out, err := post.Parse(b)
		if err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if got := out.Texts(post.Category); out.Text(post.Title) != value || len(got) != 2 || got[0] != value || out.Body != in.Body {
			t.Errorf("%q became %q, %q, %q: %s", value, out.Text(post.Title), got, out.Body, b)
		}
	})
}
