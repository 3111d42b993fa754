package store

import (
	"database/sql"
	"errors"
	"strings"

	"kabar/server/source"
)

// article is what identity needs of a stored article. The zero value is none.
type article struct {
	id, page  int64
	slug      string
	url       string
	title     string
	published int64  // milliseconds
	seen      int64  // the same as published where no source has given a date
	hash      string // of what this source last brought of it; empty when this source never did
}

const identityColumns = "a.id, a.page, a.slug, a.url, a.title, a.published, a.first_seen"

// one returns the first article that a query finds.
func (in *ingest) one(q string, args ...any) (a article, err error) {
	err = in.tx.QueryRowContext(in.ctx, q, args...).Scan(&a.id, &a.page, &a.slug, &a.url, &a.title, &a.published, &a.seen, &a.hash)
	if errors.Is(err, sql.ErrNoRows) {
		return article{}, nil
	}
	return a, err
}

// known finds the article that an item is, or none. The guid says it, then the link, then title and date; where they disagree,
// the link is believed, unless both articles are plainly one.
func (in *ingest) known(it *source.Item) (article, error) {
	byGUID, err := in.byGUID(it)
	if err != nil {
		return article{}, err
	}
	byURL, err := in.byURL(it)
	if err != nil {
		return article{}, err
	}
	switch {
	case byGUID.id == 0 && byURL.id == 0:
		return in.renamed(it)
	case byGUID.id == 0 || byGUID.id == byURL.id:
		return byURL, nil
	case byURL.id == 0:
		if in.reused(it, byGUID) {
			return article{}, nil
		}
		return byGUID, nil
	case fold(byGUID.title) == fold(byURL.title):
		return in.mergeArticles(byGUID, byURL)
	}
	return byURL, nil
}

// byGUID goes by this source's guids, and by those of the office's other sources where a guid is made to be the only one in the world.
func (in *ingest) byGUID(it *source.Item) (article, error) {
	if it.GUID == "" {
		return article{}, nil
	}
	a, err := in.one("SELECT "+identityColumns+", s.hash FROM article_source s JOIN article a ON a.id = s.article WHERE s.site = $1 AND s.guid = $2 AND s.source = $3 ORDER BY a.id DESC LIMIT 1",
		in.site, it.GUID, in.source)
	if a.id != 0 || err != nil || !worldwide(it.GUID) {
		return a, err
	}
	return in.one("SELECT "+identityColumns+", COALESCE(o.hash, '') FROM article_source s JOIN article a ON a.id = s.article LEFT JOIN article_source o ON o.article = a.id AND o.source = $3 WHERE s.site = $1 AND s.guid = $2 ORDER BY a.id DESC LIMIT 1",
		in.site, it.GUID, in.source)
}

// worldwide reports whether a guid names its article beyond its feed, as WordPress's addresses, tag: and urn: do.
func worldwide(guid string) bool {
	for _, scheme := range []string{"http://", "https://", "tag:", "urn:"} {
		if strings.HasPrefix(guid, scheme) {
			return true
		}
	}
	return false
}

// byURL goes by the addresses that the article's page has or had.
func (in *ingest) byURL(it *source.Item) (article, error) {
	if it.URL == "" {
		return article{}, nil
	}
	return in.one("SELECT "+identityColumns+", COALESCE(s.hash, '') FROM page_url u JOIN article a ON a.page = u.page LEFT JOIN article_source s ON s.article = a.id AND s.source = $3 WHERE u.site = $1 AND u.url = $2 ORDER BY a.id LIMIT 1",
		in.site, it.URL, in.source)
}

// renamed finds the article whose guid and link have both changed: the same title at the same instant, and no other item is that article.
func (in *ingest) renamed(it *source.Item) (article, error) {
	if in.date(it).IsZero() {
		return article{}, nil
	}
	rows, err := in.tx.QueryContext(in.ctx, "SELECT "+identityColumns+", s.hash, s.guid FROM article a JOIN article_source s ON s.article = a.id WHERE a.site = $1 AND a.published = $2 AND a.title = $3 AND s.source = $4 ORDER BY a.id",
		in.site, it.Published.UnixMilli(), it.Title, in.source)
	if err != nil {
		return article{}, err
	}
	defer rows.Close()
	for rows.Next() {
		var a article
		var guid string
		if err := rows.Scan(&a.id, &a.page, &a.slug, &a.url, &a.title, &a.published, &a.seen, &a.hash, &guid); err != nil {
			return article{}, err
		}
		if guid != "" && in.guids[guid] || a.url != "" && in.urls[a.url] {
			continue
		}
		return a, nil
	}
	return article{}, rows.Err()
}

// reused reports whether an item's guid is that of another article, as where a CMS numbers the lines of its feed: the link is new, and
// the old one stands on another item, or neither title nor date is the same.
func (in *ingest) reused(it *source.Item, a article) bool {
	if it.URL == "" || a.url == "" || it.URL == a.url {
		return false
	}
	if in.urls[a.url] {
		return true
	}
	dated := !in.date(it).IsZero() && a.published != a.seen
	return dated && it.Published.UnixMilli() != a.published && fold(it.Title) != fold(a.title)
}

// page returns what a new article's count belongs to: what its address was counted under before, or a new one.
func (in *ingest) page(address string) (int64, error) {
	if address != "" {
		id, err := in.pageOf(address)
		if id != 0 || err != nil {
			return id, err
		}
	}
	return newPage(in.ctx, in.tx, in.site, address)
}

func (in *ingest) pageOf(address string) (id int64, err error) {
	err = in.tx.QueryRowContext(in.ctx, "SELECT page FROM page_url WHERE site = $1 AND url = $2", in.site, address).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// address adds an article's new address to its page, with what was counted there before.
func (in *ingest) address(page int64, address string) error {
	if address == "" {
		return nil
	}
	other, err := in.pageOf(address)
	if err != nil || other == page {
		return err
	}
	if other != 0 {
		return in.mergePages(page, other)
	}
	return in.exec("INSERT INTO page_url (site, url, page) VALUES ($1,$2,$3)", in.site, address, page)
}

// mergePages adds one page's counts and addresses to another's.
func (in *ingest) mergePages(into, from int64) error {
	in.merged = true
	if err := in.exec("SELECT p.id FROM page p WHERE p.id IN ($1, $2) ORDER BY p.id"+in.locking, into, from); err != nil { // nobody counts on either meanwhile
		return err
	}
	for _, q := range []string{
		"UPDATE page SET views = views + (SELECT f.views FROM page f WHERE f.id = $2), shares = shares + (SELECT f.shares FROM page f WHERE f.id = $2) WHERE id = $1",
		// Both are of the same article: the former site's number is not added to itself.
		"UPDATE page SET views_before = f.views_before, before_from = f.before_from FROM page f WHERE page.id = $1 AND f.id = $2 AND f.views_before > page.views_before",
		`INSERT INTO daily (page, day, type, via, host, network, n) SELECT $1, f.day, f.type, f.via, f.host, f.network, f.n FROM daily f WHERE f.page = $2
			ON CONFLICT (page, day, type, via, host, network) DO UPDATE SET n = daily.n + excluded.n`,
		"UPDATE page_url SET page = $1 WHERE page = $2",
		"UPDATE article SET page = $1 WHERE page = $2",
		"UPDATE removed SET page = $1 WHERE page = $2",
	} {
		if err := in.exec(q, into, from); err != nil {
			return err
		}
	}
	if err := in.exec("DELETE FROM daily WHERE page = $1", from); err != nil {
		return err
	}
	return in.exec("DELETE FROM page WHERE id = $1", from)
}

// mergeArticles makes one article of two. The older one stays, the other's address leads to it.
func (in *ingest) mergeArticles(a, b article) (article, error) {
	if b.id < a.id {
		a, b = b, a
	}
	if err := in.mergePages(a.page, b.page); err != nil {
		return article{}, err
	}
	for _, q := range []string{
		"UPDATE slug_alias SET article = $1 WHERE article = $2",
		"UPDATE article_source SET article = $1 WHERE article = $2 AND source NOT IN (SELECT source FROM article_source WHERE article = $1)",
	} {
		if err := in.exec(q, a.id, b.id); err != nil {
			return article{}, err
		}
	}
	for _, table := range []string{"article_source", "category", "picture_use"} {
		if err := in.exec("DELETE FROM "+table+" WHERE article = $1", b.id); err != nil {
			return article{}, err
		}
	}
	if err := in.exec("DELETE FROM article WHERE id = $1", b.id); err != nil {
		return article{}, err
	}
	if a.hash == "" {
		a.hash = b.hash
	}
	return a, in.exec("INSERT INTO slug_alias (site, slug, article) VALUES ($1,$2,$3)", in.site, b.slug, a.id)
}
