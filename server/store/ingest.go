package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"kabar/app/news"
	"kabar/server/source"
)

// The store is what the poller hands its items to.
var _ source.Store = (*Store)(nil)

// Ingest implements source.Store. An item that is known, by its guid within the source or else by its link, updates its article, which keeps its
// address and its counts.
func (s *Store) Ingest(ctx context.Context, site, name string, items []source.Item) (source.Ingested, error) {
	var in *ingest
	err := s.commit(ctx, func(tx *sql.Tx) error {
		if err := s.dialect.hold(ctx, tx, site); err != nil {
			return err
		}
		in = newIngest(ctx, tx, site, name, s.Now(), items)
		in.locking = s.dialect.locking
		for i := range in.items {
			// They come with the oldest first, so without dates the last is the newest.
			age := time.Duration(len(items)-1-i) * time.Millisecond
			if err := in.item(&in.items[i], in.now.Add(-age)); err != nil {
				return fmt.Errorf("storing %q: %w", items[i].Title, err)
			}
		}
		return nil
	})
	fail := func(err error) (source.Ingested, error) {
		return source.Ingested{}, fmt.Errorf("storing what %s brought: %w", name, err)
	}
	if err != nil {
		return fail(err)
	}
	// Readers can see it from here on: no page may go on as it was while the disk is busy.
	if in.done.New+in.done.Updated > 0 || in.merged {
		s.newsChanged(site)
	}
	if in.merged || in.counted {
		s.countsChanged(site)
	}
	if err := s.disk.settle(ctx); err != nil {
		return fail(err)
	}
	return in.done, nil
}

// ingest is the work of one Ingest.
type ingest struct {
	ctx          context.Context
	tx           *sql.Tx
	site, source string
	now          time.Time
	items        []source.Item
	guids, urls  map[string]bool // of all items
	locking      string          // the dialect's
	done         source.Ingested
	merged       bool // pages or articles turned out to be one
	counted      bool // a former site's count came in
}

func newIngest(ctx context.Context, tx *sql.Tx, site, name string, now time.Time, items []source.Item) *ingest {
	in := &ingest{ctx: ctx, tx: tx, site: site, source: name, now: now, guids: map[string]bool{}, urls: map[string]bool{}}
	shared := sharedLinks(items)
	for _, it := range items {
		if shared[it.URL] {
			it.URL = "" // nobody's own: the article's home is here
		}
		in.items = append(in.items, it)
		in.guids[it.GUID], in.urls[it.URL] = true, true
	}
	return in
}

// sharedLinks finds the links that stand on several items with guids of their own: such a link says nothing of identity.
func sharedLinks(items []source.Item) map[string]bool {
	guid, shared := map[string]string{}, map[string]bool{}
	for _, it := range items {
		if it.URL == "" || it.GUID == "" {
			continue
		}
		if g, ok := guid[it.URL]; ok && g != it.GUID {
			shared[it.URL] = true
		}
		guid[it.URL] = it.GUID
	}
	return shared
}

func (in *ingest) exec(q string, args ...any) error {
	_, err := in.tx.ExecContext(in.ctx, q, args...)
	return err
}

func (in *ingest) item(it *source.Item, seen time.Time) error {
	hash, err := contentHash(it)
	if err != nil {
		return err
	}
	old, err := in.known(it)
	if err != nil {
		return err
	}
	switch {
	case old.id == 0:
		in.done.New++
		return in.insert(it, hash, seen)
	case old.hash == hash || old.hash == "":
		// Without a hash, another source brought this article: its words stay until this one's change.
		in.done.Same++
	default:
		in.done.Updated++
		if err := in.update(old.id, it); err != nil {
			return err
		}
	}
	if err := in.address(old.page, it.URL); err != nil {
		return err
	}
	if err := in.before(old.page, it); err != nil {
		return err
	}
	return in.remember(old.id, it.GUID, hash)
}

// contentHash is of everything that a reader would see change.
func contentHash(it *source.Item) (string, error) {
	c := *it
	c.GUID, c.Future = "", time.Time{}
	b, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:16]), nil
}

// columns are an article's that an item gives, in the order of values.
const columns = "url, title, summary, author, categories, image_src, image_alt, body, search"

func values(it *source.Item) ([]any, error) {
	body, err := json.Marshal(it.Body)
	if err != nil {
		return nil, err
	}
	categories, err := json.Marshal(it.Categories)
	if err != nil {
		return nil, err
	}
	return []any{it.URL, it.Title, it.Summary, it.Author, string(categories), it.ImageSrc, it.ImageAlt, string(body), fold(it.Title + "\n" + news.PlainText(it.Body))}, nil
}

// date is the item's, or zero where it gives none or one that lies in the future.
func (in *ingest) date(it *source.Item) time.Time {
	if it.Published.After(in.now) {
		return time.Time{}
	}
	return it.Published
}

func (in *ingest) insert(it *source.Item, hash string, seen time.Time) error {
	slug, page, first, err := in.restore(it.GUID)
	if err != nil {
		return err
	}
	announce := it.Announce && slug == ""
	if slug != "" {
		seen = time.UnixMilli(first)
		err = in.address(page, it.URL)
	} else if slug, err = in.slug(cmp.Or(it.Slug, it.Title)); err == nil {
		page, err = in.page(it.URL)
	}
	if err != nil {
		return err
	}
	row, err := values(it)
	if err != nil {
		return err
	}
	// Without a date of its own an article is as old as our knowledge of it.
	published := in.date(it)
	if published.IsZero() {
		published = seen
	}
	var id int64
	err = in.tx.QueryRowContext(in.ctx, "INSERT INTO article ("+columns+", site, slug, page, published, first_seen, updated) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15) RETURNING id",
		append(row, in.site, slug, page, published.UnixMilli(), seen.UnixMilli(), millis(it.Updated))...).Scan(&id)
	if err != nil {
		return err
	}
	if err := in.links(id, it); err != nil {
		return err
	}
	if err := in.before(page, it); err != nil {
		return err
	}
	if err := in.restored(id, it.GUID); err != nil {
		return err
	}
	if announce {
		if err := in.announce(slug); err != nil {
			return err
		}
	}
	return in.remember(id, it.GUID, hash)
}

// before keeps what a former site counted. Said again, it is replaced.
func (in *ingest) before(page int64, it *source.Item) error {
	if it.ViewsBefore <= 0 {
		return nil
	}
	in.counted = true
	return in.exec("UPDATE page SET views_before = $1, before_from = $2 WHERE id = $3", it.ViewsBefore, it.ViewsFrom, page)
}

func (in *ingest) update(id int64, it *source.Item) error {
	row, err := values(it)
	if err != nil {
		return err
	}
	// A date that the source no longer gives does not move the article.
	err = in.exec(`UPDATE article SET url=$1, title=$2, summary=$3, author=$4, categories=$5, image_src=$6, image_alt=$7, body=$8, search=$9,
		published = CASE WHEN CAST($10 AS BIGINT) <> 0 THEN $10 ELSE published END, updated = $11 WHERE id = $12`, append(row, millis(in.date(it)), millis(it.Updated), id)...)
	if err != nil {
		return err
	}
	for _, q := range []string{"DELETE FROM category WHERE article = $1", "DELETE FROM picture_use WHERE article = $1"} {
		if err := in.exec(q, id); err != nil {
			return err
		}
	}
	return in.links(id, it)
}

// links stores what an article points at: its categories and pictures.
func (in *ingest) links(id int64, it *source.Item) error {
	for _, c := range it.Categories {
		if err := in.exec("INSERT INTO category (article, site, name) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING", id, in.site, c); err != nil {
			return err
		}
	}
	srcs := []string{it.ImageSrc}
	news.Images(it.Body, func(i *news.Image) { srcs = append(srcs, i.Src) })
	for _, src := range srcs {
		if src == "" {
			continue
		}
		if err := in.exec("INSERT INTO picture_use (article, site, src) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING", id, in.site, src); err != nil {
			return err
		}
		if err := in.exec("INSERT INTO picture (site, src) VALUES ($1,$2) ON CONFLICT DO NOTHING", in.site, src); err != nil {
			return err
		}
	}
	return nil
}

// remember keeps which item of the source the article is. A source that gives a new guid each time has one row all the same.
func (in *ingest) remember(id int64, guid, hash string) error {
	return in.exec("INSERT INTO article_source (article, site, source, guid, hash) VALUES ($1,$2,$3,$4,$5) ON CONFLICT (article, source) DO UPDATE SET guid = excluded.guid, hash = excluded.hash WHERE article_source.guid <> excluded.guid OR article_source.hash <> excluded.hash",
		id, in.site, in.source, guid, hash)
}

// slug makes an address that no other article of the office has or had.
func (in *ingest) slug(title string) (string, error) {
	base := source.Slug(title)
	rows, err := in.tx.QueryContext(in.ctx, "SELECT slug FROM article WHERE site = $1 AND (slug = $2 OR slug LIKE $3) UNION ALL SELECT slug FROM slug_alias WHERE site = $1 AND (slug = $2 OR slug LIKE $3) UNION ALL SELECT slug FROM removed WHERE site = $1 AND (slug = $2 OR slug LIKE $3)",
		in.site, base, base+"-%")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	taken := map[string]bool{}
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return "", err
		}
		taken[s] = true
	}
	slug := base
	for n := 2; taken[slug]; n++ {
		slug = base + "-" + strconv.Itoa(n)
	}
	return slug, rows.Err()
}

// millis is t as the tables hold it; 0 is no time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// LoadSource implements source.Store.
func (s *Store) LoadSource(ctx context.Context, site, name string) (st source.State, err error) {
	var text string
	err = s.read.QueryRowContext(ctx, "SELECT state FROM source WHERE site = $1 AND name = $2", site, name).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return st, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(text), &st)
	}
	if err != nil {
		return source.State{}, fmt.Errorf("reading the state of source %s: %w", name, err)
	}
	return st, nil
}

// SaveSource implements source.Store.
func (s *Store) SaveSource(ctx context.Context, site, name string, st source.State) error {
	text, err := json.Marshal(st)
	if err == nil {
		err = s.exec(ctx, "INSERT INTO source (site, name, state) VALUES ($1,$2,$3) ON CONFLICT (site, name) DO UPDATE SET state = excluded.state", site, name, string(text))
	}
	if err != nil {
		return fmt.Errorf("saving the state of source %s: %w", name, err)
	}
	return nil
}
