// Package picture makes our copies of article photographs: small, upright, without metadata. A picture that cannot be had or read
// is simply not there.
package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // formats that press offices upload
	"image/jpeg"
	_ "image/png"
	"math"
	"strconv"
	"strings"

	"github.com/disintegration/imaging"
	"github.com/gen2brain/webp"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decoding

	"kabar/app/news"
)

// Widths of the copies, in pixels: a thumbnail of 104 to 152 CSS pixels, the column of a phone, and that of a desktop, each on a screen
// of about two device pixels to one.
var Widths = []int{240, 720, 1280}

// Limits of what is decoded. A phone's photograph has 12 to 50 megapixels; a decoded one takes 4 bytes each.
const (
	maxPixels = 50_000_000
	maxSide   = 12_000
	minSide   = 32 // smaller ones are icons and tracking pixels
	// maxThumb is how large a list's thumbnail may be, in bytes.
	maxThumb = 15_000
)

// version is part of every copy's name: other sizes or qualities make other names.
const version = "1"

// File is one copy.
type File struct {
	Width int
	Ext   string // webp or jpg
	Data  []byte
}

// Make returns the copies of a picture and what a page needs to know of them.
func Make(data []byte) (news.Image, []File, error) {
	var img news.Image
	src, turn, err := decode(data)
	if err != nil {
		return img, nil, err
	}
	sum := sha256.Sum256(append([]byte(version), data...))
	img.Name = hex.EncodeToString(sum[:8])
	var files []File
	sized := src.Bounds().Dx()
	if turn >= 5 {
		sized = src.Bounds().Dy()
	}
	for i, w := range Widths {
		if w > sized && i > 0 {
			w = min(sized, Widths[len(Widths)-1])
			if w <= img.Width {
				break
			}
		} else if w > sized {
			w = sized
		}
		small := upright(shrink(src, w, turn), turn)
		thumb := 0
		if i == 0 {
			thumb = maxThumb
			img.Color = mean(small)
		}
		made, err := encode(small, thumb)
		if err != nil {
			return img, nil, err
		}
		for _, f := range made {
			f.Width = w
			files = append(files, f)
		}
		img.Widths = append(img.Widths, w)
		img.Width, img.Height = w, small.Bounds().Dy()
	}
	return img, files, nil
}

// decode reads a picture whose size is what a photograph's can be, and how it is to be turned.
func decode(data []byte) (src image.Image, turn int, err error) {
	c, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, 0, errors.New("not a JPEG, PNG, GIF or WebP picture")
	}
	if c.Width > maxSide || c.Height > maxSide || c.Width*c.Height > maxPixels {
		return nil, 0, fmt.Errorf("%d×%d pixels are more than %d million", c.Width, c.Height, maxPixels/1_000_000)
	}
	if c.Width < minSide || c.Height < minSide {
		return nil, 0, fmt.Errorf("%d×%d pixels are too few for a photograph", c.Width, c.Height)
	}
	src, _, err = image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, fmt.Errorf("decoding %s: %w", format, err)
	}
	if turn = 1; format == "jpeg" {
		turn = orientation(data)
	}
	return src, turn, nil
}

// Of an upload that is kept: twice the width of the largest copy, and little loss, since copies are made of it.
const (
	uploadWidth   = 2560
	uploadQuality = 90
)

// Clean makes of an upload the JPEG that is kept: upright, no wider than the copies need, and without what a camera wrote into it, such
// as where it was.
func Clean(data []byte) ([]byte, error) {
	src, turn, err := decode(data)
	if err != nil {
		return nil, err
	}
	w := src.Bounds().Dx()
	if turn >= 5 {
		w = src.Bounds().Dy()
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, upright(shrink(src, min(w, uploadWidth), turn), turn), &jpeg.Options{Quality: uploadQuality}); err != nil {
		return nil, fmt.Errorf("encoding the upload: %w", err)
	}
	return b.Bytes(), nil
}

// shrink resizes so that the picture is w wide once it stands upright, on white where it is transparent. What lies between its two steps takes 4 bytes a
// pixel; with x/image's scaler it would be 32, more than all else that a server needs.
func shrink(src image.Image, w, turn int) *image.RGBA {
	b := src.Bounds()
	dx, dy := w, max(1, b.Dy()*w/b.Dx())
	if turn >= 5 {
		dx, dy = max(1, b.Dx()*w/b.Dy()), w
	}
	dst := image.NewRGBA(image.Rect(0, 0, dx, dy))
	draw.Draw(dst, dst.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(dst, dst.Bounds(), imaging.Resize(src, dx, dy, imaging.CatmullRom), image.Point{}, draw.Over)
	return dst
}

// upright applies an Exif orientation from 1 to 8.
func upright(src *image.RGBA, turn int) *image.RGBA {
	if turn <= 1 || turn > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	dw, dh := w, h
	if turn >= 5 {
		dw, dh = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range h {
		for x := range w {
			var dx, dy int
			switch turn {
			case 2:
				dx, dy = w-1-x, y
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dx, dy = x, h-1-y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			dst.SetRGBA(dx, dy, src.RGBAAt(x, y))
		}
	}
	return dst
}

// encode makes the two forms; limit bounds each in bytes, at the price of its quality, where it is not 0.
func encode(img image.Image, limit int) ([]File, error) {
	var out []File
	for _, ext := range []string{"webp", "jpg"} {
		for q := 78; ; q -= 12 {
			var b bytes.Buffer
			var err error
			if ext == "webp" {
				err = webp.Encode(&b, img, webp.Options{Quality: q, Method: 4})
			} else {
				err = jpeg.Encode(&b, img, &jpeg.Options{Quality: q})
			}
			if err != nil {
				return nil, fmt.Errorf("encoding as %s: %w", ext, err)
			}
			if limit == 0 || b.Len() <= limit || q < 20 {
				out = append(out, File{Ext: ext, Data: b.Bytes()})
				break
			}
		}
	}
	return out, nil
}

// mean is the average colour, in light as the eye adds it.
func mean(img *image.RGBA) string {
	var sum [3]float64
	b := img.Bounds()
	n := 0.0
	for y := b.Min.Y; y < b.Max.Y; y += 4 {
		for x := b.Min.X; x < b.Max.X; x += 4 {
			c := img.RGBAAt(x, y)
			for i, v := range [3]uint8{c.R, c.G, c.B} {
				sum[i] += math.Pow(float64(v)/255, 2.2)
			}
			n++
		}
	}
	part := func(i int) uint8 { return uint8(math.Round(math.Pow(sum[i]/n, 1/2.2) * 255)) }
	c := color.RGBA{part(0), part(1), part(2), 255}
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}

// ParseName reads the last part of news.ImagePath.
func ParseName(file string) (name string, width int, ext string, ok bool) {
	base, ext, ok := strings.Cut(file, ".")
	if !ok || ext != "webp" && ext != "jpg" {
		return "", 0, "", false
	}
	name, w, ok := strings.Cut(base, "-")
	width, err := strconv.Atoi(w)
	if !ok || err != nil || width < 1 || w != strconv.Itoa(width) || len(name) != 16 || strings.Trim(name, "0123456789abcdef") != "" {
		return "", 0, "", false
	}
	return name, width, ext, true
}
