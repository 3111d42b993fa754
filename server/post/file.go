// Package post writes an office's own posts: Markdown files with front matter, as package source reads them. It changes only what it is
// told to change: other keys of the front matter, their order and their comments stay.
package post

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// The keys of the front matter that this package's users set.
const (
	Title    = "title"
	Date     = "date"
	Updated  = "updated"
	Slug     = "slug"
	Category = "category"
	Author   = "author"
	Summary  = "summary"
	Image    = "image"
	ImageAlt = "image_alt"
	Draft    = "draft"
)

// names are a key's other names, which a file may use in its place.
var names = map[string][]string{
	Title: {"judul"}, Date: {"tanggal"}, Updated: {"lastmod"}, Category: {"categories", "kategori", "tags"}, Author: {"authors", "penulis"},
	Summary: {"description", "ringkasan"}, Image: {"gambar"}, ImageAlt: {"alt"},
}

// File is a post.
type File struct {
	Body     string // Markdown, without white space around it
	head     yaml.MapSlice
	comments yaml.CommentMap
}

// Parse takes a post's file apart.
func Parse(data []byte) (*File, error) {
	data = bytes.TrimLeft(bytes.TrimPrefix(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")), []byte("\ufeff")), "\n")
	f := &File{comments: yaml.CommentMap{}}
	rest, ok := bytes.CutPrefix(data, []byte("---\n"))
	if !ok {
		f.Body = string(bytes.TrimSpace(data))
		return f, nil
	}
	head, body, ok := bytes.Cut(append([]byte("\n"), rest...), []byte("\n---"))
	if !ok {
		return nil, errors.New("its front matter has no closing line of ---")
	}
	if err := yaml.UnmarshalWithOptions(head, &f.head, yaml.CommentToMap(f.comments)); err != nil {
		return nil, fmt.Errorf("read its front matter: %w", err)
	}
	if i := bytes.IndexByte(body, '\n'); i >= 0 {
		f.Body = string(bytes.TrimSpace(body[i:]))
	}
	return f, nil
}

// Bytes puts the file together.
func (f *File) Bytes() ([]byte, error) {
	var b bytes.Buffer
	if len(f.head) > 0 {
		safe := slices.Clone(f.head)
		for i := range safe {
			safe[i].Value = quoted(safe[i].Value)
		}
		head, err := yaml.MarshalWithOptions(safe, yaml.WithComment(f.comments))
		if err != nil {
			return nil, fmt.Errorf("write the front matter: %w", err)
		}
		b.WriteString("---\n")
		b.Write(head)
		b.WriteString("---\n")
	}
	b.WriteString(f.Body)
	if f.Body != "" {
		b.WriteByte('\n')
	}
	return b.Bytes(), nil
}

// text is written in double quotes unless it is plain words or a date: the encoder leaves bare what its own parser then refuses.
type text string

var bare = regexp.MustCompile(`^(?:[\pL][\pL\pN]*(?:[ ./()-]+[\pL\pN(]+)*[.)]?|\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?|[a-z0-9]+(?:/[a-z0-9-]+)?\.[a-z]+)$`)

// words that YAML takes for something else than text.
var words = map[string]bool{"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true, "nan": true, "inf": true}

func (t text) MarshalYAML() ([]byte, error) {
	if bare.MatchString(string(t)) && !words[strings.ToLower(string(t))] {
		return []byte(t), nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b) // a string of JSON is one of YAML
	e.SetEscapeHTML(false)
	err := e.Encode(string(t))
	return bytes.TrimSpace(b.Bytes()), err
}

func quoted(v any) any {
	switch v := v.(type) {
	case string:
		return text(v)
	case []string:
		list := make([]any, len(v))
		for i := range v {
			list[i] = text(v[i])
		}
		return list
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = quoted(v[i])
		}
		return list
	}
	return v
}

// find returns where a key stands under any of its names, or -1.
func (f *File) find(key string) int {
	return slices.IndexFunc(f.head, func(i yaml.MapItem) bool {
		k := strings.ToLower(fmt.Sprint(i.Key))
		return k == key || slices.Contains(names[key], k)
	})
}

// Texts returns what stands under a key, one text or several.
func (f *File) Texts(key string) []string {
	i := f.find(key)
	if i < 0 || f.head[i].Value == nil {
		return nil
	}
	list, ok := f.head[i].Value.([]any)
	if !ok {
		list = []any{f.head[i].Value}
	}
	var out []string
	for _, v := range list {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

// Text returns the one text under a key, or "".
func (f *File) Text(key string) string { return strings.Join(f.Texts(key), ", ") }

// Set puts a text under a key, several as a list; none removes the key, under all its names.
func (f *File) Set(key string, texts ...string) {
	var v any
	switch len(texts) {
	case 0:
		for i := f.find(key); i >= 0; i = f.find(key) {
			f.head = slices.Delete(f.head, i, i+1)
		}
		return
	case 1:
		v = texts[0]
	default:
		v = texts
	}
	f.set(key, v)
}

// SetBool puts true or false under a key.
func (f *File) SetBool(key string, b bool) { f.set(key, b) }

func (f *File) set(key string, v any) {
	if i := f.find(key); i >= 0 {
		f.head[i].Value = v
		return
	}
	f.head = append(f.head, yaml.MapItem{Key: key, Value: v})
}
