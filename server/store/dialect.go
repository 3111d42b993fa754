package store

import (
	"context"
	"database/sql"
	"fmt"
)

// dialect is everything that SQLite and PostgreSQL say differently.
type dialect struct {
	tables  string                    // a query for how many tables there are, and how many of them are called migration
	schema  func(text string) string  // a migration in the database's words
	lock    string                    // a statement that keeps other transactions of the name $1 waiting; empty where only one writes anyway
	locking string                    // what ends a SELECT whose rows are to stay as they are until the transaction ends
	again   func(error) bool          // whether a transaction that failed with this is to be tried again
	resume  func(table string) string // a statement that makes the ids of new rows follow those that were written by hand
	destroy []string                  // statements that remove what was deleted from the disk
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
