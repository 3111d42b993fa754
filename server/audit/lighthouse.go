package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// lighthouse is the command.
type lighthouse struct{ path, chromium string }

// version is the last that runs on Node 20.
const version = "12"

// install gets Lighthouse from npm, once, into the work folder.
func install(ctx context.Context) (*lighthouse, error) {
	var l lighthouse
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			l.chromium = p
			break
		}
	}
	if l.chromium == "" {
		return nil, errors.New("no Chromium: make chromium installs it")
	}
	dir, err := filepath.Abs(".build/lighthouse")
	if err != nil {
		return nil, err
	}
	l.path = filepath.Join(dir, "node_modules/.bin/lighthouse")
	if _, err := os.Stat(l.path); err == nil {
		return &l, nil
	}
	fmt.Fprintln(os.Stderr, "installing Lighthouse", version)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, "npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", dir, "lighthouse@"+version)
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("installing Lighthouse: %w\n%s", err, out)
	}
	return &l, nil
}

// report is what is read of a run.
type report struct {
	Categories map[string]struct{ Score float64 }
	Audits     map[string]struct {
		Title        string
		Score        *float64
		NumericValue float64
		Details      struct{ Items json.RawMessage }
	}
}

// figures of one run.
type figures struct {
	scores             [4]int // performance, accessibility, best practices, search engines
	bytes, requests    int
	first, largest, tb float64 // ms: first and largest contentful paint, total blocking time
}

var categories = []string{"performance", "accessibility", "best-practices", "seo"}

const runs = 3

// audit prints the table, and reports whether our pages have 100 in everything.
func (l *lighthouse) audit(ctx context.Context, s *subjects) (bool, error) {
	fmt.Printf("\nLighthouse %s, mobile, simulated, median of %d runs. Blocking and paint times are Lighthouse's estimate for its slow phone.\n\n", version, runs)
	fmt.Println("| page | performance | accessibility | best practices | SEO | KB | requests | first paint | largest paint | blocked |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	ok := true
	for _, page := range []struct {
		name, url string
		ours      bool
	}{
		{"news page", s.news, true}, {"article", s.article, true}, {"host page with the widget", s.host, true},
		{"the host page without it", s.bare, false}, {"stock go-app, the same news", s.stock, false},
	} {
		var all []figures
		var last *report
		for range runs {
			r, err := l.run(ctx, page.url)
			if err != nil {
				return false, fmt.Errorf("auditing the %s: %w", page.name, err)
			}
			f, err := r.figures()
			if err != nil {
				return false, fmt.Errorf("auditing the %s: %w", page.name, err)
			}
			last = r
			all = append(all, f)
		}
		m := middle(all)
		fmt.Printf("| %s | %d | %d | %d | %d | %.1f | %d | %.1f s | %.1f s | %.0f ms |\n", page.name, m.scores[0], m.scores[1], m.scores[2], m.scores[3],
			float64(m.bytes)/1000, m.requests, m.first/1000, m.largest/1000, m.tb)
		if page.ours && m.scores != [4]int{100, 100, 100, 100} {
			ok = false
			fmt.Fprintln(os.Stderr, strings.Join(last.faults(), "\n"))
		}
	}
	return ok, nil
}

func (l *lighthouse) run(ctx context.Context, url string) (*report, error) {
	c := exec.CommandContext(ctx, l.path, url, "--quiet", "--output=json",
		"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic --disable-background-networking --disable-component-update --disable-sync")
	c.Env = append(os.Environ(), "CHROME_PATH="+l.chromium)
	out, err := c.Output()
	if err != nil {
		var e *exec.ExitError
		if errors.As(err, &e) {
			err = fmt.Errorf("%w\n%s", err, e.Stderr)
		}
		return nil, err
	}
	var r report
	if err := json.Unmarshal(out, &r); err != nil {
		return nil, fmt.Errorf("reading the report: %w", err)
	}
	return &r, nil
}

func (r *report) figures() (figures, error) {
	var requests []struct{}
	if err := json.Unmarshal(r.Audits["network-requests"].Details.Items, &requests); err != nil {
		return figures{}, fmt.Errorf("reading the report's requests: %w", err)
	}
	f := figures{bytes: int(r.Audits["total-byte-weight"].NumericValue), requests: len(requests),
		first: r.Audits["first-contentful-paint"].NumericValue, largest: r.Audits["largest-contentful-paint"].NumericValue, tb: r.Audits["total-blocking-time"].NumericValue}
	for i, c := range categories {
		f.scores[i] = int(r.Categories[c].Score*100 + 0.5)
	}
	return f, nil
}

// faults are the audits that did not get everything.
func (r *report) faults() []string {
	var out []string
	for id, a := range r.Audits {
		if a.Score != nil && *a.Score < 1 {
			out = append(out, fmt.Sprintf("  %s: %.2f %s", id, *a.Score, a.Title))
		}
	}
	slices.Sort(out)
	return out
}

// middle is the median of each figure by itself.
func middle(all []figures) figures {
	var m figures
	for i := range m.scores {
		m.scores[i] = median(all, func(f figures) int { return f.scores[i] })
	}
	m.bytes = median(all, func(f figures) int { return f.bytes })
	m.requests = median(all, func(f figures) int { return f.requests })
	m.first = median(all, func(f figures) float64 { return f.first })
	m.largest = median(all, func(f figures) float64 { return f.largest })
	m.tb = median(all, func(f figures) float64 { return f.tb })
	return m
}

func median[T any, V cmp.Ordered](all []T, of func(T) V) V {
	var vs []V
	for _, a := range all {
		vs = append(vs, of(a))
	}
	slices.Sort(vs)
	return vs[len(vs)/2]
}
