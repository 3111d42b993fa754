package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite" // the driver "sqlite", without cgo
	sqlite3 "modernc.org/sqlite/lib"
)

var sqliteDialect = dialect{
	tables: "SELECT COUNT(*), COALESCE(SUM(CASE WHEN name = 'migration' THEN 1 ELSE 0 END), 0) FROM sqlite_master WHERE type = 'table'",
	size:   "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
	schema: func(text string) string { return text },
	value:  func(int) string { return "?" }, // where values have names, even numbers, the driver searches all names for each
	again:  func(error) bool { return false },
	resume: func(string) string { return "" }, // a rowid follows the largest
	flush:  "PRAGMA wal_checkpoint(TRUNCATE)", // the file itself is overwritten by secure_delete
}

// settings of every connection. A commit is in the write-ahead log when it returns, and on disk when Settle has returned (synchronous: see disk),
// what is deleted is overwritten (secure_delete), and another process may hold the database for five seconds (busy_timeout, in milliseconds). The
// log is brought in after 16 MB: a transaction of 64 readers writes half a megabyte of scattered pages, and the same ones are often written again.
var settings = []string{"busy_timeout(5000)", "synchronous(NORMAL)", "foreign_keys(ON)", "secure_delete(ON)", "temp_store(MEMORY)", "wal_autocheckpoint(4000)"}

// sqliteReaders is how many connections read at once. Each holds memory, and they are busy with the processor alone.
const sqliteReaders = 4

// openSQLite opens or makes a file.
func openSQLite(ctx context.Context, path string) (*Store, error) {
	slots()
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("the database's folder: %w", err)
	}
	if err := inspectFile(ctx, path); err != nil {
		return nil, err
	}
	write, err := connect(path, "", "journal_mode(WAL)", fmt.Sprintf("cache_size(-%d)", writerCache))
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1) // SQLite has one writer, and waiting here is cheaper than its busy handler
	read, err := connect(path, "", "query_only(ON)", fmt.Sprintf("cache_size(-%d)", readerCache))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	pool(read, sqliteReaders)
	return &Store{dialect: &sqliteDialect, write: write, read: read, disk: &disk{wal: path + "-wal", write: write}}, nil
}

// connect makes a pool of connections to the file, in a mode of SQLite's ("" is to read and write).
func connect(path, mode string, more ...string) (*sql.DB, error) {
	q := url.Values{"_pragma": append(append([]string{}, settings...), more...), "_txlock": {"immediate"}}
	if mode != "" {
		q.Set("mode", mode)
	}
	return sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+q.Encode())
}

// checkTime bounds the search for damage when a database is opened: a small one is searched whole, a large one does not hold up the start.
const checkTime = 2 * time.Second

// inspectFile reads a database without changing a byte of it, and says why it cannot be used.
func inspectFile(ctx context.Context, file string) error {
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
	if err := inspect(ctx, db, &sqliteDialect); err != nil {
		return plainly(file, err)
	}
	return plainly(file, check(ctx, db))
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
		return fmt.Errorf("%w: %s", errDamaged, strings.Join(strings.Fields(said), " ")) // in one line
	}
	return nil
}

// plainly says what SQLite's errors mean for a file that cannot be used.
func plainly(file string, err error) error {
	var e *sqlite.Error
	code := 0
	if errors.As(err, &e) {
		code = e.Code() & 0xff
	}
	switch {
	case errors.Is(err, errDamaged), code == sqlite3.SQLITE_CORRUPT, code == sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%s is damaged or not a database, and was left as it is; restore a backup or name another file: %w", file, err)
	case code == sqlite3.SQLITE_READONLY, code == sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("%s cannot be written: it and its folder must belong to the user that runs Kabar (now user %d), on a disk that is not read-only: %w", file, os.Getuid(), err)
	case code == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR:
		return fmt.Errorf("%s cannot be written: is there room on its disk? %w", file, err)
	}
	return err
}
