package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// room lets the server's files grow to so many bytes and no further, as a disk that is full does: a write beyond fails, by whomever.
func (k *kabar) room(bytes uint64) {
	k.t.Helper()
	if err := unix.Prlimit(k.cmd.Process.Pid, unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: bytes, Max: unix.RLIM_INFINITY}, nil); err != nil {
		k.t.Fatal(err)
	}
}

// seen sends the view of reader n, always with the same id, and returns the answer.
func (k *kabar) seen(n int, slug string) answer {
	k.t.Helper()
	return k.do("POST", "/api/v1/sites/brebes/events", fmt.Sprintf(`{"events":[{"id":"reader-%d","type":"view","article":%q}]}`, n, slug), "X-Forwarded-For", fmt.Sprintf("10.0.%d.%d", n>>8, n&255))
}

// views adds up all articles'.
func (k *kabar) views() (n int) {
	k.t.Helper()
	for _, a := range k.articles(1) {
		n += int(a.Counts.Views)
	}
	return n
}

// The disk is full while people read. News is read on, views are for later; what was acknowledged before is there after a crash in that state, and what
// comes again counts once.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	k := serve(t, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
	list := k.articles(3)
	const before, during = 50, 60
	for n := range before {
		if a := k.seen(n, list[0].Slug); a.StatusCode != 200 {
			t.Fatalf("view %d: %d %s", n, a.StatusCode, a.body)
		}
	}
	log, err := os.Stat(filepath.Join(k.dir, "kabar.db-wal"))
	if err != nil {
		t.Fatal(err)
	}
	quiet := len(k.log.String())
	k.room(uint64(log.Size()))
	told := 0
	for n := before; n < before+during; n++ {
		if a := k.seen(n, list[0].Slug); a.StatusCode == 503 && a.Header.Get("Retry-After") == "10" {
			told++
		} else {
			t.Errorf("view %d on a full disk: %d %s", n, a.StatusCode, a.body)
		}
	}
	for _, path := range []string{"/brebes/", "/brebes/" + list[1].Slug, "/api/v1/sites/brebes/articles", "/readyz"} {
		if a := k.get(path); a.StatusCode != 200 {
			t.Errorf("%s on a full disk: %d", path, a.StatusCode)
		}
	}
	said := k.log.String()[quiet:]
	lines := strings.Count(said, "request failed")
	if lines == 0 || lines > during/6 || !strings.Contains(said, "disk") {
		t.Errorf("%d lines for %d failed requests:\n%s", lines, told, said)
	}
	copied := filepath.Join(k.dir, "copies", "kabar.db")
	if err := os.Mkdir(filepath.Dir(copied), 0o700); err != nil {
		t.Fatal(err)
	}
	out, err := shell(k.dir, "ulimit -f 8; exec "+binary+" backup -config kabar.toml -to "+copied)
	if left, e := os.ReadDir(filepath.Dir(copied)); err == nil || e != nil || len(left) != 0 || strings.Count(out, "\n") != 1 || !strings.Contains(out, "is there room on its disk?") {
		t.Errorf("a backup to a full disk: %v, %s; it leaves %v", err, out, left)
	}
	for _, crash := range []bool{false, true} {
		if crash {
			k.stop(syscall.SIGKILL)
			k.again()
		}
		k.room(unix.RLIM_INFINITY)
		for n := before; n < before+during; n++ {
			if a := k.seen(n, list[0].Slug); a.StatusCode != 200 {
				t.Fatalf("view %d with room again: %d %s", n, a.StatusCode, a.body)
			}
		}
		if got := k.views(); got != before+during {
			t.Errorf("%d views, want %d", got, before+during)
		}
	}
	t.Logf("503 with Retry-After for %d of %d views on a full disk, %d lines of log; 0 of %d acknowledged lost, %d of %d delivered later counted once", told, during, lines, before, k.views()-before, during)
}

// A database that another user owns, as after a start as root, is refused in one line that says what to do; so is one on a full disk.
func TestUnwritable(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "kabar-unwritable-") // which others may enter, unlike the test's own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		os.Chmod(dir, 0o755)
		os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	program, file := filepath.Join(dir, "kabar"), filepath.Join(dir, "kabar.db")
	if err := os.Link(binary, program); err != nil {
		t.Fatal(err)
	}
	k := &kabar{t: t, dir: dir}
	addr := freeAddr(t)
	k.url = "http://" + addr
	args := []string{"serve", "-addr", addr, "-db", "sqlite:" + file}
	k.launch(exec.Command(program, args...))
	k.articles(1)
	if err := k.stop(syscall.SIGTERM); err != nil {
		t.Fatal(err, k.log.String())
	}
	var other *syscall.Credential
	if os.Getuid() == 0 {
		other = &syscall.Credential{Uid: 65534, Gid: 65534}
	}
	refused := func(cmd *exec.Cmd, want string) {
		t.Helper()
		before := read(t, file)
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState.ExitCode() != 1 || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), file) || !strings.Contains(string(out), want) {
			t.Errorf("%v: %s", err, out)
		}
		if read(t, file) != before {
			t.Error("the file has changed")
		}
		t.Logf("%s", out)
	}
	full := exec.Command("sh", append([]string{"-c", `ulimit -f 0; exec "$0" "$@"`, program}, args...)...)
	refused(full, "is there room on its disk?")
	for _, mode := range []struct{ file, dir os.FileMode }{{0o444, 0o555}, {0o444, 0o755}, {0o644, 0o555}} {
		if err := os.Chmod(file, mode.file); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, mode.dir); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(program, args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: other}
		refused(cmd, "must belong to the user that runs Kabar")
	}
}

// Two servers on one SQLite file count together; when one is killed under load, the other goes on, and each view is counted once.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	source := []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"}
	a, b := serve(t, source), &kabar{t: t, dir: t.TempDir()}
	slug := a.articles(3)[0].Slug
	b.serve("sqlite:"+filepath.Join(a.dir, "kabar.db"), source)
	servers := [2]*front{{a.url}, {b.url}}
	const events = 600
	var sent, again atomic.Int64
	var byServer [2]atomic.Int64
	var readers sync.WaitGroup
	for range 16 {
		readers.Go(func() {
			for n := sent.Add(1); n <= events; n = sent.Add(1) {
				if n == events/2 {
					b.cmd.Process.Kill()
				}
				to := int(n % 2)
				for servers[to].view(t, n, slug) != 200 && !t.Failed() { // no answer, or busy: the same again, elsewhere
					again.Add(1)
					to = 0
				}
				byServer[to].Add(1)
			}
		})
	}
	readers.Wait()
	// Each shows within two seconds what the other has counted.
	a.wait("all views, each once", func() bool { return a.views() == events })
	b.stop(syscall.SIGKILL)
	b.again()
	if status := servers[1].view(t, events+1, slug); status != 200 {
		t.Errorf("the server that was killed: %d", status)
	}
	a.wait("both servers' views", func() bool { return a.views() == events+1 && b.views() == events+1 })
	if byServer[1].Load() == 0 {
		t.Error("the second server took nothing")
	}
	t.Logf("%d of %d views counted once: %d acknowledged by one server and %d by the other until it was killed, %d sent again", events, events, byServer[0].Load(), byServer[1].Load(), again.Load())
}

// Behind a balancer a 503 of one server is no reason to give up on it: what the servers keep is shown while the database that they share is away.
func TestOutageBehindBalancer(t *testing.T) {
	t.Parallel()
	pg, dsn := postgres(t)
	var servers [2]*kabar
	var slug string
	for i := range servers {
		servers[i] = &kabar{t: t, dir: t.TempDir()}
		servers[i].serve(dsn, []string{feeds(t, map[string]string{"kabar.xml": newsFeed(3)}) + "/kabar.xml"})
		slug = servers[i].articles(3)[0].Slug
		servers[i].get("/brebes/" + slug)
	}
	front := balance(t, servers[:])
	k := &kabar{t: t, url: front.url}
	if err := pg.Halt(); err != nil {
		t.Fatal(err)
	}
	const during = 20
	shown := 0
	for n := range during {
		if a := k.seen(n, slug); a.StatusCode != 503 || a.Header.Get("Retry-After") != "10" {
			t.Errorf("view %d: %d %s", n, a.StatusCode, a.body)
		}
		if a := k.get("/brebes/" + slug); a.StatusCode == 200 {
			shown++
		}
	}
	if shown != during {
		t.Errorf("the page was shown %d times of %d", shown, during)
	}
	t.Logf("behind nginx a page that was kept was shown %d of %d times while the database was gone", shown, during)
}
