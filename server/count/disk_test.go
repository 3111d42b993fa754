package count_test

import (
	"os"
	"testing"

	"kabar/app/news"
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
