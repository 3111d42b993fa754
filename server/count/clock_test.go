package count_test

import (
	"fmt"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/count"
)

// TestClockJumps puts the clock back and ahead, over midnight and over the hours in which the day has begun in one zone and not in another. Whatever it
// does, a reader counts once for each local day that the clock has named, in each office; with a sweep after each jump, and without.
func TestClockJumps(t *testing.T) {
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 8, day, hour, minute, 0, 0, time.UTC) }
	zones := map[string]int{"Asia/Jakarta": 7, "Asia/Makassar": 8, "Asia/Jayapura": 9}
	for name, times := range map[string][]time.Time{
		"back by hours":                  {at(12, 9, 0), at(12, 2, 0), at(12, 5, 0), at(12, 9, 30)},
		"back over midnight":             {at(12, 18, 0), at(12, 12, 0), at(12, 13, 0), at(12, 18, 30), at(13, 5, 0)},
		"ahead over midnight and back":   {at(12, 5, 0), at(13, 6, 0), at(12, 5, 10), at(12, 16, 59), at(13, 6, 30)},
		"to and fro in the zones' hours": {at(12, 14, 30), at(12, 15, 30), at(12, 14, 45), at(12, 16, 30), at(12, 15, 45), at(12, 17, 30), at(12, 14, 50), at(13, 3, 0)},
		"ahead by a day, by mistake":     {at(12, 5, 0), at(13, 13, 0), at(12, 5, 5), at(13, 4, 0), at(12, 22, 0)},
	} {
		for _, sweeps := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, sweeps %t", name, sweeps), func(t *testing.T) {
				t.Parallel()
				f := startAt(t, "sqlite:"+t.TempDir()+"/kabar.db", times[0])
				for zone := range zones {
					f.office = office(zone[5:], zone)
					f.articles(1)
				}
				sent := 0
				days := map[string]int{} // that the clock has named, with a reader each
				for i, now := range times {
					if sweeps && i > 0 {
						f.stop()
						f = startAt(t, f.dsn, now) // which sweeps
					}
					f.clock.set(now)
					for zone, hours := range zones {
						f.office = office(zone[5:], zone)
						for r := range 1 + i%2 {
							for again := range 2 {
								f.submit(reader(fmt.Sprint("10.0.0.", r), phone), news.Event{ID: fmt.Sprintf("event-%s-%d-%d-%d", zone[5:], i, r, again), Type: news.View, Article: "berita-0"})
								sent++
							}
							days[fmt.Sprint(zone, r, now.Add(time.Duration(hours)*time.Hour).Format(time.DateOnly))] = 1
						}
					}
				}
				counted, byDay := 0, 0
				for zone := range zones {
					f.office = office(zone[5:], zone)
					counted += int(f.counts("berita-0").Views)
				}
				for _, n := range f.daily() {
					byDay += n
				}
				if counted != len(days) || byDay != len(days) {
					t.Errorf("%d views, %d by day, want %d", counted, byDay, len(days))
				}
				t.Logf("%d views sent over %d jumps: %d counted, one for each reader, office and local day; %d twice", sent, len(times)-1, counted, counted-len(days))
			})
		}
	}
}

// TestClockFarAhead: a clock that was ten days ahead leaves no salt of a day to come, and what was counted under it is not counted again. Readers of
// before may count a second time: their salt was destroyed, as that of a day long past.
func TestClockFarAhead(t *testing.T) {
	f := startAt(t, "sqlite:"+t.TempDir()+"/kabar.db", noon.AddDate(0, 0, 10))
	f.articles(1)
	view := func(id string) count.Answer {
		return f.submit(reader("10.0.0.1", phone), news.Event{ID: id, Type: news.View, Article: "berita-0"})
	}
	view("event-ahead")
	salt, hash := f.blob("SELECT secret FROM salt"), f.blob("SELECT hash FROM reader")
	for _, now := range []time.Time{noon, noon.AddDate(0, 0, 1)} {
		f.stop()
		f = startAt(t, f.dsn, now)
		// When this is counted the sweep at the start is done.
		if got := view("event-ahead").Of("berita-0").Views; got != 1 {
			t.Errorf("an event that is sent again counts %d times", got)
		}
		if f.inFiles(salt) || f.inFiles(hash) {
			t.Error("a salt or a hash of a day to come is kept")
		}
	}
	if got := view("event-today").Of("berita-0").Views; got != 2 {
		t.Errorf("%d views, want that under the wrong clock and that of today", got)
	}
	f.stop()
	f = startAt(t, f.dsn, noon.AddDate(0, 0, 10))
	view("event-later")
	if n := f.rows("event"); n != 1 {
		t.Errorf("%d ids are kept, want the last one", n)
	}
}

// TestClockBehindItsReaders: after a jump back, what a device says to have happened is later than now. Within ten minutes it happened now; beyond, it is
// refused, leaves no row, and may be sent again when the clock is right.
func TestClockBehindItsReaders(t *testing.T) {
	f := start(t)
	f.articles(1)
	token, err := f.store.SignIn(t.Context(), "brebes", []byte("secret"), noon.Add(12*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	soon := news.Event{ID: "event-soon", Type: news.View, Article: "berita-0", At: noon}
	late := news.Event{ID: "event-late", Type: news.View, Article: "berita-0", At: noon}
	for _, s := range []struct {
		back     time.Duration
		from     string
		event    news.Event
		views    int64
		rejected int
		signedIn bool
	}{
		{5 * time.Minute, "10.0.0.1", soon, 1, 0, true},
		{5 * time.Hour, "10.0.0.2", late, 0, 1, true},
		{-13 * time.Hour, "10.0.0.1", news.Event{ID: "event-next", Type: news.View, Article: "berita-0", At: noon.Add(13 * time.Hour)}, 2, 0, false},
		{0, "10.0.0.2", late, 3, 0, true},
	} {
		f.clock.set(noon.Add(-s.back))
		a := f.submit(reader(s.from, phone), s.event)
		if got := a.Of("berita-0").Views; got != s.views || len(a.Rejected) != s.rejected || s.rejected == 1 && a.Rejected[0].Reason != news.ErrEventFuture.Error() {
			t.Errorf("%v behind: %+v, want %d views and %d refused", s.back, a, s.views, s.rejected)
		}
		if in, err := f.store.SignedIn(t.Context(), "brebes", []byte("secret"), token); err != nil || in != s.signedIn {
			t.Errorf("%v behind: signed in %t, %v", s.back, in, err)
		}
	}
	if got := f.rows("event"); got != 3 {
		t.Errorf("%d ids, want those of what was counted", got)
	}
}
