// Package store keeps articles, pictures and counts in SQLite or PostgreSQL. What it acknowledges is on disk. Any number of servers may share one
// PostgreSQL database.
//
// Its statements number their parameters and keep to what both databases understand; what they say differently is in their dialects.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kabar/app/news"
)

// Store is an open database.
type Store struct {
	// Now is the clock, time.Now unless a test sets another before it uses the store.
	Now func() time.Time

	// Patience is how long Record and Settle wait for a database on another machine, which may vanish without a word; 0 for one on this. Open sets it; a test may
	// set another before it uses the store.
	Patience time.Duration

	dialect  *dialect
	write    *sql.DB
	read     *sql.DB
	counting *sql.DB  // PostgreSQL's for Record, whose commits do not wait for the disk; nil for SQLite
	prepared prepared // SQLite's for Record
	peers    *peers   // the other servers of a database that can have some; nil for SQLite
	disk     *disk    // SQLite's; nil for PostgreSQL, whose commits, but for counting's, are on disk when they return
	journal  *journal // SQLite's, once its tables are up to date; nil for PostgreSQL

	versions sync.Map // site → *siteVersion
	deleted  sync.Map // table → the day from before which all rows were deleted, as a number
}

// siteVersion counts an office's changes since the program started.
type siteVersion struct {
	news, counts atomic.Uint64
	ranking      atomic.Pointer[ranking] // the last one made
}

// Open opens or makes the database that dsn names, as sqlite:path or postgres://user:password@host/name, and brings its tables up to date. It
// refuses a database that is damaged, or not Kabar's, or that a newer version has written, and leaves it as it is. Its errors never have the password.
func Open(ctx context.Context, dsn string) (*Store, error) {
	return open(ctx, dsn, (*Store).migrate)
}

// Visit opens a database for a command that runs beside a server: one that is there, and that this version has brought up to date. Any other it refuses
// and leaves as it is: a server of an earlier version would go on writing into tables that it does not know.
func Visit(ctx context.Context, dsn string) (*Store, error) {
	if path, isFile := strings.CutPrefix(dsn, "sqlite:"); isFile {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("%w; kabar serve makes it, and a path without a slash before it begins in the folder where the command runs", err)
		}
	}
	return open(ctx, dsn, (*Store).upToDate)
}

func open(ctx context.Context, dsn string, prepareTables func(*Store, context.Context) error) (s *Store, err error) {
	path, isFile := strings.CutPrefix(dsn, "sqlite:")
	if isFile && path != "" {
		s, err = openSQLite(ctx, path)
	} else if strings.HasPrefix(dsn, "postgres://") {
		s, err = openPostgres(ctx, dsn)
	} else {
		err = errors.New("want sqlite:path or postgres://user:password@host/name")
	}
	if err != nil {
		return nil, err
	}
	s.Now = time.Now
	if err = prepareTables(s, ctx); err == nil && isFile {
		s.journal = &journal{totals: map[int64]news.Counts{}}
		if s.prepared, err = prepare(ctx, s.dialect, s.write, counting, sizes, pageOfURL, dataVersion); err == nil {
			s.BringIn(ctx) // what a server has left that was killed; with a full disk, whatever is written next does it
		}
	}
	if err == nil {
		err = s.peers.listen(ctx, s)
	}
	if err != nil && isFile {
		err = plainly(path, err)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// pool has a database keep up to n connections.
func pool(db *sql.DB, n int) {
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
}

// Close closes the database.
func (s *Store) Close() error {
	errs := []error{s.peers.close(), s.prepared.close(), s.read.Close(), s.write.Close()}
	if s.counting != nil {
		errs = append(errs, s.counting.Close())
	}
	return errors.Join(errs...)
}

// Ping asks the database for an answer.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	return s.read.QueryRowContext(ctx, "SELECT 1").Scan(&n)
}

// attempts is how often a transaction is tried that got into the way of another server's.
const attempts = 5

// Settle returns when all that Record had recorded before it was called is on disk.
func (s *Store) Settle(ctx context.Context) error {
	if s.disk != nil {
		return s.disk.settle(ctx)
	}
	ctx, cancel := s.patiently(ctx)
	defer cancel()
	if _, err := s.write.ExecContext(ctx, s.dialect.settle, "kabar"); err != nil {
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	return nil
}

// patiently bounds what all readers' events wait for.
func (s *Store) patiently(ctx context.Context) (context.Context, context.CancelFunc) {
	if s.Patience == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, s.Patience)
}

// exec runs one statement, which is on disk when exec returns.
func (s *Store) exec(ctx context.Context, q string, args ...any) error {
	if _, err := s.write.ExecContext(ctx, q, args...); err != nil {
		return err
	}
	return s.disk.settle(ctx)
}

// tx runs f in a transaction, which is on disk when tx returns.
func (s *Store) tx(ctx context.Context, f func(*sql.Tx) error) error {
	if err := s.commit(ctx, f); err != nil {
		return err
	}
	return s.disk.settle(ctx)
}

// commit runs f in a transaction, and again when the database says that it got into the way of another. It has to be settled before anybody is told;
// whoever changes what pages show says so first (newsChanged), for readers see it already.
func (s *Store) commit(ctx context.Context, f func(*sql.Tx) error) error {
	if s.journal != nil {
		return s.alone(ctx, 0, func(tx *sql.Tx, _ bool) error { return f(tx) }, s.journal.drop) // f may have changed pages
	}
	return s.insist(func() error { return transact(ctx, s.write, f) })
}

// insist tries again when the database says that what was tried got into the way of another server's.
func (s *Store) insist(try func() error) (err error) {
	for range attempts {
		if err = try(); err == nil || !s.dialect.again(err) {
			return err
		}
	}
	return err
}

// beginError says that nothing of a transaction has happened.
type beginError struct{ error }

func (e beginError) Error() string { return "beginning a transaction: " + e.error.Error() }
func (e beginError) Unwrap() error { return e.error }

func transact(ctx context.Context, db interface {
	BeginTx(context.Context, *sql.TxOptions) (*sql.Tx, error)
}, f func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return beginError{err}
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

// newsChanged says, here and to the other servers, that an office's articles or pictures have changed.
func (s *Store) newsChanged(site string) {
	s.site(site).news.Add(1)
	s.peers.tell(change{site: site, news: true})
}

// countsChanged says that an office's totals have.
func (s *Store) countsChanged(site string) {
	s.site(site).counts.Add(1)
	s.peers.tell(change{site: site})
}
