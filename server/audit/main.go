// Command audit looks at what a reader on a cheap phone gets: Lighthouse 12 (mobile, simulated) on the news page, an article and a host page
// with the widget, beside stock go-app with the same news and the host page without a widget; and how long the app's start holds the page up
// on a processor four times slower. It needs Node and Chromium, and exits with status 1 when a budget is exceeded.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := run(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
	}
	if !ok || err != nil {
		os.Exit(1)
	}
}

// run reports whether every budget is kept.
func run(ctx context.Context) (bool, error) {
	dir, err := os.MkdirTemp("", "kabar-audit-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	s, err := open(ctx, dir)
	if err != nil {
		return false, err
	}
	defer s.stop()
	lighthouse, err := install(ctx)
	if err != nil {
		return false, err
	}
	quick, err := start(ctx, s)
	if err != nil {
		return false, err
	}
	fast, err := lighthouse.audit(ctx, s)
	return quick && fast, err
}
