package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

const token = "kabar-test-token"

// publishing runs a server whose office brebes takes posts.
func publishing(t *testing.T, more string) *place {
	p := settle(t, fmt.Sprintf("micropub_token_sha256 = \"%x\"\n%s", sha256.Sum256([]byte(token)), more))
	p.serve()
	return p
}

// sent is a request as a client sends it.
type sent struct {
	kind, body string
	auth       string // the token of the header; "-" for none
	path       string // below the endpoint
	method     string
}

func (p *place) send(s sent) (*http.Response, string) {
	p.Helper()
	if s.method == "" {
		s.method = "POST"
	}
	req, err := http.NewRequest(s.method, p.url+"/micropub/brebes"+s.path, strings.NewReader(s.body))
	if err != nil {
		p.Fatal(err)
	}
	if s.kind != "" {
		req.Header.Set("Content-Type", s.kind)
	}
	if s.auth == "" {
		s.auth = token
	}
	if s.auth != "-" {
		req.Header.Set("Authorization", "Bearer "+s.auth)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	return res, string(b)
}

// post sends what is to become a post and returns where it is, as a path.
func (p *place) post(want int, s sent) string {
	p.Helper()
	res, body := p.send(s)
	at := res.Header.Get("Location")
	if res.StatusCode != want || !strings.HasPrefix(at, p.url+"/brebes/") {
		p.Fatalf("status %d, want %d; Location %q; %s", res.StatusCode, want, at, body)
	}
	return strings.TrimPrefix(at, p.url)
}

// status sends a request that has no answer but its status.
func (p *place) status(want int, s sent) {
	p.Helper()
	if res, body := p.send(s); res.StatusCode != want {
		p.Errorf("%s: status %d, want %d; %s", s.body, res.StatusCode, want, body)
	}
}

const (
	formKind = "application/x-www-form-urlencoded; charset=utf-8"
	jsonKind = "application/json"
)

// shows checks what is on a page at once, without waiting for anything.
func (p *place) shows(path string, want ...string) string {
	p.Helper()
	got := p.get(path)
	for _, w := range want {
		if !strings.Contains(got, w) {
			p.Errorf("%s does not show %q", path, w)
		}
	}
	return got
}

// The requests are those that published clients send, as far as a server can tell.
func TestMicropubClients(t *testing.T) {
	t.Parallel()
	p := publishing(t, "")
	t.Run("Quill's note", func(t *testing.T) {
		at := p.post(201, sent{kind: formKind, body: "h=entry&content=KPU+Brebes+menerima+audiensi.%0D%0AHari%3A+Rabu%0D%0ATempat%3A+Aula&category%5B%5D=Berita&category%5B%5D=Audiensi&mp-syndicate-to%5B%5D=&mp-slug="})
		if at != "/brebes/kpu-brebes-menerima-audiensi" {
			t.Errorf("it is at %s", at)
		}
		p.shows(at, "KPU Brebes menerima audiensi.<br>Hari: Rabu<br>Tempat: Aula", "Audiensi")
	})
	t.Run("Quill's editor", func(t *testing.T) {
		at := p.post(201, sent{kind: formKind, body: url.Values{"h": {"entry"}, "name": {"Rapat Pleno: DPT"}, "mp-slug": {"pleno-dpt"}, "content[html]": {
			"<p>Satu <b>tebal</b>, *bukan* miring.</p>\n\n    <p onclick=\"x()\">Dua</p><script>alert(1)</script>\n<pre>a\n\nb</pre><a href=\"javascript:alert(1)\">y</a>"}}.Encode()})
		page := p.shows(at, "Rapat Pleno: DPT", "<p>Satu <strong>tebal</strong>, *bukan* miring.</p><p>Dua</p>", "a\n\nb")
		if at != "/brebes/pleno-dpt" || strings.Contains(page, "alert(1)") || strings.Contains(page, "onclick") {
			t.Errorf("%s is not sanitised or has another address", at)
		}
	})
	t.Run("Indigenous", func(t *testing.T) {
		body, kind := form(t, [][2]string{{"h", "entry"}, {"content", "Foto dari lapangan"}, {"published", "2026-08-12T16:45:00+07:00"}, {"mp-photo-alt[]", "Suasana rapat"}}, "photo[0]", photograph(t, 900, 600))
		at := p.post(201, sent{kind: kind, body: body})
		p.until("the picture has copies", func() bool { return strings.Contains(p.get(at), `alt="Suasana rapat"`) })
		p.shows(at, "12 Agustus 2026")
		files, err := filepath.Glob(filepath.Join(p.dir, "posts", "media", "*.jpg"))
		if err != nil || len(files) != 1 {
			t.Fatalf("%v %v", files, err)
		}
		if data, err := os.ReadFile(files[0]); err != nil || bytes.Contains(data, []byte("Exif")) || bytes.Contains(data, []byte("rahasia")) {
			t.Errorf("the upload keeps what the camera wrote: %v", err)
		}
	})
	t.Run("iA Writer", func(t *testing.T) {
		draft := p.post(202, sent{kind: jsonKind, body: `{"type":["h-entry"],"properties":{"name":["Konsep"],"content":[{"html":"<p>Belum.</p>"}],"post-status":["draft"]}}`})
		if strings.Contains(p.get("/brebes/"), "Konsep") {
			t.Error("a draft is shown")
		}
		p.status(204, sent{kind: jsonKind, body: fmt.Sprintf(`{"action":"update","url":%q,"replace":{"post-status":["published"]}}`, p.url+draft)})
		p.shows(draft, "Konsep", "Belum.")
		p.status(204, sent{kind: jsonKind, body: fmt.Sprintf(`{"action":"update","url":%q,"replace":{"post-status":["draft"]}}`, p.url+draft)})
		if strings.Contains(p.get("/brebes/"), "Konsep") {
			t.Error("what is a draft again is shown")
		}
	})
	t.Run("Micro.blog", func(t *testing.T) {
		body, kind := form(t, nil, "file", photograph(t, 640, 480))
		res, _ := p.send(sent{kind: kind, body: body, path: "/media"})
		photo := res.Header.Get("Location")
		if res.StatusCode != 201 || !strings.HasPrefix(photo, p.url+"/micropub/brebes/media/") {
			t.Fatalf("%d %q", res.StatusCode, photo)
		}
		if _, err := jpeg.DecodeConfig(strings.NewReader(p.get(strings.TrimPrefix(photo, p.url)))); err != nil {
			t.Error(err)
		}
		at := p.post(201, sent{kind: formKind, body: url.Values{"h": {"entry"}, "name": {""}, "content": {"Tulisan **Markdown** dengan [tautan](https://kpu.go.id)."}, "photo": {photo}, "mp-photo-alt": {"Aula"}}.Encode()})
		p.shows(at, "<strong>Markdown</strong>", `href="https://kpu.go.id"`)
		p.until("the picture has copies", func() bool { return strings.Contains(p.get(at), `alt="Aula"`) })
		_, source := p.send(sent{method: "GET", path: "?q=source&properties[]=photo&properties[]=content&url=" + url.QueryEscape(p.url+at)})
		if want := fmt.Sprintf(`{"properties":{"content":["Tulisan **Markdown** dengan [tautan](https://kpu.go.id)."],"photo":[{"alt":"Aula","value":%q}]}}`+"\n", photo); source != want {
			t.Errorf("%s\nwant\n%s", source, want)
		}
	})
	t.Run("sent again", func(t *testing.T) {
		again := sent{kind: formKind, body: "h=entry&name=Sekali+Saja&content=Isi&published=" + url.QueryEscape("2026-08-12T16:45:00+07:00")}
		var at [4]string
		var all sync.WaitGroup
		for i := range at {
			all.Go(func() {
				if res, _ := p.send(again); res.StatusCode == 201 {
					at[i] = strings.TrimPrefix(res.Header.Get("Location"), p.url)
				}
			})
		}
		all.Wait()
		files, err := filepath.Glob(filepath.Join(p.dir, "posts", "sekali*"))
		if err != nil || len(files) != 1 || at != [4]string{"/brebes/sekali-saja", "/brebes/sekali-saja", "/brebes/sekali-saja", "/brebes/sekali-saja"} {
			t.Errorf("it is at %q, in %q; %v", at, files, err)
		}
		if got := p.get("/brebes/"); strings.Count(got, ">Sekali Saja<") != 1 {
			t.Error("it is not shown once")
		}
	})
	t.Run("a date to come", func(t *testing.T) {
		p.post(202, sent{kind: formKind, body: "h=entry&name=Nanti&content=Isi+nanti&published=" + url.QueryEscape(time.Now().Add(time.Hour).Format(time.RFC3339))})
		if strings.Contains(p.get("/brebes/"), "Nanti") {
			t.Error("a post of the future is shown")
		}
	})
}

func TestMicropubUpdate(t *testing.T) {
	t.Parallel()
	p := publishing(t, "")
	file := filepath.Join(p.dir, "posts", "rapat.md")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("---\n# dari humas\njudul: Rapat\ndate: 2026-08-12 09:00\nkategori: [Berita, Rapat]\ntema: merah\n---\nIsi *lama*.\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p.until("the post is shown", func() bool { return strings.Contains(p.get("/brebes/rapat"), "Isi <em>lama</em>") })
	update := func(want int, what string) {
		t.Helper()
		p.status(want, sent{kind: jsonKind, body: fmt.Sprintf(`{"action":"update","url":%q,%s}`, p.url+"/brebes/rapat", what)})
	}
	source := func() string {
		_, s := p.send(sent{method: "GET", path: "?q=source&url=" + url.QueryEscape(p.url+"/brebes/rapat")})
		return s
	}
	if got := source(); got != `{"properties":{"category":["Berita","Rapat"],"content":["Isi *lama*."],"name":["Rapat"],"post-status":["published"],"published":["2026-08-12T09:00:00+07:00"]},"type":["h-entry"]}`+"\n" {
		t.Error(got)
	}
	update(204, `"replace":{"content":["Isi baru."],"name":["Rapat (RALAT)"]},"add":{"category":["Ralat"]},"delete":{"category":["Rapat"]}`)
	p.shows("/brebes/rapat", "Isi baru.", "Rapat (RALAT)", "Ralat")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# dari humas\njudul: Rapat (RALAT)\n", "tema: merah\n", "updated: "} {
		if !strings.Contains(string(data), want) {
			t.Errorf("%q is lost: %s", want, data)
		}
	}
	update(204, `"delete":["category"]`)
	if got := source(); strings.Contains(got, "category") {
		t.Error(got)
	}
	for _, wrong := range []string{`"replace":{"content":"teks"}`, `"replace":"x"`, `"delete":7`, `"replace":{"content":["a","b"]}`, `"replace":{"published":["kemarin"]}`, `"replace":{"photo":["javascript:alert(1)"]}`,
		`"replace":{"photo":["../../../etc/passwd"]}`, `"replace":{"post-status":["x"]}`, `"add":{}`} {
		update(400, wrong)
	}
	p.shows("/brebes/rapat", "Isi baru.")

	// Deleted, it is gone from the page; its address and its count wait for it.
	views := func() string {
		return p.get("/api/v1/sites/brebes/counts?url=" + url.QueryEscape(p.url+"/brebes/rapat"))
	}
	before := views()
	p.status(204, sent{kind: formKind, body: "action=delete&url=" + url.QueryEscape(p.url+"/brebes/rapat")})
	if strings.Contains(p.get("/brebes/"), "RALAT") || strings.Contains(p.get("/brebes/rapat"), "Isi baru.") {
		t.Error("a deleted post is shown")
	}
	if _, err := os.Stat(filepath.Join(p.dir, "posts", ".trash", "rapat.md")); err != nil {
		t.Error(err)
	}
	p.status(400, sent{kind: jsonKind, body: fmt.Sprintf(`{"action":"delete","url":%q}`, p.url+"/brebes/rapat")})
	if at := p.post(201, sent{kind: formKind, body: "h=entry&name=Rapat&content=Rapat+lain"}); at != "/brebes/rapat-2" {
		t.Errorf("another post has the address %s of a deleted one", at)
	}
	p.status(204, sent{kind: jsonKind, body: fmt.Sprintf(`{"action":"undelete","url":%q}`, p.url+"/brebes/rapat")})
	p.shows("/brebes/rapat", "Isi baru.")
	if after := views(); after != before {
		t.Errorf("counts %s, want %s", after, before)
	}
}

func TestMicropubRefusals(t *testing.T) {
	t.Parallel()
	p := publishing(t, `micropub_scope = "create media"`)
	at := p.post(201, sent{kind: formKind, body: "h=entry&content=Isi"})
	audio, audioKind := form(t, [][2]string{{"h", "entry"}, {"content", "x"}}, "audio", []byte("ID3"))
	text, textKind := form(t, nil, "file", []byte("<svg onload=alert(1)>"))
	heldBody, held := form(t, [][2]string{{"h", "entry"}, {"content", "x"}, {"access_token", token}}, "photo", photograph(t, 40, 30))
	bomb, bombKind := form(t, nil, "file", bombPNG(t))
	for name, c := range map[string]struct {
		sent
		status int
		code   string
	}{
		"no token":         {sent{kind: formKind, body: "h=entry&content=x", auth: "-"}, 401, "unauthorized"},
		"no token, query":  {sent{method: "GET", path: "?q=config", auth: "-"}, 401, "unauthorized"},
		"wrong token":      {sent{kind: formKind, body: "h=entry&content=x", auth: "lain"}, 403, "forbidden"},
		"wrong in form":    {sent{kind: formKind, body: "h=entry&content=x&access_token=lain", auth: "-"}, 403, "forbidden"},
		"both":             {sent{kind: formKind, body: "h=entry&content=x&access_token=" + token}, 400, "invalid_request"},
		"both in JSON":     {sent{kind: jsonKind, body: `{"type":["h-entry"],"access_token":"` + token + `","properties":{"content":["x"]}}`}, 400, "invalid_request"},
		"scope":            {sent{kind: formKind, body: "action=delete&url=" + url.QueryEscape(p.url+at)}, 403, "insufficient_scope"},
		"empty":            {sent{kind: formKind, body: "h=entry"}, 400, "invalid_request"},
		"only a name":      {sent{kind: formKind, body: "h=entry&name=Judul"}, 400, "invalid_request"},
		"an event":         {sent{kind: formKind, body: "h=event&name=x"}, 400, "invalid_request"},
		"JSON without":     {sent{kind: jsonKind, body: `{"properties":{"content":["x"]}}`}, 400, "invalid_request"},
		"broken JSON":      {sent{kind: jsonKind, body: `{`}, 400, "invalid_request"},
		"no type":          {sent{body: `x`}, 400, "invalid_request"},
		"XML":              {sent{kind: "text/xml", body: `<a/>`}, 400, "invalid_request"},
		"update as a form": {sent{kind: formKind, body: "action=update&url=" + url.QueryEscape(p.url+at)}, 400, "invalid_request"},
		"audio":            {sent{kind: audioKind, body: audio}, 400, "invalid_request"},
		"no picture":       {sent{kind: textKind, body: text, path: "/media"}, 400, "invalid_request"},
		"too many pixels":  {sent{kind: bombKind, body: bomb, path: "/media"}, 400, "invalid_request"},
		"media as a form":  {sent{kind: formKind, body: "file=x", path: "/media"}, 400, "invalid_request"},
		"media, no token":  {sent{kind: textKind, body: text, path: "/media", auth: "-"}, 401, "unauthorized"},
		"in multipart":     {sent{kind: held, body: heldBody, auth: "-"}, 401, "unauthorized"},
		"large, no token":  {sent{kind: formKind, body: "h=entry&access_token=" + token + "&content=" + strings.Repeat("a", maxPostBody), auth: "-"}, 401, "unauthorized"},
		"unknown query":    {sent{method: "GET", path: "?q=x"}, 400, "invalid_request"},
		"no such post":     {sent{method: "GET", path: "?q=source&url=" + url.QueryEscape(p.url+"/brebes/tiada")}, 400, "invalid_request"},
		"elsewhere":        {sent{method: "GET", path: "?q=source&url=" + url.QueryEscape("https://lain.example/brebes/isi")}, 400, "invalid_request"},
		"outside":          {sent{method: "GET", path: "?q=source&url=" + url.QueryEscape(p.url+"/brebes/../../kabar")}, 400, "invalid_request"},
		"too large":        {sent{kind: formKind, body: "h=entry&content=" + strings.Repeat("a", maxPostBody)}, 413, "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := p.send(c.sent)
			var e struct{ Error string }
			if err := json.Unmarshal([]byte(body), &e); err != nil || res.StatusCode != c.status || e.Error != c.code {
				t.Errorf("%d %s, want %d %s (%v)", res.StatusCode, body, c.status, c.code, err)
			}
		})
	}
	files, err := filepath.Glob(filepath.Join(p.dir, "posts", "*"))
	if err != nil || len(files) != 1 {
		t.Errorf("the refused left %v", files)
	}
	if res, err := http.Get(p.url + "/brebes/"); err != nil || !strings.Contains(res.Header.Get("Link"), "<"+p.url+`/micropub/brebes>; rel="micropub"`) {
		t.Errorf("discovery: %v %v", res.Header, err)
	}
	p.post(201, sent{kind: formKind, body: "h=entry&content=Lagi&access_token=" + token, auth: "-"})
	for q, want := range map[string]string{"config": `"media-endpoint":"` + p.url + `/micropub/brebes/media"`, "syndicate-to": `{"syndicate-to":[]}`, "category": `{"categories":[]}`} {
		if res, body := p.send(sent{method: "GET", path: "?q=" + q}); res.StatusCode != 200 || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", q, res.StatusCode, body)
		}
	}
}

// Of photographs from somebody without the token in the header not one byte is read.
func TestMicropubStrangers(t *testing.T) {
	t.Parallel()
	r, _ := everything(t)
	for _, path := range []string{"/micropub/brebes", "/micropub/brebes/media"} {
		for auth, want := range map[string]int{"": 401, "Basic " + token: 401, "Bearer": 401, "Bearer lain": 403} {
			req := httptest.NewRequest("POST", path, unread{t})
			req.Header.Set("Content-Type", "Multipart/form-data; boundary=x")
			req.Header.Set("Authorization", auth)
			w := httptest.NewRecorder()
			r.s.routes().ServeHTTP(w, req)
			if w.Code != want {
				t.Errorf("%s with %q: %d %s, want %d", path, auth, w.Code, w.Body, want)
			}
		}
	}
}

// unread is a body that nobody may read.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("it was read")
	return 0, io.EOF
}

// form is a multipart request with one file.
func form(t *testing.T, fields [][2]string, name string, data []byte) (body, kind string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			t.Fatal(err)
		}
	}
	h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename="IMG_0001.jpg"`, name)}, "Content-Type": {"image/jpeg"}}
	part, err := w.CreatePart(h)
	if err == nil {
		_, err = part.Write(data)
	}
	if err = w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), w.FormDataContentType()
}

// photograph is a JPEG with an Exif block that says where it was taken.
func photograph(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for x := range w {
		for y := range h {
			img.Set(x, y, color.RGBA{uint8(x), uint8(y), 90, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00"), "rahasia"...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(exif)+2))
	return append(append(head, exif...), b.Bytes()[2:]...)
}

// bombPNG says that it has a thousand million pixels.
func bombPNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	data := b.Bytes()
	binary.BigEndian.PutUint32(data[16:], 40000)
	binary.BigEndian.PutUint32(data[20:], 40000)
	return data
}
