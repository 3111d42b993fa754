package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kabar/app/news"
)

// pictures fills in our copies of each picture, where there are any.
func (s *Store) pictures(ctx context.Context, site string, images []*news.Image) error {
	bySrc := map[string][]*news.Image{}
	var args list
	at, in := args.add(site), ""
	for _, i := range images {
		if i.Src == "" {
			continue
		}
		if bySrc[i.Src] == nil {
			in += "," + args.add(i.Src)
		}
		bySrc[i.Src] = append(bySrc[i.Src], i)
	}
	if len(bySrc) == 0 {
		return nil
	}
	rows, err := s.read.QueryContext(ctx, "SELECT src, name, widths, width, height, color FROM picture WHERE name <> '' AND site = "+at+" AND src IN ("+in[1:]+")", args...)
	if err != nil {
		return fmt.Errorf("reading pictures: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var src, widths string
		var copies news.Image
		if err := rows.Scan(&src, &copies.Name, &widths, &copies.Width, &copies.Height, &copies.Color); err != nil {
			return fmt.Errorf("reading a picture: %w", err)
		}
		if err := json.Unmarshal([]byte(widths), &copies.Widths); err != nil {
			return fmt.Errorf("reading the widths of picture %s: %w", copies.Name, err)
		}
		for _, i := range bySrc[src] {
			i.Name, i.Widths, i.Width, i.Height, i.Color = copies.Name, copies.Widths, copies.Width, copies.Height, copies.Color
		}
	}
	return rows.Err()
}

// PictureSource is a picture that an office's articles use.
type PictureSource struct {
	Site, Src string
	Tries     int // how often it could not be had
}

// PictureQueue returns pictures that articles use and of which there are no copies yet, as far as it is time to try.
func (s *Store) PictureQueue(ctx context.Context, limit int) ([]PictureSource, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT q.site, q.src, q.tries FROM picture q WHERE q.name = '' AND q.due <= $1 AND EXISTS (SELECT 1 FROM picture_use u WHERE u.site = q.site AND u.src = q.src)
		ORDER BY q.tries, (SELECT MAX(a.published) FROM picture_use u JOIN article a ON a.id = u.article WHERE u.site = q.site AND u.src = q.src) DESC LIMIT $2`, s.Now().UnixMilli(), limit)
	if err != nil {
		return nil, fmt.Errorf("listing pictures to fetch: %w", err)
	}
	defer rows.Close()
	var out []PictureSource
	for rows.Next() {
		var p PictureSource
		if err := rows.Scan(&p.Site, &p.Src, &p.Tries); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// PictureFile is one copy of a picture.
type PictureFile struct {
	Width int
	Ext   string // webp or jpg
	Data  []byte
}

// PutPicture stores the copies of a picture; img says what they are.
func (s *Store) PutPicture(ctx context.Context, p PictureSource, img news.Image, files []PictureFile) error {
	widths, err := json.Marshal(img.Widths)
	if err != nil {
		return err
	}
	err = s.commit(ctx, func(tx *sql.Tx) error {
		for _, f := range files {
			if _, err := tx.ExecContext(ctx, "INSERT INTO picture_file (name, width, ext, data) VALUES ($1,$2,$3,$4) ON CONFLICT DO NOTHING", img.Name, f.Width, f.Ext, f.Data); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE picture SET name = $1, widths = $2, width = $3, height = $4, color = $5, error = '' WHERE site = $6 AND src = $7", img.Name, string(widths), img.Width, img.Height, img.Color, p.Site, p.Src)
		return err
	})
	if err == nil {
		s.newsChanged(p.Site)
		err = s.disk.settle(ctx)
	}
	if err != nil {
		return fmt.Errorf("storing picture %s: %w", p.Src, err)
	}
	return nil
}

// FailPicture remembers that a picture could not be had, and when to try again.
func (s *Store) FailPicture(ctx context.Context, p PictureSource, reason string, again time.Time) error {
	if err := s.exec(ctx, "UPDATE picture SET tries = tries + 1, due = $1, error = $2 WHERE site = $3 AND src = $4", again.UnixMilli(), reason, p.Site, p.Src); err != nil {
		return fmt.Errorf("putting off picture %s: %w", p.Src, err)
	}
	return nil
}

// PictureFile returns a copy, or nil when there is none.
func (s *Store) PictureFile(ctx context.Context, name string, width int, ext string) ([]byte, error) {
	var data []byte
	err := s.read.QueryRowContext(ctx, "SELECT data FROM picture_file WHERE name = $1 AND width = $2 AND ext = $3", name, width, ext).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading a copy of picture %s: %w", name, err)
	}
	return data, nil
}

// DropUnusedPictures removes the copies that no article uses any more, and the cards of articles that are gone.
func (s *Store) DropUnusedPictures(ctx context.Context) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM picture WHERE NOT EXISTS (SELECT 1 FROM picture_use u WHERE u.site = picture.site AND u.src = picture.src)"); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "DELETE FROM picture_file WHERE name NOT IN (SELECT name FROM picture)"); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM card WHERE NOT EXISTS (SELECT 1 FROM article a WHERE a.site = card.site AND a.slug = card.slug)")
		return err
	})
	if err != nil {
		return fmt.Errorf("removing unused pictures: %w", err)
	}
	return nil
}
