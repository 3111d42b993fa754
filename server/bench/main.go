// Command bench prints the server's rates, each beside its ceiling in the same run: durable views beside a handler that only answers 204,
// and the news page beside a static file of its size. Ratios hold when a machine is slow or noisy; bare times do not.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	clients = 64 // keep-alive connections
	rounds  = 5  // of each pair, in turn
	span    = 2 * time.Second
	agent   = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)

func main() {
	if len(os.Args) == 3 && os.Args[1] == "ceiling" {
		fmt.Println(ceiling(os.Args[2]))
		return
	}
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// ceiling serves what a rate is compared with: /204, and /page, a file.
func ceiling(page string) error {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("listens on", ln.Addr())
	mux := http.NewServeMux()
	mux.HandleFunc("POST /204", func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, page) })
	return http.Serve(ln, mux)
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "kabar-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "kabar")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", bin, "./server").CombinedOutput(); err != nil {
		return fmt.Errorf("building the server: %w\n%s", err, out)
	}
	settings := filepath.Join(dir, "kabar.toml")
	os.Mkdir(filepath.Join(dir, "posts"), 0o700)
	for i := range 12 {
		post := fmt.Sprintf("---\ntitle: Rapat Pleno Terbuka Rekapitulasi Daftar Pemilih Triwulan %d\ndate: 2026-10-%02d 09:00\ncategory: Berita Terkini\nsummary: KPU Kabupaten Brebes menetapkan daftar pemilih berkelanjutan dalam rapat pleno terbuka.\n---\n%s", i, i+1,
			strings.Repeat("KPU Kabupaten Brebes menggelar rapat pleno terbuka di aula kantor. ", 30))
		if err := os.WriteFile(filepath.Join(dir, "posts", fmt.Sprintf("p%02d.md", i)), []byte(post), 0o600); err != nil {
			return err
		}
	}
	toml := "addr = \"127.0.0.1:0\"\ndatabase = \"sqlite:" + dir + "/kabar.db\"\ntrusted_proxies = [\"127.0.0.1\"]\n[[site]]\nid = \"brebes\"\nname = \"KPU Kabupaten Brebes\"\nposts = \"" + dir + "/posts\"\n"
	if err := os.WriteFile(settings, []byte(toml), 0o600); err != nil {
		return err
	}
	kabar, stop, err := start(ctx, dir, bin, "serve", "-config", settings)
	if err != nil {
		return err
	}
	defer stop()
	slug, err := waitFor(ctx, "http://"+kabar)
	if err != nil {
		return err
	}
	page, err := fetch("http://" + kabar + "/brebes/")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "page.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	top, stopTop, err := start(ctx, dir, self, "ceiling", file)
	if err != nil {
		return err
	}
	defer stopTop()

	var n atomic.Int64
	views := func() []byte {
		i := n.Add(1)
		body := `{"events":[{"id":"bench-` + strconv.FormatInt(i, 10) + `","type":"view","article":"` + slug + `"}]}`
		return post("/api/v1/sites/brebes/events", body, fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255))
	}
	bare := func() []byte {
		return post("/204", `{"events":[{"id":"bench-1","type":"view","article":"`+slug+`"}]}`, "10.0.0.1")
	}
	news := []byte("GET /brebes/ HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nUser-Agent: " + agent + "\r\n\r\n")
	static := []byte("GET /page HTTP/1.1\r\nHost: x\r\nUser-Agent: " + agent + "\r\n\r\n")
	fmt.Printf("%d keep-alive clients, %d rounds of %v each, in turn; medians\n\n", clients, rounds, span)
	fmt.Printf("| what | beside | ratio | lowest–highest | budget |\n|---|---|---|---|---|\n")
	row("durable views, SQLite", "a bare 204", kabar, views, top, bare, "0.4")
	row("news page", "a static file of "+strconv.Itoa(len(page)/1000)+" KB", kabar, func() []byte { return news }, top, func() []byte { return static }, "0.8")
	return nil
}

// row measures two in turn and prints their ratio.
func row(what, beside, addr string, req func() []byte, topAddr string, topReq func() []byte, budget string) {
	var ratios []float64
	for range rounds {
		ratios = append(ratios, rate(addr, req)/rate(topAddr, topReq))
	}
	slices.Sort(ratios)
	fmt.Printf("| %s | %s | %.2f | %.2f–%.2f | ≥ %s |\n", what, beside, ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], budget)
}

func post(path, body, from string) []byte {
	return []byte("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nX-Forwarded-For: " + from + "\r\nUser-Agent: " + agent + "\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

// rate is how many requests a second get a 2xx.
func rate(addr string, req func() []byte) float64 {
	var done atomic.Int64
	var wg sync.WaitGroup
	until := time.Now().Add(span)
	begun := time.Now()
	for range clients {
		wg.Go(func() {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				return
			}
			defer c.Close()
			r := bufio.NewReaderSize(c, 64<<10)
			for time.Now().Before(until) {
				if _, err := c.Write(req()); err != nil {
					return
				}
				if !answered(r) {
					return
				}
				done.Add(1)
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(begun).Seconds()
}

// answered reads one response; lean, so that the client is not what is measured.
func answered(r *bufio.Reader) bool {
	line, err := r.ReadSlice('\n')
	ok := err == nil && bytes.HasPrefix(line, []byte("HTTP/1.1 2"))
	size := 0
	for {
		line, err = r.ReadSlice('\n')
		if err != nil {
			return false
		}
		if len(line) <= 2 {
			break
		}
		if v, found := bytes.CutPrefix(line, []byte("Content-Length: ")); found {
			size, _ = strconv.Atoi(string(bytes.TrimSpace(v)))
		}
	}
	_, err = r.Discard(size)
	return ok && err == nil
}

// start runs a program that says where it listens.
func start(ctx context.Context, dir, name string, args ...string) (addr string, stop func(), err error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	out, err := c.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := c.Start(); err != nil {
		return "", nil, fmt.Errorf("starting %s: %w", name, err)
	}
	r := bufio.NewReader(out)
	line, err := r.ReadString('\n')
	if err != nil {
		return "", nil, fmt.Errorf("%s did not say where it listens: %w", name, err)
	}
	go io.Copy(io.Discard, r)
	f := strings.Fields(line)
	return f[len(f)-1], func() { c.Process.Kill(); c.Wait() }, nil
}

func fetch(url string) ([]byte, error) {
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept-Encoding", "br")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	return io.ReadAll(res.Body)
}

// waitFor waits until the posts are read, and returns the newest one's slug.
func waitFor(ctx context.Context, base string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		b, err := fetch(base + "/api/v1/sites/brebes/articles")
		if err == nil && strings.Count(string(b), `"slug":"`) >= 10 {
			_, rest, _ := strings.Cut(string(b), `"slug":"`)
			slug, _, _ := strings.Cut(rest, `"`)
			return slug, nil
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("the posts were not read: %w", errorOr(err, ctx.Err()))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func errorOr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
