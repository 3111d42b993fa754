package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"kabar/server/config"
	"kabar/server/store"
)

// moveDatabase copies one database into another.
func moveDatabase(ctx context.Context, args []string, out, errs io.Writer) error {
	f := flag.NewFlagSet("kabar move", flag.ContinueOnError)
	f.SetOutput(errs)
	from := f.String("from", "", "database to copy, sqlite:path or postgres://…")
	to := f.String("to", "", "database to copy into: an empty one, or an older copy of the first")
	if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
		return err
	} else if err != nil {
		return usageError{err}
	}
	switch {
	case f.NArg() > 0:
		return usageError{errors.New("move takes no argument but -from and -to")} // which may be an address with a password
	case *from == *to:
		return usageError{errors.New("move wants -from and -to, two databases")}
	}
	if err := errors.Join(config.CheckDatabase("-from", *from), config.CheckDatabase("-to", *to)); err != nil {
		return usageError{err}
	}
	src, err := store.Visit(ctx, *from)
	if err != nil {
		return fmt.Errorf("-from: opening database %s: %w", config.DatabaseName(*from), err)
	}
	defer src.Close()
	dst, err := store.Open(ctx, *to)
	if err != nil {
		return fmt.Errorf("opening database %s: %w", config.DatabaseName(*to), err)
	}
	defer dst.Close()
	totals, err := store.Move(ctx, src, dst, func(table string, rows int64) { fmt.Fprintf(errs, "copied %s: %d\n", table, rows) })
	if err != nil {
		return fmt.Errorf("moving to %s: %w", config.DatabaseName(*to), err)
	}
	for _, t := range totals {
		fmt.Fprintf(out, "%-28s %12d in both\n", t.Name, t.N)
	}
	return nil
}
