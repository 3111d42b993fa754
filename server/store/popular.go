package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kabar/app/news"
)

// A ranking may lag behind by this much: it reads a week of every article, which is too much for each page that is made.
const rankingAge = time.Minute

// maxRanked is how many articles a ranking has.
const maxRanked = 200

// ranking is an office's articles by their readers since a day, the most read first.
type ranking struct {
	since    string
	version  uint64 // of the office's news
	made     time.Time
	articles []ranked
}

type ranked struct {
	id, readers int64
	news.Link
}

// ranking returns the most read since a local day, from memory when it is young.
func (s *Store) ranking(ctx context.Context, site, since string) ([]ranked, error) {
	kept := &s.site(site).ranking
	version, now := s.Version(site), s.Now()
	if r := kept.Load(); r != nil && r.since == since && r.version == version && now.Sub(r.made).Abs() < rankingAge {
		return r.articles, nil
	}
	r := &ranking{since: since, version: version, made: now}
	// CROSS JOIN keeps the order in which SQLite looks: each article's own days, which its key finds.
	const query = "SELECT a.id, SUM(d.n), a.slug, a.title FROM article a CROSS JOIN daily d WHERE a.site = $1 AND d.page = a.page AND d.type = 'view' AND d.day >= $2" +
		" GROUP BY a.id ORDER BY SUM(d.n) DESC, a.published DESC, a.id DESC LIMIT $3"
	err := s.each(ctx, query, []any{site, since, maxRanked}, func(rows *sql.Rows) error {
		var a ranked
		err := rows.Scan(&a.id, &a.readers, &a.Slug, &a.Title)
		r.articles = append(r.articles, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("finding the most read of %s: %w", site, err)
	}
	kept.Store(r)
	return r.articles, nil
}

// popular are the most read, if that says something.
func popular(all []ranked) (out []news.Link) {
	for _, a := range all {
		if a.readers < news.PopularViews || len(out) == news.PopularMax {
			break
		}
		out = append(out, a.Link)
	}
	if len(out) < news.PopularMin {
		return nil
	}
	return out
}

// rankedRows are a ranking's articles and readers as rows of a statement.
func rankedRows(all []ranked) string {
	var b strings.Builder
	for i, a := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("(" + strconv.FormatInt(a.id, 10) + "," + strconv.FormatInt(a.readers, 10) + ")")
	}
	return b.String()
}
