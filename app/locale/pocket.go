package locale

import "strconv"

// PocketWords are what only the server and the script web/pocket.js say: the page about the app and its settings, and the lines at the foot of the
// screen. Like SnippetWords they are no part of the app.
type PocketWords struct {
	Title, Intro, NoScript string

	Look, Theme, ThemeAuto, ThemeLight, ThemeDark        string
	Size                                                 string
	Sizes                                                [4]string
	Stored, StoredText, KeptTitle, Counting, Empty       string
	Keys, KeysOn, Key, Does, BackToNews                  string
	InstallTitle                                         string
	OfflineTitle, OfflineText, OfflineList, OfflineRetry string
	Push, PushText, PushCategories, PushIntro            string
	PushOther                                            string
	PushOthers                                           Format // how many, from two

	Script PocketScript
}

// PocketScript are the words of web/pocket.js.
type PocketScript struct {
	Close       string `json:"close"`
	Retry       string `json:"retry"`
	Reload      string `json:"reload"`
	Loading     string `json:"loading"`
	Saved       Format `json:"saved"` // how long ago
	Now         string `json:"now"`
	Offline     string `json:"offline"`
	Version     string `json:"version"`
	Kept        string `json:"kept"`
	Unkept      string `json:"unkept"`
	KeepFailed  string `json:"keepFailed"`
	ResumeHere  string `json:"resumeHere"`
	ResumeThere Format `json:"resumeThere"` // title
	Resume      string `json:"resume"`
	StockPages  Format `json:"stockPages"` // number
	StockUsed   Format `json:"stockUsed"`  // megabytes
	More        Format `json:"more"`       // megabytes
	KeysTitle   string `json:"keysTitle"`

	// Installing, as web/install.js has it. Ways are by what the browser can do.
	Invite             string `json:"invite"`
	InviteOutside      string `json:"inviteOutside"`
	Install            string `json:"install"`
	InstallApple       string `json:"installApple"`
	InstallApple1      string `json:"installApple1"`
	InstallApple2      string `json:"installApple2"`
	OpenOutside        string `json:"openOutside"`
	OpenOutsideApple   string `json:"openOutsideApple"`
	OpenOutsideAndroid string `json:"openOutsideAndroid"`
	Ways               Ways   `json:"ways"`

	Keys [][2]string `json:"keys"`

	// Notifications, as web/push.js has them.
	PushOn     string `json:"pushOn"`
	PushOff    string `json:"pushOff"`
	PushIsOn   string `json:"pushIsOn"`
	PushEnded  string `json:"pushEnded"`
	PushDenied string `json:"pushDenied"`
	PushFailed string `json:"pushFailed"`
	PushApple  string `json:"pushApple"`
}

// Ways say how a browser installs, by what it can do.
type Ways struct {
	Installed string `json:"installed"`
	Prompt    string `json:"prompt"`
	Apple     string `json:"apple"`
	Inside    string `json:"inside"`
	Menu      string `json:"menu"`
}

// Others says at the end of a notification how many articles it stands for beside its own.
func (w *PocketWords) Others(n int) string {
	if n == 1 {
		return w.PushOther
	}
	return w.PushOthers.With(strconv.Itoa(n))
}

// Pocket returns the words of the app's page in the language that For gives.
func Pocket(tag string) *PocketWords {
	if For(tag) == english {
		return &pocketEnglish
	}
	return &pocketIndonesian
}

var pocketIndonesian = PocketWords{
	Title:    "Aplikasi dan setelan",
	Intro:    "Semua pilihan di halaman ini hanya disimpan di perangkat Anda.",
	NoScript: "Pilihan di halaman ini memerlukan JavaScript. Berita dapat dibaca tanpa JavaScript.",
	Look:     "Tampilan", Theme: "Warna", ThemeAuto: "Ikuti perangkat", ThemeLight: "Terang", ThemeDark: "Gelap",
	Size: "Ukuran huruf", Sizes: [4]string{"Biasa", "Besar", "Lebih besar", "Terbesar"},
	Stored: "Berita di perangkat ini", StoredText: "Berita terbaru disimpan agar dapat dibaca tanpa sinyal, paling banyak 2 MB dan tidak pernah saat mode hemat data.",
	KeptTitle: "Disimpan untuk dibaca nanti", Counting: "Menghitung…", Empty: "Hapus semua dari perangkat ini",
	InstallTitle: "Pasang aplikasi",
	Keys:         "Pintasan papan ketik", KeysOn: "Gunakan pintasan", Key: "Tombol", Does: "Kegunaan", BackToNews: "Kembali ke berita",
	OfflineTitle: "Anda sedang luring", OfflineText: "Halaman ini belum tersimpan di perangkat Anda.", OfflineList: "Yang dapat dibaca sekarang", OfflineRetry: "Coba lagi",
	Push: "Pemberitahuan", PushText: "Dapatkan kabar saat ada berita baru dari kantor ini; beberapa berita digabung menjadi satu pemberitahuan. Untuk itu server menyimpan alamat yang diberikan layanan pemberitahuan peramban Anda dan kategori pilihan Anda, sampai Anda mematikannya.",
	PushCategories: "Hanya kategori ini (tanpa pilihan: semua berita)", PushIntro: "Selain pemberitahuan, semua pilihan di halaman ini hanya disimpan di perangkat Anda.",
	PushOther: "dan 1 berita lain", PushOthers: "dan %s berita lain",
	Script: PocketScript{
		Close: "Tutup", Retry: "Coba lagi", Reload: "Muat ulang", Loading: "Memuat…", Saved: "Tersimpan · %s", Now: "baru saja", Offline: "Anda sedang luring", Version: "Versi baru tersedia",
		Kept: "Disimpan untuk dibaca nanti", Unkept: "Tidak lagi disimpan", KeepFailed: "Belum dapat disimpan. Periksa sambungan Anda.",
		ResumeHere: "Lanjutkan dari bagian terakhir?", ResumeThere: "Lanjutkan: %s", Resume: "Lanjutkan",
		StockPages: "%s halaman dapat dibaca luring", StockUsed: "%s MB terpakai", More: "Simpan 30 berita terbaru dengan semua foto (unduhan sekitar %s MB)",
		KeysTitle: "Pintasan papan ketik",
		Invite:    "Pasang di layar utama dan baca tanpa sinyal?", InviteOutside: "Buka di browser untuk memasang aplikasi ini", Install: "Pasang",
		InstallApple: "Pasang di layar utama", InstallApple1: "Ketuk Bagikan di bilah Safari: kotak dengan panah ke atas.", InstallApple2: "Gulir, lalu ketuk “Tambah ke Layar Utama”.",
		OpenOutside: "Buka di browser", OpenOutsideApple: "Ketuk menu di pojok layar (⋯ atau ikon kompas), lalu pilih “Buka di Safari”.",
		OpenOutsideAndroid: "Ketuk tombol di bawah, atau menu ⋮ di pojok atas, lalu pilih “Buka di browser”.",
		Ways: Ways{
			Installed: "Sudah terpasang: Anda sedang memakainya.",
			Prompt:    "Berita dapat dibuka dari layar utama, juga tanpa sinyal. Hampir tidak memakan tempat.",
			Apple:     "Di iPhone dan iPad, Safari memasangnya dengan dua ketukan.",
			Inside:    "Di dalam aplikasi lain pemasangan tidak bisa dilakukan. Buka dulu halaman ini di browser.",
			Menu:      "Buka menu browser, lalu pilih “Pasang aplikasi” atau “Tambahkan ke layar utama”.",
		},
		Keys: [][2]string{{"j", "Berita berikutnya"}, {"k", "Berita sebelumnya"}, {"/", "Cari"}, {"h", "Berita terkini"}, {"s", "Simpan untuk dibaca nanti"}, {"t", "Ganti warna"},
			{"+", "Huruf lebih besar"}, {"-", "Huruf lebih kecil"}, {"?", "Tampilkan pintasan"}},
		PushOn: "Aktifkan pemberitahuan", PushOff: "Matikan pemberitahuan", PushIsOn: "Pemberitahuan aktif di perangkat ini.", PushEnded: "Pemberitahuan dimatikan.",
		PushDenied: "Peramban ini menolak pemberitahuan dari situs kami. Izinkan lewat ikon di sebelah kiri alamat situs (Setelan situs › Notifikasi), lalu muat ulang halaman ini.",
		PushFailed: "Belum berhasil. Periksa sambungan Anda, lalu coba lagi.",
		PushApple:  "Di iPhone dan iPad, pemberitahuan hanya tersedia pada aplikasi yang dipasang: buka halaman ini di Safari, ketuk Bagikan, pilih Tambah ke Layar Utama, lalu buka aplikasinya dari sana.",
	},
}

var pocketEnglish = PocketWords{
	Title:    "App and settings",
	Intro:    "Everything you choose on this page is kept on your device only.",
	NoScript: "The choices on this page need JavaScript. The news can be read without it.",
	Look:     "Appearance", Theme: "Colours", ThemeAuto: "As the device", ThemeLight: "Light", ThemeDark: "Dark",
	Size: "Text size", Sizes: [4]string{"Normal", "Large", "Larger", "Largest"},
	Stored: "News on this device", StoredText: "The latest news is saved so that you can read it without a signal: 2 MB at most, and never while your device saves data.",
	KeptTitle: "Saved for later", Counting: "Counting…", Empty: "Delete all from this device",
	InstallTitle: "Install the app",
	Keys:         "Keyboard shortcuts", KeysOn: "Use shortcuts", Key: "Key", Does: "What it does", BackToNews: "Back to the news",
	OfflineTitle: "You are offline", OfflineText: "This page has not been saved on your device yet.", OfflineList: "What you can read now", OfflineRetry: "Try again",
	Push: "Notifications", PushText: "Hear of new articles from this office; several become one notification. For this the server keeps the address that your browser's notification service gives it and the categories you choose, until you turn it off.",
	PushCategories: "Only these categories (none chosen: all news)", PushIntro: "Except for notifications, everything you choose on this page is kept on your device only.",
	PushOther: "and 1 more article", PushOthers: "and %s more articles",
	Script: PocketScript{
		Close: "Close", Retry: "Try again", Reload: "Reload", Loading: "Loading…", Saved: "Saved · %s", Now: "just now", Offline: "You are offline", Version: "A new version is available",
		Kept: "Saved for later", Unkept: "No longer saved", KeepFailed: "Could not be saved. Check your connection.",
		ResumeHere: "Continue where you left off?", ResumeThere: "Continue: %s", Resume: "Continue",
		StockPages: "%s pages can be read offline", StockUsed: "%s MB used", More: "Save the 30 latest articles with all photos (a download of about %s MB)",
		KeysTitle: "Keyboard shortcuts",
		Invite:    "Put it on your home screen and read without a signal?", InviteOutside: "Open in your browser to install this app", Install: "Install",
		InstallApple: "Put it on your home screen", InstallApple1: "Tap Share in Safari’s bar: the box with an arrow.", InstallApple2: "Scroll, then tap “Add to Home Screen”.",
		OpenOutside: "Open in browser", OpenOutsideApple: "Tap the menu in the corner (⋯ or the compass), then choose “Open in Safari”.",
		OpenOutsideAndroid: "Tap the button below, or the ⋮ menu at the top, then choose “Open in browser”.",
		Ways: Ways{
			Installed: "Installed: you are using it.",
			Prompt:    "Opens from your home screen, without a signal too. It takes next to no room.",
			Apple:     "On iPhone and iPad, Safari installs it in two taps.",
			Inside:    "It cannot be installed from inside another app. Open this page in your browser first.",
			Menu:      "Open your browser’s menu, then choose “Install app” or “Add to home screen”.",
		},
		Keys: [][2]string{{"j", "Next article"}, {"k", "Previous article"}, {"/", "Search"}, {"h", "Latest news"}, {"s", "Save for later"}, {"t", "Change colours"},
			{"+", "Larger text"}, {"-", "Smaller text"}, {"?", "Show shortcuts"}},
		PushOn: "Turn notifications on", PushOff: "Turn notifications off", PushIsOn: "Notifications are on for this device.", PushEnded: "Notifications are off.",
		PushDenied: "This browser refuses notifications from our site. Allow them with the icon left of the site's address (Site settings › Notifications), then reload this page.",
		PushFailed: "That did not work. Check your connection and try again.",
		PushApple:  "On iPhone and iPad notifications come only with the installed app: open this page in Safari, tap Share, choose Add to Home Screen, then open the app from there.",
	},
}
