package store

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"kabar/app/news"
)

// atOnce records events in one statement, where inSteps asks seven times and waits for each answer from another process: on the way the totals would be
// held up for everybody. Of $1 to $5 each place is an event; $6 are the pages, and of $7 to $12 each place is a sort: all that daily tells apart. Pages are
// taken first and in order, so that two servers do not wait for each other; what counts for a page that is gone is left out. IS TRUE has
// PostgreSQL look a row up in a hash of the others whatever number it expects: it cannot know how many events there are.
var atOnce = strings.NewReplacer("TOTALS", totals, "LOCKING", postgresDialect.locking).Replace(`
WITH asked AS MATERIALIZED (
	SELECT * FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[]), CAST($4 AS BIGINT[]), CAST($5 AS INTEGER[])) WITH ORDINALITY AS asked (event, day, hash, page, sort, nth)
), pages AS MATERIALIZED (
	SELECT TOTALS FROM page p WHERE p.id = ANY (CAST($6 AS BIGINT[])) ORDER BY p.id LOCKING
), events AS (
	INSERT INTO event (id, day) SELECT event, day FROM asked WHERE (page IN (SELECT id FROM pages)) IS TRUE ORDER BY event ON CONFLICT DO NOTHING RETURNING id
), firsts AS MATERIALIZED (
	SELECT DISTINCT ON (hash) hash, day, sort FROM asked WHERE (event IN (SELECT id FROM events)) IS TRUE ORDER BY hash, nth
), readers AS (
	INSERT INTO reader (hash, day) SELECT hash, day FROM firsts ORDER BY hash ON CONFLICT DO NOTHING RETURNING hash
), added AS MATERIALIZED (
	SELECT (CAST($7 AS BIGINT[]))[sort] AS page, (CAST($8 AS TEXT[]))[sort] AS day, (CAST($9 AS TEXT[]))[sort] AS type, (CAST($10 AS TEXT[]))[sort] AS via, (CAST($11 AS TEXT[]))[sort] AS host, (CAST($12 AS TEXT[]))[sort] AS network, n
	FROM (SELECT sort, COUNT(*) AS n FROM firsts WHERE (hash IN (SELECT hash FROM readers)) IS TRUE GROUP BY sort) AS new
), days AS (
	INSERT INTO daily (page, day, type, via, host, network, n) SELECT page, day, type, via, host, network, n FROM added ORDER BY page, day, type, via, host, network
	ON CONFLICT (page, day, type, via, host, network) DO UPDATE SET n = daily.n + excluded.n
), summed AS (
	UPDATE page p SET views = p.views + a.views, shares = p.shares + a.shares
	FROM (SELECT page, CAST(SUM(CASE type WHEN 'view' THEN n ELSE 0 END) AS BIGINT) AS views, CAST(SUM(CASE type WHEN 'view' THEN 0 ELSE n END) AS BIGINT) AS shares FROM added GROUP BY page) AS a
	WHERE p.id = a.page AND p.id = ANY (CAST($6 AS BIGINT[])) RETURNING TOTALS
)
SELECT true, * FROM summed UNION ALL SELECT false, * FROM pages WHERE id NOT IN (SELECT id FROM summed)`)

// sort is what daily tells apart.
type sort struct {
	page          int64
	day           string
	kind          news.EventType
	via           news.Via
	host, network string
}

// recordAtOnce records all that counts for a page that is there, and then, if need be, what had to be searched for again.
func (s *Store) recordAtOnce(r *recording) error {
	r.begin()
	of := make([]int, len(r.all))
	for i := range of {
		of[i] = i
	}
	for len(of) > 0 {
		if unknown := slices.DeleteFunc(slices.Clone(of), func(i int) bool { return r.pages[i] != 0 }); len(unknown) > 0 {
			err := s.insist(func() error {
				return transact(r.ctx, s.counting, func(tx *sql.Tx) error { return r.search(tx, unknown) })
			})
			if err != nil {
				return err
			}
			if of = slices.DeleteFunc(of, func(i int) bool { return r.pages[i] == 0 }); len(of) == 0 {
				return nil
			}
		}
		if err := s.addAtOnce(r, of); err != nil {
			return err
		}
		of = slices.DeleteFunc(of, func(i int) bool { _, there := r.totals[r.pages[i]]; return there })
		for _, i := range of {
			r.pages[i] = 0
		}
	}
	return nil
}

func (s *Store) addAtOnce(r *recording, of []int) error {
	var events, days, hashes, pages, all, byPage []int64
	var sorts []int32
	var day, kind, via, host, network []string
	seen, known := make(map[int64]bool, len(of)), map[sort]int32{}
	for _, i := range of {
		h, id := &r.all[i], keyOf(r.all[i].ID)
		if !slices.Contains(all, r.pages[i]) {
			all = append(all, r.pages[i])
		}
		if seen[id] { // a repetition
			continue
		}
		seen[id] = true
		n, err := r.days.number(h.HashDay)
		if err != nil {
			return err
		}
		k := sort{r.pages[i], h.Day, h.Type, h.Via, h.Host, h.Network}
		if known[k] == 0 {
			byPage, day, kind, via, host, network = append(byPage, k.page), append(day, k.day), append(kind, string(k.kind)), append(via, string(k.via)), append(host, k.host), append(network, k.network)
			known[k] = int32(len(byPage))
		}
		events, days, hashes, pages, sorts = append(events, id), append(days, n), append(hashes, r.hash(i)), append(pages, r.pages[i]), append(sorts, known[k])
	}
	args := []any{events, days, hashes, pages, sorts, all, byPage, day, kind, via, host, network}
	err := s.insist(func() error { return rowsOf(r.ctx, s.counting, atOnce, args, r.scanAdded) })
	if err != nil {
		return fmt.Errorf("adding events: %w", err)
	}
	return nil
}

func (r *recording) scanAdded(rows *sql.Rows) error {
	var changed bool
	var id int64
	var c news.Counts
	if err := rows.Scan(append([]any{&changed}, into(&c, &id)...)...); err != nil {
		return err
	}
	r.totals[id] = c
	r.changed[id] = r.changed[id] || changed
	return nil
}

// search finds the pages of happenings.
func (r *recording) search(tx *sql.Tx, of []int) error {
	r.tx = tx
	for _, i := range of {
		var err error
		if r.pages[i], err = r.find(&r.all[i]); err != nil {
			return fmt.Errorf("finding the page of an event: %w", err)
		}
	}
	return nil
}
