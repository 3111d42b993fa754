package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kabar/server/archive"
	"kabar/server/config"
	"kabar/server/fetch"
	"kabar/server/store"
)

// importPause lies between two pages of a feed, for the sake of a small server. Tests shorten it.
var importPause = time.Second

// importNews brings an office's archive in.
func importNews(ctx context.Context, args []string, out, errs io.Writer) error {
	f := newFlags("import", errs)
	export := f.String("wordpress", "", "WordPress's export, an XML file from its Tools > Export")
	feed := f.String("feed", "", "address of a feed that is read page by page")
	pages := f.Int("pages", 0, "with -feed: how many pages at most; 0: to the end")
	c, words, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return usageError{fmt.Errorf("import takes no argument %q", words[0])}
	}
	if (*export == "") == (*feed == "") || *pages < 0 || *pages > 0 && *feed == "" {
		return usageError{errors.New("import wants -wordpress export.xml, or -feed address and perhaps -pages number")}
	}
	office, err := f.office(c)
	if err != nil {
		return err
	}
	open := store.Visit
	path, isFile := strings.CutPrefix(c.Database, "sqlite:")
	made := ""
	if _, err := os.Stat(path); isFile && errors.Is(err, fs.ErrNotExist) { // an archive may be brought in before the server starts for the first time
		open = store.Open
		if made, err = filepath.Abs(path); err != nil {
			return fmt.Errorf("finding the database: %w", err)
		}
	}
	db, err := open(ctx, c.Database)
	if err != nil {
		return fmt.Errorf("opening database %s: %w", c.DatabaseName(), err)
	}
	defer db.Close()
	one := *c
	one.Sites = []config.Site{office}
	im := &archive.Importer{Store: db, Site: offices(&one)[0], Get: fetch.New("Kabar/1 (+" + c.PublicURL + ")").Get, Now: time.Now, Pause: importPause,
		Progress: func(p archive.Progress) { fmt.Fprintln(errs, said(p)) }}
	var p archive.Progress
	if *export != "" {
		p, err = readExport(ctx, im, *export)
	} else {
		p, err = im.Feed(ctx, *feed, *pages)
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("import: stopped; run it again to go on (%s)", said(p))
	}
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	fmt.Fprintln(out, said(p))
	if made != "" {
		fmt.Fprintf(errs, "there was no database: %s is new\n", made)
	}
	return nil
}

func readExport(ctx context.Context, im *archive.Importer, path string) (archive.Progress, error) {
	file, err := os.Open(path)
	if err != nil {
		return archive.Progress{}, usageError{fmt.Errorf("-wordpress: %w", err)}
	}
	defer file.Close()
	return im.WordPress(ctx, file)
}

// said is progress in a line.
func said(p archive.Progress) string {
	s := fmt.Sprintf("%d read: %d new, %d updated, %d known", p.Read, p.New, p.Updated, p.Same)
	if p.Page > 0 {
		s = fmt.Sprintf("page %d, ", p.Page) + s
	}
	var left []string
	for _, reason := range slices.Sorted(maps.Keys(p.Left)) {
		left = append(left, fmt.Sprintf("%d %s", p.Left[reason], reason))
	}
	if len(left) > 0 {
		s += "; left out: " + strings.Join(left, ", ")
	}
	return s
}
