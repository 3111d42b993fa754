//go:build browser

package e2e

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// tab is one tab of the browser in a profile of its own, 360 pixels wide unless said otherwise.
type tab struct {
	t   *testing.T
	ctx context.Context
}

func open(t *testing.T) *tab { return openSized(t, 360, 740) }

func openSized(t *testing.T, width, height int64) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	bounded, stop := context.WithTimeout(ctx, 3*patience)
	t.Cleanup(stop)
	b := &tab{t: t, ctx: bounded}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("opening a tab:", err)
	}
	b.do(chromedp.EmulateViewport(width, height, chromedp.EmulateScale(2), chromedp.EmulateTouch))
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: phone, AcceptLanguage: "id-ID"})
		return err
	})
	return b
}

func (b *tab) command(f func() error) {
	b.t.Helper()
	if err := f(); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// noScript turns JavaScript off.
func (b *tab) noScript() *tab {
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	})
	return b
}

// direct keeps the office's worker out of the way: each visit is as the first one, whose page comes from the server.
func (b *tab) direct() *tab {
	b.command(func() error {
		if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := chromedp.Call(b.ctx, network.SetBypassServiceWorker, network.SetBypassServiceWorkerParams{Bypass: true})
		return err
	})
	return b
}

// in is the tab in a part of the test: opening one for each would cost more than what most of them look at.
func (b *tab) in(t *testing.T) *tab { return &tab{t: t, ctx: b.ctx} }

// media pretends what the reader's device prefers.
func (b *tab) media(feature, value string) *tab {
	b.command(func() error {
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
		return err
	})
	return b
}

func (b *tab) visit(url string) *tab {
	b.t.Helper()
	b.do(chromedp.Navigate(url))
	return b
}

// eval returns what an expression gives, awaited, in T.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for an expression to hold, awaited, in whatever document the tab comes to show.
func (b *tab) until(expression string) {
	b.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		_, err := chromedp.Run(b.ctx, chromedp.Poll[bool]("(async () => !!(await ("+expression+")))()", chromedp.WithPollingInterval(50e6), chromedp.WithPollingTimeout(time.Until(deadline))))
		if err == nil {
			return
		}
		left := strings.Contains(err.Error(), "context with specified id") || strings.Contains(err.Error(), "navigated") // the document, for another
		if !left || time.Now().After(deadline) {
			b.t.Fatalf("waited in vain for %s: %v\n%s", expression, err, eval[string](b, "location + ' ' + document.body.innerText.slice(0, 400)"))
		}
	}
}

// live scrolls as a reader does, and waits until the app has taken the page over.
func (b *tab) live() *tab {
	b.t.Helper()
	b.do(chromedp.KeyEvent("\x01"))
	b.until("kabar.live")
	return b
}

var axeCore = sync.OnceValues(func() (string, error) {
	f, err := os.Open("testdata/axe.min.js.gz")
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	src, err := io.ReadAll(z)
	return string(src), err
})

// axe returns what axe-core finds wrong by WCAG 2.2 A and AA.
func (b *tab) axe() []string {
	b.t.Helper()
	src, err := axeCore()
	if err != nil {
		b.t.Fatal(err)
	}
	// The page's policy forbids foreign scripts, so the debugger brings this one.
	eval[bool](b, src+"\n;true")
	out := eval[string](b, `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
		.then(r => JSON.stringify(r.violations.map(v => v.id + ": " + v.nodes.map(n => n.target + " " + (n.any[0]?.message ?? "")).join("; "))))`)
	var found []string
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		b.t.Fatal(err)
	}
	return found
}

// text is what the page shows.
func (b *tab) text() string {
	return strings.Join(strings.Fields(eval[string](b, "document.body.innerText")), " ")
}
