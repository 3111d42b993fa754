package count_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/count"
)

const phone = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"

// TestWhatCounts sends events one after the other, and says what the article has come to after each.
func TestWhatCounts(t *testing.T) {
	view := func(id string) news.Event { return news.Event{ID: id, Type: news.View, Article: "berita-0"} }
	share := func(id, network string) news.Event {
		return news.Event{ID: id, Type: news.Share, Article: "berita-0", Network: network}
	}
	at := func(e news.Event, t time.Time) news.Event { e.At = t; return e }
	page := func(e news.Event, address string) news.Event { e.Article, e.URL = "", address; return e }
	type step struct {
		why    string
		reader count.Reader
		event  news.Event
		want   news.Counts
	}
	me, you := reader("10.0.0.1", phone), reader("10.0.0.2", phone)
	f := start(t)
	f.articles(2)
	for _, s := range []step{
		{"a view", me, view("view-0001"), news.Counts{Views: 1}},
		{"the same event again", me, view("view-0001"), news.Counts{Views: 1}},
		{"the same event from elsewhere", you, view("view-0001"), news.Counts{Views: 1}},
		{"the same reader again", me, view("view-0002"), news.Counts{Views: 1}},
		{"the same address with another agent", reader("10.0.0.1", "another"), view("view-0003"), news.Counts{Views: 2}},
		{"another address with the same agent", you, view("view-0004"), news.Counts{Views: 3}},
		{"an address written as IPv6", reader("::ffff:10.0.0.2", phone), view("view-0005"), news.Counts{Views: 3}},
		{"an IPv6 household", reader("2001:db8:1:2::1", phone), view("view-0006"), news.Counts{Views: 4}},
		{"the same household", reader("2001:db8:1:2:ffff::9", phone), view("view-0007"), news.Counts{Views: 4}},
		{"the household next door", reader("2001:db8:1:3::1", phone), view("view-0008"), news.Counts{Views: 5}},
		{"a share", me, share("share-001", "whatsapp"), news.Counts{Views: 5, Shares: 1}},
		{"the same network again", me, share("share-002", "whatsapp"), news.Counts{Views: 5, Shares: 1}},
		{"another network", me, share("share-003", "facebook"), news.Counts{Views: 5, Shares: 2}},
		{"by the article's address", reader("10.0.0.3", phone), page(view("view-0009"), "https://kab-brebes.kpu.go.id/berita/0?utm_source=wa#top"), news.Counts{Views: 6, Shares: 2}},
		{"by the slug, the same reader", reader("10.0.0.3", phone), view("view-0010"), news.Counts{Views: 6, Shares: 2}},
		{"yesterday, offline", me, at(view("view-0011"), noon.AddDate(0, 0, -1)), news.Counts{Views: 7, Shares: 2}},
		{"yesterday again", me, at(view("view-0012"), noon.AddDate(0, 0, -1).Add(time.Hour)), news.Counts{Views: 7, Shares: 2}},
		{"the day before, which came today too", me, at(view("view-0014"), noon.AddDate(0, 0, -2)), news.Counts{Views: 7, Shares: 2}},
		{"a clock that is fast", reader("10.0.0.4", phone), at(view("view-0013"), noon.Add(5*time.Minute)), news.Counts{Views: 8, Shares: 2}},
	} {
		a := f.submit(s.reader, s.event)
		if got := a.Of(s.event.Key()); len(a.Totals) != 1 || got != s.want || len(a.Rejected) > 0 {
			t.Errorf("%s: %+v, want %+v", s.why, a, s.want)
		}
		if got := f.counts("berita-0"); got != s.want {
			t.Errorf("%s: the article says %+v, want %+v", s.why, got, s.want)
		}
	}
	if got := f.counts("berita-1"); got != (news.Counts{}) {
		t.Errorf("the other article has %+v", got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	f := start(t)
	f.articles(1)
	ok := news.Event{ID: "event-00", Type: news.View, Article: "berita-0"}
	for name, c := range map[string]struct {
		change func(*news.Event)
		want   error
	}{
		"no id":            {func(e *news.Event) { e.ID = "" }, news.ErrEventID},
		"no type":          {func(e *news.Event) { e.Type = "" }, news.ErrEventType},
		"too old":          {func(e *news.Event) { e.At = noon.Add(-news.MaxEventAge - time.Second) }, news.ErrEventOld},
		"in the future":    {func(e *news.Event) { e.At = noon.Add(time.Hour) }, news.ErrEventFuture},
		"unknown article":  {func(e *news.Event) { e.Article = "tidak-ada" }, count.ErrArticle},
		"foreign host":     {func(e *news.Event) { e.Article, e.URL = "", "https://evil.example/x" }, count.ErrHost},
		"host as a part":   {func(e *news.Event) { e.Article, e.URL = "", "https://kab-brebes.kpu.go.id.evil.example/x" }, count.ErrHost},
		"host as a user":   {func(e *news.Event) { e.Article, e.URL = "", "https://kab-brebes.kpu.go.id@evil.example/x" }, count.ErrHost},
		"unknown network":  {func(e *news.Event) { e.Type, e.Network = news.Share, "myspace" }, count.ErrNetwork},
		"share by nothing": {func(e *news.Event) { e.Type = news.Share }, count.ErrNetwork},
	} {
		e := ok
		c.change(&e)
		a := f.submit(reader("10.0.0.1", phone), e)
		if len(a.Totals) != 0 || len(a.Rejected) != 1 || a.Rejected[0] != (count.Rejection{ID: e.ID, Reason: c.want.Error()}) {
			t.Errorf("%s: %+v, want %q", name, a, c.want)
		}
	}
	if rows := f.rows("event", "reader", "daily"); rows != 0 {
		t.Errorf("what was refused left %d rows", rows)
	}
	// What is good counts beside what is not.
	a := f.submit(reader("10.0.0.1", phone), news.Event{ID: "event-01", Type: news.View, Article: "tidak-ada"}, ok, news.Event{ID: "event-02"})
	if len(a.Rejected) != 2 || a.Of("berita-0").Views != 1 {
		t.Errorf("a mixture: %+v", a)
	}
}

// TestForeignHome: an article whose home is on a host that the office does not list counts by that address, and no other there.
func TestForeignHome(t *testing.T) {
	f := start(t)
	f.articles(1)
	f.office.Hosts = map[string]bool{}
	home := news.Event{ID: "event-00", Type: news.View, URL: "https://kab-brebes.kpu.go.id/berita/0"}
	other := news.Event{ID: "event-01", Type: news.View, URL: "https://kab-brebes.kpu.go.id/berita/1"}
	a := f.submit(reader("10.0.0.1", phone), home, other)
	if a.Of(home.URL).Views != 1 || len(a.Rejected) != 1 || a.Rejected[0].ID != other.ID {
		t.Errorf("%+v, want the article's own address and no other", a)
	}
}

// TestDaily: where it was read, and by which network, is kept by the office's day.
func TestDaily(t *testing.T) {
	f := start(t)
	f.articles(1)
	e := func(id string, change func(*news.Event)) news.Event {
		e := news.Event{ID: "event-" + id, Type: news.View, Article: "berita-0"}
		change(&e)
		return e
	}
	for i, ev := range []news.Event{
		e("page", func(e *news.Event) {}),
		e("app", func(e *news.Event) { e.Via = news.ViaApp; e.Host = "arsip.kpu.go.id" }), // only a widget has a host
		e("host", func(e *news.Event) { e.Via = news.ViaWidget; e.Host = "arsip.kpu.go.id" }),
		e("other", func(e *news.Event) { e.Via = news.ViaWidget; e.Host = "reader-at-home.example" }), // not the office's: not kept
		e("share", func(e *news.Event) { e.Type = news.Share; e.Network = "whatsapp" }),
		e("late", func(e *news.Event) { e.At = noon.AddDate(0, 0, -7).Add(time.Minute) }),
		e("again", func(e *news.Event) {}),
	} {
		f.submit(reader(fmt.Sprint("10.0.0.", i), phone), ev)
	}
	want := map[string]int{
		"2026-08-12 view page   ": 2, "2026-08-12 view app   ": 1, "2026-08-12 view widget arsip.kpu.go.id  ": 1, "2026-08-12 view widget   ": 1,
		"2026-08-12 share page  whatsapp ": 1, "2026-08-05 view page   ": 1,
	}
	if got := f.daily(); !maps.Equal(got, want) {
		t.Errorf("daily rows %v, want %v", got, want)
	}
}

// TestMidnight: a day ends when it ends in the office's zone.
func TestMidnight(t *testing.T) {
	for zone, midnight := range map[string]time.Time{
		"Asia/Jakarta":  time.Date(2026, 8, 12, 17, 0, 0, 0, time.UTC),
		"Asia/Makassar": time.Date(2026, 8, 12, 16, 0, 0, 0, time.UTC),
		"Asia/Jayapura": time.Date(2026, 8, 12, 15, 0, 0, 0, time.UTC),
	} {
		t.Run(zone, func(t *testing.T) {
			f := start(t)
			f.office = office("kantor", zone)
			f.articles(1)
			for i, s := range []struct {
				at   time.Time
				want int64
			}{
				{midnight.Add(-time.Hour), 1}, {midnight.Add(-time.Millisecond), 1}, {midnight, 2}, {midnight.Add(23 * time.Hour), 2}, {midnight.Add(24 * time.Hour), 3},
			} {
				f.clock.set(s.at)
				a := f.submit(reader("10.0.0.1", phone), news.Event{ID: fmt.Sprint("event-00", i), Type: news.View, Article: "berita-0"})
				if got := a.Of("berita-0").Views; got != s.want {
					t.Errorf("%v from midnight: %d views, want %d", s.at.Sub(midnight), got, s.want)
				}
			}
			// Sent after midnight, seen before: it counts on the day when it happened.
			f.clock.set(midnight.Add(time.Minute))
			f.submit(reader("10.0.0.9", phone), news.Event{ID: "event-late", Type: news.View, Article: "berita-0", At: midnight.Add(-time.Minute)})
			if got := f.daily(); got["2026-08-12 view page   "] != 2 || got["2026-08-13 view page   "] != 1 {
				t.Errorf("daily rows %v", got)
			}
		})
	}
}

// TestSaltsAreDestroyed: 48 hours after a day's salt was made, neither it nor a hash under it is in the file, nor in what SQLite keeps beside it.
func TestSaltsAreDestroyed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kabar.db")
	// The earliest moment at which the salt of the 12th can be made: its beginning in the east.
	made := time.Date(2026, 8, 11, 15, 0, 0, 0, time.UTC)
	f := startAt(t, "sqlite:"+path, made)
	f.office = office("kantor", "Asia/Jayapura")
	f.articles(1)
	f.submit(reader("10.0.0.1", phone), news.Event{ID: "event-00", Type: news.View, Article: "berita-0"})
	salt, hash := f.blob("SELECT secret FROM salt"), f.keys("SELECT hash FROM reader")[0]
	f.stop()
	for _, s := range []struct {
		after time.Duration
		kept  bool
	}{{23 * time.Hour, true}, {40 * time.Hour, true}, {47 * time.Hour, false}} { // a sweep comes each hour, and at the start
		g := startAt(t, "sqlite:"+path, made.Add(s.after))
		g.office = f.office
		// When this is counted the sweep at the start is done.
		g.submit(reader("10.0.0.2", phone), news.Event{ID: "event-" + s.after.String(), Type: news.View, Article: "berita-0"})
		if got := g.inFiles(salt); got != s.kept {
			t.Errorf("%v later the salt is kept: %v", s.after, got)
		}
		if got := g.inFiles(hash); got != s.kept {
			t.Errorf("%v later the reader's hash is kept: %v", s.after, got)
		}
		g.stop()
	}
}

// TestNothingAboutAReader looks for a reader in every byte that a busy day leaves.
func TestNothingAboutAReader(t *testing.T) {
	f := start(t)
	slugs := f.articles(3)
	for i := range 300 {
		f.submit(count.Reader{Addr: netip.AddrFrom4([4]byte{203, 0, 113, byte(i % 250)}), Agent: fmt.Sprint("Rahasia/", i)},
			news.Event{ID: fmt.Sprint("event-", 1000+i), Type: news.View, Article: slugs[i%3], Via: news.ViaWidget, Host: "rumah-pembaca.example"})
	}
	f.submit(reader("2001:db8:abcd:12::7", "Rahasia/6"), news.Event{ID: "event-six", Type: news.Share, Article: slugs[0], Network: "whatsapp"})
	words := []string{"203.0.113", "Rahasia", "2001:db8", "rumah-pembaca", string([]byte{203, 0, 113}), string([]byte{0x20, 0x01, 0x0d, 0xb8, 0xab, 0xcd})}
	for _, when := range []string{"while it runs", "when it has stopped"} {
		for _, w := range words {
			if f.inFiles([]byte(w)) {
				t.Errorf("%s the database holds %q", when, w)
			}
		}
		f.stop()
	}
	if !f.inFiles([]byte("berita-1")) {
		t.Error("the search finds nothing at all")
	}
}

// TestManyAtOnce: 64 senders, some of them the same reader, some sending twice; the totals are exact.
func TestManyAtOnce(t *testing.T) {
	f := start(t)
	slugs := f.articles(3)
	const senders, each = 64, 20
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			r := reader(fmt.Sprint("10.1.0.", s/2), phone) // two senders are one reader
			for i := range each {
				id := fmt.Sprintf("event-%d-%d", s, i)
				events := []news.Event{{ID: id, Type: news.View, Article: slugs[i%2], At: noon.AddDate(0, 0, -(i/2)%5)}, {ID: id + "s", Type: news.Share, Article: slugs[2], Network: "facebook"}}
				for range 2 {
					if a, err := f.counter.Submit(t.Context(), f.office, r, events); err != nil || len(a.Rejected) > 0 || a.Of(slugs[i%2]).Views == 0 {
						t.Errorf("%+v, %v", a, err)
					}
				}
			}
		})
	}
	wg.Wait()
	for i, want := range []news.Counts{{Views: senders / 2 * 2}, {Views: senders / 2 * 2}, {Shares: senders / 2}} {
		if got := f.counts(slugs[i]); got != want {
			t.Errorf("%s has %+v, want %+v", slugs[i], got, want)
		}
	}
	sum := 0
	for _, n := range f.daily() {
		sum += n
	}
	if want := senders/2*4 + senders/2; sum != want {
		t.Errorf("the days add up to %d, want %d", sum, want)
	}
}

// TestOffices: one reader counts once in each office, and the same slug is another article there.
func TestOffices(t *testing.T) {
	f := start(t)
	for i, id := range []string{"brebes", "tegal"} {
		f.office = office(id, "Asia/Jakarta")
		f.articles(1)
		f.submit(reader("10.0.0.1", phone), news.Event{ID: fmt.Sprint("event-00", i), Type: news.View, Article: "berita-0"})
		if got := f.counts("berita-0"); got.Views != 1 {
			t.Errorf("%s has %+v", id, got)
		}
	}
}

// TestWhenNothingCanBeRecorded: the sender is told, and nothing is counted.
func TestWhenNothingCanBeRecorded(t *testing.T) {
	event := func(id string) []news.Event { return []news.Event{{ID: id, Type: news.View, Article: "berita-0"}} }
	t.Run("stopped", func(t *testing.T) {
		f := start(t)
		f.articles(1)
		f.submit(reader("10.0.0.1", phone), event("event-00")...)
		ctx, cancel := context.WithCancel(t.Context())
		c := count.New(f.store, nil)
		c.Now = f.clock.now
		cancel()
		if err := c.Run(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Submit(t.Context(), f.office, reader("10.0.0.2", phone), event("event-01")); !errors.Is(err, count.ErrBusy) {
			t.Errorf("%v, want ErrBusy", err)
		}
	})
	t.Run("full", func(t *testing.T) {
		f := start(t)
		c := count.New(f.store, nil) // and never run
		c.Now = f.clock.now
		gone, cancel := context.WithCancel(t.Context())
		if _, err := c.Submit(gone, f.office, reader("10.0.0.1", phone), nil); err != nil {
			t.Fatal(err)
		}
		if _, err := f.store.Salt(t.Context(), f.office.Day(noon)); err != nil {
			t.Fatal(err)
		}
		busy := make(chan struct{})
		var once sync.Once
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				for n := 0; ; n++ {
					// Each sender goes away at once, and what it sent waits on.
					ctx, leave := context.WithCancel(context.Background())
					time.AfterFunc(0, leave)
					_, err := c.Submit(ctx, f.office, reader("10.0.0.1", phone), event(fmt.Sprintf("event-%d-%d", i, n)))
					leave()
					if errors.Is(err, count.ErrBusy) {
						once.Do(func() { close(busy) })
						return
					}
				}
			})
		}
		<-busy
		cancel()
		wg.Wait()
	})
	t.Run("the database is gone", func(t *testing.T) {
		f := start(t)
		f.articles(1)
		f.submit(reader("10.0.0.1", phone), event("event-00")...)
		if err := f.store.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := f.counter.Submit(t.Context(), f.office, reader("10.0.0.2", phone), event("event-01")); err == nil || strings.Contains(err.Error(), "10.0.0.2") {
			t.Errorf("%v, want an error without the address", err)
		}
	})
}
