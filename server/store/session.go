package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// SignIn opens a session for a scope until it expires and returns its token, of which only a hash is kept. secret is what was proven, so
// that SignedIn can tell when it has been replaced.
func (s *Store) SignIn(ctx context.Context, scope string, secret []byte, until time.Time) (token string, err error) {
	token = rand.Text()
	if err := s.exec(ctx, "INSERT INTO session (token, scope, secret, expires) VALUES ($1,$2,$3,$4)", digest([]byte(token)), scope, digest(secret), until.UnixMilli()); err != nil {
		return "", fmt.Errorf("opening a session: %w", err)
	}
	return token, nil
}

// SignedIn reports whether a token is of a session for this scope and secret that goes on.
func (s *Store) SignedIn(ctx context.Context, scope string, secret []byte, token string) (bool, error) {
	var one int
	err := s.read.QueryRowContext(ctx, "SELECT 1 FROM session WHERE token = $1 AND scope = $2 AND secret = $3 AND expires >= $4",
		digest([]byte(token)), scope, digest(secret), s.Now().UnixMilli()).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for a session: %w", err)
	}
	return true, nil
}

// SignOut ends a session.
func (s *Store) SignOut(ctx context.Context, token string) error {
	if err := s.exec(ctx, "DELETE FROM session WHERE token = $1", digest([]byte(token))); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

func digest(b []byte) []byte {
	sum := sha256.Sum256(b)
	return sum[:]
}
