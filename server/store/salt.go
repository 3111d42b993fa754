package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"time"
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

// Forget destroys salts and readers' hashes from before day, event ids from before eventDay, and sessions that have expired. A salt of a day that is far
// off comes from a clock that was wrong: it goes too, with its hashes, and not only when that day has come and gone. What is deleted is overwritten with
// zeros in SQLite's file, and the write-ahead log is emptied, which may still hold it, and subscriptions that ended, too; PostgreSQL gets a new file of
// salts, and without them hashes say nothing.
func (s *Store) Forget(ctx context.Context, day, eventDay string) error {
	first, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return fmt.Errorf("destroying old salts: %w", err)
	}
	gone, err := s.forgetAhead(ctx, first.AddDate(0, 0, ahead).Format(time.DateOnly), day)
	if err != nil {
		return fmt.Errorf("destroying salts of days to come: %w", err)
	}
	for _, old := range []struct {
		q      string
		before any
	}{
		{"DELETE FROM salt WHERE day < $1", day}, // the first: without it the hashes say nothing
		{"DELETE FROM session WHERE expires < $1", s.Now().UnixMilli()},
	} {
		res, err := s.write.ExecContext(ctx, old.q, old.before)
		if err != nil {
			return fmt.Errorf("destroying old salts and sessions: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return fmt.Errorf("destroying old salts and sessions: %w", err)
		}
		gone += n
	}
	if err := s.forgetForeign(ctx); err != nil {
		return fmt.Errorf("destroying rows of an earlier version: %w", err)
	}
	for _, old := range []struct{ table, key, before string }{{"reader", "hash", day}, {"event", "id", eventDay}} {
		n, err := s.deleteBefore(ctx, old.table, old.key, old.before)
		if err != nil {
			return fmt.Errorf("destroying old rows of %s: %w", old.table, err)
		}
		gone += n
	}
	if gone == 0 {
		return s.erase(ctx, s.dialect.flush)
	}
	return s.erase(ctx, s.dialect.destroy, s.dialect.flush)
}

// forgetForeign destroys what a server of before 0040_small_keys, still running when another brought its file up to date, has written since: SQLite's
// columns take its texts too, which have no day that we could read.
func (s *Store) forgetForeign(ctx context.Context) error {
	if s.disk == nil {
		return nil
	}
	for _, q := range []string{"DELETE FROM reader WHERE hash >= ''", "DELETE FROM event WHERE id >= ''"} { // numbers come before texts, and texts before bytes
		if _, err := s.write.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	return nil
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

// ahead is how many days after the first whose salt stays the last one is: that first is yesterday or today, and a clock that is put back over midnight
// finds those whom it knew.
const ahead = 2

// forgetAhead destroys salts and hashes of days after last, and keeps the ids of their events as of today, so that those count once all the same.
func (s *Store) forgetAhead(ctx context.Context, last, today string) (gone int64, err error) {
	err = s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "DELETE FROM salt WHERE day > $1", last)
		if err != nil {
			return err
		}
		if gone, err = res.RowsAffected(); err != nil || gone == 0 {
			return err
		}
		lastDay, err := dayNumber(last)
		if err != nil {
			return err
		}
		now, err := dayNumber(today)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM reader WHERE day > $1", lastDay); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE event SET day = $2 WHERE day > $1", lastDay, now)
		return err
	})
	return gone, err
}

// perDelete is how many rows one transaction looks at, so that events do not wait behind a day's worth of rows.
const perDelete = 4000

// deleteBefore deletes the rows of days before one. It looks at all rows, in the order of their keys, and therefore once for each day only.
func (s *Store) deleteBefore(ctx context.Context, table, key, before string) (gone int64, err error) {
	day, err := dayNumber(before)
	if err != nil {
		return 0, err
	}
	if done, ok := s.deleted.Load(table); ok && done.(int64) == day {
		return 0, nil
	}
	last := "SELECT MAX(k) FROM (SELECT " + key + " AS k FROM " + table + " WHERE " + key + " >= $1 ORDER BY 1 LIMIT $2) AS part"
	q := "DELETE FROM " + table + " WHERE day < $1 AND " + key + " BETWEEN $2 AND $3"
	for from := int64(0); from >= 0; { // behind the largest key there is none
		var to sql.NullInt64
		if err := s.read.QueryRowContext(ctx, last, from, perDelete).Scan(&to); err != nil {
			return gone, err
		}
		if !to.Valid {
			break
		}
		res, err := s.write.ExecContext(ctx, q, day, from, to.Int64)
		if err != nil {
			return gone, err
		}
		n, err := res.RowsAffected()
		if err != nil {
			return gone, err
		}
		gone += n
		from = to.Int64 + 1
	}
	s.deleted.Store(table, day)
	return gone, nil
}
