package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kabar/app/share"
)

// FuzzRedirect asks for what anybody can make up: whatever it is, a reader is sent to a page of ours, or to a network's share page for a page of the
// office's.
func FuzzRedirect(f *testing.F) {
	r := start(f, "", "public_url = \"https://berita.example.go.id\"\n"+officesWith("hosts = [\"kab.example\"]\nstats_password_bcrypt = \""+sandi+"\"", "brebes"))
	r.publish("brebes", "Rapat Pleno")
	for _, target := range []string{"/", "//evil.example", "//evil.example/", "/\\evil.example", "/brebes", "/brebes/..//evil.example", "/..//evil.example/%2e%2e", "/%2f%2fevil.example", "/%5cevil.example", "//brebes//", "///brebes", "/./brebes/.",
		"/brebes?url=//evil.example", "/brebes/rapat-pleno?lang=//evil.example", "/img/brebes/rapat-pleno//evil.example", "/img/brebes/rapat-pleno/0.jpg", "/embed/brebes/rapat-pleno/", "/api/v1/sites/brebes/articles/rapat-pleno",
		"/brebes/statistik/masuk?next=https://evil.example", "/go/facebook?site=brebes&article=rapat-pleno", "/go/x?site=brebes&url=https://kab.example/a&title=x", "/go/x?site=brebes&url=https://kab.example@evil.example/",
		"/go/x?site=brebes&url=https://kab.example%00.evil.example/", "/go/x?site=brebes&url=https:evil.example", "/go/x?site=brebes&url=https://evil.example%5c@kab.example/", "/go/x?site=brebes&url=//kab.example/",
		"/go/whatsapp?site=brebes&url=javascript://kab.example/%250aalert(1)", "/go/email?site=brebes&url=https://kab.example/&title=a%0d%0aBcc:%20x@evil.example", "/go/telegram?site=brebes&url=https://kab.example/%0d%0aSet-Cookie:a=b",
		"/go/line?site=brebes&url=https://kab.example.evil.example/", "/go/x%2f..%2f..?site=brebes&article=rapat-pleno"} {
		f.Add(target, "GET", "evil.example")
		f.Add(target, "POST", "")
	}
	routes := r.s.routes()
	f.Fuzz(func(t *testing.T, target, method, host string) {
		if method != "GET" && method != "POST" && method != "HEAD" {
			return
		}
		u, err := url.ParseRequestURI(target)
		if err != nil || u.Host != "" || strings.ContainsAny(target, " \t\r\n") { // no server would take it
			return
		}
		req := &http.Request{Method: method, URL: u, RequestURI: target, Host: host, RemoteAddr: "127.0.0.1:1", Header: http.Header{"User-Agent": {phoneAgent}, "X-Forwarded-Host": {host}}, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
		w := httptest.NewRecorder()
		routes.ServeHTTP(w, req.WithContext(t.Context()))
		for name, values := range w.Header() {
			if strings.ContainsAny(name+strings.Join(values, ""), "\r\n\x00") {
				t.Errorf("%s %q: header %q: %q", method, target, name, values)
			}
		}
		if to := w.Header().Get("Location"); to != "" || w.Code/100 == 3 && w.Code != 304 {
			if err := harmless(to); err != nil {
				t.Errorf("%s %q leads to %q: %v", method, target, to, err)
			}
		}
	})
}

// A share link with an article's former address leads to the one with its own, as the article's page does, and counts there.
func TestShareOfFormerAddress(t *testing.T) {
	t.Parallel()
	p := embeddable(t)
	for _, path := range []string{"/brebes/", "/go/whatsapp?site=brebes&article="} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", p.url+path+"dahulu", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil || res.StatusCode != 301 || to.Query().Get("article") != "rapat" && to.Path != "/brebes/rapat" || harmless(to.String()) != nil {
			t.Errorf("%sdahulu: %d to %s (%v)", path, res.StatusCode, to, err)
		}
	}
}

// harmless says what is wrong with where a reader is sent.
func harmless(to string) error {
	if strings.HasPrefix(to, "/") {
		// What a browser takes for the beginning of another host's address (WHATWG URL, "relative slash state").
		if len(to) > 1 && (to[1] == '/' || to[1] == '\\') || strings.ContainsAny(to, "\t\r\n") {
			return fmt.Errorf("another host")
		}
		return nil
	}
	u, err := url.Parse(to)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(share.Networks, func(n share.Network) bool {
		link, err := url.Parse(n.Link("", ""))
		return err == nil && !n.Action() && link.Scheme == u.Scheme && link.Host == u.Host && link.Path == u.Path && link.Opaque == u.Opaque
	})
	if i < 0 {
		return fmt.Errorf("no share page of a network")
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return err
	}
	shared := q.Get("u") + q.Get("url")
	if words := strings.Fields(q.Get("text") + q.Get("body")); shared == "" && len(words) > 0 {
		shared = words[len(words)-1]
	}
	page, err := url.Parse(shared)
	if err != nil {
		return err
	}
	if page.Scheme != "http" && page.Scheme != "https" || page.Hostname() != "kab.example" && page.Host != "berita.example.go.id" || page.User != nil {
		return fmt.Errorf("shares %q", shared)
	}
	return nil
}
