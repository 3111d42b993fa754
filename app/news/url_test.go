package news_test

import (
	"net/url"
	"strings"
	"testing"

	"kabar/app/news"
)

func TestCanonicalURL(t *testing.T) {
	base := "https://a.example/"
	for _, tt := range []struct{ name, in, want string }{
		{"as it is", "https://a.example/x?id=7", "https://a.example/x?id=7"},
		{"no path", "https://a.example", "https://a.example/"},
		{"spaces around", "  https://a.example/x\u00a0", "https://a.example/x"},
		{"case of scheme and host", "HTTPS://A.Example/Berita", "https://a.example/Berita"},
		{"port of http", "http://a.example:80/x", "http://a.example/x"},
		{"port of https", "https://a.example:443/x", "https://a.example/x"},
		{"the other's port", "http://a.example:443/x", "http://a.example:443/x"},
		{"own port", "https://a.example:8443/x", "https://a.example:8443/x"},
		{"IPv6", "http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x"},
		{"fragment", "https://a.example/x#isi", "https://a.example/x"},
		{"empty fragment", "https://a.example/x#", "https://a.example/x"},
		{"user", "https://user:secret@a.example/x", "https://a.example/x"},
		{"only tracking", "https://a.example/x?utm_source=a&fbclid=b", "https://a.example/x"},
		{"tracking in capitals", "https://a.example/x?UTM_Source=a&FbClid=b&id=7", "https://a.example/x?id=7"},
		{"tracking in between", "https://a.example/x?b=2&gclid=z&a=1", "https://a.example/x?b=2&a=1"},
		{"looks like tracking", "https://a.example/x?utm=1&amplify=2", "https://a.example/x?utm=1&amplify=2"},
		{"not UTF-8 in the query", "https://a.example/x?a=\xff", ""},
		{"not UTF-8 in the path", "https://a.example/\xff", ""},
		{"bytes that are escaped", "https://a.example/%ff?a=%ff", "https://a.example/%ff?a=%ff"},
		{"empty parameters", "https://a.example/x?&&a=1&", "https://a.example/x?a=1"},
		{"empty query", "https://a.example/x?", "https://a.example/x"},
		{"space before the fragment", "https://a.example/x?a=1 #isi", "https://a.example/x?a=1"},
		{"tracking behind a space", "https://a.example/x?a=1& utm_source=b", "https://a.example/x?a=1"},
		{"escapes stay", "https://a.example/a%2Fb", "https://a.example/a%2Fb"},
		{"2048 bytes", base + strings.Repeat("a", 2048-len(base)), base + strings.Repeat("a", 2048-len(base))},
		{"2049 bytes", base + strings.Repeat("a", 2049-len(base)), ""},
		{"2049 bytes once escaped", base + strings.Repeat("a", 2046-len(base)) + "é", ""},
		{"empty", "", ""},
		{"script", "javascript:alert(1)", ""},
		{"script with a host", "javascript://a.example/%0aalert(1)", ""},
		{"data", "data:text/html,x", ""},
		{"mail", "mailto:a@a.example", ""},
		{"opaque", "https:a.example/x", ""},
		{"relative", "/x", ""},
		{"no scheme", "//a.example/x", ""},
		{"no host", "https:///x", ""},
		{"only a port", "https://:443/x", ""},
		{"port that is none", "https://a.example:x/", ""},
		{"line feed", "https://a.example/\nx", ""},
		{"nul", "https://a.example/\x00", ""},
		{"delete", "https://a.example/\x7f", ""},
		{"broken escape", "https://a.example/%zz", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := news.CanonicalURL(tt.in); got != tt.want {
				t.Errorf("CanonicalURL(%.80q) = %.80q, want %.80q", tt.in, got, tt.want)
			}
		})
	}
}

func TestHost(t *testing.T) {
	for in, want := range map[string]string{
		"https://A.Example:8443/x": "a.example", "http://[::1]:80/": "::1", "/x": "", "": "", "https://a.example:x/": "",
	} {
		if got := news.Host(in); got != want {
			t.Errorf("Host(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzCanonicalURL holds it to its word: absolute http or https without user and fragment, or nothing, and the same when it is done again.
func FuzzCanonicalURL(f *testing.F) {
	for _, s := range []string{"https://a.example/x?utm_a=1&b=2#c", "HTTP://U:P@H:80", "http://[::1%25en0]:80/", "https://a/?amp #x", "http://a:", "https://K/%2f?a;b",
		"http://a/\u0085?\u00a0&b", "javascript:alert(1)", "http://İ/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		out := news.CanonicalURL(raw)
		if out == "" {
			return
		}
		if again := news.CanonicalURL(out); again != out {
			t.Fatalf("of %q: %q, and of that %q", raw, out, again)
		}
		u, err := url.Parse(out)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || len(out) > 2048 {
			t.Fatalf("of %q: %q is no canonical address (%v)", raw, out, err)
		}
	})
}
