package picture_test

import (
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kabar/app/news"
	"kabar/server/fetch"
	"kabar/server/picture"
	"kabar/server/source"
	"kabar/server/store"
)

// album is a site with pictures, and the worker that brings them into a real store.
type album struct {
	t     *testing.T
	url   string
	store *store.Store
	stop  func()

	mu      sync.Mutex
	now     time.Time
	asked   map[string]int
	at, top int // requests under way, and the most there were
}

func (a *album) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func newAlbum(t *testing.T, private bool, files map[string][]byte) *album {
	t.Helper()
	a := &album{t: t, now: time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC), asked: map[string]int{}}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		a.asked[r.URL.Path]++
		a.at++
		a.top = max(a.top, a.at)
		data, ok := files[r.URL.Path]
		a.mu.Unlock()
		if !ok {
			w.WriteHeader(http.StatusNotFound)
		}
		w.Write(data)
		a.mu.Lock()
		a.at--
		a.mu.Unlock()
	}))
	t.Cleanup(s.Close)
	a.url = s.URL
	var err error
	if a.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "kabar.db")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.store.Close() })
	a.store.Now = a.clock
	client := fetch.New("Kabar/test")
	w := &picture.Worker{Store: a.store, Get: client.Get, Private: func(string) bool { return private }, Log: slog.New(slog.DiscardHandler), Now: a.clock,
		Open: func(site, path string) ([]byte, error) {
			if data, ok := files["file:"+path]; ok && site == "brebes" {
				return data, nil
			}
			return nil, fs.ErrNotExist
		}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	a.stop = func() { cancel(); <-done }
	t.Cleanup(a.stop)
	return a
}

// use makes articles that use pictures: the lead of each is the first, the rest stand in its text.
func (a *album) use(articles ...[]string) {
	a.t.Helper()
	var items []source.Item
	for i, srcs := range articles {
		it := source.Item{GUID: string(rune('a' + i)), Title: "Berita " + string(rune('a'+i)), Published: a.clock(), Body: []news.Node{{Kind: "p", Nodes: []news.Node{{Text: "Isi"}}}}}
		for n, src := range srcs {
			if n == 0 {
				it.ImageSrc = src
				continue
			}
			it.Body = append(it.Body, news.Node{Kind: "img", Image: &news.Image{Src: src}})
		}
		items = append(items, it)
	}
	if _, err := a.store.Ingest(a.t.Context(), "brebes", "feed", items); err != nil {
		a.t.Fatal(err)
	}
}

func (a *album) until(what string, ok func() bool) {
	a.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(2 * time.Minute)
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			a.t.Fatal("waited in vain until ", what)
		}
	}
}

func (a *album) requests(path string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[path]
}

func (a *album) lead(slug string) *news.Image {
	a.t.Helper()
	article, err := a.store.Article(a.t.Context(), "brebes", slug)
	if err != nil {
		a.t.Fatal(err)
	}
	return article.Image
}

// photo is as a phone makes one: large, lying on its side, and telling where it was taken.
func photo(t *testing.T) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 1600, 1200))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{30, 60, 90, 255}), image.Point{}, draw.Src)
	return jpegOf(t, img, exif(binary.BigEndian, 6))
}

// A picture that several articles use is fetched once, whatever they do with it, and kept as small copies that stand upright and tell nothing.
func TestWorker(t *testing.T) {
	a := newAlbum(t, true, map[string][]byte{"/foto.jpg": photo(t), "/besar.png": claiming(60000, 60000), "/halaman.jpg": []byte("<!doctype html><title>Bukan gambar</title>"), "file:rapat.png": pngOf(t, scene())})
	foto := a.url + "/foto.jpg"
	a.use([]string{foto, foto}, []string{foto}, []string{"file:rapat.png", a.url + "/besar.png"}, []string{a.url + "/halaman.jpg"}, []string{a.url + "/tiada.jpg"}, []string{"file:../rahasia"})
	a.until("there are copies", func() bool { return a.lead("berita-b") != nil && a.lead("berita-c") != nil })
	img := a.lead("berita-a")
	if img == nil || img.Name != a.lead("berita-b").Name || img.Width >= img.Height || len(img.Widths) < 2 || img.Color == "" {
		t.Errorf("the picture is %+v", img)
	}
	for _, w := range img.Widths {
		for _, ext := range []string{"webp", "jpg"} {
			data, err := a.store.PictureFile(t.Context(), img.Name, w, ext)
			if err != nil || len(data) == 0 || strings.Contains(string(data), "GPS") {
				t.Errorf("the copy of %d pixels as %s has %d bytes, %v", w, ext, len(data), err)
			}
			if w == img.Widths[0] && len(data) > 15_000 {
				t.Errorf("a thumbnail as %s has %d bytes", ext, len(data))
			}
		}
	}
	// What cannot be had is not there, and is not asked for again before its time.
	a.until("the others were tried", func() bool {
		return a.requests("/tiada.jpg") == 1 && a.requests("/besar.png") == 1 && a.requests("/halaman.jpg") == 1
	})
	for _, slug := range []string{"berita-d", "berita-e", "berita-f"} {
		if img := a.lead(slug); img != nil {
			t.Errorf("%s shows %+v", slug, img)
		}
	}
	a.mu.Lock()
	if a.asked["/foto.jpg"] != 1 || a.top != 1 {
		t.Errorf("the photograph was fetched %d times, %d pictures at once", a.asked["/foto.jpg"], a.top)
	}
	a.now = a.now.Add(10 * time.Minute)
	a.mu.Unlock()
	a.until("it is tried again", func() bool { return a.requests("/tiada.jpg") == 2 })
	if n := a.requests("/foto.jpg"); n != 1 {
		t.Errorf("the photograph was fetched %d times", n)
	}

	// Copies that no article uses any more go within a day.
	a.use([]string{}, []string{}, []string{"file:rapat.png"})
	a.mu.Lock()
	a.now = a.now.Add(25 * time.Hour)
	a.mu.Unlock()
	a.until("the copies are gone", func() bool {
		data, err := a.store.PictureFile(t.Context(), img.Name, img.Widths[0], "webp")
		if err != nil {
			t.Fatal(err)
		}
		return data == nil
	})
	if a.lead("berita-c") == nil {
		t.Error("a picture that is used is gone")
	}
}

// A picture on a private address is not fetched, unless the office's settings allow it.
func TestPrivateAddress(t *testing.T) {
	a := newAlbum(t, false, map[string][]byte{"/foto.jpg": photo(t)})
	a.use([]string{a.url + "/foto.jpg"})
	a.until("it was refused", func() bool {
		q, err := a.store.PictureQueue(t.Context(), 1)
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		return len(q) == 0
	})
	if n := a.requests("/foto.jpg"); n != 0 || a.lead("berita-a") != nil {
		t.Errorf("asked %d times, shown %v", n, a.lead("berita-a"))
	}
}
