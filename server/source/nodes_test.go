package source

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"kabar/app/news"
)

func TestNodes(t *testing.T) {
	base := mustURL(t, "https://kab.example/berita/1")
	for _, c := range []struct{ name, in, want string }{
		{"loose text is a paragraph", "satu <b>dua</b>", "<p>satu <strong>dua</strong></p>"},
		{"white space folds across elements", "<p> a <b> b </b> c </p>", "<p>a <strong>b </strong>c</p>"},
		{"blocks part paragraphs", "a<div>b</div>c", "<p>a</p><p>b</p><p>c</p>"},
		{"two breaks part paragraphs", "<p>a<br><br>b<br>c</p>", "<p>a</p><p>b<br>c</p>"},
		{"headings", "<h1>a</h1><h6>b</h6>", "<h2>a</h2><h4>b</h4>"},
		{"names of old", "<i>a</i><strike>b</strike><tt>c</tt>", "<p><em>a</em><s>b</s><code>c</code></p>"},
		{"bold around blocks", "<b><p>a</p><p>b</p></b>", "<p><strong>a</strong></p><p><strong>b</strong></p>"},
		{"a link around a block", `<a href="/x"><div>a</div></a>`, `<p><a href="https://kab.example/x">a</a></p>`},
		{"empty paragraphs go", "<p>&nbsp;</p><p> </p><p>a</p><p><b></b></p>", "<p>a</p>"},
		{"a list in an item", "<ul><li>satu<ul><li>dua</li></ul></li></ul>", "<ul><li>satu<ul><li>dua</li></ul></li></ul>"},
		{"a list in a list", "<ul><li>satu</li><ul><li>dua</li></ul></ul>", "<ul><li>satu<ul><li>dua</li></ul></li></ul>"},
		{"preformatted", "<pre>\n\n a\n  b\n</pre>", "<pre> a\n  b</pre>"},
		{"a table for layout", "<table><tr><td><p>a</p></td></tr></table>", "<p>a</p>"},
		{"rows without a body", "<table><tr><td>a<td></table>", "<table><tbody><tr><td>a</td><td></td></tr></tbody></table>"},
		{"a figure without a picture", "<figure><figcaption>a</figcaption></figure>", "<p>a</p>"},
		{"unclosed", "<p>a<b>b<p>c", "<p>a<strong>b</strong></p><p><strong>c</strong></p>"},
		{"no scripts", "<p>a<script>b</script><style>c</style></p>", "<p>a</p>"},
		{"a swallowed text comes back", "<p>a</p><style>b<p>c</p>", "<p>a</p><p>b</p><p>c</p>"},
		{"links nowhere", `<a href="javascript:x">a</a> <a href="java&#10;script:x">b</a> <a href="#x">c</a> <a href="data:text/html,x">d</a> <a href="file:///x">e</a>`, "<p>a b c d e</p>"},
		{"links somewhere", `<a href="mailto:humas@kpu.example?subject=x">a</a><a href="tel:(0283) 671-234">b</a><a href="//cdn.example/e f">c</a>`,
			`<p><a href="mailto:humas@kpu.example">a</a><a href="tel:(0283)671-234">b</a><a href="https://cdn.example/e%20f">c</a></p>`},
		{"no users in links", `<a href="https://u:p@evil.example/">a</a>`, `<p><a href="https://evil.example/">a</a></p>`},
		{"lazy pictures once", `<img src="data:image/gif;base64,R0" data-src="/a.jpg" alt=" f "><noscript><img src="/a.jpg"></noscript>`,
			`<p><img src="https://kab.example/a.jpg" alt="f"></p>`},
		{"spaces in a picture's address", `<img src="/IMG rapat (1).jpg">`, `<p><img src="https://kab.example/IMG%20rapat%20%281%29.jpg"></p>`},
		{"a small picture's larger self", `<img src="/s.jpg" width="300" srcset="/s.jpg 300w, /l.jpg 1280w, /xl.jpg 5000w">`, `<p><img src="https://kab.example/l.jpg" width="300"></p>`},
		{"no pixels", `a<img src="/p.gif" width="1" height="1"><img src="/q.gif" style="display: none"><img src="https://pixel.wp.com/b.gif">`, "<p>a</p>"},
		{"a smiley is its character", `a <img class="wp-smiley" src="https://s.w.org/images/core/emoji/1f64f.png" alt="🙏"> b`, "<p>a 🙏 b</p>"},
		{"no avatars", `<img src="https://secure.gravatar.com/avatar/x?s=96">a`, "<p>a</p>"},
		{"a film is a link", `<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?autoplay=1" onload="alert(1)">x</iframe>`,
			`<p><a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">youtube.com/watch?v=dQw4w9WgXcQ</a></p>`},
		{"another frame is not", `a<iframe src="https://www.youtube.com.evil.example/embed/dQw4w9WgXcQ">x</iframe><iframe src="https://evil.example/?u=https://www.youtube.com/embed/x"></iframe>`, "<p>a</p>"},
		{"Word's leftovers", `<p class="MsoNormal"><span lang="IN">a<o:p></o:p></span></p><!--[if gte mso 9]><xml></xml><![endif]--><p><o:p>&nbsp;</o:p></p>`, "<p>a</p>"},
		{"shortcodes", `<p>a [contact-form-7 id=&#8221;12&#8243;] [caption id="x"]b[/caption] [1] [foto] [...]</p>`, "<p>a b [1] [foto] [...]</p>"},
		{"Joomla's plugins", `<p>{loadposition iklan} a {gallery}x{/gallery} {source}&lt;script&gt;x{/source} {b}</p>`, "<p>a {b}</p>"},
		{"share buttons", `<p>a</p><div class="sharedaddy sd-sharing-enabled"><ul><li>Facebook</li></ul></div>`, "<p>a</p>"},
		{"language and direction", `<div dir="rtl"><p lang="ar">ا</p></div><span lang="IN">b</span><span dir="ltr">c</span>`, `<div dir="rtl"><p lang="ar">ا</p></div><p>b<span dir="ltr">c</span></p>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			nodes := Nodes(c.in, base)
			checkTree(t, nodes)
			if got := markupOf(nodes); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

// payload is one row of testdata/payloads.
type payload struct{ ID, Payload, Title, Channel string }

func payloads(t testing.TB, file string) []payload {
	t.Helper()
	f, err := os.Open("testdata/payloads/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []payload
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		var p payload
		if err := json.Unmarshal(s.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	if err := s.Err(); err != nil || len(out) == 0 {
		t.Fatalf("%s: %d rows, %v", file, len(out), err)
	}
	return out
}

func TestHostileMarkup(t *testing.T) {
	base := mustURL(t, "https://kab.example/")
	for _, file := range []string{"markup.jsonl", "feed-path.jsonl", "must-keep.jsonl"} {
		for _, p := range payloads(t, file) {
			t.Run(p.ID, func(t *testing.T) { checkTree(t, Nodes(p.Payload, base)) })
		}
	}
}

// What an honest office's markup must still say after the gate.
func TestMustKeep(t *testing.T) {
	want := map[string][]string{
		"keep-01": {"Paragraf\u00a0satu “kutip” – <strong>tebal</strong> <em>miring</em>"},
		"keep-02": {"<figure>", `src="https://a.example/wp-content/uploads/2024/08/IMG_1-1024x682.jpg"`, `alt="Rapat pleno"`, `width="1024"`, `height="682"`, "<figcaption>Foto: Humas</figcaption>"},
		"keep-03": {"<thead><tr><th>No</th><th>Kecamatan</th><th>DPT</th></tr></thead>", `<td rowspan="2">1</td>`, `<td align="right">118.402</td>`},
		"keep-04": {`<ol start="3" type="a"><li>satu<ul><li>dua</li></ul></li></ol>`},
		"keep-05": {"<blockquote><p>Pemilih berdaulat</p><p><cite>Ketua KPU</cite></p></blockquote>"},
		"keep-06": {`<p lang="ar" dir="rtl">بسم الله الرحمن الرحيم</p><p>Assalamu’alaikum</p>`},
		"keep-07": {`<a href="https://kab.example/download/pengumuman%20no.%2012.pdf">unduh</a>`},
		"keep-08": {`<img src="https://a.example/foto.jpg" alt="foto">`},
		"keep-09": {`<img src="https://a.example/foto.jpg" alt="foto">`},
		"keep-10": {"H<sub>2</sub>O, m<sup>2</sup>, <del>lama</del> <ins>baru</ins> <mark>penting</mark>", `<abbr title="Daftar Pemilih Tetap">DPT</abbr>`},
	}
	rows := payloads(t, "must-keep.jsonl")
	for _, p := range rows {
		got := markupOf(Nodes(p.Payload, mustURL(t, "https://kab.example/")))
		if want[p.ID] == nil {
			t.Errorf("%s: not looked at", p.ID)
		}
		for _, w := range want[p.ID] {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %s\nis not in %s", p.ID, w, got)
			}
		}
	}
	both := rows[7].Payload + rows[8].Payload
	if got := markupOf(Nodes(both, nil)); strings.Count(got, "<img") != 1 {
		t.Errorf("a lazy picture and its fallback are one picture: %s", got)
	}
}

func TestNodesAreBounded(t *testing.T) {
	for name, in := range map[string]string{
		"deep blocks":   strings.Repeat("<blockquote>", 3000) + "a",
		"deep inline":   strings.Repeat("<em><sub>", 3000) + "a",
		"deep lists":    strings.Repeat("<ul><li>", 3000) + "a",
		"deep tables":   strings.Repeat("<table><tr><td>a</td><td>", 400) + "a",
		"many elements": strings.Repeat("<p>a<b>b</b></p>", 100000),
		"many breaks":   strings.Repeat("<br>a", 200000),
		"open tags":     strings.Repeat("<b", 100000),
		"plugins":       strings.Repeat("{gallery}", 50000),
		"shortcodes":    strings.Repeat("[gallery a=", 50000),
	} {
		t.Run(name, func(t *testing.T) { checkTree(t, Nodes(in, nil)) })
	}
}

func FuzzNodes(f *testing.F) {
	for _, p := range append(payloads(f, "must-keep.jsonl"), payloads(f, "markup.jsonl")...) {
		f.Add(p.Payload)
	}
	f.Add("<ul>a<li><p>b</ul><dl><dt>c<dd>d</dl><details><summary>e</summary>f</details><figure><img src=/g><figcaption>h")
	f.Add("<table><caption>a<tr><td colspan=2>b<table><td>c</table></table><pre>\n\nd</pre><q><cite>e</cite></q>")
	for _, s := range reopenings {
		f.Add(s + strings.Repeat("<p>x", 1000))
	}
	base := mustURL(f, "https://kab.example/")
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 1<<15 {
			return
		}
		nodes := Nodes(in, base)
		checkTree(t, nodes)
		if again := Nodes(markupOf(nodes), base); markupOf(again) != markupOf(nodes) && !strings.Contains(in, "[") && !strings.Contains(in, "{") {
			_ = news.PlainText(again) // not every tree is its own image (a lone cell is opened once more), but each is a tree
			checkTree(t, again)
		}
	})
}
