package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"kabar/app/news"
)

// Store is the server's news.Source.
var _ news.Source = (*Store)(nil)

const listed = "a.id, a.slug, a.title, a.url, a.summary, a.author, a.categories, a.image_src, a.image_alt, a.published, a.updated, " + totals

// totals are the columns of a page p that make its Counts; into says where they go.
const totals = "p.views + p.views_before, p.shares, p.views_before, p.before_from, p.id"

func into(c *news.Counts, page *int64) []any {
	return []any{&c.Views, &c.Shares, &c.Before, &c.BeforeFrom, page}
}

// List implements news.Source.
func (s *Store) List(ctx context.Context, site string, q news.Query) (news.Listing, error) {
	var l news.Listing
	limit := q.Limit
	if limit <= 0 {
		limit = news.PageSize
	}
	limit = min(limit, news.MaxLimit)
	var args list
	where := "a.site = " + args.add(site)
	for i, word := range strings.Fields(fold(q.Search)) {
		if i == maxWords {
			break
		}
		where += " AND a.search LIKE " + args.add("%"+like.Replace(word)+"%") + ` ESCAPE '\'`
	}
	if q.Category != "" {
		where += " AND EXISTS (SELECT 1 FROM category c WHERE c.article = a.id AND c.name = " + args.add(q.Category) + ")"
	}
	if q.Before != "" {
		at, id, err := cursor(q.Before)
		if err != nil {
			return l, err
		}
		where += " AND (a.published, a.id) < (" + args.add(at) + ", " + args.add(id) + ")"
	}
	offset := 0
	if q.Before == "" && q.Page > 1 {
		offset = (q.Page - 1) * limit
	}
	order, from := "a.published DESC, a.id DESC", "article a"
	if q.Sort == news.Popular {
		ranking, err := s.ranking(ctx, site, q.Since)
		if err != nil || len(ranking) == 0 {
			return l, err
		}
		from = "(VALUES " + rankedRows(ranking) + ") r JOIN article a ON a.id = r.column1"
		order = "r.column2 DESC, " + order
	}
	query := "SELECT " + listed + " FROM " + from + " JOIN page p ON p.id = a.page WHERE " + where + " ORDER BY " + order + " LIMIT " + args.add(limit+1) + " OFFSET " + args.add(offset)
	err := s.latest(func() ([]total, error) { return s.list(ctx, query, args, limit, &l) })
	if err != nil {
		return l, fmt.Errorf("listing the articles of %s: %w", site, err)
	}
	if q.Sort != "" {
		l.Next = ""
	}
	var images []*news.Image
	for i := range l.Articles {
		if img := l.Articles[i].Image; img != nil {
			images = append(images, img)
		}
	}
	if err := s.pictures(ctx, site, images); err != nil {
		return l, err
	}
	for i := range l.Articles {
		l.Articles[i].Image = ours(l.Articles[i].Image)
	}
	if l.Categories, err = s.Categories(ctx, site); err != nil {
		return l, err
	}
	if q.Since != "" && q.Sort == "" && q.Search == "" && q.Category == "" && q.Before == "" && q.Page < 2 {
		ranking, err := s.ranking(ctx, site, q.Since)
		if err != nil {
			return l, err
		}
		l.Popular = popular(ranking)
	}
	return l, nil
}

// list reads articles, and where the list goes on.
func (s *Store) list(ctx context.Context, query string, args []any, limit int, l *news.Listing) (all []total, err error) {
	l.Articles, l.Next = nil, ""
	var last string
	err = s.each(ctx, query, args, func(rows *sql.Rows) error {
		var id, page int64
		var a news.Article
		if err := scanArticle(rows, &id, &page, &a); err != nil {
			return err
		}
		if len(l.Articles) == limit { // one more than asked for
			l.Next = last
			return nil
		}
		last = strconv.FormatInt(a.Published.UnixMilli(), 10) + "." + strconv.FormatInt(id, 10)
		l.Articles, all = append(l.Articles, a), append(all, total{page: page})
		return nil
	})
	for i := range all {
		all[i].counts = &l.Articles[i].Counts
	}
	return all, err
}

// maxWords is how many words of a search are looked for; each reads every text of the office.
const maxWords = 10

// list is a statement's arguments as they come together.
type list []any

// add appends an argument and returns its name in the statement.
func (l *list) add(v any) string {
	*l = append(*l, v)
	return "$" + strconv.Itoa(len(*l))
}

// fold makes two spellings of a text the same: small letters, without accents, which few type in a search.
func fold(text string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(text)) {
		if !unicode.Is(unicode.Mn, r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

var like = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// ErrCursor says that a Query's Before is not a Listing's Next.
var ErrCursor = errors.New("before: not a next of ours")

func cursor(s string) (at, id int64, err error) {
	a, b, ok := strings.Cut(s, ".")
	at, e1 := strconv.ParseInt(a, 10, 64)
	id, e2 := strconv.ParseInt(b, 10, 64)
	if !ok || e1 != nil || e2 != nil {
		return 0, 0, ErrCursor
	}
	return at, id, nil
}

type scanner interface{ Scan(...any) error }

func scanArticle(row scanner, id, page *int64, a *news.Article, more ...any) error {
	var categories, src, alt string
	var published, updated int64
	to := append([]any{id, &a.Slug, &a.Title, &a.URL, &a.Summary, &a.Author, &categories, &src, &alt, &published, &updated}, into(&a.Counts, page)...)
	if err := row.Scan(append(to, more...)...); err != nil {
		return err
	}
	a.Published = time.UnixMilli(published).UTC()
	if updated > published {
		a.Updated = time.UnixMilli(updated).UTC()
	}
	if src != "" {
		a.Image = &news.Image{Src: src, Alt: alt}
	}
	return json.Unmarshal([]byte(categories), &a.Categories)
}

// ours is a picture as readers may know it: only our copies, not where they came from.
func ours(img *news.Image) *news.Image {
	if img == nil || img.Name == "" {
		return nil
	}
	img.Src = ""
	return img
}

// Categories returns an office's, most used first, at most twenty.
func (s *Store) Categories(ctx context.Context, site string) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT name FROM category WHERE site = $1 GROUP BY name ORDER BY COUNT(*) DESC, name LIMIT 20", site)
	if err != nil {
		return nil, fmt.Errorf("listing the categories of %s: %w", site, err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

// Article implements news.Source.
func (s *Store) Article(ctx context.Context, site, slug string) (news.Article, error) {
	var a news.Article
	var body string
	err := s.latest(func() ([]total, error) {
		var id, page int64
		a = news.Article{}
		row := s.read.QueryRowContext(ctx, "SELECT "+listed+", a.body FROM article a JOIN page p ON p.id = a.page WHERE a.site = $1 AND a.slug = $2", site, slug)
		err := scanArticle(row, &id, &page, &a, &body)
		return []total{{page, &a.Counts}}, err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return a, s.moved(ctx, site, slug)
	}
	if err == nil {
		err = json.Unmarshal([]byte(body), &a.Body)
	}
	if err != nil {
		return a, fmt.Errorf("reading article %s of %s: %w", slug, site, err)
	}
	var images []*news.Image
	if a.Image != nil {
		images = append(images, a.Image)
	}
	news.Images(a.Body, func(i *news.Image) { images = append(images, i) })
	if err := s.pictures(ctx, site, images); err != nil {
		return a, err
	}
	a.Image = ours(a.Image)
	news.Images(a.Body, func(i *news.Image) { i.Src = "" })
	return a, nil
}

// Outline returns an office's articles, newest first, each with no more than its slug, title and dates.
func (s *Store) Outline(ctx context.Context, site string, limit int) ([]news.Article, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT slug, title, published, updated FROM article WHERE site = $1 ORDER BY published DESC, id DESC LIMIT $2", site, limit)
	if err != nil {
		return nil, fmt.Errorf("outlining the articles of %s: %w", site, err)
	}
	defer rows.Close()
	var out []news.Article
	for rows.Next() {
		var a news.Article
		var published, updated int64
		if err := rows.Scan(&a.Slug, &a.Title, &published, &updated); err != nil {
			return nil, fmt.Errorf("reading an article of %s: %w", site, err)
		}
		a.Published = time.UnixMilli(published).UTC()
		if updated > published {
			a.Updated = time.UnixMilli(updated).UTC()
		}
		out = append(out, a)
	}
	return out, rows.Err()
}

// moved says where the article of a former address is, or that there is none.
func (s *Store) moved(ctx context.Context, site, slug string) error {
	var m news.Moved
	err := s.read.QueryRowContext(ctx, "SELECT a.slug FROM slug_alias s JOIN article a ON a.id = s.article WHERE s.site = $1 AND s.slug = $2", site, slug).Scan(&m.Slug)
	if errors.Is(err, sql.ErrNoRows) {
		return news.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("looking for a former address %s of %s: %w", slug, site, err)
	}
	return m
}

// Counts returns the totals of pages by their keys, canonical URLs or slugs; one that nobody has read may be missing.
func (s *Store) Counts(ctx context.Context, site string, keys []string) (map[string]news.Counts, error) {
	out := make(map[string]news.Counts, len(keys))
	if len(keys) == 0 {
		return out, nil
	}
	var args list
	at, in := args.add(site), ""
	for _, k := range keys {
		in += "," + args.add(k)
	}
	in = " IN (" + in[1:] + ")"
	query := "SELECT u.url, " + totals + " FROM page_url u JOIN page p ON p.id = u.page WHERE u.site = " + at + " AND u.url" + in +
		" UNION ALL SELECT a.slug, " + totals + " FROM article a JOIN page p ON p.id = a.page WHERE a.site = " + at + " AND a.slug" + in
	found := map[string]*news.Counts{}
	err := s.latest(func() (all []total, err error) {
		clear(found)
		err = s.each(ctx, query, args, func(rows *sql.Rows) error {
			var key string
			t := total{counts: new(news.Counts)}
			err := rows.Scan(append([]any{&key}, into(t.counts, &t.page)...)...)
			found[key], all = t.counts, append(all, t)
			return err
		})
		return all, err
	})
	if err != nil {
		return nil, fmt.Errorf("reading counts of %s: %w", site, err)
	}
	for key, c := range found {
		out[key] = *c
	}
	return out, nil
}
