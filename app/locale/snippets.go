package locale

// SnippetWords are the words of the page where a webmaster gets the line to paste. The app never shows it, so they are no part of Words:
// the linker leaves out of the app what only the server asks for.
type SnippetWords struct {
	Intro string

	// The choice.
	Choose, Widget, WidgetNews, WidgetShare          string
	Limit, Layout, List, Cards, Compact, Ticker      string
	Theme, ThemeAuto, ThemeLight, ThemeDark          string
	Accent, Language, Indonesian, English, URL, Show string
	URLRefused                                       Format // what is used instead
	Preview, Phone, Desktop, CopyTitle, Copy, Copied string
	Script, ScriptText, Frame, FrameText             string
	FrameCards                                       string // beside FrameText, where the height depends on the width
	WordPress, WordPressText, WordPressShare         string
	Static, StaticNews, StaticShare, Address, Viewed string
	Hosts, HostsText, HostsNone, HostsAny, HostsAdd  string
	HostsExample                                     string // a host, in HostsAdd's example
}

// Snippets returns the snippet page's words in the language that For gives.
func Snippets(tag string) *SnippetWords {
	if For(tag) == english {
		return &snippetsEnglish
	}
	return &snippetsIndonesian
}

var snippetsIndonesian = SnippetWords{
	Intro:  "Pilih bentuknya, lihat hasilnya, lalu salin satu baris ke situs Anda. Sesudah itu isinya selalu mengikuti berita terbaru.",
	Choose: "Pilih", Widget: "Sisipan", WidgetNews: "Berita terkini", WidgetShare: "Bagikan",
	Limit: "Jumlah berita", Layout: "Susunan", List: "Daftar", Cards: "Kartu", Compact: "Ringkas", Ticker: "Satu baris",
	Theme: "Tampilan", ThemeAuto: "Ikuti perangkat", ThemeLight: "Terang", ThemeDark: "Gelap",
	Accent: "Warna", Language: "Bahasa", Indonesian: "Indonesia", English: "Inggris",
	URL: "Alamat halaman yang dibagikan", Show: "Tampilkan",
	URLRefused: "Alamat itu bukan halaman di situs yang diizinkan. Yang dipakai: %s",
	Preview:    "Lihat", Phone: "Di ponsel", Desktop: "Di komputer",
	CopyTitle: "Salin", Copy: "Salin", Copied: "Tersalin",
	Script: "Baris skrip", ScriptText: "Cara terbaik, untuk hampir semua situs: tingginya mengikuti isi dan lebar halaman. Baris skripnya cukup satu kali per halaman.",
	Frame: "Bingkai biasa", FrameText: "Untuk situs yang membuang skrip tetapi mengizinkan iframe.",
	FrameCards: "Tingginya pas di ponsel; di layar lebar akan ada ruang kosong di bawahnya.",
	WordPress:  "WordPress", WordPressText: "Tempelkan alamat ini di baris tersendiri dalam tulisan atau halaman; WordPress mengubahnya menjadi berita. Yang tampil selalu daftar lima berita dengan warna kantor.",
	WordPressShare: "Di WordPress, tempelkan baris skrip di atas dalam blok HTML Khusus.",
	Static:         "Tanpa JavaScript", StaticNews: "Sebuah tautan, untuk tempat yang hanya menerima teks dan tautan.",
	StaticShare: "Tautan dan gambar saja, untuk situs yang membuang skrip dan iframe. Ganti alamatnya untuk setiap halaman.",
	Address:     "Baris skrip mengambil alamat dari halamannya sendiri. Bingkai biasa dan baris tanpa JavaScript hanya berlaku untuk alamat di atas.",
	Viewed:      "Jumlah kunjungan",
	Hosts:       "Situs yang diizinkan", HostsText: "Sisipan ini hanya tampil di:",
	HostsNone: "Belum ada situs yang diizinkan.", HostsAny: "Berita boleh tampil di situs mana pun. Tombol bagikan hanya berlaku untuk:",
	HostsAdd:     "Situs lain? Minta pengelola server menambahkannya pada setelan hosts di kabar.toml, lalu menjalankan ulang Kabar:",
	HostsExample: "situs-anda.go.id",
}

var snippetsEnglish = SnippetWords{
	Intro:  "Choose what it looks like, see it, then copy one line to your site. From then on it always shows the latest news.",
	Choose: "Choose", Widget: "Widget", WidgetNews: "Latest news", WidgetShare: "Sharing",
	Limit: "Number of articles", Layout: "Layout", List: "List", Cards: "Cards", Compact: "Compact", Ticker: "One row",
	Theme: "Appearance", ThemeAuto: "Same as device", ThemeLight: "Light", ThemeDark: "Dark",
	Accent: "Colour", Language: "Language", Indonesian: "Indonesian", English: "English",
	URL: "Address of the page to share", Show: "Show",
	URLRefused: "That is not the address of a page on an allowed site. Used instead: %s",
	Preview:    "See", Phone: "On a phone", Desktop: "On a computer",
	CopyTitle: "Copy", Copy: "Copy", Copied: "Copied",
	Script: "Script line", ScriptText: "The best way, for nearly every site: its height follows its content and the width of the page. The script line is needed once on a page.",
	Frame: "Plain frame", FrameText: "For sites that strip scripts but allow an iframe.",
	FrameCards: "Its height is right on a phone; a wide screen leaves room below.",
	WordPress:  "WordPress", WordPressText: "Paste this address on a line of its own in a post or page; WordPress turns it into the news. It always shows a list of five in the office’s colour.",
	WordPressShare: "In WordPress, paste the script line above into a Custom HTML block.",
	Static:         "Without JavaScript", StaticNews: "A link, for places that take only text and links.",
	StaticShare: "Links and an image only, for sites that strip scripts and iframes. Change the address for each page.",
	Address:     "The script line takes the address from the page it stands on. The plain frame and the line without JavaScript are for the address above only.",
	Viewed:      "Number of views",
	Hosts:       "Allowed sites", HostsText: "This widget is shown only on:",
	HostsNone: "No site is allowed yet.", HostsAny: "The news may be shown on any site. Share buttons work only for:",
	HostsAdd:     "Another site? Ask whoever runs the server to add it to the setting hosts in kabar.toml and to restart Kabar:",
	HostsExample: "your-site.go.id",
}
