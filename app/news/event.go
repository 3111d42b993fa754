package news

import (
	"errors"
	"time"
)

// Event is something a reader did. It carries no word about who the reader is.
type Event struct {
	ID      string    `json:"id"`                // made by the sender; counted once however often it arrives
	Type    EventType `json:"type"`              // view or share
	Article string    `json:"article,omitempty"` // slug; or else
	URL     string    `json:"url,omitempty"`     // address of a page on one of the office's hosts
	Network string    `json:"network,omitempty"` // of a share: an ID of package share
	Via     Via       `json:"via,omitempty"`     // where it was read; empty means page
	Host    string    `json:"host,omitempty"`    // of a widget: the host page's host name
	At      time.Time `json:"at,omitzero"`       // when it happened; zero means on arrival
}

// EventType is what happened.
type EventType string

// The two kinds of event.
const (
	View  EventType = "view"
	Share EventType = "share"
)

// Via is where an article was read.
type Via string

// Where an article can be read.
const (
	ViaPage    Via = "page"    // our own page, in a browser
	ViaWidget  Via = "widget"  // inside a host's page
	ViaApp     Via = "app"     // the installed app
	ViaOffline Via = "offline" // what the device had saved, without a connection: sent later
)

// Key is what the answer names the event's counts by: the slug or the URL, as it was sent.
func (e Event) Key() string {
	if e.Article != "" {
		return e.Article
	}
	return e.URL
}

// Limits of an event's age. A phone can be offline for days; its clock can be somewhat wrong.
const (
	MaxEventAge  = 7 * 24 * time.Hour
	MaxEventSkew = 10 * time.Minute
	MaxEvents    = 100       // in one request
	MaxEventBody = 64 * 1024 // bytes of one request
)

// Why an event is refused; the texts are part of the API.
var (
	ErrEventID     = errors.New("id: want 8 to 64 of A-Z a-z 0-9 _ -")
	ErrEventType   = errors.New("type: want view or share")
	ErrEventTarget = errors.New("want exactly one of article and url")
	ErrEventSlug   = errors.New("article: not an article's slug")
	ErrEventURL    = errors.New("url: want an absolute http or https address of at most 2048 bytes")
	ErrEventVia    = errors.New("via: want page, widget, app or offline")
	ErrEventNet    = errors.New("network: only a share has one, of at most 32 characters")
	ErrEventHost   = errors.New("host: want a host name")
	ErrEventOld    = errors.New("at: more than 7 days ago")
	ErrEventFuture = errors.New("at: in the future")
)

// Validate says what is wrong with an event's form at the time now, or nil. Whether the article exists is not its to know.
func (e Event) Validate(now time.Time) error {
	switch {
	case len(e.ID) < 8 || len(e.ID) > 64 || !all(e.ID, idByte):
		return ErrEventID
	case e.Type != View && e.Type != Share:
		return ErrEventType
	case (e.Article == "") == (e.URL == ""):
		return ErrEventTarget
	case e.Article != "" && !ValidSlug(e.Article):
		return ErrEventSlug
	case e.URL != "" && CanonicalURL(e.URL) == "":
		return ErrEventURL
	case e.Via != "" && e.Via != ViaPage && e.Via != ViaWidget && e.Via != ViaApp && e.Via != ViaOffline:
		return ErrEventVia
	case len(e.Network) > 32 || e.Type == View && e.Network != "" || !all(e.Network, idByte):
		return ErrEventNet
	case len(e.Host) > 253 || !all(e.Host, hostByte):
		return ErrEventHost
	case !e.At.IsZero() && e.At.Before(now.Add(-MaxEventAge)):
		return ErrEventOld
	case e.At.After(now.Add(MaxEventSkew)):
		return ErrEventFuture
	}
	return nil
}

func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}

func idByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

func hostByte(c byte) bool { return idByte(c) || c == '.' }
