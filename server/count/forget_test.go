package count_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kabar/app/news"
	"kabar/server/count"
	"kabar/server/store"
)

// How long what keeps a reader or an event from counting twice may be anywhere on the disk: figures of docs/counting.md and of the privacy notice.
const (
	keepHashes = 48 * time.Hour
	keepIDs    = 9 * 24 * time.Hour
)

// TestNothingOutlastsItsTime reads for days, at each full hour, and looks each time for what should be gone: in the tables' file and in what SQLite keeps
// beside it. Sweeps come just before or just after the hour, the office lies in each zone, and time is that of a bubble, so each hour really passes.
func TestNothingOutlastsItsTime(t *testing.T) {
	for _, zone := range []string{"Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"} {
		for _, phase := range []time.Duration{time.Second, time.Hour - time.Second} {
			hours := 76                                          // more than three days, begun at midnight of UTC, 7.00 to 9.00 at the office
			if zone != "Asia/Makassar" && phase == time.Second { // in the east ids stay the longest, and in the west they are needed the longest
				hours = 10 * 24
			}
			t.Run(fmt.Sprint(zone, phase), func(t *testing.T) {
				t.Parallel()
				path := filepath.Join(t.TempDir(), "kabar.db") // outside the bubble, whose tests clean up in it
				synctest.Test(t, func(t *testing.T) { hourly(t, path, zone, phase, hours) })
			})
		}
	}
}

// secret is something that has to go, and when it came.
type secret struct {
	what string
	at   time.Time
	keep time.Duration
}

func hourly(t *testing.T, path, zone string, phase time.Duration, hours int) {
	f := &fixture{TB: t, path: path, dsn: "sqlite:" + path, office: office("kantor", zone)}
	var err error
	if f.store, err = store.Open(t.Context(), f.dsn); err != nil {
		t.Fatal(err)
	}
	f.store.Now = time.Now
	f.counter = count.New(f.store, nil)
	slug := f.articles(1)[0]
	time.Sleep(phase)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { err = errors.Join(err, f.counter.Run(ctx)) })
	defer func() {
		cancel()
		running.Wait()
		if err = errors.Join(err, f.store.Close()); err != nil {
			t.Error(err)
		}
	}()

	begun := time.Now().Truncate(time.Hour)
	known := map[string]secret{}
	today := map[string]string{} // salts by day
	for hour := 1; hour <= hours; hour++ {
		time.Sleep(time.Until(begun.Add(time.Duration(hour) * time.Hour)))
		now := time.Now()
		id := fmt.Sprintf("event-%04d", hour)
		f.submit(reader(fmt.Sprint("10.0.0.", hour), phone), news.Event{ID: id, Type: news.View, Article: slug})
		ids := f.keys("SELECT id FROM event")
		for _, new := range []struct {
			what string
			are  [][]byte
			keep time.Duration
		}{{"a salt", f.blobs("SELECT secret FROM salt"), keepHashes}, {"a hash", f.keys("SELECT hash FROM reader"), keepHashes}, {"an id", ids, keepIDs}} {
			for _, b := range new.are {
				if _, old := known[string(b)]; !old {
					known[string(b)] = secret{new.what, now, new.keep}
				}
			}
		}
		day, salt := f.office.Day(now), string(f.blob("SELECT secret FROM salt ORDER BY day DESC LIMIT 1"))
		if today[day] != "" && today[day] != salt {
			t.Errorf("%v: the day's salt is another one", now)
		}
		today[day] = salt
		files := f.files()
		if !strings.Contains(files, salt) || !strings.Contains(files, string(ids[0])) {
			t.Fatalf("%v: the search does not find what is there", now)
		}
		for s, k := range known {
			if now.Sub(k.at) < k.keep {
				continue
			}
			if strings.Contains(files, s) {
				t.Errorf("%v old, and still on the disk: %s", now.Sub(k.at), k.what)
			}
			known[s] = secret{k.what, k.at.Add(keepIDs), keepIDs} // once is enough to be told
		}
		if first := hour - int(news.MaxEventAge/time.Hour); first > 0 { // a device that was offline sends it again as late as it may
			before := f.counts(slug).Views
			a := f.submit(reader(fmt.Sprint("10.0.1.", first), phone), news.Event{ID: fmt.Sprintf("event-%04d", first), Type: news.View, Article: slug, At: now.Add(-news.MaxEventAge)})
			if got := f.counts(slug).Views; got != before || len(a.Rejected) > 0 {
				t.Errorf("an event that comes again after a week: %d views after %d, %+v", got, before, a)
			}
		}
	}
}
