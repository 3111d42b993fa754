package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
)

// disk puts what was committed to SQLite's write-ahead log on the disk. SQLite would do so itself within each commit (synchronous = FULL) and hold up the
// next transaction meanwhile; so, the next one goes on, and one sync serves all that were committed before it. The bytes written are the same, as is
// what a reader of the log finds after the power has failed (https://sqlite.org/wal.html, "Checkpointing").
type disk struct {
	wal    string  // path of the log
	write  *sql.DB // the only connection that commits
	mu     sync.Mutex
	failed bool // to write, and nothing has been proved since
}

// errDisk says that what was committed may not be on the disk.
var errDisk = errors.New("writing to the disk")

// settle returns when all that was committed before is on the disk.
func (d *disk) settle(ctx context.Context) error {
	if d == nil {
		return nil
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.failed {
		if err := d.bringIn(ctx); err != nil {
			return fmt.Errorf("%w again: %w", errDisk, err)
		}
		d.failed = false
	}
	log, err := os.Open(d.wal)
	if errors.Is(err, fs.ErrNotExist) { // whoever closes a database last brings the log in, syncs the file and removes the log
		return nil
	}
	if err == nil {
		err = errors.Join(syncData(log), log.Close())
	}
	if err != nil {
		d.failed = true
		return fmt.Errorf("%w: %w", errDisk, err)
	}
	return nil
}

// bringIn has SQLite write all of the log into its file and sync that. After a sync has failed the system may take for written what is not, and a
// log with a gap is worth nothing behind it: another sync of it proves nothing.
func (d *disk) bringIn(ctx context.Context) error {
	var busy, frames, done int
	if err := d.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &done); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("the database is in use")
	}
	return nil
}
