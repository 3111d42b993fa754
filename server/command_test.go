package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kabar/server/store"
)

// buffer is written by the program while a test reads it.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// place is a folder with settings for one office.
type place struct {
	*testing.T
	dir, config, url string
}

// settle writes settings for an office brebes; office are more lines of it.
func settle(t *testing.T, office string) *place {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	p := &place{T: t, dir: t.TempDir(), url: "http://" + ln.Addr().String()}
	p.config = filepath.Join(p.dir, "kabar.toml")
	text := fmt.Sprintf("addr = %q\ndatabase = %q\n[[site]]\nid = \"brebes\"\nname = \"KPU Kabupaten Brebes\"\nallow_private_feeds = true\nposts = %q\n%s\n",
		ln.Addr(), "sqlite:"+filepath.Join(p.dir, "kabar.db"), filepath.Join(p.dir, "posts"), office)
	if err := os.WriteFile(p.config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// upToDate makes the database, or brings it up to date, as a server does that starts.
func (p *place) upToDate() {
	p.Helper()
	db, err := store.Open(p.Context(), "sqlite:"+filepath.Join(p.dir, "kabar.db"))
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		p.Fatal(err)
	}
}

// run runs a command to its end and checks its exit status.
func (p *place) run(want int, args ...string) (out, errs string) {
	p.Helper()
	if args[0] == "check" { // which wants the folders that the settings name
		if err := os.MkdirAll(filepath.Join(p.dir, "posts"), 0o700); err != nil {
			p.Fatal(err)
		}
	}
	var o, e bytes.Buffer
	if got := command(p.Context(), append(args, "-config", p.config), &o, &e); got != want {
		p.Fatalf("kabar %v: status %d, want %d; %s", args, got, want, e.String())
	}
	return o.String(), e.String()
}

// serve runs the server until the test ends, and returns its log.
func (p *place) serve() *buffer {
	p.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var log, out buffer
	done := make(chan int)
	go func() { done <- command(ctx, []string{"serve", "-config", p.config}, &out, &log) }()
	p.Cleanup(func() {
		stop()
		if status := <-done; status != 0 {
			p.Errorf("the server ended with %d: %s", status, log.String())
		}
	})
	p.until("the server listens", func() bool { return strings.Contains(out.String(), "listens") })
	return &log
}

// until waits for something that the program does by itself.
func (p *place) until(what string, ok func() bool) {
	p.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	end := time.After(time.Minute)
	for !ok() {
		select {
		case <-tick.C:
		case <-end:
			p.Fatalf("waited in vain until %s", what)
		}
	}
}

func (p *place) get(path string) string {
	p.Helper()
	res, err := http.Get(p.url + path)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	return string(b)
}

// rss is a feed with items of those titles.
func rss(titles ...string) string {
	s := `<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>`
	for _, t := range titles {
		s += "<item><title>" + t + "</title><link>https://kab.example/" + strings.ReplaceAll(t, " ", "-") + "</link><description>isi " + t + "</description></item>"
	}
	return s + "</channel></rss>"
}

// A source that hangs and one that is broken delay neither another nor a page, and the operator sees which is which while the server runs.
func TestSources(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	feeds := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/html" {
			io.WriteString(w, "<!doctype html><title>Beranda</title>")
			return
		}
		io.WriteString(w, rss("Rapat pleno"))
	}))
	t.Cleanup(feeds.Close)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(slow.Close)
	t.Cleanup(func() { close(hang) })
	p := settle(t, fmt.Sprintf("feeds = [%q, %q, %q]", slow.URL+"/hang", feeds.URL+"/html", feeds.URL+"/good"))
	p.serve()
	p.until("the good feed is shown", func() bool { return strings.Contains(p.get("/brebes/"), "Rapat pleno") })
	line := func(source string) string {
		out, _ := p.run(0, "sources", "-site", "brebes")
		for l := range strings.Lines(out) {
			if strings.Contains(l, source) {
				return strings.TrimSpace(l)
			}
		}
		t.Fatalf("%s is not listed: %s", source, out)
		return ""
	}
	p.until("the broken feed is known", func() bool { return !strings.Contains(line("/html"), " -") })
	if l := line("/html"); !strings.Contains(l, "never") || !strings.HasSuffix(l, "the feed is not XML: the server sent an HTML page") {
		t.Error(l)
	}
	p.until("the good feed is known", func() bool { return strings.Contains(line("/good"), " WIB  1  ") })
	if l := strings.Fields(line("/good")); len(l) != 13 || strings.Join(l[5:9], " ") != "1 1 0 0" || l[12] != "-" {
		t.Errorf("%q", l)
	}
	if l := strings.Fields(line("/hang")); strings.Join(l[2:], " ") != "never 0 0 0 0 - -" {
		t.Errorf("%q", l)
	}
	if _, e := p.run(exitUsage, "sources", "-site", "tegal"); !strings.Contains(e, "brebes") {
		t.Error(e)
	}
}

// TestCheckOnDisk holds that check refuses what serve would stop at or do without, all at once, and writes nothing.
func TestCheckOnDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text, none := write("text.png", "no picture"), filepath.Join(dir, "none")
	for _, tt := range []struct{ name, server, office, want string }{
		{"nothing missing", fmt.Sprintf("database = %q", "sqlite:"+filepath.Join(dir, "kabar.db")), fmt.Sprintf("posts = %q", dir), ""},
		{"no logo", "", fmt.Sprintf("logo = %q", none), fmt.Sprintf("site \"brebes\": logo = %q: want a PNG or JPEG file: ", none)},
		{"a logo that is no picture", "", fmt.Sprintf("logo = %q", text), fmt.Sprintf("site \"brebes\": logo = %q: want a PNG or JPEG picture", text)},
		{"no posts", "", fmt.Sprintf("posts = %q", none), fmt.Sprintf("site \"brebes\": posts = %q: open %s: no such", none, none)},
		{"posts that are a file", "", fmt.Sprintf("posts = %q", text), fmt.Sprintf("site \"brebes\": posts = %q: ", text)},
		{"no folder for the database", fmt.Sprintf("database = %q", "sqlite:"+none+"/kabar.db"), "", fmt.Sprintf("database = %q: open %s: no such", "sqlite:"+none+"/kabar.db", none)},
	} {
		file := write("kabar.toml", tt.server+"\n[[site]]\nid = \"brebes\"\nname = \"KPU\"\n"+tt.office)
		var out, errs strings.Builder
		status := command(t.Context(), []string{"check", "-config", file}, &out, &errs)
		if tt.want == "" && status != 0 || tt.want != "" && (status != exitUsage || !strings.Contains(errs.String(), "kabar: "+file+": "+tt.want)) || strings.Count(errs.String(), "\n") > 1 {
			t.Errorf("%s: status %d, %s%s", tt.name, status, &out, &errs)
		}
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 2 {
		t.Errorf("it left %v, %v", files, err)
	}
}

// TestImportForeign holds that what is said of a file that is no export helps.
func TestImportForeign(t *testing.T) {
	t.Parallel()
	p := settle(t, "")
	if _, e := p.run(exitFailed, "import", "-wordpress", p.config); strings.Contains(e, "EOF") || !strings.Contains(e, "it is not a WordPress export (WXR); want the XML file") {
		t.Error(e)
	}
}

// TestPortInUse holds that it is said how to choose another.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	var out, errs strings.Builder
	if status := command(t.Context(), []string{"serve", "-addr", ln.Addr().String()}, &out, &errs); status != exitFailed || !strings.Contains(errs.String(), "in use; choose another with -addr or addr") {
		t.Errorf("status %d: %s", status, &errs)
	}
}
