package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// TestReplicas runs three servers of one database behind nginx, kills the one that reads the feeds and pauses another under load. Clients send again what
// nobody acknowledged, under the same ids, as the app does. In the end each event is counted once, and each acknowledged one is there.
func TestReplicas(t *testing.T) {
	_, dsn := postgres(t)
	var reads atomic.Int64
	feed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads.Add(1)
		w.Header().Set("Content-Type", "application/rss+xml")
		io.WriteString(w, `<rss version="2.0"><channel><title>KPU</title><item><title>Satu</title><link>https://kab-brebes.kpu.go.id/1</link></item><item><title>Dua</title><link>https://kab-brebes.kpu.go.id/2</link></item></channel></rss>`)
	}))
	defer feed.Close()
	var replicas [3]*kabar
	for i := range replicas {
		replicas[i] = &kabar{t: t, dir: t.TempDir()}
		replicas[i].serve(dsn, []string{feed.URL})
		replicas[i].articles(2) // the first has the turn at the feed, and the others its news
	}
	if n := reads.Load(); n != 1 {
		t.Errorf("three servers read the feed %d times", n)
	}
	front := balance(t, replicas[:])
	slugs := []string{"satu", "dua"}
	pages := func(k *kabar) (n int) { // what the news page says, which is kept in memory
		for _, slug := range slugs {
			if strings.Contains(k.get("/brebes/"+slug).body, fmt.Sprintf(">%d</b> kali", total/len(slugs))) {
				n++
			}
		}
		return n
	}
	for _, k := range replicas {
		pages(k)
	}

	var acknowledged, events atomic.Int64
	var readers sync.WaitGroup
	at := map[int64]func(){
		total / 4: func() { replicas[0].stop(syscall.SIGKILL) },
		total / 2: func() { replicas[2].cmd.Process.Signal(syscall.SIGSTOP) },
	}
	defer replicas[2].cmd.Process.Signal(syscall.SIGCONT)
	for range 16 {
		readers.Go(func() {
			for {
				n := events.Add(1)
				if n > total {
					return
				}
				if fault := at[n]; fault != nil {
					fault()
				}
				for front.view(t, n, slugs[n%2]) != http.StatusOK && !t.Failed() {
				}
				acknowledged.Add(1)
				if n%5 == 0 { // the answer was lost on its way: the same again
					front.view(t, n, slugs[n%2])
				}
			}
		})
	}
	readers.Wait()
	replicas[2].cmd.Process.Signal(syscall.SIGCONT)
	for _, k := range replicas[1:] {
		for _, slug := range slugs {
			var got struct{ Counts struct{ Views int64 } }
			a := k.get("/api/v1/sites/brebes/articles/" + slug)
			if err := json.Unmarshal([]byte(a.body), &got); err != nil || got.Counts.Views != total/2 {
				t.Errorf("%s has %d views (%v), want %d", slug, got.Counts.Views, err, total/2)
			}
		}
		k.wait("pages with the new totals", func() bool { return pages(k) == len(slugs) })
	}
	if n := acknowledged.Load(); n != total {
		t.Errorf("%d of %d events were acknowledged", n, total)
	}
	replicas[1].wait("another server to read the feed", func() bool { return reads.Load() >= 2 })
}

// total is how many readers come, half of them to each of two articles.
const total = 1800

// view sends one view, whose id and reader are made of n, and returns the status; 0 when no answer came.
func (f *front) view(t *testing.T, n int64, slug string) int {
	body := fmt.Sprintf(`{"events":[{"id":"reader-%d","type":"view","article":%q}]}`, n, slug)
	req, err := http.NewRequestWithContext(t.Context(), "POST", f.url+"/api/v1/sites/brebes/events", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return 0
	}
	req.Header.Set("User-Agent", phone)
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.0.%d.%d", n>>8, n&255))
	res, err := client.Do(req)
	if err != nil {
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// front is an nginx.
type front struct{ url string }

// balance starts nginx before servers. What it does not pass on, or waits for in vain, it gives to another one: also a POST, since an event's id keeps it
// from counting twice.
func balance(t *testing.T, servers []*kabar) *front {
	t.Helper()
	nginx := program(t, "nginx")
	dir, addr := t.TempDir(), freeAddr(t)
	var b strings.Builder
	if os.Getuid() == 0 {
		b.WriteString("user root;\n")
	}
	b.WriteString("daemon off; worker_processes 1; pid nginx.pid; error_log error.log;\nevents {}\nhttp {\naccess_log off;\n")
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&b, "%s_temp_path %s;\n", kind, kind)
	}
	b.WriteString("upstream kabar {\n")
	for _, k := range servers {
		fmt.Fprintf(&b, "server %s max_fails=1 fail_timeout=2s;\n", strings.TrimPrefix(k.url, "http://"))
	}
	fmt.Fprintf(&b, `keepalive 16;
}
server {
listen %s;
location / {
proxy_pass http://kabar;
proxy_http_version 1.1;
proxy_set_header Connection "";
proxy_set_header Host $host;
proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
proxy_connect_timeout 1s;
proxy_read_timeout 1s;
proxy_next_upstream error timeout non_idempotent;
}
}
}
`, addr)
	conf := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(conf, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(nginx, "-p", dir, "-c", conf, "-e", "error.log")
	var said lines
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	})
	f := &front{"http://" + addr}
	servers[0].wait("nginx: "+said.String(), func() bool {
		res, err := client.Get(f.url + "/healthz")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	})
	return f
}
