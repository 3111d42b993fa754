// Package source brings an office's news in: feeds, pages of a CMS without one and folders of Markdown become Items, foreign bytes become plain values and
// nodes. Parsing is pure; the Poller does the reading and hands Items to a Store. It never stores, shows or fetches a picture itself.
package source

import (
	"context"
	"time"

	"kabar/app/news"
)

// Item is what one feed entry or one post becomes. Every text is plain, every address absolute http or https (or empty).
type Item struct {
	GUID       string // as the source gives it; empty when it gives none. "post:" and the path without extension for a post
	Slug       string `json:",omitempty"` // wanted for its address; empty: the title's
	Title      string // never empty, at most MaxTitle characters
	URL        string // its home in canonical form; empty for a post and for an item without a usable link
	Author     string // without an e-mail address
	Summary    string // at most news.SummaryLen characters
	Categories []string
	ImageSrc   string // the lead picture: an absolute address, or "file:" and a path inside the folder of a post
	ImageAlt   string
	Published  time.Time // zero: the source gives no date that can be believed; use the time the item was first seen
	Updated    time.Time // zero: not said, or the same as Published
	Future     time.Time // the date a source gave that lay in the future when it was read; Published is zero then
	Body       []news.Node
	// ViewsBefore is how often ViewsFrom, a former site, says that it was viewed; 0 when it does not say.
	ViewsBefore int64  `json:"-"`
	ViewsFrom   string `json:"-"`
	// Announce asks that those who want to hear of new articles be told of this one, if it is new to the store.
	Announce bool `json:"-"`
}

// Feed is one feed, read.
type Feed struct {
	Title    string
	Items    []Item   // in the feed's order
	Repaired []string // what had to be mended before it could be read, in plain words
	Dropped  int      // items that were left out: password-protected, or without anything to show
	Cut      bool     // the feed ends early; Items is what came before the break
}

// Ingested says what became of items: Same is what was already stored with the same content.
type Ingested struct{ New, Updated, Same int }

// State is what is remembered of a source between two readings, and what an operator is shown of it.
type State struct {
	ETag         string
	LastModified string
	NotBefore    time.Time // a Retry-After that outlives a restart
	Tried        time.Time // last attempt
	Succeeded    time.Time // last attempt that brought or confirmed content
	Next         time.Time // next attempt
	Failures     int       // in a row
	Error        string    // of the last attempt, in words a webmaster understands; empty after a success
	Warned       time.Time // when an Error was last logged
	Told         bool      // this run of failures was logged
	Page         int       // of an archive that is being brought in: the last that is stored
	Items        int       // in the last content
	New          int       // ever
	Repaired     int       // kinds of faults mended in the last content
	Refused      int       // items left out of the last content
	Pages        *Pages    // what is known of a page without a feed; nil for a feed
}

// Store keeps what the Poller reads.
type Store interface {
	// Ingest stores items of one source of an office in one transaction. They come oldest first, each article once: the one seen last
	// is the newest where dates are missing. What is not in items stays as it is.
	Ingest(ctx context.Context, site, source string, items []Item) (Ingested, error)
	// LoadSource returns what SaveSource kept; the zero State when there is none.
	LoadSource(ctx context.Context, site, source string) (State, error)
	SaveSource(ctx context.Context, site, source string, s State) error
}
