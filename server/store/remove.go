package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kabar/app/news"
)

// Remove takes an article of a source back. Its address stays its own and its counts stay: when the source brings it again, it is as it
// was. The error is news.ErrNotFound when there is none.
func (s *Store) Remove(ctx context.Context, site, name, guid string) error {
	err := s.commit(ctx, func(tx *sql.Tx) error {
		if err := s.dialect.hold(ctx, tx, site); err != nil {
			return err
		}
		var id int64
		err := tx.QueryRowContext(ctx, "SELECT article FROM article_source WHERE site = $1 AND source = $2 AND guid = $3 ORDER BY article DESC LIMIT 1", site, name, guid).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return news.ErrNotFound
		}
		if err != nil {
			return err
		}
		for _, q := range []string{
			"INSERT INTO removed (site, slug, former, source, guid, page, first_seen) SELECT site, slug, 0, $2, $3, page, first_seen FROM article WHERE id = $1",
			"INSERT INTO removed (site, slug, former, source, guid, page, first_seen) SELECT s.site, s.slug, 1, $2, $3, a.page, a.first_seen FROM slug_alias s JOIN article a ON a.id = s.article WHERE a.id = $1",
		} {
			if _, err := tx.ExecContext(ctx, q, id, name, guid); err != nil {
				return err
			}
		}
		for _, q := range []string{"DELETE FROM slug_alias WHERE article = $1", "DELETE FROM article_source WHERE article = $1", "DELETE FROM category WHERE article = $1",
			"DELETE FROM picture_use WHERE article = $1", "DELETE FROM article WHERE id = $1"} {
			if _, err := tx.ExecContext(ctx, q, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		s.newsChanged(site)
		err = s.disk.settle(ctx)
	}
	if err != nil {
		return fmt.Errorf("removing an article of %s: %w", site, err)
	}
	return nil
}

// restore gives an article that was removed its address, its page and its age back; all are zero when there is none.
func (in *ingest) restore(guid string) (slug string, page, seen int64, err error) {
	err = in.tx.QueryRowContext(in.ctx, "SELECT slug, page, first_seen FROM removed WHERE site = $1 AND source = $2 AND guid = $3 AND former = 0 AND guid <> ''", in.site, in.source, guid).Scan(&slug, &page, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return "", 0, 0, nil
	}
	return slug, page, seen, err
}

// restored moves the former addresses back.
func (in *ingest) restored(id int64, guid string) error {
	for _, q := range []string{
		"INSERT INTO slug_alias (site, slug, article) SELECT site, slug, $4 FROM removed WHERE site = $1 AND source = $2 AND guid = $3 AND former = 1",
		"DELETE FROM removed WHERE site = $1 AND source = $2 AND guid = $3 AND CAST($4 AS BIGINT) <> 0",
	} {
		if err := in.exec(q, in.site, in.source, guid, id); err != nil {
			return err
		}
	}
	return nil
}

// GUIDOf returns what a source calls the article that has, had or, before it was removed, had this slug. It is empty when the article is
// another source's; the error is news.ErrNotFound when there is none.
func (s *Store) GUIDOf(ctx context.Context, site, name, slug string) (guid string, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COALESCE(o.guid, '') FROM (SELECT id FROM article WHERE site = $1 AND slug = $3 UNION ALL SELECT article FROM slug_alias WHERE site = $1 AND slug = $3) a
		LEFT JOIN article_source o ON o.article = a.id AND o.source = $2
		UNION ALL SELECT CASE WHEN source = $2 THEN guid ELSE '' END FROM removed WHERE site = $1 AND slug = $3`, site, name, slug).Scan(&guid)
	if errors.Is(err, sql.ErrNoRows) {
		return "", news.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("looking for the source of %s: %w", slug, err)
	}
	return guid, nil
}

// SlugOf returns the address of an article by what a source calls it: news.ErrNotFound when there is none.
func (s *Store) SlugOf(ctx context.Context, site, name, guid string) (slug string, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT a.slug FROM article_source o JOIN article a ON a.id = o.article WHERE o.site = $1 AND o.source = $2 AND o.guid = $3 ORDER BY a.id DESC LIMIT 1", site, name, guid).Scan(&slug)
	if errors.Is(err, sql.ErrNoRows) {
		return "", news.ErrNotFound
	}
	if err != nil {
		return "", fmt.Errorf("looking for the address of %s: %w", guid, err)
	}
	return slug, nil
}
