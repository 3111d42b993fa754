package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
)

// share is how many bytes of a binary one thing takes.
type share struct {
	name  string
	bytes int
}

// sizes splits a binary that has its name section by Go package; what is not code is named by its section. Its packages are import paths.
// The sizes add up to the binary without its names, largest first.
func sizes(wasm []byte, packages []string) ([]share, error) {
	sections, err := parseSections(wasm)
	if err != nil {
		return nil, err
	}
	var imported int
	var code [][]byte
	var names map[int]string
	total := map[string]int{"header": 8}
	for _, s := range sections {
		switch s.id {
		case importSection:
			imported, err = countImports(s.content)
		case codeSection:
			code, err = functionBodies(s.content)
		case customSection:
			if s.name == "name" {
				names, err = functionNames(s.content)
				continue
			}
		}
		if err != nil {
			return nil, fmt.Errorf("reading section %d: %w", s.id, err)
		}
		if s.id != codeSection {
			total[s.String()] += s.size
		}
	}
	if names == nil {
		return nil, fmt.Errorf("the binary has no names: it was stripped")
	}
	owner := owners(packages)
	for i, body := range code {
		total[owner(names[imported+i])] += len(body)
	}
	var shares []share
	for name, n := range total {
		shares = append(shares, share{name, n})
	}
	slices.SortFunc(shares, func(a, b share) int { return cmp.Or(b.bytes-a.bytes, cmp.Compare(a.name, b.name)) })
	return shares, nil
}

// owners returns the function that finds a function's package. Go's linker writes names with "_" for everything but letters, digits
// and dots, so they are compared with import paths written alike.
func owners(packages []string) func(function string) string {
	path := map[string]string{"main": "kabar/app (main)", "go": "(made by the compiler)", "type": "(made by the compiler)"}
	for _, p := range packages {
		path[mangle(p)] = p
	}
	return func(function string) string {
		for end := len(function); end > 0; end = strings.LastIndexByte(function[:end], '.') {
			if p, ok := path[function[:end]]; ok {
				return p
			}
		}
		return "(made by the compiler)"
	}
}

func mangle(importPath string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return '_'
	}, importPath)
}

// printSizes writes a table of shares.
func printSizes(w io.Writer, shares []share) {
	sum := 0
	for _, s := range shares {
		sum += s.bytes
	}
	for _, s := range shares {
		fmt.Fprintf(w, "%9d %5.1f %%  %s\n", s.bytes, 100*float64(s.bytes)/float64(sum), s.name)
	}
	fmt.Fprintf(w, "%9d         total, without names\n", sum)
}
