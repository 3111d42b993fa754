// Package e2e tries the whole program as people meet it: the real binary, a real Chromium, real feeds over HTTP.
package e2e

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

var (
	binary string          // the program under test, built from this tree
	chrome context.Context // one browser for all tests; each has tabs of its own
)

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
	path := chromium()
	if path == "" {
		fmt.Fprintln(os.Stderr, "these tests need Chromium: run `make chromium`, or install your distribution's package chromium")
		return 1
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		// Of the browser's own window: suggestions below an address bar that nobody types into cost more than the page; and a process kept ready.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess"),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.UserAgent(phone), // frames of other sites have it too
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"))...)
	defer stop()
	var cancel context.CancelFunc
	chrome, cancel = chromedp.NewContext(alloc)
	defer cancel()
	if err := chromedp.Do(chrome); err != nil {
		fmt.Fprintln(os.Stderr, "starting Chromium:", err)
		return 1
	}
	flag.Set("test.parallel", "4") // they wait for the browser more than they work
	defer func() {
		if common.kabar != nil {
			common.stop(syscall.SIGKILL)
		}
	}()
	return m.Run()
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}
