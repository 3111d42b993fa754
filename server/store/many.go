package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// form is a statement over many rows at once: what stands before and after the list of rows, and how many values a row has.
type form struct {
	before string
	width  int
	after  string
	cast   string // the type of every value, which a list of rows that stands alone must name
	hold   bool   // whether the rows stay as they are until the transaction ends
}

// The statements that counting uses.
var (
	readPages  = &form{before: "SELECT p.id, " + totals + " FROM page p WHERE p.id IN (VALUES ", width: 1, after: ") ORDER BY p.id", cast: "BIGINT", hold: true}
	addEvents  = &form{before: "INSERT INTO event (id, day) VALUES ", width: 2, after: " ON CONFLICT DO NOTHING RETURNING id"}
	addReaders = &form{before: "INSERT INTO reader (day, hash) VALUES ", width: 2, after: " ON CONFLICT DO NOTHING RETURNING hash"}
	addDaily   = &form{before: "INSERT INTO daily (page, day, type, via, host, network, n) VALUES ", width: 7,
		after: " ON CONFLICT (page, day, type, via, host, network) DO UPDATE SET n = daily.n + excluded.n"}
	addTotals = &form{before: "UPDATE page SET views = views + v.column2, shares = shares + v.column3 FROM (VALUES ", width: 3,
		after: ") AS v WHERE page.id = v.column1 RETURNING " + strings.ReplaceAll("p.id, "+totals, "p.", "page."), cast: "BIGINT"}

	counting = []*form{readPages, addEvents, addReaders, addDaily, addTotals}
)

// maxRows is how many rows one statement takes; a power of two. More would not be faster and would near SQLite's limits.
const maxRows = 128

func (f *form) text(rows int, d *dialect) string {
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
		p := "$" + strconv.Itoa(i+1)
		if f.cast != "" {
			p = "CAST(" + p + " AS " + f.cast + ")"
		}
		b.WriteString(p)
	}
	b.WriteString(")" + f.after)
	if f.hold {
		b.WriteString(d.locking)
	}
	return b.String()
}

// prepared holds each form's statements for 1, 2, 4 … maxRows rows.
type prepared map[*form][]*sql.Stmt

func prepare(ctx context.Context, db *sql.DB, d *dialect, forms []*form) (prepared, error) {
	p := prepared{}
	for _, f := range forms {
		for n := 1; n <= maxRows; n *= 2 {
			stmt, err := db.PrepareContext(ctx, f.text(n, d))
			if err != nil {
				return nil, errors.Join(fmt.Errorf("preparing %q: %w", f.before, err), p.close())
			}
			p[f] = append(p[f], stmt)
		}
	}
	return p, nil
}

func (p prepared) close() error {
	var errs []error
	for _, list := range p {
		for _, stmt := range list {
			errs = append(errs, stmt.Close())
		}
	}
	return errors.Join(errs...)
}

// each runs f over all of args, as few statements as there are ones in the binary number of rows, and calls scan for each row that
// comes back.
func (p prepared) each(ctx context.Context, tx *sql.Tx, f *form, args []any, scan func(*sql.Rows) error) error {
	for i := len(p[f]) - 1; len(args) > 0; {
		n := f.width << i
		if len(args) < n {
			i--
			continue
		}
		stmt := tx.StmtContext(ctx, p[f][i])
		if scan == nil {
			if _, err := stmt.ExecContext(ctx, args[:n]...); err != nil {
				return err
			}
		} else if err := query(ctx, stmt, args[:n], scan); err != nil {
			return err
		}
		args = args[n:]
	}
	return nil
}

func query(ctx context.Context, stmt *sql.Stmt, args []any, scan func(*sql.Rows) error) error {
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
