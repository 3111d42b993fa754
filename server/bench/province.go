package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"

	"kabar/app/news"
	"kabar/server/trial"
)

// province measures many offices on one server, whose news is read from all over.
func province(ctx context.Context, offices, articles int, top string, bare, static func() []byte, staticName string) error {
	dir, err := os.MkdirTemp("", "kabar-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "kabar.db")
	p, err := trial.ServeProvince(ctx, dir, "sqlite:"+file, offices, articles, func(stored int) {
		fmt.Fprintf(os.Stderr, "\r%d of %d articles are stored", stored, offices*articles)
	})
	fmt.Fprintln(os.Stderr)
	if err != nil {
		return fmt.Errorf("filling a province: %w", err)
	}
	defer p.Close()
	_, first, err := p.Resident()
	if err != nil {
		return err
	}
	began, err := p.Restart(ctx)
	if err != nil {
		return fmt.Errorf("starting again: %w", err)
	}
	what := fmt.Sprintf("%d offices of %d articles: ", offices, articles)
	row(what+"news pages, and the newest ten articles of each", staticName, p.Addr, func() []byte {
		office := p.Office(rand.IntN(offices))
		if n := rand.IntN(15); n < 10 {
			return get(news.ArticlePath(office, p.Slug(min(n, articles-1))))
		}
		return get(news.SitePath(office))
	}, top, static, "≥ 0.8")
	var unread atomic.Int64
	row(what+"articles that nobody has read for a minute", staticName, p.Addr, func() []byte {
		n := int(unread.Add(1))
		return get(news.ArticlePath(p.Office(n%offices), p.Slug(n/offices%articles)))
	}, top, static, "")
	row(what+"durable views, SQLite", "a bare 204", p.Addr, func() []byte { return view(news.EventsPath(p.Office(rand.IntN(offices))), p.Slug(spread(articles))) }, top, bare, "≥ 0.4")
	_, most, err := p.Resident()
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	fmt.Printf("\n%sresident memory at most %d MB while all was read for the first time, %d MB from a restart on, under that load; a database of %d MB; the first page %.1f s after a start.\n",
		what, first>>20, most>>20, info.Size()>>20, began.Seconds())
	return nil
}

// spread is an article's number: of four readers three read one of the newest ten.
func spread(articles int) int {
	if rand.IntN(4) > 0 {
		return rand.IntN(min(10, articles))
	}
	return rand.IntN(articles)
}
