package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Asset is a file of the app.
type Asset struct {
	Name   string // made of the content: it never changes
	Kind   string // media type
	Brotli []byte
}

// releases is how many of a kind are kept: this one and three before, which is a season of monthly releases.
const releases = 4

// KeepAssets remembers the files of the release that starts, and forgets those of old ones.
func (s *Store) KeepAssets(ctx context.Context, assets []Asset) error {
	err := s.tx(ctx, func(tx *sql.Tx) error {
		parts := map[string]int{} // of a release, by kind
		for _, a := range assets {
			parts[a.Kind]++
		}
		for _, a := range assets {
			if _, err := tx.ExecContext(ctx, "INSERT INTO asset (name, kind, data, used) VALUES ($1,$2,$3,$4) ON CONFLICT (name) DO UPDATE SET used = excluded.used", a.Name, a.Kind, a.Brotli, s.Now().UnixMilli()); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "DELETE FROM asset WHERE kind = $1 AND name NOT IN (SELECT name FROM asset WHERE kind = $1 ORDER BY used DESC, name LIMIT $2)", a.Kind, releases*parts[a.Kind]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keeping the app's files: %w", err)
	}
	return nil
}

// Assets returns the files of this release and recent ones, those used last first.
func (s *Store) Assets(ctx context.Context) ([]Asset, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT name, kind, data FROM asset ORDER BY used DESC, name")
	if err != nil {
		return nil, fmt.Errorf("reading the app's files: %w", err)
	}
	defer rows.Close()
	var out []Asset
	for rows.Next() {
		var a Asset
		if err := rows.Scan(&a.Name, &a.Kind, &a.Brotli); err != nil {
			return nil, fmt.Errorf("reading the app's files: %w", err)
		}
		out = append(out, a)
	}
	return out, rows.Err()
}
