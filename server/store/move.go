package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// tables are all that is moved, each after those that it refers to. The journal is brought in before; what a server that still runs adds is moved next time.
var tables = []string{"page", "page_url", "article", "article_source", "slug_alias", "removed", "category", "picture", "picture_use", "picture_file", "card", "daily",
	"salt", "reader", "event", "source", "asset", "session", "push_key", "push_subscription", "push_news"}

// Total is a figure of a database by which two are compared.
type Total struct {
	Name string
	N    int64
}

// Move copies everything from one database into another, in one transaction there, and compares the totals before it is committed. It tells progress when a
// table has been copied. The other database is to be empty, or to hold an older copy of the first, which is replaced: so it can be run again.
// No server may run on the other one.
func Move(ctx context.Context, from, to *Store, progress func(table string, rows int64)) ([]Total, error) {
	for _, s := range []*Store{from, to} {
		if err := s.BringIn(ctx); err != nil {
			return nil, err
		}
	}
	// What is read is of one moment.
	src, err := from.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return nil, fmt.Errorf("reading the database to move: %w", err)
	}
	defer src.Rollback()
	var forms []*form
	for _, t := range tables {
		f, err := copying(ctx, src, t)
		if err != nil {
			return nil, fmt.Errorf("reading table %s: %w", t, err)
		}
		forms = append(forms, f)
	}
	p, err := prepare(ctx, to.dialect, to.write, forms, []int{1, maxRows})
	if err != nil {
		return nil, err
	}
	defer p.close()
	m := &move{ctx: ctx, from: src, p: p, progress: progress}
	err = transact(ctx, to.write, func(tx *sql.Tx) error {
		m.to = tx
		for _, s := range []struct {
			d  *dialect
			tx *sql.Tx
		}{{from.dialect, src}, {to.dialect, tx}} {
			if err := s.d.wait(ctx, s.tx); err != nil {
				return err
			}
		}
		if err := to.dialect.unused(ctx, tx); err != nil {
			return err
		}
		if err := m.replaces(); err != nil {
			return err
		}
		if err := m.clear(); err != nil {
			return err
		}
		for i, t := range tables {
			if err := m.table(t, forms[i]); err != nil {
				return fmt.Errorf("copying table %s: %w", t, err)
			}
			if q := to.dialect.resume(t); q != "" {
				if _, err := tx.ExecContext(ctx, q); err != nil {
					return fmt.Errorf("numbering the rows of %s: %w", t, err)
				}
			}
		}
		return m.compare()
	})
	if err == nil {
		err = to.disk.settle(ctx)
	}
	return m.totals, err
}

// copying is the statement that copies a table's rows.
func copying(ctx context.Context, tx *sql.Tx, table string) (*form, error) {
	rows, err := tx.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	return &form{before: "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES ", width: len(columns)}, err
}

// move is the work of one Move.
type move struct {
	ctx      context.Context
	from, to *sql.Tx
	p        prepared
	progress func(string, int64)
	totals   []Total
}

// errElse says that the target holds what the source does not have.
var errElse = errors.New("the database to move into holds something else, and was left as it is; empty it or name another")

// replaces makes sure that nothing is lost: the source has every page and article of the target, and has counted no less.
func (m *move) replaces() error {
	type key struct {
		id   int64
		site string
		slug string // of an article; a page has none
	}
	type counts struct{ views, shares int64 }
	const q = "SELECT id, site, '' AS slug, views, shares FROM page UNION ALL SELECT id, site, slug, 0, 0 FROM article"
	there := map[key]counts{}
	read := func(tx *sql.Tx, f func(key, counts) error) error {
		return rowsOf(m.ctx, tx, q, nil, func(rows *sql.Rows) error {
			var k key
			var c counts
			if err := rows.Scan(&k.id, &k.site, &k.slug, &c.views, &c.shares); err != nil {
				return err
			}
			return f(k, c)
		})
	}
	if err := read(m.to, func(k key, c counts) error { there[k] = c; return nil }); err != nil {
		return fmt.Errorf("reading what is in the database to move into: %w", err)
	}
	err := read(m.from, func(k key, c counts) error {
		if t, ok := there[k]; ok && t.views <= c.views && t.shares <= c.shares {
			delete(there, k)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the database to move: %w", err)
	}
	for k, c := range there {
		if k.slug != "" {
			return fmt.Errorf("%w (such as the article %s of %s)", errElse, k.slug, k.site)
		}
		return fmt.Errorf("%w (such as page %d of %s with %d views and %d shares)", errElse, k.id, k.site, c.views, c.shares)
	}
	return nil
}

// clear removes an older copy.
func (m *move) clear() error {
	for i := len(tables) - 1; i >= 0; i-- {
		if _, err := m.to.ExecContext(m.ctx, "DELETE FROM "+tables[i]); err != nil {
			return fmt.Errorf("removing the older copy of table %s: %w", tables[i], err)
		}
	}
	return nil
}

func (m *move) table(name string, f *form) error {
	var n int64
	var args []any
	flush := func() error {
		err := m.p.each(m.ctx, m.to, f, args, nil)
		args = args[:0]
		return err
	}
	err := rowsOf(m.ctx, m.from, "SELECT * FROM "+name, nil, func(rows *sql.Rows) error {
		row, to := make([]any, f.width), make([]any, f.width)
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return err
		}
		n++
		if args = append(args, row...); len(args) < maxRows*f.width {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err == nil {
		m.progress(name, n)
	}
	return err
}

// compare holds the totals of both against each other.
func (m *move) compare() error {
	type figure struct{ name, q string }
	var figures []figure
	for _, t := range tables {
		figures = append(figures, figure{"rows of " + t, "SELECT COUNT(*) FROM " + t})
	}
	figures = append(figures, figure{"views", "SELECT COALESCE(SUM(views), 0) FROM page"}, figure{"shares", "SELECT COALESCE(SUM(shares), 0) FROM page"},
		figure{"views of former sites", "SELECT COALESCE(SUM(views_before), 0) FROM page"}, figure{"views by day", "SELECT COALESCE(SUM(n), 0) FROM daily WHERE type = 'view'"},
		figure{"shares by day", "SELECT COALESCE(SUM(n), 0) FROM daily WHERE type = 'share'"})
	for _, f := range figures {
		var here, there int64
		if err := m.from.QueryRowContext(m.ctx, f.q).Scan(&here); err != nil {
			return fmt.Errorf("adding up %s: %w", f.name, err)
		}
		if err := m.to.QueryRowContext(m.ctx, f.q).Scan(&there); err != nil {
			return fmt.Errorf("adding up %s: %w", f.name, err)
		}
		if here != there {
			return fmt.Errorf("%s: %d in the one, %d in the copy; nothing was moved", f.name, here, there)
		}
		m.totals = append(m.totals, Total{f.name, here})
	}
	return nil
}
