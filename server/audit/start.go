package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

const (
	slowdown = 4   // of the processor, as Lighthouse has it for a cheap phone
	longest  = 200 // ms of the processor, the budget for one task of the app's start
	starts   = 5
)

// start prints how long the start of the app holds the page up, beside the start of stock go-app: the longest of its tasks, the median of some starts.
// The budget is held by the time that the processor worked on a task: on a machine that others use, too, the clock says more about them.
func start(ctx context.Context, s *subjects) (bool, error) {
	l, err := install(ctx)
	if err != nil {
		return false, err
	}
	alloc, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(l.chromium), chromedp.NoSandbox, chromedp.DisableGPU)...)
	defer stop()
	fmt.Printf("The app's start with the processor %d times slower: its longest task, median of %d starts (lowest–highest).\n\n| page | processor time | by the clock | all tasks over 50 ms | budget |\n|---|---|---|---|---|\n", slowdown, starts)
	ok := true
	for _, page := range []struct{ name, url, live, budget string }{
		{"news page with 10 articles", s.news, "self.kabar?.live", fmt.Sprint("≤ ", longest, " ms")},
		{"article", s.article, "self.kabar?.live", fmt.Sprint("≤ ", longest, " ms")},
		{"stock go-app with 10 articles", s.stock, "document.querySelector('main li') && !document.querySelector('#app-wasm-loader')", ""},
	} {
		var all []timing
		for range starts {
			one, err := startOnce(alloc, page.url, page.live)
			if err != nil {
				return false, fmt.Errorf("starting the app on the %s: %w", page.name, err)
			}
			all = append(all, one)
		}
		busy := func(s timing) float64 { return s.busy }
		least, most := slices.MinFunc(all, func(a, b timing) int { return cmp.Compare(a.busy, b.busy) }), slices.MaxFunc(all, func(a, b timing) int { return cmp.Compare(a.busy, b.busy) })
		m := median(all, busy)
		fmt.Printf("| %s | %.0f ms (%.0f–%.0f) | %.0f ms | %.0f ms | %s |\n", page.name, m, least.busy, most.busy,
			median(all, func(s timing) float64 { return s.clock }), median(all, func(s timing) float64 { return s.sum }), page.budget)
		if page.budget != "" && m > longest {
			ok = false
		}
	}
	return ok, nil
}

// timing is one start: its longest task in ms of the processor's time and of the clock's, and all tasks over 50 ms, which is what W3C Long Tasks
// calls long, by the clock.
type timing struct{ busy, clock, sum float64 }

// startOnce opens the page in a new profile and starts the app as a reader does, by a key.
func startOnce(alloc context.Context, url, live string) (timing, error) {
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	if err := chromedp.Do(ctx); err != nil {
		return timing{}, err
	}
	var t trace
	if err := chromedp.Listen(ctx, t.listen); err != nil {
		return timing{}, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowdown}); err != nil {
		return timing{}, err
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateScale(2), chromedp.EmulateTouch), chromedp.Navigate(url)); err != nil {
		return timing{}, err
	}
	if _, err := chromedp.Call(ctx, tracing.Start, tracing.StartParams{TraceConfig: &tracing.TraceConfig{IncludedCategories: []string{"toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"}}}); err != nil {
		return timing{}, err
	}
	if err := chromedp.Do(ctx, chromedp.KeyEvent("\x01")); err != nil {
		return timing{}, err
	}
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("!!("+live+")", chromedp.WithPollingInterval(500*time.Millisecond), chromedp.WithPollingTimeout(50*time.Second))); err != nil {
		return timing{}, err
	}
	// What follows the first render: some frames and an idle moment later it is over.
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`new Promise(r => requestAnimationFrame(() => requestIdleCallback(() => setTimeout(() => r(true), 500), {timeout: 2000})))`, chromedp.EvalAwaitPromise)); err != nil {
		return timing{}, err
	}
	t.done = make(chan struct{})
	if _, err := chromedp.Call(ctx, tracing.End, cdp.Empty{}); err != nil {
		return timing{}, err
	}
	select {
	case <-t.done:
	case <-ctx.Done():
		return timing{}, fmt.Errorf("waiting for the browser's trace: %w", ctx.Err())
	}
	return t.longest()
}

// trace is what the browser tells of its work.
type trace struct {
	mu     sync.Mutex
	events [][]byte
	done   chan struct{}
}

func (t *trace) listen(ev any) {
	switch e := ev.(type) {
	case *tracing.EventDataCollected:
		t.mu.Lock()
		defer t.mu.Unlock()
		for _, v := range e.Value {
			t.events = append(t.events, slices.Clone([]byte(v)))
		}
	case *tracing.EventTracingComplete:
		close(t.done)
	}
}

// longest looks through the tasks of the page's own thread. Times in a trace are microseconds.
func (t *trace) longest() (timing, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	type event struct {
		Name      string
		PID, TID  int
		Dur, TDur float64
		Args      struct{ Name string }
	}
	var tasks []event
	main := map[[2]int]bool{}
	for _, raw := range t.events {
		var e event
		if err := json.Unmarshal(raw, &e); err != nil {
			continue // events of other kinds have arguments of other shapes
		}
		switch {
		case e.Name == "thread_name" && e.Args.Name == "CrRendererMain":
			main[[2]int{e.PID, e.TID}] = true
		case e.Name == "RunTask":
			tasks = append(tasks, e)
		}
	}
	var s timing
	for _, e := range tasks {
		if !main[[2]int{e.PID, e.TID}] {
			continue
		}
		s.busy, s.clock = max(s.busy, e.TDur/1000), max(s.clock, e.Dur/1000)
		if e.Dur > 50_000 {
			s.sum += e.Dur / 1000
		}
	}
	if s.busy == 0 {
		return s, errors.New("the browser's trace has no tasks")
	}
	return s, nil
}
