package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kabar/app/news"
	"kabar/server/source"
)

// Ingest stores the items of one source of an office, oldest first, in one transaction. An item that is known, by its guid within the source or else by
// its canonical link, updates its article and keeps its address; what is not among items stays as it is.
func (s *Store) Ingest(ctx context.Context, site, name string, items []source.Item) (source.Ingested, error) {
	var done source.Ingested
	err := s.tx(ctx, func(tx *sql.Tx) error {
		in := ingest{ctx: ctx, tx: tx, site: site, source: name, now: s.now(), shared: sharedLinks(items)}
		// They come with the oldest first, so of two items that are one article the newer wins.
		for i := range items {
			if err := in.item(&items[i], len(items)-1-i, &done); err != nil {
				return fmt.Errorf("storing %q: %w", items[i].Title, err)
			}
		}
		return nil
	})
	if err != nil {
		return source.Ingested{}, fmt.Errorf("storing what %s brought: %w", name, err)
	}
	if done.New+done.Updated > 0 {
		s.site(site).news.Add(1)
	}
	return done, nil
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

type ingest struct {
	ctx          context.Context
	tx           *sql.Tx
	site, source string
	now          time.Time
	shared       map[string]bool
}

func (in *ingest) item(it *source.Item, order int, done *source.Ingested) error {
	sum, err := contentHash(it)
	if err != nil {
		return err
	}
	id, old, published, err := in.known(it)
	if err != nil {
		return err
	}
	switch {
	case id == 0:
		done.New++
		return in.insert(it, sum, order)
	case old == sum, !it.Published.IsZero() && it.Published.UnixMilli() < published && it.Updated.IsZero():
		done.Same++
		return nil
	}
	done.Updated++
	return in.update(id, it, sum)
}

// contentHash is of everything that a reader would see change.
func contentHash(it *source.Item) (string, error) {
	c := *it
	c.Future = time.Time{}
	b, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:16]), nil
}

// known finds the article that an item is.
func (in *ingest) known(it *source.Item) (id int64, hash string, published int64, err error) {
	try := func(where string, args ...any) {
		if id != 0 || err != nil {
			return
		}
		err = in.tx.QueryRowContext(in.ctx, "SELECT id, hash, published FROM article WHERE site = $1 AND "+where+" ORDER BY id LIMIT 1", append([]any{in.site}, args...)...).Scan(&id, &hash, &published)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
	}
	if it.GUID != "" {
		try("source = $2 AND guid = $3", in.source, it.GUID)
	}
	if it.URL != "" && !in.shared[it.URL] {
		try("url = $2", it.URL)
	}
	return id, hash, published, err
}

// row is an item's columns in the order of columns.
const columns = "source, guid, url, title, summary, author, categories, image_src, image_alt, body, search, hash"

func (in *ingest) row(it *source.Item, sum string) ([]any, error) {
	body, err := json.Marshal(it.Body)
	if err != nil {
		return nil, err
	}
	categories, err := json.Marshal(it.Categories)
	if err != nil {
		return nil, err
	}
	return []any{in.source, it.GUID, it.URL, it.Title, it.Summary, it.Author, string(categories), it.ImageSrc, it.ImageAlt, string(body),
		strings.ToLower(it.Title + "\n" + news.PlainText(it.Body)), sum}, nil
}

func (in *ingest) insert(it *source.Item, sum string, order int) error {
	slug, err := in.slug(it.Title)
	if err != nil {
		return err
	}
	page, err := in.page(it.URL)
	if err != nil {
		return err
	}
	row, err := in.row(it, sum)
	if err != nil {
		return err
	}
	// Without a date of its own an article is as old as our knowledge of it; the order of the feed is kept.
	seen := in.now.Add(-time.Duration(order) * time.Millisecond)
	published := it.Published
	if published.IsZero() || published.After(in.now) {
		published = seen
	}
	var id int64
	err = in.tx.QueryRowContext(in.ctx, "INSERT INTO article ("+columns+", site, slug, page, published, first_seen, updated) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18) RETURNING id",
		append(row, in.site, slug, page, published.UnixMilli(), seen.UnixMilli(), millis(it.Updated))...).Scan(&id)
	if err != nil {
		return err
	}
	return in.links(id, it)
}

func (in *ingest) update(id int64, it *source.Item, sum string) error {
	row, err := in.row(it, sum)
	if err != nil {
		return err
	}
	// A date that the source no longer gives, or gives in the future, does not move the article.
	var published int64
	if !it.Published.IsZero() && !it.Published.After(in.now) {
		published = it.Published.UnixMilli()
	}
	updated := millis(it.Updated)
	_, err = in.tx.ExecContext(in.ctx, `UPDATE article SET source=$1, guid=$2, url=$3, title=$4, summary=$5, author=$6, categories=$7, image_src=$8, image_alt=$9, body=$10, search=$11, hash=$12,
		published = CASE WHEN $13 > 0 THEN $13 ELSE published END, updated = $14 WHERE id = $15`, append(row, published, updated, id)...)
	if err != nil {
		return err
	}
	if it.URL != "" {
		_, err = in.tx.ExecContext(in.ctx, "INSERT INTO page_url (site, url, page) SELECT site, $1, page FROM article WHERE id = $2 ON CONFLICT DO NOTHING", it.URL, id)
		if err != nil {
			return err
		}
	}
	for _, q := range []string{"DELETE FROM category WHERE article = $1", "DELETE FROM picture_use WHERE article = $1"} {
		if _, err := in.tx.ExecContext(in.ctx, q, id); err != nil {
			return err
		}
	}
	return in.links(id, it)
}

// links stores what an article points at: its categories and pictures.
func (in *ingest) links(id int64, it *source.Item) error {
	for _, c := range it.Categories {
		if _, err := in.tx.ExecContext(in.ctx, "INSERT INTO category (article, site, name) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING", id, in.site, c); err != nil {
			return err
		}
	}
	srcs := []string{it.ImageSrc}
	news.Images(it.Body, func(i *news.Image) { srcs = append(srcs, i.Src) })
	for _, src := range srcs {
		if src == "" {
			continue
		}
		if _, err := in.tx.ExecContext(in.ctx, "INSERT INTO picture_use (article, site, src) VALUES ($1,$2,$3) ON CONFLICT DO NOTHING", id, in.site, src); err != nil {
			return err
		}
		if _, err := in.tx.ExecContext(in.ctx, "INSERT INTO picture (site, src) VALUES ($1,$2) ON CONFLICT DO NOTHING", in.site, src); err != nil {
			return err
		}
	}
	return nil
}

// page returns what the article's count belongs to: what its address was counted under before, or a new one.
func (in *ingest) page(address string) (id int64, err error) {
	if address != "" && !in.shared[address] {
		err = in.tx.QueryRowContext(in.ctx, "SELECT page FROM page_url WHERE site = $1 AND url = $2", in.site, address).Scan(&id)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	if id, err = newPage(in.ctx, in.tx, in.site); err != nil || address == "" || in.shared[address] {
		return id, err
	}
	_, err = in.tx.ExecContext(in.ctx, "INSERT INTO page_url (site, url, page) VALUES ($1,$2,$3)", in.site, address, id)
	return id, err
}

func newPage(ctx context.Context, tx *sql.Tx, site string) (id int64, err error) {
	err = tx.QueryRowContext(ctx, "INSERT INTO page (site) VALUES ($1) RETURNING id", site).Scan(&id)
	return id, err
}

// slug makes an address that no other article of the office has.
func (in *ingest) slug(title string) (string, error) {
	base := source.Slug(title)
	for n := 1; ; n++ {
		slug := base
		if n > 1 {
			slug += "-" + strconv.Itoa(n)
		}
		var taken bool
		if err := in.tx.QueryRowContext(in.ctx, "SELECT EXISTS (SELECT 1 FROM article WHERE site = $1 AND slug = $2)", in.site, slug).Scan(&taken); err != nil {
			return "", err
		}
		if !taken {
			return slug, nil
		}
	}
}

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
		return st, fmt.Errorf("reading the state of source %s: %w", name, err)
	}
	return st, nil
}

// SaveSource implements source.Store.
func (s *Store) SaveSource(ctx context.Context, site, name string, st source.State) error {
	text, err := json.Marshal(st)
	if err == nil {
		_, err = s.write.ExecContext(ctx, "INSERT INTO source (site, name, state) VALUES ($1,$2,$3) ON CONFLICT (site, name) DO UPDATE SET state = excluded.state", site, name, string(text))
	}
	if err != nil {
		return fmt.Errorf("saving the state of source %s: %w", name, err)
	}
	return nil
}
