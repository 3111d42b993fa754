package e2e

import (
	"encoding/xml"
	"io"
	"net/url"
	"strings"
	"testing"
)

// The count as an image is an image of the count, whatever is asked, and nothing else.
func TestCountImage(t *testing.T) {
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	a := k.articles(1)[0]
	view := func() {
		t.Helper()
		if res := k.do("POST", "/api/v1/sites/brebes/events", event(`"type":"view","article":"`+a.Slug+`"`)); res.StatusCode != 200 {
			t.Fatal(res.StatusCode, res.body)
		}
	}
	path := "/embed/brebes/count.svg?url=" + url.QueryEscape(a.URL)
	for range 2 { // the image itself is no view
		if res := k.get(path, "Referer", a.URL); !strings.Contains(res.body, ">Telah dilihat 0 kali</text>") {
			t.Fatal(res.StatusCode, res.body)
		}
	}
	view()
	for query, want := range map[string]string{
		"":                          ">Telah dilihat 1 kali<",
		"%3Futm_source=wa%23bagian": ">Telah dilihat 1 kali<", // the same page
		"&lang=en":                  ">Viewed 1×<",
		`&lang="><script>`:          ">Telah dilihat 1 kali<",
	} {
		res := k.get(path + query)
		if res.StatusCode != 200 || !strings.Contains(res.body, "<title"+want) || !strings.Contains(res.body, want[1:]) {
			t.Errorf("%s: %d %s", query, res.StatusCode, res.body)
		}
		for name, want := range map[string]string{"Content-Type": "image/svg+xml; charset=utf-8", "Cache-Control": "public, max-age=60", "Cross-Origin-Resource-Policy": "cross-origin", "X-Content-Type-Options": "nosniff"} {
			if got := res.Header.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		if csp := res.Header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "default-src 'none'; ") || !strings.Contains(csp, "; style-src 'sha256-") || strings.Contains(csp, "unsafe") {
			t.Error(csp)
		}
	}
	for address, status := range map[string]int{
		"": 400, "/berita": 400, "javascript:alert(1)": 400, "https://evil.example/": 403, `https://evil.example/"><script>alert(1)</script>`: 403,
		`https://localhost/"><script>alert(1)</script>`: 200, "https://localhost/<svg onload=alert(1)>&amp;": 200, "https://localhost/?q=]]>&x=\"'": 200,
	} {
		res := k.get("/embed/brebes/count.svg?url=" + url.QueryEscape(address))
		if res.StatusCode != status || strings.Contains(res.body, "alert") {
			t.Errorf("%s: %d %s", address, res.StatusCode, res.body)
		}
		if status != 200 {
			if !strings.HasPrefix(res.body, "url: ") || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("%s: %s %q", address, res.Header.Get("Content-Type"), res.body)
			}
			continue
		}
		for d := xml.NewDecoder(strings.NewReader(res.body)); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v in %s", address, err, res.body)
			}
		}
	}
	if res := k.get("/embed/tegal/count.svg?url=" + url.QueryEscape(a.URL)); res.StatusCode != 404 {
		t.Error("another office:", res.StatusCode)
	}
	if n := k.articles(1)[0].Counts.Views; n != 1 {
		t.Errorf("%d views after one", n)
	}
}
