// Package store keeps articles, pictures and counts in SQLite. What it acknowledges is on disk.
//
// Its statements number their parameters and keep to what SQLite and PostgreSQL both understand.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite", without cgo
)

// Store is an open database.
type Store struct {
	// Now is the clock, time.Now unless a test sets another before it uses the store.
	Now func() time.Time

	write    *sql.DB // one connection: SQLite has one writer, and waiting here is cheaper than its busy handler
	read     *sql.DB
	prepared prepared

	versions sync.Map // site → *siteVersion
}

// siteVersion counts an office's changes since the program started.
type siteVersion struct {
	news, counts atomic.Uint64
	ranking      atomic.Pointer[ranking] // the last one made
}

// readers is how many connections read at once.
const readers = 8

// settings of every connection. A commit is on disk when it returns (synchronous), what is deleted is overwritten (secure_delete), and
// another process may hold the database for five seconds (busy_timeout, in milliseconds). The log is brought in after 16 MB: a transaction of
// 64 readers writes half a megabyte of scattered pages, and the same ones are often written again.
var settings = []string{"busy_timeout(5000)", "synchronous(FULL)", "foreign_keys(ON)", "secure_delete(ON)", "temp_store(MEMORY)", "wal_autocheckpoint(4000)"}

// Open opens or makes the database that dsn names, as sqlite:path, and brings its tables up to date. It refuses a database that is damaged, or
// not Kabar's, or that a newer version has written, and leaves it as it is.
func Open(ctx context.Context, dsn string) (*Store, error) {
	path, ok := strings.CutPrefix(dsn, "sqlite:")
	if !ok || path == "" {
		return nil, errors.New("want sqlite:path; this version knows no other database")
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("the database's folder: %w", err)
	}
	if err := inspect(ctx, path); err != nil {
		return nil, err
	}
	s := &Store{Now: time.Now}
	var err error
	if s.write, err = connect(path, "", "journal_mode(WAL)"); err != nil {
		return nil, err
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	if s.prepared, err = prepare(ctx, s.write); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	if s.read, err = connect(path, "", "query_only(ON)"); err != nil {
		return nil, errors.Join(err, s.write.Close())
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	return s, nil
}

// connect makes a pool of connections to the file, in a mode of SQLite's ("" is to read and write).
func connect(path, mode string, more ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append(append([]string{}, settings...), more...), "_txlock": {"immediate"}}
	if mode != "" {
		q.Set("mode", mode)
	}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
}

// Close closes the database.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.prepared.close(), s.write.Close())
}

// Ping asks the database for an answer.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	return s.read.QueryRowContext(ctx, "SELECT 1").Scan(&n)
}

// tx runs f in a transaction of the one writer.
func (s *Store) tx(ctx context.Context, f func(*sql.Tx) error) error {
	return transact(ctx, s.write, f)
}

func transact(ctx context.Context, db *sql.DB, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := f(tx); err != nil {
		if e := tx.Rollback(); e != nil && !errors.Is(e, sql.ErrTxDone) { // done: the context ended, which rolls back by itself
			return errors.Join(err, e)
		}
		return err
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
