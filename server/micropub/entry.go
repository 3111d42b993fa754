package micropub

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"kabar/server/post"
	"kabar/server/source"
)

// Entry is a post as Micropub sees it.
type Entry struct {
	*post.File
	Location *time.Location // the office's
	Media    string         // the public address of uploads, with a slash at the end
}

// DateLayout is how dates are written: in the office's zone.
const DateLayout = time.DateTime

// single are the properties that have one value, with the keys under which a post keeps them.
var single = map[string]string{"name": post.Title, "summary": post.Summary, "author": post.Author}

// Names are the properties that a post keeps. Others that a client sends are let be.
var Names = []string{"author", "category", "content", "name", "photo", "post-status", "published", "summary", "updated"}

// Get returns the values of a property.
func (e Entry) Get(name string) []Value {
	switch name {
	case "content":
		return e.content()
	case "category":
		return texts(e.Texts(post.Category))
	case "photo":
		out := texts(e.Texts(post.Image))
		alts := e.Texts(post.ImageAlt)
		for i := range out {
			if file, ok := strings.CutPrefix(out[i].Text, post.Media+"/"); ok {
				out[i].Text = e.Media + file
			}
			if i < len(alts) {
				out[i].Alt = alts[i]
			}
		}
		return out
	case "published", "updated":
		key := map[string]string{"published": post.Date, "updated": post.Updated}[name]
		if t, ok := source.ParseDate(e.Text(key), e.Location); ok {
			return []Value{{Text: t.In(e.Location).Format(time.RFC3339)}}
		}
		return nil
	case "post-status":
		if e.Text(post.Draft) == "true" {
			return []Value{{Text: "draft"}}
		}
		return []Value{{Text: "published"}}
	}
	if s := e.Text(single[name]); s != "" {
		return []Value{{Text: s}}
	}
	return nil
}

func texts(all []string) []Value {
	var out []Value
	for _, s := range all {
		if s != "" {
			out = append(out, Value{Text: s})
		}
	}
	return out
}

// Set gives a property its values; none takes it away.
func (e Entry) Set(name string, values []Value) error {
	var all []string
	for _, v := range values {
		all = append(all, v.Text)
	}
	switch name {
	case "content":
		return e.setContent(values)
	case "category":
		e.File.Set(post.Category, all...)
	case "photo":
		return e.setPhotos(values)
	case "published":
		if len(all) == 0 {
			return wrong("published cannot be taken away")
		}
		t, ok := source.ParseDate(all[0], e.Location)
		if !ok {
			return wrong("published: %q is not a date; write it as 2026-08-12T16:45:00+07:00", all[0])
		}
		e.File.Set(post.Date, t.In(e.Location).Format(DateLayout))
	case "post-status":
		if len(all) == 0 || all[0] == "published" {
			e.File.Set(post.Draft)
		} else if all[0] == "draft" {
			e.SetBool(post.Draft, true)
		} else {
			return wrong("post-status: %q; want published or draft", all[0])
		}
	default:
		key := single[name]
		if key == "" {
			return nil
		}
		if len(all) > 1 {
			all = all[:1]
		}
		e.File.Set(key, all...)
	}
	return nil
}

func (e Entry) setPhotos(values []Value) error {
	have := e.Texts(post.Image)
	var images, alts []string
	for _, v := range values {
		src := v.Text
		if file, ok := strings.CutPrefix(src, e.Media); ok && !strings.Contains(file, "/") {
			src = post.Media + "/" + file
		} else if !slices.Contains(have, src) && !strings.HasPrefix(src, "https://") && !strings.HasPrefix(src, "http://") {
			return wrong("photo: %q is not a web address", src)
		}
		images, alts = append(images, src), append(alts, v.Alt)
	}
	e.File.Set(post.Image, images...)
	if strings.Join(alts, "") == "" {
		alts = nil
	}
	e.File.Set(post.ImageAlt, alts...)
	return nil
}

// HTML stands in one element with no blank line inside: Markdown leaves such a block as it is.
const (
	htmlStart = "<div class=\"micropub\">\n"
	htmlEnd   = "\n</div>"
)

var (
	blankLine = regexp.MustCompile(`\n[ \t]*(\n[ \t]*)+`)
	fence     = regexp.MustCompile("^ {0,3}(?:```|~~~)")
)

func (e Entry) setContent(values []Value) error {
	if len(values) > 1 {
		return wrong("content: want one value")
	}
	e.Body = ""
	if len(values) == 0 {
		return nil
	}
	s := strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(values[0].Text, "\uFFFD")))
	if values[0].HTML {
		// A blank line in <pre> is of the text.
		e.Body = htmlStart + blankLine.ReplaceAllStringFunc(s, func(gap string) string {
			return strings.Repeat("&#10;", strings.Count(gap, "\n")-1) + "\n"
		}) + htmlEnd
		return nil
	}
	e.Body = hardBreaks(s)
	return nil
}

func (e Entry) content() []Value {
	if s, ok := strings.CutPrefix(e.Body, htmlStart); ok {
		if s, ok = strings.CutSuffix(s, htmlEnd); ok {
			return []Value{{Text: strings.ReplaceAll(s, "&#10;", "\n"), HTML: true}}
		}
	}
	if e.Body == "" {
		return nil
	}
	lines := strings.Split(e.Body, "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "  ")
	}
	return []Value{{Text: strings.Join(lines, "\n")}}
}

// hardBreaks keeps the lines that somebody typed on a phone: in Markdown two spaces at the end of a line break it.
func hardBreaks(s string) string {
	lines := strings.Split(s, "\n")
	code := false
	for i, l := range lines {
		if fence.MatchString(l) {
			code = !code
		}
		if !code && strings.TrimSpace(l) != "" && i+1 < len(lines) && strings.TrimSpace(lines[i+1]) != "" && !strings.HasSuffix(l, "  ") && !fence.MatchString(lines[i+1]) && !fence.MatchString(l) {
			lines[i] = l + "  "
		}
	}
	return strings.Join(lines, "\n")
}

// Create fills a new post.
func (e Entry) Create(p Properties) error {
	for _, name := range Names {
		if values, ok := p[name]; ok && name != "updated" {
			if err := e.Set(name, values); err != nil {
				return err
			}
		}
	}
	return nil
}

// Update does what a request asks of a post: replace, add, delete, in this order.
func (e Entry) Update(r *Request) error {
	for _, name := range Names {
		if name == "updated" {
			continue
		}
		values, changed := e.Get(name), false
		if v, ok := r.Replace[name]; ok {
			values, changed = v, true
		}
		if v := r.Add[name]; len(v) > 0 {
			for _, one := range v {
				if !slices.Contains(values, one) {
					values = append(values, one)
				}
			}
			changed = true
			if name != "category" && name != "photo" && len(values) > len(v) {
				values = v // one value is all it has
			}
		}
		if gone, ok := r.Delete[name]; ok {
			values = slices.DeleteFunc(slices.Clone(values), func(have Value) bool {
				return slices.ContainsFunc(gone, func(v Value) bool { return v.Text == have.Text })
			})
			changed = true
		}
		if slices.Contains(r.Drop, name) {
			values, changed = nil, true
		}
		if !changed {
			continue
		}
		if err := e.Set(name, values); err != nil {
			return err
		}
	}
	return nil
}

// Source is the post in microformats' JSON: all that it keeps, or the properties that are asked for.
func (e Entry) Source(names []string) map[string]any {
	props := map[string][]any{}
	for _, name := range Names {
		if len(names) > 0 && !slices.Contains(names, name) {
			continue
		}
		for _, v := range e.Get(name) {
			switch {
			case v.HTML:
				props[name] = append(props[name], map[string]string{"html": v.Text})
			case v.Alt != "":
				props[name] = append(props[name], map[string]string{"value": v.Text, "alt": v.Alt})
			default:
				props[name] = append(props[name], v.Text)
			}
		}
	}
	out := map[string]any{"properties": props}
	if len(names) == 0 {
		out["type"] = []string{"h-entry"}
	}
	return out
}
