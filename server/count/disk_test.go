package count_test

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"kabar/app/news"
	"kabar/server/count"
)

// A view that is committed but cannot be brought to the disk is not acknowledged; when the disk is well again, sending it again counts it once.
func TestDiskFails(t *testing.T) {
	f := start(t)
	f.articles(1)
	view := news.Event{ID: "on-a-bad-disk", Type: news.View, Article: "berita-0"}
	f.submit(reader("203.0.113.1", phone), news.Event{ID: "before-that", Type: news.View, Article: "berita-0"})
	// A device that can be opened and does not know how to sync stands in for the log.
	log := f.path + "-wal"
	if err := os.Rename(log, log+".away"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/null", log); err != nil {
		t.Fatal(err)
	}
	for range 2 { // and not the second time, as if nothing had been
		if answer, err := f.counter.Submit(t.Context(), f.office, reader("203.0.113.2", phone), []news.Event{view}); err == nil {
			t.Fatalf("acknowledged what is not on the disk: %+v", answer)
		}
	}
	if err := os.Rename(log+".away", log); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if answer := f.submit(reader("203.0.113.2", phone), view); answer.Of("berita-0").Views != 2 {
			t.Errorf("sent again it counts %+v", answer)
		}
	}
}

// What the database refuses of one reader's events is not refused of those who share the transaction: in SQLite a trigger stands in for what no check of ours
// foresees.
func TestOneRefused(t *testing.T) {
	f := start(t)
	f.articles(1)
	db := f.open()
	if _, err := db.Exec("PRAGMA busy_timeout = 5000; CREATE TRIGGER refused BEFORE INSERT ON page_url WHEN NEW.url LIKE '%refused%' BEGIN SELECT RAISE(ABORT, 'not this one'); END"); err != nil {
		t.Fatal(err)
	}
	// All wait for the one transaction with which a counter begins.
	f.counter = count.New(f.store, nil)
	f.counter.Now = f.clock.now
	const readers = 20
	errs := make(chan error, readers+1)
	send := func(n int, e news.Event) {
		e.ID, e.Type = fmt.Sprint("one-refused-", n), news.View
		_, err := f.counter.Submit(t.Context(), f.office, reader(fmt.Sprint("203.0.113.", n), phone), []news.Event{e})
		if (err != nil) != (e.URL != "") {
			err = fmt.Errorf("reader %d: %w", n, cmp.Or(err, errors.New("acknowledged")))
		} else {
			err = nil
		}
		errs <- err
	}
	go send(0, news.Event{URL: "https://kab-brebes.kpu.go.id/refused"})
	for n := range readers {
		go send(n+1, news.Event{Article: "berita-0"})
	}
	for f.waiting() <= readers {
		runtime.Gosched()
	}
	go f.counter.Run(t.Context())
	for range readers + 1 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if got := f.counts("berita-0").Views; got != readers {
		t.Errorf("%d views, want %d", got, readers)
	}
}

// waiting is how many submissions wait for the next transaction, as the metrics say.
func (f *fixture) waiting() int {
	all := make(chan prometheus.Metric, 100)
	f.counter.Collect(all)
	close(all)
	for m := range all {
		var v dto.Metric
		if strings.Contains(m.Desc().String(), "kabar_submissions_waiting") && m.Write(&v) == nil {
			return int(v.GetGauge().GetValue())
		}
	}
	return -1
}
