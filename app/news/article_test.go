package news_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"kabar/app/news"
)

func text(s string) news.Node { return news.Node{Text: s} }

func TestPlainText(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   []news.Node
		want string
	}{
		{"nothing", nil, ""},
		{"inline stays on the line", []news.Node{{Kind: "p", Nodes: []news.Node{text("a "), {Kind: "strong", Nodes: []news.Node{text("b")}}, text(" c")}}}, "a b c"},
		{"blocks apart", []news.Node{{Kind: "h2", Nodes: []news.Node{text("a")}}, {Kind: "p", Nodes: []news.Node{text("b")}}}, "a\nb"},
		{"break", []news.Node{{Kind: "p", Nodes: []news.Node{text("a"), {Kind: "br"}, text("b")}}}, "a\nb"},
		{"picture says nothing", []news.Node{{Kind: "figure", Nodes: []news.Node{{Kind: "img", Image: &news.Image{Alt: "x"}}}}, {Kind: "p", Nodes: []news.Node{text("a")}}}, "a"},
		{"unknown kind", []news.Node{{Kind: "blink", Nodes: []news.Node{text("a")}}}, "a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := news.PlainText(tt.in); got != tt.want {
				t.Errorf("PlainText() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestImages(t *testing.T) {
	body := []news.Node{{Kind: "p", Nodes: []news.Node{{Kind: "img", Image: &news.Image{Src: "a"}}}}, {Kind: "img", Image: &news.Image{Src: "b"}}}
	var order []string
	news.Images(body, func(i *news.Image) { order = append(order, i.Src); i.Name = "n" })
	if strings.Join(order, "") != "ab" || body[0].Nodes[0].Image.Name != "n" {
		t.Errorf("in order %v, filled %+v", order, body)
	}
}

func TestSummarize(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"short", " a\n b\tc ", "a b c"},
		{"exactly as long", strings.Repeat("é", news.SummaryLen), strings.Repeat("é", news.SummaryLen)},
		{"one more", strings.Repeat("é", news.SummaryLen+1), strings.Repeat("é", news.SummaryLen-1) + "…"},
		{"at a word", strings.Repeat("abcd ", 60), strings.TrimSpace(strings.Repeat("abcd ", 43)) + "…"},
		{"no comma before the ellipsis", strings.Repeat("abc, ", 60), strings.TrimSuffix(strings.Repeat("abc, ", 43), ", ") + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := news.Summarize(tt.in); got != tt.want {
				t.Errorf("Summarize() = %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzSummarize(f *testing.F) {
	f.Add(strings.Repeat("日本 ", 200))
	f.Add(strings.Repeat("-", 400))
	f.Add("\xff" + strings.Repeat("é", 300))
	f.Fuzz(func(t *testing.T, s string) {
		got := news.Summarize(s)
		if n := utf8.RuneCountInString(got); n > news.SummaryLen {
			t.Fatalf("%d characters", n)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("%q is cut within a character: %q", s, got)
		}
	})
}
