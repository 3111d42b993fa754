// Package store keeps articles, pictures and counts in SQLite. What it acknowledges is on disk.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", without cgo
)

//go:embed migrations
var migrations embed.FS

// Store is an open database.
type Store struct {
	write *sql.DB // one connection: SQLite has one writer, and waiting here is cheaper than its busy handler
	read  *sql.DB
	now   func() time.Time

	record   recorder
	versions sync.Map // site → *siteVersion
}

// siteVersion counts an office's changes since the program started.
type siteVersion struct{ news, counts atomic.Uint64 }

// busyTimeout is how long another process may hold the database, in milliseconds.
const busyTimeout = "5000"

// readers is how many connections read at once.
const readers = 8

// Open opens or makes the database that dsn names, as sqlite:path, and brings its tables up to date. It refuses a database that a newer
// version has written, and leaves it as it is.
func Open(ctx context.Context, dsn string) (*Store, error) {
	path, ok := strings.CutPrefix(dsn, "sqlite:")
	if !ok {
		return nil, errors.New("want sqlite:path; this version knows no other database")
	}
	open := func(more ...string) (*sql.DB, error) {
		q := url.Values{"_pragma": append([]string{"busy_timeout(" + busyTimeout + ")", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(ON)", "secure_delete(ON)", "temp_store(MEMORY)"}, more...), "_txlock": {"immediate"}}
		return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
	}
	write, err := open()
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	s := &Store{write: write, now: time.Now}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	if s.record, err = prepareRecorder(ctx, write); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing statements: %w", err), write.Close())
	}
	if s.read, err = open("query_only(ON)"); err != nil {
		return nil, errors.Join(err, write.Close())
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error { return errors.Join(s.read.Close(), s.write.Close()) }

// Ping asks the database for an answer.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	return s.read.QueryRowContext(ctx, "SELECT 1").Scan(&n)
}

// migrate runs each numbered file that has not run, in a transaction of its own.
func (s *Store) migrate(ctx context.Context) error {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	if _, err := s.write.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)"); err != nil {
		return fmt.Errorf("reading the database (is it one of Kabar's?): %w", err)
	}
	done := map[string]bool{}
	rows, err := s.write.QueryContext(ctx, "SELECT name FROM migration")
	if err != nil {
		return fmt.Errorf("reading the database's version: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		done[name] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, n := range names {
		delete(done, n)
	}
	for n := range done {
		return fmt.Errorf("a newer version of Kabar has written this database (it has %s); use that version, or restore the copy from before the upgrade", strings.TrimPrefix(n, "migrations/"))
	}
	for _, n := range names {
		if err := s.run(ctx, n); err != nil {
			return fmt.Errorf("bringing the database up to date with %s: %w", n, err)
		}
	}
	return nil
}

func (s *Store) run(ctx context.Context, name string) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "INSERT INTO migration (name) VALUES ($1) ON CONFLICT DO NOTHING", name)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		text, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, string(text))
		return err
	})
}

// tx runs f in a transaction of the one writer.
func (s *Store) tx(ctx context.Context, f func(*sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

func (s *Store) site(id string) *siteVersion {
	v, ok := s.versions.Load(id)
	if !ok {
		v, _ = s.versions.LoadOrStore(id, new(siteVersion))
	}
	return v.(*siteVersion)
}

// Version counts the changes to an office's articles and pictures since the program started: what was rendered before is old.
func (s *Store) Version(site string) uint64 { return s.site(site).news.Load() }

// CountVersion counts the changes to an office's totals since the program started.
func (s *Store) CountVersion(site string) uint64 { return s.site(site).counts.Load() }
