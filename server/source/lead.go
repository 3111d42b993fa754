package source

import (
	"html"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"

	"kabar/app/news"
)

func unescapeOnce(s string) string { return html.UnescapeString(s) }

// picture is a candidate for the picture that stands for an article.
type picture struct {
	src, alt, caption string
	width             int
}

// smallest is the width under which a picture that says its width is an icon.
const smallest = 100

// chooseLead picks the article's picture: an enclosure, else the largest of media:content, else what itunes or JSON Feed name, else
// media:thumbnail, else the first of the body. Where it also stands in the body it is taken out there: it is shown once.
func chooseLead(it *gofeed.Item, base *url.URL, body []news.Node) (picture, []news.Node) {
	first := firstPicture(body)
	var lead picture
	for _, tier := range [][]picture{enclosures(it, base), media(it.Extensions, base, "content"), named(it, base), media(it.Extensions, base, "thumbnail")} {
		if lead = largest(tier); lead.src != "" {
			break
		}
	}
	if lead.src == "" {
		lead = first
	} else if pictureKey(lead.src) == pictureKey(first.src) {
		if lead.src != first.src && lead.width < first.width {
			lead.src = first.src // a thumbnail of the same
		}
		lead.alt, lead.caption = firstOf(first.alt, lead.alt), first.caption
	}
	if lead.src != "" {
		body = withoutPicture(body, pictureKey(lead.src))
	}
	return lead, body
}

func largest(all []picture) picture {
	var best picture
	for _, p := range all {
		if p.src == "" || p.width > 0 && p.width < smallest {
			continue
		}
		if best.src == "" || p.width > best.width && p.width <= widest {
			best = p
		}
	}
	return best
}

var pictureFile = regexp.MustCompile(`(?i)\.(?:jpe?g|png|webp|gif|avif|bmp)$`)

func isPicture(mediaType, medium, src string) bool {
	switch {
	case strings.HasPrefix(strings.ToLower(mediaType), "image/"):
		return !strings.Contains(mediaType, "svg")
	case mediaType != "" && !strings.HasPrefix(mediaType, "application/octet"):
		return false
	case medium != "":
		return medium == "image"
	}
	u, err := url.Parse(src)
	return err == nil && pictureFile.MatchString(path.Base(u.Path))
}

func enclosures(it *gofeed.Item, base *url.URL) []picture {
	var out []picture
	for _, e := range it.Enclosures {
		if u := webAddress(e.URL, base); u != "" && isPicture(e.Type, "", u) && sensiblePicture(u) {
			out = append(out, picture{src: u})
		}
	}
	return out
}

// named are the pictures that a feed names as the item's own.
func named(it *gofeed.Item, base *url.URL) []picture {
	if it.Image == nil {
		return nil
	}
	if u := webAddress(it.Image.URL, base); u != "" && sensiblePicture(u) {
		return []picture{{src: u, alt: plainText(it.Image.Title)}}
	}
	return nil
}

// media collects media:content or media:thumbnail pictures, also inside media:group and inside each other.
func media(exts ext.Extensions, base *url.URL, want string) []picture {
	var out []picture
	var walk func(name string, e ext.Extension, depth int)
	walk = func(name string, e ext.Extension, depth int) {
		src := webAddress(e.Attrs["url"], base)
		if name == want && src != "" && sensiblePicture(src) && (name == "thumbnail" || isPicture(e.Attrs["type"], e.Attrs["medium"], src)) {
			p := picture{src: src, width: number(e.Attrs["width"], 1, 100000)}
			for _, k := range []string{"description", "title"} {
				for _, c := range e.Children[k] {
					p.alt = firstOf(p.alt, clip(plainText(c.Value), 300))
				}
			}
			out = append(out, p)
		}
		if depth > 3 {
			return
		}
		for _, k := range []string{"content", "thumbnail", "group"} {
			for _, c := range e.Children[k] {
				walk(k, c, depth+1)
			}
		}
	}
	for _, k := range []string{"content", "thumbnail", "group"} {
		for _, e := range exts["media"][k] {
			walk(k, e, 0)
		}
	}
	return out
}

// firstPicture is the first picture of the body that is not an icon; its caption is that of the figure around it.
func firstPicture(nodes []news.Node) picture {
	for _, n := range nodes {
		if n.Image != nil {
			if n.Image.Width > 0 && n.Image.Width < smallest {
				continue
			}
			return picture{src: n.Image.Src, alt: n.Image.Alt, width: n.Image.Width}
		}
		if p := firstPicture(n.Nodes); p.src != "" {
			for _, c := range n.Nodes {
				if n.Kind == "figure" && c.Kind == "figcaption" {
					p.caption = clip(cleanLine(news.PlainText(c.Nodes)), 300)
				}
			}
			return p
		}
	}
	return picture{}
}

// withoutPicture takes the first picture of that key out of the body. Its caption stays as small text where it stood.
func withoutPicture(nodes []news.Node, key string) []news.Node {
	out, _ := dropPicture(nodes, key)
	return tidy(out, true)
}

func dropPicture(nodes []news.Node, key string) ([]news.Node, bool) {
	for i, n := range nodes {
		if n.Image != nil && pictureKey(n.Image.Src) == key {
			return append(nodes[:i:i], nodes[i+1:]...), true
		}
		left, found := dropPicture(n.Nodes, key)
		if !found {
			continue
		}
		out := append([]news.Node{}, nodes...)
		out[i].Nodes = left
		if n.Kind == "figure" {
			out = append(append(nodes[:i:i], captionOnly(left)...), nodes[i+1:]...)
		} else if !hasContent(left) && n.Kind != "td" && n.Kind != "th" {
			out = append(nodes[:i:i], nodes[i+1:]...)
		}
		return out, true
	}
	return nodes, false
}

// captionOnly is what stays of a figure without its picture: a caption as small text, anything else as a figure.
func captionOnly(nodes []news.Node) []news.Node {
	if len(nodes) == 1 && nodes[0].Kind == "figcaption" {
		return []news.Node{{Kind: "p", Nodes: []news.Node{{Kind: "small", Nodes: unsmall(nodes[0].Nodes)}}}}
	}
	if !hasContent(nodes) {
		return nil
	}
	return []news.Node{{Kind: "figure", Nodes: nodes}}
}

func unsmall(nodes []news.Node) []news.Node {
	if len(nodes) == 1 && nodes[0].Kind == "small" {
		return nodes[0].Nodes
	}
	return nodes
}

// endings are lines that CMSs add below a text.
var endings = regexp.MustCompile(`(?i)^(?:the post .* (?:appeared first on|first appeared on) .*|(?:(?:berita|artikel|post) ini )?(?:telah )?(?:dilihat|dibaca|views?|hits)\s*:?\s*[\d.,]+\s*(?:kali|x|views?|pembaca|orang)?\.?|` +
	`[\d.,]+ (?:views?|kali dilihat|kali dibaca|total views?.*)|(?:baca )?selengkapnya\W*|read more\W*|(?:share|bagikan)(?: (?:this|ini|berita ini|artikel ini|ke|di))?\s*:?(?:\s*(?:facebook|twitter|x|whatsapp|telegram|line|email|e-mail|pinterest|linkedin))*)$`)

// trimFurniture removes such lines from the end and a view counter from the start.
func trimFurniture(nodes []news.Node) []news.Node {
	is := func(n news.Node) bool {
		return n.Kind != "figure" && !hasPicture(n.Nodes) && n.Kind != "hr" && endings.MatchString(cleanLine(news.PlainText([]news.Node{n})))
	}
	for len(nodes) > 1 && is(nodes[len(nodes)-1]) {
		nodes = nodes[:len(nodes)-1]
	}
	for len(nodes) > 1 && is(nodes[0]) {
		nodes = nodes[1:]
	}
	return nodes
}

func hasPicture(nodes []news.Node) bool {
	found := false
	news.Images(nodes, func(*news.Image) { found = true })
	return found
}
