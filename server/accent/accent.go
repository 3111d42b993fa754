// Package accent makes an office's colour readable on the light and the dark ground of our pages and cards.
package accent

import (
	"fmt"
	"math"
	"strconv"
)

// Contrast that text must have with its ground: WCAG 2.2, 1.4.3 (AA) wants 4.5; a little more for the ground's own hue.
const minContrast = 4.6

// The grounds of app.css, light and dark.
const (
	Paper = "#ffffff"
	Night = "#151412"
)

// Shades returns the office's accent, darkened until it is readable on the light ground and lightened until it is on the dark one.
// The same two serve as grounds for text in the colour of the other ground.
func Shades(accent string) (light, dark string) {
	c, ok := parseColor(accent)
	if !ok {
		c, _ = parseColor("#8a1c1c")
	}
	return toward(c, color{}, Paper), toward(c, color{1, 1, 1}, Night)
}

// color is sRGB, each part from 0 to 1.
type color [3]float64

func toward(c, end color, ground string) string {
	g, _ := parseColor(ground)
	for t := 0.0; ; t += 0.02 {
		var m color
		for i := range m {
			m[i] = c[i] + (end[i]-c[i])*min(t, 1)
		}
		if s := m.String(); contrast(mustColor(s), g) >= minContrast || t >= 1 {
			return s
		}
	}
}

func mustColor(s string) color { c, _ := parseColor(s); return c }

func parseColor(s string) (c color, ok bool) {
	if len(s) != 7 || s[0] != '#' {
		return c, false
	}
	n, err := strconv.ParseUint(s[1:], 16, 32)
	if err != nil {
		return c, false
	}
	for i := range c {
		c[i] = float64(n>>(16-8*i)&0xff) / 255
	}
	return c, true
}

func (c color) String() string {
	b := func(v float64) int { return int(math.Round(v * 255)) }
	return fmt.Sprintf("#%02x%02x%02x", b(c[0]), b(c[1]), b(c[2]))
}

// contrast is WCAG 2.2's contrast ratio, from relative luminance.
func contrast(a, b color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color) float64 {
	for i, v := range c {
		if v <= 0.04045 {
			c[i] = v / 12.92
		} else {
			c[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
}
