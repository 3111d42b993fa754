package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"testing"

	"kabar/server/config"
	"kabar/server/store"
)

// broken answers over a database that is gone.
func broken(t *testing.T, proxies string) (*server, string, *buffer) {
	t.Helper()
	p := settle(t, "")
	c, err := config.Load(p.config)
	if err != nil {
		t.Fatal(err)
	}
	if proxies != "" {
		text, err := os.ReadFile(p.config)
		if err == nil {
			c, err = config.Parse("settings", append([]byte("trusted_proxies = [\""+proxies+"\"]\n"), text...))
		}
		if err != nil {
			t.Fatal(err)
		}
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
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s.routes())
	t.Cleanup(h.Close)
	return s, h.URL, &log
}

func visit(t *testing.T, url string, header ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header[header[i]] = []string{header[i+1]}
	}
	r.Header.Set("User-Agent", "Agen-Rahasia/1.0")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// A request's id is the server's own, or a trusted proxy's when it is one; the answer and each line of the log have it. What a stranger sends
// can forge no line, and who they are stands in none.
func TestRequestIDs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, proxies, sent, want string }{
		{"none sent", "127.0.0.1", "", ""},
		{"a proxy's", "127.0.0.1", "0af7651916cd43dd8448eb211c80319c", "0af7651916cd43dd8448eb211c80319c"},
		{"a stranger's", "", "0af7651916cd43dd8448eb211c80319c", ""},
		{"another proxy's", "203.0.113.9", "0af7651916cd43dd8448eb211c80319c", ""},
		{"words", "127.0.0.1", `1 level=ERROR msg="forged"`, ""},
		{"too long", "127.0.0.1", strings.Repeat("a", 65), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, url, log := broken(t, c.proxies)
			res, _ := visit(t, url+"/api/v1/sites/brebes/articles/%0Atime=2026-08-12T00:00:00Z%20level=ERROR%20msg=forged", "X-Request-Id", c.sent, "X-Forwarded-For", "198.51.100.77")
			id := res.Header.Get("X-Request-ID")
			if res.StatusCode != 500 || len(id) < 16 || c.want != "" && id != c.want || c.want == "" && id == c.sent {
				t.Errorf("status %d, id %q; %q was sent", res.StatusCode, id, c.sent)
			}
			lines := strings.Split(strings.TrimSpace(log.String()), "\n")
			if last := lines[len(lines)-1]; !strings.Contains(last, " request="+id) || !strings.Contains(last, `path="/api/v1/sites/brebes/articles/\ntime=`) {
				t.Errorf("the log says %q", last)
			}
			for _, line := range lines {
				if strings.HasPrefix(line, "time=2026-08-12") || strings.Contains(line, "198.51.100.77") || strings.Contains(line, "127.0.0.1") || strings.Contains(line, "Rahasia") {
					t.Errorf("the log says %q", line)
				}
			}
		})
	}
}

// A line keeps its request's id in whatever shape a part of the program logs it.
func TestRequestLog(t *testing.T) {
	var b bytes.Buffer
	log := newLog(&b)
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-ID", "r1")
	s := &server{proxies: []netip.Prefix{netip.PrefixFrom(peer(r), 32)}}
	ctx := context.WithValue(t.Context(), requestKey{}, &observed{server: s, asked: r})
	log.With("part", "feed").InfoContext(ctx, "one")
	log.WithGroup("g").InfoContext(ctx, "two", "a\nlevel=ERROR", "b\r\nc")
	log.Info("three")
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != 3 || !strings.HasSuffix(lines[0], "part=feed request=r1") || !strings.Contains(lines[1], "request=r1") || strings.Contains(lines[2], "request") {
		t.Errorf("%q", lines)
	}
}

// An error of a connection names both its ends; the client's is not logged.
func TestClientUnnamed(t *testing.T) {
	s, _, log := broken(t, "")
	h := s.observe(s.handle(func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		return err
	}))
	r := httptest.NewRequest("POST", "/", io.MultiReader(strings.NewReader("half"), failing{}))
	r.RemoteAddr = "198.51.100.77:4711"
	h.ServeHTTP(httptest.NewRecorder(), r)
	if l := log.String(); !strings.Contains(l, "read tcp 10.0.0.1:80->the client: i/o timeout") || strings.Contains(l, "198.51") {
		t.Error(l)
	}
}

// failing reads as a connection does whose client has stopped sending.
type failing struct{}

func (failing) Read([]byte) (int, error) {
	return 0, &net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 80}, Addr: &net.TCPAddr{IP: net.IPv4(198, 51, 100, 77), Port: 4711}, Err: os.ErrDeadlineExceeded}
}

// A panic is an answer and a line of the log, and the next request is served.
func TestPanic(t *testing.T) {
	s, _, log := broken(t, "")
	early := true
	h := httptest.NewServer(s.observe(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if early {
			panic("something\nlevel=INFO")
		}
		io.WriteString(w, "half of ")
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})))
	t.Cleanup(h.Close)
	res, body := visit(t, h.URL+"/api/")
	if res.StatusCode != 500 || !strings.Contains(body, `"internal"`) || strings.Contains(body, "something\n") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if l := log.String(); strings.Count(l, "\n") != 1 || !strings.Contains(l, `panic="something\nlevel=INFO"`) || !strings.Contains(l, "request="+res.Header.Get("X-Request-ID")) || !strings.Contains(l, "operate_test.go") {
		t.Error(l)
	}
	early = false
	res, err := http.Get(h.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if b, err := io.ReadAll(res.Body); err == nil {
		t.Errorf("a broken answer looks whole: %q", b)
	}
	if strings.Count(log.String(), "\n") != 1 {
		t.Error(log.String())
	}
}

// Without its database a server lives, and wants no requests; its figures say so instead of falling silent.
func TestDatabaseGone(t *testing.T) {
	t.Parallel()
	_, url, _ := broken(t, "")
	if res, body := visit(t, url+"/healthz"); res.StatusCode != 200 || body != "ok\n" {
		t.Errorf("/healthz: %d %s", res.StatusCode, body)
	}
	if res, body := visit(t, url+"/readyz"); res.StatusCode != 503 || body != "not ready: the database does not answer\n" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("/readyz: %d %s", res.StatusCode, body)
	}
	if res, body := visit(t, url+"/metrics"); res.StatusCode != 200 || !strings.Contains(body, "\nkabar_ready 0\n") || strings.Contains(body, "kabar_database_bytes ") {
		t.Errorf("/metrics: %d %s", res.StatusCode, body)
	}
}

// Told to stop, a server that a balancer watches first says that it is not ready, and answers until that was heard.
func TestLeaving(t *testing.T) {
	t.Parallel()
	p := settle(t, "")
	ctx, stop := context.WithCancel(t.Context())
	var log, out buffer
	done := make(chan int, 1)
	go func() { done <- command(ctx, []string{"serve", "-config", p.config}, &out, &log) }()
	p.until("the server listens", func() bool { return strings.Contains(out.String(), "listens") })
	if got := p.get("/readyz"); got != "ready\n" {
		t.Fatalf("/readyz: %s", got)
	}
	stop()
	p.until("it is not ready", func() bool { return p.get("/readyz") == "not ready: the server is stopping\n" })
	http.DefaultClient.CloseIdleConnections()
	if res, _ := visit(t, p.url+"/brebes/"); res.StatusCode != 200 {
		t.Errorf("while it is leaving: %d", res.StatusCode)
	}
	select {
	case <-done:
		t.Fatal("it has gone before it was heard")
	default:
	}
	for range believed - 1 {
		p.get("/readyz")
	}
	if status := <-done; status != 0 {
		t.Errorf("status %d: %s", status, log.String())
	}
}

// What the program is doing is for operators only.
func TestPrivateAddress(t *testing.T) {
	t.Parallel()
	for _, aside := range []bool{true, false} {
		s, _, _ := broken(t, "")
		s.aside = aside
		public := httptest.NewServer(s.routes())
		t.Cleanup(public.Close)
		for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/profile?seconds=1", "/debug/pprof/cmdline", "/debug/vars"} {
			if res, _ := visit(t, public.URL+path); res.StatusCode != 404 {
				t.Errorf("aside %t: %s is public: %d", aside, path, res.StatusCode)
			}
		}
		private := httptest.NewServer(s.operators())
		t.Cleanup(private.Close)
		for path, want := range map[string]string{"/debug/pprof/": "goroutine", "/debug/pprof/goroutine?debug=1": "goroutine profile", "/metrics": "go_goroutines"} {
			if res, body := visit(t, private.URL+path); res.StatusCode != 200 || !strings.Contains(body, want) {
				t.Errorf("%s: %d", path, res.StatusCode)
			}
		}
	}
}
