package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

//go:embed migrations
var migrations embed.FS

// inspect refuses another program's database, and one with a migration that this version does not know.
func inspect(ctx context.Context, db *sql.DB, d *dialect) error {
	var tables, ours int
	if err := db.QueryRowContext(ctx, d.tables).Scan(&tables, &ours); err != nil {
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

// upToDate refuses a database on which a migration has still to run.
func (s *Store) upToDate(ctx context.Context) error {
	done, err := recorded(ctx, s.read)
	if err != nil {
		return fmt.Errorf("there are no tables of Kabar's in it; kabar serve makes them: %w", err)
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		if !done[name] {
			return fmt.Errorf("an earlier version of Kabar has written this database (%s has not run), so it was left as it is: start this version's kabar serve, which brings it up to date, and try again", path.Base(name))
		}
	}
	return nil
}

// migrate runs each numbered file that has not run, in a transaction of its own. Servers that start at once run each once.
func (s *Store) migrate(ctx context.Context) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if err := s.dialect.hold(ctx, tx, "migration"); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, s.dialect.schema("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)"))
		return err
	})
	if err != nil {
		return fmt.Errorf("preparing the database: %w", err)
	}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		text, err := migrations.ReadFile(name)
		if err == nil {
			err = s.tx(ctx, func(tx *sql.Tx) error { return s.run(ctx, tx, name, string(text)) })
		}
		if err != nil {
			return fmt.Errorf("bringing the database up to date with %s: %w", path.Base(name), err)
		}
	}
	return nil
}

// run runs one migration, unless it has run. Another server that runs it keeps this one waiting at its name.
func (s *Store) run(ctx context.Context, tx *sql.Tx, name, text string) error {
	res, err := tx.ExecContext(ctx, "INSERT INTO migration (name) VALUES ($1) ON CONFLICT DO NOTHING", name)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err = tx.ExecContext(ctx, s.dialect.schema(text)); err != nil {
		return err
	}
	if more := afterwards[name]; more != nil {
		return more(s, ctx, tx)
	}
	return nil
}
