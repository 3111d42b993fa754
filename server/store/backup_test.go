package store_test

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kabar/server/store"
)

// TestBackup: a copy made while others count is whole, at one moment, and recognises nobody.
func TestBackup(t *testing.T) {
	path := filled(t)
	f := &fixture{T: t, s: openAt(t, path)}
	const day = "2026-08-12"
	salt, err := f.s.Salt(t.Context(), day)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.s.SignIn(t.Context(), site, []byte("secret"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	counted, done := 0, make(chan struct{})
	started, stop := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			f.record(store.Happening{Slug: "berita"})
			if counted++; counted == 20 {
				close(started)
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	<-started
	dir := t.TempDir()
	copied := filepath.Join(dir, "copy.db")
	if err := store.Backup(t.Context(), "sqlite:"+path, copied); err != nil {
		t.Fatal(err)
	}
	close(stop)
	<-done
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("beside the copy there is something else: %v, %v", names, err)
	}
	info, err := os.Stat(copied)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the copy: %v, %v", info.Mode(), err)
	}
	data, err := os.ReadFile(copied)
	if err != nil || bytes.Contains(data, salt) {
		t.Errorf("the salt is in the copy's bytes, %v", err)
	}
	db, err := sql.Open("sqlite", "file:"+copied+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var articles, views, daily, secrets int
	if err := db.QueryRow(`SELECT (SELECT COUNT(*) FROM article), (SELECT SUM(views) FROM page), (SELECT SUM(n) FROM daily),
		(SELECT COUNT(*) FROM salt) + (SELECT COUNT(*) FROM reader) + (SELECT COUNT(*) FROM session)`).Scan(&articles, &views, &daily, &secrets); err != nil {
		t.Fatal(err)
	}
	if articles != 40 || views < 20 || views > counted || views != daily || secrets != 0 {
		t.Errorf("the copy has %d articles, %d views, %d by day and %d secrets; %d were counted", articles, views, daily, secrets, counted)
	}
	if again, err := f.s.Salt(t.Context(), day); err != nil || !bytes.Equal(salt, again) {
		t.Errorf("the original lost its salt, %v", err)
	}
	t.Logf("a copy made under load has %d views of the %d that were counted until it was ready, the same by day and in total", views, counted)
	restored := &fixture{T: t, s: openAt(t, copied), ids: 1 << 20}
	if got := restored.record(store.Happening{Slug: "berita"})[0].Counts.Views; got != int64(views)+1 {
		t.Errorf("the copy counts on to %d, from %d", got, views)
	}
}

// TestBackupRefused: nothing is overwritten, and what cannot be copied is named.
func TestBackupRefused(t *testing.T) {
	path := filled(t)
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	spoilt := filepath.Join(t.TempDir(), "spoilt.db")
	if err := os.WriteFile(spoilt, bytes.Repeat([]byte("junk"), 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ from, to, want string }{
		{"sqlite:" + path, there, "exists already"},
		{"sqlite:" + path, filepath.Join(dir, "no", "copy.db"), "no such file or directory"},
		{"sqlite:" + path + ".not", filepath.Join(dir, "copy.db"), "the database:"},
		{"sqlite:" + spoilt, filepath.Join(dir, "copy.db"), "damaged or not a database"},
		{"postgres://kabar@localhost/kabar", filepath.Join(dir, "copy.db"), "pg_dump"},
	} {
		if err := store.Backup(t.Context(), c.from, c.to); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s to %s: %v, want words with %q", c.from, c.to, err, c.want)
		}
	}
	if b, err := os.ReadFile(there); err != nil || string(b) != "mine" {
		t.Errorf("the file is now %q, %v", b, err)
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 1 {
		t.Errorf("something was left behind: %v, %v", names, err)
	}
}

// TestBackupOfOld: the copy of an older version's database keeps its version, for the program before an upgrade.
func TestBackupOfOld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kabar.db")
	first, err := os.ReadFile("migrations/0001_first.sql")
	if err != nil {
		t.Fatal(err)
	}
	edit(t, path, "CREATE TABLE migration (name TEXT PRIMARY KEY)", "INSERT INTO migration VALUES ('migrations/0001_first.sql')", string(first))
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := store.Backup(t.Context(), "sqlite:"+path, copied); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+copied)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow("SELECT COUNT(*) FROM migration").Scan(&n); err != nil || n != 1 {
		t.Errorf("the copy has %d migrations, %v", n, err)
	}
}
