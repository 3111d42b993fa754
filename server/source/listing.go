package source

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"kabar/app/news"
)

// Bounds of one list page. The longest real one lists 50 articles.
const (
	maxLinks   = 100
	maxAnchors = 3000
	// maxPageNodes is ten times what the largest real page has.
	maxPageNodes = 100000
	// listed is how far into an article's card on the list its date is looked for, in bytes: some lists print whole texts, with other dates.
	listed = 300
)

// Link is an article as a list page shows it.
type Link struct {
	URL   string
	Title string // empty where the list only shows a picture or "Selengkapnya"
	Date  string // words with a date beside the link, or empty
}

// Listing is what a list page says.
type Listing struct {
	Links []Link   // in the page's order, each address once
	Next  string   // the page with older articles; empty when there is none
	Feeds []string // that the page names as its alternates
}

// ParseList reads a page that lists articles. Where selector is empty it takes the links that look like articles and share the shape of their
// addresses: of the shapes on the page the one with the most headlines. It does no I/O.
func ParseList(data []byte, contentType string, base *url.URL, selector string) (Listing, error) {
	doc, base, err := document(data, contentType, base)
	if err != nil {
		return Listing{}, err
	}
	l := Listing{Feeds: alternates(doc, base), Next: nextPage(doc, base)}
	all := anchors(doc, base, selector)
	if selector == "" {
		all = articleLinks(all)
	}
	own := map[string]bool{}
	for _, a := range all {
		own[a.url] = true
	}
	at := map[string]int{}
	for _, a := range all {
		title := a.headline()
		i, ok := at[a.url]
		if !ok {
			if len(l.Links) == maxLinks {
				continue
			}
			i, at[a.url] = len(l.Links), len(l.Links)
			l.Links = append(l.Links, Link{URL: a.url, Date: a.date(base, own)})
		}
		if len(title) > len(l.Links[i].Title) {
			l.Links[i].Title = title
		}
	}
	return l, nil
}

// document parses a page; its own base element goes over the address it came from.
func document(data []byte, contentType string, base *url.URL) (*goquery.Document, *url.URL, error) {
	root, err := parseDocument(pageText(data, contentType))
	if err != nil {
		return nil, nil, fmt.Errorf("read the page's HTML: %w", err)
	}
	doc := goquery.NewDocumentFromNode(root)
	count := 0
	for range doc.Nodes[0].Descendants() {
		if count++; count > maxPageNodes {
			return nil, nil, fmt.Errorf("the page has more than %d elements and texts", maxPageNodes)
		}
	}
	if href, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if u, err := url.Parse(webAddress(href, base)); err == nil && u.Host != "" {
			base = u
		}
	}
	return doc, base, nil
}

// alternates are the feeds that a page names, without those of comments.
func alternates(doc *goquery.Document, base *url.URL) []string {
	var out []string
	doc.Find(`link[rel~="alternate" i][href]`).Each(func(_ int, s *goquery.Selection) {
		kind, _, _ := strings.Cut(strings.ToLower(s.AttrOr("type", "")), ";")
		switch strings.TrimSpace(kind) {
		case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/json":
		default:
			return
		}
		u := webAddress(s.AttrOr("href", ""), base)
		about := strings.ToLower(u + " " + s.AttrOr("title", ""))
		if u == "" || slices.Contains(out, u) || strings.Contains(about, "comment") || strings.Contains(about, "komentar") || strings.Contains(about, "oembed") || strings.Contains(about, "wp-json") {
			return
		}
		out = append(out, u)
	})
	return out
}

// anchor is a link to a page of the same site.
type anchor struct {
	node       *html.Node
	url, shape string
	aside      bool // outside what the page is about
}

func anchors(doc *goquery.Document, base *url.URL, selector string) []anchor {
	var out []anchor
	beside := asides{}
	self := news.CanonicalURL(base.String())
	found := doc.Find("a[href]")
	if selector != "" {
		found = doc.Find(selector)
	}
	found.EachWithBreak(func(i int, s *goquery.Selection) bool {
		if selector != "" && !s.Is("a[href]") {
			if inner := s.Find("a[href]").First(); inner.Length() > 0 {
				s = inner
			} else {
				s = s.Closest("a[href]")
			}
		}
		if s.Length() == 0 {
			return true
		}
		a := anchor{node: s.Nodes[0], url: homeAddress(s.AttrOr("href", ""), base)}
		if a.url == "" || a.url == self || selector == "" && !sameHost(a.url, base) || strings.HasPrefix(strings.TrimSpace(s.AttrOr("href", "")), "#") {
			return true
		}
		if selector == "" {
			if a.shape = shape(a.url); a.shape == "" {
				return true
			}
			a.aside = beside.in(a.node)
		}
		out = append(out, a)
		return i < maxAnchors
	})
	return out
}

func sameHost(address string, base *url.URL) bool {
	return strings.TrimPrefix(news.Host(address), "www.") == strings.TrimPrefix(strings.ToLower(base.Hostname()), "www.")
}

// articleLinks are the links of the shape with the most headlines, of those outside menus and side columns where there are any.
func articleLinks(all []anchor) []anchor {
	for _, aside := range []bool{false, true} {
		best, most := "", 0
		points, order := map[string]map[string]int{}, []string{}
		for _, a := range all {
			if a.aside && !aside {
				continue
			}
			if points[a.shape] == nil {
				points[a.shape] = map[string]int{}
				order = append(order, a.shape)
			}
			points[a.shape][a.url] = max(points[a.shape][a.url], a.points())
		}
		for _, s := range order {
			sum := 0
			for _, p := range points[s] {
				sum += p
			}
			if sum > most {
				best, most = s, sum
			}
		}
		// Two headlines, or one that is a heading: less than that is a menu.
		if most < 4 {
			continue
		}
		var out []anchor
		for _, a := range all {
			if a.shape == best && (aside || !a.aside) && points[best][a.url] > 0 {
				out = append(out, a)
			}
		}
		return out
	}
	return nil
}

// notHeadline are what links to an article say beside its title.
var notHeadline = regexp.MustCompile(`(?i)^(?:(?:baca )?(?:selengkapnya|selanjutnya|lanjut(?:kan)?|lebih lanjut|detail|lagi)|baca|(?:baca|lihat) (?:berita|semua|detail|artikel).{0,20}|read more|continue reading.*|more|detail(?:s)?|lihat|view|` +
	`\d+ (?:komentar|comments?)|(?:tidak|belum) ada komentar|tinggalkan komentar|leave a comment|https?:\S+|\S+\.(?:jpe?g|png|webp|gif)|[\d\s./:,-]+)\W*$`)

// headline is what the link says of its article: its words, else its title, else its picture's.
func (a anchor) headline() string {
	for _, s := range []string{nodeText(a.node, 1000), attr(a.node, "title"), pictureAlt(a.node)} {
		if s = cleanLine(s); s != "" && !notHeadline.MatchString(s) {
			return clip(s, MaxTitle)
		}
	}
	return ""
}

func pictureAlt(n *html.Node) string {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == "img" {
			return attr(c, "alt")
		}
	}
	return ""
}

// points says how much a link looks like one to an article: 0 is not at all.
func (a anchor) points() int {
	t := a.headline()
	words := len(strings.Fields(t))
	p := 0
	switch {
	case words >= 4 || words == 3 && len(t) >= 20:
		p = 3
	case words == 3:
		p = 1
	case t == "" && notHeadline.MatchString(cleanLine(nodeText(a.node, 100))) && nodeText(a.node, 100) != "":
		p = 2 // "Selengkapnya" under a title that is no link
	}
	if p > 0 && isHeading(a.node) {
		p += 2
	}
	return p
}

func isHeading(n *html.Node) bool {
	heading := func(n *html.Node) bool {
		return n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && '1' <= n.Data[1] && n.Data[1] <= '6'
	}
	for p, i := n, 0; p != nil && i < 3; p, i = p.Parent, i+1 {
		if heading(p) {
			return true
		}
	}
	for c := range n.Descendants() {
		if heading(c) {
			return true
		}
	}
	return false
}

// date finds words with a date in the card that the link stands in: the largest element around it that holds no other article.
func (a anchor) date(base *url.URL, own map[string]bool) string {
	card := a.node
	for i := 0; i < 6 && card.Parent != nil && card.Parent.Data != "body"; i++ {
		for c := range card.Parent.Descendants() {
			if c.Type == html.ElementNode && c.Data == "a" {
				if u := homeAddress(attr(c, "href"), base); u != a.url && own[u] {
					return dateWords(nodeText(card, listed))
				}
			}
		}
		card = card.Parent
	}
	return dateWords(nodeText(card, listed))
}

// Parts of an address's path that name a list, not an article.
var listWords = regexp.MustCompile(`(?i)(?:^|/)(?:category|categories|kategori|tags?|author|penulis|page|halaman|users?|login|search|cari|arsip|archives?|download|unduh|feed|rss|wp-content|wp-admin|wp-json|cetak|print)(?:/|$)`)

var (
	pageFile  = regexp.MustCompile(`(?i)\.(?:html?|php|aspx?|jsp)$`)
	otherFile = regexp.MustCompile(`(?i)\.[a-z0-9]{2,5}$`)
	numbers   = regexp.MustCompile(`^\d+$`)
	numbered  = regexp.MustCompile(`^\d+[-_.:]`)
)

// shape is an address with what differs from article to article taken out of it, or "" for one that cannot be an article's.
func shape(address string) string {
	u, err := url.Parse(address)
	if err != nil || listWords.MatchString(u.Path) {
		return ""
	}
	p := strings.Trim(u.Path, "/")
	ext := strings.ToLower(pageFile.FindString(p))
	if p = p[:len(p)-len(ext)]; otherFile.MatchString(p) && ext == "" && !strings.ContainsAny(path.Ext(p), "0123456789-") {
		return "" // a PDF, a picture
	}
	parts, varies := strings.Split(p, "/"), false
	for i, s := range parts {
		last := i == len(parts)-1
		switch {
		case numbers.MatchString(s):
			parts[i], varies = "#", true
		case numbered.MatchString(s):
			parts[i], varies = "#*", true
		case strings.Count(s, "-")+strings.Count(s, "_")+strings.Count(s, " ") >= 2, last && i > 0 && ext != ".php" && s != "index", last && ext == ".html":
			parts[i], varies = "*", true
		default:
			parts[i] = strings.ToLower(s)
		}
	}
	var query []string
	for key, values := range u.Query() {
		v := values[0]
		switch {
		case numbers.MatchString(v):
			v, varies = "#", true
		case numbered.MatchString(v), strings.Count(v, "-") >= 2:
			v, varies = "*", true
		}
		query = append(query, key+"="+v)
	}
	if !varies {
		return ""
	}
	slices.Sort(query)
	return strings.Join(parts, "/") + ext + "?" + strings.Join(query, "&")
}

var (
	asideClass = regexp.MustCompile(`(?i)(?:^|[\s_-])(?:sidebar|side-bar|aside|widgets?|footer|navbar|nav|menu|dropdown|breadcrumbs?|popul[ae]r|terpopuler|terkait|related|trending|ticker|marquee|pagination|pager)(?:$|[\s_-])`)
	asideTitle = regexp.MustCompile(`(?i)populer|terkait|trending|paling |arsip|komentar|(?:sering|banyak|ter)\s?(?:dibaca|dilihat)|rekomendasi|baca juga|lainnya|kategori|tautan|agenda`)
)

// asides remembers of the elements that were asked for whether they stand in a menu, a footer or a side column by their tags and classes:
// thousands of links share their ancestors.
type asides map[*html.Node]bool

// in reports whether an element stands in one, by what is around it or by the title of its box.
func (m asides) in(n *html.Node) bool {
	for p, i := n, 0; p != nil && i < 6 && p.Type == html.ElementNode && p.Data != "body"; p, i = p.Parent, i+1 {
		if asideTitle.MatchString(titleBefore(p)) {
			return true
		}
	}
	return m.within(n)
}

func (m asides) within(n *html.Node) bool {
	if n == nil || n.Type != html.ElementNode || n.Data == "body" {
		return false
	}
	if is, ok := m[n]; ok {
		return is
	}
	is := false
	switch {
	case n.Data == "nav" || n.Data == "footer" || n.Data == "aside" || n.Data == "marquee" || n.Data == "form":
		is = true
	case n.Data == "header" && !within(n, "article") && !within(n, "main"):
		is = true
	case inAsideHere(n) && !long(n): // "content sidebar-right" is all of the page
		is = true
	default:
		is = m.within(n.Parent)
	}
	m[n] = is
	return is
}

func within(n *html.Node, name string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == name {
			return true
		}
	}
	return false
}

// titleBefore is the nearest heading among an element's elder siblings, where it is short as the title of a box is.
func titleBefore(n *html.Node) string {
	for s, i := n.PrevSibling, 0; s != nil && i < 20; s, i = s.PrevSibling, i+1 {
		if s.Type != html.ElementNode {
			continue
		}
		if isBoxTitle(s) {
			if t := cleanLine(nodeText(s, 60)); len(t) <= 40 {
				return t
			}
			return ""
		}
	}
	return ""
}

// isBoxTitle reports whether an element is there to be the title of what follows it.
func isBoxTitle(n *html.Node) bool {
	c := attr(n, "class")
	return len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] != 'r' || strings.Contains(c, "title") || strings.Contains(c, "head") || strings.Contains(c, "judul")
}

var (
	olderWords = regexp.MustCompile(`(?i)^(?:(?:halaman )?(?:selanjutnya|berikutnya)|next(?: page)?|older(?: posts)?|lebih lama|pos(?:ting)? lama|›|»|>|>>|→|&raquo;)\s*[›»>→]*$`)
	pageParam  = regexp.MustCompile(`(?i)(?:[?&](?:page|halaman|hal|paged?|p|start|limitstart|offset|per_page)=|/(?:page|halaman|hal|index)[/-])(\d+)`)
	pagerClass = regexp.MustCompile(`(?i)pagina|pager|paging|nav-links|page-numbers|halaman`)
)

// nextPage is the address of the page after this one, with older articles.
func nextPage(doc *goquery.Document, base *url.URL) string {
	self := news.CanonicalURL(base.String())
	address := func(s *goquery.Selection) string {
		u := homeAddress(s.AttrOr("href", ""), base)
		if u == self || !sameHost(u, base) {
			return ""
		}
		return u
	}
	if u := address(doc.Find(`link[rel~="next" i][href], a[rel~="next" i][href]`).First()); u != "" {
		return u
	}
	number := 1
	if m := pageParam.FindStringSubmatch(base.String()); m != nil && len(m[1]) < 4 {
		number, _ = strconv.Atoi(m[1])
	}
	if n, err := strconv.Atoi(cleanLine(doc.Find(`.pagination .active, .pagination .current, .page-numbers.current, .paging .active`).First().Text())); err == nil {
		number = n
	}
	byNumber, byWord := "", ""
	doc.Find("a[href]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		text := cleanLine(nodeText(s.Nodes[0], 40))
		isNumber, isWord := text == strconv.Itoa(number+1), olderWords.MatchString(text)
		if !isNumber && !isWord {
			return i < maxAnchors
		}
		u := address(s)
		if u == "" || !pageParam.MatchString(u) && !inPager(s.Nodes[0]) {
			return true
		}
		if isNumber && byNumber == "" {
			byNumber = u
		} else if isWord && byWord == "" {
			byWord = u
		}
		return byNumber == ""
	})
	return firstOf(byNumber, byWord)
}

func inPager(n *html.Node) bool {
	for p, i := n, 0; p != nil && i < 4; p, i = p.Parent, i+1 {
		if pagerClass.MatchString(attr(p, "class") + " " + attr(p, "id")) {
			return true
		}
	}
	return false
}

// nodeText is an element's text as a reader sees it, at least as far as its first max bytes.
func nodeText(n *html.Node, max int) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil && b.Len() < max; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				b.WriteString(c.Data)
			case c.Type == html.ElementNode && (c.Data == "script" || c.Data == "style" || c.Data == "template" || c.Data == "noscript"):
			case c.Type == html.ElementNode:
				if inlineElements[c.Data] == "" || c.Data == "br" {
					b.WriteByte(' ')
				}
				walk(c)
				if inlineElements[c.Data] == "" {
					b.WriteByte(' ')
				}
			}
		}
	}
	if n.Type == html.TextNode {
		return n.Data
	}
	walk(n)
	return b.String()
}
