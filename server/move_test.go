package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"kabar/server/source"
	"kabar/server/store"
)

// TestMoveDatabase: the command copies, says what it did and compares; a wrong one is refused without a password in its words.
func TestMoveDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	from, to := "sqlite:"+filepath.Join(dir, "a.db"), "sqlite:"+filepath.Join(dir, "b.db")
	run := func(want int, args ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		if got := command(t.Context(), append([]string{"move"}, args...), &out, &errs); got != want {
			t.Fatalf("kabar move %v: status %d, want %d; %s", args, got, want, errs.String())
		}
		return out.String() + errs.String()
	}
	if said := run(exitFailed, "-from", from, "-to", to); !strings.Contains(said, "-from: ") {
		t.Errorf("a file that is not there: %s", said)
	}
	s, err := store.Open(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Ingest(t.Context(), "brebes", "posts", []source.Item{{GUID: "a", Title: "Satu"}, {GUID: "b", Title: "Dua"}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if said := run(0, "-from", from, "-to", to); !strings.Contains(said, "copied article: 2\n") || !strings.Contains(said, "rows of article") || !strings.Contains(said, "2 in both") {
			t.Errorf("it says %q", said)
		}
	}
	const secret = "postgres://kabar:rahasia@127.0.0.1:1/kabar"
	for _, c := range []struct {
		want int
		args []string
	}{
		{exitUsage, nil}, {exitUsage, []string{"-from", from, "-to", from}}, {exitUsage, []string{"-from", from, secret}}, {exitUsage, []string{"-from", from, "-to", "mysql://kabar:rahasia@db/x"}},
		{exitUsage, []string{"-from", from, "-to", "postgres://kabar:rahasia%@db/kabar"}}, {exitFailed, []string{"-from", from, "-to", secret}},
	} {
		if said := run(c.want, c.args...); strings.Contains(said, "rahasia") || said == "" {
			t.Errorf("kabar move %v says %q", c.args, said)
		}
	}
}
