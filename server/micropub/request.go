// Package micropub reads the requests of the W3C's Micropub protocol (https://www.w3.org/TR/micropub/) and does to a post what they ask.
// It writes nothing and knows no HTTP routes, offices or tokens.
package micropub

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Error is a request that cannot be done; its text is for who wrote it. The protocol calls it invalid_request.
type Error string

func (e Error) Error() string { return string(e) }

func wrong(format string, args ...any) error { return Error(fmt.Sprintf(format, args...)) }

// Value is one value of a property.
type Value struct {
	Text string
	HTML bool   // Text is HTML
	Alt  string // of a picture
}

// Properties are those of microformats' h-entry, by name.
type Properties map[string][]Value

// Request is what a client asks for.
type Request struct {
	Token      string // from the form; a header may hold it instead
	Action     string // create, update, delete or undelete
	URL        string // of the post that is meant, but for create
	Properties Properties
	Photos     []*multipart.FileHeader // that came with it
	Replace    Properties
	Add        Properties
	Delete     Properties // values to take away
	Drop       []string   // properties to take away
}

// maxValues bounds how many values a request has.
const maxValues = 200

// memory is how much of a multipart request is not put on disk, in bytes.
const memory = 1 << 20

// Parse reads a request: a form, a form with files, or JSON. The body's size is the caller's to bound.
func Parse(r *http.Request) (*Request, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return nil, wrong("the request has no Content-Type")
	}
	switch kind {
	case "application/json":
		return parseJSON(r.Body)
	case "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case "multipart/form-data":
		err = r.ParseMultipartForm(memory)
	default:
		return nil, wrong("Content-Type %s: want application/json, application/x-www-form-urlencoded or multipart/form-data", kind)
	}
	if err != nil {
		return nil, fmt.Errorf("read the form: %w", err)
	}
	return parseForm(r.PostForm, r.MultipartForm)
}

// reserved are names in a form that are not properties.
var reserved = map[string]bool{"access_token": true, "h": true, "action": true, "url": true, "q": true}

func parseForm(form url.Values, files *multipart.Form) (*Request, error) {
	req := &Request{Token: form.Get("access_token"), Action: form.Get("action"), URL: form.Get("url"), Properties: Properties{}}
	switch req.Action {
	case "":
		req.Action = "create"
	case "delete", "undelete":
		return req, req.check()
	default:
		return req, wrong("action %q: a form can ask for delete and undelete; update wants JSON", req.Action)
	}
	if h := form.Get("h"); h != "" && h != "entry" {
		return req, wrong("h=%s: only h=entry is published here", h)
	}
	n := 0
	for _, key := range slices.Sorted(maps.Keys(form)) {
		texts := form[key]
		name, sub, _ := strings.Cut(strings.TrimSuffix(key, "[]"), "[")
		if reserved[name] || name == "" {
			continue
		}
		for _, text := range texts {
			if n++; n > maxValues {
				return req, wrong("more than %d values", maxValues)
			}
			if strings.TrimSpace(text) != "" {
				req.Properties[name] = append(req.Properties[name], Value{Text: text, HTML: sub == "html]"})
			}
		}
	}
	if files != nil {
		for _, key := range slices.Sorted(maps.Keys(files.File)) {
			if name, _, _ := strings.Cut(key, "["); name != "photo" {
				return req, wrong("%s: only photos can be uploaded", name)
			}
			req.Photos = append(req.Photos, files.File[key]...)
		}
	}
	for i, alt := range req.Properties["mp-photo-alt"] {
		if photos := req.Properties["photo"]; i < len(photos) {
			photos[i].Alt = alt.Text
		}
	}
	return req, req.check()
}

func (r *Request) check() error {
	if r.Action != "create" && r.URL == "" {
		return wrong("%s wants the url of a post", r.Action)
	}
	if r.Action == "create" && len(r.Properties) == 0 && len(r.Photos) == 0 {
		return wrong("the post is empty: send content, name or photo")
	}
	return nil
}

// body is a request in JSON.
type body struct {
	Token      string           `json:"access_token"`
	Type       []string         `json:"type"`
	Action     string           `json:"action"`
	URL        string           `json:"url"`
	Properties map[string][]any `json:"properties"`
	Replace    map[string][]any `json:"replace"`
	Add        map[string][]any `json:"add"`
	Delete     json.RawMessage  `json:"delete"`
}

func parseJSON(r io.Reader) (*Request, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read the request: %w", err)
	}
	var b body
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, wrong("the JSON cannot be read, or a property's value is no list: %v", err)
	}
	req := &Request{Token: b.Token, Action: b.Action, URL: b.URL}
	n := 0
	for from, to := range map[*map[string][]any]*Properties{&b.Properties: &req.Properties, &b.Replace: &req.Replace, &b.Add: &req.Add} {
		if *to, err = properties(*from, &n); err != nil {
			return req, err
		}
	}
	if err := req.readDelete(b.Delete, &n); err != nil {
		return req, err
	}
	switch req.Action {
	case "":
		req.Action = "create"
		if len(b.Type) != 1 || b.Type[0] != "h-entry" {
			return req, wrong(`type: want ["h-entry"], the only one that is published here`)
		}
	case "update":
		if len(req.Replace)+len(req.Add)+len(req.Delete)+len(req.Drop) == 0 {
			return req, wrong("update wants replace, add or delete")
		}
	case "delete", "undelete":
	default:
		return req, wrong("action %q: want update, delete or undelete", req.Action)
	}
	return req, req.check()
}

// readDelete reads a list of properties, or properties with the values to take away.
func (r *Request) readDelete(raw json.RawMessage, n *int) error {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	if json.Unmarshal(raw, &r.Drop) == nil {
		return nil
	}
	var values map[string][]any
	if json.Unmarshal(raw, &values) != nil {
		return wrong("delete: want a list of properties, or properties with lists of values")
	}
	var err error
	r.Delete, err = properties(values, n)
	return err
}

func properties(in map[string][]any, n *int) (Properties, error) {
	out := Properties{}
	for name, list := range in {
		for _, v := range list {
			if *n++; *n > maxValues {
				return nil, wrong("more than %d values", maxValues)
			}
			one, err := value(v)
			if err != nil {
				return nil, wrong("%s: %v", name, err)
			}
			out[name] = append(out[name], one)
		}
		if _, ok := out[name]; !ok {
			out[name] = nil // an empty list takes all away
		}
	}
	return out, nil
}

// value reads a text, HTML, a picture with its alternative text, or the name of a nested object such as an h-card.
func value(v any) (Value, error) {
	switch v := v.(type) {
	case string:
		return Value{Text: v}, nil
	case float64, bool:
		return Value{Text: fmt.Sprint(v)}, nil
	case map[string]any:
		if s, ok := v["html"].(string); ok {
			return Value{Text: s, HTML: true}, nil
		}
		if s, ok := v["value"].(string); ok {
			alt, _ := v["alt"].(string)
			return Value{Text: s, Alt: alt}, nil
		}
		if p, ok := v["properties"].(map[string]any); ok {
			if names, ok := p["name"].([]any); ok && len(names) > 0 {
				if s, ok := names[0].(string); ok {
					return Value{Text: s}, nil
				}
			}
		}
	}
	return Value{}, wrong("want a text, or an object with html or value")
}
