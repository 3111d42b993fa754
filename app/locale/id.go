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

	CountRuleTitle: "Bagaimana kunjungan dihitung",
	CountRuleIntro: "Angka di bawah berita menunjukkan berapa kali berita itu dilihat orang. Kami menghitung pembaca tanpa mengenali siapa mereka.",
	CountRule: []Section{
		{"Apa yang dihitung", []string{
			"Satu kunjungan dihitung ketika halaman berita benar-benar tampil di layar. Setiap pembaca dihitung satu kali untuk setiap berita pada setiap hari, menurut waktu setempat kantor. Memuat ulang halaman tidak menambah angka.",
			"Satu kali berbagi dihitung ketika tautan berbagi diikuti: sekali untuk setiap pembaca, berita, dan jejaring pada hari yang sama. Apa yang kemudian Anda kirim di sana tidak kami ketahui.",
		}},
		{"Apa yang tidak dihitung", []string{
			"Robot yang dikenal, mesin pencari, dan pengambil pratinjau tautan dari aplikasi pesan ditolak. Halaman yang dimuat di latar dan tidak pernah tampil tidak dihitung. Tanpa JavaScript berita tetap dapat dibaca, tetapi kunjungannya tidak terhitung.",
		}},
		{"Bagaimana seorang pembaca dibedakan", []string{
			"Dari alamat internet (IP) dan nama peramban, server menghitung sebuah kode ringkas (hash) dengan kunci rahasia dan garam yang dibuat baru setiap hari. Garam itu dimusnahkan paling lambat dalam 48 jam, bersama semua kode yang dibuat dengannya. Sesudah itu tidak seorang pun, termasuk kami, dapat menghubungkan angka dengan pembacanya.",
			"Alamat IP dan nama peramban tidak pernah disimpan, juga tidak di dalam catatan server. Yang tersisa hanya jumlah per berita, per hari, menurut tempat berita dibaca dan jejaring tempat berita dibagikan.",
			"Cara ini tidak sempurna, dan kami memilihnya dengan sadar: dua orang dengan jaringan dan peramban yang sama dapat terhitung satu, dan satu orang dengan dua perangkat terhitung dua.",
		}},
		{"Di perangkat Anda", []string{
			"Pembaca tidak diberi kuki (cookie). Halaman dan sisipan kami tidak menghubungi pihak ketiga mana pun, termasuk jejaring sosial, sebelum Anda mengeklik tautannya.",
			"Berita yang disimpan untuk dibaca luring, pilihan tampilan, dan kunjungan yang belum terkirim hanya berada di peramban Anda dan hilang bila Anda menghapus data situs. Setiap kiriman membawa nomor acak agar tidak terhitung dua kali; nomor itu tidak memuat apa pun tentang Anda.",
			"Jika Anda mengaktifkan pemberitahuan, server menyimpan alamat yang diberikan layanan pemberitahuan peramban Anda (milik Google, Mozilla, Apple, atau Microsoft), kunci untuk menyandikan isinya, dan kategori pilihan Anda; tanpa alamat IP dan tanpa nama peramban. Semuanya dihapus begitu Anda mematikan pemberitahuan, atau begitu layanan itu menyatakan alamatnya tidak berlaku lagi.",
		}},
		{"Dasar hukum dan hak Anda", []string{
			"Selama kode harian itu ada, kami memperlakukannya sebagai data pribadi menurut Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi (UU PDP): dikumpulkan sesedikit mungkin, hanya untuk menghitung, dan dimusnahkan tepat waktu.",
			"Pertanyaan dan keberatan dapat disampaikan kepada kantor yang menerbitkan berita ini.",
		}},
	},
}}
