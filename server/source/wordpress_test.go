package source

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"strings"
	"testing"
	"time"
)

// exportRead reads an export twice, as an importer does.
func exportRead(data []byte) (items []Item, left map[string]int, err error) {
	files, _ := ReadAttachments(bytes.NewReader(data))
	left = map[string]int{}
	err = ReadWordPress(bytes.NewReader(data), files, wib, func(it Item) error { items = append(items, it); return nil }, func(why string) { left[why]++ })
	return items, left, err
}

func TestReadWordPress(t *testing.T) {
	data, err := os.ReadFile("testdata/wordpress/ekspor.xml")
	if err != nil {
		t.Fatal(err)
	}
	// Editors paste what XML forbids.
	items, left, err := exportRead(bytes.Replace(data, []byte("Hadir"), []byte("\x0bHa\x08d\x02ir"), 1))
	if err != nil || len(items) != 2 {
		t.Fatalf("%d items, %v", len(items), err)
	}
	if want := map[string]int{"draft": 1, "private": 1, "password-protected": 1, "type page": 1, "type attachment": 3}; !maps.Equal(left, want) {
		t.Errorf("left out %v, want %v", left, want)
	}
	a, b := items[0], items[1]
	if a.Title != "Rapat Pleno “Terbuka” & DPT" || a.URL != "https://kab.example/2021/04/rapat-pleno/" || a.GUID != "https://kab.example/?p=101" || a.Slug != "rapat-pleno" ||
		a.Author != "Humas KPU Brebes" || len(a.Categories) != 1 || a.Categories[0] != "Berita" || a.ImageSrc != "https://kab.example/wp-content/uploads/utama.jpg" ||
		a.ViewsBefore != 1234 || a.ViewsFrom != "wordpress" ||
		!a.Published.Equal(time.Date(2021, 4, 26, 7, 5, 0, 0, time.UTC)) || !a.Updated.Equal(time.Date(2021, 4, 27, 1, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", a)
	}
	const body = `<p>Brebes – Ketua membuka rapat.<br>Hadir seluruh anggota.</p>` +
		`<figure><img src="https://kab.example/wp-content/uploads/suasana.jpg" alt="Suasana" width="600" height="400"><figcaption>Suasana rapat</figcaption></figure>` +
		`<p>Daftar:</p><ul><li>satu</li><li>dua</li></ul><p>x</p>` +
		`<figure><img src="https://kab.example/wp-content/uploads/g%201.jpg"></figure><figure><img src="https://kab.example/wp-content/uploads/g2.jpg"></figure>` +
		`<p><a href="https://youtu.be/abc?a=1&amp;b=2">https://youtu.be/abc?a=1&amp;b=2</a></p>`
	if got := markupOf(a.Body); got != body {
		t.Errorf("body:\n%s\nwant\n%s", got, body)
	}
	checkTree(t, a.Body)
	// Without a time in UTC the site's own counts.
	if !b.Published.Equal(time.Date(2022, 1, 2, 1, 30, 0, 0, time.UTC)) || b.Summary != "Ringkasnya begini." || markupOf(b.Body) != "<p>Isi blok.</p>" || b.Author != "admin" || b.ViewsBefore != 0 {
		t.Errorf("%+v", b)
	}

	cut := data[:bytes.Index(data, []byte("Konsep"))]
	if items, _, err := exportRead(cut); len(items) != 2 || err == nil || !strings.Contains(err.Error(), "breaks off or is broken after 2 items") {
		t.Errorf("a file that breaks off: %d items, %v", len(items), err)
	}
	for name, in := range map[string]string{"empty": "", "a page": "<!doctype html><p>Masuk", "a feed": simple, "binary": "\x89PNG\r\n\x1a\n\x00\x00"} {
		if _, _, err := exportRead([]byte(in)); err == nil || !strings.Contains(err.Error(), "not a WordPress export") {
			t.Errorf("%s: %v", name, err)
		}
	}
	stop := errors.New("stop")
	if err := ReadWordPress(bytes.NewReader(data), nil, wib, func(Item) error { return stop }, func(string) {}); !errors.Is(err, stop) {
		t.Errorf("the reader's own error: %v", err)
	}
}

// An item without end is refused before it fills the memory.
func TestReadWordPressBounded(t *testing.T) {
	endless := io.MultiReader(strings.NewReader(`<rss><channel><wp:wxr_version>1.2</wp:wxr_version><item><content:encoded><![CDATA[`), io.LimitReader(same('a'), 1<<40))
	err := ReadWordPress(endless, nil, wib, func(Item) error { return nil }, func(string) {})
	if err == nil || !strings.Contains(err.Error(), "one item is larger than 32 MB") {
		t.Error(err)
	}
}

type same byte

func (s same) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(s)
	}
	return len(p), nil
}

func TestParagraphs(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\n\n\nc":                          "<p>a<br>b</p><p>c</p>",
		"a\r\n \r\nb":                          "<p>a</p><p>b</p>",
		"<h2>J</h2>\na\nb":                     "<h2>J</h2><p>a b</p>",
		"<pre>a\n\n  b</pre>\n\nc":             "<pre>a\n\n  b</pre><p>c</p>",
		"<strong>a</strong> b\n\n<p>c</p>":     "<p><strong>a</strong> b</p><p>c</p>",
		"a\n<blockquote>b</blockquote>\nc":     "<p>a</p><blockquote><p>b</p></blockquote><p>c</p>",
		"[caption]hanya teks[/caption]\n\nb":   "<p>hanya teks</p><p>b</p>",
		"[gallery columns=\"3\"]\n\na [1] [x]": "<p>a [1] [x]</p>",
	} {
		if got := markupOf(htmlNodes(paragraphs(embeds(in, nil)), origin{})); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func FuzzReadWordPress(f *testing.F) {
	data, err := os.ReadFile("testdata/wordpress/ekspor.xml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:3000])
	f.Fuzz(func(t *testing.T, data []byte) {
		items, _, _ := exportRead(data)
		for _, it := range items {
			if it.Title == "" || strings.Contains(it.Title, "\n") || it.ViewsBefore < 0 {
				t.Errorf("%+v", it)
			}
			checkTree(t, it.Body)
		}
	})
}
