package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

const (
	slowdown = 4   // of the processor, as Lighthouse has it for a cheap phone
	longest  = 200 // ms, the budget for one task of the app's start
	starts   = 5
)

// start prints how long the start of the app holds the page up, beside the start of stock go-app: the longest of its tasks, the median of some runs.
func start(ctx context.Context, s *subjects) (bool, error) {
	l, err := install(ctx)
	if err != nil {
		return false, err
	}
	alloc, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(l.chromium), chromedp.NoSandbox, chromedp.DisableGPU)...)
	defer stop()
	fmt.Printf("The app's start with the processor %d times slower: its longest task, median of %d starts (lowest–highest).\n\n| page | longest task | all long tasks | budget |\n|---|---|---|---|\n", slowdown, starts)
	ok := true
	for _, page := range []struct{ name, url, live, budget string }{
		{"news page with 10 articles", s.news, "self.kabar?.live", fmt.Sprint("≤ ", longest, " ms")},
		{"article", s.article, "self.kabar?.live", fmt.Sprint("≤ ", longest, " ms")},
		{"stock go-app with 10 articles", s.stock, "document.querySelector('main li') && !document.querySelector('#app-wasm-loader')", ""},
	} {
		var tasks, sums []float64
		for range starts {
			longest, sum, err := startOnce(alloc, page.url, page.live)
			if err != nil {
				return false, fmt.Errorf("starting the app on the %s: %w", page.name, err)
			}
			tasks, sums = append(tasks, longest), append(sums, sum)
		}
		same := func(v float64) float64 { return v }
		m := median(tasks, same)
		fmt.Printf("| %s | %.0f ms (%.0f–%.0f) | %.0f ms | %s |\n", page.name, m, slices.Min(tasks), slices.Max(tasks), median(sums, same), page.budget)
		if page.budget != "" && m > longest {
			ok = false
		}
	}
	return ok, nil
}

// observe collects the long tasks (over 50 ms, W3C Long Tasks) from now on.
const observe = `self.long = []; new PerformanceObserver(l => long.push(...l.getEntries().map(e => e.duration))).observe({type: "longtask", buffered: true}); true`

// startOnce opens the page in a new profile and starts the app as a reader does, by a key.
func startOnce(alloc context.Context, url, live string) (longest, sum float64, err error) {
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	if err := chromedp.Do(ctx); err != nil {
		return 0, 0, err
	}
	if _, err := chromedp.Call(ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: slowdown}); err != nil {
		return 0, 0, err
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740, chromedp.EmulateScale(2), chromedp.EmulateTouch), chromedp.Navigate(url)); err != nil {
		return 0, 0, err
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](observe)); err != nil {
		return 0, 0, err
	}
	if err := chromedp.Do(ctx, chromedp.KeyEvent("\x01")); err != nil {
		return 0, 0, err
	}
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("!!("+live+")", chromedp.WithPollingInterval(100*time.Millisecond), chromedp.WithPollingTimeout(50*time.Second))); err != nil {
		return 0, 0, err
	}
	// What follows the first render: two frames and an idle moment later it is over.
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string](`new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => setTimeout(r, 500))))).then(() => JSON.stringify(long))`, chromedp.EvalAwaitPromise))
	if err != nil {
		return 0, 0, err
	}
	var tasks []float64
	if err := json.Unmarshal([]byte(out), &tasks); err != nil {
		return 0, 0, err
	}
	for _, t := range tasks {
		longest, sum = max(longest, t), sum+t
	}
	return longest, sum, nil
}
