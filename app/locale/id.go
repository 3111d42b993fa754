package locale

var indonesian = &Locale{"id", Words{
	Thousands: '.', Decimal: ',',
	Months: [12]string{"Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
		"November", "Desember"},
	ShortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"},
	Weekdays:    [7]string{"Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"},
	ClockLayout: " 15.04 MST",
	JustNow:     "baru saja", MinuteAgo: "1 menit lalu", MinutesAgo: "%d menit lalu", HourAgo: "1 jam lalu", HoursAgo: "%d jam lalu",
	Yesterday: "kemarin", DaysAgo: "%d hari lalu",

	Language: "Bahasa Indonesia",

	SkipToContent: "Langsung ke isi", Menu: "Menu",
	Offices: "Kantor", OfficesTitle: "Berita dari kantor kami", Home: "Kembali ke berita",

	Privacy: "Privasi", HowCounted: "Bagaimana kunjungan dihitung",

	LatestNews: "Berita Terkini", MostRead: "Terbanyak dibaca",
	NoNews:   "Belum ada berita",
	NewsFrom: "Berita %s",
	Search:   "Cari", SearchLabel: "Cari berita",
	SearchResults: "Hasil pencarian “%s”", NoResults: "Tidak ada berita tentang “%s”",

	Categories: "Kategori", AllCategories: "Semua",
	Older: "Berita lebih lama", Newer: "Berita lebih baru", Pages: "Halaman berita",
	Page: "Halaman %s",

	By: "Oleh %s", ReadAtHome: "Baca di situs %s", ReadingMinutes: "%s menit baca",
	Published: "Diterbitkan",
	MoreNews:  "Berita lainnya",

	Share: "Bagikan", ShareThis: "Bagikan berita ini", CopyLink: "Salin tautan",
	LinkCopied: "Tautan disalin",
	Email:      "Email", ShareByEmail: "Bagikan lewat email", Print: "Cetak", PrintArticle: "Cetak berita ini",
	ShareNative: "Bagikan lewat aplikasi lain", ShareTo: "Bagikan ke %s",
	ViewsBefore: "Telah dilihat ", ViewsAfter: " kali", ViewsCount: "Telah dilihat %s kali", SharesCount: "%s kali dibagikan",

	FreshOne: "1 berita baru", FreshMany: "%s berita baru",
	Keep: "Simpan untuk dibaca nanti", Settings: "Aplikasi dan setelan",

	LoadFailed: "Berita belum dapat dimuat.",

	NotFoundTitle: "Halaman tidak ditemukan", NotFoundText: "Alamatnya mungkin salah ketik, atau halamannya sudah dipindahkan.",
	BadRequestTitle: "Permintaan tidak dapat dipahami", BadRequestText: "Periksa kembali alamat yang Anda buka.",
	ForbiddenTitle: "Tidak dapat dibuka dari sini", ForbiddenText: "Tautan ini hanya berlaku untuk halaman milik kantor yang bersangkutan.",
	ErrorTitle: "Ada yang tidak beres", ErrorText: "Kesalahannya ada pada kami dan sudah dicatat. Silakan coba lagi sebentar lagi.",
	UnavailableTitle: "Berita sedang sulit dijangkau", UnavailableText: "Server kami sedang sibuk atau dalam perbaikan. Silakan coba lagi sebentar lagi.",
	TooManyTitle: "Terlalu banyak permintaan", TooManyText: "Tunggu sebentar, lalu coba lagi.",

	WidgetTitle: "Berita terkini %s",

	SnippetTitle: "Pasang berita di situs Anda",
}}
