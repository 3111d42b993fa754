// Command bench prints the server's rates, each beside its ceiling in the same run: durable views beside a handler that only answers 204,
// and the news page beside a static file of its size. Ratios hold when a machine is slow or noisy; bare times do not.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"kabar/server/cluster"
	"kabar/server/trial"
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
	office, err := trial.Serve(ctx, dir, "sqlite:"+filepath.Join(dir, "kabar.db"))
	if err != nil {
		return err
	}
	defer office.Stop()
	kabar, slug := office.Addr, office.Newest[0].Slug
	page, err := fetch(office.URL() + "/brebes/")
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
	ceiling, err := trial.Start(ctx, self, "ceiling", file)
	if err != nil {
		return err
	}
	defer ceiling.Stop()
	top := ceiling.Addr
	idle, err := office.Resident()
	if err != nil {
		return err
	}

	shared, stop, err := postgres(ctx)
	if err != nil {
		return err
	}
	defer stop()

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
	row("durable views, PostgreSQL", "a bare 204", shared.Addr, views, top, bare, "0.3")
	row("news page", "a static file of "+strconv.Itoa(len(page)/1000)+" KB", kabar, func() []byte { return news }, top, func() []byte { return static }, "0.8")
	loaded, err := office.Resident()
	if err != nil {
		return err
	}
	fmt.Printf("\nResident memory: %d MB before the load, %d MB after it.\n", idle>>20, loaded>>20)
	return nil
}

// postgres starts the same office on a PostgreSQL of its own.
func postgres(ctx context.Context) (office *trial.Office, stop func(), err error) {
	pg, err := cluster.Start(ctx, cluster.Durable)
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "kabar-bench-")
	if err != nil {
		return nil, nil, errors.Join(err, pg.Stop())
	}
	stop = func() {
		if office != nil {
			office.Stop()
		}
		pg.Stop()
		os.RemoveAll(dir)
	}
	dsn, err := pg.Database(ctx, "kabar")
	if err == nil {
		office, err = trial.Serve(ctx, dir, dsn)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return office, stop, nil
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
