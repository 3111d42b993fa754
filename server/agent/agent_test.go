package agent

import (
	"os"
	"strings"
	"testing"
)

func lines(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for l := range strings.Lines(string(b)) {
		if l = strings.TrimRight(l, "\r\n"); l != "" {
			// Some lines say first of what kind an agent is, and where it was found.
			out = append(out, l[strings.LastIndexByte(l, '\t')+1:])
		}
	}
	return out
}

// No person is refused, and at least 99 of 100 robots are.
func TestRobot(t *testing.T) {
	missed := 0
	bots := lines(t, "bots.txt")
	for _, ua := range bots {
		if !Robot(ua) {
			missed++
			t.Log("missed robot:", ua)
		}
	}
	if missed*100 > len(bots) {
		t.Errorf("missed %d of %d robots", missed, len(bots))
	}
	for _, ua := range lines(t, "humans.txt") {
		if Robot(ua) {
			t.Error("refused a person:", ua)
		}
	}
}
