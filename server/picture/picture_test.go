package picture_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"path"
	"strings"
	"testing"

	_ "golang.org/x/image/webp" // to read the copies

	"kabar/app/news"
	"kabar/server/picture"
)

var (
	red    = color.RGBA{220, 20, 20, 255}
	green  = color.RGBA{20, 200, 20, 255}
	blue   = color.RGBA{20, 20, 220, 255}
	yellow = color.RGBA{230, 220, 20, 255}
)

// scene is 200×120 as it is to be seen: red, green, blue and yellow, clockwise from the top left corner.
func scene() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 200, 120))
	for _, q := range []struct {
		x, y int
		c    color.Color
	}{{0, 0, red}, {100, 0, green}, {100, 60, blue}, {0, 60, yellow}} {
		draw.Draw(img, image.Rect(q.x, q.y, q.x+100, q.y+60), image.NewUniform(q.c), image.Point{}, draw.Src)
	}
	return img
}

// held is the scene as a camera stores it under an orientation: Exif 2.32, 4.6.4 says where the 0th row and column belong.
func held(orientation int) *image.RGBA {
	src := scene()
	w, h := 200, 120
	sw, sh := w, h
	if orientation >= 5 {
		sw, sh = h, w
	}
	out := image.NewRGBA(image.Rect(0, 0, sw, sh))
	for row := range sh {
		for col := range sw {
			at := [8]image.Point{
				{col, row},                 // row at the top, column at the left
				{w - 1 - col, row},         // top, right
				{w - 1 - col, h - 1 - row}, // bottom, right
				{col, h - 1 - row},         // bottom, left
				{row, col},                 // row at the left, column at the top
				{w - 1 - row, col},         // right, top
				{w - 1 - row, h - 1 - col}, // right, bottom
				{row, h - 1 - col},         // left, bottom
			}[orientation-1]
			out.Set(col, row, src.At(at.X, at.Y))
		}
	}
	return out
}

const secret = "GPS 6°52'S 109°02'E"

// exif is an APP1 segment with an orientation and, behind it, what a camera knows of the place.
func exif(order binary.AppendByteOrder, orientation int) []byte {
	mark := "MM"
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		mark = "II"
	}
	b := append([]byte("Exif\x00\x00"), mark...)
	b = order.AppendUint16(b, 42)
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	for _, tag := range []uint16{0x010e, 0x0112} {
		b = order.AppendUint16(b, tag)
		b = order.AppendUint16(b, 3)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, uint16(orientation))
		b = order.AppendUint16(b, 0)
	}
	b = append(order.AppendUint32(b, 0), secret...)
	return append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(b)+2)), b...)
}

func jpegOf(t testing.TB, img image.Image, segment []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return append(append([]byte{0xff, 0xd8}, segment...), b.Bytes()[2:]...)
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func near(a, b color.Color) bool {
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	for _, d := range []int{int(ar>>8) - int(br>>8), int(ag>>8) - int(bg>>8), int(ab>>8) - int(bb>>8)} {
		if d < -40 || d > 40 {
			return false
		}
	}
	return true
}

func TestUpright(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			t.Run(fmt.Sprint(orientation, order), func(t *testing.T) {
				img, files, err := picture.Make(jpegOf(t, held(orientation), exif(order, orientation)))
				if err != nil {
					t.Fatal(err)
				}
				if img.Width != 200 || img.Height != 120 {
					t.Errorf("%d×%d, want 200×120", img.Width, img.Height)
				}
				for _, f := range files {
					got, format, err := image.Decode(bytes.NewReader(f.Data))
					if err != nil {
						t.Fatal(err)
					}
					if s := got.Bounds().Size(); s != image.Pt(200, 120) {
						t.Fatalf("the %s is %v", format, s)
					}
					for _, want := range []struct {
						x, y int
						c    color.Color
					}{{50, 30, red}, {150, 30, green}, {150, 90, blue}, {50, 90, yellow}} {
						if c := got.At(want.x, want.y); !near(c, want.c) {
							t.Errorf("%s at %d,%d is %v, want %v", format, want.x, want.y, c, want.c)
						}
					}
				}
			})
		}
	}
}

func TestNoMetadata(t *testing.T) {
	data := jpegOf(t, scene(), exif(binary.BigEndian, 1))
	if !bytes.Contains(data, []byte(secret)) {
		t.Fatal("the picture of this test has no metadata")
	}
	_, files, err := picture.Make(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for _, s := range []string{"Exif", "EXIF", "GPS", "ICC_PROFILE"} {
			if bytes.Contains(f.Data, []byte(s)) {
				t.Errorf("the %s copy says %s", f.Ext, s)
			}
		}
	}
}

// claiming is a PNG of which only the header is there.
func claiming(w, h uint32) []byte {
	head := []byte("IHDR")
	head = binary.BigEndian.AppendUint32(head, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, head...), crc32.ChecksumIEEE(head))
}

func TestRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"nothing", nil, "not a JPEG"},
		{"a page", []byte("<!doctype html>"), "not a JPEG"},
		{"a drawing", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "not a JPEG"},
		{"a bomb", claiming(50_000, 50_000), "50000×50000 pixels are more"}, // and not the error of decoding what is not there
		{"one side too long", claiming(12_001, 100), "12001×100 pixels are more"},
		{"too many pixels", claiming(10_000, 5_001), "10000×5001 pixels are more"},
		{"the most there may be, but nothing there", claiming(10_000, 5_000), "decoding png"},
		{"an icon", pngOf(t, image.NewRGBA(image.Rect(0, 0, 16, 16))), "too few"},
		{"a line", pngOf(t, image.NewRGBA(image.Rect(0, 0, 400, 31))), "too few"},
		{"cut short", jpegOf(t, scene(), nil)[:700], "decoding jpeg"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, files, err := picture.Make(tt.data)
			if err == nil || !strings.Contains(err.Error(), tt.want) || files != nil {
				t.Errorf("got %d files and %v, want an error with %q", len(files), err, tt.want)
			}
		})
	}
}

func TestThumbnailOfNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	noise := image.NewRGBA(image.Rect(0, 0, 2000, 1500))
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.Uint32())
		if i%4 == 3 {
			noise.Pix[i] = 255
		}
	}
	img, files, err := picture.Make(jpegOf(t, noise, nil))
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(img.Widths) != fmt.Sprint(picture.Widths) || img.Width != 1280 || img.Height != 960 || len(files) != 6 {
		t.Errorf("widths %v, the largest %d×%d, %d files", img.Widths, img.Width, img.Height, len(files))
	}
	for _, f := range files {
		if f.Width == picture.Widths[0] && len(f.Data) > 15_000 {
			t.Errorf("the thumbnail as %s has %d bytes", f.Ext, len(f.Data))
		}
	}
}

func TestTransparencyOnWhite(t *testing.T) {
	img, files, err := picture.Make(pngOf(t, image.NewNRGBA(image.Rect(0, 0, 64, 64))))
	if err != nil {
		t.Fatal(err)
	}
	if img.Color != "#ffffff" {
		t.Errorf("its mean colour is %s", img.Color)
	}
	for _, f := range files {
		got, _, err := image.Decode(bytes.NewReader(f.Data))
		if err != nil {
			t.Fatal(err)
		}
		if c := got.At(32, 32); !near(c, color.White) {
			t.Errorf("the %s copy is %v", f.Ext, c)
		}
	}
}

func TestNamedByContent(t *testing.T) {
	a, _, err := picture.Make(pngOf(t, scene()))
	if err != nil {
		t.Fatal(err)
	}
	b, _, err := picture.Make(jpegOf(t, scene(), nil))
	if err != nil {
		t.Fatal(err)
	}
	if again, _, _ := picture.Make(pngOf(t, scene())); a.Name != again.Name || a.Name == b.Name {
		t.Errorf("names %s, %s and of other bytes %s", a.Name, again.Name, b.Name)
	}
	if name, w, ext, ok := picture.ParseName(path.Base(news.ImagePath(a.Name, 200, "webp"))); !ok || name != a.Name || w != 200 || ext != "webp" {
		t.Errorf("its address is read as %s, %d, %s, %v", name, w, ext, ok)
	}
}

func FuzzParseName(f *testing.F) {
	for _, s := range []string{"0123456789abcdef-240.webp", "0123456789abcdef-+240.jpg", "0123456789abcdef-0240.jpg", "../../etc/passwd", "0123456789ABCDEF-1.jpg", "-1.jpg", "a.b.webp"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		if name, w, ext, ok := picture.ParseName(file); ok && news.ImagePath(name, w, ext) != "/img/"+file {
			t.Fatalf("%q is read as %s, %d, %s: one copy has two addresses", file, name, w, ext)
		}
	})
}

// FuzzOrientation puts anything at all into a JPEG's Exif segment: the picture must come out, whole and with one of its two shapes.
func FuzzOrientation(f *testing.F) {
	f.Add([]byte(exif(binary.BigEndian, 6)[10:]))
	f.Add([]byte(exif(binary.LittleEndian, 8)[10:]))
	f.Add([]byte("II*\x00\xff\xff\xff\xff"))
	f.Add([]byte("MM\x00*\x00\x00\x00\x08\xff\xff"))
	f.Add([]byte(""))
	src := jpegOf(f, image.NewRGBA(image.Rect(0, 0, 48, 32)), nil)
	f.Fuzz(func(t *testing.T, tiff []byte) {
		if len(tiff) > 60_000 {
			return
		}
		b := append([]byte("Exif\x00\x00"), tiff...)
		segment := append(binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(b)+2)), b...)
		img, _, err := picture.Make(append(append([]byte{0xff, 0xd8}, segment...), src[2:]...))
		if err != nil {
			t.Fatal(err)
		}
		if img.Width*img.Height != 48*32 {
			t.Fatalf("%d×%d", img.Width, img.Height)
		}
	})
}
