package trial

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kabar/app/news"
	"kabar/server/example"
)

// Province is many offices on one Kabar, each with a feed of its own that stands in for years of news.
type Province struct {
	*Program
	Offices, Articles int

	bin, settings string
	feeds         net.Listener
}

// pictured is how many articles have a photograph, in how many offices; their copies are made once, and tell nothing about a server that runs.
const (
	pictured        = 2
	picturedOffices = 35
)

// ServeProvince starts Kabar on a database with so many offices of so many articles each, and waits until it has read them all. It tells progress.
func ServeProvince(ctx context.Context, dir, database string, offices, articles int, progress func(stored int)) (*Province, error) {
	bin, err := Build(ctx, dir, "./server")
	if err != nil {
		return nil, err
	}
	photo, err := fs.ReadFile(example.Posts(), "workshop-kehumasan.jpg")
	if err != nil {
		return nil, fmt.Errorf("reading a photograph: %w", err)
	}
	p := &Province{Offices: offices, Articles: articles, bin: bin, settings: filepath.Join(dir, "province.toml")}
	if p.feeds, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("serving feeds: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{office}/feed", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		pictures := 0
		for i := range picturedOffices {
			if r.PathValue("office") == p.Office(i) {
				pictures = pictured
			}
		}
		writeFeed(w, p.base()+"/"+r.PathValue("office"), articles, pictures)
	})
	mux.HandleFunc("GET /{office}/{photo}", func(w http.ResponseWriter, r *http.Request) { w.Write(photo) })
	go http.Serve(p.feeds, mux)

	var text strings.Builder
	fmt.Fprintf(&text, "addr = \"127.0.0.1:0\"\ndatabase = %q\ntrusted_proxies = [\"127.0.0.1\"]\n", database)
	for i := range offices {
		fmt.Fprintf(&text, "[[site]]\nid = %q\nname = \"KPU Kabupaten %d\"\nhome = \"https://kab-%[2]d.kpu.go.id\"\nallow_private_feeds = true\nfeeds = [\"%s/%[1]s/feed\"]\n", p.Office(i), i, p.base())
	}
	if err := os.WriteFile(p.settings, []byte(text.String()), 0o600); err != nil {
		return nil, err
	}
	if err := p.start(ctx); err != nil {
		return nil, err
	}
	if err := p.filled(ctx, progress); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// Office is the id of an office, Slug the slug of an article; both count from 0.
func (p *Province) Office(i int) string { return "kab-" + strconv.Itoa(i) }

// Slug is an article's.
func (p *Province) Slug(i int) string { return "rapat-pleno-terbuka-nomor-" + strconv.Itoa(i) }

func (p *Province) base() string { return "http://" + p.feeds.Addr().String() }

func (p *Province) start(ctx context.Context) (err error) {
	p.Program, err = Start(ctx, p.bin, "serve", "-config", p.settings)
	return err
}

// Restart ends the program and starts it again, and returns how long it took to answer with a page of the last office.
func (p *Province) Restart(ctx context.Context) (time.Duration, error) {
	p.Stop()
	began := time.Now()
	if err := p.start(ctx); err != nil {
		return 0, err
	}
	res, err := http.Get("http://" + p.Addr + news.SitePath(p.Office(p.Offices-1)))
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the news page answers %s", res.Status)
	}
	return time.Since(began), nil
}

// Close ends the program and the feeds.
func (p *Province) Close() {
	p.Stop()
	p.feeds.Close()
}

// filled waits until every article is stored and every photograph has its copies.
func (p *Province) filled(ctx context.Context, progress func(int)) error {
	last, since := 0, time.Now()
	for {
		stored, err := p.sum(ctx, "kabar_source_new_items_total")
		if err != nil {
			return err
		}
		if stored != last {
			last, since = stored, time.Now()
			progress(stored)
		}
		if stored == p.Offices*p.Articles {
			break
		}
		if time.Since(since) > patience {
			return fmt.Errorf("no more articles came after %d of %d", stored, p.Offices*p.Articles)
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
	for i := range min(p.Offices, picturedOffices) {
		for {
			list, err := articlesOf(ctx, "http://"+p.Addr, p.Office(i), pictured)
			if err != nil {
				return err
			}
			made := 0
			for _, a := range list {
				if a.Image != nil {
					made++
				}
			}
			if made == min(pictured, p.Articles) {
				break
			}
			if err := pause(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(200 * time.Millisecond):
		return nil
	}
}

// sum adds up a metric over its labels.
func (p *Province) sum(ctx context.Context, name string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+p.Addr+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, fmt.Errorf("reading the metrics: %w", err)
	}
	defer res.Body.Close()
	total := 0.0
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), name+"{") {
			n, err := strconv.ParseFloat(lines.Text()[strings.LastIndex(lines.Text(), " ")+1:], 64)
			if err != nil {
				return 0, fmt.Errorf("reading the metrics: %w", err)
			}
			total += n
		}
	}
	return int(total), lines.Err()
}

// writeFeed writes a feed of an office's articles, of about 2 KB each, the newest first.
func writeFeed(w http.ResponseWriter, base string, articles, pictures int) {
	b := bufio.NewWriter(w)
	defer b.Flush()
	fmt.Fprintf(b, `<?xml version="1.0"?><rss version="2.0"><channel><title>Berita</title><link>%s</link>`, base)
	const paragraph = "<p>KPU menetapkan daftar pemilih berkelanjutan dalam rapat pleno terbuka yang dihadiri Bawaslu, partai politik, Dinas Kependudukan dan Pencatatan Sipil, serta unsur terkait di aula kantor. Ketua menyampaikan bahwa data pemilih dimutakhirkan setiap bulan agar hak pilih setiap warga terjaga.</p>"
	newest := time.Now().Add(-time.Hour)
	for i := range articles {
		image := ""
		if i < pictures {
			image = fmt.Sprintf(`<enclosure url="%s/foto-%d.jpg" type="image/jpeg" length="1"/>`, base, i)
		}
		fmt.Fprintf(b, `<item><title>Rapat Pleno Terbuka Nomor %d</title><link>%s/%d</link><guid>%[2]s/%[1]d</guid><category>Berita</category><pubDate>%[4]s</pubDate>%[5]s<description><![CDATA[%[6]s]]></description></item>`,
			i, base, i, newest.Add(-time.Duration(i)*7*time.Hour).Format(time.RFC1123Z), image, strings.Repeat(paragraph, 7))
	}
	b.WriteString("</channel></rss>")
}
