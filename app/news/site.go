// Package news holds what the server and the app in the browser agree on: offices, articles as small trees, counts, events
// and the addresses of our own pages. It imports only the standard library and does no I/O.
package news

import "time"

// Site is an office whose news Kabar shows, as much of it as a reader's browser may know.
type Site struct {
	ID       string `json:"id"` // [a-z0-9-], in every address
	Name     string `json:"name"`
	Language string `json:"language"` // "id" or "en"
	TimeZone string `json:"timezone"` // IANA name, one of TimeZones
	Home     string `json:"home,omitempty"`
	Accent   string `json:"accent,omitempty"` // #rrggbb

	NetworkOnly bool `json:"-"` // nothing of it is kept for reading without a network
	Push        bool `json:"-"` // readers may ask to be told of new articles
}

// Zone is one of Indonesia's three time zones. None has daylight saving time, so a fixed offset is exact and the app needs no
// time zone database (450 KB).
type Zone struct {
	Name     string         // IANA
	Location *time.Location // under its Indonesian abbreviation
}

var (
	wib  = time.FixedZone("WIB", 7*60*60)
	wita = time.FixedZone("WITA", 8*60*60)
	wit  = time.FixedZone("WIT", 9*60*60)
)

// Zones lists the IANA names of Indonesia's zones.
var Zones = []Zone{{"Asia/Jakarta", wib}, {"Asia/Pontianak", wib}, {"Asia/Makassar", wita}, {"Asia/Ujung_Pandang", wita}, {"Asia/Jayapura", wit}}

// Location returns the office's zone under its Indonesian abbreviation; an unknown name is WIB, where the capital is.
func (s Site) Location() *time.Location {
	for _, z := range Zones {
		if z.Name == s.TimeZone {
			return z.Location
		}
	}
	return wib
}

// Day returns t's date in the office's zone as 2006-01-02: the day that counts and salts go by.
func (s Site) Day(t time.Time) string { return t.In(s.Location()).Format(time.DateOnly) }
