package page_test

import (
	"testing"
	"time"

	"kabar/server/page"
)

func TestNegotiate(t *testing.T) {
	for accept, want := range map[string]string{"": "", "gzip, br": "br", "gzip": "gzip", "br;q=0, gzip": "gzip", "*": "br", "*;q=0": "", "zstd;q=1, br;q=0.5": "zstd",
		"BR": "br", "br;q=2": "", "br;q=x": "", "identity": ""} {
		if got := page.Negotiate(accept, page.Encodings); got != want {
			t.Errorf("of %q: %q, want %q", accept, got, want)
		}
	}
}

func TestCacheRenews(t *testing.T) {
	made, c, now := 0, page.NewCache(), time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	for _, step := range []struct {
		v     page.Version
		after time.Duration
		want  int
	}{{page.Version{News: 1, Counts: 1}, 0, 1}, {page.Version{News: 1, Counts: 2}, time.Second - 1, 1}, {page.Version{News: 1, Counts: 2}, time.Second, 2}, {page.Version{News: 2, Counts: 2}, time.Second, 3}, {page.Version{News: 2, Counts: 2}, time.Minute + time.Second, 4}} {
		if _, err := c.Get("k", step.v, now.Add(step.after), func() (*page.Document, error) { made++; return &page.Document{}, nil }); err != nil || made != step.want {
			t.Errorf("%+v: made %d times (%v)", step, made, err)
		}
	}
}
