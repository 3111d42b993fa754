package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"math"
)

// saltSize is of a day's key, in bytes: as long as the hash that it keys.
const saltSize = 32

// Salt returns the key of a day's hashes, making it when the day is new. Every server of one database has the same.
func (s *Store) Salt(ctx context.Context, day string) ([]byte, error) {
	secret := make([]byte, saltSize)
	rand.Read(secret) // never fails
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO salt (day, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING", day, secret); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT secret FROM salt WHERE day = $1", day).Scan(&secret)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the salt of %s: %w", day, err)
	}
	return secret, nil
}

// Forget destroys salts and readers' hashes from before day, and event ids from before eventDay. What is deleted is overwritten with zeros in
// SQLite's file, and the write-ahead log, which may still hold it, is emptied; PostgreSQL gets a new file of salts, and without them hashes say nothing.
func (s *Store) Forget(ctx context.Context, day, eventDay string) error {
	res, err := s.write.ExecContext(ctx, "DELETE FROM salt WHERE day < $1", day) // the first: without it the hashes say nothing
	if err != nil {
		return fmt.Errorf("destroying old salts: %w", err)
	}
	gone, err := res.RowsAffected()
	if err != nil {
		return fmt.Errorf("destroying old salts: %w", err)
	}
	for _, old := range []struct{ table, key, before string }{{"reader", "hash", day}, {"event", "id", eventDay}} {
		n, err := s.deleteBefore(ctx, old.table, old.key, old.before)
		if err != nil {
			return fmt.Errorf("destroying old rows of %s: %w", old.table, err)
		}
		gone += n
	}
	if gone == 0 {
		return nil
	}
	for _, q := range s.dialect.destroy {
		if _, err := s.write.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("removing what was destroyed from the disk: %w", err)
		}
	}
	return nil
}

// perDelete is about how many rows one transaction looks at, so that events do not wait behind a day's worth of rows.
const perDelete = 4000

// deleteBefore deletes the rows of days before one. Keys are hashes, and so spread evenly: equal parts of their range have about as many rows each. It
// looks at all rows, and therefore once a day only.
func (s *Store) deleteBefore(ctx context.Context, table, key, before string) (gone int64, err error) {
	day, err := dayNumber(before)
	if err != nil {
		return 0, err
	}
	if done, ok := s.deleted.Load(table); ok && done.(int64) >= day {
		return 0, nil
	}
	var rows int64
	if err := s.read.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&rows); err != nil {
		return 0, err
	}
	parts := rows/perDelete + 1
	step := math.MaxInt64 / parts
	q := "DELETE FROM " + table + " WHERE day < $1 AND " + key + " BETWEEN $2 AND $3"
	for i := range parts {
		from, to := i*step, i*step+step-1
		if i == parts-1 {
			to = math.MaxInt64
		}
		res, err := s.write.ExecContext(ctx, q, day, from, to)
		if err != nil {
			return gone, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return gone, err
		}
		gone += n
	}
	s.deleted.Store(table, day)
	return gone, nil
}
