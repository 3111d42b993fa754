package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Card returns the preview picture of an article, a JPEG, or nil when there is none of that name.
func (s *Store) Card(ctx context.Context, site, slug, name string) ([]byte, error) {
	var data []byte
	err := s.read.QueryRowContext(ctx, "SELECT data FROM card WHERE site = $1 AND slug = $2 AND name = $3", site, slug, name).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the card of %s of %s: %w", slug, site, err)
	}
	return data, nil
}

// PutCard stores the preview picture of an article in the place of a former one.
func (s *Store) PutCard(ctx context.Context, site, slug, name string, data []byte) error {
	err := s.exec(ctx, "INSERT INTO card (site, slug, name, data) VALUES ($1,$2,$3,$4) ON CONFLICT (site, slug) DO UPDATE SET name = excluded.name, data = excluded.data", site, slug, name, data)
	if err != nil {
		return fmt.Errorf("storing the card of %s of %s: %w", slug, site, err)
	}
	return nil
}
