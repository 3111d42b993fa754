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
		err = s.recordAtOnce(&r)
	} else {
		err = s.commit(ctx, r.inSteps)
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
	out := make([]Result, len(all))
	for i, page := range r.pages {
		out[i] = Result{page, r.totals[page]}
	}
	return out, nil
}

// recording is the work of one Record.
type recording struct {
	ctx     context.Context
	tx      *sql.Tx
	p       prepared
	all     []Happening
	pages   []int64               // of all, one by one
	totals  map[int64]news.Counts // of those pages
	changed map[int64]bool        // which of those pages something was added to
	first   []counted             // what is new and adds
	days    dayNumbers
}

// begin forgets what an attempt before this one has found.
func (r *recording) begin() {
	r.pages, r.totals, r.changed, r.first, r.days = make([]int64, len(r.all)), map[int64]news.Counts{}, map[int64]bool{}, nil, dayNumbers{}
	for i := range r.all {
		r.pages[i] = r.all[i].Page
	}
}

// inSteps records one thing after the other, which costs little in a database that is part of the program.
func (r *recording) inSteps(tx *sql.Tx) error {
	r.begin()
	r.tx = tx
	for _, step := range []func() error{r.findPages, r.settle, r.addTotals, r.addDaily} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

type counted struct {
	*Happening
	page int64
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
		var found []int
		for _, i := range unsettled {
			if _, ok := r.totals[r.pages[i]]; ok {
				continue
			}
			var err error
			if r.pages[i], err = r.find(&r.all[i]); err != nil {
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

// readTotals reads the pages of some happenings. Every server takes them in the same order, so that two do not wait for each other.
func (r *recording) readTotals(of []int) error {
	asked := map[int64]bool{0: true}
	var ids []int64
	for _, i := range of {
		id := r.pages[i]
		if _, ok := r.totals[id]; !ok && !asked[id] {
			asked[id] = true
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return r.p.each(r.ctx, r.tx, readPages, args, r.scanTotals)
}

func (r *recording) scanTotals(rows *sql.Rows) error {
	var id int64
	var c news.Counts
	if err := rows.Scan(append([]any{&id}, into(&c)...)...); err != nil {
		return err
	}
	r.totals[id] = c
	return nil
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

// settle keeps the happenings whose id was never seen and whose reader is new to that page, kind and day.
func (r *recording) settle() error {
	byID := make(map[int64]int, len(r.all)) // the first of each id: the same again in this transaction is a repetition
	ids := make([]int64, 0, len(r.all))
	for i := range r.all {
		if r.pages[i] == 0 {
			continue
		}
		id := keyOf(r.all[i].ID)
		if _, ok := byID[id]; !ok {
			byID[id] = i
			ids = append(ids, id)
		}
	}
	fresh, err := r.add(addEvents, ids, func(id int64) string { return r.all[byID[id]].HashDay })
	if err != nil {
		return fmt.Errorf("storing event ids: %w", err)
	}
	byHash := make(map[int64]int, len(fresh))
	hashes := make([]int64, 0, len(fresh))
	for _, id := range fresh {
		i := byID[id]
		hash := r.hash(i)
		// Of a reader's repetitions in this transaction the first counts, as if each had come by itself.
		first, ok := byHash[hash]
		if !ok {
			hashes = append(hashes, hash)
		}
		if !ok || i < first {
			byHash[hash] = i
		}
	}
	news, err := r.add(addReaders, hashes, func(hash int64) string { return r.all[byHash[hash]].HashDay })
	if err != nil {
		return fmt.Errorf("settling who is new: %w", err)
	}
	for _, hash := range news {
		i := byHash[hash]
		r.first = append(r.first, counted{&r.all[i], r.pages[i]})
		r.changed[r.pages[i]] = true
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

// add stores keys with their days and returns those that were not there. Every server takes them in the same order, as of pages.
func (r *recording) add(f *form, keys []int64, day func(key int64) string) ([]int64, error) {
	slices.Sort(keys)
	args := make([]any, 0, 2*len(keys))
	for _, key := range keys {
		n, err := r.days.number(day(key))
		if err != nil {
			return nil, err
		}
		args = append(args, key, n)
	}
	fresh := keys[:0]
	err := r.p.each(r.ctx, r.tx, f, args, func(rows *sql.Rows) error {
		var key int64
		err := rows.Scan(&key)
		fresh = append(fresh, key)
		return err
	})
	return fresh, err
}

// addTotals adds to the pages, and reads back what they have come to.
func (r *recording) addTotals() error {
	add := map[int64]news.Counts{}
	for _, h := range r.first {
		c := add[h.page]
		if h.Type == news.View {
			c.Views++
		} else {
			c.Shares++
		}
		add[h.page] = c
	}
	var args []any
	for page, c := range add {
		args = append(args, page, c.Views, c.Shares)
	}
	if err := r.p.each(r.ctx, r.tx, addTotals, args, r.scanTotals); err != nil {
		return fmt.Errorf("adding to totals: %w", err)
	}
	return nil
}

// addDaily adds to what happened by day, which is what reports are made of.
func (r *recording) addDaily() error {
	type key struct {
		page          int64
		day           string
		kind          news.EventType
		via           news.Via
		host, network string
	}
	add := map[key]int64{}
	for _, h := range r.first {
		add[key{h.page, h.Day, h.Type, h.Via, h.Host, h.Network}]++
	}
	var args []any
	for k, n := range add {
		args = append(args, k.page, k.day, string(k.kind), string(k.via), k.host, k.network, n)
	}
	if err := r.p.each(r.ctx, r.tx, addDaily, args, nil); err != nil {
		return fmt.Errorf("adding to the days: %w", err)
	}
	return nil
}
