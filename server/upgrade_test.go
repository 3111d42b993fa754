package main

import (
	"database/sql"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// upgraded is a place whose database the first release wrote.
func upgraded(t *testing.T) *place {
	t.Helper()
	p := settle(t, `home = "https://kab-brebes.kpu.go.id"`)
	if err := os.CopyFS(filepath.Join(p.dir, "posts"), os.DirFS("testdata/upgrade/posts")); err != nil {
		t.Fatal(err)
	}
	dump, err := os.ReadFile("testdata/upgrade/first.sql")
	if err != nil {
		t.Fatal(err)
	}
	// It was today: what keeps an event from counting twice is forgotten after days.
	p.sql(strings.ReplaceAll(string(dump), "2026-11-24", time.Now().In(time.FixedZone("WIB", 7*60*60)).Format(time.DateOnly)))
	return p
}

// sql runs statements on the database behind the program's back.
func (p *place) sql(text string) {
	p.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(p.dir, "kabar.db")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		p.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(p.Context(), text); err != nil {
		p.Fatal(err)
	}
}

// An upgrade keeps articles, their addresses and what was counted; what was counted once is not counted again.
func TestUpgrade(t *testing.T) {
	t.Parallel()
	p := upgraded(t)
	log := p.serve()
	var list struct {
		Articles []struct {
			Slug, Title, Author string
			Counts              struct{ Views, Shares int }
		}
	}
	read := func() {
		if err := json.Unmarshal([]byte(p.get("/api/v1/sites/brebes/articles")), &list); err != nil {
			t.Fatal(err)
		}
	}
	p.until("the posts have been read", func() bool {
		return strings.Contains(p.get("/metrics"), `kabar_source_items{site="brebes",source="posts"} 2`)
	})
	read()
	if a := list.Articles; len(a) != 2 || a[0].Slug != "sosialisasi-pemilih-pemula-anggaran" || a[0].Title != `Sosialisasi "Pemilih Pemula" & Anggaran` || a[0].Counts.Views != 1 ||
		a[1].Slug != "rapat-pleno-terbuka" || a[1].Author != "Humas" || a[1].Counts.Views != 3 || a[1].Counts.Shares != 1 {
		t.Errorf("after the upgrade: %+v; %s", a, log.String())
	}
	if got := p.get("/api/v1/sites/brebes/counts?url=https://kab-brebes.kpu.go.id/profil"); !strings.Contains(got, `"views":1`) {
		t.Error(got)
	}
	if got := p.get("/brebes/rapat-pleno-terbuka"); !strings.Contains(got, "menetapkan daftar pemilih dalam rapat pleno terbuka") {
		t.Error("the article's text is not shown")
	}
	if res := p.view("old-view-3"); !strings.Contains(res, `"views":3`) {
		t.Errorf("an event of before counts again: %s", res)
	}
	if res := p.view("new-view-1"); !strings.Contains(res, `"views":4`) {
		t.Errorf("a new view does not count: %s", res)
	}
	out, _ := p.run(0, "stats", "-format", "csv")
	if !strings.Contains(out, "rapat-pleno-terbuka") {
		t.Errorf("the figures lack what was counted before: %s", out)
	}
}

// A database that a later release has written is refused in one line, by the server and by what else opens it, and a backup from before the
// upgrade brings the old release back.
func TestRollback(t *testing.T) {
	t.Parallel()
	p := upgraded(t)
	before := filepath.Join(p.dir, "before.db")
	p.run(0, "backup", "-to", before)
	db := filepath.Join(p.dir, "kabar.db")
	for _, name := range []string{"sources", "stats", "import"} { // an earlier version's server may be running
		args := []string{name}
		if name == "import" {
			args = append(args, "-wordpress", p.config)
		}
		if _, errs := p.run(exitFailed, args...); strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "start this version's kabar serve") {
			t.Errorf("kabar %s: %s", name, errs)
		}
	}
	p.upToDate()
	p.sql("INSERT INTO migration VALUES ('migrations/9000_of_a_later_release.sql')")
	for _, args := range [][]string{{"serve"}, {"stats"}, {"backup", "-to", filepath.Join(p.dir, "x.db")}} {
		if _, errs := p.run(exitFailed, args...); strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "a newer version of Kabar has written this database (it has 9000_of_a_later_release.sql)") || !strings.Contains(errs, "restore the backup from before the upgrade") {
			t.Errorf("kabar %v: %s", args, errs)
		}
	}
	for _, name := range []string{db + "-wal", db + "-shm"} {
		if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.Rename(before, db); err != nil {
		t.Fatal(err)
	}
	p.serve()
	if res := p.view("new-view-1"); !strings.Contains(res, `"views":4`) {
		t.Errorf("the restored database counts %s", res)
	}
}

// view counts a reader of an article and returns the answer.
func (p *place) view(id string) string {
	p.Helper()
	res, err := p.beacon("/api/v1/sites/brebes/events", `{"events":[{"id":"`+id+`","type":"view","article":"rapat-pleno-terbuka"}]}`)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	return string(b)
}
