package locale

// Statistics are the words of the press officer's pages. They stand apart from Words because only the server shows them, so that the linker
// leaves them out of the app.
type Statistics struct {
	Title, AllOffices, Period, From, To, Show            string
	LastDays                                             Format // number
	Views, Shares, Engagement, Trend, Office             string
	Interval                                             Format // range of percentages
	Above, Below                                         Format // percentage
	Same, NoTrend                                        string
	Usual                                                Format // number
	ViewsByDay, ViewsByMonth, SharesByDay, AsTable       string
	SharesByMonth, Day, Month                            string
	Most, Median                                         Format // number
	TopArticles, Article                                 string
	MedianArticle                                        Format // number
	MoreArticles                                         Format // number
	Places, Place, ViaPage, ViaApp, ViaOffline, ViaHost  string
	ViaWidget                                            Format // host
	Networks, Network                                    string
	Before                                               Format // number
	BeforeText, Nothing, NothingText                     string
	Download, Report, OpenReport, PrintReport, ToFigures string
	MadeOn                                               Format // date
	Notes, Rates, Trends                                 string
	SignInTitle, SignInText, Password, SignIn, SignOut   string
	WrongPassword, TooManyTries                          string
}

// Statistics returns the words of the press officer's pages in this language.
func (l *Locale) Statistics() *Statistics {
	if l.Tag == "en" {
		return englishStatistics
	}
	return indonesianStatistics
}

var indonesianStatistics = &Statistics{
	Title: "Statistik", AllOffices: "Statistik semua kantor", Period: "Periode", From: "Dari", To: "Sampai", Show: "Tampilkan",
	LastDays: "%s hari",
	Views:    "Dilihat", Shares: "Klik bagikan", Engagement: "Keterlibatan", Trend: "Tren", Office: "Kantor",
	Interval: "sebenarnya antara %s",
	Above:    "%s di atas biasanya", Below: "%s di bawah biasanya", Same: "sama seperti biasanya", NoTrend: "belum ada pembanding",
	Usual:      "biasanya %s",
	ViewsByDay: "Dilihat per hari", ViewsByMonth: "Dilihat per bulan", SharesByDay: "Klik bagikan per hari", SharesByMonth: "Klik bagikan per bulan",
	AsTable: "Lihat sebagai tabel", Day: "Tanggal", Month: "Bulan",
	Most: "terbanyak %s", Median: "median %s",
	TopArticles: "Berita terbanyak dibaca", Article: "Berita",
	MedianArticle: "Separuh berita yang dibaca dilihat lebih dari %s kali (median).",
	MoreArticles:  "Dan %s berita lain: ada di dalam CSV.",
	Places:        "Tempat membaca", Place: "Tempat", ViaPage: "Halaman berita kami", ViaApp: "Aplikasi yang terpasang", ViaOffline: "Luring, dari simpanan di ponsel", ViaHost: "Sisipan di situs lain",
	ViaWidget: "Sisipan di %s",
	Networks:  "Dibagikan ke", Network: "Jejaring",
	Before:     "Dari situs lama: %s kali dilihat",
	BeforeText: "Dihitung oleh situs lama dengan caranya sendiri sepanjang waktu, mungkin termasuk robot dan muat ulang. Tidak termasuk dalam angka lain di halaman ini.",
	Nothing:    "Belum ada kunjungan pada periode ini", NothingText: "Angka muncul di sini begitu ada berita yang dibaca.",
	Download: "Unduh CSV", Report: "Laporan Bulanan Kehumasan", OpenReport: "Buka laporan", PrintReport: "Cetak laporan", ToFigures: "Kembali ke statistik",
	MadeOn: "Dibuat %s", Notes: "Catatan",
	Rates:       "Keterlibatan adalah klik bagikan dibagi jumlah dilihat. Bila angkanya kecil, kebetulan besar pengaruhnya: rentang di sampingnya memuat nilai sebenarnya dengan keyakinan 95 persen (selang Wilson).",
	Trends:      "Tren membandingkan periode ini dengan median periode sebelumnya yang sama panjang di kantor yang sama, paling banyak dua belas.",
	SignInTitle: "Masuk ke statistik", SignInText: "Halaman ini untuk petugas humas kantor.", Password: "Kata sandi", SignIn: "Masuk", SignOut: "Keluar",
	WrongPassword: "Kata sandi salah. Periksa huruf besar dan kecil, lalu coba lagi.", TooManyTries: "Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi.",
}

var englishStatistics = &Statistics{
	Title: "Statistics", AllOffices: "Statistics of all offices", Period: "Period", From: "From", To: "To", Show: "Show",
	LastDays: "%s days",
	Views:    "Views", Shares: "Share clicks", Engagement: "Engagement", Trend: "Trend", Office: "Office",
	Interval: "in truth between %s",
	Above:    "%s above the usual", Below: "%s below the usual", Same: "as usual", NoTrend: "nothing to compare with yet",
	Usual:      "usually %s",
	ViewsByDay: "Views by day", ViewsByMonth: "Views by month", SharesByDay: "Share clicks by day", SharesByMonth: "Share clicks by month",
	AsTable: "Show as a table", Day: "Day", Month: "Month",
	Most: "at most %s", Median: "the median is %s",
	TopArticles: "Most read articles", Article: "Article",
	MedianArticle: "Half of the articles that were read have more than %s views (the median).",
	MoreArticles:  "And %s more articles: they are in the CSV.",
	Places:        "Where it was read", Place: "Place", ViaPage: "Our news pages", ViaApp: "The installed app", ViaOffline: "Offline, saved on the phone", ViaHost: "Widgets on other sites",
	ViaWidget: "Widget on %s",
	Networks:  "Shared to", Network: "Network",
	Before:     "From the former site: %s views",
	BeforeText: "Counted by the former site in its own way and in all its time, perhaps with robots and reloads. They are part of no other number on this page.",
	Nothing:    "No visits in this period yet", NothingText: "Numbers appear here as soon as an article has been read.",
	Download: "Download CSV", Report: "Monthly report of public relations", OpenReport: "Open the report", PrintReport: "Print the report", ToFigures: "Back to the statistics",
	MadeOn: "Made on %s", Notes: "Notes",
	Rates:       "Engagement is share clicks divided by views. Chance weighs much in small numbers: the range beside it holds the true value with a confidence of 95 per cent (Wilson’s interval).",
	Trends:      "The trend compares this period with the median of the periods of the same length before it at the same office, at most twelve.",
	SignInTitle: "Sign in to the statistics", SignInText: "This page is for the office’s press officers.", Password: "Password", SignIn: "Sign in", SignOut: "Sign out",
	WrongPassword: "The password is wrong. Check capital and small letters, and try again.", TooManyTries: "Too many attempts. Wait a minute, then try again.",
}
