package canon_test

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/server/canon"
)

const hostile = `" onerror=alert(1) x="`

func TestHTML(t *testing.T) {
	tests := []struct {
		name string
		ui   app.UI
		want string
	}{
		{"text alone", app.Text(`<b> & "c" 'd'`), `&lt;b&gt; &amp; "c" 'd'`},
		{"no children", app.P(), `<p></p>`},
		{"only child a text", app.P().Text("a\n  b "), "<p>a\n  b </p>"},
		{"text with the indentation of a child", app.Div().Body(app.P().Text("\n  a\n")), "<div><p>\n  a\n</p></div>"},
		{"inline elements touch", app.P().Body(app.Text("a "), app.B().Text("b"), app.Text(",\n c"), app.I()), "<p>a <b>b</b>,\n c<i></i></p>"},
		{"spaces between inline elements", app.P().Body(app.B(), app.Text("  "), app.B()), "<p><b></b>  <b></b></p>"},
		{"newlines between inline elements", app.P().Body(app.B(), app.Text("\n\n  \n"), app.B()), "<p><b></b>\n\n  \n<b></b></p>"},
		{"void elements", app.P().Body(app.Br(), app.Text("a"), app.Img().Alt("x"), app.Hr()), `<p><br>a<img alt="x"><hr></p>`},
		{"void root", app.Img().Alt(hostile), `<img alt="&#34; onerror=alert(1) x=&#34;">`},
		{"hostile attributes", app.A().Href(hostile).Title("<script>alert(1)</script>&quot;").Text("a"),
			`<a href="&#34; onerror=alert(1) x=&#34;" title="&lt;script&gt;alert(1)&lt;/script&gt;&amp;quot;">a</a>`},
		{"backslashes and quotes", app.P().Title(`\" \x41 \n '` + "`"), `<p title="\&#34; \x41 \n '` + "`" + `"></p>`},
		{"what strconv.Quote escapes", app.P().Title("a\nb\tc\rd\u2028e\ufefff\u00a0g\U0001F600h\U000E0001i"),
			"<p title=\"a\nb\tc&#13;d\u2028e\ufefff\u00a0g\U0001F600h\U000E0001i\"></p>"},
		{"what is no character", app.P().Title("a\x00b\xff\xfec\x1b\x7fd\u0085e").Text("a\x00b\xff\xfec\x1b\x7fd\u0085e"),
			`<p title="a�b��c��d�e">a�b��c��d�e</p>`},
		{"half a character", app.P().Title("a\xe2\x82").Text("a\xe2\x82"), `<p title="a��">a��</p>`},
		{"a real U+FFFD and U+2028", app.P().Text("\ufffd\u2028\r\n"), "<p>\ufffd\u2028&#13;\n</p>"},
		{"order of attributes", app.Div().ID("b").Class("a").Title("c").Lang("id").DataSet("k", "v").Aria("label", "l"),
			`<div aria-label="l" class="a" data-k="v" id="b" lang="id" title="c"></div>`},
		{"true comes back", app.Button().Aria("pressed", true).Aria("busy", false).DataSet("x", true).Title("true").ContentEditable(true),
			`<button aria-busy="false" aria-pressed="true" contenteditable="true" data-x="true" title="true"></button>`},
		{"booleans", app.Input().Disabled(true).Hidden(false).ReadOnly(true).Required(false).Spellcheck(false),
			`<input disabled readonly spellcheck="false">`},
		{"empty attributes", app.Div().ID("").Class("").Title("").Lang(" "), `<div></div>`},
		{"newline in pre", app.Pre().Text("\na"), "<pre>\n\na</pre>"},
		{"carriage return in pre", app.Pre().Text("\ra"), "<pre>\n&#13;a</pre>"},
		{"element and newline in pre", app.Pre().Body(app.Code().Text("\na"), app.Text("\nb")), "<pre><code>\na</code>\nb</pre>"},
		{"newline and element in pre", app.Pre().Body(app.Text("\na"), app.B()), "<pre>\n\na<b></b></pre>"},
		{"textarea", app.Elem("textarea").Text("\n</textarea><script>"), "<textarea>\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>"},
		{"component", app.Div().Body(&card{}, app.Text("a")), "<div><article><p>x</p></article>a</div>"},
		{"empty text among elements", app.Div().Body(app.B(), app.Text(""), app.B(), app.Text("")), "<div><b></b><b></b></div>"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 20 { // go-app walks a map
				in := app.HTMLString(test.ui)
				got, err := canon.HTML(in)
				if err != nil || got != test.want {
					t.Fatalf("HTML(%q)\n got %q, %v\nwant %q", in, got, err, test.want)
				}
			}
		})
	}
}

type card struct{ app.Compo }

func (*card) Render() app.UI { return app.Article().Body(app.P().Text("x")) }

// TestHTMLRefuses lists what go-app does not write, or what a component may not.
func TestHTMLRefuses(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"not closed", "<p>", "not closed"},
		{"closed twice", "<p></p></p>", "follows the root"},
		{"two roots", "<p></p><p></p>", "follows the root"},
		{"only an end", "</p>", "without its start"},
		{"crossed", "<b>\n  <i></b></i>", "want the end of i"},
		{"void closed", "<br></br>", "follows the root"},
		{"cut in a name", "<p", "does not end"},
		{"cut in a tag", "<p ", "does not end"},
		{"cut in an attribute", "<p a", "does not end"},
		{"cut in a value", `<p a="b`, "not quoted"},
		{"cut after a value", `<p a="b"`, "does not end"},
		{"no space between attributes", `<p a="b"c="d"></p>`, "does not end"},
		{"single quotes", `<p a='b'></p>`, "no quoted value"},
		{"no quotes", `<p a=b></p>`, "no quoted value"},
		{"newline in a value", "<p a=\"b\n\"></p>", "not quoted"},
		{"attribute twice", `<p a="b" a="c"></p>`, "twice"},
		{"upper case", `<P></P>`, "may use"},
		{"raw HTML", "<div><b>a</b></div>", "indentation"},
		{"raw HTML with space", "<div> <b></b></div>", "indentation"},
		{"wrong indentation", "<div>\n <b></b>\n</div>", "indentation"},
		{"unescaped ampersand", "<p>a & b</p>", "not escaped"},
		{"other entity", "<p>&nbsp;</p>", "not escaped"},
		{"unescaped quote", `<p>"</p>`, "not escaped"},
		{"comment", "<!-- a -->", "may use"},
		{"doctype", "<!doctype html>", "may use"},
		{"script", "<script></script>", "may use"},
		{"style", "<style></style>", "may use"},
		{"svg", "<svg></svg>", "may use"},
		{"template", "<template></template>", "may use"},
		{"noscript", "<noscript></noscript>", "may use"},
		{"base", `<base href="x">`, "may use"},
		{"self closing of one's own", "<x-y>", "may use"},
		{"element in textarea", "<textarea>\n  <b></b>\n</textarea>", "holds an element"},
		{"element in iframe", "<iframe>\n  <b></b>\n</iframe>", "holds an element"},
		{"text in iframe", "<iframe>a</iframe>", "holds a text"},
		{"handler", `<p onclick="x"></p>`, "not for components"},
		{"page in an attribute", `<iframe srcdoc="x"></iframe>`, "not for components"},
		{"no name", `<p ="x"></p>`, "not for components"},
		{"slash", `<p /></p>`, "a-z"},
		{"quote in a name", `<p a"b></p>`, "a-z"},
		{"nothing but <", `<`, "does not end"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := canon.HTML(test.in)
			if err == nil || got != "" || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("HTML(%q) = %q, %v; want an error with %q", test.in, got, err, test.want)
			}
		})
	}
}

// TestRawIsRefused holds the promise that app.Raw has no way to a reader.
func TestRawIsRefused(t *testing.T) {
	in := app.HTMLString(app.Div().Body(app.Raw(`<img src=x onerror="alert(1)">`)))
	if got, err := canon.HTML(in); err == nil {
		t.Fatalf("HTML(%q) = %q", in, got)
	}
}

func BenchmarkHTML(b *testing.B) {
	items := make([]app.UI, 20)
	for i := range items {
		items[i] = app.Li().Class("item").Body(
			app.A().Href("https://berita.example.go.id/brebes/rekapitulasi").Class("card").Body(
				app.Img().Alt(`Foto "rapat" & pleno`).Src("/img/0123456789abcdef-320.webp").Width(320).Height(180),
				app.H2().Text("Rapat pleno 'rekapitulasi' di Brebes"),
				app.P().Text(strings.Repeat("KPU Kabupaten Brebes menggelar rapat. ", 5)),
			),
			app.P().Body(app.Time().DateTime("2026-03-01"), app.Text(" · "), app.Span().Aria("hidden", true).Text("52 kali dibaca")),
		)
	}
	s := app.HTMLString(app.Ul().Body(items...))
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := canon.HTML(s); err != nil {
			b.Fatal(err)
		}
	}
}
