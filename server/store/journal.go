package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"sync"

	"kabar/app/news"
)

// journal is what SQLite's Record has written down, one row behind the other, and not yet brought into the tables where it belongs. Those take a row of
// each reader, page and day at a place of its own, so that a transaction of thirty views would write a hundred pages of the file; brought in a thousand at
// a time they are a few for each. Every transaction but Record's begins with that. Whoever holds the connection that writes may use what is not guarded.
type journal struct {
	ids, readers map[int64]struct{} // in the table
	sorts        map[sort]int64     // the first row of each
	rows         int64              // in the table
	current      bool               // whether all this is so, but for what another program has changed
	version      int64              // of the database, which other programs' changes raise
	broughtIn    int64              // rows in the last transaction

	mu sync.Mutex
	// totals are those of the pages that were counted last, with what the journal says of them. A page of which it says anything is among them.
	totals  map[int64]news.Counts
	resting bool // the journal says nothing, and readers are to ask the table; Record need not, as long as no other program changes it
	turns   int  // how often totals were dropped or came to rest
}

const (
	maxJournal = 32_768 // events: bringing in so many holds up counting by a fifth of a second
	maxTotals  = 50_000 // pages: about 5 MB
)

// bringIn empties the journal. Rows go in in the order of their keys, so that a page of the file is changed once for all of its own.
const bringIn = `
INSERT OR IGNORE INTO event (id, day) SELECT id, salted FROM journal ORDER BY id;
INSERT OR IGNORE INTO reader (hash, day) SELECT hash, salted FROM journal WHERE hash IS NOT NULL ORDER BY hash;
INSERT INTO daily (page, day, type, via, host, network, n) SELECT new.page, s.day, s.type, s.via, s.host, s.network, new.n
	FROM (SELECT page, sort, COUNT(*) AS n FROM journal WHERE hash IS NOT NULL GROUP BY page, sort) AS new JOIN journal s ON s.seq = new.sort
	WHERE true ON CONFLICT (page, day, type, via, host, network) DO UPDATE SET n = daily.n + excluded.n;
UPDATE page SET views = page.views + new.views, shares = page.shares + new.shares
	FROM (SELECT j.page, SUM(s.type = 'view') AS views, SUM(s.type <> 'view') AS shares FROM journal j JOIN journal s ON s.seq = j.sort WHERE j.hash IS NOT NULL GROUP BY j.page) AS new
	WHERE page.id = new.page;
DELETE FROM journal`

// addSort adds the first row of a sort, which alone says what the others have in common with it.
const addSort = "INSERT INTO journal (seq, id, hash, salted, page, sort, day, type, via, host, network) VALUES ($1, $2, $3, $4, $5, $1, $6, $7, $8, $9, $10)"

// dataVersion tells what other connections have changed: one's own changes leave it as it is.
const dataVersion = "PRAGMA data_version"

// BringIn brings what Record has written down into the tables that reports are made of. What cannot be brought in now is so with the next transaction. When
// nothing was recorded since the last time, totals are from then on read from the tables, where those that other programs have counted are too.
func (s *Store) BringIn(ctx context.Context) error {
	j, stale := s.journal, false
	if j == nil {
		return nil
	}
	return s.alone(ctx, 0, func(_ *sql.Tx, unsure bool) error {
		stale = unsure
		return nil
	}, func() {
		switch {
		case stale:
			j.drop()
		case j.broughtIn == 0:
			j.rest()
		}
	})
}

// alone runs f in a transaction of SQLite's that has a journal of no more than so many events, and, once it is committed, then, before anybody else writes.
// Where unsure is true, the last one failed, or another program has changed the database since: what is remembered of totals may not hold.
func (s *Store) alone(ctx context.Context, most int64, f func(tx *sql.Tx, unsure bool) error, then func()) error {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return beginError{err}
	}
	defer conn.Close() // gives it back
	j := s.journal
	err = transact(ctx, conn, func(tx *sql.Tx) error {
		unsure, err := j.empty(ctx, tx, s.prepared, most)
		if err != nil {
			return fmt.Errorf("bringing in what was counted: %w", err)
		}
		return f(tx, unsure)
	})
	if j.current = err == nil; err == nil {
		then()
	}
	return err
}

// empty brings the journal in where it has more than so many events, or may have others than we know.
func (j *journal) empty(ctx context.Context, tx *sql.Tx, p prepared, most int64) (unsure bool, err error) {
	var version int64
	if err := p.row(ctx, tx, dataVersion).Scan(&version); err != nil {
		return false, err
	}
	unsure, j.broughtIn = !j.current || j.version != version, 0
	if !unsure && j.rows <= most {
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, bringIn); err != nil {
		return false, err
	}
	j.ids, j.readers, j.sorts, j.version = map[int64]struct{}{}, map[int64]struct{}{}, map[sort]int64{}, version
	j.rows, j.broughtIn = 0, j.rows
	return unsure, nil
}

// keep remembers pages' totals.
func (j *journal) keep(totals map[int64]news.Counts) {
	j.mu.Lock()
	defer j.mu.Unlock()
	maps.Copy(j.totals, totals)
	j.resting = false
}

// rest lets readers ask the table, which is to be right, until something is recorded.
func (j *journal) rest() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.resting = true
	j.turns++
}

// drop forgets them all. Those in the table are to be right.
func (j *journal) drop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.totals = map[int64]news.Counts{}
	j.turns++
}

// total is a page's, as it was read.
type total struct {
	page   int64
	counts *news.Counts
}

// latest calls read for totals, and puts those that the journal knows better in their place. It may call it again.
func (s *Store) latest(read func() ([]total, error)) error {
	j := s.journal
	if j == nil {
		_, err := read()
		return err
	}
	for {
		j.mu.Lock()
		turns := j.turns
		j.mu.Unlock()
		all, err := read()
		if err != nil || j.replace(all, turns) {
			return err
		}
	}
}

// replace does so, unless some were dropped or came to rest since: what was read may be from before they came to be in the table.
func (j *journal) replace(all []total, turns int) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.turns != turns {
		return false
	}
	if j.resting {
		return true
	}
	for _, t := range all {
		if c, ok := j.totals[t.page]; ok {
			*t.counts = c
		}
	}
	return true
}
