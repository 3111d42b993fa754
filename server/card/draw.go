package card

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"

	"kabar/server/accent"
)

// Of a card, in pixels.
const (
	margin  = 64
	line    = 26 // size of the small print
	rail    = 12 // the accent's rule
	minSide = 400
	maxSide = 630
	room    = 290 // for a title over a photograph
)

// What a photograph may be. Our largest copy is 1280 wide, so what has more pixels than maxPixels is not one of a photograph's shape; one
// is not drawn at more than maxGrowth times its size, nor under a title when it is not wideEnough, since the title would hide most of it.
const (
	maxPixels  = 8_000_000
	maxGrowth  = 2
	wideEnough = 1.3
)

var (
	paper  = color.RGBA{0xfd, 0xfc, 0xfa, 0xff}
	ink    = color.RGBA{0x1a, 0x19, 0x17, 0xff}
	soft   = color.RGBA{0x5e, 0x5a, 0x54, 0xff}
	hair   = color.RGBA{0xd8, 0xd4, 0xcc, 0xff}
	white  = color.RGBA{0xff, 0xff, 0xff, 0xff}
	bright = color.RGBA{0xe6, 0xe3, 0xde, 0xff}
)

// Draw returns the card as a JPEG of at most MaxBytes. A photograph that is not one of ours, or not there, is left out.
func Draw(c Card, photo []byte) ([]byte, error) {
	f, err := loadFonts()
	if err != nil {
		return nil, fmt.Errorf("reading the fonts of a card: %w", err)
	}
	s := &sheet{RGBA: image.NewRGBA(image.Rect(0, 0, Width, Height)), fonts: f}
	c.Title, c.Office, c.Section, c.Date = f.serif.readable(c.Title), f.sans.readable(c.Office), f.sans.readable(c.Section), f.sans.readable(c.Date)
	if c.Title == "" {
		c.Title = c.Office
	}
	light, dark := accent.Shades(c.Accent)
	if src := decode(photo); src == nil {
		err = s.paper(c, parse(light), Width)
	} else if shape(src) >= wideEnough && fits(src, Width, Height) {
		err = s.overPhoto(c, src, parse(dark))
	} else if side := sideWidth(src); fits(src, side, Height) {
		cover(s.RGBA, image.Rect(Width-side, 0, Width, Height), src)
		err = s.paper(c, parse(light), Width-side)
	} else {
		err = s.paper(c, parse(light), Width)
	}
	if err != nil {
		return nil, fmt.Errorf("drawing a card: %w", err)
	}
	return encode(s.RGBA)
}

// decode reads one of our copies; nil stands for what is not one.
func decode(photo []byte) image.Image {
	c, err := jpeg.DecodeConfig(bytes.NewReader(photo))
	if err != nil || c.Width < 1 || c.Height < 1 || c.Width*c.Height > maxPixels {
		return nil
	}
	src, err := jpeg.Decode(bytes.NewReader(photo))
	if err != nil {
		return nil
	}
	return src
}

func shape(src image.Image) float64 {
	return float64(src.Bounds().Dx()) / float64(src.Bounds().Dy())
}

// fits reports whether a picture is large enough to cover w × h.
func fits(src image.Image, w, h int) bool {
	b := src.Bounds()
	return b.Dx()*maxGrowth >= w && b.Dy()*maxGrowth >= h
}

// sideWidth is what a picture takes beside the title: as wide as it is itself, within bounds.
func sideWidth(src image.Image) int {
	return min(max(int(Height*shape(src)), minSide), maxSide)
}

// cover fills r with a picture, cut to r's shape: evenly at the sides, and more below than above, where faces are.
func cover(dst *image.RGBA, r image.Rectangle, src image.Image) {
	b := src.Bounds()
	w, h := b.Dx(), b.Dx()*r.Dy()/r.Dx()
	if h > b.Dy() {
		w, h = b.Dy()*r.Dx()/r.Dy(), b.Dy()
	}
	x, y := b.Min.X+(b.Dx()-w)/2, b.Min.Y+(b.Dy()-h)/3
	draw.CatmullRom.Scale(dst, r, src, image.Rect(x, y, x+max(w, 1), y+max(h, 1)), draw.Src, nil)
}

// sheet is a card being drawn.
type sheet struct {
	*image.RGBA
	fonts
}

// paper sets the card's text on paper in the left width pixels.
func (s *sheet) paper(c Card, tint color.RGBA, width int) error {
	s.fill(image.Rect(0, 0, width, Height), paper)
	s.fill(image.Rect(0, 0, width, rail), tint)
	inner := float64(width - 2*margin)
	top, bottom := margin+line+30, Height-margin-line-30
	s.fill(image.Rect(margin, top, width-margin, top+2), hair)
	s.fill(image.Rect(margin, bottom, width-margin, bottom+2), hair)
	free := float64(bottom - top - 56)
	title := s.serif.set(c.Title, inner, free, onPaper)
	office := s.sans.small(c.Office, inner, line+6)
	err := s.write(office, s.sans, margin, float64(margin)+4, tint)
	if err == nil {
		err = s.write(title, s.serif, margin, float64(top)+28+(free-title.height())*0.4, ink)
	}
	if err == nil {
		err = s.write(s.sans.small(join(c.Date, c.Section, s.sans, inner), inner, line), s.sans, margin, float64(bottom)+24, soft)
	}
	return err
}

// overPhoto sets the title over the photograph's lower part, which darkens as far up as the text goes.
func (s *sheet) overPhoto(c Card, src image.Image, tint color.RGBA) error {
	cover(s.RGBA, s.Bounds(), src)
	const inner = Width - 2*margin
	title := s.serif.set(c.Title, inner, room, onPhoto)
	base := float64(Height - 50 - line)
	top := base - 22 - title.height()
	s.shade(top - 40)
	s.fill(image.Rect(margin, int(top)-26, margin+96, int(top)-26+8), tint)
	if err := s.write(title, s.serif, margin, top, white); err != nil {
		return err
	}
	return s.write(s.sans.small(join(c.Office, c.Date, s.sans, inner), inner, line), s.sans, margin, base, bright)
}

// join puts two pieces of small print in one line, or gives the first alone where both do not fit.
func join(a, b string, t *typeface, width float64) string {
	both := a + "  ·  " + b
	if a == "" || b == "" {
		return a + b
	}
	if t.width(both, line) > width {
		return a
	}
	return both
}

// small sets one line, smaller where it is long.
func (t *typeface) small(text string, width, size float64) block {
	if w := t.width(text, size); w > width {
		size *= width / w
	}
	return block{[]string{text}, size}
}

// shade darkens the lower part: from nothing, well above from, to enough under the text for white to be read on a white wall.
func (s *sheet) shade(from float64) {
	const full, fade = 0.80, 190.0
	for y := range Height {
		t := min(max((float64(y)-from+fade)/(fade+60), 0), 1)
		t = t * t * (3 - 2*t) // without an edge
		keep := 1 - full*t
		row := s.Pix[y*s.Stride : y*s.Stride+4*Width]
		for i := 0; i < len(row); i += 4 {
			for k, v := range [3]float64{0x12, 0x11, 0x0f} {
				row[i+k] = uint8(math.Round(float64(row[i+k])*keep + v*(1-keep)))
			}
		}
	}
}

func (s *sheet) fill(r image.Rectangle, c color.RGBA) {
	draw.Draw(s.RGBA, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// write writes lines from y down.
func (s *sheet) write(b block, t *typeface, x int, y float64, c color.RGBA) error {
	face, err := t.face(b.size)
	if err != nil {
		return err
	}
	defer face.Close()
	d := font.Drawer{Dst: s.RGBA, Src: image.NewUniform(c), Face: face}
	for i, text := range b.lines {
		// The letters' middle stands in the line's: capitals rise about 0.66 of the size.
		base := y + float64(i)*b.size*leading + b.size*(leading+0.66)/2
		d.Dot = fixed.Point26_6{X: fixed.I(x), Y: fixed.Int26_6(base * 64)}
		d.DrawString(text)
	}
	return nil
}

func parse(hex string) color.RGBA {
	c := color.RGBA{A: 0xff}
	fmt.Sscanf(hex, "#%02x%02x%02x", &c.R, &c.G, &c.B) // accent's own form
	return c
}

// encode spends on quality what MaxBytes leaves.
func encode(img image.Image) ([]byte, error) {
	for q := 86; ; q -= 8 {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: q}); err != nil {
			return nil, fmt.Errorf("encoding a card: %w", err)
		}
		if b.Len() <= MaxBytes || q < 16 {
			return b.Bytes(), nil
		}
	}
}

// Size of a screen in pixels, as a phone's in two CSS pixels' density.
const (
	ScreenWidth  = 720
	ScreenHeight = 1280
)

// Screen draws what an office's news looks like on a phone, for the shops and sheets that offer its app: its name and its newest titles.
func Screen(office, tint string, titles []string) ([]byte, error) {
	f, err := loadFonts()
	if err != nil {
		return nil, fmt.Errorf("reading the fonts of a screen: %w", err)
	}
	const margin, gap = 40, 26
	s := &sheet{RGBA: image.NewRGBA(image.Rect(0, 0, ScreenWidth, ScreenHeight)), fonts: f}
	light, _ := accent.Shades(tint)
	s.fill(s.Bounds(), paper)
	s.fill(image.Rect(0, 0, ScreenWidth, rail), parse(light))
	if err = s.write(s.sans.small(f.sans.readable(office), ScreenWidth-2*margin, 34), s.sans, margin, 56, ink); err != nil {
		return nil, fmt.Errorf("drawing a screen: %w", err)
	}
	y := 150.0
	s.fill(image.Rect(margin, int(y)-gap, ScreenWidth-margin, int(y)-gap+4), ink)
	for i, title := range titles {
		size := 40.0
		if i == 0 {
			size = 58
		}
		b := s.serif.set(f.serif.readable(title), ScreenWidth-2*margin, size*leading*4, size)
		if y+b.height() > ScreenHeight-margin {
			break
		}
		if err = s.write(b, s.serif, margin, y, ink); err != nil {
			return nil, fmt.Errorf("drawing a screen: %w", err)
		}
		y += b.height() + gap
		s.fill(image.Rect(margin, int(y), ScreenWidth-margin, int(y)+2), hair)
		y += gap
	}
	return encode(s.RGBA)
}
