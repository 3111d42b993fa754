package share_test

import (
	"net/url"
	"strings"
	"testing"
	"testing/quick"
	"unicode"
	"unicode/utf8"

	"kabar/app/share"
)

const (
	title = "KPU Brebes & Diskominfo: “100%” siap?"
	page  = "https://kab-brebes.kpu.go.id/berita?id=7&x=a b"
	// what the two are in a link
	inTitle = "KPU%20Brebes%20%26%20Diskominfo%3A%20%E2%80%9C100%25%E2%80%9D%20siap%3F"
	inPage  = "https%3A%2F%2Fkab-brebes.kpu.go.id%2Fberita%3Fid%3D7%26x%3Da%2520b"
)

// TestLinks holds each network's link as the network documents it, and the order in which they are offered.
func TestLinks(t *testing.T) {
	want := []struct{ id, name, link string }{
		{"facebook", "Facebook", "https://www.facebook.com/sharer/sharer.php?u=" + inPage},
		{"x", "X", "https://x.com/intent/tweet?text=" + inTitle + "&url=" + inPage},
		{"whatsapp", "WhatsApp", "https://wa.me/?text=" + inTitle + "%20" + inPage},
		{"telegram", "Telegram", "https://t.me/share/url?url=" + inPage + "&text=" + inTitle},
		{"line", "LINE", "https://social-plugins.line.me/lineit/share?url=" + inPage + "&text=" + inTitle},
		{"threads", "Threads", "https://www.threads.com/intent/post?text=" + inTitle + "&url=" + inPage},
		{"bluesky", "Bluesky", "https://bsky.app/intent/compose?text=" + inTitle + "%20" + inPage},
		{"linkedin", "LinkedIn", "https://www.linkedin.com/sharing/share-offsite/?url=" + inPage},
		{"email", "Email", "mailto:?subject=" + inTitle + "&body=" + inTitle + "%0D%0A%0D%0A" + inPage},
		{"copy", "", ""}, {"print", "", ""}, {"native", "", ""},
	}
	if len(share.Networks) != len(want) {
		t.Fatalf("there are %d ways to share, want %d", len(share.Networks), len(want))
	}
	for i, w := range want {
		n, ok := share.ByID(w.id)
		if !ok || share.Networks[i].ID != w.id || n.Name != w.name || n.Action() != (w.link == "") {
			t.Errorf("%d is %+v, want %s", i, share.Networks[i], w.id)
		}
		if got := n.Link(title, page); got != w.link {
			t.Errorf("%s:\n got %s\nwant %s", w.id, got, w.link)
		}
	}
	if n, ok := share.ByID("evil"); ok {
		t.Errorf("evil is %+v", n)
	}
	wa, _ := share.ByID("whatsapp")
	if got := wa.Link(" \n", "https://a.example/"); got != "https://wa.me/?text=https%3A%2F%2Fa.example%2F" {
		t.Errorf("without a title: %s", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		" a \t\r\n b\u00a0c\u2028d\x00e\x7f": "a b c d e",
		"a\xff\xc0b\ufffd":                   "ab",
		"\u202etxt.exe\u2066 x\u2069\u200f":  "txt.exe x",
		"soft\u00adhyphen zero\u200bwidth":   "softhyphen zerowidth",
		"👩\u200d👩\u200d👧 می\u200cخواهم":      "👩\u200d👩\u200d👧 می\u200cخواهم",
		"": "",
	} {
		if got := share.Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	const short = "https://a.example/1" // 19 characters
	long := short + strings.Repeat("x", 400)
	words := strings.Repeat("sembilan ", 60)
	family := strings.Repeat("👩‍👩‍👧", 200)
	for _, c := range []struct {
		id, title, url string
		want           func(string) bool
		why            string
	}{
		{"x", strings.Repeat("a", 256), short, func(s string) bool { return len(s) == 256 }, "just fits"},
		{"x", strings.Repeat("a", 257), short, func(s string) bool { return s == strings.Repeat("a", 254)+"…" }, "one too many"},
		{"x", strings.Repeat("新", 129), short, func(s string) bool { return s == strings.Repeat("新", 127)+"…" }, "Chinese counts twice"},
		{"x", words, long, func(s string) bool { return s == strings.TrimSuffix(words[:252], " ")+"…" }, "at a word, the address being 23 however long"},
		{"x", family, short, func(s string) bool { return strings.HasSuffix(s, "👩‍👩‍👧…") }, "not inside a family"},
		{"x", strings.Repeat("🇮🇩", 200), short, func(s string) bool { return s == "" }, "flags without an end are not torn"},
		{"x", strings.Repeat("e\u0301", 200), short, func(s string) bool { return s == strings.Repeat("e\u0301", 127)+"…" }, "accents stay on"},
		{"bluesky", words, short, func(s string) bool { return s == words[:278]+"…" }, "the address counts"},
		{"bluesky", words, long, func(s string) bool { return s == "" }, "no room at all"},
		{"threads", strings.Repeat("a", 600), short, func(s string) bool { return s == strings.Repeat("a", 478)+"…" }, "500"},
		{"telegram", strings.Repeat("a", 5000), short, func(s string) bool { return s == strings.Repeat("a", 298)+"…" }, "no limit of theirs, but ours"},
	} {
		got, _ := parts(t, c.id, link(t, c.id, c.title, c.url))
		if !c.want(got) {
			t.Errorf("%s, %s: %d characters: %s", c.id, c.why, utf8.RuneCountInString(got), got)
		}
	}
}

func link(t *testing.T, id, title, url string) string {
	t.Helper()
	n, ok := share.ByID(id)
	if !ok {
		t.Fatalf("no network %s", id)
	}
	return n.Link(title, url)
}

// parts takes a link apart as the network would: what of it is the title, what the address. Both are empty where it carries none.
func parts(t *testing.T, id, link string) (title, address string) {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	if strings.Contains(u.RawQuery, "+") {
		t.Errorf("%s: a plus in %s", id, link)
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	for name, values := range q {
		if len(values) != 1 {
			t.Errorf("%s: %s comes %d times in %s", id, name, len(values), link)
		}
	}
	switch id {
	case "facebook":
		return "", q.Get("u")
	case "linkedin":
		return "", q.Get("url")
	case "whatsapp", "bluesky":
		text := q.Get("text")
		i := strings.LastIndexByte(text, ' ')
		return strings.TrimSuffix(text[:i+1], " "), text[i+1:]
	case "email":
		i := strings.LastIndexByte(q.Get("body"), '\n')
		return q.Get("subject"), q.Get("body")[i+1:]
	}
	return q.Get("text"), q.Get("url")
}

// check holds for every title and address whatever: nothing of them stands raw in the link, and they come out as they went in.
func check(t *testing.T, title, address string) {
	t.Helper()
	clean := share.Clean(title)
	if clean != share.Clean(clean) {
		t.Errorf("Clean(%q) = %q is not clean", title, clean)
	}
	if !utf8.ValidString(clean) || strings.ContainsFunc(clean, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }) {
		t.Errorf("Clean(%q) = %q", title, clean)
	}
	for _, n := range share.Networks {
		got := n.Link(title, address)
		if n.Action() {
			if got != "" {
				t.Errorf("%s has the link %s", n.ID, got)
			}
			continue
		}
		bare := n.Link("", "")
		if i := strings.IndexFunc(got, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>'`\\{}|^+", r) }); i >= 0 {
			t.Errorf("%s: %q in %q", n.ID, got[i], got)
		}
		for _, mark := range []string{"&", "=", "?", "#", ":", "/"} {
			if strings.Count(got, mark) != strings.Count(bare, mark) {
				t.Errorf("%s: the input brought a %s into %q", n.ID, mark, got)
			}
		}
		text, back := parts(t, n.ID, got)
		if plain(address) && back != address {
			t.Errorf("%s: %q came back as %q", n.ID, address, back)
		}
		if strings.ContainsFunc(back, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("%s: the address %q is none", n.ID, back)
		}
		if n.ID == "facebook" || n.ID == "linkedin" {
			continue
		}
		if stem, was := strings.CutSuffix(text, "…"); was && text != clean {
			if !strings.HasPrefix(clean, stem) {
				t.Errorf("%s: %q was cut to %q", n.ID, clean, text)
			}
		} else if text != clean && text != "" || text == "" && utf8.RuneCountInString(clean) < 20 && len(back) < 200 && clean != "" {
			t.Errorf("%s: %q came back as %q", n.ID, clean, text)
		}
		if limit := map[string]int{"bluesky": 300, "threads": 500}[n.ID]; text != "" && limit > 0 && utf8.RuneCountInString(text)+1+len(back) > limit {
			t.Errorf("%s: more than %d characters: %q %q", n.ID, limit, text, back)
		}
	}
}

// plain reports whether s holds only characters that may stand in an address.
func plain(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}", r) })
}

func TestAnyInput(t *testing.T) {
	if err := quick.Check(func(title, address string) bool {
		check(t, title, "https://a.example/"+url.PathEscape(address))
		check(t, address, title)
		return !t.Failed()
	}, &quick.Config{MaxCount: 500}); err != nil {
		t.Error(err)
	}
}

func FuzzLink(f *testing.F) {
	f.Add(title, page)
	f.Add(`" onclick=alert(1) x="`, "https://a.example/?a=1&b=%20#c")
	f.Add("{url}{title+}{break}%s%20+", "javascript:alert(1)//{title}")
	f.Add("\u202e\xff\r\nBcc: a@b.example", "https://a.example/\r\nSet-Cookie: a=b")
	f.Add(strings.Repeat("👩‍👩‍👧 panjang ", 99), "https://a.example/"+strings.Repeat("é", 300))
	f.Add(strings.Repeat("🇮🇩", 300), "")
	f.Fuzz(func(t *testing.T, title, address string) { check(t, title, address) })
}
