// Package e2e tries the whole program as people meet it: the real binary, real feeds over HTTP and, with the build tag browser, a real Chromium.
package e2e

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// binary is the program under test, built from this tree.
var binary string

// before starts what all tests need beside it, and returns how to stop that.
var before = func() (stop func(), err error) { return func() {}, nil }

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "kabar-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary = filepath.Join(dir, "kabar")
	for _, args := range [][]string{{"run", "./web/bundle"}, {"build", "-trimpath", "-tags", "nodynamic", "-ldflags=-s -w", "-o", binary, "./server"}} {
		c := exec.Command("go", args...)
		c.Dir = "../.."
		c.Env = append(os.Environ(), "CGO_ENABLED=0") // as releases are built
		if out, err := c.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go %v: %v\n%s", args, err, out)
			return 1
		}
	}
	stop, err := before()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stop()
	flag.Set("test.parallel", "4") // they wait for others more than they work
	defer func() {
		if common.kabar != nil {
			common.stop(syscall.SIGKILL)
		}
	}()
	return m.Run()
}
