package count_test

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"kabar/app/news"
	"kabar/server/cluster"
	"kabar/server/count"
)

// childEnv names the database of a child process that counts until it is killed.
const childEnv = "KABAR_TEST_COUNT_UNTIL_KILLED"

// childDSN is of this process when it is such a child.
var childDSN = os.Getenv(childEnv)

// TestKill kills a process that counts, under load and without warning, and looks for every view that it acknowledged.
func TestKill(t *testing.T) {
	if childDSN != "" {
		countUntilKilled(t)
		return
	}
	t.Run("SQLite", func(t *testing.T) { kill(t, "sqlite:"+filepath.Join(t.TempDir(), "kabar.db")) })
	t.Run("PostgreSQL", func(t *testing.T) {
		_, dsn := postgres(t)
		kill(t, dsn)
	})
}

// postgres starts a server that keeps what is committed, with an empty database.
func postgres(t *testing.T) (c *cluster.Cluster, dsn string) {
	t.Helper()
	c, err := cluster.Start(t.Context(), cluster.Durable)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Stop() })
	if dsn, err = c.Database(t.Context(), "kabar"); err != nil {
		t.Fatal(err)
	}
	return c, dsn
}

func kill(t *testing.T, dsn string) {
	f := startAt(t, dsn, noon)
	f.articles(1)
	f.stop()
	acknowledged, stored := 0, 0
	for round := range 3 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKill$", "-test.v=false")
		cmd.Env = append(os.Environ(), childEnv+"="+dsn, "KABAR_TEST_ROUND="+strconv.Itoa(round))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); acknowledged++ {
			if n++; n == 700+50*round {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child has ended by itself")
		}
		g := startAt(t, dsn, noon)
		got := g.counts("berita-0").Views
		if got < int64(acknowledged) || got > int64(acknowledged+64*(round+1)) {
			t.Fatalf("round %d: %d views after the kill, %d acknowledged", round, got, acknowledged)
		}
		if n := g.daily()["2026-08-12 view page   "]; int64(n) != got {
			t.Errorf("round %d: the day has %d, the total %d", round, n, got)
		}
		stored = int(got)
		g.stop()
	}
	t.Logf("%d of %d acknowledged views lost in 3 kills; %d on their way were stored all the same", max(0, acknowledged-stored), acknowledged, stored-acknowledged)
}

// TestDatabaseCrash ends PostgreSQL as a crash does, as soon as a view is acknowledged, and looks for all that were: counting's commits do not wait for
// the disk, and what PostgreSQL would have written a moment later is gone.
func TestDatabaseCrash(t *testing.T) {
	t.Parallel()
	c, dsn := postgres(t)
	f := startAt(t, dsn, noon)
	f.articles(1)
	acknowledged := int64(0)
	for round := range 3 {
		for i := range 10 {
			r := count.Reader{Addr: netip.AddrFrom4([4]byte{10, 0, byte(round), byte(i)}), Agent: phone}
			f.submit(r, news.Event{ID: fmt.Sprintf("crash-%d-%d", round, i), Type: news.View, Article: "berita-0"})
			acknowledged++
		}
		if err := c.Halt(); err != nil {
			t.Fatal(err)
		}
		f.stop()
		if err := c.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		f = startAt(t, dsn, noon)
		if got := f.counts("berita-0").Views; got != acknowledged {
			t.Fatalf("%d views after crash %d, %d acknowledged", got, round+1, acknowledged)
		}
	}
}

// countUntilKilled is the child: 64 readers, and a line for each view that is acknowledged.
func countUntilKilled(t *testing.T) {
	f := startAt(t, childDSN, noon)
	round, err := strconv.Atoi(os.Getenv("KABAR_TEST_ROUND"))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for s := range 64 {
		wg.Go(func() {
			for i := 0; ; i++ {
				r := count.Reader{Addr: netip.AddrFrom4([4]byte{10, byte(s), byte(i >> 8), byte(i)}), Agent: fmt.Sprint("child ", round)}
				if _, err := f.counter.Submit(t.Context(), f.office, r, []news.Event{{ID: fmt.Sprintf("event-%d-%d-%d", round, s, i), Type: news.View, Article: "berita-0"}}); err != nil {
					t.Error(err)
					return
				}
				if _, err := os.Stdout.WriteString("counted\n"); err != nil {
					return
				}
			}
		})
	}
	wg.Wait()
}
