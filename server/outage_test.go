package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx", to work behind the server's back

	"kabar/server/cluster"
)

// outlying is an office whose database is on a PostgreSQL server of its own.
type outlying struct {
	*place
	pg  *cluster.Cluster
	dsn string
	log *buffer
}

// outlie starts a server over PostgreSQL, with two articles.
func outlie(t *testing.T) *outlying {
	t.Helper()
	pg, err := cluster.Start(t.Context(), cluster.Fast)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	})
	o := &outlying{place: settle(t, ""), pg: pg}
	if o.dsn, err = pg.Database(t.Context(), "kabar"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(o.config)
	if err != nil {
		t.Fatal(err)
	}
	text = bytes.Replace(text, []byte("sqlite:"+filepath.Join(o.dir, "kabar.db")), []byte(o.dsn), 1)
	if err := os.WriteFile(o.config, append([]byte("trusted_proxies = [\"127.0.0.1\"]\n"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(o.dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"satu", "dua"} {
		if err := os.WriteFile(filepath.Join(o.dir, "posts", name+".md"), []byte("---\ntitle: "+name+"\ndate: 2026-08-12 09:00\n---\nIsi berita."), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	o.log = o.serve()
	o.until("the news is there", func() bool {
		list := o.get("/brebes/")
		return strings.Contains(list, "satu") && strings.Contains(list, "dua")
	})
	return o
}

// view sends a reader's view, always with the same id, and returns the answer and its body.
func (o *outlying) view(reader int) (*http.Response, string) {
	o.Helper()
	body := fmt.Sprintf(`{"events":[{"id":"outage-%d","type":"view","article":"satu"}]}`, reader)
	r, err := http.NewRequestWithContext(o.Context(), "POST", o.url+"/api/v1/sites/brebes/events", strings.NewReader(body))
	if err != nil {
		o.Fatal(err)
	}
	r.Header.Set("User-Agent", phoneAgent)
	r.Header.Set("X-Forwarded-For", fmt.Sprint("10.0.0.", reader))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		o.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		o.Fatal(err)
	}
	return res, string(b)
}

// counted sends views that must be taken.
func (o *outlying) counted(from, to int) {
	o.Helper()
	for n := from; n < to; n++ {
		if res, body := o.view(n); res.StatusCode != 200 {
			o.Fatalf("view %d: %d %s", n, res.StatusCode, body)
		}
	}
}

// refused sends views that cannot be taken now, and says how many were told to come again.
func (o *outlying) refused(from, to int) (told int) {
	o.Helper()
	for n := from; n < to; n++ {
		if res, body := o.view(n); res.StatusCode == 503 && res.Header.Get("Retry-After") == "10" && jsonError(body, "unavailable") {
			told++
		} else {
			o.Errorf("view %d: %d, Retry-After %q, %s", n, res.StatusCode, res.Header.Get("Retry-After"), body)
		}
	}
	return told
}

func (o *outlying) exec(statement string) {
	o.Helper()
	db, err := sql.Open("pgx", o.dsn)
	if err != nil {
		o.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(o.Context(), statement); err != nil {
		o.Fatal(err)
	}
}

// views is what the article has come to.
func (o *outlying) views() (n int) {
	o.Helper()
	_, after, _ := strings.Cut(o.get("/api/v1/sites/brebes/articles/satu"), `"views":`)
	fmt.Sscan(after, &n)
	return n
}

// The database crashes under a server and comes back. How long it is away makes no difference: each request asks it anew, and nothing in the server
// counts the time, but for the log, which says once in ten seconds that it is away.
func TestOutage(t *testing.T) {
	t.Parallel()
	o := outlie(t)
	const before, during = 20, 60
	o.counted(0, before)
	o.get("/brebes/satu")
	o.get("/brebes/")
	quiet := len(o.log.String())
	if err := o.pg.Halt(); err != nil {
		t.Fatal(err)
	}
	told := o.refused(before, before+during)
	for path, want := range map[string]int{"/brebes/satu": 200, "/brebes/": 200, "/brebes/dua": 503, "/api/v1/sites/brebes/articles": 503, "/healthz": 200, "/brebes/tiada": 503} {
		res, body := visit(t, o.url+path)
		if res.StatusCode != want {
			t.Errorf("%s answers %d, want %d", path, res.StatusCode, want)
		}
		if want == 503 && res.Header.Get("Retry-After") != "10" || path == "/brebes/dua" && !strings.Contains(body, "Berita sedang sulit dijangkau") {
			t.Errorf("%s says %q: %s", path, res.Header.Get("Retry-After"), body)
		}
	}
	if !strings.Contains(o.get("/metrics"), "\nkabar_ready 0\n") {
		t.Error("the server says that it is ready")
	}
	lines := strings.Count(o.log.String()[quiet:], "request failed")
	if lines == 0 || lines > during/4 {
		t.Errorf("%d lines for %d failed requests:\n%s", lines, told, o.log.String()[quiet:])
	}
	if err := o.pg.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.until("the server is ready again", func() bool { return strings.Contains(o.get("/metrics"), "\nkabar_ready 1\n") })
	for range 2 { // as a device does whose first answer was lost
		o.counted(before, before+during)
	}
	if got := o.views(); got != before+during {
		t.Errorf("%d views, want %d", got, before+during)
	}
	if res, _ := visit(t, o.url+"/brebes/dua"); res.StatusCode != 200 {
		t.Errorf("a page that was away: %d", res.StatusCode)
	}
	t.Logf("503 with Retry-After for %d of %d views while the database was gone, %d lines of log; 0 of %d acknowledged lost, %d of %d delivered later counted once", told, during, lines, before, o.views()-before, during)
}

// A database that may be read but not written, as a standby after a failover: the news is there, views are for later, and once it may be written again
// they count, by the same connections or others.
func TestReadOnlyPostgreSQL(t *testing.T) {
	t.Parallel()
	o := outlie(t)
	const before, during = 10, 30
	o.counted(0, before)
	o.exec("ALTER DATABASE kabar SET default_transaction_read_only = on")
	o.exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kabar'")
	told := o.refused(before, before+during)
	for _, path := range []string{"/brebes/satu", "/brebes/dua", "/api/v1/sites/brebes/articles"} {
		o.until(path+" is answered", func() bool { res, _ := visit(t, o.url+path); return res.StatusCode == 200 }) // by the next connection
	}
	var out, errs bytes.Buffer
	if status := command(t.Context(), []string{"serve", "-config", o.config, "-addr", "127.0.0.1:0"}, &out, &errs); status != exitFailed || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), "the database cannot be written") {
		t.Errorf("another server's start: status %d, %s", status, errs.String())
	}
	o.exec("BEGIN READ WRITE; ALTER DATABASE kabar RESET default_transaction_read_only; COMMIT")
	o.counted(before, before+during)
	if got := o.views(); got != before+during {
		t.Errorf("%d views, want %d", got, before+during)
	}
	t.Logf("503 with Retry-After for %d of %d views while the database was read-only, news readable; %d of %d counted afterwards", told, during, o.views()-before, during)
}

// A database that stands still, held by another program, keeps nobody waiting for long. What waits may be recorded after all, and is counted once.
func TestDatabaseHeld(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("", "brebes"))
	r.publish("brebes", "Rapat Pleno")
	const view = `{"events":[{"id":"held-000","type":"view","article":"rapat-pleno"}]}`
	r.ask("POST", "/api/v1/sites/brebes/events", `{"events":[{"id":"first-00","type":"view","article":"rapat-pleno"}]}`, "X-Forwarded-For", "10.0.0.1") // makes the day's salt
	db, err := sql.Open("sqlite", "file:"+r.path+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	held, err := db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.s.counter.Patience /= 50
	if a := r.ask("POST", "/api/v1/sites/brebes/events", view, "X-Forwarded-For", "10.0.0.2"); a.StatusCode != 503 || a.Header.Get("Retry-After") == "" {
		t.Errorf("a view while the database is held: %d %s", a.StatusCode, a.body)
	}
	if a := r.ask("GET", "/brebes/rapat-pleno", ""); a.StatusCode != 200 {
		t.Errorf("a page while the database is held: %d", a.StatusCode)
	}
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
	r.s.counter.Patience *= 50
	if a := r.ask("POST", "/api/v1/sites/brebes/events", view, "X-Forwarded-For", "10.0.0.2"); a.StatusCode != 200 {
		t.Errorf("afterwards: %d %s", a.StatusCode, a.body)
	}
	if got := r.counts("brebes", "rapat-pleno").Views; got != 2 {
		t.Errorf("%d views, want 2", got)
	}
}

// A page that was made once is shown on while the database does not answer, however old, unless the news has changed: it may have been taken back.
func TestOldPages(t *testing.T) {
	r := start(t, "", officesWith("", "brebes"))
	r.publish("brebes", "Rapat Pleno")
	for _, path := range []string{"/brebes/rapat-pleno", "/brebes/rss.xml"} {
		status := func(want int) {
			t.Helper()
			if a := r.ask("GET", path, ""); a.StatusCode != want || want == 503 && a.Header.Get("Retry-After") == "" {
				t.Errorf("%s answers %d, want %d", path, a.StatusCode, want)
			}
		}
		status(200)
		r.pass(time.Hour)
		r.s.answerTime = 0
		status(200)
		r.publish("brebes", "Ralat "+path)
		status(503)
		r.s.answerTime = answerTime
		status(200)
	}
}
