package source

import (
	"encoding/json"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// meta is what a page says of its article to machines. Each list is in the order to be believed.
type meta struct {
	article                     bool // it says that it is one
	headline, title             string
	site, description           string
	published, modified         []string
	pictures, authors, sections []string
}

// metadata reads JSON-LD, Open Graph and the older meta elements.
func metadata(doc *goquery.Document) meta {
	var m meta
	doc.Find(`script[type="application/ld+json"]`).EachWithBreak(func(i int, s *goquery.Selection) bool {
		// CMSs put raw line ends into strings, which JSON forbids; between its tokens a space is as good.
		text := strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, s.Text())
		var v any
		if len(text) < maxBody && json.Unmarshal([]byte(text), &v) == nil {
			m.linked(v, 0)
		}
		return i < 20
	})
	doc.Find("meta[content]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		name := strings.ToLower(s.AttrOr("property", "") + s.AttrOr("name", ""))
		if name == "" {
			name = "itemprop " + s.AttrOr("itemprop", "")
		}
		m.named(name, strings.TrimSpace(s.AttrOr("content", "")))
		return i < 300
	})
	beside := asides{}
	doc.Find(`[itemprop="datePublished"], time[pubdate], article time[datetime], time.entry-date, time.published`).EachWithBreak(func(i int, s *goquery.Selection) bool {
		if !beside.in(s.Nodes[0]) {
			m.published = append(m.published, firstOf(s.AttrOr("datetime", ""), s.AttrOr("content", ""), dateWords(s.Text())))
		}
		return i < 50 && len(m.published) < 5
	})
	m.headline, m.title = plainText(m.headline), plainText(m.title)
	return m
}

// named takes one meta element.
func (m *meta) named(name, v string) {
	switch name {
	case "og:title", "twitter:title":
		m.title = firstOf(m.title, v)
	case "og:site_name", "application-name":
		m.site = firstOf(m.site, plainText(v))
	case "og:type":
		m.article = m.article || v == "article"
	case "og:description", "description":
		m.description = firstOf(m.description, plainText(v))
	case "article:published_time", "itemprop datePublished", "date", "pubdate", "publishdate", "dc.date", "dcterms.created", "og:published_time":
		m.published = append(m.published, v)
	case "article:modified_time", "og:updated_time", "itemprop dateModified", "dcterms.modified":
		m.modified = append(m.modified, v)
	case "og:image", "og:image:secure_url", "twitter:image", "twitter:image:src", "itemprop image":
		m.pictures = append(m.pictures, v)
	case "author", "article:author", "dc.creator":
		if !strings.Contains(v, "://") {
			m.authors = append(m.authors, v)
		}
	case "article:section":
		m.sections = append(m.sections, v)
	}
}

// linkedTypes are schema.org's kinds of articles.
var linkedTypes = map[string]bool{"Article": true, "NewsArticle": true, "BlogPosting": true, "Report": true, "ReportageNewsArticle": true, "SocialMediaPosting": true, "TechArticle": true}

// linked takes what JSON-LD says of an article, wherever in it that stands.
func (m *meta) linked(v any, depth int) {
	if depth > 6 {
		return
	}
	if list, ok := v.([]any); ok {
		for i, e := range list {
			if i < 100 {
				m.linked(e, depth+1)
			}
		}
		return
	}
	o, ok := v.(map[string]any)
	if !ok {
		return
	}
	if !linkedTypes[firstOf(texts(o["@type"], 0)...)] {
		m.linked(o["@graph"], depth+1)
		m.linked(o["mainEntity"], depth+1)
		return
	}
	if m.headline != "" {
		return // the first is the page's own; others are related ones
	}
	m.article = true
	m.headline = firstOf(append(texts(o["headline"], 0), texts(o["name"], 0)...)...)
	m.published = append(m.published, append(texts(o["datePublished"], 0), texts(o["dateCreated"], 0)...)...)
	m.modified = append(m.modified, texts(o["dateModified"], 0)...)
	m.pictures = append(m.pictures, append(texts(o["image"], 0), texts(o["thumbnailUrl"], 0)...)...)
	m.authors = append(m.authors, texts(o["author"], 0)...)
	m.sections = append(m.sections, texts(o["articleSection"], 0)...)
	if m.site == "" {
		m.site = firstOf(texts(o["publisher"], 0)...)
	}
}

// texts are the strings that a JSON-LD value stands for: itself, its items, the name or the address of a thing.
func texts(v any, depth int) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for i, e := range v {
			if i < 20 && depth < 3 {
				out = append(out, texts(e, depth+1)...)
			}
		}
		return out
	case map[string]any:
		for _, k := range []string{"url", "contentUrl", "name"} {
			// A person's address is not a name.
			if s, ok := v[k].(string); ok && (k == "name" || v["name"] == nil) {
				return []string{s}
			}
		}
	}
	return nil
}
