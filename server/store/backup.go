package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Size is how many bytes the database has, without what waits in its log.
func (s *Store) Size(ctx context.Context) (n int64, err error) {
	err = s.read.QueryRowContext(ctx, s.dialect.size).Scan(&n)
	return n, err
}

// secrets are the tables that a backup leaves empty: what recognises a reader is destroyed within two days and may not live on in a copy,
// and nobody stays signed in by one. What is in the journal is counted first.
var secrets = []struct{ table, empty string }{{"journal", bringIn}, {"salt", "DELETE FROM salt"}, {"reader", "DELETE FROM reader"}, {"session", "DELETE FROM session"}}

// Backup writes a consistent copy of the SQLite database that dsn names to the file to, which must not exist. Programs that use the database
// go on meanwhile. The copy is checked and on disk when Backup returns; it has the version of the original, so that the program before an
// upgrade can use it.
func Backup(ctx context.Context, dsn, to string) (err error) {
	path, ok := strings.CutPrefix(dsn, "sqlite:")
	if !ok || path == "" {
		return errors.New("only a SQLite database is copied so; for PostgreSQL use pg_dump")
	}
	if _, err := os.Stat(path); err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s exists already; name a file that does not", to)
	}
	f, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".part-*") // for the owner only
	if err != nil {
		return err
	}
	part := f.Name()
	defer func() {
		for _, name := range []string{part, part + "-journal"} {
			if e := os.Remove(name); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	err = copyInto(ctx, path, part)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(part, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func copyInto(ctx context.Context, path, part string) error {
	if err := inspectFile(ctx, path); err != nil {
		return err
	}
	from, err := connect(path, "ro")
	if err != nil {
		return err
	}
	defer from.Close()
	if _, err := from.ExecContext(ctx, "VACUUM INTO $1", part); err != nil {
		return plainly(path, fmt.Errorf("copying the database: %w", err))
	}
	db, err := connect(part, "", "journal_mode(DELETE)") // one file, whole
	if err != nil {
		return err
	}
	err = transact(ctx, db, func(tx *sql.Tx) error { return forgetReaders(ctx, tx) })
	if err == nil {
		err = integrity(ctx, db)
	}
	return errors.Join(err, db.Close())
}

func forgetReaders(ctx context.Context, tx *sql.Tx) error {
	for _, s := range secrets {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1", s.table).Scan(&n); err != nil {
			return err
		}
		if n == 0 { // an older version's database
			continue
		}
		if _, err := tx.ExecContext(ctx, s.empty); err != nil {
			return fmt.Errorf("leaving %s out of the copy: %w", s.table, err)
		}
	}
	return nil
}

func integrity(ctx context.Context, db *sql.DB) error {
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said); err != nil {
		return fmt.Errorf("checking the copy: %w", err)
	}
	if said != "ok" {
		return fmt.Errorf("checking the copy: %s", said)
	}
	return nil
}
