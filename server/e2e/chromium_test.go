//go:build browser

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os/exec"

	"github.com/chromedp/chromedp"
)

// chrome is one browser for all tests; each has tabs of its own.
var chrome context.Context

func init() { before = launch }

// launch starts Chromium.
func launch() (stop func(), err error) {
	path := chromium()
	if path == "" {
		return nil, errors.New("these tests need Chromium: run `make chromium`, or install your distribution's package chromium")
	}
	alloc, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		// Of the browser's own window: suggestions below an address bar that nobody types into cost more than the page; and a process kept ready.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess"),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.UserAgent(phone), // frames of other sites have it too
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"))...)
	var cancel context.CancelFunc
	chrome, cancel = chromedp.NewContext(alloc)
	stop = func() {
		cancel()
		end()
	}
	if err := chromedp.Do(chrome); err != nil {
		stop()
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	return stop, nil
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			return p
		}
	}
	return ""
}
