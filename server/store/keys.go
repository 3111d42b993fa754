package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
	"time"
)

// Key makes a number of the first 63 bits of a hash. Of ten million of one day, two are the same once in 200,000 days.
func Key(hash []byte) int64 { return int64(binary.BigEndian.Uint64(hash) >> 1) }

// Keys of ids that begin with their time: so many bits are of the time, in seconds, which go round in 24 days, when the id has long been forgotten. The
// rest is enough for ten thousand events of one second, of which two are the same once in a day of such seconds.
const (
	timeBits = 21
	restBits = 63 - timeBits
)

// keyOf is an event's key. Whoever finds another id of the same key has only found how to send an event that does not count. Where the id begins with its
// time in milliseconds, as those of our own pages do, the key does too: what comes together is then stored together, and a transaction writes a page or two
// of the table, where it would write one for each event.
func keyOf(id string) int64 {
	sum := sha256.Sum256([]byte(id))
	key := Key(sum[:])
	if ms, ok := timeOf(id); ok {
		key = ms/1000<<restBits&(1<<63-1) | key&(1<<restBits-1)
	}
	return key
}

// timeOf reads the time that an id begins with, in 13 digits: milliseconds since 1970, until 2286.
func timeOf(id string) (ms int64, ok bool) {
	const digits = 13
	if len(id) < digits {
		return 0, false
	}
	for _, c := range []byte(id[:digits]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		ms = 10*ms + int64(c-'0')
	}
	return ms, true
}

// dayNumber is a day such as 2026-08-12 in days since 1970.
func dayNumber(day string) (int64, error) {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0, fmt.Errorf("reading a day: %w", err)
	}
	return t.Unix() / (24 * 60 * 60), nil
}

// dayNumbers remembers days' numbers: those that come together are of few days.
type dayNumbers map[string]int64

func (d dayNumbers) number(day string) (n int64, err error) {
	n, ok := d[day]
	if !ok {
		n, err = dayNumber(day)
		d[day] = n
	}
	return n, err
}

// afterwards is what a migration has to do that SQL cannot, in the same transaction.
var afterwards = map[string]func(*Store, context.Context, *sql.Tx) error{"migrations/0040_small_keys.sql": (*Store).shortenKeys}

// shortenKeys brings events and readers over from the tables that had texts for keys, so that an upgrade counts nobody twice.
func (s *Store) shortenKeys(ctx context.Context, tx *sql.Tx) error {
	var id, day string
	err := s.rekey(ctx, tx, "event (id, day)", "SELECT id, day FROM event_by_text WHERE id > $1 ORDER BY id LIMIT $2", func() []any { return []any{id} }, func(rows *sql.Rows) (int64, string, error) {
		err := rows.Scan(&id, &day)
		return keyOf(id), day, err
	})
	if err != nil {
		return fmt.Errorf("bringing events over: %w", err)
	}
	hash := []byte{}
	day = ""
	err = s.rekey(ctx, tx, "reader (hash, day)", "SELECT hash, day FROM reader_by_text WHERE (day, hash) > ($1, $2) ORDER BY day, hash LIMIT $3", func() []any { return []any{day, hash} }, func(rows *sql.Rows) (int64, string, error) {
		err := rows.Scan(&hash, &day)
		return Key(hash), day, err
	})
	if err != nil {
		return fmt.Errorf("bringing readers over: %w", err)
	}
	for _, table := range []string{"event_by_text", "reader_by_text"} {
		if _, err := tx.ExecContext(ctx, "DROP TABLE "+table); err != nil {
			return fmt.Errorf("removing %s: %w", table, err)
		}
	}
	return nil
}

// rekey writes into a table what a query finds behind the row where it was last, so many rows at a time.
func (s *Store) rekey(ctx context.Context, tx *sql.Tx, table, q string, behind func() []any, read func(*sql.Rows) (key int64, day string, err error)) error {
	insert := &form{before: "INSERT INTO " + table + " VALUES ", width: 2, after: " ON CONFLICT DO NOTHING"}
	for {
		var row []any
		err := rowsOf(ctx, tx, q, append(behind(), maxRows), func(rows *sql.Rows) error {
			key, day, err := read(rows)
			if err != nil {
				return err
			}
			n, err := dayNumber(day)
			row = append(row, key, n)
			return err
		})
		if err != nil || len(row) == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, insert.text(s.dialect, len(row)/2), row...); err != nil {
			return err
		}
	}
}
