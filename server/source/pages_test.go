package source_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/fetch"
	"kabar/server/source"
	"kabar/server/store"
)

// home is the address that the saved pages were saved from.
const home = "https://kab-contoh.example"

// cms is a saved site: its pages by address, and what must come of them.
type cms struct {
	name, list string
	selectors  source.Page
	pages      map[string]string // path and query → file
	want       []article         // newest first
}

type article struct{ path, title, date, picture, begins, ends string }

var sites = []cms{
	{name: "kpu", list: "/index.php/blog/category/104", pages: map[string]string{
		"/index.php/blog/category/104": "list.html", "/index.php/blog/category/104?page=2": "list-2.html",
		"/index.php/blog/read/8415/kpu-contoh-gelar-rapat-pleno-terbuka-dpt": "8415.html", "/index.php/blog/read/8411/sosialisasi-pendidikan-pemilih-di-sman-1": "8411.html",
		"/index.php/blog/read/8402/rapat-koordinasi-ppid": "8402.html", "/index.php/blog/read/8390/apel-pagi-sekretariat": "8390.html", "/index.php/blog/read/8377/penyerahan-arsip-pemilu": "8377.html",
	}, want: []article{
		{"/index.php/blog/read/8415/kpu-contoh-gelar-rapat-pleno-terbuka-dpt", "KPU Contoh Gelar Rapat Pleno Terbuka Penetapan DPT dan PDPB", "2026-08-12 00:00", "/assets/upload/8415.jpg", "Contoh, kab-contoh.kpu.go.id – KPU", "oleh seluruh peserta."},
		{"/index.php/blog/read/8411/sosialisasi-pendidikan-pemilih-di-sman-1", "Sosialisasi Pendidikan Pemilih di SMA Negeri 1 Contoh", "2026-08-10 00:00", "/assets/upload/8411.jpg", "Contoh – Sebanyak 240", "dibuat sendiri."},
		{"/index.php/blog/read/8402/rapat-koordinasi-ppid", "Rapat Koordinasi PPID dan Pengelolaan Informasi Publik", "2026-08-07 00:00", "/assets/upload/8402.jpg", "Contoh, kab-contoh", "tingkat kabupaten."},
		{"/index.php/blog/read/8390/apel-pagi-sekretariat", "Apel Pagi Sekretariat dan Pengarahan Pimpinan", "2026-08-03 00:00", "/assets/upload/8390.jpg", "Contoh – Seluruh", "doa bersama."},
		{"/index.php/blog/read/8377/penyerahan-arsip-pemilu", "Penyerahan Arsip Pemilu ke Dinas Kearsipan Kabupaten", "2026-07-30 00:00", "/assets/upload/8377.jpg", "Contoh – KPU", "kepala subbagian."},
	}},
	{name: "opensid", list: "/", pages: map[string]string{
		"/": "list.html", "/artikel/2026/8/11/penyaluran-blt-dana-desa-tahap-iii": "penyaluran-blt-dana-desa-tahap-iii.html", "/artikel/2026/8/4/kerja-bakti-menyambut-hut-ri": "kerja-bakti-menyambut-hut-ri.html",
	}, want: []article{
		{"/artikel/2026/8/11/penyaluran-blt-dana-desa-tahap-iii", "Penyaluran BLT Dana Desa Tahap III Tahun 2026", "2026-08-11 09:12", "/desa/upload/artikel/sedang_penyaluran-blt-dana-desa-tahap-iii.jpg", "Pemerintah Desa Contoh", "setiap bulan."},
		{"/artikel/2026/8/4/kerja-bakti-menyambut-hut-ri", "Kerja Bakti Menyambut HUT RI ke-81", "2026-08-04 13:05", "/desa/upload/artikel/sedang_kerja-bakti-menyambut-hut-ri.jpg", "Warga dari enam RT", "siang hari."},
	}},
	{name: "phpmu", list: "/berita", pages: map[string]string{
		"/berita": "list.html", "/berita/detail/pendaftaran-guru-penggerak-angkatan-12": "pendaftaran-guru-penggerak-angkatan-12.html", "/berita/detail/bantuan-buku-untuk-perpustakaan-desa": "bantuan-buku-untuk-perpustakaan-desa.html",
	}, want: []article{
		{"/berita/detail/pendaftaran-guru-penggerak-angkatan-12", "Pendaftaran Guru Penggerak Angkatan XII Dibuka hingga 30 September", "2026-08-11 08:30", "/asset/foto_berita/pendaftaran-guru-penggerak-angkatan-12.jpg", "Dinas Pendidikan Kabupaten Contoh membuka", "bulan depan."},
		{"/berita/detail/bantuan-buku-untuk-perpustakaan-desa", "Bantuan 3.000 Buku untuk Perpustakaan Desa", "2026-08-07 14:02", "/asset/foto_berita/bantuan-buku-untuk-perpustakaan-desa.jpg", "Sebanyak tiga ribu", "cuma–cuma mulai pekan depan."},
	}},
	{name: "bootstrap", list: "/berita", pages: map[string]string{"/berita": "list.html", "/berita/baca?id=231": "231.html", "/berita/baca?id=228": "228.html"}, want: []article{
		{"/berita/baca?id=231", "Camat Lantik Anggota PPS Sekecamatan", "2026-08-10 10:20", "/uploads/berita/231.jpg", "BREBES – Camat Contoh", "setiap desa."},
		{"/berita/baca?id=228", "Posyandu Remaja Dibuka di Lima Desa", "2026-08-05 07:45", "/uploads/berita/228.jpg", "BREBES – Posyandu", "tanpa biaya sama sekali."},
	}},
	{name: "joomla", list: "/index.php/berita", pages: map[string]string{
		"/index.php/berita": "list.html", "/index.php/berita/77-imunisasi-campak-di-sekolah-dasar": "77.html", "/index.php/berita/74-jadwal-pelayanan-selama-agustus": "74.html",
	}, want: []article{
		{"/index.php/berita/77-imunisasi-campak-di-sekolah-dasar", "Imunisasi Campak di Sekolah Dasar", "2026-08-09 08:30", "/images/berita/77.jpg", "Petugas Puskesmas", "pukul 08.00 sampai 12.00."},
		{"/index.php/berita/74-jadwal-pelayanan-selama-agustus", "Jadwal Pelayanan Selama Bulan Agustus", "2026-08-01 09:00", "/images/berita/74.jpg", "Pelayanan umum", "07.30–11.00"},
	}},
}

// notArticle is what stands around the saved articles, and on every page of theirs.
var notArticle = []string{"51 kali", "51 Kali", "Dibaca", "Dilihat", "Bagikan", "Facebook", "Twitter", "WhatsApp", "Tweet", "Terkait", "Terpopuler", "Populer", "Lainnya", "Komentar", "Budi Santoso", "Administrator",
	"Super User", "jcomments", "Cetak", "Hak Cipta", "Copyright", "Beranda", "Agenda", "2018", "2019", "Selengkapnya", "Sebelumnya", "Hari ini:"}

// served is a saved site on a server, which writes down what it was asked for.
type served struct {
	cms
	*httptest.Server
	mu     sync.Mutex
	asked  []string
	extra  map[string]http.HandlerFunc // over the saved pages
	modify func(string) string
}

func serve(t testing.TB, c cms) *served {
	t.Helper()
	s := &served{cms: c, extra: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.RequestURI())
		extra, modify := s.extra[r.URL.RequestURI()], s.modify
		s.mu.Unlock()
		if extra != nil {
			extra(w, r)
			return
		}
		file := s.pages[r.URL.RequestURI()]
		if file == "" {
			http.NotFound(w, r)
			return
		}
		data, err := os.ReadFile(filepath.Join("testdata/pages", s.name, file))
		if err != nil {
			t.Error(err)
		}
		page := strings.ReplaceAll(string(data), home, s.URL)
		if modify != nil {
			page = modify(page)
		}
		tag := fmt.Sprintf(`"%d-%d"`, len(page), strings.Count(page, "a"))
		w.Header().Set("ETag", tag)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, page)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests are what the server was asked for since the last call.
func (s *served) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.asked
	s.asked = nil
	return out
}

func (s *served) answer(path string, h http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.extra[path] = h
}

// rounds is a store that tells when a source has been read, and holds it there.
type rounds struct {
	*store.Store
	done chan source.State
	next chan bool
	held *bool // by the test alone: a reading has ended and the next not begun
}

func (r rounds) SaveSource(ctx context.Context, site, name string, s source.State) error {
	err := r.Store.SaveSource(ctx, site, name, s)
	if !s.Next.After(s.Tried) { // in the middle of a reading
		return err
	}
	select {
	case r.done <- s:
		select {
		case <-r.next:
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	return err
}

// clock is one that goes on by a second with each look.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.add(time.Second); c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) add(d time.Duration) { c.mu.Lock(); c.t = c.t.Add(d); c.mu.Unlock() }

// polled is a poller at work on a served site.
type polled struct {
	rounds
	clock *clock
	stop  func()
}

var wib = news.Site{TimeZone: "Asia/Jakarta"}.Location()

func site(s *served) source.Site {
	page := s.selectors
	page.URL = s.URL + s.list
	return source.Site{ID: "contoh", Location: wib, Pages: []source.Page{page}, Refresh: time.Millisecond, AllowPrivate: true}
}

func poll(t *testing.T, office source.Site) polled {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "kabar.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	out := polled{rounds: rounds{db, make(chan source.State), make(chan bool), new(bool)}, clock: &clock{t: time.Date(2026, 11, 23, 22, 45, 0, 0, wib)}}
	db.Now = out.clock.now
	out.stop = out.start(t, office)
	return out
}

// start begins to poll; stop ends it.
func (out polled) start(t *testing.T, office source.Site) (stop func()) {
	t.Helper()
	p := &source.Poller{Sites: []source.Site{office}, Store: out.rounds, Get: fetch.New("Kabar/1").Get, Log: slog.New(slog.DiscardHandler), Now: out.clock.now, Pace: time.Nanosecond}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { p.Run(ctx); close(done) }()
	*out.held = false
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

// round lets the source be read once more, and holds it then.
func (p polled) round(t *testing.T) source.State {
	t.Helper()
	if *p.held {
		p.next <- true
	}
	select {
	case s := <-p.done:
		*p.held = true
		return s
	case <-t.Context().Done():
		t.Fatal("no round")
	}
	return source.State{}
}

func (p polled) articles(t *testing.T) []news.Article {
	t.Helper()
	list, err := p.List(t.Context(), "contoh", news.Query{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	return list.Articles
}

// A saved site comes in whole over HTTP, with nothing of what stands around its articles, and is not asked for an article twice.
func TestPages(t *testing.T) {
	for _, c := range sites {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, c)
			p := poll(t, site(s))
			if st := p.round(t); st.Error != "" || st.Items == 0 {
				t.Fatalf("%+v\n%s", st, strings.Join(s.requests(), "\n"))
			}
			got := p.articles(t)
			if len(got) != len(c.want) {
				t.Fatalf("%d articles\n%s", len(got), strings.Join(s.requests(), "\n"))
			}
			for i, want := range c.want {
				check(t, s, want, p, got[i])
			}
			var pictures []string
			for _, want := range c.want {
				pictures = append(pictures, s.URL+want.picture)
			}
			slices.Sort(pictures)
			if got := p.pictures(t); got != strings.Join(pictures, "\n") {
				t.Errorf("the pictures are\n%s", got)
			}
			seen := map[string]int{}
			for _, r := range s.requests() {
				seen[r]++
			}
			for _, want := range c.want {
				if seen[want.path] != 1 {
					t.Errorf("%s was asked for %d times", want.path, seen[want.path])
				}
			}
			if seen["/robots.txt"] != 1 {
				t.Error("robots.txt was not read once")
			}
			p.round(t)
			s.requests()
			if st := p.round(t); st.New != len(c.want) {
				t.Errorf("%d are new", st.New)
			}
			for _, r := range s.requests() {
				if r != c.list {
					t.Errorf("%s was asked for again", r)
				}
			}
		})
	}
}

func check(t *testing.T, s *served, want article, p polled, listed news.Article) {
	t.Helper()
	a, err := p.Article(t.Context(), "contoh", listed.Slug)
	if err != nil {
		t.Fatal(err)
	}
	text := news.PlainText(a.Body)
	if a.Title != want.title || a.URL != s.URL+want.path {
		t.Errorf("got %q at %s\nwant %q at %s", a.Title, a.URL, want.title, want.path)
	}
	if got := a.Published.In(wib).Format("2006-01-02 15:04"); got != want.date {
		t.Errorf("%s: published %s, want %s", want.title, got, want.date)
	}
	if !strings.HasPrefix(text, want.begins) || !strings.HasSuffix(strings.TrimSpace(text), want.ends) {
		t.Errorf("%s: want from %q to %q, got\n%s", want.title, want.begins, want.ends, text)
	}
	for _, w := range notArticle {
		if strings.Contains(text, w) {
			t.Errorf("%s: %q is part of the text:\n%s", want.title, w, text)
		}
	}
	news.Images(a.Body, func(i *news.Image) { t.Errorf("%s: the picture stands in the text, too: %s", want.title, i.Src) })
}

// pictures are what the articles' pictures are to be fetched from.
func (p polled) pictures(t *testing.T) string {
	t.Helper()
	queue, err := p.PictureQueue(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, q := range queue {
		all = append(all, q.Src)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func kpu(t *testing.T) *served {
	t.Helper()
	return serve(t, sites[0])
}

// rss is a feed of one item.
func rss(title, link string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>t</title><item><title>%s</title><link>%s</link><pubDate>Wed, 12 Aug 2026 08:00:00 +0700</pubDate><description>Isi.</description></item></channel></rss>`, title, link)
	}
}

func titles(all []news.Article) string {
	var out []string
	for _, a := range all {
		out = append(out, a.Title)
	}
	return strings.Join(out, "\n")
}

// A feed that works goes before the pages, wherever it is named; one that does not is passed over.
func TestPageWithFeed(t *testing.T) {
	const articlePath = "/artikel/2026/8/11/penyaluran-blt-dana-desa-tahap-iii"
	homePage := func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<title>Kantor</title><link rel="alternate" type="application/rss+xml" title="Komentar" href="/comments/feed"><link rel="alternate" type="application/rss+xml" href="/rss">`)
	}
	for _, tt := range []struct {
		name  string
		serve func(*served)
		feed  bool
	}{
		{"the list names it", func(s *served) { s.extra["/feed"] = rss("Dari umpan", s.URL+"/lain/1") }, true},
		{"it is a PHP error", func(s *served) {
			s.extra["/feed"] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<b>Fatal error</b>: Uncaught Error") }
		}, false},
		{"it is empty", func(s *served) {
			s.extra["/feed"] = func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `<rss version="2.0"><channel><title>t</title></channel></rss>`)
			}
		}, false},
		{"the home page names it", func(s *served) {
			s.extra["/kantor"], s.extra["/rss"] = homePage, rss("Dari umpan", "https://nama-lain.example"+articlePath)
		}, true},
		{"the home page names one of something else", func(s *served) {
			s.extra["/kantor"], s.extra["/rss"] = homePage, rss("Agenda", s.URL+"/agenda/1")
		}, false},
		{"robots.txt keeps it closed", func(s *served) {
			s.extra["/feed"] = rss("Dari umpan", s.URL+"/lain/1")
			s.extra["/robots.txt"] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nDisallow: /feed") }
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, sites[1])
			tt.serve(s)
			office := site(s)
			office.Home = s.URL + "/kantor"
			p := poll(t, office)
			if st := p.round(t); st.Error != "" {
				t.Error(st.Error)
			}
			got, requests := titles(p.articles(t)), strings.Join(s.requests(), "\n")
			if tt.feed && (got != "Dari umpan" || strings.Contains(requests, articlePath)) || !tt.feed && got != sites[1].want[0].title+"\n"+sites[1].want[1].title {
				t.Errorf("got\n%s\nby\n%s", got, requests)
			}
			if strings.Contains(requests, "/comments/feed") {
				t.Error("a feed of comments was read")
			}
			p.round(t)
			s.requests()
			p.round(t)
			if again := s.requests(); len(again) != 1 {
				t.Errorf("a later round asks for %v", again)
			}
		})
	}
}

// A feed that stops working gives way to the pages, and the article stays one.
func TestFeedStops(t *testing.T) {
	s := serve(t, sites[1])
	s.answer("/feed", rss(sites[1].want[0].title, s.URL+sites[1].want[0].path))
	p := poll(t, site(s))
	p.round(t)
	s.answer("/feed", http.NotFound)
	for range 8 {
		p.round(t)
	}
	if got := titles(p.articles(t)); got != sites[1].want[1].title+"\n"+sites[1].want[0].title && got != sites[1].want[0].title+"\n"+sites[1].want[1].title {
		t.Errorf("got\n%s", got)
	}
}

// robots.txt decides, as RFC 9309 has it: what it forbids is not asked for, and while it cannot be had nothing is.
func TestRobots(t *testing.T) {
	for _, tt := range []struct {
		name, robots string
		status       int
		error        string // "" where everything is read
		articles     int
	}{
		{"there is none", "", 404, "", 5},
		{"all is closed", "User-agent: *\nDisallow: /", 200, "robots.txt does not let Kabar", 0},
		{"closed to Kabar", "User-agent: *\nAllow: /\n\nUser-agent: kabar\nDisallow: /index.php/blog/category", 200, "robots.txt does not let Kabar", 0},
		{"closed to others", "User-agent: GPTBot\nDisallow: /", 200, "", 5},
		{"one article is closed", "User-agent: *\nDisallow: /index.php/blog/read/8411/", 200, "8411/sosialisasi-pendidikan-pemilih-di-sman-1: the site's robots.txt does not let Kabar", 4},
		{"a page in its place", "<!DOCTYPE html><title>Beranda</title><p>User-agent</p>", 200, "", 5},
		{"a line that is wrong", "Sitemap\nDisallow: /x\nUser-agent: *\nCrawl-delay: sedikit\nDisallow: /index.php", 200, "robots.txt does not let Kabar", 0},
		{"the server fails", "", 503, "read the site's robots.txt", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := kpu(t)
			s.answer("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.robots)
			})
			p := poll(t, site(s))
			st := p.round(t)
			if tt.error == "" && st.Error != "" || !strings.Contains(st.Error, tt.error) && tt.status == 200 {
				t.Errorf("error %q", st.Error)
			}
			if got := p.articles(t); len(got) != tt.articles {
				t.Errorf("%d articles", len(got))
			}
			for _, r := range s.requests() {
				if tt.articles == 0 && r != "/robots.txt" {
					t.Errorf("%s was asked for", r)
				}
			}
		})
	}
}

// Later changes come in: a new article alone is read, a title that changes on the list at once, a text within the hour; each article stays one.
func TestPageChanges(t *testing.T) {
	s := kpu(t)
	last := sites[0].want[0].path
	s.answer(last, func(w http.ResponseWriter, r *http.Request) { http.Error(w, "", http.StatusInternalServerError) })
	list := s.list
	before := strings.ReplaceAll(read(t, "kpu/list.html"), home, s.URL)
	s.answer(list, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, before[:strings.Index(before, `<div class="blog-item">`)]+before[strings.Index(before, `<h3><a href="`+s.URL+`/index.php/blog/read/8411`):])
	})
	p := poll(t, site(s))
	p.round(t)
	if got := len(p.articles(t)); got != 4 {
		t.Fatalf("%d articles", got)
	}
	s.answer(list, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, before) })
	p.round(t)
	s.requests()
	st := p.round(t)
	if !strings.Contains(st.Error, "8415") || !strings.Contains(st.Error, "500") || st.Refused != 1 {
		t.Errorf("an article that cannot be read: %q, %d refused", st.Error, st.Refused)
	}
	s.answer(last, nil)
	p.clock.add(time.Minute)
	p.round(t)
	p.round(t)
	for _, r := range s.requests() {
		if r != list && r != last {
			t.Errorf("%s was asked for", r)
		}
	}
	all := p.articles(t)
	if len(all) != 5 || all[0].Title != sites[0].want[0].title {
		t.Fatalf("got\n%s", titles(all))
	}

	page := strings.ReplaceAll(read(t, "kpu/8411.html"), home, s.URL)
	ralat := strings.NewReplacer("Sosialisasi Pendidikan", "RALAT: Sosialisasi Pendidikan", "240 pelajar", "250 pelajar")
	path := sites[0].want[1].path
	s.answer(path, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ralat.Replace(page)) })
	s.answer(list, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ralat.Replace(before)) })
	p.round(t)
	p.round(t)
	again := p.articles(t)
	if len(again) != 5 || again[1].Title != "RALAT: Sosialisasi Pendidikan Pemilih di SMA Negeri 1 Contoh" || again[1].Slug != all[1].Slug {
		t.Errorf("after a new title\n%s", titles(again))
	}

	s.answer(path, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.Replace(ralat.Replace(page), "dibuat sendiri", "dibuat para guru", 1))
	})
	p.clock.add(time.Hour)
	p.round(t)
	p.round(t)
	if a, err := p.Article(t.Context(), "contoh", all[1].Slug); err != nil || !strings.Contains(news.PlainText(a.Body), "dibuat para guru") {
		t.Errorf("after a correction: %v\n%s", err, news.PlainText(a.Body))
	}

	moved := strings.Replace(path, "sosialisasi", "ralat-sosialisasi", 1)
	s.answer(moved, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, ralat.Replace(page)) })
	s.answer(list, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.ReplaceAll(ralat.Replace(before), path, moved))
	})
	p.round(t)
	p.round(t)
	if got := p.articles(t); len(got) != 5 || got[1].Slug != all[1].Slug || got[1].URL != s.URL+moved {
		t.Errorf("after a new address\n%s\n%+v", titles(got), got[1])
	}
}

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile("testdata/pages/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// What a site does wrong ends in words that its webmaster understands, and in no article.
func TestPageFaults(t *testing.T) {
	for _, tt := range []struct {
		name  string
		serve func(*served)
		page  source.Page
		want  string
	}{
		{"no links", func(s *served) {
			s.extra[s.list] = func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `<div id="app"></div><script src="/app.js"></script>`)
			}
		}, source.Page{}, "no links to articles were found on it; set link to a CSS selector of theirs"},
		{"a selector of nothing", func(*served) {}, source.Page{Body: ".isi-berita"}, `the selector body = ".isi-berita" finds nothing on the page`},
		{"the list is gone", func(s *served) { s.extra[s.list] = http.NotFound }, source.Page{}, "the server answered 404 Not Found"},
		{"articles lead home", func(s *served) {
			for _, a := range s.want {
				s.extra[a.path] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }
			}
			s.extra["/"] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<h1>Selamat datang</h1>") }
		}, source.Page{}, "its address leads to http://"},
		{"pages that say they are missing", func(s *served) {
			for _, a := range s.want {
				s.extra[a.path] = func(w http.ResponseWriter, r *http.Request) {
					fmt.Fprint(w, "<title>404 Page Not Found</title><h1>404 Page Not Found</h1>")
				}
			}
		}, source.Page{Title: "h1"}, "there is no article on the page"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, sites[0])
			tt.serve(s)
			office := site(s)
			tt.page.URL = office.Pages[0].URL
			office.Pages[0] = tt.page
			p := poll(t, office)
			st := p.round(t)
			if !strings.Contains(st.Error, tt.want) || len(p.articles(t)) > 0 {
				t.Errorf("%q; %d articles", st.Error, len(p.articles(t)))
			}
			if slices.Contains(s.requests(), s.want[0].path) {
				t.Error("a site that fails is asked on")
			}
		})
	}
}

// Selectors go over what would be found.
func TestSelectors(t *testing.T) {
	s := serve(t, sites[3])
	s.selectors = source.Page{Link: ".caption", Title: "ol.breadcrumb .active", Date: ".tgl", Picture: ".foto", Body: ".col-md-8 > p:not(.text-muted)"}
	s.modify = func(page string) string {
		return strings.Replace(strings.Replace(page, "<hr>", `<hr><i class="tgl">Kamis, 6 Agustus 2026 pukul 07.05</i>`, 1), "<h1>", `<div class="foto"><img src="/foto.jpg"></div><h1>Kolom: `, 1)
	}
	p := poll(t, site(s))
	if st := p.round(t); st.Error != "" {
		t.Fatal(st.Error)
	}
	all := p.articles(t)
	if len(all) != 2 {
		t.Fatalf("got %q", titles(all))
	}
	a, err := p.Article(t.Context(), "contoh", all[1].Slug)
	if err != nil || a.Title != "Camat Lantik Anggota PPS Sekecamatan" && a.Title != "Posyandu Remaja Dibuka di Lima Desa" || a.Published.In(wib).Format("02 15:04") != "06 07:05" || !strings.HasPrefix(news.PlainText(a.Body), "BREBES –") {
		t.Errorf("%v: %+v", err, a)
	}
	if got := p.pictures(t); got != s.URL+"/foto.jpg" {
		t.Errorf("pictures\n%s", got)
	}
}

// Try shows what would be read, and the notes that a webmaster needs.
func TestTry(t *testing.T) {
	s := kpu(t)
	s.answer(sites[0].want[1].path, http.NotFound)
	var progress []string
	p := source.Poller{Get: fetch.New("Kabar/1").Get, Log: slog.New(slog.DiscardHandler), Pace: time.Nanosecond}
	found, err := p.Try(t.Context(), site(s), func(line string) { progress = append(progress, line) })
	if err != nil || len(found) != 2 {
		t.Fatalf("%v, %d found\n%s", err, len(found), strings.Join(progress, "\n"))
	}
	if f := found[0]; f.Title != sites[0].want[0].title || f.Source != s.URL+s.list || strings.Join(f.Notes, "; ") != "date from the list; title in capitals, made readable" {
		t.Errorf("%s: %q", f.Title, f.Notes)
	}
	if all := strings.Join(progress, "\n"); !strings.Contains(all, "cannot read "+s.URL+sites[0].want[1].path+": the server answered 404 Not Found") || !strings.Contains(all, "reading 3 of 3") {
		t.Errorf("progress\n%s", all)
	}
}

// After a restart no article is read again; one that was broken off goes on where it was.
func TestPagesRestart(t *testing.T) {
	s := kpu(t)
	reached, wait := make(chan bool), make(chan bool)
	newest := sites[0].want[0].path
	p := poll(t, source.Site{})
	s.answer(newest, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case reached <- true:
		case <-wait:
		}
		<-r.Context().Done()
	})
	// Six articles are two portions, of which the first is stored when the last is asked for.
	list := strings.ReplaceAll(read(t, "kpu/list-2.html"), home, s.URL)
	s.answer(s.list+"?page=2", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, strings.Replace(list, `<ul class="pagination">`, `<div class="blog-item"><h3><a href="/index.php/blog/read/8360/hari-libur-nasional">Hari Libur Nasional Kantor Tutup</a></h3></div><ul class="pagination">`, 1))
	})
	s.answer("/index.php/blog/read/8360/hari-libur-nasional", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<h1>Hari Libur Nasional Kantor Tutup</h1><p>Kantor tutup pada hari libur nasional dan buka kembali pada hari kerja berikutnya seperti biasa pukul 08.00.</p>")
	})
	stop := p.start(t, site(s))
	<-reached
	stop()
	close(wait)
	if got := p.articles(t); len(got) != 5 {
		t.Fatalf("after the break %d articles", len(got))
	}
	s.answer(newest, nil)
	s.requests()
	p.start(t, site(s))
	p.round(t)
	if got := p.articles(t); len(got) != 6 {
		t.Errorf("after the restart %d articles", len(got))
	}
	for _, r := range s.requests() {
		if strings.Contains(r, "/read/") && r != newest {
			t.Errorf("%s was asked for again", r)
		}
	}
}
