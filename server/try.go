package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"text/tabwriter"
	"time"

	"kabar/app/news"
	"kabar/server/config"
	"kabar/server/fetch"
	"kabar/server/source"
)

// trial is what "kabar check -try" is asked: to read an office's sources and show what they bring.
type trial struct {
	site string
	try  bool
	pace time.Duration // between two pages of one host; 0 for the poller's own
}

func (t *trial) flags(fs *flag.FlagSet) {
	fs.StringVar(&t.site, "site", "", "id of the office whose sources to try")
	fs.BoolVar(&t.try, "try", false, "read the office's sources and show what would be published, without storing it")
}

func (t *trial) run(ctx context.Context, c *config.Config, out, errs io.Writer) error {
	var ids []string
	var site *config.Site
	for i, s := range c.Sites {
		ids = append(ids, s.ID)
		if s.ID == t.site || t.site == "" && len(c.Sites) == 1 {
			site = &c.Sites[i]
		}
	}
	switch {
	case !t.try:
		return usageError{errors.New("flags: -site goes with -try")}
	case site == nil:
		return usageError{fmt.Errorf("flags: -site = %q: want one of %s", t.site, strings.Join(ids, ", "))}
	case len(site.Feeds) == 0 && len(site.Pages) == 0 && site.Posts == "":
		return usageError{fmt.Errorf("%s: site %q: it has no feeds, pages or posts to read; set feeds, [[site.page]] or posts", c.File, site.ID)}
	}
	p := &source.Poller{Get: fetch.New("Kabar/1 (+" + c.PublicURL + ")").Get, Log: slog.New(slog.NewTextHandler(errs, nil)), Pace: t.pace}
	found, err := p.Try(ctx, sourcesOf(*site), func(line string) { fmt.Fprintln(errs, line) })
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fmt.Errorf("nothing was read for %s", site.ID)
	}
	return table(out, found, site.Public().Location())
}

// table writes what was found: a line an article.
func table(out io.Writer, found []source.Found, loc *time.Location) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "TITLE\tDATE\tPICTURE\tWORDS\tADDRESS\tNOTES")
	for _, f := range found {
		date, picture, address := "-", "no", "-"
		if !f.Published.IsZero() {
			date = f.Published.In(loc).Format("2006-01-02 15:04")
		}
		if f.ImageSrc != "" {
			picture = "yes"
		}
		if f.URL != "" {
			address = f.URL
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", short(f.Title, 60), date, picture, len(strings.Fields(news.PlainText(f.Body))), address, strings.Join(f.Notes, "; "))
	}
	return w.Flush()
}

// short cuts a text to n characters for a column.
func short(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}
