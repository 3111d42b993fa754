package page_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/andybalholm/brotli"

	"kabar/server/page"
)

func TestNegotiate(t *testing.T) {
	for accept, want := range map[string]string{"": "", "gzip, br": "br", "gzip": "gzip", "br;q=0, gzip": "gzip", "*": "br", "*;q=0": "", "gzip;q=1, br;q=0.5": "gzip", "zstd, br": "br",
		"BR": "br", "br;q=2": "", "br;q=x": "", "identity": ""} {
		if got := page.Negotiate(accept, page.Encodings); got != want {
			t.Errorf("of %q: %q, want %q", accept, got, want)
		}
	}
}

func TestCacheRenews(t *testing.T) {
	made, c, now := 0, page.NewCache(1), time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
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

// However many pages are asked for, the cache's memory is bounded, and what it holds is whole in every coding.
func TestCacheIsBounded(t *testing.T) {
	c, now := page.NewCache(1), time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	text := func(i int) []byte { // a hash does not compress
		var b []byte
		for j := range 800 {
			sum := sha256.Sum256(fmt.Append(nil, i, j))
			b = append(b, sum[:]...)
		}
		return b
	}
	get := func(i int) *page.Kept {
		k, err := c.Get(fmt.Sprint(i), page.Version{}, now, func() (*page.Document, error) { return &page.Document{HTML: text(i)}, nil })
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	const pages = 1500 // of 25 KB
	for i := range pages {
		k := get(i)
		if i%100 != 0 {
			continue
		}
		for _, coding := range []string{"gzip", "br", "", "gzip"} {
			body, err := k.Body(coding)
			if err != nil {
				t.Fatal(err)
			}
			if got := decoded(t, coding, body); !bytes.Equal(got, text(i)) {
				t.Errorf("page %d as %q is not what was made", i, coding)
			}
		}
	}
	held := 0
	for i := range pages {
		if c.Has(fmt.Sprint(i)) {
			held++
		}
	}
	if most := int(page.CacheBytes(1)) / 25_600; held < most*3/5 || held > most {
		t.Errorf("of %d pages of 25 KB %d are held", pages, held)
	}
}

func decoded(t *testing.T, coding string, body []byte) []byte {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch coding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
