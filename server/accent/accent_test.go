package accent_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"kabar/server/accent"
)

// Every accent can be read on both grounds: WCAG 2.2, 1.4.3, wants a contrast of 4.5.
func TestShades(t *testing.T) {
	for _, accent := range []string{"#8a1c1c", "#ffffff", "#000000", "#ffff00", "#00ff00", "#0000ff", "#808080", "#ffc0cb", "red", ""} {
		check(t, accent)
	}
	for i := range 300 {
		check(t, fmt.Sprintf("#%06x", i*55_921%(1<<24)))
	}
}

func check(t *testing.T, colour string) {
	t.Helper()
	light, dark := accent.Shades(colour)
	for _, c := range []struct{ shade, ground string }{{light, "#ffffff"}, {dark, "#151412"}} {
		a, b := luminance(t, c.shade), luminance(t, c.ground)
		if got := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); got < 4.5 {
			t.Errorf("of %q: %s has a contrast of %.2f on %s", colour, c.shade, got, c.ground)
		}
	}
}

// luminance is relative luminance as WCAG 2.2 defines it.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("%q is no colour", hex)
	}
	part := func(shift uint) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
}
