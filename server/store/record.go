package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"kabar/app/news"
)

// Happening is one event, ready to be recorded. It says nothing of the reader but a keyed hash.
type Happening struct {
	ID       string
	Site     string
	Page     int64  // what it counts for, as an earlier Result said; 0: find it by Slug or URL
	Slug     string // of an article, or else
	URL      string // canonical
	Make     bool   // whether a URL that is not known may become a page that is counted
	Type     news.EventType
	Via      news.Via
	Host     string
	Network  string
	Day      string                 // the office's local day on which it happened
	HashDay  string                 // the day whose salt keys Hash
	PageHash int64                  // Hash of Page, where it is known; else 0
	Hash     func(page int64) int64 // Key of the reader's hash, for this page, type, network and day
}

// Result is what became of a Happening.
type Result struct {
	Page   int64       // what it counts for; 0: there is no such article or address, and nothing was recorded
	Counts news.Counts // the page's totals, with all that was recorded along with it
}

// Record decides which happenings are new, by their ids and by their readers, and adds those: what counts for one page wholly or not at all. They are on
// disk when Settle has been called afterwards and has returned; until then nobody may be told. Results stand in the order of the happenings.
func (s *Store) Record(ctx context.Context, all []Happening) ([]Result, error) {
	ctx, cancel := s.patiently(ctx)
	defer cancel()
	r := recording{ctx: ctx, p: s.prepared, all: all}
	var err error
	if s.counting != nil {
		if err = s.recordAtOnce(&r); err == nil {
			r.answer()
		}
	} else {
		err = s.recordInSteps(&r)
	}
	if err != nil {
		return nil, fmt.Errorf("recording %d events: %w", len(all), err)
	}
	changed := map[string]bool{}
	for i, h := range r.all {
		if r.changed[r.pages[i]] && !changed[h.Site] {
			changed[h.Site] = true
			s.countsChanged(h.Site)
		}
	}
	return r.results, nil
}

// recording is the work of one Record.
type recording struct {
	ctx     context.Context
	tx      *sql.Tx
	p       prepared
	all     []Happening
	pages   []int64               // of all, one by one
	totals  map[int64]news.Counts // of those pages
	known   map[int64]news.Counts // of others too: the journal's
	results []Result
	changed map[int64]bool // which of those pages something was added to
	days    dayNumbers
}

// begin forgets what an attempt before this one has found.
func (r *recording) begin() {
	r.pages, r.totals, r.changed, r.days = make([]int64, len(r.all)), map[int64]news.Counts{}, map[int64]bool{}, dayNumbers{}
	for i := range r.all {
		r.pages[i] = r.all[i].Page
	}
}

// recordInSteps records one thing after the other, which costs little in a database that is part of the program.
func (s *Store) recordInSteps(r *recording) error {
	r.begin()
	j, anew := s.journal, false
	return s.alone(r.ctx, maxJournal, func(tx *sql.Tx, unsure bool) error {
		r.tx, anew = tx, unsure || len(j.totals) > maxTotals && j.rows == 0
		if !anew {
			r.known = j.totals
		}
		if err := r.findPages(); err != nil {
			return err
		}
		return r.settle(j)
	}, func() {
		if anew {
			j.drop()
		}
		j.keep(r.totals)
		r.answer()
	})
}

// answer makes the results.
func (r *recording) answer() {
	r.results = make([]Result, len(r.all))
	for i, page := range r.pages {
		r.results[i] = Result{page, r.totals[page]}
	}
}

// findPages settles what each happening counts for, and keeps those pages as they are until the transaction ends. A page that was known may be gone:
// its article was found to be another one's. Then it is searched for.
func (r *recording) findPages() error {
	unsettled := make([]int, len(r.all))
	for i := range unsettled {
		unsettled[i] = i
	}
	for len(unsettled) > 0 {
		if err := r.readTotals(unsettled); err != nil {
			return fmt.Errorf("reading pages: %w", err)
		}
		unsettled = slices.DeleteFunc(unsettled, func(i int) bool { _, there := r.totals[r.pages[i]]; return there })
		articles, err := r.articles(unsettled)
		if err != nil {
			return fmt.Errorf("finding the articles of events: %w", err)
		}
		var found []int
		for _, i := range unsettled {
			h := &r.all[i]
			if h.Slug != "" {
				r.pages[i] = articles[[2]string{h.Site, h.Slug}] // whose totals were read
				continue
			}
			if r.pages[i], err = r.find(h); err != nil {
				return fmt.Errorf("finding the page of an event: %w", err)
			}
			if r.pages[i] != 0 {
				found = append(found, i)
			}
		}
		unsettled = found
	}
	return nil
}

// articles finds the pages of those happenings that name an article, by office and slug, and reads their totals.
func (r *recording) articles(of []int) (map[[2]string]int64, error) {
	out := map[[2]string]int64{}
	var args []any
	for _, i := range of {
		h := &r.all[i]
		key := [2]string{h.Site, h.Slug}
		if _, asked := out[key]; h.Slug != "" && !asked {
			out[key], args = 0, append(args, h.Site, h.Slug)
		}
	}
	err := r.p.each(r.ctx, r.tx, findArticles, args, func(rows *sql.Rows) error {
		var site, slug string
		page, err := r.scanTotals(rows, &site, &slug)
		out[[2]string{site, slug}] = page
		return err
	})
	return out, err
}

// readTotals reads the pages of some happenings. Every server takes them in the same order, so that two do not wait for each other.
func (r *recording) readTotals(of []int) error {
	asked := map[int64]bool{0: true}
	var ids []int64
	for _, i := range of {
		id := r.pages[i]
		if _, ok := r.totals[id]; ok || asked[id] {
			continue
		}
		if c, ok := r.known[id]; ok {
			r.totals[id] = c
			continue
		}
		asked[id] = true
		ids = append(ids, id)
	}
	slices.Sort(ids)
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return r.p.each(r.ctx, r.tx, readPages, args, func(rows *sql.Rows) error {
		_, err := r.scanTotals(rows)
		return err
	})
}

// scanTotals reads a page's totals behind what first takes.
func (r *recording) scanTotals(rows *sql.Rows, first ...any) (page int64, err error) {
	var c news.Counts
	if err := rows.Scan(append(first, into(&c, &page)...)...); err != nil {
		return 0, err
	}
	if latest, ok := r.known[page]; ok {
		c = latest
	}
	r.totals[page] = c
	return page, nil
}

// find returns the page of an article or address, making it where that is allowed, or 0.
func (r *recording) find(h *Happening) (id int64, err error) {
	q, key := pageOfSlug, h.Slug
	if h.Slug == "" {
		q, key = pageOfURL, h.URL
	}
	err = r.p.row(r.ctx, r.tx, q, h.Site, key).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	if h.Slug != "" || !h.Make {
		return 0, nil
	}
	return newPage(r.ctx, r.tx, h.Site, h.URL)
}

const (
	pageOfURL  = "SELECT page FROM page_url WHERE site = $1 AND url = $2"
	pageOfSlug = "SELECT page FROM article WHERE site = $1 AND slug = $2 UNION ALL SELECT a.page FROM slug_alias s JOIN article a ON a.id = s.article WHERE s.site = $1 AND s.slug = $2"
)

// newPage makes a page, known by a URL unless that is empty.
func newPage(ctx context.Context, tx *sql.Tx, site, address string) (id int64, err error) {
	err = tx.QueryRowContext(ctx, "INSERT INTO page (site) VALUES ($1) RETURNING id", site).Scan(&id)
	if err == nil && address != "" {
		_, err = tx.ExecContext(ctx, "INSERT INTO page_url (site, url, page) VALUES ($1, $2, $3)", site, address, id)
	}
	return id, err
}

// settle writes down the happenings whose id was never seen, and counts those of them whose reader is new to that page, kind and day.
func (r *recording) settle(j *journal) error {
	type entry struct {
		i        int // of which happening
		id, hash int64
	}
	entries := make([]entry, 0, len(r.all))
	asked := make([]any, 0, readKnown.width*len(r.all))
	for i := range r.all {
		e := entry{i: i, id: keyOf(r.all[i].ID)}
		if _, known := j.ids[e.id]; known || r.pages[i] == 0 {
			continue
		}
		e.hash = r.hash(i)
		entries, asked = append(entries, e), append(asked, e.id, e.hash)
	}
	ids, readers := map[int64]bool{}, map[int64]bool{} // that were brought in before
	err := r.p.each(r.ctx, r.tx, readKnown, asked, func(rows *sql.Rows) error {
		var id, hash int64
		var idKnown, readerKnown bool
		err := rows.Scan(&id, &hash, &idKnown, &readerKnown)
		ids[id], readers[hash] = idKnown, readerKnown
		return err
	})
	if err != nil {
		return fmt.Errorf("settling who is new: %w", err)
	}
	rows := make([]any, 0, addJournal.width*len(entries))
	for _, e := range entries {
		// What comes again in this transaction is known from the first, as if each had come by itself.
		if _, known := j.ids[e.id]; known || ids[e.id] {
			continue
		}
		h, page := &r.all[e.i], r.pages[e.i]
		salted, err := r.days.number(h.HashDay)
		if err != nil {
			return err
		}
		hash := sql.NullInt64{Int64: e.hash}
		if _, known := j.readers[e.hash]; !known && !readers[e.hash] {
			hash.Valid = true
			c := r.totals[page]
			if h.Type == news.View {
				c.Views++
			} else {
				c.Shares++
			}
			r.totals[page], r.changed[page] = c, true
		}
		j.ids[e.id] = struct{}{}
		if hash.Valid {
			j.readers[e.hash] = struct{}{}
		}
		j.rows++
		k := sort{day: h.Day, kind: h.Type, via: h.Via, host: h.Host, network: h.Network}
		if first, ok := j.sorts[k]; ok {
			rows = append(rows, j.rows, e.id, hash, salted, page, first)
			continue
		}
		j.sorts[k] = j.rows
		if _, err := r.tx.ExecContext(r.ctx, addSort, j.rows, e.id, hash, salted, page, h.Day, string(h.Type), string(h.Via), h.Host, h.Network); err != nil {
			return fmt.Errorf("writing the journal: %w", err)
		}
	}
	if err := r.p.each(r.ctx, r.tx, addJournal, rows, nil); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return nil
}

// hash is a happening's reader.
func (r *recording) hash(i int) int64 {
	h, page := &r.all[i], r.pages[i]
	if h.PageHash == 0 || h.Page != page {
		return h.Hash(page)
	}
	return h.PageHash
}
