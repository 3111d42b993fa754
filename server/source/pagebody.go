package source

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"

	"kabar/app/news"
)

// shortBody is how long a text is, in bytes, that readability takes for an article at its first and strictest look. Its own 500 are more
// than many a notice has, and then it lets the side columns in.
const shortBody = 140

// body finds the article's text: by the selector, else by the mark that schema.org has for it, else by readability. What a CMS puts into it
// is taken out first.
func (r pageReader) body(title string, heading *html.Node) ([]news.Node, error) {
	content := r.doc.Find("body").Nodes
	if r.page.Body != "" {
		if content = r.doc.Find(r.page.Body).Nodes; len(content) == 0 {
			return nil, fmt.Errorf("the selector body = %q finds nothing on the page", r.page.Body)
		}
	}
	for _, n := range content {
		clean(n, title, heading, r.page.Body == "")
	}
	if marked := r.doc.Find(`[itemprop="articleBody"]`).Nodes; r.page.Body == "" && len(marked) == 1 {
		content = marked
	} else if r.page.Body == "" {
		p := readability.NewParser()
		p.CharThresholds, p.DisableJSONLD, p.MaxElemsToParse = shortBody, true, 50000
		a, err := p.ParseAndMutate(r.doc.Nodes[0], r.base)
		if err != nil {
			return nil, fmt.Errorf("find the article's text: %w", err)
		}
		if content = nil; a.Node != nil {
			content = []*html.Node{a.Node}
		}
	}
	var b bytes.Buffer
	for _, n := range content {
		if err := html.Render(&b, n); err != nil {
			return nil, fmt.Errorf("read the article's text: %w", err)
		}
	}
	return trimDetails(htmlNodes(b.String(), origin{base: r.base}), title), nil
}

var (
	// shareLink are the addresses that share buttons lead to.
	shareLink = regexp.MustCompile(`(?i)^(?:https?:)?//(?:[a-z]+\.)?(?:facebook\.com/(?:sharer|share\.php|dialog)|(?:twitter|x)\.com/(?:intent|share|home\?status)|wa\.me/\?text|(?:api|web)\.whatsapp\.com/send/?\?(?:[^#]*&)?text=|(?:t|telegram)\.me/share|` +
		`linkedin\.com/(?:share|cws)|pinterest\.com/pin/create|plus\.google\.com/share|(?:social-plugins\.)?line\.me/(?:lineit|R/msg)|lineit\.line\.me|addtoany\.com|addthis\.com|sharethis\.com)|^(?:whatsapp:|mailto:\?|javascript:|#$)`)

	partClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:share|shares|sharing|sosmed|medsos|social|addthis\S*|sharethis\S*|addtoany\S*|a2a|komentar|comments?|respond|disqus|fb-comments|related|terkait|breadcrumbs?|pagination|pager|postnav|post-navigation|tags?|tagcloud|sidebar|` +
		`widgets?|counter|hits|views?|dilihat|dibaca|print|cetak|rating|newsletter|subscribe|cookies?|modal|popup|iklan|banner|author-box)(?:$|[\s_-])`)

	// line is a line of what a CMS adds to a text: how often it was seen, where to share it, print it or go back.
	line = regexp.MustCompile(`(?i)^\W*(?:(?:(?:berita|artikel|halaman|post(?:ing(?:an)?)?) ini )?(?:telah |sudah )?(?:dilihat|dibaca|dikunjungi|dilihat oleh|viewed|views?|hits?|pembaca|pengunjung|kunjungan|jumlah (?:pembaca|pengunjung|dilihat|dibaca))\s*(?:sebanyak)?\s*[:=]?\s*[\d.,]+\s*(?:kali|x|views?|pembaca|orang|pengunjung|times)?|` +
		`[\d.,]+\s*(?:x|kali)?\s*(?:views?|dilihat|dibaca|hits?|pembaca|kali|pengunjung|komentar|comments?|shares?)|` +
		`(?:share|bagikan|sebarkan)(?: (?:this|ini|post|artikel|berita|artikel ini|berita ini|halaman ini|tulisan ini|ke|di|to|on|it|via|yuk|ke media sosial|lewat))*\s*:?(?:[\s|,/•·-]*(?:facebook|twitter|x|whatsapp|wa|telegram|line|email|e-mail|pinterest|linkedin|instagram|copy link|salin tautan|tautan|cetak|print))*|` +
		`(?:facebook|twitter|whatsapp|telegram|email|pinterest|linkedin|copy link|salin tautan|tweet|like|suka)(?:[\s|,/•·-]+(?:facebook|twitter|x|whatsapp|telegram|line|email|pinterest|linkedin|copy link|tweet|like))*|` +
		`cetak|print|kembali|back|selengkapnya|read more|a ?\+ ?a ?-|unduh pdf|versi cetak|(?:halaman )?(?:sebelumnya|berikutnya|selanjutnya)|«|»|prev(?:ious)?|next)\W*$`)

	relatedTitle = regexp.MustCompile(`(?i)^(?:(?:berita|artikel|post|posting(?:an)?|tulisan) (?:terkait|lainnya|lain|terbaru|terpopuler|populer|sebelumnya|serupa)|baca juga|related (?:posts?|articles?|news)|terkait|komentar|tinggalkan (?:komentar|balasan)|leave a (?:comment|reply)|kirim komentar|bagikan|share)\W*$`)
)

// clean takes out of an element what is not of its article: share buttons, counters, the title itself, comments, related ones. whole is
// for a page, of which only a part is the article.
func clean(root *html.Node, title string, heading *html.Node, whole bool) {
	var gone []*html.Node
	for n := range root.Descendants() {
		switch {
		case n.Type == html.CommentNode:
			gone = append(gone, n)
		case n.Type != html.ElementNode:
		case n == heading && n != root, n.Data == "script", n.Data == "style", n.Data == "form", n.Data == "button", n.Data == "nav", n.Data == "marquee",
			whole && (n.Data == "footer" || n.Data == "aside") && !long(n):
			gone = append(gone, n)
		case n.Data == "a" && shareLink.MatchString(attr(n, "href")) && !hasBlock(n) && len(nodeText(n, 61)) <= 60:
			gone = append(gone, n)
		case partClass.MatchString(attr(n, "class")+" "+attr(n, "id")) && n.Data != "body" && n.Data != "img" && !long(n) && !holds(n, heading):
			gone = append(gone, n)
		case whole && heading != nil && !holds(n.Parent, heading) && !long(n) && asideTitle.MatchString(boxTitle(n)):
			gone = append(gone, n)
		case len(n.Data) == 2 && n.Data[0] == 'h' && n.Data != "hr" && agree(nodeText(n, 2*MaxTitle), title):
			gone = append(gone, n)
		}
	}
	for _, n := range gone {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
	removeLines(root, 0)
}

// boxTitle is the title that a box begins with, or "".
func boxTitle(n *html.Node) string {
	c := n.FirstChild
	for c != nil && c.Type != html.ElementNode {
		c = c.NextSibling
	}
	if c == nil || !isBoxTitle(c) {
		return ""
	}
	if t := cleanLine(nodeText(c, 60)); len(t) <= 40 {
		return t
	}
	return ""
}

// long reports whether an element holds so much text that it must be more than a part of the page's furniture.
func long(n *html.Node) bool {
	text, nodes := 0, 0
	for c := range n.Descendants() {
		if nodes++; nodes > 5000 || text > 300 {
			return true
		}
		if c.Type == html.TextNode && c.Parent.Data != "a" && c.Parent.Data != "script" && c.Parent.Data != "style" && len(c.Data) > 40 {
			text += len(cleanLine(c.Data))
		}
	}
	return text > 300
}

func holds(n, inner *html.Node) bool {
	for ; inner != nil; inner = inner.Parent {
		if n == inner {
			return true
		}
	}
	return false
}

// removeLines takes out what between two line ends says only what a CMS adds, and what follows the title of a list of other articles.
func removeLines(n *html.Node, depth int) {
	if depth > 400 {
		return
	}
	var run []*html.Node
	flush := func() {
		text := ""
		for _, r := range run {
			if len(text) <= 400 {
				text += nodeText(r, 200)
			}
		}
		if text = cleanLine(text); text != "" && len(text) <= 150 && line.MatchString(text) {
			for _, r := range run {
				n.RemoveChild(r)
			}
		}
		run = nil
	}
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.TextNode || c.Type == html.ElementNode && inlineElements[c.Data] != "" && c.Data != "br" && c.Data != "img" && !hasBlock(c):
			run = append(run, c)
		case c.Type == html.ElementNode:
			flush()
			if c.Data != "br" && relatedTitle.MatchString(cleanLine(nodeText(c, 60))) {
				if next = removeRelated(c); next == nil {
					return
				}
				break
			}
			removeLines(c, depth+1)
		}
		c = next
	}
	flush()
}

// removeRelated removes the title of a list of other articles, and the list. It returns what follows.
func removeRelated(title *html.Node) *html.Node {
	next := title.NextSibling
	for next != nil && next.Type == html.TextNode && blank(next.Data) {
		next = next.NextSibling
	}
	title.Parent.RemoveChild(title)
	if next == nil || next.Type != html.ElementNode || long(next) {
		return next
	}
	list := next
	next = list.NextSibling
	for c := range list.Descendants() {
		if c.Data == "a" {
			list.Parent.RemoveChild(list)
			return next
		}
	}
	return list
}

var (
	byline  = regexp.MustCompile(`(?i)^\W*(?:oleh|by|penulis|ditulis oleh|(?:di)?(?:posting|publikasikan|terbitkan|unggah)(?: oleh| pada)?|posted (?:by|on)|written by|kategori|category|editor|tanggal|published|created|details|dilihat|hits|admin(?:istrator)?|humas|super user)\b`)
	details = regexp.MustCompile(`(?i)(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|pukul|jam|wib|wita|wit|oleh|by|admin(?:istrator)?|penulis|posted|on|views?|kali|dilihat|dibaca|hits|berita|kategori|kpu|humas|\d+)`)
)

// trimDetails takes the lines above a text that say when and by whom, and the title once more.
func trimDetails(nodes []news.Node, title string) []news.Node {
	for i := 0; i < 6 && len(nodes) > 1; i++ {
		text := cleanLine(news.PlainText(nodes[:1]))
		if hasPicture(nodes[:1]) || len(text) > 120 {
			break
		}
		words := dateWords(text)
		rest := strings.Trim(details.ReplaceAllString(strings.Replace(text, words, "", 1), ""), " ,.;:|/()–—-•·")
		switch {
		case agree(text, title) && len(text) < 2*len(title), byline.MatchString(text) && len(text) <= 80 && !strings.HasSuffix(text, "."),
			words != "" && len(rest) <= 25 && !strings.HasSuffix(text, "."):
			nodes = nodes[1:]
			continue
		}
		break
	}
	return nodes
}

// notLead are addresses of pictures that stand for the site.
var notLead = regexp.MustCompile(`(?i)logo|favicon|placeholder|no[-_]?image|noimage|default|spacer|blank\.|banner|header|/icons?[/_-]|loading`)

// picture is the one that the selector finds, or that the page names for machines.
func (r pageReader) picture() picture {
	if r.page.Picture != "" {
		s := r.doc.Find(r.page.Picture).First()
		if s.Length() > 0 && !s.Is("img") && s.AttrOr("content", "") == "" {
			s = s.Find("img").First()
		}
		if s.Is("img") {
			return r.ofImage(s.Nodes[0])
		}
		return picture{src: webAddress(s.AttrOr("content", ""), r.base)}
	}
	for _, src := range r.meta.pictures {
		if u := webAddress(src, r.base); u != "" && sensiblePicture(u) && !notLead.MatchString(u) {
			return picture{src: u}
		}
	}
	return picture{}
}

func (r pageReader) ofImage(n *html.Node) picture {
	b := builder{from: origin{base: r.base}, seen: map[string]bool{}}
	if i := b.image(n); i != nil {
		return picture{src: i.Src, alt: i.Alt, width: i.Width}
	}
	return picture{}
}

// pictureNear is the first picture that stands in the same box as the title.
func (r pageReader) pictureNear(heading *html.Node) picture {
	beside := asides{}
	for p, i := heading, 0; p != nil && p.Data != "body" && i < 4; p, i = p.Parent, i+1 {
		for c := range p.Descendants() {
			if c.Type != html.ElementNode || c.Data != "img" || beside.in(c) {
				continue
			}
			if pic := r.ofImage(c); pic.src != "" && !notLead.MatchString(pic.src) && (pic.width == 0 || pic.width >= smallest) {
				return pic
			}
		}
	}
	return picture{}
}

// chooseLeadOfPage chooses the picture: what begins the text, else what the page names, else any of the text, else what stands at the title.
func chooseLeadOfPage(named, near picture, body []news.Node) picture {
	inside := firstPicture(body)
	lead := named
	if lead.src == "" || len(body) > 0 && inside.src != "" && hasPicture(body[:1]) {
		lead = picture{src: firstOf(inside.src, named.src, near.src)}
	}
	for _, p := range []picture{inside, near} {
		if p.src != "" && pictureKey(p.src) == pictureKey(lead.src) {
			lead.alt = firstOf(lead.alt, p.alt, p.caption)
		}
	}
	return lead
}
