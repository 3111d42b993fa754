package news_test

import (
	"os/exec"
	"strings"
	"testing"
)

// The browser loads every package that this one imports; and the app may have nothing of the server, not even by accident.
func TestOnlyTheStandardLibrary(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "kabar/app/news").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Fields(string(out)); len(got) != 1 || got[0] != "kabar/app/news" {
		t.Errorf("kabar/app/news needs %v, want only the standard library", got)
	}
}
