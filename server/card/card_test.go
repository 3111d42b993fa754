package card

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/image/font"

	"kabar/app/news"
)

// titles are 500 of every length from 1 to 300 letters, among them such as no line holds.
func titles() []string {
	words := strings.Fields("KPU Brebes gandeng Diskominfo dalam pengelolaan kehumasan sèrat Jawa kêmbang désa é di mempertanggungjawabkan RI 2026 (PPS) pleno terbuka — “hoaks” & Rp1.000.000,00 keberlangsungan")
	random := rand.New(rand.NewPCG(1, 2))
	out := []string{"A", strings.Repeat("w", 200), strings.Repeat("i", 300), strings.Repeat("W", 300), "Kata " + strings.Repeat("panjang", 30) + " akhir"}
	for len(out) < 500 {
		title, length := "", 1+len(out)*300/500
		for len([]rune(title)) < length {
			title += words[random.IntN(len(words))] + " "
		}
		out = append(out, strings.TrimSpace(string([]rune(title)[:length])))
	}
	return out
}

// TestTitles: no title loses a letter, stands out of its column or below its room, and none has a line much shorter than it could be.
func TestTitles(t *testing.T) {
	f, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, column := range []struct{ width, height, size float64 }{{Width - 2*margin, room, onPhoto}, {Width - 2*margin, 330, onPaper}, {Width - maxSide - 2*margin, 330, onPaper}} {
		for _, title := range titles() {
			b := f.serif.set(title, column.width, column.height, column.size)
			if got, want := strings.ReplaceAll(strings.Join(b.lines, ""), " ", ""), strings.ReplaceAll(title, " ", ""); got != want {
				t.Errorf("%q is set as %q", title, b.lines)
			}
			if b.height() > column.height || b.size < 20 {
				t.Errorf("%q is %.0f high at size %.0f, want at most %.0f", title, b.height(), b.size, column.height)
			}
			face, err := f.serif.face(b.size)
			if err != nil {
				t.Fatal(err)
			}
			widest := 0.0
			for _, line := range b.lines {
				widest = max(widest, pixels(font.MeasureString(face, line)))
			}
			if widest > column.width+1 {
				t.Errorf("%q is %.0f wide at size %.0f, want at most %.0f", title, widest, b.size, column.width)
			}
			// A balanced block could not stand in as many lines and be narrower.
			narrower := wrap(f.serif.broken(f.serif.words(title), column.width/b.size*rule), (widest-2)/b.size*rule)
			width := 0.0
			for _, line := range narrower {
				width = max(width, f.serif.width(line, b.size))
			}
			if len(narrower) == len(b.lines) && width < widest-2 {
				t.Errorf("%q could be %.0f wide, is %.0f: %q", title, width, widest, b.lines)
			}
		}
	}
}

func TestReadable(t *testing.T) {
	f, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"Sèrat désa kêmbang":         "Sèrat désa kêmbang",
		"de\u0301sa":                 "désa", // composed
		"𝐁𝐞𝐫𝐢𝐭𝐚 ｂａｒｕ":                "Berita baru",
		"Pemilu 🎉 2026 🇮🇩":           "Pemilu 2026",
		"Isra Mi’raj (الإسراء) 1447": "Isra Mi’raj 1447",
		"ꦧꦿꦼꦧꦼꦱ꧀ Brebes":             "Brebes",
		"“Rp1.000” – ½ & <b>":        "“Rp1.000” – ½ & <b>",
		"a\u200bb\u00a0c\xff":        "ab c",
	} {
		if got := f.serif.readable(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
		for _, r := range f.serif.readable(in) {
			if !f.serif.has(r) {
				t.Errorf("of %q, %q would be a box", in, r)
			}
		}
	}
}

// photo is a JPEG of noise, which no quality makes small, or of one colour.
func photo(t *testing.T, w, h int, noise bool) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	random := rand.New(rand.NewPCG(3, 4))
	for i := range img.Pix {
		img.Pix[i] = 0xff
		if noise {
			img.Pix[i] = uint8(random.Uint32())
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDraw(t *testing.T) {
	// A picture's header that promises 65,500 × 65,500 pixels: 17 GB once decoded.
	bomb := photo(t, 64, 64, false)
	at := bytes.Index(bomb, []byte{0xff, 0xc0})
	copy(bomb[at+5:], []byte{0xff, 0xdc, 0xff, 0xdc})
	for _, c := range []struct {
		name  string
		photo []byte
		side  bool // the picture stands beside the title
		over  bool // or under it
	}{
		{"none", nil, false, false},
		{"wide", photo(t, 1280, 720, false), false, true},
		{"noise", photo(t, 1280, 720, true), false, true},
		{"poster", photo(t, 1080, 1350, false), true, false},
		{"icon", photo(t, 64, 64, false), false, false},
		{"column", photo(t, 40, 8000, false), false, false},
		{"strip", photo(t, 1280, 33, false), false, false},
		{"enormous", bomb, false, false},
		{"cut off", photo(t, 1280, 720, true)[:5000], false, false},
		{"no picture", []byte("<svg/>"), false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			data, err := Draw(Card{Title: "Rapat 🎉", Office: "KPU", Date: "26 April 2021", Accent: "#8a1c1c"}, c.photo)
			if err != nil || len(data) > MaxBytes {
				t.Fatalf("%d bytes, %v", len(data), err)
			}
			img, err := jpeg.Decode(bytes.NewReader(data))
			if err != nil || img.Bounds() != image.Rect(0, 0, Width, Height) {
				t.Fatalf("%v, %v", img.Bounds(), err)
			}
			if got := reddish(img.At(20, 5)); got == c.over {
				t.Errorf("the accent's rule at the top left: %v", got)
			}
			if got := reddish(img.At(Width-20, 5)); got == (c.over || c.side) {
				t.Errorf("the accent's rule at the top right: %v", got)
			}
		})
	}
}

func reddish(c color.Color) bool {
	r, g, _, _ := c.RGBA()
	return r>>8 > 120 && r>>8 < 160 && g>>8 < 60
}

func TestName(t *testing.T) {
	a := news.Article{Title: "Rapat", Published: time.Date(2021, 4, 26, 7, 5, 0, 0, time.UTC), Categories: []string{"Berita"}}
	site := news.Site{Name: "KPU", Accent: "#8a1c1c", Language: "id"}
	names := map[string]bool{Of(site, &a).Name(): true}
	a.Counts.Views, a.Summary = 5, "other"
	names[Of(site, &a).Name()] = true
	if len(names) != 1 {
		t.Error("what a card does not show changes its name")
	}
	for _, change := range []func(){func() { a.Title += "!" }, func() { site.Accent = "#000000" }, func() { a.Published = a.Published.Add(24 * time.Hour) }, func() { a.Image = &news.Image{Name: "0123456789abcdef", Widths: []int{240}} }} {
		before := len(names)
		change()
		if names[Of(site, &a).Name()] = true; len(names) == before {
			t.Error("what a card shows does not change its name")
		}
	}
}

// memory is a store that counts what is made.
type memory struct {
	sync.Mutex
	cards map[string][]byte
	made  int
}

func (m *memory) Card(_ context.Context, site, slug, name string) ([]byte, error) {
	m.Lock()
	defer m.Unlock()
	return m.cards[site+slug+name], nil
}

func (m *memory) PutCard(_ context.Context, site, slug, name string, data []byte) error {
	m.Lock()
	defer m.Unlock()
	m.made++
	m.cards[site+slug+name] = data
	return nil
}

func (*memory) PictureFile(context.Context, string, int, string) ([]byte, error) { return nil, nil }

func TestMadeOnce(t *testing.T) {
	m := &memory{cards: map[string][]byte{}}
	maker, c := NewMaker(m), Card{Title: "Rapat", Office: "KPU"}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if data, err := maker.Get(t.Context(), "brebes", "rapat", c); err != nil || len(data) == 0 {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if m.made != 1 {
		t.Errorf("made %d times", m.made)
	}
	maker.turn <- struct{}{}
	gone, leave := context.WithCancel(t.Context())
	leave()
	c.Title = "Another"
	if _, err := maker.Get(gone, "brebes", "another", c); err == nil {
		t.Error("whoever has left still waits for a turn")
	}
}
