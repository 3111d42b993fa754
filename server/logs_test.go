package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"kabar/server/config"
	"kabar/server/store"
)

// forgeries are what a stranger might send to end a line of the log, begin another, or move the cursor of who reads it.
var forgeries = []string{
	"\ntime=2026-08-12T00:00:00.000Z level=ERROR msg=forged", "\r\ntime=2026-08-12T00:00:00.000Z level=ERROR msg=forged", `" level=ERROR msg=forged x="`, ` forged=1 status=200`,
	"\x1b[2J\x1b[31mforged\x1b]0;forged\a", "\xff\xfe\xc3\x28forged", "\u2028forged\u2029\u0085", "\u202egnihtyna", "\x00forged", `\" msg=forged \`, strings.Repeat("forged ", 900),
}

// pair is a key and its value, which stands in quotes where it holds what a key may not.
var pair = regexp.MustCompile(`^([a-z.]+)=("(?:[^"\\]|\\.)*"|[^\s"=]*)(?: |$)`)

// written takes a log apart as strictly as any program would that reads it, and wants each line to be one that we wrote.
func written(t *testing.T, log string) (lines []map[string]string) {
	t.Helper()
	for line := range strings.Lines(log) {
		if !utf8.ValidString(line) || !strings.HasSuffix(line, "\n") || strings.ContainsFunc(strings.TrimSuffix(line, "\n"), func(r rune) bool { return !strconv.IsPrint(r) }) {
			t.Errorf("not a line of text: %q", line)
		}
		found, rest := map[string]string{}, strings.TrimSuffix(line, "\n")
		for n := 0; rest != ""; n++ {
			m := pair.FindStringSubmatch(rest)
			if m == nil || n < 3 && m[1] != []string{"time", "level", "msg"}[n] || found[m[1]] != "" {
				t.Fatalf("not keys and values, at %q: %q", rest, line)
			}
			v := m[2]
			if strings.HasPrefix(v, `"`) {
				var err error
				if v, err = strconv.Unquote(v); err != nil {
					t.Errorf("%s: %v", m[2], err)
				}
			}
			found[m[1]], rest = v, rest[len(m[0]):]
		}
		if strings.Contains(found["msg"], "forged") || found["forged"] != "" || strings.HasPrefix(found["time"], "2026-08-12") {
			t.Errorf("forged: %q", line)
		}
		lines = append(lines, found)
	}
	return lines
}

// raw sends a request as it is, and returns the status.
func raw(t *testing.T, address, request string) int {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Write([]byte(request)); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("%.200q: %v", request, err)
	}
	res.Body.Close()
	return res.StatusCode
}

// secretive are the settings of an office that has every secret there is.
func secretive(t *testing.T, more string) *place {
	return settle(t, fmt.Sprintf("micropub_token_sha256 = \"%x\"\nstats_password_bcrypt = %q\npush = true\n%s", sha256.Sum256([]byte(token)), sandi, more))
}

// unsaid wants none of the secrets in what the program wrote, in any form that it might have there.
func unsaid(t *testing.T, text string, secrets map[string]string) {
	t.Helper()
	for what, s := range secrets {
		sum := sha256.Sum256([]byte(s))
		for _, form := range []string{s, url.QueryEscape(s), hex.EncodeToString([]byte(s)), base64.StdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)), hex.EncodeToString(sum[:])} {
			if s == "" || strings.Contains(text, form) {
				t.Errorf("%s is in what the program wrote (or is empty): %.2000s", what, text)
			}
		}
	}
}

// Every request fails here, which is when the log says most. Whatever is sent, each line is one of ours, and no secret is in it.
func TestLogOfRequests(t *testing.T) {
	p := secretive(t, "")
	c, err := config.Load(p.config)
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), c.Database)
	if err != nil {
		t.Fatal(err)
	}
	var log buffer
	s, err := newServer(t.Context(), c, db, newLog(&log))
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s.routes())
	t.Cleanup(h.Close)
	at := &running{TB: t, Server: h, s: s}
	cookie, _, _ := strings.Cut(at.signIn("/brebes/statistik", "sandi yang panjang").Header.Get("Set-Cookie"), ";")
	session := strings.TrimPrefix(cookie, cookieName+"=")
	salt, err := db.Salt(t.Context(), "2026-08-12")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	failed := strings.Count(log.String(), "\n")
	for _, f := range forgeries {
		for _, path := range []string{"/brebes/?q=", "/api/v1/sites/brebes/articles/", "/api/v1/sites/brebes/articles?q=", "/embed/brebes/", "/go/x?site=brebes&article=", "/img/", "/oembed?format=", "/oembed?url=" + url.QueryEscape(s.base+"/brebes/")} {
			field := strings.Map(func(r rune) rune { // what would end the header
				if r == '\r' || r == '\n' || r == 0 {
					return ' '
				}
				return r
			}, f)
			if raw(t, h.URL, "GET "+path+url.PathEscape(f)+" HTTP/1.1\r\nHost: "+field[:1]+"x\r\nConnection: close\r\nCookie: "+cookie+"\r\n\r\n") == 500 {
				failed++
			}
			if raw(t, h.URL, "GET "+path+url.PathEscape(f)+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: "+field+"\r\nReferer: "+field+"\r\nX-Request-ID: "+field+"\r\nX-Forwarded-For: "+field+
				"\r\nAccept-Language: "+field+"\r\nCookie: "+cookie+"\r\nAuthorization: Bearer "+token+"\r\n\r\n") == 500 {
				failed++
			}
		}
		for path, body := range map[string]string{
			"/api/v1/sites/brebes/events": fmt.Sprintf(`{"events":[{"id":%q,"type":"view","article":%q,"host":%q}]}`, f, f, f),
			"/brebes/statistik/masuk":     "password=" + url.QueryEscape("sandi yang panjang"),
			"/brebes/statistik/keluar":    "",
			"/micropub/brebes":            url.Values{"h": {"entry"}, "content": {f}, "name": {f}, "access_token": {token}}.Encode(),
			"/api/v1/sites/brebes/push":   `{"subscription":{"endpoint":` + strconv.Quote("https://push.example.com/"+url.PathEscape(f[:min(len(f), 100)])) + `,"keys":{"p256dh":"` + s.push.Keys.Public + `","auth":"AAAAAAAAAAAAAAAAAAAAAA"}}}`,
		} {
			if at.ask("POST", path, body, "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie, "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0").StatusCode == 500 {
				failed++
			}
		}
	}
	lines := written(t, log.String())
	if len(lines) != failed || failed < 5*len(forgeries) {
		t.Errorf("%d lines of %d failures", len(lines), failed)
	}
	for _, l := range lines {
		if l["level"] == "ERROR" && (l["msg"] != "request failed" || l["status"] != "500" || l["path"] == "" || l["request"] == "") {
			t.Errorf("not a line of ours: %q", l)
		}
	}
	unsaid(t, log.String(), map[string]string{"the password": "sandi yang panjang", "its hash": sandi, "the session": session, "Micropub's token": token, "the push key": s.push.Keys.Private, "the salt": string(salt)})
}

// What comes by feeds and posts, from names of files to broken answers, and what phones send, leaves lines of ours only.
func TestLogOfSources(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(filepath.Base(r.URL.Path))
		f := forgeries[n]
		switch filepath.Dir(r.URL.Path) {
		case "/moved":
			http.Redirect(w, r, "http://127.0.0.1:1/"+url.PathEscape(f), http.StatusFound)
		case "/status":
			c, b, _ := w.(http.Hijacker).Hijack()
			fmt.Fprintf(b, "HTTP/1.1 404 %s\r\nRetry-After: %s\r\nContent-Type: %s\r\nContent-Length: 0\r\n\r\n", f, f, f)
			b.Flush()
			c.Close()
		case "/broken":
			fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"%s\"?><%s", f, f)
		default:
			e := strings.NewReplacer("&", "&amp;", "<", "&lt;", "\x00", "", "\x1b", "", "\a", "").Replace(f)
			fmt.Fprintf(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>%s</title><item><title>%s</title><link>%s</link><guid>%s</guid><pubDate>%s</pubDate><author>%s</author><enclosure url="http://127.0.0.1:1/%s" type="image/jpeg"/></item></channel></rss>`, e, e, e, e, e, e, url.PathEscape(f))
		}
	}))
	t.Cleanup(site.Close)
	var feeds []string
	for i := range forgeries {
		for _, kind := range []string{"moved", "status", "broken", "feed"} {
			feeds = append(feeds, strconv.Quote(fmt.Sprintf("%s/%s/%d", site.URL, kind, i)))
		}
	}
	p := secretive(t, "feeds = ["+strings.Join(feeds, ", ")+"]")
	posts := filepath.Join(p.dir, "posts")
	if err := os.MkdirAll(posts, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, f := range forgeries {
		name := strings.Map(func(r rune) rune {
			if r == 0 || r == '/' {
				return -1
			}
			return r
		}, f)
		if err := os.WriteFile(filepath.Join(posts, "x"+name[:min(len(name), 200)]+".md"), []byte("---\ntitle: ["+f+"\ndate: "+f+"\n---\n"+f), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log := p.serve()
	for _, f := range forgeries {
		p.send(sent{kind: "application/x-www-form-urlencoded", body: url.Values{"h": {"entry"}, "name": {f}, "content": {f}, "mp-slug": {f}, "published": {f}, "photo": {f}}.Encode()})
		p.send(sent{kind: f[:0] + "application/json", body: `{"type":["h-entry"],"properties":{"name":[` + strconv.Quote(f) + `]}}`})
	}
	// Three kinds of feed of each fail, and the posts.
	p.until("all have been read", func() bool { return strings.Count(log.String(), "\n") >= 3*len(forgeries)+len(forgeries)/2 })
	said := log.String()
	if whole := strings.LastIndexByte(said, '\n'); whole >= 0 {
		said = said[:whole+1] // the next may be on its way
	}
	written(t, said)
	unsaid(t, said, map[string]string{"its hash": sandi, "Micropub's token": token})
	out, errs := p.run(0, "sources")
	if strings.ContainsFunc(out+errs, func(r rune) bool { return r != '\n' && !strconv.IsPrint(r) }) {
		t.Errorf("kabar sources moves the cursor: %q", out+errs)
	}
}

// A database that cannot be reached is named in the error, its password is not; whatever the command.
func TestDatabasePasswordUnsaid(t *testing.T) {
	p := settle(t, "")
	for _, dsn := range []string{"postgres://kabar:rahasia@127.0.0.1:1/kabar", "postgres://kabar:rah%20asia@127.0.0.1:1/kabar?sslmode=disable", "postgres://kabar:rahasia%@127.0.0.1/kabar", "postgres://127.0.0.1:1/kabar?password=rahasia", "postgresql:/kabar:rahasia"} {
		for _, args := range [][]string{{"serve"}, {"sources"}, {"stats"}, {"check"}, {"backup", "-to", filepath.Join(p.dir, "x.db")}} {
			var out, errs bytes.Buffer
			ctx, stop := context.WithTimeout(t.Context(), time.Minute)
			status := command(ctx, append(args, "-config", p.config, "-db", dsn), &out, &errs)
			stop()
			if text := out.String() + errs.String(); strings.Contains(text, "asia") || status == 0 && !slices.Contains(args, "check") {
				t.Errorf("%s -db %s: %d %s", args, dsn, status, text)
			}
		}
		text, err := os.ReadFile(p.config)
		if err != nil {
			t.Fatal(err)
		}
		_, err = config.Parse("kabar.toml", regexp.MustCompile(`database = .*`).ReplaceAllLiteral(text, fmt.Appendf(nil, "database = %q", dsn)))
		if err != nil && strings.Contains(err.Error(), "asia") {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}
