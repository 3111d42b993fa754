package source

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"

	"kabar/app/news"
)

// Post is a Markdown file, read. It is published when it is no draft and its date has come. Front matter with nothing below is a draft.
type Post struct {
	Item
	Draft  bool
	images []news.Image // of the front matter: the first leads, the others follow the text
	alts   []string
}

// maxPost bounds a post's file, in bytes.
const maxPost = 1 << 20

// markdown renders GitHub's flavour. HTML in a post passes, to meet the same gate as every other foreign HTML.
var markdown = goldmark.New(
	goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)), extension.Strikethrough, extension.Linkify),
	goldmark.WithRendererOptions(html.WithUnsafe()))

// ParsePost reads a Markdown file with or without front matter. name is its path inside the folder, with slashes: it identifies the
// post, and pictures are looked for beside it. An error says which line or key is wrong. It does no I/O.
func ParsePost(name string, data []byte, loc *time.Location) (Post, error) {
	if len(data) > maxPost {
		return Post{}, fmt.Errorf("it is larger than %d bytes", maxPost)
	}
	data, _, err := toUTF8(data, "")
	if err != nil {
		return Post{}, err
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	front, text, err := frontMatter(data)
	if err != nil {
		return Post{}, err
	}
	post := Post{Item: Item{GUID: "post:" + strings.TrimSuffix(name, path.Ext(name))}}
	if err := front.fill(&post, name, loc); err != nil {
		return Post{}, err
	}
	var rendered bytes.Buffer
	if err := markdown.Convert(text, &rendered); err != nil {
		return Post{}, fmt.Errorf("read the Markdown: %w", err)
	}
	post.Body = htmlNodes(rendered.String(), origin{post: name})
	if len(post.Body) == 0 && post.Summary == "" && len(post.images) == 0 && post.URL == "" && post.Title != "" {
		post.Draft = true // somebody is about to write it
	}
	if h := len(post.Body) > 0 && post.Body[0].Kind == "h2" && firstHeading(text); h {
		title := cleanLine(news.PlainText(post.Body[:1]))
		if post.Title == "" {
			post.Title = clip(title, MaxTitle)
		}
		if strings.EqualFold(post.Title, title) {
			post.Body = post.Body[1:]
		}
	}
	post.placeImages()
	first := firstPicture(post.Body)
	if post.ImageSrc == "" {
		post.ImageSrc = first.src
	}
	if post.ImageSrc != "" && pictureKey(post.ImageSrc) == pictureKey(first.src) {
		post.ImageAlt = firstOf(post.ImageAlt, first.alt, first.caption)
	}
	if post.ImageSrc != "" {
		post.Body = withoutPicture(post.Body, pictureKey(post.ImageSrc))
	}
	body := news.PlainText(post.Body)
	if post.Title == "" {
		post.Title = titleFrom(body)
	}
	if post.Title == "" {
		return Post{}, errors.New("it has neither a title nor a text")
	}
	post.Summary = news.Summarize(firstOf(post.Summary, body))
	return post, nil
}

// placeImages makes the first picture of the front matter the lead, and puts the others that the text does not show below it.
func (p *Post) placeImages() {
	shown := map[string]bool{}
	news.Images(p.Body, func(i *news.Image) { shown[pictureKey(i.Src)] = true })
	for i, img := range p.images {
		if i < len(p.alts) {
			img.Alt = p.alts[i]
		}
		switch {
		case i == 0:
			p.ImageSrc, p.ImageAlt = img.Src, img.Alt
		case !shown[pictureKey(img.Src)]:
			p.Body = append(p.Body, news.Node{Kind: "figure", Nodes: []news.Node{{Kind: "img", Image: &img}}})
		}
	}
	if len(p.images) == 0 && len(p.alts) > 0 {
		p.ImageAlt = p.alts[0]
	}
}

// firstHeading reports whether the text begins with a heading of the first level.
func firstHeading(text []byte) bool {
	text = bytes.TrimLeft(text, " \n")
	if bytes.HasPrefix(text, []byte("# ")) {
		return true
	}
	_, second, _ := bytes.Cut(text, []byte("\n"))
	return bytes.HasPrefix(second, []byte("==="))
}

// front is a post's front matter.
type front map[string]any

// frontMatter takes the lines between two "---" off the beginning.
func frontMatter(data []byte) (front, []byte, error) {
	data = bytes.TrimLeft(data, "\n")
	rest, ok := bytes.CutPrefix(data, []byte("---\n"))
	if !ok {
		if bytes.HasPrefix(data, []byte("+++\n")) {
			return nil, nil, errors.New("its front matter is TOML; write it as YAML between two lines of ---")
		}
		return nil, data, nil
	}
	head, text, ok := bytes.Cut(append([]byte("\n"), rest...), []byte("\n---"))
	if !ok {
		return nil, nil, errors.New("its front matter has no closing line of ---")
	}
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[i:]
	} else {
		text = nil
	}
	if bytes.ContainsAny(head, "&*") && (bytes.Contains(head, []byte(": &")) || bytes.Contains(head, []byte(": *"))) {
		return nil, nil, errors.New("its front matter uses YAML's anchors; write the values out, in quotes if they begin with & or *")
	}
	f := front{}
	if err := yaml.Unmarshal(head, &f); err != nil {
		says := firstLine(yaml.FormatError(err, false, false))
		if strings.Contains(says, "not allowed in this context") || strings.Contains(says, "reserved character") { // a value with a colon, mostly
			says += `; put the value in quotes, such as title: "Rapat: hasil"`
		}
		return nil, nil, fmt.Errorf("read its front matter: %s", says)
	}
	return f, text, nil
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// fill sets what the front matter says. Keys it does not know are other programs'.
func (f front) fill(p *Post, name string, loc *time.Location) error {
	for _, key := range slices.Sorted(maps.Keys(f)) { // in one order, or the categories would change places at each reading
		v := f[key]
		key = strings.ToLower(key)
		s, list, err := yamlText(v)
		if err != nil {
			return fmt.Errorf("front matter, %s: %w", key, err)
		}
		switch key {
		case "title", "judul":
			p.Title = clip(cleanLine(s), MaxTitle)
		case "date", "tanggal":
			if t, ok := v.(time.Time); ok {
				s = t.Format(time.RFC3339)
			}
			t, ok := ParseDate(s, loc)
			if !ok && s != "" {
				return fmt.Errorf("front matter, date: %q is not a date; write it as 2026-08-12 16:45", s)
			}
			p.Published = t
		case "updated", "lastmod":
			if t, ok := ParseDate(s, loc); ok {
				p.Updated = t
			}
		case "slug":
			if s != "" {
				p.Slug = Slug(s)
			}
		case "category", "categories", "kategori", "tags":
			p.Categories = categories(append(p.Categories, list...))
		case "author", "authors", "penulis":
			p.Author = authorName(s)
		case "summary", "description", "ringkasan":
			p.Summary = cleanLine(s)
		case "image", "gambar":
			for _, one := range list {
				src := origin{post: name}.picture(one)
				if src == "" && one != "" {
					return fmt.Errorf("front matter, image: %q is neither a file in this folder nor a web address", one)
				}
				p.images = append(p.images, news.Image{Src: src})
			}
		case "image_alt", "alt":
			for _, one := range list {
				p.alts = append(p.alts, clip(cleanLine(one), 300))
			}
		case "url", "canonical":
			if s != "" {
				if p.URL = homeAddress(s, (*url.URL)(nil)); p.URL == "" {
					return fmt.Errorf("front matter, %s: %q is not a web address", key, s)
				}
			}
		case "draft":
			b, ok := v.(bool)
			if !ok && s != "" {
				return fmt.Errorf("front matter, draft: %q is neither true nor false", s)
			}
			p.Draft = b
		}
	}
	if !p.Updated.After(p.Published) {
		p.Updated = time.Time{}
	}
	return nil
}

// yamlText reads a value as one text and as a list of texts.
func yamlText(v any) (string, []string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil, nil
	case []any:
		var all []string
		for _, e := range v {
			s, _, err := yamlText(e)
			if err != nil {
				return "", nil, err
			}
			all = append(all, s)
		}
		return strings.Join(all, ", "), all, nil
	case map[string]any:
		return "", nil, errors.New("it holds keys of its own; a text or a list is wanted")
	}
	s := fmt.Sprint(v)
	return s, []string{s}, nil
}
