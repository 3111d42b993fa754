package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"

	"kabar/server/config"
	"kabar/server/stats"
	"kabar/server/store"
)

// defaultDays is how long a period is when nobody says, today included.
const defaultDays = 30

// printStats prints the figures of an office or of all.
func printStats(ctx context.Context, args []string, out, errs io.Writer) error {
	f := newFlags("stats", errs)
	from := f.String("from", "", "first day, such as 2026-08-01, of the office's local days; without it 29 days before the last")
	to := f.String("to", "", "last day; without it today")
	format := f.String("format", stats.Formats[0], "one of "+strings.Join(stats.Formats, ", "))
	c, words, err := f.parse(args)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		return usageError{fmt.Errorf("stats takes no argument %q", words[0])}
	}
	if !slices.Contains(stats.Formats, *format) {
		return usageError{fmt.Errorf("-format = %q: want one of %s", *format, strings.Join(stats.Formats, ", "))}
	}
	if f.site != "" {
		s, err := f.office(c)
		if err != nil {
			return err
		}
		c.Sites = []config.Site{s}
	}
	var periods []stats.Period
	for _, s := range c.Sites {
		last := cmp.Or(*to, s.Public().Day(time.Now()))
		p, err := stats.Until(last, defaultDays)
		if err == nil && *from != "" {
			p, err = stats.Between(*from, last)
		}
		if err != nil {
			return usageError{fmt.Errorf("-from = %q, -to = %q: %w", *from, *to, err)}
		}
		periods = append(periods, p)
	}
	db, err := store.Visit(ctx, c.Database)
	if err != nil {
		return fmt.Errorf("opening database %s: %w", c.DatabaseName(), err)
	}
	defer db.Close()
	var all []stats.Report
	for i, s := range c.Sites {
		r, err := stats.Make(ctx, db, s.Public(), periods[i])
		if err != nil {
			return err
		}
		all = append(all, r)
	}
	return stats.Write(out, *format, all)
}

// Lengths of a password, in bytes: bcrypt reads no more than 72.
const (
	minPassword = 12
	maxPassword = 72
)

// passwordCost is bcrypt's: about a quarter of a second for each attempt.
const passwordCost = 12

// printHash reads a password and prints its hash. It takes it from no flag, which other users of the machine could read.
func printHash(args []string, in io.Reader, out io.Writer) error {
	if len(args) > 0 {
		return usageError{errors.New("hash takes no argument: type the password, or hand it to the standard input")}
	}
	line, err := bufio.NewReader(io.LimitReader(in, 1024)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the password: %w", err)
	}
	password := strings.TrimRight(line, "\r\n")
	if len(password) < minPassword || len(password) > maxPassword {
		return usageError{fmt.Errorf("the password has %d bytes: want %d to %d", len(password), minPassword, maxPassword)}
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), passwordCost)
	if err != nil {
		return fmt.Errorf("hashing the password: %w", err)
	}
	fmt.Fprintf(out, "stats_password_bcrypt = %q\n", hash)
	return nil
}
