package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"kabar/app/news"
)

// Sum is what happened: views and share clicks, each as docs/counting.md counts them.
type Sum struct {
	Views  int64 `json:"views"`
	Shares int64 `json:"share_clicks"`
}

// DaySum is what happened on one of the office's local days.
type DaySum struct {
	Day string `json:"day"` // 2006-01-02
	Sum
}

// PlaceSum is what happened in one place: Via, and of a widget the host whose page showed it.
type PlaceSum struct {
	Via  news.Via `json:"via"`
	Host string   `json:"host,omitempty"`
	Sum
}

// NetworkSum is the share clicks that led to one network.
type NetworkSum struct {
	Network string `json:"network"`
	Shares  int64  `json:"share_clicks"`
}

// PageSum is what happened to one article, or to a page of a host that only has a share widget: that one has neither Slug nor Title.
type PageSum struct {
	Slug      string    `json:"slug,omitempty"`
	Title     string    `json:"title,omitempty"`
	URL       string    `json:"url,omitempty"` // of its home; empty when that is our own page
	Published time.Time `json:"published,omitzero"`
	Sum
	// Before is what a former site had counted of it by its own rules, in all its time: never part of Views here.
	Before int64 `json:"views_before,omitempty"`
}

// Statistics are an office's daily totals from one local day to another, both included.
type Statistics struct {
	Days     []DaySum // those on which something happened, in their order
	Places   []PlaceSum
	Networks []NetworkSum
	Pages    []PageSum // those to which something happened, most read first
	// Before is what former sites had counted of all the office's pages, whatever the days; BeforeFrom says which kind of site.
	Before     int64
	BeforeFrom string
}

// sums adds up the views and shares of rows of daily.
const sums = "COALESCE(SUM(CASE WHEN d.type = 'view' THEN d.n END), 0), COALESCE(SUM(CASE WHEN d.type = 'share' THEN d.n END), 0)"

// during are the office's rows of daily in a span of days. The pages come from a list, so that its key finds them by page and day.
const during = "FROM daily d WHERE d.page IN (SELECT id FROM page WHERE site = $1) AND d.day BETWEEN $2 AND $3"

// Statistics reads an office's daily totals from one day to another, both as 2006-01-02.
func (s *Store) Statistics(ctx context.Context, site, from, to string) (Statistics, error) {
	var out Statistics
	var err error
	if out.Days, err = s.Days(ctx, site, from, to); err != nil {
		return out, err
	}
	err = s.each(ctx, "SELECT d.via, d.host, "+sums+" "+during+" GROUP BY d.via, d.host ORDER BY 3 DESC, 4 DESC, 1, 2", []any{site, from, to}, func(rows *sql.Rows) error {
		var p PlaceSum
		err := rows.Scan(&p.Via, &p.Host, &p.Views, &p.Shares)
		out.Places = append(out.Places, p)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("adding up by place for %s: %w", site, err)
	}
	err = s.each(ctx, "SELECT d.network, SUM(d.n) "+during+" AND d.type = 'share' GROUP BY d.network ORDER BY 2 DESC, 1", []any{site, from, to}, func(rows *sql.Rows) error {
		var n NetworkSum
		err := rows.Scan(&n.Network, &n.Shares)
		out.Networks = append(out.Networks, n)
		return err
	})
	if err != nil {
		return out, fmt.Errorf("adding up by network for %s: %w", site, err)
	}
	if out.Pages, err = s.pageSums(ctx, site, from, to); err != nil {
		return out, err
	}
	err = s.read.QueryRowContext(ctx, "SELECT COALESCE(SUM(views_before), 0), COALESCE(MAX(before_from), '') FROM page WHERE site = $1", site).Scan(&out.Before, &out.BeforeFrom)
	if err != nil {
		return out, fmt.Errorf("adding up what was counted before for %s: %w", site, err)
	}
	return out, nil
}

// Days reads what happened on each day of a span on which something did.
func (s *Store) Days(ctx context.Context, site, from, to string) (out []DaySum, err error) {
	s.BringIn(ctx) // a database that cannot be written has what it had
	err = s.each(ctx, "SELECT d.day, "+sums+" "+during+" GROUP BY d.day ORDER BY d.day", []any{site, from, to}, func(rows *sql.Rows) error {
		var d DaySum
		err := rows.Scan(&d.Day, &d.Views, &d.Shares)
		out = append(out, d)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("adding up by day for %s: %w", site, err)
	}
	return out, nil
}

func (s *Store) pageSums(ctx context.Context, site, from, to string) (out []PageSum, err error) {
	const query = "SELECT COALESCE(a.slug, ''), COALESCE(a.title, ''), COALESCE(a.url, (SELECT MIN(u.url) FROM page_url u WHERE u.page = p.id), ''), COALESCE(a.published, 0), t.views, t.shares, p.views_before" +
		" FROM (SELECT d.page, " + "COALESCE(SUM(CASE WHEN d.type = 'view' THEN d.n END), 0) AS views, COALESCE(SUM(CASE WHEN d.type = 'share' THEN d.n END), 0) AS shares " + during + " GROUP BY d.page) t" +
		" JOIN page p ON p.id = t.page LEFT JOIN article a ON a.page = t.page ORDER BY t.views DESC, t.shares DESC, 4 DESC, 1"
	err = s.each(ctx, query, []any{site, from, to}, func(rows *sql.Rows) error {
		var p PageSum
		var at int64
		err := rows.Scan(&p.Slug, &p.Title, &p.URL, &at, &p.Views, &p.Shares, &p.Before)
		if at != 0 {
			p.Published = time.UnixMilli(at).UTC()
		}
		out = append(out, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("adding up by article for %s: %w", site, err)
	}
	return out, nil
}

// each calls scan for every row of a query.
func (s *Store) each(ctx context.Context, q string, args []any, scan func(*sql.Rows) error) error {
	return rowsOf(ctx, s.read, q, args, scan)
}
