//go:build browser

package e2e

import (
	"bytes"
	"io"
	"syscall"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"kabar/server/store"
	"kabar/web"
)

// A reader who has the app of the release before gets only what is new; everyone else gets all of it, and a page of the old release its own.
func TestUpdate(t *testing.T) {
	t.Parallel()
	bundle, err := web.Load()
	if err != nil || bundle == nil {
		t.Fatal("no app was built:", err)
	}
	app, err := io.ReadAll(brotli.NewReader(bytes.NewReader(bundle.Brotli)))
	if err != nil {
		t.Fatal(err)
	}
	old := append(bytes.Clone(app), 0, 6, 5, 'o', 'l', 'd', 'e', 'r') // a section that says nothing
	var packed bytes.Buffer
	z := brotli.NewWriterLevel(&packed, 5)
	z.Write(old)
	z.Close()

	k := serve(t, []string{feeds(t, nil) + "/brebes.rss.xml"})
	k.articles(1)
	if err := k.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), "sqlite:"+k.dir+"/kabar.db")
	if err != nil {
		t.Fatal(err)
	}
	if err := db.KeepAssets(t.Context(), []store.Asset{{Name: "app.0123456789ab.wasm", Kind: "application/wasm", Brotli: packed.Bytes()}}); err != nil {
		t.Fatal(err)
	}
	db.Close()
	k.start("-config", k.dir+"/kabar.toml")

	const before, dictionary = "/app/app.0123456789ab.wasm", "Use-As-Dictionary"
	now := "/app/" + bundle.Name
	first := k.get(before, "Accept-Encoding", "br")
	if first.StatusCode != 200 || first.Header.Get(dictionary) != `match="/app/app.*.wasm"` || first.body != packed.String() {
		t.Errorf("the old release answers %d, %s %q, %d bytes", first.StatusCode, dictionary, first.Header.Get(dictionary), len(first.body))
	}
	const all = "gzip, deflate, br, zstd, dcb, dcz"
	has := []string{"Accept-Encoding", all, "Available-Dictionary", web.DictionaryID(old)}
	k.wait("the update", func() bool { return k.get(now, has...).Header.Get("Content-Encoding") == "dcz" })
	update := k.get(now, has...)
	if got := update.Header.Get("Vary"); got != "Accept-Encoding, Available-Dictionary" {
		t.Errorf("Vary is %q", got)
	}
	r, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(0, old))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got, err := r.DecodeAll([]byte(update.body[40:]), nil); err != nil || !bytes.Equal(got, app) {
		t.Errorf("the update unpacks to %d bytes, %v, want the app's %d", len(got), err, len(app))
	}
	for _, c := range []struct {
		name, coding string
		headers      []string
	}{
		{"without a dictionary", "br", []string{"Accept-Encoding", all}},
		{"with a dictionary that nobody knows", "br", []string{"Accept-Encoding", all, "Available-Dictionary", web.DictionaryID([]byte("x"))}},
		{"with a dictionary that is none", "br", []string{"Accept-Encoding", all, "Available-Dictionary", "pleihq5bXZx0"}},
		{"with a dictionary and no dcz", "gzip", []string{"Accept-Encoding", "gzip", "Available-Dictionary", web.DictionaryID(old)}},
		{"with no coding at all", "", []string{"Accept-Encoding", "identity"}},
	} {
		if a := k.get(now, c.headers...); a.StatusCode != 200 || a.Header.Get("Content-Encoding") != c.coding || len(a.body) < 900_000 {
			t.Errorf("%s: %d, %q, %d bytes; want %q", c.name, a.StatusCode, a.Header.Get("Content-Encoding"), len(a.body), c.coding)
		}
	}

	// The browser does by itself what the specification says.
	b := open(t).direct().visit(k.url + "/brebes/") // what a worker hands on says nothing of how it was sent
	if n := eval[int](b, `fetch("`+before+`").then(r => r.arrayBuffer()).then(b => b.byteLength)`); n != len(old) {
		t.Fatalf("the browser got %d bytes of the old release, want %d", n, len(old))
	}
	b.live()
	timing := `performance.getEntriesByName(location.origin + "` + now + `")[0]`
	if sent, size := eval[int](b, timing+".encodedBodySize"), eval[int](b, timing+".decodedBodySize"); sent != len(update.body) || size != len(app) {
		t.Errorf("the browser got %d bytes, unpacked to %d; want %d and %d", sent, size, len(update.body), len(app))
	}
	if got := eval[string](b, "kabar.adopted"); got != "all" {
		t.Errorf("the updated app adopted %s", got)
	}
}
