package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

//go:embed migrations
var migrations embed.FS

// checkTime bounds the search for damage when a database is opened: a small one is searched whole, a large one does not hold up the start.
const checkTime = 2 * time.Second

// inspect reads a database without changing a byte of it, and says why it cannot be used.
func inspect(ctx context.Context, file string) error {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	db, err := connect(file, "ro")
	if err != nil {
		return err
	}
	defer db.Close()
	if err := inspectTables(ctx, db); err != nil {
		return damage(file, err)
	}
	return damage(file, check(ctx, db))
}

// errDamaged is what SQLite's own check has to say.
var errDamaged = errors.New("the check found")

func check(ctx context.Context, db *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var said string
	switch err := db.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&said); {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil
	case err != nil:
		return err
	case said != "ok":
		return fmt.Errorf("%w: %s", errDamaged, said)
	}
	return nil
}

// damage says plainly what SQLite's errors mean for a file that cannot be read.
func damage(file string, err error) error {
	var e *sqlite.Error
	if errors.Is(err, errDamaged) || errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_CORRUPT || e.Code()&0xff == sqlite3.SQLITE_NOTADB) {
		return fmt.Errorf("%s is damaged or not a database, and was left as it is; restore a backup or name another file: %w", file, err)
	}
	return err
}

// inspectTables refuses another program's database, and one with a migration that this version does not know.
func inspectTables(ctx context.Context, db *sql.DB) error {
	var tables, ours int
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*), COALESCE(SUM(CASE WHEN name = 'migration' THEN 1 ELSE 0 END), 0) FROM sqlite_master WHERE type = 'table'").Scan(&tables, &ours); err != nil {
		return fmt.Errorf("reading the database: %w", err)
	}
	if tables == 0 {
		return nil
	}
	if ours == 0 {
		return errors.New("this is another program's database; it was left as it is")
	}
	done, err := recorded(ctx, db)
	if err != nil {
		return err
	}
	for name := range done {
		if _, err := fs.Stat(migrations, name); err != nil {
			return fmt.Errorf("a newer version of Kabar has written this database (it has %s), so it was left as it is; use that version, or restore the backup from before the upgrade", path.Base(name))
		}
	}
	return nil
}

// recorded returns the names of the migrations that have run.
func recorded(ctx context.Context, db *sql.DB) (map[string]bool, error) {
	rows, err := db.QueryContext(ctx, "SELECT name FROM migration")
	if err != nil {
		return nil, fmt.Errorf("reading the database's version: %w", err)
	}
	defer rows.Close()
	done := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		done[name] = true
	}
	return done, rows.Err()
}

// migrate runs each numbered file that has not run, in a transaction of its own. Two servers that start at once run each once.
func migrate(ctx context.Context, db *sql.DB) error {
	if _, err := db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)"); err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err == nil {
			err = transact(ctx, db, func(tx *sql.Tx) error { return run(ctx, tx, name, string(text)) })
		}
		if err != nil {
			return fmt.Errorf("bringing the database up to date with %s: %w", path.Base(name), err)
		}
	}
	return nil
}

func run(ctx context.Context, tx *sql.Tx, name, text string) error {
	res, err := tx.ExecContext(ctx, "INSERT INTO migration (name) VALUES ($1) ON CONFLICT DO NOTHING", name)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, text)
	return err
}
