package micropub_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kabar/server/micropub"
	"kabar/server/post"
	"kabar/server/source"
)

const media = "https://berita.example/micropub/kab/media/"

func entry() micropub.Entry {
	return micropub.Entry{File: &post.File{}, Location: time.FixedZone("WITA", 8*60*60), Media: media}
}

func parse(kind, body string) (*micropub.Request, error) {
	r := httptest.NewRequest("POST", "/micropub/kab", strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	return micropub.Parse(r)
}

// What is created comes back as it was sent, in the office's zone.
func TestEntry(t *testing.T) {
	for name, in := range map[string]string{
		"plain":  `{"content":["Satu\nDua\n\n- a\n- b\n\n` + "```\\ncode\\n  x\\n```" + `"],"name":["Judul: \"x\" # y"]}`,
		"HTML":   `{"content":[{"html":"<p>a</p>\n<pre>b\n\n\nc</pre>\n</div> *d*"}]}`,
		"photos": `{"content":["x"],"photo":["` + media + `0123.jpg",{"alt":"Dua","value":"https://kab.example/b.jpg"}]}`,
		"all":    `{"author":["Humas"],"category":["a","b: c"],"content":["x"],"published":["2026-08-12T09:00:00+08:00"],"summary":["r"]}`,
	} {
		t.Run(name, func(t *testing.T) {
			req, err := parse("application/json", `{"type":["h-entry"],"properties":`+in+`}`)
			if err != nil {
				t.Fatal(err)
			}
			e := entry()
			if err := e.Create(req.Properties); err != nil {
				t.Fatal(err)
			}
			data, err := e.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			again := entry()
			if again.File, err = post.Parse(data); err != nil {
				t.Fatalf("%s: %v", data, err)
			}
			var want, got map[string]any
			props, err := json.Marshal(again.Source([]string{"author", "category", "content", "name", "photo", "published", "summary"})["properties"])
			if err != nil {
				t.Fatal(err)
			}
			if json.Unmarshal(props, &got) != nil || json.Unmarshal([]byte(in), &want) != nil {
				t.Fatal("no JSON")
			}
			g, _ := json.Marshal(got)
			w, _ := json.Marshal(want)
			if string(g) != string(w) {
				t.Errorf("%s\nwant\n%s\nfile:\n%s", g, w, data)
			}
		})
	}
}

// Several photos: the first leads, the others stand below, and HTML never becomes Markdown.
func TestEntryIsRead(t *testing.T) {
	e := entry()
	e.Body = ""
	req, err := parse("application/x-www-form-urlencoded", "h=entry&content[html]=%3Cp%3E1.+*a*%3C/p%3E%0A%0A%20%20%20%20b&photo[]="+media+"a.jpg&photo[]="+media+"b.jpg&name=J")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Create(req.Properties); err != nil {
		t.Fatal(err)
	}
	data, err := e.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	p, err := source.ParsePost("j.md", data, e.Location)
	if err != nil || p.ImageSrc != "file:media/a.jpg" {
		t.Fatalf("%+v %v", p, err)
	}
	if b, _ := json.Marshal(p.Body); string(b) != `[{"k":"p","n":[{"t":"1. *a*"}]},{"k":"p","n":[{"t":"b"}]},{"k":"figure","n":[{"k":"img","i":{"src":"file:media/b.jpg"}}]}]` {
		t.Errorf("%s", b)
	}
}

// FuzzParse holds requests to what they promise, and posts to be readable whatever was sent.
func FuzzParse(f *testing.F) {
	f.Add("application/json", `{"type":["h-entry"],"properties":{"content":[{"html":"<p>a</p>\n\n---\nb"}],"photo":[{"value":"https://a/b.jpg","alt":"c"}],"author":[{"properties":{"name":["x"]}}]}}`)
	f.Add("application/json", `{"action":"update","url":"https://a/b","replace":{"content":["x"]},"add":{"category":["y"]},"delete":{"category":["z"]}}`)
	f.Add("application/json", `{"action":"update","url":"u","delete":["category"]}`)
	f.Add("application/x-www-form-urlencoded", "h=entry&content=a%0A---%0Ab&category[]=c&content[html]=d&name=%22%0A---%0A")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nb\r\n--x--\r\n")
	f.Fuzz(func(t *testing.T, kind, body string) {
		req, err := parse(kind, body)
		if err != nil {
			return
		}
		e := entry()
		e.File.Set(post.Slug, "s")
		if req.Action != "create" {
			if req.URL == "" {
				t.Error("no url")
			}
			if err := e.Update(req); err != nil {
				return
			}
		} else if err := e.Create(req.Properties); err != nil {
			return
		}
		data, err := e.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		again, err := post.Parse(data)
		if err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		if again.Text(post.Slug) != "s" || again.Text(post.Title) != e.Text(post.Title) || again.Body != strings.TrimSpace(e.Body) {
			t.Errorf("%q reads as %q, %q", data, again.Text(post.Title), again.Body)
		}
	})
}
