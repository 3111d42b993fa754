package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"kabar/app/news"
	"kabar/server/store"
)

// TestMain lets a test run the program in a process of its own, which it may kill.
func TestMain(m *testing.M) {
	importPause = 0
	if os.Getenv("KABAR_TEST_COMMAND") != "" {
		os.Exit(command(context.Background(), os.Args[1:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// titles are those of an office's articles, newest first.
func (p *place) titles() []string {
	p.Helper()
	db, err := store.Open(p.Context(), "sqlite:"+filepath.Join(p.dir, "kabar.db"))
	if err != nil {
		p.Fatal(err)
	}
	defer db.Close()
	var out []string
	for q := (news.Query{Limit: news.MaxLimit}); ; {
		l, err := db.List(p.Context(), "brebes", q)
		if err != nil {
			p.Fatal(err)
		}
		for _, a := range l.Articles {
			out = append(out, a.Title)
		}
		if q.Before = l.Next; q.Before == "" {
			return out
		}
	}
}

// export is a WordPress export with articles 1 to n.
func export(n int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><wp:wxr_version>1.2</wp:wxr_version>`)
	for i := range n {
		fmt.Fprintf(&b, `<item><title>Berita %[1]d</title><link>https://kab.example/berita-%[1]d/</link><guid>https://kab.example/?p=%[1]d</guid><content:encoded><![CDATA[Isi %[1]d]]></content:encoded>`+
			`<wp:post_id>%[1]d</wp:post_id><wp:post_date_gmt>2020-01-01 00:00:%02[2]d</wp:post_date_gmt><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>`+
			`<wp:postmeta><wp:meta_key>views</wp:meta_key><wp:meta_value>%[3]d</wp:meta_value></wp:postmeta></item>`, i+1, i%60, (i+1)*100)
	}
	return b.String() + "</channel></rss>"
}

func TestImportWordPress(t *testing.T) {
	t.Parallel()
	p := settle(t, `hosts = ["kab.example"]`)
	file := filepath.Join(p.dir, "ekspor.xml")
	if err := os.WriteFile(file, []byte(export(120)), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs := p.run(0, "import", "-site", "brebes", "-wordpress", file)
	if out != "120 read: 120 new, 0 updated, 0 known\n" || !strings.HasPrefix(errs, "50 read: 50 new") {
		t.Errorf("%q %q", out, errs)
	}
	if out, _ := p.run(0, "import", "-wordpress", file); out != "120 read: 0 new, 0 updated, 120 known\n" || len(p.titles()) != 120 {
		t.Errorf("again: %q, %d articles", out, len(p.titles()))
	}
	if out, _ := p.run(0, "sources"); !strings.Contains(out, "import:wordpress") {
		t.Error(out)
	}

	// The former site's number is part of the total, told apart, and ours is added to it.
	p.serve()
	var a news.Article
	load := func() news.Counts {
		t.Helper()
		if err := json.Unmarshal([]byte(p.get("/api/v1/sites/brebes/articles/berita-7")), &a); err != nil {
			t.Fatal(err)
		}
		return a.Counts
	}
	if got := load(); got != (news.Counts{Views: 700, Before: 700, BeforeFrom: "wordpress"}) {
		t.Errorf("%+v", got)
	}
	req, err := http.NewRequest("POST", p.url+news.EventsPath("brebes"), strings.NewReader(`{"events":[{"id":"0123456789abcdef","type":"view","article":"berita-7"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if !strings.Contains(string(answer), `"views":701`) {
		t.Errorf("the count after a view: %s", answer)
	}
	if got := load(); got.Views != 701 || got.Before != 700 {
		t.Errorf("%+v", got)
	}
	if page := p.get("/brebes/berita-7"); !strings.Contains(page, "701") {
		t.Error("the page does not show the total")
	}

	for _, args := range [][]string{{}, {"-wordpress", file, "-feed", "https://x.example/feed"}, {"-wordpress", file, "-pages", "2"}, {"-feed", "https://x.example/", "-pages", "-1"}, {"-wordpress", filepath.Join(p.dir, "none.xml")}} {
		p.run(exitUsage, append([]string{"import"}, args...)...)
	}
	if _, e := p.run(exitFailed, "import", "-wordpress", p.config); !strings.Contains(e, "not a WordPress export") {
		t.Error(e)
	}
}

// archiveServer is a site whose feed has pages of three under a parameter, as many as are set; it may hang at one.
type archiveServer struct {
	mu     sync.Mutex
	param  string
	all    []string // newest first
	hang   int
	hung   chan struct{}
	unhang chan struct{}
	asked  []string
}

func (s *archiveServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.RawQuery)
	n, _ := strconv.Atoi(r.URL.Query().Get(s.param))
	n = max(n, 1)
	hang := n == s.hang
	lo := min((n-1)*3, len(s.all))
	items := s.all[lo:min(lo+3, len(s.all))]
	s.mu.Unlock()
	if hang {
		select {
		case s.hung <- struct{}{}:
		default:
		}
		select {
		case <-s.unhang:
		case <-r.Context().Done():
		}
		return
	}
	if len(items) == 0 && s.param == "paged" {
		http.NotFound(w, r) // as WordPress does
		return
	}
	io.WriteString(w, rss(items...))
}

func newArchive(t *testing.T, param string, n int) (*archiveServer, string) {
	s := &archiveServer{param: param, hung: make(chan struct{}, 1), unhang: make(chan struct{})}
	for i := range n {
		s.all = append(s.all, fmt.Sprintf("Arsip %d", n-i))
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	t.Cleanup(func() { close(s.unhang) })
	return s, h.URL + "/feed/?tema=a"
}

func TestImportFeed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		param  string
		pages  string
		titles int
	}{{"paged", "0", 7}, {"page", "0", 7}, {"paged", "2", 6}} {
		t.Run(c.param+" "+c.pages, func(t *testing.T) {
			t.Parallel()
			p := settle(t, "")
			_, address := newArchive(t, c.param, 7)
			out, errs := p.run(0, "import", "-feed", address, "-pages", c.pages)
			if n := len(p.titles()); n != c.titles || !strings.Contains(out, fmt.Sprintf("%d new", c.titles)) || !strings.HasPrefix(errs, "page 1, 3 read") {
				t.Errorf("%d articles; %q %q", n, out, errs)
			}
		})
	}
}

// Killed half way and run again, an import leaves nothing out and brings nothing twice, though the site has published in between.
func TestImportKilled(t *testing.T) {
	t.Parallel()
	kill := func(t *testing.T, p *place, ready func(stderr *bufio.Reader), args ...string) {
		t.Helper()
		cmd := exec.Command(os.Args[0], append(args, "-config", p.config)...)
		cmd.Env = append(os.Environ(), "KABAR_TEST_COMMAND=1")
		errs, err := cmd.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ready(bufio.NewReader(errs))
		cmd.Process.Kill()
		cmd.Wait()
	}
	unique := func(t *testing.T, titles []string, n int) {
		t.Helper()
		seen := map[string]bool{}
		for _, s := range titles {
			seen[s] = true
		}
		if len(seen) != n || len(titles) != n {
			t.Errorf("%d articles, %d titles; want %d", len(titles), len(seen), n)
		}
	}
	t.Run("feed", func(t *testing.T) {
		t.Parallel()
		p := settle(t, "")
		s, address := newArchive(t, "paged", 12)
		s.mu.Lock()
		s.hang = 3
		s.mu.Unlock()
		kill(t, p, func(*bufio.Reader) { <-s.hung }, "import", "-feed", address)
		unique(t, p.titles(), 6)
		s.mu.Lock()
		s.hang, s.asked = 0, nil
		s.all = append([]string{"Baru 5", "Baru 4", "Baru 3", "Baru 2", "Baru 1"}, s.all...)
		s.mu.Unlock()
		p.run(0, "import", "-feed", address)
		unique(t, p.titles(), 17)
	})
	t.Run("wordpress", func(t *testing.T) {
		t.Parallel()
		p := settle(t, "")
		file := filepath.Join(p.dir, "ekspor.xml")
		if err := os.WriteFile(file, []byte(export(400)), 0o600); err != nil {
			t.Fatal(err)
		}
		kill(t, p, func(errs *bufio.Reader) {
			if line, err := errs.ReadString('\n'); err != nil || !strings.HasPrefix(line, "50 read") {
				t.Errorf("%q %v", line, err)
			}
		}, "import", "-wordpress", file)
		if n := len(p.titles()); n < 50 {
			t.Errorf("%d articles were kept of 50 that were told", n)
		}
		p.run(0, "import", "-wordpress", file)
		unique(t, p.titles(), 400)
	})
}
