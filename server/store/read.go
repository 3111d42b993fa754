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

	"kabar/app/news"
)

// Store is the server's news.Source.
var _ news.Source = (*Store)(nil)

const listed = "a.id, a.slug, a.title, a.url, a.summary, a.author, a.categories, a.image_src, a.image_alt, a.published, a.updated, p.views, p.shares"

// List implements news.Source.
func (s *Store) List(ctx context.Context, site string, q news.Query) (news.Listing, error) {
	var l news.Listing
	limit := q.Limit
	if limit <= 0 {
		limit = news.PageSize
	}
	limit = min(limit, news.MaxLimit)
	where, args := []string{"a.site = ?"}, []any{site}
	and := func(cond string, v ...any) { where, args = append(where, cond), append(args, v...) }
	for _, word := range strings.Fields(strings.ToLower(q.Search)) {
		and(`a.search LIKE ? ESCAPE '\'`, "%"+like.Replace(word)+"%")
	}
	if q.Category != "" {
		and("EXISTS (SELECT 1 FROM category c WHERE c.article = a.id AND c.name = ?)", q.Category)
	}
	if q.Before != "" {
		at, id, err := cursor(q.Before)
		if err != nil {
			return l, err
		}
		and("(a.published, a.id) < (?, ?)", at, id)
	}
	query := "SELECT " + listed + " FROM article a JOIN page p ON p.id = a.page WHERE " + strings.Join(where, " AND ") + " ORDER BY a.published DESC, a.id DESC LIMIT ? OFFSET ?"
	offset := 0
	if q.Before == "" && q.Page > 1 {
		offset = (q.Page - 1) * limit
	}
	rows, err := s.read.QueryContext(ctx, query, append(args, limit+1, offset)...)
	if err != nil {
		return l, fmt.Errorf("listing the articles of %s: %w", site, err)
	}
	defer rows.Close()
	var last string
	for rows.Next() {
		var id int64
		var a news.Article
		if err := scanArticle(rows, &id, &a); err != nil {
			return l, fmt.Errorf("reading an article of %s: %w", site, err)
		}
		if len(l.Articles) == limit {
			l.Next = last
			break
		}
		last = strconv.FormatInt(a.Published.UnixMilli(), 10) + "." + strconv.FormatInt(id, 10)
		l.Articles = append(l.Articles, a)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return l, fmt.Errorf("listing the articles of %s: %w", site, err)
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
	l.Categories, err = s.categories(ctx, site)
	return l, err
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

func scanArticle(row scanner, id *int64, a *news.Article, more ...any) error {
	var categories, src, alt string
	var published, updated int64
	if err := row.Scan(append([]any{id, &a.Slug, &a.Title, &a.URL, &a.Summary, &a.Author, &categories, &src, &alt, &published, &updated, &a.Counts.Views, &a.Counts.Shares}, more...)...); err != nil {
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

// categories are the office's, most used first.
func (s *Store) categories(ctx context.Context, site string) ([]string, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT name FROM category WHERE site = ? GROUP BY name ORDER BY COUNT(*) DESC, name LIMIT 20", site)
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
	var id int64
	var body string
	row := s.read.QueryRowContext(ctx, "SELECT "+listed+", a.body FROM article a JOIN page p ON p.id = a.page WHERE a.site = ? AND a.slug = ?", site, slug)
	err := scanArticle(row, &id, &a, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return a, news.ErrNotFound
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

// Counts returns the totals of pages by their canonical URLs; one that nobody has read is not among them.
func (s *Store) Counts(ctx context.Context, site string, urls []string) (map[string]news.Counts, error) {
	out := make(map[string]news.Counts, len(urls))
	if len(urls) == 0 {
		return out, nil
	}
	args := []any{site}
	for _, u := range urls {
		args = append(args, u)
	}
	rows, err := s.read.QueryContext(ctx, "SELECT u.url, p.views, p.shares FROM page_url u JOIN page p ON p.id = u.page WHERE u.site = ? AND u.url IN (?"+strings.Repeat(",?", len(urls)-1)+")", args...)
	if err != nil {
		return nil, fmt.Errorf("reading counts of %s: %w", site, err)
	}
	defer rows.Close()
	for rows.Next() {
		var u string
		var c news.Counts
		if err := rows.Scan(&u, &c.Views, &c.Shares); err != nil {
			return nil, err
		}
		out[u] = c
	}
	return out, rows.Err()
}
