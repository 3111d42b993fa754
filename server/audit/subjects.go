package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"kabar/app/news"
	"kabar/server/trial"
)

// subjects are what is looked at, each on a server of this machine.
type subjects struct {
	news, article, host, bare, stock string // URLs
	stops                            []func()
}

func (s *subjects) stop() {
	for _, f := range s.stops {
		f()
	}
}

// hostPage is what a careful webmaster has, so that whatever is wrong with it is the widget's.
const hostPage = `<!doctype html><html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>KPU Kabupaten Brebes</title>
<meta name="description" content="Situs resmi KPU Kabupaten Brebes"><link rel="icon" href="data:,"></head><body><main><h1>KPU Kabupaten Brebes</h1><p>Selamat datang di situs resmi kami.</p>%s</main></body></html>`

// open starts Kabar, stock go-app and a host.
func open(ctx context.Context, dir string) (s *subjects, err error) {
	s = &subjects{}
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	fmt.Fprintln(os.Stderr, "building Kabar and stock go-app")
	office, err := trial.Serve(ctx, dir, "sqlite:"+filepath.Join(dir, "kabar.db"))
	if err != nil {
		return nil, err
	}
	s.stops = append(s.stops, office.Stop)
	base, newest := office.URL(), office.Newest
	s.news, s.article = base+"/brebes/", base+"/brebes/"+newest[0].Slug
	if s.stock, err = s.openStock(ctx, dir, base, newest[:trial.PerPage]); err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.stops = append(s.stops, func() { ln.Close() })
	widget := fmt.Sprintf("\n<a class=\"kabar\" href=\"%s/brebes/\" data-limit=\"5\">Berita terkini KPU Brebes</a>\n<script async src=\"%s/embed.js\"></script>\n", base, base)
	mux := http.NewServeMux()
	show := func(pattern, widget string) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, hostPage, widget) })
	}
	show("GET /widget", widget)
	show("GET /bare", "")
	mux.HandleFunc("GET /robots.txt", http.NotFound)
	go http.Serve(ln, mux)
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	s.host, s.bare = "http://localhost:"+port+"/widget", "http://localhost:"+port+"/bare"
	return s, nil
}

// openStock builds and starts the stock program with the same news and our own copies of its pictures.
func (s *subjects) openStock(ctx context.Context, dir, base string, newest []news.Article) (string, error) {
	folder := filepath.Join(dir, "stock-files")
	if err := errors.Join(os.MkdirAll(folder+"/web", 0o700), os.MkdirAll(folder+"/img", 0o700)); err != nil {
		return "", err
	}
	wasm, err := trial.Build(ctx, folder+"/web", "./server/audit/stock", "GOOS=js", "GOARCH=wasm")
	if err != nil {
		return "", err
	}
	if err := os.Rename(wasm, folder+"/web/app.wasm"); err != nil {
		return "", err
	}
	bin, err := trial.Build(ctx, folder, "./server/audit/stock")
	if err != nil {
		return "", err
	}
	type shown struct {
		Title, Summary, URL, Picture, Alt string
		Width, Height                     int
	}
	var list []shown
	for _, a := range newest {
		i := a.Image
		path := news.ImagePath(i.Name, i.Widths[0], "jpg")
		if err := copyPicture(ctx, base+path, filepath.Join(folder, path)); err != nil {
			return "", err
		}
		list = append(list, shown{a.Title, a.Summary, news.ArticlePath("brebes", a.Slug), path, i.Alt, i.Widths[0], i.Height * i.Widths[0] / i.Width})
	}
	content, err := json.Marshal(list)
	if err != nil {
		return "", err
	}
	icon := []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="#8a1c1c"/></svg>`)
	if err := errors.Join(os.WriteFile(folder+"/news.json", content, 0o600), os.WriteFile(folder+"/img/icon.svg", icon, 0o600)); err != nil {
		return "", err
	}
	p, err := trial.Start(ctx, bin)
	if err != nil {
		return "", err
	}
	s.stops = append(s.stops, p.Stop)
	return "http://" + p.Addr + "/", nil
}

func copyPicture(ctx context.Context, from, to string) error {
	req, err := http.NewRequestWithContext(ctx, "GET", from, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("copying a picture: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("copying a picture: %s answers %s", from, res.Status)
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, res.Body)
	return errors.Join(err, f.Close())
}
