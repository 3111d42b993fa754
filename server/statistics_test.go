package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"golang.org/x/crypto/bcrypt"

	"kabar/app/news"
	"kabar/server/config"
	"kabar/server/source"
	"kabar/server/store"
)

// sandi is "sandi yang panjang", and lama "sandi yang lama".
const (
	sandi = "$2a$10$1lWTEpJs4Qd25QfC0YePyuuwx9e6v2KQaTM8wL.kJCrgtka2kVBP."
	lama  = "$2a$10$ozWHxvxjF3yOkrTmQaI6i.yTgHSJOr6wmf1w7aZQKvI4CBBn.F266"
)

// quick are hashes of the same passwords that take a sixtieth of the time. The settings refuse such, as they should.
var quick = map[string]string{
	sandi: quickly("sandi yang panjang"),
	lama:  quickly("sandi yang lama"),
}

func quickly(password string) string {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		panic(err)
	}
	return string(hash)
}

// inTests is a hash of the settings, or a quick one of the same password.
func inTests(hash []byte) []byte {
	if q, ok := quick[string(hash)]; ok {
		return []byte(q)
	}
	return hash
}

// running is a server over a database of its own, at a time that the test sets.
type running struct {
	testing.TB
	*httptest.Server
	s    *server
	path string
	time atomic.Pointer[time.Time] // the server's goroutines read it too
	stop func()
}

func (r *running) now() time.Time { return *r.time.Load() }

// pass lets time go by.
func (r *running) pass(d time.Duration) {
	t := r.now().Add(d)
	r.time.Store(&t)
}

const phoneAgent = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"

// start runs a server with settings; %s stands for the database. An empty path is a new one.
func start(t testing.TB, path, settings string) *running {
	t.Helper()
	began := time.Date(2026, 8, 12, 5, 0, 0, 0, time.UTC)
	r := &running{TB: t, path: path}
	r.time.Store(&began)
	if path == "" {
		r.path = filepath.Join(t.TempDir(), "kabar.db")
	}
	c, err := config.Parse("kabar.toml", fmt.Appendf(nil, "trusted_proxies = [\"127.0.0.1\"]\ndatabase = %q\n%s", "sqlite:"+r.path, settings))
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Sites {
		c.Sites[i].StatsPassword = inTests(c.Sites[i].StatsPassword)
	}
	c.StatsPassword = inTests(c.StatsPassword)
	db, err := store.Open(t.Context(), c.Database)
	if err != nil {
		t.Fatal(err)
	}
	if r.s, err = newServer(t.Context(), c, db, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	db.Now, r.s.now, r.s.counter.Now = r.now, r.now, r.now
	ctx, cancel := context.WithCancel(context.Background())
	var counting sync.WaitGroup
	counting.Go(func() { r.s.counter.Run(ctx) })
	r.Server = httptest.NewServer(r.s.routes())
	r.stop = sync.OnceFunc(func() {
		r.Server.Close()
		cancel()
		counting.Wait()
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(r.stop)
	return r
}

// publish gives an office articles of these titles.
func (r *running) publish(site string, titles ...string) {
	r.Helper()
	var items []source.Item
	for i, title := range titles {
		items = append(items, source.Item{GUID: fmt.Sprint("g", i), Title: title, Summary: title + ", begitulah ringkasannya.", Published: r.now().Add(-time.Duration(i+1) * time.Hour)})
	}
	slices.Reverse(items)
	if _, err := r.s.store.Ingest(r.Context(), site, "feed", items); err != nil {
		r.Fatal(err)
	}
}

type reply struct {
	*http.Response
	body string
}

// ask sends a request with pairs of headers, and follows no redirect.
func (r *running) ask(method, path, body string, headers ...string) reply {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), method, r.URL+path, strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("User-Agent", phoneAgent)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return reply{res, string(b)}
}

// view counts a reader who is at an address.
func (r *running) view(site, slug, address string) {
	r.Helper()
	id := fmt.Sprintf("%s-%s-%s-%d", site, slug, strings.ReplaceAll(address, ".", "_"), r.now().Unix())
	id = strings.ReplaceAll(id, ":", "_")
	body := fmt.Sprintf(`{"events":[{"id":%q,"type":"view","article":%q}]}`, id[max(0, len(id)-60):], slug)
	if a := r.ask("POST", "/api/v1/sites/"+site+"/events", body, "X-Forwarded-For", address); a.StatusCode != 200 {
		r.Fatalf("%d %s", a.StatusCode, a.body)
	}
}

func (r *running) signIn(at, password string, headers ...string) reply {
	r.Helper()
	return r.ask("POST", at+"/masuk", url.Values{"password": {password}}.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

func officesWith(more string, ids ...string) string {
	s := ""
	for _, id := range ids {
		s += fmt.Sprintf("[[site]]\nid = %q\nname = %q\n%s\n", id, "KPU "+id, more)
	}
	return s
}

// The sign-in lets in who knows the password, for a day's work, and nobody else; a form on another site's page does nothing.
func TestSignIn(t *testing.T) {
	t.Parallel()
	r := start(t, "", "public_url = \"https://berita.example.go.id\"\n"+officesWith("stats_password_bcrypt = \""+sandi+"\"", "brebes", "tegal"))
	r.publish("brebes", "Satu")
	const at = "/brebes/statistik"
	figures := func(cookie string) bool {
		t.Helper()
		a := r.ask("GET", at, "", "Cookie", cookie)
		for name, want := range map[string]string{"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"} {
			if got := a.Header.Get(name); got != want || !strings.Contains(a.body, `content="noindex"`) {
				t.Errorf("%s: %q", name, got)
			}
		}
		if csv := r.ask("GET", at+"?format=csv", "", "Cookie", cookie); (csv.Header.Get("Content-Type") == "text/csv; charset=utf-8") != strings.Contains(a.body, "Periode") {
			t.Error("the CSV is not behind the same door")
		}
		return strings.Contains(a.body, "Periode")
	}
	if figures("") || figures(cookieName+"=x") {
		t.Fatal("the figures are open")
	}
	if a := r.signIn(at, "salah"); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, `role="alert"`) || a.Header.Get("Set-Cookie") != "" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	for _, foreign := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		if a := r.signIn(at, "sandi yang panjang", foreign...); a.StatusCode != http.StatusForbidden || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%v: %d", foreign, a.StatusCode)
		}
	}
	a := r.signIn(at, "sandi yang panjang", "Origin", "https://berita.example.go.id")
	cookies := a.Cookies()
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != at || len(cookies) != 1 {
		t.Fatalf("%d %v", a.StatusCode, a.Header)
	}
	if c := cookies[0]; !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != at || c.MaxAge != 12*60*60 {
		t.Errorf("%+v", c)
	}
	cookie := cookies[0].Name + "=" + cookies[0].Value
	if !figures(cookie) {
		t.Error("the officer is not let in")
	}
	if a := r.ask("GET", "/tegal/statistik", "", "Cookie", cookie); strings.Contains(a.body, "Periode") {
		t.Error("one office's session opens another's figures")
	}
	r.pass(12*time.Hour + time.Second)
	if figures(cookie) {
		t.Error("the session outlasts the day")
	}
	cookie = strings.SplitN(r.signIn(at, "sandi yang panjang").Header.Get("Set-Cookie"), ";", 2)[0]
	if r.ask("POST", at+"/keluar", "", "Cookie", cookie, "Sec-Fetch-Site", "cross-site"); !figures(cookie) {
		t.Error("another site signs the officer out")
	}
	if a := r.ask("POST", at+"/keluar", "", "Cookie", cookie); a.StatusCode != http.StatusSeeOther || !strings.Contains(a.Header.Get("Set-Cookie"), "Max-Age=0") || figures(cookie) {
		t.Errorf("signing out: %d %v", a.StatusCode, a.Header)
	}
	// Another password ends what the old one opened, and a restart ends nothing.
	cookie = strings.SplitN(r.signIn(at, "sandi yang panjang").Header.Get("Set-Cookie"), ";", 2)[0]
	now := r.now()
	r.stop()
	for hash, want := range map[string]bool{sandi: true, lama: false} {
		again := start(t, r.path, officesWith("stats_password_bcrypt = \""+hash+"\"", "brebes"))
		again.pass(now.Sub(again.now()))
		if in := strings.Contains(again.ask("GET", at, "", "Cookie", cookie).body, "Periode"); in != want {
			t.Errorf("let in: %v, want %v", in, want)
		}
		again.stop()
	}
}

// Who guesses is held up, in one household at first and then over all; the others of the server are not.
func TestGuessing(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("stats_password_bcrypt = \""+sandi+"\"", "brebes", "tegal"))
	try := func(site, address string) int {
		return r.signIn("/"+site+"/statistik", "salah", "X-Forwarded-For", address).StatusCode
	}
	for i := range householdTries.atOnce {
		if got := try("brebes", fmt.Sprintf("2001:db8::%d", i+1)); got != 403 {
			t.Fatalf("try %d: %d", i, got)
		}
	}
	if got := try("brebes", "2001:db8::ffff"); got != 429 {
		t.Errorf("another address of the household: %d", got)
	}
	if a := r.signIn("/brebes/statistik", "sandi yang panjang", "X-Forwarded-For", "2001:db8::1"); a.StatusCode != 429 || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "Terlalu banyak percobaan") {
		t.Errorf("the right password now: %d", a.StatusCode)
	}
	if a, b := try("brebes", "203.0.113.9"), try("tegal", "2001:db8::1"); a != 403 || b != 403 {
		t.Errorf("others: %d %d", a, b)
	}
	r.pass(30 * time.Second)
	if got := try("brebes", "2001:db8::1"); got != 403 {
		t.Errorf("later: %d", got)
	}
	refused := 0
	for i := range officeTries.atOnce + 1 {
		if try("tegal", fmt.Sprintf("198.51.100.%d", i)) == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("who has many addresses is never held up")
	}
}

// Nothing is shown where nothing was set; what is public needs no cookie; the province sees its offices side by side.
func TestWhoSees(t *testing.T) {
	t.Parallel()
	closed := start(t, "", officesWith("", "brebes"))
	for _, path := range []string{"/brebes/statistik", "/statistik"} {
		if a := closed.ask("GET", path, ""); a.StatusCode != 404 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
		if a := closed.signIn(path, ""); a.StatusCode != 404 {
			t.Errorf("signing in to %s: %d", path, a.StatusCode)
		}
	}
	r := start(t, "", officesWith("public_stats = true", "brebes")+officesWith("", "tegal")+officesWith("public_stats = true", "pemalang"))
	for _, site := range []string{"brebes", "tegal", "pemalang"} {
		r.publish(site, "Satu & <Dua>")
		r.view(site, "satu-dua", "203.0.113.1")
	}
	r.view("brebes", "satu-dua", "203.0.113.2")
	a := r.ask("GET", "/brebes/statistik", "")
	if a.Header.Get("Cache-Control") != "no-cache" || !strings.Contains(a.body, "Satu &amp; &lt;Dua&gt;") || strings.Contains(a.body, "Keluar") || !strings.Contains(a.Header.Get("X-Robots-Tag"), "noindex") {
		t.Errorf("%v\n%s", a.Header, a.body)
	}
	if strings.Contains(a.body, " style=") || strings.Contains(a.body, " onclick") {
		t.Error("the page breaks its own policy")
	}
	all := r.ask("GET", "/statistik?days=7", "")
	if all.StatusCode != 200 || !strings.Contains(all.body, "KPU brebes") || !strings.Contains(all.body, "KPU pemalang") || strings.Contains(all.body, "KPU tegal") {
		t.Errorf("%d %s", all.StatusCode, all.body)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(r.ask("GET", "/statistik?days=7&format=csv", "").body, byteOrderMark))).ReadAll()
	if err != nil || len(lines) < 3 || lines[1][0] != "brebes" || lines[1][4] != "2" {
		t.Errorf("%v %v", err, lines)
	}
	en := r.ask("GET", "/brebes/statistik?lang=en&month=2026-08", "").body
	if !strings.Contains(en, "Monthly report") || !strings.Contains(en, "August 2026") {
		t.Error(en)
	}
	for _, bad := range []string{"days=8", "from=2026-08-01", "from=x&to=y", "from=2026-09-01&to=2026-08-01", "month=2026-99"} {
		if a := r.ask("GET", "/brebes/statistik?"+bad, ""); a.StatusCode != 400 {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
	// With a password for all, the province sees all; without it none.
	p := start(t, "", "stats_password_bcrypt = \""+sandi+"\"\n"+officesWith("", "brebes", "tegal"))
	if a := p.ask("GET", "/statistik", ""); strings.Contains(a.body, "KPU tegal") {
		t.Error("the province's figures are open")
	}
	cookie := strings.SplitN(p.signIn("/statistik", "sandi yang panjang").Header.Get("Set-Cookie"), ";", 2)[0]
	if a := p.ask("GET", "/statistik", "", "Cookie", cookie); !strings.Contains(a.body, "KPU tegal") || a.Header.Get("Cache-Control") != "no-store" {
		t.Error(a.body)
	}
	// A stranger's flood locks out nobody who has signed in.
	spend(p.s.limits.makes, "36.68.1.1", p.now())
	if a := p.ask("GET", "/statistik?days=7", "", "Cookie", cookie, "X-Forwarded-For", "36.68.1.1"); a.StatusCode != 200 {
		t.Errorf("signed in, beyond the limit: %d", a.StatusCode)
	}
}

// bringIn has all that was counted where a report finds it, as it is after a second.
func (r *running) bringIn() {
	r.Helper()
	if err := r.s.store.BringIn(r.Context()); err != nil {
		r.Fatal(err)
	}
}

// After a busy day the whole database holds nothing about a person: no address in any form, no agent, and nothing that is the same for one reader's
// two articles or two days. Two days later what told readers apart is gone, and the figures stay.
func TestNothingOfAPerson(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("stats_password_bcrypt = \""+sandi+"\"", "brebes"))
	r.publish("brebes", "Satu", "Dua")
	readers := []struct{ address, agent string }{
		{"203.0.113.77", "Mozilla/5.0 (Linux; Android 13; SM-A127F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.6478.71 Mobile Safari/537.36"},
		{"198.51.100.23", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1"},
		{"2001:db8:cafe:1::beef", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	}
	n := 0
	for range 2 { // days
		for _, who := range readers {
			for _, slug := range []string{"satu", "dua"} {
				for _, kind := range []string{`"type":"view"`, `"type":"view","via":"app"`, `"type":"share","network":"whatsapp"`, `"type":"share","network":"copy"`} {
					n++
					body := fmt.Sprintf(`{"events":[{"id":"acak-%08d",%s,"article":%q}]}`, n, kind, slug)
					if a := r.ask("POST", "/api/v1/sites/brebes/events", body, "X-Forwarded-For", who.address, "User-Agent", who.agent, "Referer", "https://www.google.com/search?q=rahasia", "Cookie", "id=lacak-saya"); a.StatusCode != 200 {
						t.Fatal(a.body)
					}
				}
				r.ask("GET", "/brebes/"+slug, "", "X-Forwarded-For", who.address, "User-Agent", who.agent)
			}
			r.ask("GET", "/go/telegram?site=brebes&article=satu", "", "X-Forwarded-For", who.address, "User-Agent", who.agent)
		}
		r.signIn("/brebes/statistik", "salah", "X-Forwarded-For", readers[0].address, "User-Agent", readers[0].agent)
		r.signIn("/brebes/statistik", "sandi yang panjang", "X-Forwarded-For", readers[0].address, "User-Agent", readers[0].agent)
		r.pass(24 * time.Hour)
	}
	r.bringIn()
	d := dump(t, r.path)
	if d["daily"] == nil || d["reader"] == nil || d["salt"] == nil || d["session"] == nil {
		t.Fatal("the day was not busy, or the dump does not see it")
	}
	for _, who := range readers {
		for name, word := range personal(who.address, who.agent) {
			for table, rows := range d {
				for _, row := range rows {
					for _, cell := range row {
						if bytes.Contains(cell, word) {
							t.Errorf("table %s holds the %s: %q", table, name, cell)
						}
					}
				}
			}
		}
	}
	// A reader's hash is another one for each page, kind and day: one row each.
	if got := len(d["reader"]); got != 2*3*(2*3+1) { // days, readers, articles, a view and two networks for each, and telegram
		t.Errorf("%d hashes of readers", got)
	}
	// What tells readers apart is destroyed, and the totals know no more than sums.
	r.pass(48 * time.Hour)
	if err := r.s.store.Forget(t.Context(), "2026-08-20", "2026-08-30"); err != nil {
		t.Fatal(err)
	}
	d = dump(t, r.path)
	for _, table := range []string{"reader", "salt", "event"} {
		if len(d[table]) != 0 {
			t.Errorf("%s still has %d rows", table, len(d[table]))
		}
	}
	for _, row := range d["daily"] {
		if len(row) != 7 {
			t.Errorf("a row of daily says %d things: %q", len(row), row)
		}
	}
	if rows := len(d["daily"]); rows != 2*(2*(1+2)+1) { // a day has one view and two networks for each article, and telegram
		t.Errorf("%d rows of totals: %q", rows, d["daily"])
	}
}

// personal are the forms in which an address or an agent could stand somewhere.
func personal(address, agent string) map[string][]byte {
	words := map[string][]byte{"address": []byte(address), "agent": []byte(agent), "referrer": []byte("rahasia"), "cookie": []byte("lacak")}
	var a [4]byte
	if n, _ := fmt.Sscanf(address, "%d.%d.%d.%d", &a[0], &a[1], &a[2], &a[3]); n == 4 {
		words["address in binary"] = a[:]
		words["address as a number"] = fmt.Append(nil, binary.BigEndian.Uint32(a[:]))
	} else {
		words["household"] = []byte("2001:db8:cafe")
		words["household in binary"] = []byte{0x20, 0x01, 0x0d, 0xb8, 0xca, 0xfe}
	}
	return words
}

// dump is every cell of every table as bytes.
func dump(t *testing.T, path string) map[string][][][]byte {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	out := map[string][][][]byte{}
	for _, table := range query(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'") {
		if rows := query(t, db, "SELECT * FROM "+string(table[0])); len(rows) > 0 && string(table[0]) != "asset" { // of the app: our own bytes
			out[string(table[0])] = rows
		}
	}
	return out
}

func query(t *testing.T, db *sql.DB, q string) (out [][][]byte) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row := make([][]byte, len(columns))
		to := make([]any, len(columns))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// What is most read is shown once it says something, on the page, in the API and in the widget; one reader pushes nothing up, and after a week it is
// forgotten.
func TestMostRead(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("", "brebes"))
	var titles []string
	for i := range 14 {
		titles = append(titles, fmt.Sprintf("Rapat Pleno Terbuka Rekapitulasi Daftar Pemilih Berkelanjutan Triwulan III di Kecamatan %c", 'A'+i))
	}
	r.publish("brebes", titles...)
	var newest news.Listing
	if err := json.Unmarshal([]byte(r.ask("GET", "/api/v1/sites/brebes/articles?limit=50", "").body), &newest); err != nil || len(newest.Articles) != len(titles) {
		t.Fatal(err, newest)
	}
	slug := func(i int) string { return newest.Articles[i].Slug }
	section := func() string {
		t.Helper()
		r.pass(time.Minute) // what is most read may lag behind by that
		_, after, _ := strings.Cut(r.ask("GET", "/brebes/", "").body, `class="most"`)
		before, _, _ := strings.Cut(after, "</section>")
		return before
	}
	popular := func(more string) (slugs []string) {
		t.Helper()
		r.pass(time.Minute)
		var list news.Listing
		a := r.ask("GET", "/api/v1/sites/brebes/articles?sort=popular"+more, "")
		if err := json.Unmarshal([]byte(a.body), &list); err != nil || a.StatusCode != 200 {
			t.Fatal(a.StatusCode, a.body)
		}
		for _, a := range list.Articles {
			slugs = append(slugs, a.Slug)
		}
		return slugs
	}
	widget := func(layout string) string { return r.ask("GET", "/embed/brebes?layout="+layout, "").body }
	if got := popular(""); len(got) != 0 || section() != "" || !strings.Contains(widget("popular"), "Berita Terkini") {
		t.Errorf("before anybody read: %v", got)
	}
	for i, readers := range []int{5, 0, 9, 7, 1} {
		for j := range readers {
			r.view("brebes", slug(i+8), fmt.Sprintf("203.0.113.%d", j))
		}
	}
	for range 40 { // one reader, again and again
		r.pass(time.Second)
		r.view("brebes", slug(0), "203.0.113.200")
	}
	r.bringIn()
	if got := popular(""); !slices.Equal(got, []string{slug(10), slug(11), slug(8), slug(0), slug(12)}) {
		t.Errorf("popular %v", got)
	}
	if got := popular("&limit=2&page=2"); !slices.Equal(got, []string{slug(8), slug(0)}) {
		t.Errorf("its second page %v", got)
	}
	s := section()
	if a, b, c := strings.Index(s, slug(10)), strings.Index(s, slug(11)), strings.Index(s, slug(8)); a < 0 || b < a || c < b || strings.Count(s, "<li>") != 3 || !strings.Contains(s, "Terbanyak dibaca") {
		t.Errorf("on the page: %s", s)
	}
	for _, layout := range []string{"popular", "populer"} {
		w := widget(layout)
		if !strings.Contains(w, "Terbanyak dibaca") || !strings.Contains(w, `class="embed popular"`) || strings.Index(w, slug(11)) < strings.Index(w, slug(10)) || strings.Contains(w, slug(1)+`"`) {
			t.Errorf("%s: %s", layout, w)
		}
	}
	for _, bad := range []string{"?sort=oldest", "?sort=popular&before=1.1"} {
		if a := r.ask("GET", "/api/v1/sites/brebes/articles"+bad, ""); a.StatusCode != 400 {
			t.Errorf("%s: %d", bad, a.StatusCode)
		}
	}
	// Searches and later pages are about something else.
	for _, path := range []string{"/brebes/?q=rapat", "/brebes/?page=2"} {
		if strings.Contains(r.ask("GET", path, "").body, `class="most"`) {
			t.Errorf("%s has the most read", path)
		}
	}
	var packed bytes.Buffer
	z := brotli.NewWriterLevel(&packed, brotli.BestCompression)
	for i, extra := range []int{0, 0, 0, 5, 6} { // five of them
		for j := range extra + i {
			r.view("brebes", slug(i+1), fmt.Sprintf("198.51.100.%d", j))
		}
	}
	section()
	io.WriteString(z, r.ask("GET", "/brebes/", "").body)
	z.Close()
	if t.Logf("a news page with ten articles and the most read is %d bytes in brotli", packed.Len()); packed.Len() > 8<<10 {
		t.Errorf("%d bytes are more than 8 KB", packed.Len())
	}
	r.pass(7 * 24 * time.Hour)
	if got := popular(""); len(got) != 0 || section() != "" {
		t.Errorf("a week later: %v", got)
	}
}
