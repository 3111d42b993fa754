package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"kabar/app/news"
)

// Happening is one event, ready to be recorded. It says nothing of the reader but a keyed hash.
type Happening struct {
	ID      string
	Site    string
	Page    int64
	Type    news.EventType
	Via     news.Via
	Host    string
	Network string
	Day     string // the office's local day on which it happened
	Hash    []byte // of the reader, for this page, type, network and day
	HashDay string // the day whose salt made Hash
}

// Record settles which happenings are new, by their ids and by their readers, adds those, and returns the totals of every page named.
// All of it is one transaction: when Record returns, it is on disk.
func (s *Store) Record(ctx context.Context, all []Happening) (map[int64]news.Counts, error) {
	totals := map[int64]news.Counts{}
	changed := map[string]bool{}
	err := s.tx(ctx, func(tx *sql.Tx) error {
		var ids, hashes []any
		for _, h := range all {
			ids = append(ids, h.ID, h.HashDay)
		}
		fresh, err := insertNew(ctx, tx, s.record.events, ids)
		if err != nil {
			return err
		}
		var candidates []Happening
		for _, h := range all {
			if fresh[h.ID] {
				delete(fresh, h.ID)
				candidates = append(candidates, h)
				hashes = append(hashes, h.HashDay, h.Hash)
			}
		}
		first, err := insertNew(ctx, tx, s.record.readers, hashes)
		if err != nil {
			return err
		}
		add := map[int64]news.Counts{}
		days := map[daily]int{}
		for _, h := range candidates {
			if !first[string(h.Hash)] {
				continue
			}
			delete(first, string(h.Hash))
			c := add[h.Page]
			if h.Type == news.View {
				c.Views++
			} else {
				c.Shares++
			}
			add[h.Page] = c
			changed[h.Site] = true
			days[daily{h.Page, h.Day, h.Type, h.Via, h.Host, h.Network}]++
		}
		for k, n := range days {
			if _, err := tx.StmtContext(ctx, s.record.addDaily).ExecContext(ctx, k.page, k.day, string(k.kind), string(k.via), k.host, k.network, n); err != nil {
				return err
			}
		}
		for _, h := range all {
			if _, done := totals[h.Page]; done {
				continue
			}
			var c news.Counts
			stmt, args := s.record.page, []any{h.Page}
			if a := add[h.Page]; a != (news.Counts{}) {
				stmt, args = s.record.addPage, []any{a.Views, a.Shares, h.Page}
			}
			if err := tx.StmtContext(ctx, stmt).QueryRowContext(ctx, args...).Scan(&c.Views, &c.Shares); err != nil {
				return err
			}
			totals[h.Page] = c
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("recording %d events: %w", len(all), err)
	}
	for site := range changed {
		s.site(site).counts.Add(1)
	}
	return totals, nil
}

// daily is a row's key in the table of that name.
type daily struct {
	page          int64
	day           string
	kind          news.EventType
	via           news.Via
	host, network string
}

// recorder holds the statements of Record, prepared once: at a thousand transactions a second, parsing SQL would be most of the work.
// Many rows go in by statements of 64, 32, … 1 rows.
type recorder struct {
	events, readers         []insert
	addDaily, addPage, page *sql.Stmt
}

// insert is a statement that inserts rows of two values and returns what was not there.
type insert struct {
	rows int
	stmt *sql.Stmt
}

const maxRows = 64

func prepareRecorder(ctx context.Context, db *sql.DB) (r recorder, err error) {
	prepare := func(q string) (stmt *sql.Stmt) {
		if err == nil {
			stmt, err = db.PrepareContext(ctx, q)
		}
		return stmt
	}
	for n := maxRows; n > 0; n /= 2 {
		values := " VALUES (?,?)" + strings.Repeat(",(?,?)", n-1) + " ON CONFLICT DO NOTHING RETURNING "
		r.events = append(r.events, insert{n, prepare("INSERT INTO event (id, day)" + values + "id")})
		r.readers = append(r.readers, insert{n, prepare("INSERT INTO reader (day, hash)" + values + "hash")})
	}
	r.addDaily = prepare("INSERT INTO daily (page, day, type, via, host, network, n) VALUES (?,?,?,?,?,?,?) ON CONFLICT (page, day, type, via, host, network) DO UPDATE SET n = n + excluded.n")
	r.addPage = prepare("UPDATE page SET views = views + ?, shares = shares + ? WHERE id = ? RETURNING views, shares")
	r.page = prepare("SELECT views, shares FROM page WHERE id = ?")
	return r, err
}

// insertNew inserts pairs and returns, by the column that the statements return, those that were not there.
func insertNew(ctx context.Context, tx *sql.Tx, statements []insert, pairs []any) (map[string]bool, error) {
	fresh := make(map[string]bool, len(pairs)/2)
	for len(pairs) > 0 {
		i := 0
		for statements[i].rows*2 > len(pairs) {
			i++
		}
		n := statements[i].rows * 2
		rows, err := tx.StmtContext(ctx, statements[i].stmt).QueryContext(ctx, pairs[:n]...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var key []byte
			if err := rows.Scan(&key); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			fresh[string(key)] = true
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
		pairs = pairs[n:]
	}
	return fresh, nil
}

// PageOfArticle returns what an article's count belongs to: news.ErrNotFound if there is no such article.
func (s *Store) PageOfArticle(ctx context.Context, site, slug string) (id int64, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT page FROM article WHERE site = ? AND slug = ?", site, slug).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, news.ErrNotFound
	}
	return id, err
}

// PageOfURL returns what the count of a canonical URL belongs to, making it when it is new.
func (s *Store) PageOfURL(ctx context.Context, site, address string) (id int64, err error) {
	find := func(q interface {
		QueryRowContext(context.Context, string, ...any) *sql.Row
	}) error {
		return q.QueryRowContext(ctx, "SELECT page FROM page_url WHERE site = ? AND url = ?", site, address).Scan(&id)
	}
	if err = find(s.read); !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	err = s.tx(ctx, func(tx *sql.Tx) error {
		if err := find(tx); !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		var err error
		if id, err = newPage(ctx, tx, site); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO page_url (site, url, page) VALUES (?,?,?)", site, address, id)
		return err
	})
	return id, err
}

// saltSize is of a day's key, in bytes: as long as the hash that it keys.
const saltSize = 32

// Salt returns the key of a day's hashes, making it when the day is new. Every server of one database has the same.
func (s *Store) Salt(ctx context.Context, day string) ([]byte, error) {
	secret := make([]byte, saltSize)
	rand.Read(secret) // never fails
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO salt (day, secret) VALUES (?,?) ON CONFLICT DO NOTHING", day, secret); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT secret FROM salt WHERE day = ?", day).Scan(&secret)
	})
	if err != nil {
		return nil, fmt.Errorf("reading the salt of %s: %w", day, err)
	}
	return secret, nil
}

// Forget destroys salts and readers' hashes from before day, and event ids from before eventDay.
func (s *Store) Forget(ctx context.Context, day, eventDay string) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		for q, before := range map[string]string{"DELETE FROM salt WHERE day < ?": day, "DELETE FROM reader WHERE day < ?": day, "DELETE FROM event WHERE day < ?": eventDay} {
			if _, err := tx.ExecContext(ctx, q, before); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("destroying old salts: %w", err)
	}
	return nil
}
