// Package icon makes an office's icons for home screens and tabs: its logo, or its initials on its accent.
package icon

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // logos
	"image/png"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationsansbold"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"kabar/server/accent"
)

// What a logo may be: its bytes, and its sides in pixels.
const (
	MaxLogo = 2 << 20
	minSide = 192
	maxSide = 4096
)

// safe is the part of a maskable icon that every shape of a home screen shows: a circle of this part of its side (W3C, Web Application Manifest,
// "Icon masks and safe zone").
const safe = 0.8

// Icons are one office's. They are made when they are first asked for.
type Icons struct {
	initials string
	tint     color.RGBA
	logo     image.Image

	mu   sync.Mutex
	made map[kind][]byte
}

type kind struct {
	size     int
	maskable bool
}

// New prepares an office's icons; logo is a PNG or JPEG file's content, or nil.
func New(name, tint string, logo []byte) (*Icons, error) {
	light, _ := accent.Shades(tint)
	i := &Icons{initials: Initials(name), made: map[kind][]byte{}, tint: color.RGBA{A: 0xff}}
	fmt.Sscanf(light, "#%02x%02x%02x", &i.tint.R, &i.tint.G, &i.tint.B) // accent's own form
	if logo == nil {
		return i, nil
	}
	if len(logo) > MaxLogo {
		return nil, fmt.Errorf("want at most %d MB", MaxLogo>>20)
	}
	c, format, err := image.DecodeConfig(bytes.NewReader(logo))
	if err != nil || format != "png" && format != "jpeg" {
		return nil, errors.New("want a PNG or JPEG picture")
	}
	if min(c.Width, c.Height) < minSide || max(c.Width, c.Height) > maxSide {
		return nil, fmt.Errorf("is %d×%d pixels, want sides of %d to %d", c.Width, c.Height, minSide, maxSide)
	}
	if i.logo, _, err = image.Decode(bytes.NewReader(logo)); err != nil {
		return nil, fmt.Errorf("reading the picture: %w", err)
	}
	return i, nil
}

// common are the words of offices' names that tell none from another.
var common = []string{"kabupaten", "kab", "kota", "provinsi", "dan", "the", "of", "and", "daerah", "di", "republik"}

// telling are the words of a name that tell it from others.
func telling(name string) []string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return slices.DeleteFunc(words, func(w string) bool { return slices.Contains(common, strings.ToLower(w)) })
}

// Initials are at most two letters for a name: "KB" for KPU Kabupaten Brebes.
func Initials(name string) string {
	out := ""
	for _, w := range telling(name) {
		if r := []rune(w)[0]; len([]rune(out)) < 2 {
			out += string(unicode.ToUpper(r))
		}
	}
	return out
}

// ShortName is a name for below an icon, where about twelve letters have room: "KPU Brebes".
func ShortName(name string) string {
	const room = 12
	if len([]rune(name)) <= room {
		return name
	}
	words := telling(name)
	short := strings.Join(words, " ")
	for len(words) > 1 && len([]rune(short)) > room {
		words = words[1:] // the place comes last, and tells more than the kind of office
		short = strings.Join(words, " ")
	}
	if short == "" {
		return name
	}
	if r := []rune(short); len(r) > room {
		short = string(r[:room])
	}
	return short
}

// Version changes when the icons do.
func (i *Icons) Version() string {
	h := sha256.New()
	fmt.Fprint(h, i.initials, i.tint)
	if i.logo != nil {
		png.Encode(h, scaled(i.logo, minSide)) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// PNG returns the icon with sides of size pixels. A maskable one fills its square and keeps what matters inside the safe zone.
func (i *Icons) PNG(size int, maskable bool) ([]byte, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	k := kind{size, maskable}
	if data := i.made[k]; data != nil {
		return data, nil
	}
	img, err := i.draw(size, maskable)
	if err != nil {
		return nil, fmt.Errorf("drawing an icon: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("encoding an icon: %w", err)
	}
	i.made[k] = b.Bytes()
	return i.made[k], nil
}

func (i *Icons) draw(size int, maskable bool) (image.Image, error) {
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	ground := i.tint
	if i.logo != nil {
		ground = color.RGBA{0xff, 0xff, 0xff, 0xff}
	}
	corner := float64(size) * 0.2
	if maskable {
		corner = 0
	}
	for y := range size {
		for x := range size {
			if inside(float64(x)+.5, float64(y)+.5, float64(size), corner) {
				img.SetRGBA(x, y, ground)
			}
		}
	}
	room := float64(size)
	if maskable {
		room *= safe
	}
	if i.logo != nil {
		// A square inside the circle of the safe zone.
		side := int(room * 0.7)
		logo := scaled(i.logo, side)
		b := logo.Bounds()
		draw.Draw(img, b.Add(image.Pt((size-b.Dx())/2, (size-b.Dy())/2)), logo, b.Min, draw.Over)
		return img, nil
	}
	return img, i.letters(img, room*0.62)
}

// inside reports whether a point lies in a square with round corners.
func inside(x, y, size, corner float64) bool {
	dx := max(corner-x, x-(size-corner), 0)
	dy := max(corner-y, y-(size-corner), 0)
	return dx*dx+dy*dy <= corner*corner
}

// scaled fits a picture into a square.
func scaled(src image.Image, side int) image.Image {
	b := src.Bounds()
	w, h := side, side*b.Dy()/b.Dx()
	if h > side {
		w, h = side*b.Dx()/b.Dy(), side
	}
	dst := image.NewRGBA(image.Rect(0, 0, max(w, 1), max(h, 1)))
	draw.CatmullRom.Scale(dst, dst.Bounds(), src, b, draw.Src, nil)
	return dst
}

// letters writes the initials in the middle, width pixels wide at most.
func (i *Icons) letters(img *image.RGBA, width float64) error {
	f, err := sfnt.Parse(liberationsansbold.TTF)
	if err != nil {
		return err
	}
	size := width / 1.5
	d := font.Drawer{Dst: img, Src: image.White}
	var bounds fixed.Rectangle26_6
	for range 2 { // measured, and smaller where it is wide
		if d.Face, err = opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72}); err != nil {
			return err
		}
		bounds, _ = d.BoundString(i.initials)
		size *= min(1, width/max(1, float64(bounds.Max.X-bounds.Min.X)/64))
	}
	mid := fixed.I(img.Bounds().Dx()) / 2
	d.Dot = fixed.Point26_6{X: mid - (bounds.Min.X+bounds.Max.X)/2, Y: mid - (bounds.Min.Y+bounds.Max.Y)/2}
	d.DrawString(i.initials)
	return nil
}
