package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestParsePost(t *testing.T) {
	read := func(name string) Post {
		t.Helper()
		data, err := os.ReadFile("testdata/posts/" + name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := ParsePost("2026/"+name, data, wib)
		if err != nil {
			t.Fatal(err)
		}
		checkTree(t, p.Body)
		return p
	}
	p := read("biasa.md")
	if p.GUID != "post:2026/biasa" || p.Title != "Rapat Pleno: DPT & DPK" || p.Author != "Humas KPU" || p.ImageSrc != "file:2026/foto/rapat.jpg" || p.ImageAlt != "Suasana" ||
		len(p.Categories) != 1 || p.Categories[0] != "Berita Terkini" || !p.Published.Equal(time.Date(2026, 8, 12, 9, 45, 0, 0, time.UTC)) || p.URL != "" || p.Draft {
		t.Errorf("%+v", p)
	}
	if got := markupOf(p.Body); strings.Contains(got, "<img") || !strings.Contains(got, `<td align="right">118.402</td>`) {
		t.Errorf("body: %s", got)
	}
	p = read("tanpa-frontmatter.md")
	if p.Title != "Judul dari H1" || !p.Published.IsZero() || markupOf(p.Body) != "<p>Isi pertama.</p>" {
		t.Errorf("%+v", p)
	}
	for name, c := range map[string]struct{ in, title, body string }{
		"everything":         {"---\ntitle: 'A: b'\ndate: 12 Agustus 2026 08.30\ncategories: [x, y]\nimage: https://kab.example/a.jpg\nimage_alt: alt\nsummary: s\ndraft: true\nlayout: other\n---\nisi", "A: b", "<p>isi</p>"},
		"Windows":            {"\ufeff---\r\ntitle: A\r\n---\r\nisi\r\n", "A", "<p>isi</p>"},
		"windows-1252":       {"---\ntitle: R\xe9sah\n---\nisi", "Résah", "<p>isi</p>"},
		"heading said twice": {"---\ntitle: A\n---\n# A\n\nisi", "A", "<p>isi</p>"},
		"no title":           {"Kalimat pertama yang panjang. Kedua.", "Kalimat pertama yang panjang", "<p>Kalimat pertama yang panjang. Kedua.</p>"},
		"HTML in it":         {"# A\n\n<p onclick=x>a</p><script>b</script><iframe src=//evil></iframe>\n\n[x](javascript:alert(1)) [y](https://kab.example)", "A", `<p>a</p><p>x <a href="https://kab.example">y</a></p>`},
		"a line across":      {"a\n\n---\n\nb", "a", "<p>a</p><hr><p>b</p>"},
		"code":               {"# A\n\n```go\n\nx := 1\n```", "A", "<pre><code>x := 1\n</code></pre>"},
		"no way out":         {"# A\n\nb ![x](../../../etc/passwd.png) ![y](foto/y.jpg) ![z](foto/z.jpg)", "A", `<p>b <img src="file:foto/z.jpg" alt="z"></p>`},
	} {
		p, err := ParsePost("a.md", []byte(c.in), wib)
		if err != nil || p.Title != c.title || markupOf(p.Body) != c.body {
			t.Errorf("%s: %q %s %v", name, p.Title, markupOf(p.Body), err)
		}
		checkTree(t, p.Body)
	}
	for in, says := range map[string]string{
		"---\ntitle: a\ndate: besok\n---\n":       `date: "besok" is not a date`,
		"---\ntitle: a\nimage: ../x.jpg\n---\n":   `"../x.jpg" is neither a file in this folder`,
		"---\ntitle: a\ndraft: barangkali\n---\n": "neither true nor false",
		"---\ntitle: Rapat: hasil\n---\n":         `read its front matter: [2:8] mapping value is not allowed in this context; put the value in quotes, such as title: "`,
		"---\ntitle: @kpu\n---\n":                 `put the value in quotes`,
		"---\ntitle: {a: b}\n---\n":               "title: it holds keys",
		"---\ntitle: [a\n---\n":                   "read its front matter: [2:8]",
		"---\ntitle: a\n":                         "no closing line",
		"+++\ntitle = 'a'\n+++\n":                 "TOML",
		"---\na: &x [y]\nb: [*x]\n---\n":          "anchors",
		"":                                        "neither a title nor a text",
		"<script>x</script>":                      "neither a title nor a text",
		strings.Repeat("a", maxPost+1):            "larger",
	} {
		if _, err := ParsePost("a.md", []byte(in), wib); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: %v; want %q", in, err, says)
		}
	}
}

func FuzzParsePost(f *testing.F) {
	files, _ := filepath.Glob("testdata/posts/*")
	for _, file := range files {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Add([]byte("---\ntitle: a\ndate: 2026-08-12\ntags: [b, {c: d}]\n---\n# a\n\n> - b\n>   1. c\n\n| a |\n|---|\n| b |\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		p, err := ParsePost("a/b.md", data, wib)
		if err != nil {
			return
		}
		checkTree(t, p.Body)
		if p.Title == "" || strings.Contains(p.ImageSrc, "..") && strings.HasPrefix(p.ImageSrc, "file:..") {
			t.Errorf("%+v", p)
		}
	})
}
