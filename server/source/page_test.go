package source

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kabar/app/news"
	"kabar/server/fetch"
)

func TestReadable(t *testing.T) {
	for in, want := range map[string]string{
		"KPU BREBES GELAR RAPAT PLENO TERBUKA DPT":                   "KPU Brebes Gelar Rapat Pleno Terbuka DPT",
		"PELANTIKAN ANGGOTA PPK DAN PPS DI KABUPATEN BREBES":         "Pelantikan Anggota PPK dan PPS di Kabupaten Brebes",
		"DARI DESA UNTUK DESA: DI BALIK PEMILU 2024":                 "Dari Desa untuk Desa: Di Balik Pemilu 2024",
		"SALAT JUM'AT BERSAMA":                                       "Salat Jum'at Bersama",
		"RAKOR SE-JAWA TENGAH, TAHAP III":                            "Rakor Se-Jawa Tengah, Tahap III",
		"VAKSINASI COVID-19 DAN E-KTP BAGI WARGA":                    "Vaksinasi COVID-19 dan E-KTP bagi Warga",
		"BIMTEK PPDP DAN SIDALIH":                                    "Bimtek PPDP dan Sidalih",
		"DPTB DAN BUMDES":                                            "DPTb dan BUMDes",
		"KPU RI":                                                     "KPU RI",
		"KPU Brebes Gelar Rapat":                                     "KPU Brebes Gelar Rapat",
		"PENGUMUMAN Hasil Seleksi":                                   "PENGUMUMAN Hasil Seleksi",
		"“SUARAMU” MENENTUKAN ARAH BANGSA":                           "“Suaramu” Menentukan Arah Bangsa",
		"ÉLAN VITAL KAMPUNG ADAT":                                    "Élan Vital Kampung Adat",
		"RALAT : JADWAL PENDAFTARAN CALON ANGGOTA KPPS DIPERPANJANG": "Ralat : Jadwal Pendaftaran Calon Anggota KPPS Diperpanjang",
	} {
		if got := readable(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestDateWords(t *testing.T) {
	for in, want := range map[string]string{
		"Rabu, 12 Agustus 2026 09:45 WIB | Humas | Dilihat 1.234 kali": "2026-08-12 09:45",
		"Humas 51 12 Agt 2026":                 "2026-08-12 00:00",
		"Diposting pada 12/08/2026 oleh admin": "2026-08-12 00:00",
		"BREBES – KPU menggelar rapat, Rabu (12/8/2026). Rapat dimulai pukul 09.00.": "2026-08-12 00:00",
		"12 Agustus 2026 pukul 08.30 WITA":                                           "2026-08-12 07:30",
		"08.30 WIT, 12 Agustus 2026":                                                 "2026-08-12 06:30",
		"2026-08-12 07:05:00":                                                        "2026-08-12 07:05",
		"August 12, 2026":                                                            "2026-08-12 00:00",
		"12 Pebruari 2026 – 14:00":                                                   "2026-02-12 14:00",
		"Undang-Undang Nomor 7 Tahun 2017 tentang Pemilihan Umum":                    "",
		"telepon 0283-123456, 12 orang, 1/2 hari, versi 1.2.30":                      "",
		"01 Januari 1970":                                                            "",
		"31/02/2026":                                                                 "",
		"PKPU 8 2024 dan 3 hari kerja 20 orang; terbit 7 Mei 2026, diubah 9 Mei 2026":     "2026-05-07 00:00",
		"Sebanyak 84 keluarga di 12 desa menerima bantuan":                                "",
		strings.Repeat("kata ", 30) + "Kamis (31/3/2022) " + strings.Repeat("kata ", 300): "2022-03-31 00:00",
	} {
		got := ""
		if d, ok := findDate(in, wib); ok {
			got = d.In(wib).Format("2006-01-02 15:04")
		}
		if got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func parsePage(t testing.TB, markup string, link Link) (Article, error) {
	t.Helper()
	return ParsePage([]byte(markup), "text/html", mustURL(t, "https://kab.example/berita/baca"), wib, Page{}, link)
}

const filler = `<p>KPU Kabupaten Brebes menggelar rapat pleno terbuka di aula kantor dan dihadiri oleh seluruh partai politik peserta pemilu.</p><p>Rapat ditutup oleh ketua dengan penandatanganan berita acara.</p>`

func TestPageTitle(t *testing.T) {
	for _, tt := range []struct{ name, head, body, hint, want string }{
		{"the list decides", `<title>KPU</title><meta property="og:title" content="KPU Brebes">`, `<h1>Berita Terkini</h1><h3>Rapat Pleno Terbuka DPT</h3>`, "Rapat Pleno Terbuka DPT", "Rapat Pleno Terbuka DPT"},
		{"the list cuts it", ``, `<h1>Rapat Pleno Terbuka DPT di Aula</h1>`, "Rapat Pleno Terbuka…", "Rapat Pleno Terbuka DPT di Aula"},
		{"only a picture on the list", `<title>Rapat Pleno | KPU Brebes</title><meta property="og:site_name" content="KPU Brebes"><meta property="og:title" content="KPU Brebes">`, `<h2>Menu</h2>`, "", "Rapat Pleno"},
		{"a first heading", `<title>KPU Brebes</title>`, `<h1>Rapat Pleno Terbuka</h1>`, "", "Rapat Pleno Terbuka"},
		{"nothing but the list", `<title>KPU Brebes</title>`, `<p>`, "Rapat Pleno Terbuka", "Rapat Pleno Terbuka"},
		{"JSON-LD in a graph", `<script type="application/ld+json">{"@graph":[{"@type":"WebSite","name":"KPU"},{"@type":["NewsArticle"],"headline":"Rapat &amp; Pleno"}]}</script>`, `<h1>KPU</h1>`, "", "Rapat & Pleno"},
		{"broken JSON-LD", `<script type="application/ld+json">{"@type":"NewsArticle","headline":</script>`, `<h1>Rapat Pleno Terbuka</h1>`, "", "Rapat Pleno Terbuka"},
	} {
		a, err := parsePage(t, "<html><head>"+tt.head+"</head><body><div>"+tt.body+filler+"</div></body></html>", Link{Title: tt.hint})
		if err != nil || a.Title != tt.want {
			t.Errorf("%s: %q, %v", tt.name, a.Title, err)
		}
		if strings.Contains(news.PlainText(a.Body), tt.want) {
			t.Errorf("%s: the title is in the text", tt.name)
		}
	}
}

func TestPageDate(t *testing.T) {
	for _, tt := range []struct{ name, markup, want, note string }{
		{"for machines", `<meta property="article:published_time" content="2026-08-12T01:45:00+00:00"><h1>Rapat Pleno</h1><i>1 Januari 2020</i>`, "2026-08-12 08:45", ""},
		{"never set", `<meta property="article:published_time" content="1970-01-01T00:00:00Z"><h1>Rapat Pleno</h1><i>12 Agustus 2026</i>`, "2026-08-12 00:00", ""},
		{"in pieces below the title", `<h1>Rapat Pleno</h1><span>12</span><span>Agu</span><span>2026</span>`, "2026-08-12 00:00", ""},
		{"a clock above is none", `<div>Hari ini 23 November 2026</div><div><div><div><h1>Rapat Pleno</h1></div></div></div><p>` + strings.Repeat("kata ", 60) + `</p><p>Diterbitkan: 12 Agustus 2026</p>`, "2026-08-12 00:00", ""},
		{"of the list", `<h1>Rapat Pleno</h1>`, "2026-08-11 00:00", "date from the list"},
	} {
		a, err := parsePage(t, tt.markup+filler, Link{Date: "11 Agustus 2026"})
		if got := a.Published.In(wib).Format("2006-01-02 15:04"); err != nil || got != tt.want || strings.Join(a.Notes, "") != tt.note {
			t.Errorf("%s: %s, %q, %v", tt.name, got, a.Notes, err)
		}
	}
	if a, err := parsePage(t, "<h1>Rapat Pleno</h1>"+filler, Link{}); err != nil || !a.Published.IsZero() {
		t.Errorf("no date: %v, %v", a.Published, err)
	}
}

// What an article itself says of sharing, reading and related things stays.
func TestPageKeeps(t *testing.T) {
	const kept = `<p>Bagikan informasi ini kepada tetangga agar semua warga terdaftar sebagai pemilih.</p><p>Video itu telah dilihat 51 kali dalam sehari, kata ketua.</p>` +
		`<p>Hubungi <a href="https://wa.me/6281234567">WhatsApp</a> kami.</p><ul><li>Kartu tanda penduduk</li><li>Kartu keluarga</li></ul><h3>Syarat</h3><p>Warga negara.</p>`
	a, err := parsePage(t, `<div id="page"><div class="col-md-8 sidebar-right"><h1>Rapat Pleno</h1><div class="post-views-content">`+filler+kept+`<p>Dilihat: 51</p></div></div></div>`, Link{})
	text := news.PlainText(a.Body)
	for _, want := range []string{"Bagikan informasi ini", "telah dilihat 51 kali dalam", "WhatsApp kami", "Kartu keluarga", "Syarat", "Warga negara."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is gone (%v)", want, err)
		}
	}
	if strings.Contains(text, "Dilihat: 51") {
		t.Error("the counter stays")
	}
}

func TestShape(t *testing.T) {
	for _, pair := range [][2]string{
		{"/index.php/blog/read/8415/kpu-contoh", "/index.php/blog/read/9/rapat"},
		{"/artikel/2026/8/11/a-b-c", "/artikel/2025/12/1/lain-lagi-ini"},
		{"/berita/detail/satu", "/berita/detail/dua-tiga-empat"},
		{"/index.php?option=com_content&view=article&id=12:satu", "/index.php?option=com_content&view=article&id=9:dua-tiga"},
		{"/77-imunisasi", "/8-jadwal-pelayanan"},
		{"/rapat-pleno-terbuka.html", "/apel.html"},
	} {
		a, b := shape("https://k.example"+pair[0]), shape("https://k.example"+pair[1])
		if a == "" || a != b {
			t.Errorf("%s is %q, %s is %q", pair[0], a, pair[1], b)
		}
	}
	for _, none := range []string{"/", "/kontak", "/blog/category/104", "/tag/pemilu-serentak-2024", "/unduhan/berkas-penting-sekali.pdf", "/login"} {
		if got := shape("https://k.example" + none); got != "" {
			t.Errorf("%s is %q", none, got)
		}
	}
}

func TestNumberOf(t *testing.T) {
	for in, want := range map[string]string{
		"/index.php/blog/read/8415/kpu-contoh": "page:/index.php/blog/read/8415", "/berita/77-imunisasi": "page:/berita/77", "/artikel/2026/8/11/judul-berita": "", "/2026/judul": "", "/berita/judul": "", "/berita/8415": "",
	} {
		if got := numberOf("https://k.example" + in); got != want {
			t.Errorf("%s: %q", in, got)
		}
	}
}

func TestNextPage(t *testing.T) {
	for _, tt := range []struct{ name, at, markup, want string }{
		{"rel", "/berita", `<a rel="next" href="?page=2">Lama</a>`, "/berita?page=2"},
		{"numbers", "/berita?page=2", `<a href="?page=1">1</a><a href="?page=3">3</a><a href="?page=9">&raquo;</a>`, "/berita?page=3"},
		{"offsets", "/berita/index/10", `<ul class="pagination"><li><a href="/berita/index/0">1</a></li><li class="active"><a href="#">2</a></li><li><a href="/berita/index/20">3</a></li></ul>`, "/berita/index/20"},
		{"words", "/berita", `<div class="pager"><a href="/berita/lama/2">Selanjutnya »</a></div>`, "/berita/lama/2"},
		{"another site", "/berita", `<a rel="next" href="https://lain.example/?page=2">2</a>`, ""},
		{"a number that is none", "/berita", `<a href="/tps/2">2</a>`, ""},
		{"the end", "/berita?page=5", `<a href="?page=4">4</a><a href="?page=5">5</a>`, ""},
	} {
		l, err := ParseList([]byte(tt.markup), "", mustURL(t, "https://k.example"+tt.at), "")
		if got := strings.TrimPrefix(l.Next, "https://k.example"); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
}

// A host is asked for one page in the pace, or slower where its robots.txt says so; another host meanwhile.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var log []string
		get := func(_ context.Context, r fetch.Request) (*fetch.Response, error) {
			log = append(log, fmt.Sprint(r.URL, " ", time.Since(start)))
			if r.URL == "https://slow.example/robots.txt" {
				return &fetch.Response{Status: 200, Body: []byte("User-agent: *\nCrawl-delay: 10")}, nil
			}
			return nil, &fetch.Error{Status: 404}
		}
		v := newVisits(get, 0, time.Now)
		for _, u := range []string{"https://a.example/1", "https://a.example/2", "https://b.example/1", "https://slow.example/1", "https://slow.example/2"} {
			v.Get(t.Context(), fetch.Request{URL: u})
		}
		want := "https://a.example/robots.txt 0s|https://a.example/1 3s|https://a.example/2 6s|https://b.example/robots.txt 6s|https://b.example/1 9s|" +
			"https://slow.example/robots.txt 9s|https://slow.example/1 19s|https://slow.example/2 29s"
		if got := strings.Join(log, "|"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := v.Get(ctx, fetch.Request{URL: "https://slow.example/3"}); err == nil || !strings.Contains(err.Error(), "deadline") {
			t.Errorf("a wait beyond its context: %v", err)
		}
	})
}

func savedPages(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/pages/*/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	var out [][]byte
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, data)
	}
	return out
}

// FuzzPage holds that any page gives an error or an item like any other: a tree that nests, a title, an address that is the page's.
func FuzzPage(f *testing.F) {
	for _, data := range savedPages(f) {
		f.Add(data, "Rapat Pleno Terbuka")
	}
	f.Add([]byte(`<script type="application/ld+json">[[{"@type":"Article","headline":"a","image":{"url":"/x.jpg"}}]]</script><h1>a`), "")
	f.Fuzz(func(t *testing.T, data []byte, title string) {
		a, err := ParsePage(data, "text/html", mustURL(t, "https://kab.example/berita/1/a"), wib, Page{}, Link{Title: cleanLine(title)})
		if err != nil {
			return
		}
		checkItem(t, a.Item)
		if a.URL != "https://kab.example/berita/1/a" {
			t.Errorf("address %q", a.URL)
		}
	})
}

// FuzzList holds that any list gives canonical addresses, each once, and within its bounds.
func FuzzList(f *testing.F) {
	for _, data := range savedPages(f) {
		f.Add(data, "")
	}
	f.Add([]byte(`<base href="//x"><a href="?id=1">satu dua tiga empat</a><a href=2>2</a>`), "a")
	f.Fuzz(func(t *testing.T, data []byte, selector string) {
		l, err := ParseList(data, "text/html", mustURL(t, "https://kab.example/berita"), selector)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, link := range l.Links {
			if link.URL != news.CanonicalURL(link.URL) || link.URL == "" || seen[link.URL] || link.Title != cleanLine(link.Title) {
				t.Errorf("%+v", link)
			}
			seen[link.URL] = true
		}
		if len(l.Links) > maxLinks || l.Next != news.CanonicalURL(l.Next) {
			t.Errorf("%d links, then %q", len(l.Links), l.Next)
		}
	})
}

// A page made to be slow ends at a bound, in an error.
func TestPageBounds(t *testing.T) {
	_, err := parsePage(t, strings.Repeat("<b>a</b>", maxPageNodes), Link{})
	if err == nil || !strings.Contains(err.Error(), "more than 100000 elements") {
		t.Errorf("got %v", err)
	}
	if _, err := parsePage(t, "<h1>Rapat Pleno</h1>"+strings.Repeat("<div>", 500)+filler, Link{}); err != nil {
		t.Errorf("a deep one: %v", err)
	}
}
