package web

import (
	"strings"
	"testing"
)

func TestSqueeze(t *testing.T) {
	for _, c := range []struct{ in, js, css string }{
		{"// why\nconst a = 1\n\n  const b = \"x = y\" // not a comment line", "const a=1\nconst b=\"x = y\" // not a comment line", "const a = 1\nconst b = \"x = y\" // not a comment line"},
		{"if (a) {\n  b()\n}\nc()", "if(a){b()}\nc()", "if (a){b()}\nc()"},
		{"a > b {\n  margin: calc(1px + 2px) auto;\n}", "a>b{margin:calc(1px + 2px)auto;}", "a>b{margin:calc(1px + 2px) auto;}"},
		{"/* all of it */\nx", "x", "x"},
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
}
