// Command bench prints the server's rates, each beside its ceiling in the same run: durable views beside a handler that only answers 204,
// and the news page beside a static file of its size. Ratios hold when a machine is slow or noisy; bare times do not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"kabar/app/news"
	"kabar/server/cluster"
	"kabar/server/trial"
)

const rounds = 9 // of each pair, in turn

func main() {
	if len(os.Args) == 3 && os.Args[1] == "ceiling" {
		fmt.Println(ceiling(os.Args[2]))
		return
	}
	offices := flag.Int("offices", 35, "of the province")
	articles := flag.Int("articles", 1000, "of each office of the province")
	flag.Parse()
	if err := run(context.Background(), *offices, *articles); err != nil {
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

func run(ctx context.Context, offices, articles int) error {
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

	shared, stop, err := postgres(ctx)
	if err != nil {
		return err
	}
	defer stop()

	views := func() []byte { return view(news.EventsPath("brebes"), slug) }
	bare := func() []byte { return view("/204", slug) }
	front, static := get("/brebes/"), get("/page")
	fmt.Printf("%d keep-alive clients, %d rounds of %v each, in turn; medians\n\n", clients, rounds, span)
	fmt.Printf("| what | beside | ratio | lowest–highest | budget |\n|---|---|---|---|---|\n")
	row("durable views, SQLite", "a bare 204", kabar, views, top, bare, "≥ 0.4")
	row("durable views, PostgreSQL", "a bare 204", shared.Addr, views, top, bare, "≥ 0.3")
	staticName := "a static file of " + strconv.Itoa(len(page)/1000) + " KB"
	row("news page", staticName, kabar, func() []byte { return front }, top, func() []byte { return static }, "≥ 0.8")
	_, most, err := office.Resident()
	if err != nil {
		return err
	}
	stop()
	office.Stop()
	if err := province(ctx, offices, articles, top, bare, func() []byte { return static }, staticName); err != nil {
		return err
	}
	fmt.Printf("\nOne office: resident memory at most %d MB, from its first start on.\n", most>>20)
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
	fmt.Printf("| %s | %s | %.2f | %.2f–%.2f | %s |\n", what, beside, ratios[len(ratios)/2], ratios[0], ratios[len(ratios)-1], budget)
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
