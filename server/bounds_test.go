package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabar/server/store"
)

// No name that is sent leads to a file of the machine: not to read it, not to write one.
func TestNoWayToFiles(t *testing.T) {
	p := publishing(t, "")
	files := func() (all string) {
		err := filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && !strings.HasPrefix(path, filepath.Join(p.dir, "kabar.")) && !strings.HasPrefix(path, filepath.Join(p.dir, "posts")+"/") {
				all += path + "\n"
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	before := files()
	for i, name := range []string{"../kabar.toml", "..%2fkabar.toml", "..%5ckabar.toml", "%2e%2e/kabar.toml", "%2e%2e%2fkabar.toml", "..;/kabar.toml", "/etc/passwd", "%2fetc%2fpasswd", "kabar.toml%00.jpg", "....//kabar.toml"} {
		for _, below := range []string{"/", "/brebes/", "/img/", "/img/brebes/x/", "/app/", "/embed/brebes/", "/micropub/brebes/media/", "/api/v1/sites/brebes/articles/"} {
			if status := raw(t, p.url, "GET "+below+name+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); status < 300 {
				t.Errorf("%s%s: %d", below, name, status)
			}
		}
		plain, _ := url.PathUnescape(name)
		content := []string{fmt.Sprint("x", i)} // or some would be the same post, sent again
		for _, body := range []url.Values{{"h": {"entry"}, "content": content, "mp-slug": {plain}}, {"h": {"entry"}, "name": {plain}, "content": content}, {"action": {"delete"}, "url": {p.url + "/brebes/" + name}}, {"action": {"delete"}, "url": {p.url + "/brebes/" + plain}}} {
			p.send(sent{kind: "application/x-www-form-urlencoded", body: body.Encode()})
		}
	}
	if after := files(); after != before {
		t.Errorf("there are\n%sand were\n%s", after, before)
	}
	if posts, err := os.ReadDir(filepath.Join(p.dir, "posts")); err != nil || len(posts) < 10 {
		t.Errorf("%d posts, %v: it was not tried", len(posts), err)
	}
	if _, err := os.Stat(p.config); err != nil {
		t.Error(err)
	}
}

// Who a request is from is what the nearest proxy says that the settings trust, and nobody else's word.
func TestProxiesAreNamed(t *testing.T) {
	r := start(t, "", officesWith("", "brebes"))
	for _, c := range []struct{ trusted, peer, said, want string }{
		{"", "203.0.113.9:1", "198.51.100.7", "203.0.113.9"},
		{"127.0.0.1", "127.0.0.1:1", "198.51.100.7", "198.51.100.7"},
		{"127.0.0.1", "127.0.0.1:1", "192.0.2.1, 198.51.100.7", "198.51.100.7"}, // the first was sent by the reader
		{"127.0.0.1,10.0.0.0/8", "127.0.0.1:1", "192.0.2.1, 198.51.100.7, 10.0.0.2", "198.51.100.7"},
		{"127.0.0.1", "127.0.0.1:1", "192.0.2.1, 198.51.100.7, 10.0.0.2", "10.0.0.2"},
		{"127.0.0.1", "127.0.0.1:1", "192.0.2.1, nonsense", "127.0.0.1"},
		{"127.0.0.1", "[::ffff:127.0.0.1]:1", "::ffff:198.51.100.7", "198.51.100.7"},
	} {
		r.s.proxies = nil
		for p := range strings.SplitSeq(c.trusted, ",") {
			if a := strings.TrimSpace(p); a != "" {
				r.s.proxies = append(r.s.proxies, prefix(t, a))
			}
		}
		q := httptest.NewRequest("GET", "/", nil)
		q.RemoteAddr = c.peer
		q.Header.Set("X-Forwarded-For", c.said)
		q.Header.Set("X-Real-IP", "192.0.2.66")
		q.Header.Set("Forwarded", "for=192.0.2.66")
		q.Header.Set("True-Client-IP", "192.0.2.66")
		if got := r.s.address(q).String(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

// A form that is larger than a password is not read, and an office keeps only so many subscriptions.
func TestBodiesAreBounded(t *testing.T) {
	r := start(t, "", officesWith("stats_password_bcrypt = \""+sandi+"\"", "brebes"))
	if a := r.signIn("/brebes/statistik", "sandi yang panjang"+strings.Repeat("x", maxForm)); a.StatusCode != 400 || strings.Contains(a.body, "sandi yang") {
		t.Errorf("%d %.200s", a.StatusCode, a.body)
	}
	for i, want := range []error{nil, nil, store.ErrPushFull} {
		err := r.s.store.Subscribe(t.Context(), "brebes", store.PushSubscription{Endpoint: "https://push.example.com/" + strings.Repeat("x", i), Key: "k", Auth: "a"}, 2)
		if !errors.Is(err, want) {
			t.Errorf("the %d. subscription: %v, want %v", i+1, err, want)
		}
	}
}

func prefix(t *testing.T, s string) netip.Prefix {
	t.Helper()
	if !strings.Contains(s, "/") {
		s += "/32"
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
