package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"kabar/server/config"
)

const tryPage = `<html><body><h1>RAPAT PLENO TERBUKA DPT DI AULA</h1><i>Rabu, 12 Agustus 2026 09.45 WIB</i>
<p>BREBES – KPU Kabupaten Brebes menggelar rapat pleno terbuka di aula kantor yang dihadiri oleh seluruh partai politik peserta pemilu tahun ini.</p></body></html>`

// tryServer has a feed, and a list of one article without one.
func tryServer(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed":
			fmt.Fprint(w, `<rss version="2.0"><channel><title>t</title><item><title>Dari umpan</title><link>https://kab.example/1</link><description>Isi.</description></item></channel></rss>`)
		case "/berita":
			fmt.Fprint(w, `<h3><a href="/berita/1/rapat-pleno">RAPAT PLENO TERBUKA DPT DI AULA</a></h3>`)
		case "/berita/1/rapat-pleno":
			fmt.Fprint(w, tryPage)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func tryConfig(t *testing.T, sources string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kabar.toml")
	text := "[[site]]\nid = \"brebes\"\nname = \"KPU Brebes\"\nallow_private_feeds = true\n" + sources + "\n[[site]]\nid = \"tegal\"\nname = \"KPU Tegal\"\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTryPage holds the table that a webmaster sees of a page without a feed.
func TestTryPage(t *testing.T) {
	t.Parallel()
	base := tryServer(t)
	c, err := config.Load(tryConfig(t, "[[site.page]]\nurl = \""+base+"/berita\""))
	if err != nil {
		t.Fatal(err)
	}
	var out, errs strings.Builder
	if err := (&trial{site: "brebes", try: true, pace: time.Nanosecond}).run(t.Context(), c, &out, &errs); err != nil {
		t.Fatalf("%v\n%s", err, &errs)
	}
	want := `^TITLE +DATE +PICTURE +WORDS +ADDRESS +NOTES\nRapat Pleno Terbuka DPT di Aula +2026-08-12 09:45 +no +22 +` + regexp.QuoteMeta(base) + `/berita/1/rapat-pleno +title in capitals, made readable\n$`
	if !regexp.MustCompile(want).MatchString(out.String()) {
		t.Errorf("got\n%s\nwant %s", &out, want)
	}
	for _, says := range []string{"reading page " + base + "/berita", "no feed; articles on the list: 1, to be read: 1", "reading 1 of 1"} {
		if !strings.Contains(errs.String(), says) {
			t.Errorf("progress does not say %q:\n%s", says, &errs)
		}
	}
}

// TestTryCommand holds the command line: what it prints where, and its exit status.
func TestTryCommand(t *testing.T) {
	t.Parallel()
	base := tryServer(t)
	for _, tt := range []struct {
		name, sources string
		args          []string
		status        int
		out, errs     string
	}{
		{"a feed", `feeds = ["` + base + `/feed"]`, []string{"-site", "brebes", "-try"}, 0, "Dari umpan  -     no       1      https://kab.example/1  no date: first seen", "reading feed"},
		{"a feed that is gone", `feeds = ["` + base + `/none"]`, []string{"-site", "brebes", "-try"}, 1, "", "cannot read " + base + "/none: the server answered 404 Not Found\nkabar: nothing was read for brebes"},
		{"no such office", "", []string{"-site", "bogor", "-try"}, 2, "", `flags: -site = "bogor": want one of brebes, tegal`},
		{"no source", "", []string{"-site", "brebes", "-try"}, 2, "", `kabar.toml: site "brebes": it has no feeds, pages or posts to read; set feeds, [[site.page]] or posts`},
		{"which office", "", []string{"-try"}, 2, "", `flags: -site = "": want one of brebes, tegal`},
		{"nothing to try", "", []string{"-site", "brebes"}, 2, "", "flags: -site goes with -try"},
		{"a bad selector", "[[site.page]]\nurl = \"" + base + "\"\nlink = \"a[\"", []string{"-site", "brebes", "-try"}, 2, "", `kabar.toml: site "brebes": page 1: link = "a[": want a CSS selector such as`},
		{"settings alone", "", nil, 0, "ok: 2 offices", ""},
	} {
		var out, errs strings.Builder
		status := command(t.Context(), append([]string{"check", "-config", tryConfig(t, tt.sources)}, tt.args...), &out, &errs)
		if status != tt.status || !strings.Contains(out.String(), tt.out) || !strings.Contains(errs.String(), tt.errs) || tt.status > 0 && out.String() != "" {
			t.Errorf("%s: status %d\n%s\n%s", tt.name, status, &out, &errs)
		}
	}
}
