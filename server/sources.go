package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"kabar/server/config"
	"kabar/server/source"
	"kabar/server/store"
)

// flags are a command line of the form "kabar name [flags] [words]"; flags may also follow the words.
type flags struct {
	*flag.FlagSet
	config, db, site string
}

func newFlags(name string, errs io.Writer) *flags {
	f := &flags{FlagSet: flag.NewFlagSet("kabar "+name, flag.ContinueOnError)}
	f.SetOutput(errs)
	f.StringVar(&f.config, "config", "", "file of settings; without it the built-in example office")
	f.StringVar(&f.db, "db", "", "database, sqlite:path or postgres://…; over the file's database")
	f.StringVar(&f.site, "site", "", "the office's id")
	return f
}

// parse returns the settings and the words among the flags.
func (f *flags) parse(args []string) (c *config.Config, words []string, err error) {
	for {
		if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, nil, err
		} else if err != nil {
			return nil, nil, usageError{err}
		}
		if f.NArg() == 0 {
			break
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
	c = config.Example()
	if f.config != "" {
		if c, err = config.Load(f.config); err != nil {
			return nil, nil, usageError{err}
		}
	}
	if err := c.Override("", f.db, ""); err != nil {
		return nil, nil, usageError{err}
	}
	return c, words, nil
}

// office is the one that -site names, or the only one.
func (f *flags) office(c *config.Config) (config.Site, error) {
	var ids []string
	for _, s := range c.Sites {
		if s.ID == f.site || f.site == "" && len(c.Sites) == 1 {
			return s, nil
		}
		ids = append(ids, s.ID)
	}
	if f.site == "" {
		return config.Site{}, usageError{fmt.Errorf("-site: say which office: %s", strings.Join(ids, ", "))}
	}
	return config.Site{}, usageError{fmt.Errorf("-site = %q: no such office; want one of %s", f.site, strings.Join(ids, ", "))}
}

// listSources prints how each source of the offices does.
func listSources(ctx context.Context, args []string, out, errs io.Writer) error {
	f := newFlags("sources", errs)
	c, words, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return usageError{fmt.Errorf("sources takes no argument %q", words[0])}
	}
	if f.site != "" {
		s, err := f.office(c)
		if err != nil {
			return err
		}
		c.Sites = []config.Site{s}
	}
	db, err := store.Visit(ctx, c.Database)
	if err != nil {
		return fmt.Errorf("opening database %s: %w", c.DatabaseName(), err)
	}
	defer db.Close()
	known, err := db.Sources(ctx)
	if err != nil {
		return err
	}
	printSources(out, offices(c), known)
	return nil
}

// printSources lists every source in the settings, and those of which something is known.
func printSources(out io.Writer, sites []source.Site, known []store.SourceState) {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "OFFICE\tSOURCE\tLAST SUCCESS\tSEEN\tNEW\tREPAIRED\tREFUSED\tNEXT ATTEMPT\tLAST ERROR")
	for _, s := range sites {
		states := map[string]source.State{}
		names := s.Names()
		for _, k := range known {
			if k.Site == s.ID {
				states[k.Name] = k.State
				if !slices.Contains(names, k.Name) {
					names = append(names, k.Name)
				}
			}
		}
		if len(names) == 0 {
			fmt.Fprintf(t, "%s\t(none: set feeds or posts)\n", s.ID)
		}
		for _, name := range names {
			st := states[name]
			fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%d\t%d\t%s\t%s\n", s.ID, name, clock(st.Succeeded, s.Location, "never"), st.Items, st.New, st.Repaired, st.Refused,
				clock(st.Next, s.Location, "-"), cmp.Or(printable(st.Error), "-"))
		}
	}
	t.Flush()
}

// printable keeps what a foreign server wrote from moving the cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, s)
}

// clock is an instant in the office's zone.
func clock(at time.Time, loc *time.Location, never string) string {
	if at.IsZero() {
		return never
	}
	return at.In(loc).Format("2006-01-02 15:04:05 MST")
}
