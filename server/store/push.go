package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kabar/app/news"
)

// PushAge is how long after it came an article is still told.
const PushAge = 24 * time.Hour

// PushKeys returns the server's pair of keys for Web Push: the one given, unless there is one already. Every server of one database has the same.
func (s *Store) PushKeys(ctx context.Context, private, public string) (string, string, error) {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO push_key (one, private, public) VALUES (1, $1, $2) ON CONFLICT DO NOTHING", private, public); err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT private, public FROM push_key").Scan(&private, &public)
	})
	if err != nil {
		return "", "", fmt.Errorf("reading the keys for notifications: %w", err)
	}
	return private, public, nil
}

// PushSubscription is where a browser takes notifications, and of what.
type PushSubscription struct {
	Endpoint   string   // of its push service; who knows it can send there, so it is never logged
	Key, Auth  string   // the browser's public key and secret, base64url
	Categories []string // none: all news
}

// ErrPushFull says that an office has as many subscriptions as it may have.
var ErrPushFull = errors.New("no more subscriptions are taken")

// Subscribe keeps a subscription to an office's news from now on, at most so many of an office. One that is known keeps its place and takes what is
// new in it.
func (s *Store) Subscribe(ctx context.Context, site string, p PushSubscription, most int) error {
	categories, err := json.Marshal(append([]string{}, p.Categories...))
	if err != nil {
		return err
	}
	err = s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "UPDATE push_subscription SET key = $1, auth = $2, categories = $3, tries = 0 WHERE site = $4 AND endpoint = $5", p.Key, p.Auth, string(categories), site, p.Endpoint)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); n > 0 || err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM push_subscription WHERE site = $1", site).Scan(&n); err != nil {
			return err
		}
		if n >= most {
			return ErrPushFull
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO push_subscription (site, endpoint, key, auth, categories, seen) SELECT $1, $2, $3, $4, $5, COALESCE(MAX(seq), 0) FROM push_news WHERE site = $1",
			site, p.Endpoint, p.Key, p.Auth, string(categories))
		return err
	})
	if err != nil {
		return fmt.Errorf("keeping a subscription to %s: %w", site, err)
	}
	return nil
}

// Unsubscribe forgets a subscription, if there is one.
func (s *Store) Unsubscribe(ctx context.Context, site, endpoint string) error {
	if err := s.exec(ctx, "DELETE FROM push_subscription WHERE site = $1 AND endpoint = $2", site, endpoint); err != nil {
		return fmt.Errorf("forgetting a subscription to %s: %w", site, err)
	}
	return nil
}

// announce puts a new article before those who asked for it. The last row stays, so that no number comes twice.
func (in *ingest) announce(slug string) error {
	err := in.exec("INSERT INTO push_news (site, seq, slug, at) SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3 FROM push_news WHERE site = $1", in.site, slug, in.now.UnixMilli())
	if err != nil {
		return err
	}
	return in.exec("DELETE FROM push_news WHERE site = $1 AND at < $2 AND seq < (SELECT MAX(n.seq) FROM push_news n WHERE n.site = $1)", in.site, in.now.Add(-PushAge).UnixMilli())
}

// PushNews is an article that may be told.
type PushNews struct {
	news.Article // without its body
	Seq          int64
}

// PushNews returns what came to an office in the last PushAge, except in the last moments, newest first.
func (s *Store) PushNews(ctx context.Context, site string, except time.Duration) ([]PushNews, error) {
	now := s.Now()
	var out []PushNews
	err := s.each(ctx, "SELECT "+listed+", n.seq FROM push_news n JOIN article a ON a.site = n.site AND a.slug = n.slug JOIN page p ON p.id = a.page WHERE n.site = $1 AND n.at > $2 AND n.at <= $3 ORDER BY n.seq DESC",
		[]any{site, now.Add(-PushAge).UnixMilli(), now.Add(-except).UnixMilli()}, func(rows *sql.Rows) error {
			var id, page int64
			var n PushNews
			err := scanArticle(rows, &id, &page, &n.Article, &n.Seq)
			out = append(out, n)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("listing what is to be told of %s: %w", site, err)
	}
	var images []*news.Image
	for _, n := range out {
		if n.Image != nil {
			images = append(images, n.Image)
		}
	}
	if err := s.pictures(ctx, site, images); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Image = ours(out[i].Image)
	}
	return out, nil
}

// PushTurn is a subscription that one server is at. What came of it goes into Seen, Due, Tries and Gone.
type PushTurn struct {
	PushSubscription
	Seen  int64     // the last PushNews.Seq that was told, or was none of theirs
	Due   time.Time // not before this again; zero: as it was
	Tries int       // in vain, in a row
	Gone  bool      // it is to be forgotten

	id, claim int64
}

// ClaimPush takes some subscriptions that have not seen everything up to newest, and for a while gives them to no other server.
func (s *Store) ClaimPush(ctx context.Context, site string, newest int64, some int, lease time.Duration) ([]PushTurn, error) {
	now := s.Now()
	const waiting = "SELECT id FROM push_subscription WHERE site = $1 AND seen < $2 AND due <= $3 AND claimed <= $3 LIMIT $4"
	args := []any{site, newest, now.UnixMilli(), some}
	var id int64
	if err := s.read.QueryRowContext(ctx, waiting, args...).Scan(&id); errors.Is(err, sql.ErrNoRows) {
		return nil, nil // asked every few seconds: nothing is written for it
	} else if err != nil {
		return nil, fmt.Errorf("looking for subscriptions to %s: %w", site, err)
	}
	var out []PushTurn
	err := s.tx(ctx, func(tx *sql.Tx) error {
		claim := now.Add(lease).UnixMilli()
		rows, err := tx.QueryContext(ctx, "UPDATE push_subscription SET claimed = $5 WHERE id IN ("+waiting+") RETURNING id, endpoint, key, auth, categories, seen, tries", append(args, claim)...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			t := PushTurn{claim: claim}
			var categories string
			if err := rows.Scan(&t.id, &t.Endpoint, &t.Key, &t.Auth, &categories, &t.Seen, &t.Tries); err != nil {
				return err
			}
			if err := json.Unmarshal([]byte(categories), &t.Categories); err != nil {
				return err
			}
			out = append(out, t)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("claiming subscriptions to %s: %w", site, err)
	}
	return out, nil
}

// EndPush keeps what came of turns, and lets go of them. One that took longer than its claim changes nothing.
func (s *Store) EndPush(ctx context.Context, turns []PushTurn) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		for _, t := range turns {
			q, args := "UPDATE push_subscription SET claimed = 0, seen = $3, tries = $4, due = CASE WHEN $5 <> 0 THEN $5 ELSE due END WHERE id = $1 AND claimed = $2", []any{t.id, t.claim, t.Seen, t.Tries, millis(t.Due)}
			if t.Gone {
				q, args = "DELETE FROM push_subscription WHERE id = $1 AND claimed = $2", args[:2]
			}
			if _, err := tx.ExecContext(ctx, q, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping which notifications were sent: %w", err)
	}
	return nil
}
