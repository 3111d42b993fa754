package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"kabar/server/store"
)

// backup copies the database while the server runs.
func backup(ctx context.Context, args []string, out, errs io.Writer) error {
	var db, to string
	c, err := settings("backup", args, errs, func(f *flag.FlagSet) {
		f.StringVar(&db, "db", "", "database, sqlite:path; over the file's database")
		f.StringVar(&to, "to", "", "the file to write, which must not exist")
	})
	if err != nil {
		return err
	}
	if to == "" {
		return usageError{errors.New("backup wants -to with the file to write")}
	}
	if err := c.Override("", db, ""); err != nil {
		return usageError{err}
	}
	if err := store.Backup(ctx, c.Database, to); err != nil {
		return fmt.Errorf("backing up %s to %s: %w", c.DatabaseName(), to, err)
	}
	fmt.Fprintln(out, to)
	return nil
}
