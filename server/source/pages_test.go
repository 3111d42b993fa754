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
}

func (r rounds) SaveSource(ctx context.Context, site, name string, s source.State) error {
	err := r.Store.SaveSource(ctx, site, name, s)
	if !s.Next.After(s.Tried) { // in the middle of a reading
		return err
	}
	select {
	case r.done <- s:
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
	log   *strings.Builder
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
	out := polled{rounds{db, make(chan source.State)}, &clock{t: time.Date(2026, 11, 23, 22, 45, 0, 0, wib)}, &strings.Builder{}}
	db.Now = out.clock.now
	p := &source.Poller{Sites: []source.Site{office}, Store: out.rounds, Get: fetch.New("Kabar/1").Get, Log: slog.New(slog.NewTextHandler(out.log, nil)), Now: out.clock.now, Pace: time.Nanosecond}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { p.Run(ctx); close(done) }()
	t.Cleanup(func() {
		cancel()
		<-done
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return out
}

// round waits until the source has been read once more.
func (p polled) round(t *testing.T) source.State {
	t.Helper()
	select {
	case s := <-p.done:
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
