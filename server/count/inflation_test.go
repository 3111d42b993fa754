package count_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/count"
)

// submitAll sends events of one reader as fast as can be, a hundred at a time.
func (f *fixture) submitAll(r count.Reader, events []news.Event) {
	f.Helper()
	for len(events) > 0 {
		n := min(len(events), news.MaxEvents)
		f.submit(r, events[:n]...)
		events = events[n:]
	}
}

// The limits of inflation that docs/security.md states. Each is what an attacker gets for an article in a day, however much is sent.
func TestInflation(t *testing.T) {
	view := func(id string) news.Event { return news.Event{ID: id, Type: news.View, Article: "berita-0"} }

	t.Run("one address, many agents", func(t *testing.T) {
		f := start(t)
		f.articles(2)
		for i := range 5000 {
			f.submit(reader(fmt.Sprintf("2001:db8:1:2::%x", i), fmt.Sprint("Mozilla/5.0 made-up/", i)), view(fmt.Sprint("many-agents-", i)))
		}
		if got := f.counts("berita-0").Views; got != 256 {
			t.Errorf("%d views from one household, want 256", got)
		}
		if got := f.rows("reader"); got != 256 {
			t.Errorf("%d rows of readers", got)
		}
		// The carrier's other customers, and who reads something else, still count.
		f.submit(reader("2001:db8:1:3::1", phone), view("next-door"))
		f.submit(reader("2001:db8:1:2::1", phone), news.Event{ID: "other-article", Type: news.View, Article: "berita-1"})
		if a, b := f.counts("berita-0").Views, f.counts("berita-1").Views; a != 257 || b != 1 {
			t.Errorf("others: %d and %d", a, b)
		}
	})
	t.Run("behind a carrier's address", func(t *testing.T) {
		f := start(t)
		f.articles(1)
		for i := range 30 { // real names of phones as browsers inside apps send them
			f.submit(reader("36.68.1.1", fmt.Sprintf("Mozilla/5.0 (Linux; Android %d; SM-A%d5F) Chrome/%d.0 Mobile Safari/537.36", 10+i%5, i, 120+i%7)), view(fmt.Sprint("carrier-", i)))
		}
		if got := f.counts("berita-0").Views; got < 27 || got > 30 {
			t.Errorf("thirty readers with thirty agents behind one address count as %d", got)
		}
	})
	t.Run("many addresses, one agent", func(t *testing.T) {
		f := start(t)
		f.articles(1)
		for i := range 600 {
			for again := range 2 {
				f.submit(count.Reader{Addr: netip.AddrFrom4([4]byte{203, 0, byte(i >> 8), byte(i)}), Agent: phone}, view(fmt.Sprintf("addresses-%d-%d", i, again)))
			}
		}
		if got := f.counts("berita-0").Views; got != 600 {
			t.Errorf("%d views from 600 addresses", got)
		}
	})
	t.Run("replayed ids", func(t *testing.T) {
		f := start(t)
		f.articles(1)
		for i := range 200 { // one event, overheard, from everywhere and on every day that it is remembered
			f.clock.set(noon.Add(time.Duration(i%8) * 24 * time.Hour))
			e := view("overheard")
			f.submit(count.Reader{Addr: netip.AddrFrom4([4]byte{203, 0, 113, byte(i)}), Agent: phone}, e)
		}
		if got := f.counts("berita-0").Views; got != 1 {
			t.Errorf("one id counts %d", got)
		}
	})
	t.Run("forged offline times", func(t *testing.T) {
		f := start(t)
		f.articles(1)
		var events []news.Event
		for hour := range 24 * 9 {
			e := view(fmt.Sprint("forged-", hour))
			e.Via, e.At = news.ViaOffline, noon.Add(-time.Duration(hour)*time.Hour)
			events = append(events, e)
		}
		f.submitAll(reader("203.0.113.1", phone), events)
		if got := f.counts("berita-0").Views; got != 2 {
			t.Errorf("one reader with made-up times counts %d, want one today and one for what was before", got)
		}
		for day := range f.daily() {
			if day[:10] < "2026-08-05" || day[:10] > "2026-08-12" {
				t.Errorf("a view on %s", day)
			}
		}
	})
}
