package main

import (
	"strings"
	"testing"

	"kabar/server/source"
)

// A category that somebody made up is in no search engine under our name.
func TestUnknownCategory(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("", "brebes"))
	if _, err := r.s.store.Ingest(t.Context(), "brebes", "feed", []source.Item{{GUID: "1", Title: "Rapat Pleno", Categories: []string{"Umum"}, Published: r.now()}}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{"": false, "?category=Umum": false, "?category=Pemilu+ditunda": true, "?q=rapat": true} {
		if a := r.ask("GET", "/brebes/"+path, ""); a.StatusCode != 200 || strings.Contains(a.body, `content="noindex"`) != want {
			t.Errorf("%s: %d, noindex is wanted: %v", path, a.StatusCode, want)
		}
	}
}
