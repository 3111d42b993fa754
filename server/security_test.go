package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each test and file that the threat model names is there.
func TestThreatModel(t *testing.T) {
	text, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(string(text), -1)
	test, file := regexp.MustCompile(`^([a-z0-9/]+): ((?:Test|Fuzz)\w+)$`), regexp.MustCompile(`^(?:server|app|web|docs)/[\w./-]+$`)
	tests := 0
	for _, n := range named {
		if file.MatchString(n[1]) {
			if _, err := os.Stat(filepath.Join("..", n[1])); err != nil {
				t.Error(err)
			}
		}
		m := test.FindStringSubmatch(n[1])
		if m == nil {
			if strings.Contains(n[1], "Test") || strings.Contains(n[1], "Fuzz") {
				t.Errorf("not a package and a test: %s", n[1])
			}
			continue
		}
		tests++
		files, err := filepath.Glob(filepath.Join("..", m[1], "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			found = found || strings.Contains(string(src), "\nfunc "+m[2]+"(")
		}
		if !found {
			t.Errorf("there is no %s", n[1])
		}
	}
	if tests < 50 {
		t.Errorf("it names %d tests", tests)
	}
	for _, link := range regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join("../docs", link[1])); err != nil {
			t.Error(err)
		}
	}
}
