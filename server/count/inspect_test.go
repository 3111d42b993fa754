package count_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"strings"
)

// open reads the database behind the store's back, where all that was recorded is in its place.
func (f *fixture) open() *sql.DB {
	f.Helper()
	if err := f.store.BringIn(context.Background()); err != nil {
		f.Fatal(err)
	}
	driver, name := "sqlite", "file:"+f.path
	if f.path == f.dsn {
		driver, name = "pgx", f.dsn
	}
	db, err := sql.Open(driver, name)
	if err != nil {
		f.Fatal(err)
	}
	return db
}

// rows counts the rows of tables.
func (f *fixture) rows(tables ...string) (sum int) {
	f.Helper()
	db := f.open()
	defer db.Close()
	for _, t := range tables {
		var n int
		if err := db.QueryRowContext(context.Background(), "SELECT COUNT(*) FROM "+t).Scan(&n); err != nil {
			f.Fatal(err)
		}
		sum += n
	}
	return sum
}

func (f *fixture) blob(q string) (b []byte) {
	f.Helper()
	db := f.open()
	defer db.Close()
	if err := db.QueryRowContext(context.Background(), q).Scan(&b); err != nil {
		f.Fatal(err)
	}
	return b
}

// keys are numbers of a column as SQLite's file has them (https://sqlite.org/fileformat2.html, "Record Format").
func (f *fixture) keys(q string) (all [][]byte) {
	f.Helper()
	for _, key := range column[uint64](f, q) {
		b := binary.BigEndian.AppendUint64(nil, key)
		if key < 1<<47 { // six bytes are enough
			b = b[2:]
		}
		all = append(all, b)
	}
	return all
}

// daily is what happened by day, type, way, host and network.
func (f *fixture) daily() map[string]int {
	f.Helper()
	db := f.open()
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), "SELECT day || ' ' || type || ' ' || via || ' ' || host || ' ' || network || ' ', SUM(n) FROM daily GROUP BY 1")
	if err != nil {
		f.Fatal(err)
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var key string
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			f.Fatal(err)
		}
		out[key] = n
	}
	if err := rows.Err(); err != nil {
		f.Fatal(err)
	}
	return out
}

// blobs are all values of a query's only column.
func (f *fixture) blobs(q string) [][]byte {
	f.Helper()
	return column[[]byte](f, q)
}

func column[T any](f *fixture, q string) (all []T) {
	f.Helper()
	db := f.open()
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), q)
	if err != nil {
		f.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			f.Fatal(err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		f.Fatal(err)
	}
	return all
}

// inFiles reports whether the database's files hold a word.
func (f *fixture) inFiles(word []byte) bool {
	f.Helper()
	return strings.Contains(f.files(), string(word))
}

// files is every byte of the database and of what SQLite keeps beside it.
func (f *fixture) files() string {
	f.Helper()
	var all []byte
	for _, suffix := range []string{"", "-wal", "-shm"} {
		data, err := os.ReadFile(f.path + suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			f.Fatal(err)
		}
		all = append(all, data...)
	}
	return string(all)
}
