package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// dialect is everything that SQLite and PostgreSQL say differently.
type dialect struct {
	tables  string                    // a query for how many tables there are, and how many of them are called migration
	size    string                    // a query for how many bytes the database has
	schema  func(text string) string  // a migration in the database's words
	lock    string                    // a statement that keeps other transactions of the name $1 waiting; empty where only one writes anyway
	locking string                    // what ends a SELECT of pages p whose rows are to stay as they are until the transaction ends
	value   func(nth int) string      // what stands for a value in a list of many
	again   func(error) bool          // whether a transaction that failed with this is to be tried again
	resume  func(table string) string // a statement that makes the ids of new rows follow those that were written by hand
	destroy string                    // a statement that takes the salts that were deleted out of the files; empty where deleting does
	flush   string                    // a statement that empties the log, which may hold what was deleted; empty where that is not ours to do
	settle  string                    // a transaction that is on disk when it returns, with all that were committed before it; empty where disk sees to that
	patient string                    // a statement that lets its transaction stand still for long
	mine    string                    // a query whether no server runs, which lets none begin to work until the transaction ends; empty where it cannot be known
}

// hold keeps other transactions of that name waiting until this one ends.
func (d *dialect) hold(ctx context.Context, tx *sql.Tx, name string) error {
	if d.lock == "" {
		return nil
	}
	if _, err := tx.ExecContext(ctx, d.lock, name); err != nil {
		return fmt.Errorf("waiting for other transactions: %w", err)
	}
	return nil
}

// wait lets a transaction stand still for long.
func (d *dialect) wait(ctx context.Context, tx *sql.Tx) error {
	if d.patient == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, d.patient)
	return err
}

// unused makes sure, as far as can be known, that no server runs on the database.
func (d *dialect) unused(ctx context.Context, tx *sql.Tx) error {
	mine := true
	if d.mine != "" {
		if err := tx.QueryRowContext(ctx, d.mine).Scan(&mine); err != nil {
			return fmt.Errorf("asking whether a server runs: %w", err)
		}
	}
	if !mine {
		return errors.New("a server runs on the database to move into: stop it first")
	}
	return nil
}
