// Package card makes the picture that messengers and social networks show for a shared article: its own photograph under its title,
// or its title set like a newspaper's. It knows neither feeds nor HTTP, and reads no picture but our own copies.
package card

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"kabar/app/locale"
	"kabar/app/news"
)

// Size of every card in pixels: what Facebook, X and LinkedIn ask for, 1.91 to 1.
const (
	Width  = 1200
	Height = 630
)

// MaxBytes bounds a card: WhatsApp shows no picture of more than about 300 KB.
const MaxBytes = 250_000

// version is part of every card's name: another design makes other names.
const version = "1"

// Card is what a card shows.
type Card struct {
	Title, Office, Section, Date string
	Accent                       string // #rrggbb
	Picture                      string // content name of our copies, or empty
	width                        int    // of the copy to take, in pixels
}

// Of returns the card of an office's article.
func Of(site news.Site, a *news.Article) Card {
	c := Card{Title: a.Title, Office: site.Name, Date: locale.For(site.Language).Day(a.Published, site.Location()), Accent: site.Accent}
	if len(a.Categories) > 0 {
		c.Section = a.Categories[0]
	}
	if a.Image != nil && a.Image.Name != "" && len(a.Image.Widths) > 0 {
		c.Picture, c.width = a.Image.Name, a.Image.Widths[len(a.Image.Widths)-1]
	}
	return c
}

// Name is made of everything that the card shows, so that its address never shows anything else.
func (c Card) Name() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{version, c.Title, c.Office, c.Section, c.Date, c.Accent, c.Picture}, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// patience bounds how long a request waits for its turn; a card takes about a tenth of a second.
const patience = 10 * time.Second

// Store keeps cards, and has our copies of pictures.
type Store interface {
	Card(ctx context.Context, site, slug, name string) ([]byte, error)
	PutCard(ctx context.Context, site, slug, name string, data []byte) error
	PictureFile(ctx context.Context, name string, width int, ext string) ([]byte, error)
}

// Maker makes each card once, one at a time.
type Maker struct {
	store Store
	turn  chan struct{}
}

// NewMaker returns a maker that keeps its cards in store.
func NewMaker(store Store) *Maker { return &Maker{store: store, turn: make(chan struct{}, 1)} }

// Get returns the card of an article as a JPEG, making it if nobody has asked for it before. The error is context.DeadlineExceeded
// when too many are being asked for at once.
func (m *Maker) Get(ctx context.Context, site, slug string, c Card) ([]byte, error) {
	if data, err := m.store.Card(ctx, site, slug, c.Name()); data != nil || err != nil {
		return data, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case m.turn <- struct{}{}:
		defer func() { <-m.turn }()
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting to make a card: %w", ctx.Err())
	}
	// Whoever had the turn before may have made it.
	if data, err := m.store.Card(ctx, site, slug, c.Name()); data != nil || err != nil {
		return data, err
	}
	var photo []byte
	if c.Picture != "" {
		var err error
		if photo, err = m.store.PictureFile(ctx, c.Picture, c.width, "jpg"); err != nil {
			return nil, err
		}
	}
	data, err := Draw(c, photo)
	if err != nil {
		return nil, err
	}
	return data, m.store.PutCard(ctx, site, slug, c.Name(), data)
}
