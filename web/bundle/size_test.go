package main

import (
	"slices"
	"strings"
	"testing"
)

// part is a section or a vector of under 128 bytes.
func part(id string, content ...string) string {
	c := strings.Join(content, "")
	return id + string(rune(len(c))) + c
}

// program is a binary with one imported function and four of its own; names are theirs.
func program(names ...string) []byte {
	list := string(rune(len(names)))
	for i, name := range names {
		list += string(rune(i)) + part("", name)
	}
	return []byte("\x00asm\x01\x00\x00\x00" +
		part("\x02", "\x01", part("", "go"), part("", "debug"), "\x00\x00") +
		part("\x0a", "\x04", part("", strings.Repeat("a", 30)), part("", strings.Repeat("b", 20)), part("", "ccccc"), part("", "d")) +
		part("\x0b", "1234567890") +
		part("\x00", part("", "name"), part("\x00", "ignored"), part("\x01", list)))
}

func TestSizes(t *testing.T) {
	wasm := program("debug", "encoding_json.Marshal", "github.com_x_y_v2_app.__T_.M", "encoding_json.__S_.String", "type_.eq.foo")
	got, err := sizes(wasm, []string{"encoding/json", "github.com/x/y-v2/app", "github.com/x"})
	if err != nil {
		t.Fatal(err)
	}
	want := []share{
		{"encoding/json", 35}, {"github.com/x/y-v2/app", 20}, {"(section 2)", 14}, {"(data: types, line tables, strings)", 12}, {"header", 8}, {"(made by the compiler)", 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	var table strings.Builder
	printSizes(&table, got)
	if s := table.String(); !strings.Contains(s, "       35  38.9 %  encoding/json\n") || !strings.HasSuffix(s, "       90         total, without names\n") {
		t.Errorf("got\n%s", s)
	}
}

func TestSizesRefuses(t *testing.T) {
	wasm := program("debug")
	for name, bad := range map[string][]byte{
		"nothing": nil, "not wasm": []byte("<!doctype html>"), "cut": wasm[:len(wasm)-3], "stripped": wasm[:8],
	} {
		if got, err := sizes(bad, nil); err == nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func FuzzSizes(f *testing.F) {
	f.Add(program("debug", "main.main"))
	f.Add([]byte("\x00asm\x01\x00\x00\x00\x02\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, wasm []byte) {
		shares, err := sizes(wasm, []string{"fmt"})
		if err != nil {
			return
		}
		sum := 0
		for _, s := range shares {
			sum += s.bytes
		}
		if sum > len(wasm) {
			t.Errorf("%d bytes are split into %d: %v", len(wasm), sum, shares)
		}
	})
}
