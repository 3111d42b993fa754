package source

import (
	"strings"
	"testing"
	"unicode/utf8"

	"kabar/app/news"
)

func TestPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"<b>KPU</b> &amp; Bawaslu":                      "KPU & Bawaslu",
		"Harga < 5.000 & naik > 10%":                    "Harga < 5.000 & naik > 10%",
		"AT&amp;T &lt;b&gt;bukan tebal&lt;/b&gt;":       "AT&T <b>bukan tebal</b>",
		"\n  Baris\n\t ganda\u00a0 ":                    "Baris ganda",
		"Pilkada \u202e5202\u202c \u200bserentak\u00ad": "Pilkada 5202 serentak",
		"🧑\u200d🌾":                                      "🧑\u200d🌾",
		"Rumus x<sub>2</sub>":                           "Rumus x2",
		"satu<br>dua<p>tiga</p>":                        "satu dua tiga",
		"Rapat <script>alert(1)</script>Pleno":          "Rapat Pleno",
		`<img src=x onerror=alert(1)> Rapat`:            "Rapat",
		"&lt;script&gt;alert(1)&lt;/script&gt;":         "<script>alert(1)</script>",
		"x <y dan z":                                    "x <y dan z",
		"hari<ini>":                                     "hari<ini>",
		"&#8220;Ngopi&#8221; &#038; Diskusi&#8230;":     "“Ngopi” & Diskusi…",
		"Judul ${x} {{y}} %s \\":                        `Judul ${x} {{y}} %s \`,
		"a\x00b\x1b":                                    "ab",
		"":                                              "",
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestAuthorName(t *testing.T) {
	for in, want := range map[string]string{
		"humas@kpu.go.id (Humas KPU)":    "Humas KPU",
		"Humas KPU <humas@kpu.go.id>":    "Humas KPU",
		"Humas KPU (humas@kpu.go.id)":    "Humas KPU",
		"humas@kpu.go.id":                "",
		"Humas":                          "Humas",
		"Humas <b onmouseover=x>KPU</b>": "Humas KPU",
		"Subbag Rendatin &#38; Humas":    "Subbag Rendatin & Humas",
	} {
		if got := authorName(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestTitleFrom(t *testing.T) {
	for in, want := range map[string]string{
		"Berita tanpa judul, kalimat pertama. Kalimat kedua.": "Berita tanpa judul, kalimat pertama",
		"Merdeka! Selamat ulang tahun Republik! Lagi":         "Merdeka! Selamat ulang tahun Republik!",
		"satu baris\ndua":  "satu baris",
		"":                 "",
		"H. Anu, S.Sos. M": "H. Anu, S.Sos. M",
	} {
		if got := titleFrom(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for in, want := range map[string]string{
		"KPU Brebes Gandeng Diskominfo":   "kpu-brebes-gandeng-diskominfo",
		"Jum'at Berkah & Qur’an":          "jumat-berkah-quran",
		"Évaluasi — désa, ﬁnal №2 Straße": "evaluasi-desa-final-no2-strasse",
		"1.521.987 pemilih":               "1-521-987-pemilih",
		"!!! ??? …":                       "berita",
		"꧋ꦧꦿꦼꦧꦼꦱ꧀":                        "berita",
		"":                                "berita",
		"Statistik":                       "statistik-berita",
		"RSS xml":                         "rss-xml",
		"pasang":                          "pasang-berita",
		strings.Repeat("kata ", 40):       strings.TrimSuffix(strings.Repeat("kata-", 16), "-"),
		strings.Repeat("a", 200):          strings.Repeat("a", 80),
		"  -- a -- b --  ":                "a-b",
	} {
		if got := Slug(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("KPU Brebes: “Jum'at” ﬁ 🗳️ ß")
	f.Add("share")
	f.Fuzz(func(t *testing.T, s string) {
		slug := Slug(s)
		if !news.ValidSlug(slug) || len(slug) > maxSlug+len("-berita") || strings.Contains(slug, "--") || strings.Trim(slug, "-") != slug {
			t.Errorf("%q: slug %q", s, slug)
		}
		line := plainText(s)
		if !utf8.ValidString(line) || strings.ContainsAny(line, "\n\r\t\u202e\u200b") || strings.TrimSpace(line) != line {
			t.Errorf("%q: plain text %q", s, line)
		}
	})
}

func TestWebAddress(t *testing.T) {
	base := mustURL(t, "https://kab.example/index.php/feed")
	for in, want := range map[string]string{
		"/berita/1":                                    "https://kab.example/berita/1",
		"  https://kab.example/dua kata.html\n":        "https://kab.example/dua%20kata.html",
		"https://désa.example/é?q=ü&a=%zz":             "https://xn--dsa-bma.example/%C3%A9?q=%C3%BC&a=%25zz",
		"//cdn.example/e":                              "https://cdn.example/e",
		"https://user:pass@x.example/":                 "https://x.example/",
		"HTTP://X.example:8080/a#b":                    "http://x.example:8080/a#b",
		"https://x.example/a.jpg\" onerror=\"alert(1)": "https://x.example/a.jpg%22%20onerror=%22alert%281%29",
		"javascript:alert(1)":                          "",
		" \tjava\nscript:alert(1)":                     "",
		"data:text/html,x":                             "",
		"file:///etc/passwd":                           "",
		"https://":                                     "",
		"https:x.example":                              "",
		"https://a b.example/":                         "",
		"":                                             "",
	} {
		if got := webAddress(in, base); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"rapat.jpg": "file:2026/rapat.jpg", "../foto/a%20b.jpg": "file:foto/a b.jpg", "../../x.jpg": "", "/etc/passwd": "", "..": "", "a/../../../b": "", `..\..\b`: "",
		"c:x": "", "a\x00b": "file:2026/ab",
	} {
		if got := fileAddress(in, "2026"); got != want {
			t.Errorf("file %q: got %q, want %q", in, got, want)
		}
	}
}
