package e2e

import (
	"bufio"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// The ETag stands for the news and its wording: a view does not change it, an edit does.
func TestETag(t *testing.T) {
	t.Parallel()
	files := map[string]string{"feed": rss("Judul pertama", "<p>Isi berita.</p>")}
	k := serve(t, []string{feeds(t, files) + "/feed"}, `refresh = "1m"`, "posts = \"posts\"")
	slug := k.articles(1)[0].Slug
	first := k.get("/brebes/" + slug)
	tag := first.Header.Get("ETag")
	if tag == "" || first.Header.Get("Vary") != "Accept-Encoding" || first.Header.Get("Cache-Control") != "public, max-age=0, s-maxage=1" {
		t.Fatalf("ETag %q, Vary %q, Cache-Control %q", tag, first.Header.Get("Vary"), first.Header.Get("Cache-Control"))
	}
	if res := k.do("POST", "/api/v1/sites/brebes/events", event(`"type":"view","article":"`+slug+`"`)); res.StatusCode != 200 {
		t.Fatal(res.StatusCode, res.body)
	}
	k.wait("the new count on the page", func() bool { return strings.Contains(k.get("/brebes/"+slug).body, `<b data-views="n">1</b>`) })
	for _, header := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag, "*"} {
		if res := k.get("/brebes/"+slug, "If-None-Match", header); res.StatusCode != 304 || res.body != "" {
			t.Errorf("If-None-Match: %s gives %d after a view", header, res.StatusCode)
		}
	}
	// A new post changes the list of further news on the article's page, and so its ETag.
	if err := os.Mkdir(filepath.Join(k.dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	post := "---\ntitle: Judul kedua\ndate: 2026-01-02 09:00\n---\nIsi."
	if err := os.WriteFile(filepath.Join(k.dir, "posts", "kedua.md"), []byte(post), 0o600); err != nil {
		t.Fatal(err)
	}
	k.articles(2)
	// What is stored is shown at once.
	if res := k.get("/brebes/"); !strings.Contains(res.body, "Judul kedua") {
		t.Error("the news page does not show the new article")
	}
	if res := k.get("/brebes/"+slug, "If-None-Match", tag); res.StatusCode != 200 || !strings.Contains(res.body, "Judul kedua") {
		t.Errorf("after new news: %d", res.StatusCode)
	}
}

func rss(title, body string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>Berita</title><link>https://kab-brebes.kpu.go.id</link><item><title>` + title +
		`</title><link>https://kab-brebes.kpu.go.id/berita/1</link><guid isPermaLink="false">1</guid><pubDate>Mon, 26 Apr 2021 14:05:00 +0700</pubDate><description><![CDATA[` + body + `]]></description></item></channel></rss>`
}

// What cannot count is refused precisely, and leaves no row.
func TestRefusals(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	slug := k.articles(1)[0].Slug
	events := "/api/v1/sites/brebes/events"
	for _, c := range []struct {
		what, path, body string
		status           int
		says             string
		headers          []string
	}{
		{"unknown article", events, event(`"type":"view","article":"tidak-ada"`), 422, "no such article", nil},
		{"foreign host", events, event(`"type":"view","url":"https://evil.example/x"`), 422, "hosts", nil},
		{"no target", events, event(`"type":"view"`), 422, "exactly one of article and url", nil},
		{"unknown type", events, event(`"type":"like","article":"` + slug + `"`), 422, "view or share", nil},
		{"unknown network", events, event(`"type":"share","network":"friendster","article":"` + slug + `"`), 422, "network", nil},
		{"from the future", events, event(`"type":"view","article":"` + slug + `","at":"2999-01-01T00:00:00Z"`), 422, "future", nil},
		{"too old", events, event(`"type":"view","article":"` + slug + `","at":"2020-01-01T00:00:00Z"`), 422, "7 days", nil},
		{"no events", events, `{"events":[]}`, 422, "1 to 100", nil},
		{"malformed", events, `{"events":`, 400, "bad_json", nil},
		{"not JSON", events, `view please`, 400, "bad_json", nil},
		{"huge", events, `{"events":[{"id":"` + strings.Repeat("x", 100_000) + `"}]}`, 413, "too_large", nil},
		{"unknown office", "/api/v1/sites/tegal/events", event(`"type":"view","article":"` + slug + `"`), 404, "not_found", nil},
		{"robot", events, event(`"type":"view","article":"` + slug + `"`), 403, "robot", []string{"User-Agent", "WhatsApp/2.24.6.77 A"}},
		{"prefetch", events, event(`"type":"view","article":"` + slug + `"`), 403, "robot", []string{"Sec-Purpose", "prefetch;prerender"}},
	} {
		res := k.do("POST", c.path, c.body, c.headers...)
		if res.StatusCode != c.status || !strings.Contains(res.body, c.says) {
			t.Errorf("%s: %d %s, want %d with %q", c.what, res.StatusCode, res.body, c.status, c.says)
		}
	}
	for _, path := range []string{"/go/evil?site=brebes&article=" + slug, "/go/copy?site=brebes&article=" + slug, "/go/x?site=brebes&url=https://evil.example/", "/go/x?site=brebes&url=javascript:alert(1)",
		"/go/x?site=brebes&url=//evil.example/", "/go/x?site=nope&article=" + slug, "/go/x?site=brebes", "/go/x?site=brebes&article=tidak-ada"} {
		if res := k.get(path); res.StatusCode < 400 || res.StatusCode > 499 || res.Header.Get("Location") != "" {
			t.Errorf("%s: %d to %q", path, res.StatusCode, res.Header.Get("Location"))
		}
	}
	db := k.database()
	for _, table := range []string{"event", "reader", "daily"} {
		var n int
		if err := db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows in %s, %v", n, table, err)
		}
	}
}

func (k *kabar) database() *sql.DB {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.dir, "kabar.db")+"?mode=ro")
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() { db.Close() })
	return db
}

// A server told to stop answers what is in flight.
func TestGracefulStop(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	slug := k.articles(1)[0].Slug
	c, err := net.Dial("tcp", strings.TrimPrefix(k.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body := event(`"type":"view","article":"` + slug + `"`)
	fmt.Fprintf(c, "POST /api/v1/sites/brebes/events HTTP/1.1\r\nHost: x\r\nUser-Agent: %s\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", phone, len(body))
	r := bufio.NewReader(c)
	if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, "100") { // the handler is reading
		t.Fatal(line, err)
	}
	r.ReadString('\n')
	if err := k.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	k.wait("word that it stops", func() bool { return strings.Contains(k.log.String(), "stopping") })
	fmt.Fprint(c, body)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != 200 {
		t.Fatal("what was in flight got no answer:", res, err)
	}
	if err := k.cmd.Wait(); err != nil {
		t.Error("exit:", err)
	}
}

// The app's files are kept for ever under names of their content, precompressed, with their types.
func TestAssets(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	page := k.get("/brebes/").body
	for attr, kind := range map[string]string{"data-wasm": "application/wasm", "data-app": "text/javascript; charset=utf-8"} {
		_, rest, _ := strings.Cut(page, attr+`="`)
		path, _, _ := strings.Cut(rest, `"`)
		for _, coding := range []string{"br", "gzip", ""} {
			res := k.get(path, "Accept-Encoding", coding)
			if res.StatusCode != 200 || res.Header.Get("Content-Type") != kind || res.Header.Get("Content-Encoding") != coding || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || len(res.body) < 1000 {
				t.Errorf("%s as %q: %d, %v, %d bytes", path, coding, res.StatusCode, res.Header, len(res.body))
			}
		}
	}
	if n := len(k.get("/brebes/worker.js").body); n > 4096 {
		t.Errorf("the worker has %d bytes, want 4096 at most", n)
	}
}

// Every kind of answer forbids what it does not need.
func TestHeaders(t *testing.T) {
	t.Parallel()
	k := builtIn(t)
	slug := k.articles(8)[0].Slug
	for _, path := range []string{"/brebes/", "/brebes/" + slug, "/brebes/privasi", "/embed/brebes", "/embed/brebes/" + slug, "/tidak/ada", "/api/v1/sites/brebes/articles", "/embed.js", "/oembed?url=x", "/healthz"} {
		h := k.get(path).Header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "base-uri 'none'", "frame-ancestors "} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %s", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe-inline") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("Set-Cookie") != "" {
			t.Errorf("%s: %v", path, h)
		}
		framed := strings.HasPrefix(path, "/embed/")
		if none := strings.Contains(csp, "frame-ancestors 'none'"); none == framed {
			t.Errorf("%s: %s", path, csp)
		}
	}
}

// The command refuses what it does not understand with one clear line and status 2.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.toml")
	if err := os.WriteFile(bad, []byte("[[site]]\nid = \"brebes\"\nname = \"KPU\"\ntimezone = \"Asia/Jakrta\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	good := filepath.Join(dir, "good.toml")
	if err := os.WriteFile(good, []byte("[[site]]\nid = \"brebes\"\nname = \"KPU\"\nhome = \"https://kab-brebes.kpu.go.id\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"version"}, 0, "kabar"},
		{[]string{"check", "-config", good}, 0, "ok"},
		{[]string{"check", "-config", bad}, 2, `"Asia/Jakrta"`},
		{[]string{"check", "-config", filepath.Join(dir, "none.toml")}, 2, "none.toml"},
		{[]string{"serve", "-addr", "nowhere"}, 2, "addr"},
		{[]string{"serve", "-colour", "red"}, 2, "colour"},
		{[]string{"srve"}, 2, "srve"},
		{nil, 2, "kabar serve"},
	} {
		cmd := exec.Command(binary, c.args...)
		cmd.Dir = dir
		out, _ := cmd.CombinedOutput()
		if got := cmd.ProcessState.ExitCode(); got != c.status || !strings.Contains(string(out), c.says) {
			t.Errorf("kabar %v: status %d, %s", c.args, got, out)
		}
	}
}

// Several offices stand on the first page; a single one is led to.
func TestOffices(t *testing.T) {
	t.Parallel()
	k := serve(t, nil, "\n[[site]]\nid = \"tegal\"\nname = \"KPU Kabupaten Tegal\"\nlanguage = \"en\"")
	d := k.page("/")
	if got := d.Find(".offices a").Text(); got != "KPU Kabupaten BrebesKPU Kabupaten Tegal" {
		t.Errorf("offices %q", got)
	}
	if h := k.page("/tegal/").Find("h1").Text(); h != "Latest news" {
		t.Errorf("the English office's news is called %q", h)
	}
	if h := k.page("/brebes/?lang=en").Find("h1").Text(); h != "Latest news" {
		t.Errorf("asked for in English it is called %q", h)
	}
	one := builtIn(t).get("/")
	if one.StatusCode != 302 || one.Header.Get("Location") != "/brebes/" {
		t.Errorf("the only office is not led to: %d", one.StatusCode)
	}
}

// Counts of several pages are answered at once, and a page has one count wherever it is read.
func TestCounts(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	a := k.articles(1)[0]
	k.do("POST", "/api/v1/sites/brebes/events", event(`"type":"view","article":"`+a.Slug+`"`), "X-Forwarded-For", "203.0.113.1")
	k.do("POST", "/api/v1/sites/brebes/events", event(`"type":"view","via":"widget","host":"kab-brebes.kpu.go.id","url":"`+a.URL+`?utm_source=wa"`), "X-Forwarded-For", "203.0.113.2")
	var got struct {
		Counts map[string]struct{ Views, Shares int64 }
	}
	res := k.get("/api/v1/sites/brebes/counts?url=" + a.URL + "&url=https://kab-brebes.kpu.go.id/lain")
	if err := json.Unmarshal([]byte(res.body), &got); err != nil || got.Counts[a.URL].Views != 2 || len(got.Counts) != 2 {
		t.Errorf("%s: %v", res.body, err)
	}
}

// The operator's figures stand at /metrics, or at an address of their own, and then nowhere else.
func TestMetrics(t *testing.T) {
	t.Parallel()
	feed := feeds(t, nil) + "/brebes.rss.xml"
	k := serve(t, []string{feed, "http://127.0.0.1:1/tiada"})
	k.articles(1)
	has := func(a answer) bool {
		return a.StatusCode == 200 && strings.Contains(a.body, `kabar_source_items{site="brebes",source="`+feed+`"} 1`) && strings.Contains(a.body, `kabar_source_failures{site="brebes",source="http://127.0.0.1:1/tiada"} 1`)
	}
	k.wait("the sources' figures", func() bool { return has(k.get("/metrics")) })
	if err := k.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	file, aside := filepath.Join(k.dir, "kabar.toml"), freeAddr(t)
	settings, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(fmt.Sprintf("metrics_addr = %q\n", aside)+string(settings)), 0o600); err != nil {
		t.Fatal(err)
	}
	k.start("-config", file)
	if got := k.get("/metrics").StatusCode; got != 404 {
		t.Errorf("/metrics answers %d at the public address", got)
	}
	private := &kabar{t: t, url: "http://" + aside}
	if a := private.get("/metrics"); a.StatusCode != 200 || !strings.Contains(a.body, "kabar_source_items") {
		t.Errorf("at its own address /metrics answers %d", a.StatusCode)
	}
	if got := private.get("/brebes/").StatusCode; got != 404 {
		t.Errorf("the private address shows news: %d", got)
	}
}
