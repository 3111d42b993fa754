package e2e

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestNobodyIsKnown: after two days with many readers neither the database nor the log knows who read what: in all that is stored, in each byte of SQLite's
// files, in the log, the figures and the answers there is no address, agent or search, and nothing that is the same when one reader comes again.
func TestNobodyIsKnown(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		k := &kabar{t: t, dir: t.TempDir()}
		file := filepath.Join(k.dir, "kabar.db")
		busyDays(t, k, "sqlite:"+file, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		_, dsn := postgres(t)
		busyDays(t, &kabar{t: t, dir: t.TempDir()}, dsn, "pgx", dsn)
	})
}

// visitor is a reader as the server could know one.
type visitor struct {
	addr  netip.Addr
	agent string
}

// busy is a server with much to do, and all that it answered.
type busy struct {
	*kabar
	db   *sql.DB
	said bytes.Buffer
}

// ask sends a request as a reader's browser does behind a proxy.
func (b *busy) ask(v visitor, method, path, body string, headers ...string) answer {
	b.t.Helper()
	return b.note(b.do(method, path, body, append([]string{"User-Agent", v.agent, "X-Forwarded-For", v.addr.String()}, headers...)...))
}

func (b *busy) note(a answer) answer {
	a.Header.Write(&b.said)
	b.said.WriteString(a.body)
	return a
}

const events = "/api/v1/sites/brebes/events"

// read is what a reader does with an article.
func (b *busy) read(v visitor, slug string, headers ...string) {
	b.t.Helper()
	b.ask(v, "GET", "/brebes/"+slug, "", headers...)
	if a := b.ask(v, "POST", events, one(`"type":"view","article":"`+slug+`"`), headers...); a.StatusCode != 200 {
		b.t.Fatal(a.StatusCode, a.body)
	}
	if a := b.ask(v, "GET", "/go/whatsapp?site=brebes&article="+slug, "", headers...); a.StatusCode != 302 {
		b.t.Fatal(a.StatusCode, a.body)
	}
}

// one is a request with one event, whose id is random as a page's are.
func one(fields string) string { return `{"events":[{"id":"` + rand.Text() + `",` + fields + `}]}` }

func busyDays(t *testing.T, k *kabar, database, driver, name string) {
	const token = "rahasia-petugas"
	k.serve(database, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"}, `posts = "posts"`, "push = true",
		fmt.Sprintf("stats_password_bcrypt = %q", passwordHash), fmt.Sprintf("micropub_token_sha256 = \"%x\"", sha256.Sum256([]byte(token))))
	db, err := sql.Open(driver, name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := &busy{kabar: k, db: db}
	list := k.articles(3)
	slugs := []string{list[0].Slug, list[1].Slug}

	// Of these, any could be in a hash, a column, a line.
	var crowd []visitor
	for i, a := range []string{"203.0.113.77", "203.0.113.78", "198.51.100.23", "192.0.2.199", "2001:db8:cafe:12:a1:b2:c3:d4", "2001:db8:cafe:12:ffff:b2:c3:d4", "2001:db8:beef:7::9abc", "198.51.100.250"} {
		crowd = append(crowd, visitor{netip.MustParseAddr(a), fmt.Sprintf("Mozilla/5.0 (Linux; Android 1%d; SM-Q71948%d2) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36", i, i)})
	}
	known, strict := traces{}, traces{} // strict are looked for in small places only
	for i, v := range crowd {
		name := fmt.Sprint("reader ", i)
		known.reader(name, v.addr, v.agent)
		_, model, _ := strings.Cut(v.agent, "; SM-")
		known.word(name+"'s phone", "SM-"+model[:8])
	}
	known.word("any agent", "AppleWebKit/537")
	words := map[string]string{}
	for _, what := range []string{"search", "referrer", "cookie", "click id", "advertiser's id", "fragment", "password", "token", "foreign host", "title", "header", "endpoint", "body"} {
		words[what] = strings.ToLower(rand.Text()[:16])
		known.word(what, words[what])
	}

	// One reader and another, each with two articles on two days, now the one first and now the other.
	var visits [2][]map[string]bool
	before := everything(t, db)
	look := func(who int, slug string) {
		t.Helper()
		b.read(crowd[who], slug)
		var now tables
		k.wait("a view and a share to add two rows of readers", func() bool {
			now = everything(t, db)
			return len(now.added(before, "reader")) == 2
		})
		visits[who], before = append(visits[who], now.values(before)), now
	}
	look(0, slugs[0])
	look(1, slugs[0])
	look(1, slugs[1])
	look(0, slugs[1])
	b.yesterday(driver)
	before = everything(t, db)
	look(1, slugs[0])
	look(0, slugs[0])
	look(0, slugs[1])
	look(1, slugs[1])
	for who := range visits {
		if found := repeated(visits[who], visits[1-who]); len(found) > 0 {
			t.Errorf("what knows a reader again: %s", strings.Join(found, ", "))
		}
		marked := append(slices.Clone(visits[who][:2]), map[string]bool{"event.reader 7": true}, map[string]bool{"event.reader 7": true})
		if found := repeated(marked, visits[1-who]); !slices.Equal(found, []string{`"event.reader 7"`}) {
			t.Errorf("the search for what is repeated finds %s", found)
		}
	}

	for i, v := range crowd {
		b.everyKind(v, i, list, words)
	}
	b.offices(crowd[2], token, words)
	b.direct(words, known)
	b.failing(crowd[3], driver, slugs[0], words)

	metrics := b.get("/metrics").body
	all := everything(t, db)
	endpoint := known["endpoint"]
	delete(known, "endpoint") // for a while it is the one thing that stands for a browser
	if n := len(all["push_subscription"]); n != 1 || !strings.Contains(fmt.Sprint(all["push_subscription"]), endpoint) {
		t.Errorf("%d subscriptions are kept", n)
	}
	delete(all, "push_subscription")
	known["endpoint"] = endpoint
	if a := b.ask(crowd[4], "POST", "/api/v1/sites/brebes/push/unsubscribe", `{"endpoint":"https://push.example.com/`+endpoint+`"}`); a.StatusCode != 204 {
		t.Error(a.StatusCode, a.body)
	}
	if len(all["daily"]) < 10 || len(all["reader"]) < 30 || len(all["session"]) != 1 {
		t.Errorf("the days were not busy: %d, %d, %d rows", len(all["daily"]), len(all["reader"]), len(all["session"]))
	}
	for _, v := range crowd {
		if raw := v.addr.AsSlice(); v.addr.Is4() {
			back := []byte{raw[3], raw[2], raw[1], raw[0]}
			strict["address in bytes"], strict["address backward"] = string(raw), string(back)
			for what, word := range strict {
				if bytes.Contains(all.bytes("asset"), []byte(word)) { // the app itself is a megabyte that looks like chance
					t.Errorf("the tables have the %s of %v", what, v.addr)
				}
			}
		}
	}
	db.Close() // SQLite brings its log in when the last one leaves
	if err := k.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	answers := traces{} // a reader's own search stands in the answer
	for what, word := range known {
		if strings.HasPrefix(what, "reader ") || strings.Contains(what, " of ") {
			answers[what] = word
		}
	}
	report := func(where string, found []string) {
		t.Helper()
		if len(found) > 0 {
			t.Errorf("%s: %d traces, such as %q", where, len(found), found[:min(5, len(found))])
		}
	}
	log := k.log.String()
	if n := strings.Count(log, "level=ERROR"); n < 3 || !strings.Contains(log, "a share was not counted") {
		t.Errorf("the log has %d errors", n)
	}
	report("the log", known.in([]byte(log)))
	report("the figures", known.in([]byte(metrics)))
	report("the answers", answers.in(b.said.Bytes()))
	report("the tables", known.in(all.bytes()))
	if driver == "sqlite" {
		files, err := filepath.Glob(filepath.Join(k.dir, "kabar.db*"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			report(filepath.Base(f), known.in(data))
			for what, word := range known { // so the search finds each of them, had it been there
				data = append(data, word+what...)
			}
			if found := known.in(data); len(found) != len(known) {
				t.Errorf("of %d traces that were put there the search finds %d", len(known), len(found))
			}
		}
	}
}

// yesterday stops the server, puts what it keeps a day back, and starts it again.
func (b *busy) yesterday(driver string) {
	b.t.Helper()
	if err := b.stop(syscall.SIGTERM); err != nil {
		b.t.Fatal(err)
	}
	back := "date(day, '-1 day')"
	if driver == "pgx" {
		back = "to_char(day::date - 1, 'YYYY-MM-DD')"
	}
	for table, day := range map[string]string{"salt": back, "reader": "day - 1", "event": "day - 1", "daily": back} {
		if _, err := b.db.ExecContext(b.t.Context(), "UPDATE "+table+" SET day = "+day); err != nil {
			b.t.Fatal(err)
		}
	}
	b.start("-config", filepath.Join(b.dir, "kabar.toml"))
}

// everyKind is what readers do in a day, and what goes wrong with it.
func (b *busy) everyKind(v visitor, n int, list []article, words map[string]string) {
	b.t.Helper()
	slug, home := list[n%3].Slug, "https://kab-brebes.kpu.go.id"
	proxied := []string{"Referer", "https://www.google.com/search?q=" + words["referrer"], "Cookie", "id=" + words["cookie"], "Accept-Language", "id-ID", "Sec-CH-UA-Model", words["header"], "From", words["header"] + "@example.com",
		"Authorization", "Basic " + words["token"], "Forwarded", "for=" + v.addr.String(), "X-Real-IP", v.addr.String(), "CF-Connecting-IP", v.addr.String(), "True-Client-IP", v.addr.String(), "Via", "1.1 " + words["header"], "DNT", "1"}
	b.read(v, slug, proxied...)
	b.read(v, slug, "X-Forwarded-For", "192.0.2.1, "+v.addr.String()) // it says more about itself than the proxy does
	want := func(status int, method, path, body string, headers ...string) {
		b.t.Helper()
		if a := b.ask(v, method, path, body, headers...); a.StatusCode != status {
			b.t.Errorf("%s %.60s: %d, want %d: %.200s", method, path, a.StatusCode, status, a.body)
		}
	}
	get := func(status int, path string, headers ...string) {
		b.t.Helper()
		want(status, "GET", path, "", headers...)
	}
	send := func(status int, body string, headers ...string) {
		b.t.Helper()
		want(status, "POST", events, body, headers...)
	}
	page := home + "/halaman-" + fmt.Sprint(n%2) + "?fbclid=" + words["click id"] + "&utm_source=" + words["advertiser's id"] + "&gclid=" + words["click id"] + "#" + words["fragment"]
	escaped := url.QueryEscape(page)
	// Widgets of all kinds, events from offline, searches.
	get(200, "/embed/brebes?layout=cards")
	get(200, "/embed/brebes/share?url="+escaped+"&title="+words["title"], proxied...)
	get(200, "/embed/brebes/"+slug)
	get(200, "/embed/brebes/count.svg?url="+escaped, proxied...)
	send(200, one(`"type":"view","via":"widget","host":"kab-brebes.kpu.go.id","url":"`+page+`"`), proxied...)
	send(200, one(`"type":"view","via":"widget","host":"`+words["foreign host"]+`.example","article":"`+slug+`"`))
	send(200, one(`"type":"view","via":"app","at":"`+time.Now().Add(-time.Hour).Format(time.RFC3339)+`","article":"`+slug+`"`))
	get(302, "/go/facebook?site=brebes&url="+escaped+"&title="+words["title"], proxied...)
	get(200, "/brebes/?q="+words["search"], proxied...)
	get(200, "/api/v1/sites/brebes/articles?q="+words["search"], proxied...)
	get(200, "/api/v1/sites/brebes/counts?url="+escaped)
	get(404, "/oembed?url="+escaped)
	// Whatever can be refused.
	get(404, "/tiada/"+words["search"]+"?q="+words["search"], proxied...)
	get(404, "/brebes/tidak-ada?q="+words["search"], proxied...)
	get(404, "/img/"+words["search"]+".jpg")
	get(403, "/go/x?site=brebes&url=https://"+words["foreign host"]+".example/")
	get(404, "/go/"+words["search"]+"?site=brebes&article="+slug)
	get(400, "/api/v1/sites/brebes/articles?before="+words["search"])
	want(404, "DELETE", "/brebes/", "")
	send(400, `{"events":[{"id":"`+words["body"])
	send(400, `{"events":{"`+words["body"]+`":"`+v.addr.String()+v.agent+`"}}`)
	send(413, one(`"type":"view","article":"`+strings.Repeat(words["body"], 10_000)+`"`))
	send(422, one(`"type":"view","article":"`+words["body"]+`"`))
	send(422, one(`"type":"`+words["body"]+`","article":"`+slug+`"`))
	send(422, one(`"type":"view","url":"https://`+words["foreign host"]+`.example/"`))
	send(403, one(`"type":"view","article":"`+slug+`"`), "User-Agent", "Googlebot/2.1 "+v.agent)
	send(403, one(`"type":"view","article":"`+slug+`"`), "Sec-Purpose", "prefetch")
	send(200, one(`"type":"view","article":"`+slug+`"`), "X-Forwarded-For", words["header"]+", "+v.addr.String()+":4711")
}

// offices is what a press officer does, and somebody who would like to be one, until it is too much; and a subscription.
func (b *busy) offices(v visitor, token string, words map[string]string) {
	b.t.Helper()
	form := []string{"Content-Type", "application/x-www-form-urlencoded"}
	if a := b.ask(v, "POST", "/brebes/statistik/masuk", "password="+url.QueryEscape(password), form...); a.StatusCode != 303 {
		b.t.Error(a.StatusCode)
	} else if b.ask(v, "GET", "/brebes/statistik", "", "Cookie", a.Header.Get("Set-Cookie")).StatusCode != 200 {
		b.t.Error("signed in and not")
	}
	status := 0
	for range 6 {
		status = b.ask(v, "POST", "/brebes/statistik/masuk", "password="+words["password"], form...).StatusCode
	}
	if status != 429 {
		b.t.Errorf("the sixth try answers %d", status)
	}
	for auth, status := range map[string]int{token: 201, words["token"]: 403} {
		if a := b.ask(v, "POST", "/micropub/brebes", "h=entry&name=Rapat&content=Isi", append([]string{"Authorization", "Bearer " + auth}, form...)...); a.StatusCode != status {
			b.t.Errorf("a post: %d, want %d", a.StatusCode, status)
		}
	}
	subscription := `{"subscription":{"endpoint":"https://push.example.com/` + words["endpoint"] + `","keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":"BTBZMqHH6r4Tts7J_aSIgg"}},"categories":[]}`
	for body, status := range map[string]int{subscription: 204, strings.Replace(subscription, "https://push.example.com", "http://10.0.0.1", 1): 422, "{" + words["body"]: 400} {
		if a := b.ask(v, "POST", "/api/v1/sites/brebes/push", body); a.StatusCode != status {
			b.t.Errorf("a subscription: %d, want %d: %s", a.StatusCode, status, a.body)
		}
	}
	status = 0
	for i := 0; status != 429; i++ {
		if status = b.ask(v, "GET", fmt.Sprintf("/api/v1/sites/brebes/articles?q=%s-%d", words["search"], i), "").StatusCode; i > 1000 {
			b.t.Fatal("no end to the searches of one address")
		}
	}
}

// direct are readers without a proxy, well behaved and not.
func (b *busy) direct(words map[string]string, known traces) {
	b.t.Helper()
	v := visitor{netip.MustParseAddr("127.83.21.199"), "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0 SM-Q7194892"}
	known.reader("reader without a proxy", v.addr, v.agent)
	addr := strings.TrimPrefix(b.url, "http://")
	dialer := &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(v.addr, 0))}
	body := one(`"type":"view","article":"` + b.articles(3)[0].Slug + `"`)
	for raw, status := range map[string]int{
		"POST " + events + " HTTP/1.1\r\nHost: x\r\nUser-Agent: " + v.agent + "\r\nX-Forwarded-For: 192.0.2.55\r\nConnection: close\r\nContent-Length: " + fmt.Sprint(len(body)) + "\r\n\r\n" + body: 200,
		"POST " + events + " HTTP/1.1\r\nHost: x\r\nUser-Agent: " + v.agent + "\r\nContent-Length: 5000\r\n\r\n" + body[:20]:                                                                         0, // and gone
		"GET /" + words["search"] + " HTTP/1.1\r\nUser-Agent: " + v.agent + "\r\n\r\n":                                                                                                               400,
		"GET / HTTP/1.1\r\nHost: x\r\nno header " + v.agent + "\r\n\r\n":                                                                                                                             400,
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + v.agent + "\r\n\r\n":                                                                                                                        400,
		"GET /brebes/?q=" + strings.Repeat(words["search"], 70_000) + " HTTP/1.1\r\n":                                                                                                                431,
	} {
		c, err := dialer.DialContext(b.t.Context(), "tcp", addr)
		if err != nil {
			b.t.Fatal(err)
		}
		c.Write([]byte(raw)) // what is refused early is not read to its end
		if status != 0 {
			if a, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil || a.StatusCode != status {
				b.t.Errorf("%.40q: %v, %v, want %d", raw, a, err, status)
			}
		}
		c.Close()
	}
}

// failing takes tables away, so that requests fail as they do when a database is broken, and puts them back.
func (b *busy) failing(v visitor, driver, slug string, words map[string]string) {
	b.t.Helper()
	rename := func(from, to string) {
		b.t.Helper()
		if _, err := b.db.ExecContext(b.t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
			b.t.Fatal(err)
		}
	}
	rename("event", "away")
	if a := b.ask(v, "POST", events, one(`"type":"view","article":"`+slug+`"`)); a.StatusCode != 500 {
		b.t.Error(a.StatusCode, a.body)
	}
	if a := b.ask(v, "GET", "/go/telegram?site=brebes&article="+slug+"&title="+words["title"], ""); a.StatusCode != 302 {
		b.t.Error(a.StatusCode, a.body)
	}
	rename("away", "event")
	rename("article", "away")
	for _, path := range []string{"/brebes/lain?q=" + words["search"], "/brebes/?q=" + words["search"] + "-lagi", "/api/v1/sites/brebes/articles?q=" + words["search"]} {
		if a := b.ask(visitor{netip.MustParseAddr("192.0.2.200"), v.agent}, "GET", path, ""); a.StatusCode != 500 {
			b.t.Error(path, a.StatusCode, a.body)
		}
	}
	rename("away", "article")
}
