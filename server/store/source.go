package store

import (
	"context"
	"encoding/json"
	"fmt"

	"kabar/server/source"
)

// SourceState is what is known of one source of an office.
type SourceState struct {
	Site, Name string
	source.State
}

// Sources returns what is known of every source, by office and name.
func (s *Store) Sources(ctx context.Context) ([]SourceState, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT site, name, state FROM source ORDER BY site, name")
	if err != nil {
		return nil, fmt.Errorf("listing the sources: %w", err)
	}
	defer rows.Close()
	var out []SourceState
	for rows.Next() {
		var one SourceState
		var text string
		if err := rows.Scan(&one.Site, &one.Name, &text); err != nil {
			return nil, fmt.Errorf("reading a source: %w", err)
		}
		if err := json.Unmarshal([]byte(text), &one.State); err != nil {
			return nil, fmt.Errorf("reading the state of source %s: %w", one.Name, err)
		}
		out = append(out, one)
	}
	return out, rows.Err()
}
