package source

import (
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"kabar/app/news"
)

// image reads a picture, or nil for one that is no part of the article or that was there already.
func (b *builder) image(n *html.Node) *news.Image {
	if smiley(n) != "" || tracker(n) {
		return nil
	}
	src := b.pictureOf(n)
	if src == "" || !sensiblePicture(src) || b.seen[pictureKey(src)] {
		return nil
	}
	b.seen[pictureKey(src)] = true
	return &news.Image{Src: src, Alt: clip(cleanLine(attr(n, "alt")), 300),
		Width: number(attr(n, "width"), 1, 20000), Height: number(attr(n, "height"), 1, 20000)}
}

// Where lazy loaders put the address while src holds a placeholder.
var lazyAttributes = []string{"data-src", "data-lazy-src", "data-original", "data-lazy", "data-orig-file", "data-large-file", "data-echo"}

var placeholder = regexp.MustCompile(`(?i)^data:|placeholder|blank\.|spacer|lazy|loading\.|transparent|pixel\.|grey\.|1x1`)

// pictureOf returns the address of the picture that a reader would see in the end.
func (b *builder) pictureOf(n *html.Node) string {
	for _, name := range lazyAttributes {
		if v := attr(n, name); v != "" && !strings.HasPrefix(v, "data:") {
			if u := b.from.picture(v); u != "" {
				return u
			}
		}
	}
	src, largest := attr(n, "src"), ""
	for _, name := range []string{"srcset", "data-srcset", "data-lazy-srcset"} {
		if largest == "" {
			largest = fromSet(attr(n, name))
		}
	}
	small := number(attr(n, "width"), 1, 640) > 0
	if src == "" || placeholder.MatchString(src) || small {
		if u := b.from.picture(largest); largest != "" && u != "" {
			return u
		}
		if strings.HasPrefix(src, "data:") {
			return ""
		}
	}
	return b.from.picture(src)
}

// widest is the width from which a larger candidate brings nothing: our largest copy is smaller.
const widest = 2600

// fromSet returns the largest sensible candidate of a srcset.
func fromSet(set string) string {
	best, size := "", 0.0
	for _, c := range candidates(set) {
		i := strings.LastIndexAny(c, " \t\n")
		if i < 0 {
			if best == "" {
				best = c
			}
			continue
		}
		d := c[i+1:]
		v, err := strconv.ParseFloat(strings.TrimRight(d, "wx"), 64)
		if err != nil || !strings.HasSuffix(d, "w") && !strings.HasSuffix(d, "x") {
			v = 1
		}
		if v > size && v <= widest || best == "" {
			best, size = strings.TrimSpace(c[:i]), v
		}
	}
	return best
}

// candidates splits a srcset at its commas: those followed by a space, since an address may hold a comma.
func candidates(set string) []string {
	var out []string
	for c := range strings.SplitSeq(strings.NewReplacer(",\n", ", ", ",\t", ", ").Replace(set), ", ") {
		if c = strings.Trim(c, " \t\n,"); c != "" {
			out = append(out, c)
		}
	}
	return out
}

// smiley returns what a smiley stands for when a picture is one.
func smiley(n *html.Node) string {
	class, src := attr(n, "class"), attr(n, "src")
	if !strings.Contains(class, "wp-smiley") && !strings.Contains(class, "emoji") && !strings.Contains(src, "/images/core/emoji/") && !strings.Contains(src, "/smilies/") && !strings.Contains(src, "/emoticons/") {
		return ""
	}
	if alt := cleanLine(attr(n, "alt")); alt != "" && utf8.RuneCountInString(alt) <= 8 {
		return alt
	}
	return " "
}

var hidden = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden`)

// Hosts whose pictures only count readers, and paths of those that do it beside other things.
var trackers = regexp.MustCompile(`(?i)//(?:[a-z0-9-]+\.)*(?:pixel\.wp\.com|stats\.wp\.com|feeds\.feedburner\.com/~|doubleclick\.net|google-analytics\.com|` +
	`googletagmanager\.com|scorecardresearch\.com|histats\.com|statcounter\.com|facebook\.com/tr|flagcounter\.com|s\d*\.flagcounter|quantserve\.com|hit\.ua|whos\.amung\.us)`)

// tracker reports whether a picture is there to be counted, not seen.
func tracker(n *html.Node) bool {
	tiny := func(name string) bool {
		v := attr(n, name)
		return v == "0" || number(v, 1, 3) > 0
	}
	return tiny("width") || tiny("height") || hidden.MatchString(attr(n, "style")) || trackers.MatchString(attr(n, "src")+" "+attr(n, "data-src"))
}

var avatar = regexp.MustCompile(`(?i)gravatar\.com/|/avatars?[/.-]|/wp-content/plugins/|/share[-_]?(?:icons?|buttons?)/|/icons?/(?:facebook|twitter|whatsapp|telegram|share)|` +
	`addtoany|sharethis|/wp-includes/images/|badge[s]?\.|feedburner`)

// sensiblePicture refuses avatars, share icons and vector drawings, by their address.
func sensiblePicture(src string) bool {
	if avatar.MatchString(src) || trackers.MatchString(src) {
		return false
	}
	p := src
	if u, err := url.Parse(src); err == nil && u.Path != "" {
		p = u.Path
	}
	p = strings.ToLower(p)
	for _, ext := range []string{".svg", ".mp3", ".mp4", ".pdf", ".ico", ".webm", ".m4a", ".doc", ".docx", ".zip"} {
		if strings.HasSuffix(p, ext) {
			return false
		}
	}
	return true
}

var sizeSuffix = regexp.MustCompile(`-\d{2,4}x\d{2,4}(\.[A-Za-z]{3,4})$`)

// pictureKey is the same for the sizes WordPress makes of one picture, over http or https.
func pictureKey(src string) string {
	_, rest, _ := strings.Cut(src, ":")
	rest, _, _ = strings.Cut(rest, "?")
	return sizeSuffix.ReplaceAllString(rest, "$1")
}
