package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// form is a statement over many rows at once: what stands before and after the list of rows, and how many values a row has.
type form struct {
	before string
	width  int
	after  string
	blanks bool // whether it passes over rows of NULLs
}

// The statements that SQLite counts with.
var (
	readPages    = &form{before: "SELECT " + totals + " FROM page p WHERE p.id IN (VALUES ", width: 1, after: ")", blanks: true}
	findArticles = &form{before: "SELECT asked.column1, asked.column2, " + totals + " FROM (VALUES ", width: 2, after: `) AS asked JOIN page p ON p.id = COALESCE(
		(SELECT a.page FROM article a WHERE a.site = asked.column1 AND a.slug = asked.column2),
		(SELECT a.page FROM slug_alias s JOIN article a ON a.id = s.article WHERE s.site = asked.column1 AND s.slug = asked.column2))`, blanks: true}
	readKnown = &form{before: "SELECT asked.column1, asked.column2, e.id IS NOT NULL, r.hash IS NOT NULL FROM (VALUES ", width: 2,
		after: ") AS asked LEFT JOIN event e ON e.id = asked.column1 LEFT JOIN reader r ON r.hash = asked.column2 WHERE e.id IS NOT NULL OR r.hash IS NOT NULL", blanks: true}
	addJournal = &form{before: "INSERT INTO journal (seq, id, hash, salted, page, sort) SELECT * FROM (VALUES ", width: 6, after: ") WHERE column1 IS NOT NULL", blanks: true}

	counting = []*form{readPages, findArticles, readKnown, addJournal}
)

// maxRows is how many rows one statement takes. More would not be faster and would near SQLite's limits.
const maxRows = 128

// sizes are the numbers of rows for which there are statements: a statement costs as much as ten rows or more, so that one with some blank rows is better
// than two.
var sizes = []int{1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, maxRows}

func (f *form) text(d *dialect, rows int) string {
	var b strings.Builder
	b.WriteString(f.before)
	for i := range rows * f.width {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%f.width == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteString(d.value(i + 1))
	}
	b.WriteString(")" + f.after)
	return b.String()
}

// prepared holds statements: each form's, by their number of rows, and single ones by their text.
type prepared struct {
	forms map[*form][]statement
	texts map[string]*sql.Stmt
}

type statement struct {
	rows int
	*sql.Stmt
}

// prepare makes forms' statements for these numbers of rows, which grow from 1, and single ones.
func prepare(ctx context.Context, d *dialect, db *sql.DB, forms []*form, sizes []int, texts ...string) (prepared, error) {
	p := prepared{map[*form][]statement{}, map[string]*sql.Stmt{}}
	one := func(text string) (*sql.Stmt, error) {
		s, err := db.PrepareContext(ctx, text)
		if err != nil {
			err = errors.Join(fmt.Errorf("preparing %.60q: %w", text, err), p.close())
		}
		return s, err
	}
	for _, f := range forms {
		for _, n := range sizes {
			s, err := one(f.text(d, n))
			if err != nil {
				return prepared{}, err
			}
			p.forms[f] = append(p.forms[f], statement{n, s})
		}
	}
	for _, text := range texts {
		s, err := one(text)
		if err != nil {
			return prepared{}, err
		}
		p.texts[text] = s
	}
	return p, nil
}

func (p prepared) close() error {
	var errs []error
	for _, list := range p.forms {
		for _, s := range list {
			errs = append(errs, s.Close())
		}
	}
	for _, s := range p.texts {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// row asks for one row, by a statement that was prepared where there is one.
func (p prepared) row(ctx context.Context, tx *sql.Tx, text string, args ...any) *sql.Row {
	if s := p.texts[text]; s != nil {
		return tx.StmtContext(ctx, s).QueryRowContext(ctx, args...)
	}
	return tx.QueryRowContext(ctx, text, args...)
}

// each runs f over all of args, in few statements, and calls scan for each row that comes back.
func (p prepared) each(ctx context.Context, tx *sql.Tx, f *form, args []any, scan func(*sql.Rows) error) error {
	for len(args) > 0 {
		s := p.pick(f, len(args)/f.width)
		for len(args) < s.rows*f.width {
			args = append(args, make([]any, f.width)...)
		}
		now := args[:s.rows*f.width]
		if err := s.run(ctx, tx, now, scan); err != nil {
			return err
		}
		args = args[len(now):]
	}
	return nil
}

// pick returns the largest statement that so many rows fill, or, where it may have blank ones, the smallest that takes them all.
func (p prepared) pick(f *form, rows int) statement {
	all := p.forms[f]
	for i, s := range all {
		switch {
		case s.rows == rows, i == len(all)-1, s.rows > rows && f.blanks:
			return s
		case all[i+1].rows > rows && !f.blanks:
			return s
		}
	}
	panic("no statement was prepared")
}

func (s statement) run(ctx context.Context, tx *sql.Tx, args []any, scan func(*sql.Rows) error) error {
	stmt := tx.StmtContext(ctx, s.Stmt)
	if scan == nil {
		_, err := stmt.ExecContext(ctx, args...)
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	return scanAll(rows, scan)
}

// rowsOf calls scan for every row of a query.
func rowsOf(ctx context.Context, db interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}, q string, args []any, scan func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, q, args...)
	if err != nil {
		return err
	}
	return scanAll(rows, scan)
}

// scanAll calls scan for every row, and closes them.
func scanAll(rows *sql.Rows, scan func(*sql.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}
