package web

import (
	"bytes"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

func TestSqueeze(t *testing.T) {
	for _, c := range []struct{ in, js, css string }{
		{"// why\nconst a = 1\n\n  const b = \"x = y\" // not a comment line", "const a=1\nconst b=\"x = y\" // not a comment line", "const a = 1\nconst b = \"x = y\" // not a comment line"},
		{"if (a) {\n  b()\n}\nc()", "if(a){b()}\nc()", "if (a){b()}\nc()"},
		{"a > b {\n  margin: calc(1px + 2px) auto;\n}", "a>b{margin:calc(1px+2px)auto;}", "a>b{margin:calc(1px + 2px) auto;}"},
		{"/* all of it */\nx", "x", "x"},
		{"a + +b - -c + d++ - e", "a+ +b- -c+d++-e", "a + +b - -c + d++ - e"},
		{`s = "a \" b  c"`, `s="a \" b  c"`, `s = "a \" b  c"`},
	} {
		if got := Squeeze(c.in); got != c.js {
			t.Errorf("Squeeze(%q) = %q, want %q", c.in, got, c.js)
		}
		if got := SqueezeCSS(c.in); got != c.css {
			t.Errorf("SqueezeCSS(%q) = %q, want %q", c.in, got, c.css)
		}
	}
}

// What stands in every page is small, and cannot end its own element.
func TestBudgets(t *testing.T) {
	boot, err := FS.ReadFile("boot.js")
	if err != nil {
		t.Fatal(err)
	}
	s := Squeeze(string(boot))
	if len(s) > 2200 {
		t.Errorf("boot.js is %d bytes, more than 2.2 KB", len(s))
	}
	if strings.Contains(strings.ToLower(s), "</script") {
		t.Error("boot.js closes its own element")
	}
	embed, err := FS.ReadFile("embed.js")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	w.Write([]byte(Squeeze(string(embed))))
	w.Close()
	if t.Logf("embed.js is %d bytes in brotli", b.Len()); b.Len() > 1200 {
		t.Errorf("embed.js is %d bytes in brotli, more than 1.2 KB", b.Len())
	}
}
