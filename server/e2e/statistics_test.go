//go:build browser

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"kabar/app/news"
	"kabar/server/store"
)

var headlines = []string{
	"KPU Kabupaten Brebes Gelar Rapat Pleno Terbuka Rekapitulasi Daftar Pemilih Berkelanjutan Triwulan III", "Sosialisasi Pendidikan Pemilih di SMA Negeri 1 Brebes",
	"Coklit Terbatas di Kecamatan Bumiayu", "Penerimaan Audiensi Badan Pengawas Pemilihan Umum Kabupaten Brebes dalam Rangka Penguatan Koordinasi Antarlembaga", "Apel Pagi dan Penandatanganan Pakta Integritas", "Jadwal Layanan Helpdesk Selama Cuti Bersama",
	"Pengumuman Lelang Barang Milik Negara", "Kunjungan Kerja KPU Provinsi Jawa Tengah", "Bimbingan Teknis Pengelolaan JDIH", "Daftar Informasi Publik Diperbarui", "Rapat Koordinasi Kehumasan", "Peringatan Hari Kemerdekaan",
}

// feedOf is a feed with articles of these titles.
func feedOf(titles []string) string {
	s := `<?xml version="1.0"?><rss version="2.0"><channel><title>t</title>`
	for i, title := range titles {
		s += fmt.Sprintf("<item><title>%s</title><link>https://kab-brebes.kpu.go.id/%d</link><description>Isi berita.</description></item>", title, i)
	}
	return s + "</channel></rss>"
}

// months of reading: put into the database as a counter would, through the store.
func (k *kabar) read(list []article) {
	k.t.Helper()
	db, err := store.Open(k.t.Context(), "sqlite:"+filepath.Join(k.dir, "kabar.db"))
	if err != nil {
		k.t.Fatal(err)
	}
	defer db.Close()
	today := time.Now().In(time.FixedZone("WIB", 7*60*60))
	n := 0
	var all []store.Happening
	for back := range 100 {
		day := today.AddDate(0, 0, -back)
		for i, a := range list {
			views := (17*back+31*i)%23/(i+1) + 6/(i+1)
			if wd := day.Weekday(); wd == time.Saturday || wd == time.Sunday {
				views /= 3
			}
			for j := range views {
				n++
				reader := int64(n)
				h := store.Happening{ID: fmt.Sprintf("seed-%d", n), Site: "brebes", Slug: a.Slug, Type: news.View, Via: news.ViaPage, Day: day.Format(time.DateOnly), HashDay: day.Format(time.DateOnly),
					Hash: func(int64) int64 { return reader }}
				switch {
				case j%11 == 10:
					h.Type, h.Network = news.Share, []string{"whatsapp", "facebook", "whatsapp", "telegram", "copy"}[n%5]
				case j%7 == 3:
					h.Via, h.Host = news.ViaWidget, "kab-brebes.kpu.go.id"
				case j%7 == 5:
					h.Via = news.ViaApp
				case j%13 == 12:
					h.Via = news.ViaOffline
				}
				all = append(all, h)
			}
		}
	}
	if _, err := db.Record(k.t.Context(), all); err != nil {
		k.t.Fatal(err)
	}
}

// The press officer signs in, reads the figures on a phone, prints the month on one sheet, and signs out; whatever the device prefers, nothing is
// wrong by WCAG and nothing sticks out. All of it works without a script too.
func TestStatistics(t *testing.T) {
	k := serve(t, []string{feeds(t, map[string]string{"feed": feedOf(headlines)}) + "/feed"}, fmt.Sprintf("stats_password_bcrypt = %q", passwordHash))
	k.read(k.articles(len(headlines)))
	t.Run("without a script", func(t *testing.T) {
		b := open(t).noScript().visit(k.url + "/brebes/statistik")
		for _, step := range []struct {
			do  chromedp.Action[chromedp.Void]
			see string
		}{
			{chromedp.SendKeys(chromedp.CSS("#sandi"), password+"\r"), ".totals"},
			{chromedp.Click(chromedp.CSS("button[value='7']")), "button[value='7'][aria-current]"},
			{chromedp.Click(chromedp.CSS("summary")), "details[open] tbody tr:nth-child(7)"},
			{chromedp.Click(chromedp.CSS(".take button")), ".sheet"},
			{chromedp.Click(chromedp.CSS(".mast button")), "#sandi"},
		} {
			b.do(step.do, chromedp.WaitVisible(chromedp.CSS(step.see)))
		}
	})
	for _, device := range []struct {
		name, theme   string
		width, height int64
	}{{"phone", "light", 360, 740}, {"phone-dark", "dark", 360, 740}, {"desktop", "light", 1280, 900}, {"desktop-dark", "dark", 1280, 900}} {
		t.Run(device.name, func(t *testing.T) {
			b := openSized(t, device.width, device.height).media("prefers-color-scheme", device.theme)
			fine := func(name string) {
				t.Helper()
				if wide := eval[float64](b, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
					t.Errorf("%s sticks out by %v pixels", name, wide)
				}
				if *screenshots != "" {
					png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
					if err != nil {
						t.Fatal(err)
					}
					os.WriteFile(filepath.Join(*screenshots, "statistics-"+name+"-"+device.name+".png"), png, 0o644)
				}
				for _, v := range b.axe() {
					t.Errorf("%s: %s", name, v)
				}
			}
			b.visit(k.url + "/brebes/statistik")
			fine("signin")
			b.do(chromedp.SendKeys(chromedp.CSS("#sandi"), "salah sama sekali\r"))
			b.do(chromedp.WaitVisible(chromedp.CSS("[role=alert]")))
			fine("wrong")
			b.do(chromedp.SendKeys(chromedp.CSS("#sandi"), password+"\r"))
			b.do(chromedp.WaitVisible(chromedp.CSS(".totals")))
			fine("figures")
			if got := b.text(); !strings.Contains(got, "Keterlibatan") || !strings.Contains(got, "Sisipan di kab-brebes.kpu.go.id") || !strings.Contains(got, "WhatsApp") {
				t.Error(got)
			}
			b.do(chromedp.Click(chromedp.CSS("button[value='365']")))
			b.do(chromedp.WaitVisible(chromedp.CSS("button[value='365'][aria-current]")))
			if bars := eval[int](b, "document.querySelector('.chart').querySelectorAll('rect').length"); bars < 12 || bars > 13 {
				t.Errorf("a year has %d bars", bars)
			}
			fine("year")
			b.do(chromedp.Click(chromedp.CSS(".take button")))
			b.do(chromedp.WaitVisible(chromedp.CSS(".sheet")))
			fine("monthly")
			pdf, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true)})
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(pdf.Data), "/Type /Page\n"); n != 1 {
				t.Errorf("the monthly report is %d pages", n)
			}
			if *screenshots != "" {
				os.WriteFile(filepath.Join(*screenshots, "statistics-monthly-"+device.name+".pdf"), pdf.Data, 0o644)
			}
			b.do(chromedp.Click(chromedp.CSS(".mast button")))
			b.do(chromedp.WaitVisible(chromedp.CSS("#sandi")))
		})
	}
}

// What is most read stands below the news, and the app takes it over as it is; as a widget it is as high as embed.js says.
func TestMostRead(t *testing.T) {
	k := serve(t, []string{feeds(t, map[string]string{"feed": feedOf(headlines)}) + "/feed"})
	k.read(k.articles(len(headlines)))
	// The program keeps for a minute what it has found to be most read, and these were not read through it.
	if err := k.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	k.start("-config", filepath.Join(k.dir, "kabar.toml"))
	b := open(t).visit(k.url + "/brebes/")
	const most = "document.querySelector('.most').outerHTML"
	before := eval[string](b, most)
	if strings.Count(before, "<li>") != news.PopularMax || !strings.Contains(before, "Terbanyak dibaca") {
		t.Error(before)
	}
	if *screenshots != "" {
		png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(*screenshots, "most-read.png"), png, 0o644)
	}
	for _, v := range b.axe() {
		t.Error(v)
	}
	if after := eval[string](b.live(), most); after != before {
		t.Errorf("the app shows\n%s\ninstead of\n%s", after, before)
	}
	w := open(t).visit(k.url + "/embed/brebes?layout=populer&limit=7")
	if h := eval[float64](w, "document.documentElement.getBoundingClientRect().height"); h != 82+53*7 {
		t.Errorf("the widget is %v pixels high, and embed.js says %d", h, 82+53*7)
	}
	if *screenshots != "" {
		png, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(*screenshots, "most-read-widget.png"), png, 0o644)
	}
	for _, v := range w.axe() {
		t.Error(v)
	}
}

// The offices side by side, and an office that nobody has read yet.
func TestStatisticsOfOffices(t *testing.T) {
	k := serve(t, []string{feeds(t, map[string]string{"feed": feedOf(headlines)}) + "/feed"}, "public_stats = true")
	k.articles(len(headlines))
	b := open(t)
	for path, want := range map[string]string{"/statistik": "KPU Kabupaten Brebes", "/brebes/statistik": "Belum ada kunjungan", "/brebes/statistik?lang=en&month=2026-02": "Monthly report"} {
		b.visit(k.url + path)
		if got := b.text(); !strings.Contains(got, want) {
			t.Errorf("%s: %s", path, got)
		}
		if wide := eval[float64](b, "document.documentElement.scrollWidth - innerWidth"); wide > 0 {
			t.Errorf("%s sticks out by %v pixels", path, wide)
		}
		for _, v := range b.axe() {
			t.Errorf("%s: %s", path, v)
		}
		if *screenshots != "" {
			png, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			os.WriteFile(filepath.Join(*screenshots, "offices"+strings.NewReplacer("/", "-", "?", "-", "&", "-").Replace(path)+".png"), png, 0o644)
		}
	}
}
