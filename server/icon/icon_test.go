package icon_test

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"kabar/server/icon"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ name, initials, short string }{
		{"KPU Kabupaten Brebes", "KB", "KPU Brebes"},
		{"KPU Kota Tegal", "KT", "KPU Tegal"},
		{"KPU Kabupaten Purbalingga", "KP", "Purbalingga"},
		{"Dinas Komunikasi dan Informatika", "DK", "Informatika"},
		{"Brebes", "B", "Brebes"},
		{"Bawaslu", "B", "Bawaslu"},
		{"Kabupaten", "", "Kabupaten"},
		{"Pemerintahkabupatenbrebes raya", "PR", "raya"},
		{"", "", ""},
	} {
		if got := icon.Initials(c.name); got != c.initials {
			t.Errorf("initials of %q: %q, want %q", c.name, got, c.initials)
		}
		if got := icon.ShortName(c.name); got != c.short {
			t.Errorf("short name of %q: %q, want %q", c.name, got, c.short)
		}
	}
}

func decode(t *testing.T, i *icon.Icons, size int, maskable bool) image.Image {
	t.Helper()
	data, err := i.PNG(size, maskable)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != size || b.Dy() != size {
		t.Fatalf("the icon is %v, want %d", b, size)
	}
	return img
}

// TestMasks: what matters of a maskable icon stands in the circle that every mask leaves, and its ground fills the square.
func TestMasks(t *testing.T) {
	square := image.NewRGBA(image.Rect(0, 0, 400, 400))
	for p := range square.Pix {
		square.Pix[p] = 0xff * byte(p%4/3) // black
	}
	var logo bytes.Buffer
	if err := png.Encode(&logo, square); err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"initials": nil, "logo": logo.Bytes()} {
		i, err := icon.New("KPU Kabupaten Wonosobo", "#0b5fff", content)
		if err != nil {
			t.Fatal(err)
		}
		img := decode(t, i, 512, true)
		ground, drawn := img.At(0, 0), 0
		if _, _, _, a := ground.RGBA(); a != 0xffff {
			t.Errorf("%s: the corner is not filled", name)
		}
		for y := range 512 {
			for x := range 512 {
				if img.At(x, y) == ground {
					continue
				}
				drawn++
				if dx, dy := x-256, y-256; dx*dx+dy*dy > 206*206 {
					t.Fatalf("%s: something is drawn at %d, %d", name, x, y)
				}
			}
		}
		if drawn < 512*512/20 {
			t.Errorf("%s: only %d pixels are drawn", name, drawn)
		}
		if _, _, _, a := decode(t, i, 192, false).At(0, 0).RGBA(); a != 0 {
			t.Errorf("%s: the corner of the other icon is filled", name)
		}
	}
}

func TestLogo(t *testing.T) {
	encode := func(w, h int, f func(*bytes.Buffer, image.Image) error) []byte {
		var b bytes.Buffer
		if err := f(&b, image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.Black, color.White})); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	asPNG := func(b *bytes.Buffer, i image.Image) error { return png.Encode(b, i) }
	asJPEG := func(b *bytes.Buffer, i image.Image) error { return jpeg.Encode(b, i, nil) }
	asGIF := func(b *bytes.Buffer, i image.Image) error { return gif.Encode(b, i, nil) }
	bomb := encode(5000, 200, asPNG)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"png": {encode(300, 200, asPNG), ""}, "jpeg": {encode(200, 900, asJPEG), ""}, "gif": {encode(300, 300, asGIF), "PNG or JPEG"}, "small": {encode(100, 300, asPNG), "192 to 4096"},
		"enormous": {bomb, "192 to 4096"}, "svg": {[]byte("<svg/>"), "PNG or JPEG"}, "empty": {[]byte{}, "PNG or JPEG"}, "cut off": {encode(300, 300, asPNG)[:60], "reading the picture"}, "heavy": {make([]byte, icon.MaxLogo+1), "2 MB"},
	} {
		_, err := icon.New("KPU", "#8a1c1c", c.content)
		if err != nil && c.want == "" || err == nil && c.want != "" || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestVersion(t *testing.T) {
	version := func(name, tint string) string {
		i, err := icon.New(name, tint, nil)
		if err != nil {
			t.Fatal(err)
		}
		return i.Version()
	}
	if version("KPU Brebes", "#8a1c1c") != version("KPU Brebes", "#8a1c1c") || version("KPU Brebes", "#8a1c1c") == version("KPU Brebes", "#0b5fff") || version("KPU Brebes", "#8a1c1c") == version("KPU Tegal", "#8a1c1c") {
		t.Error("the version does not follow what is drawn")
	}
}
