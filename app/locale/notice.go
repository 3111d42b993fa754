package locale

// NoticeWords are the privacy notice, by Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi (UU PDP). Its figures are those of
// docs/counting.md. Like SnippetWords they are no part of the app.
type NoticeWords struct {
	Title, Intro  string
	OtherLanguage string // leads to the notice in the other language, and is in that one

	Who                string
	WhoText            Format // office
	WhoSite, WhoNoSite string // before the address of the office's own site; where it has none

	Count Section

	Kept       string
	KeptItems  []Section // what, with why and how long
	KeptPush   Section   // beside them where the office has notifications
	Never      Section
	Device     Section
	DeviceLink string // leads to the page about the app and its settings
	Basis      Section
	BasisPush  string // beside it where the office has notifications
	Rights     Section
}

// Notice returns the privacy notice's words in the language that For gives.
func Notice(tag string) *NoticeWords {
	if For(tag) == english {
		return &noticeEnglish
	}
	return &noticeIndonesian
}

var noticeIndonesian = NoticeWords{
	Title:         "Privasi pembaca",
	Intro:         "Kami menghitung berapa kali berita dibaca tanpa mengenali pembacanya: tanpa kuki, tanpa profil, tanpa alamat yang disimpan.",
	OtherLanguage: "Read this in English",

	Who:     "Siapa yang bertanggung jawab",
	WhoText: "Pengendali data pribadi di halaman ini adalah %s.",
	WhoSite: "Pertanyaan, permintaan, dan keberatan disampaikan kepada kantor itu:", WhoNoSite: "Pertanyaan, permintaan, dan keberatan disampaikan kepada kantor itu.",

	Count: Section{"Bagaimana kunjungan dihitung", []string{
		"Satu kunjungan dihitung ketika berita benar-benar tampil di layar: satu kali untuk setiap pembaca, berita, dan hari setempat. Memuat ulang tidak menambah angka. Satu kali berbagi dihitung ketika tautan berbagi diikuti; apa yang Anda kirim sesudah itu tidak kami ketahui.",
		"Robot yang dikenal, mesin pencari, dan pengambil pratinjau tautan tidak dihitung. Tanpa JavaScript berita tetap dapat dibaca, dan kunjungannya tidak terhitung.",
		"Agar seorang pembaca terhitung satu kali, server membuat kode ringkas (hash) dari alamat internet (IP) dan jenis peramban, dengan kunci acak (garam) yang baru setiap hari. Kode itu berbeda untuk setiap berita, sehingga tidak menunjukkan apa lagi yang Anda baca. Garam dan semua kodenya dimusnahkan paling lambat dalam 48 jam. Sesudah itu tidak seorang pun, termasuk kami, dapat menghubungkan angka dengan pembacanya.",
		"Cara ini tidak sempurna, dan kami memilihnya dengan sadar: dua orang dengan jaringan dan peramban yang sama dapat terhitung satu, dan satu orang dengan dua perangkat terhitung dua.",
	}},

	Kept: "Apa yang diproses, untuk apa, berapa lama",
	KeptItems: []Section{
		{"Alamat IP dan nama peramban", []string{"Datang bersama setiap permintaan. Dipakai sebentar di memori untuk menjawab, membatasi permintaan yang berlebihan, dan membuat kode di atas. Tidak disimpan, juga tidak dalam catatan server."}},
		{"Kode harian dan garamnya", []string{"Agar setiap pembaca terhitung satu kali. Paling lama 48 jam."}},
		{"Nomor kiriman", []string{"Waktu dan angka acak, agar kiriman yang terulang tidak terhitung dua kali. Paling lama 9 hari, tanpa keterangan berita mana yang dibaca."}},
		{"Jumlah per berita dan hari", []string{"Banyaknya kunjungan dan klik berbagi, tempat berita dibaca, dan jejaringnya. Disimpan seterusnya; di dalamnya tidak ada data pribadi."}},
		{"Petugas humas", []string{"Hanya petugas yang masuk ke halaman statistik mendapat kuki (cookie), selama 12 jam. Server menyimpan hash dari nomor acaknya dan menghapusnya dalam 13 jam."}},
	},
	KeptPush: Section{"Pemberitahuan, bila Anda mengaktifkannya", []string{"Alamat yang diberikan layanan pemberitahuan peramban Anda (milik Google, Mozilla, Apple, atau Microsoft), kunci untuk menyandikan pesan, dan kategori pilihan Anda; tanpa alamat IP dan tanpa nama peramban. Dihapus begitu Anda mematikannya, atau begitu layanan itu menyatakan alamatnya tidak berlaku lagi. Cadangan database yang dibuat sebelumnya dapat memuatnya selama cadangan itu disimpan."}},

	Never: Section{"Yang tidak kami lakukan", []string{
		"Tidak ada kuki bagi pembaca, tidak ada profil, tidak ada iklan, dan tidak ada skrip pihak lain, juga tidak dalam sisipan kami di situs lain. Halaman kami tidak menghubungi jejaring sosial mana pun sebelum Anda mengeklik tautannya. Setelah itu Anda berada di jejaring tersebut, dan aturannya yang berlaku.",
	}},
	Device: Section{"Di perangkat Anda", []string{
		"Berita untuk dibaca luring, pilihan tampilan, bagian terakhir yang dibaca, dan kunjungan yang belum terkirim hanya berada di peramban Anda. Menghapus data situs di peramban menghapus semuanya. Berita yang tersimpan juga dapat dihapus di halaman ini:",
	}},
	DeviceLink: "Aplikasi dan setelan",
	Basis: Section{"Dasar hukum", []string{
		"Selama kode harian itu ada, kami memperlakukannya sebagai data pribadi menurut Undang-Undang Nomor 27 Tahun 2022 tentang Pelindungan Data Pribadi (UU PDP). Dasarnya adalah pelaksanaan tugas dalam rangka kepentingan umum dan pelayanan publik (Pasal 20 ayat (2) huruf e): kantor perlu mengetahui apakah informasinya sampai kepada masyarakat. Membatasi permintaan yang berlebihan adalah kepentingan yang sah (huruf f).",
	}},
	BasisPush: "Pemberitahuan berdasar persetujuan Anda (huruf a), yang dapat ditarik kembali kapan saja (Pasal 9).",
	Rights: Section{"Hak Anda", []string{
		"UU PDP (Pasal 5 sampai Pasal 13) memberi Anda hak, antara lain, atas kejelasan tentang siapa yang memproses data dan untuk apa, atas akses dan salinan, perbaikan, penghapusan, serta pembatasan.",
		"Karena tidak ada yang menunjukkan siapa Anda, kantor tidak dapat menemukan data yang milik Anda; kode harian hilang dengan sendirinya dalam 48 jam. Apa yang ada di perangkat Anda, Anda hapus sendiri.",
		"Bila jawaban kantor tidak memuaskan, Anda dapat mengadu kepada lembaga pelindungan data pribadi (Pasal 58 UU PDP); selama lembaga itu belum ada, kepada kementerian yang membidangi komunikasi dan digital.",
	}},
}

var noticeEnglish = NoticeWords{
	Title:         "Readers’ privacy",
	Intro:         "We count how often news is read without knowing who reads it: no cookies, no profiles, no address kept.",
	OtherLanguage: "Baca dalam Bahasa Indonesia",

	Who:     "Who is responsible",
	WhoText: "The controller of personal data on this page (pengendali data pribadi) is %s.",
	WhoSite: "Questions, requests and objections go to that office:", WhoNoSite: "Questions, requests and objections go to that office.",

	Count: Section{"How visits are counted", []string{
		"A visit is counted when an article is really on screen: once for each reader, article and local day. Reloading adds nothing. A share is counted when a share link is followed; what you send after that we do not know.",
		"Known robots, search engines and programs that fetch previews of links are not counted. Without JavaScript the news can be read all the same, and the visit is not counted.",
		"So that a reader counts once, the server makes a short code (a hash) of the internet (IP) address and the kind of browser, with a random key (a salt) that is new every day. The code differs for each article, so it does not say what else you read. The salt and all its codes are destroyed within 48 hours at most. After that nobody, ourselves included, can connect a number with a reader.",
		"This is not perfect, and we chose it knowingly: two people with the same network and browser can count as one, and one person with two devices counts as two.",
	}},

	Kept: "What is processed, why, and for how long",
	KeptItems: []Section{
		{"IP address and browser name", []string{"They come with each request. For a moment they serve, in memory, to answer it, to limit too many requests, and to make the code above. They are not stored, nor in the server’s log."}},
		{"The day’s code and its salt", []string{"So that each reader counts once. At most 48 hours."}},
		{"The number of a message", []string{"A time and a random number, so that what is sent twice does not count twice. At most 9 days, without a word of which article was read."}},
		{"Totals by article and day", []string{"How many visits and share clicks, where the article was read, and the network. Kept for good; there is no personal data in them."}},
		{"Press officers", []string{"Only a press officer who signs in to the statistics gets a cookie, for 12 hours. The server keeps a hash of its random number and deletes it within 13 hours."}},
	},
	KeptPush: Section{"Notifications, if you turn them on", []string{"The address that your browser’s notification service gives (Google’s, Mozilla’s, Apple’s or Microsoft’s), a key to encrypt messages, and the categories you choose; no IP address and no browser name. Deleted as soon as you turn them off, or as that service says that the address is no longer valid. A backup of the database made before then may hold it for as long as the backup is kept."}},

	Never: Section{"What we do not do", []string{
		"Readers get no cookies, no profile, no advertising and no script of anybody else, nor in our widgets on other sites. Our pages contact no social network before you click its link. After that you are on that network, and its rules hold.",
	}},
	Device: Section{"On your device", []string{
		"News to read offline, how you like pages to look, where you left off, and visits not yet sent are in your browser only. Clearing the site’s data in your browser deletes all of it. Saved news can also be deleted on this page:",
	}},
	DeviceLink: "App and settings",
	Basis: Section{"Legal basis", []string{
		"While the day’s code exists we treat it as personal data under Indonesia’s Law Number 27 of 2022 on Personal Data Protection (UU PDP). The basis is a task in the public interest and public service (Article 20 (2) e): the office needs to know whether its information reaches the public. Limiting too many requests is a legitimate interest (f).",
	}},
	BasisPush: "Notifications rest on your consent (a), which you may withdraw at any time (Article 9).",
	Rights: Section{"Your rights", []string{
		"The UU PDP (Articles 5 to 13) gives you rights, among them to know who processes data and why, to access and copies, correction, deletion and restriction.",
		"Since nothing shows who you are, the office cannot find data that is yours; the day’s code goes by itself within 48 hours. What is on your device you delete yourself.",
		"If the office’s answer does not satisfy you, you may complain to the personal data protection agency (Article 58 UU PDP); while there is none, to the ministry in charge of communication and digital affairs.",
	}},
}
