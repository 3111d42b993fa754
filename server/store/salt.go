package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
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

// Forget destroys salts and readers' hashes from before day, event ids from before eventDay, and sessions that have expired. What is deleted is
// overwritten with zeros in SQLite's file, and the write-ahead log is emptied, which may still hold it, and subscriptions that ended, too; PostgreSQL gets a
// new file of salts, and without them hashes say nothing.
func (s *Store) Forget(ctx context.Context, day, eventDay string) error {
	var gone int64
	for _, old := range []struct {
		q      string
		before any
	}{
		{"DELETE FROM salt WHERE day IN (SELECT day FROM salt WHERE day < $1 LIMIT $2)", day}, // the first: without it the hashes say nothing
		{"DELETE FROM reader WHERE (day, hash) IN (SELECT day, hash FROM reader WHERE day < $1 LIMIT $2)", day},
		{"DELETE FROM event WHERE day < $1 AND seq IN (SELECT seq FROM event ORDER BY seq LIMIT $2)", eventDay},
		{"DELETE FROM session WHERE token IN (SELECT token FROM session WHERE expires < $1 LIMIT $2)", s.Now().UnixMilli()},
	} {
		n, err := s.deleteAll(ctx, old.q, old.before)
		if err != nil {
			return fmt.Errorf("destroying old salts, hashes, event ids and sessions: %w", err)
		}
		gone += n
	}
	if gone == 0 {
		return s.erase(ctx, s.dialect.flush)
	}
	return s.erase(ctx, s.dialect.destroy, s.dialect.flush)
}

func (s *Store) erase(ctx context.Context, statements ...string) error {
	for _, q := range statements {
		if q == "" {
			continue
		}
		if _, err := s.write.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("removing what was destroyed from the disk: %w", err)
		}
	}
	return nil
}

// perDelete is how many rows one transaction destroys, so that events do not wait behind a day's worth of rows.
const perDelete = 2000

func (s *Store) deleteAll(ctx context.Context, q string, before any) (total int64, err error) {
	for n := int64(1); n > 0; total += n {
		res, err := s.write.ExecContext(ctx, q, before, perDelete)
		if err != nil {
			return total, err
		}
		if n, err = res.RowsAffected(); err != nil {
			return total, err
		}
	}
	return total, nil
}
