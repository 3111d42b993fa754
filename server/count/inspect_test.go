package count_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
)

// open reads the database behind the store's back.
func (f *fixture) open() *sql.DB {
	f.Helper()
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

// readerKey is the only reader's hash as SQLite's file has it: a row's number takes seven bits to a byte, the ninth byte all eight
// (https://sqlite.org/fileformat2.html, "varint").
func (f *fixture) readerKey() []byte {
	f.Helper()
	db := f.open()
	defer db.Close()
	var hash uint64
	if err := db.QueryRowContext(context.Background(), "SELECT hash FROM reader").Scan(&hash); err != nil {
		f.Fatal(err)
	}
	if hash < 1<<56 {
		var b []byte
		for ; hash > 0; hash >>= 7 {
			b = append([]byte{byte(hash&0x7f | 0x80)}, b...)
		}
		b[len(b)-1] &= 0x7f
		return b
	}
	b := []byte{byte(hash)}
	for hash >>= 8; len(b) < 9; hash >>= 7 {
		b = append([]byte{byte(hash&0x7f | 0x80)}, b...)
	}
	return b
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

// inFiles reports whether the database's files hold a word.
func (f *fixture) inFiles(word []byte) bool {
	f.Helper()
	found := false
	for _, suffix := range []string{"", "-wal", "-shm"} {
		data, err := os.ReadFile(f.path + suffix)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			f.Fatal(err)
		}
		found = found || bytes.Contains(data, word)
	}
	return found
}
