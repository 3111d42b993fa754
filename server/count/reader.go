package count

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"kabar/app/news"
	"kabar/server/store"
)

// hashSize is of a reader's hash, in bytes: enough that two readers of a day do not meet.
const hashSize = 16

// householdBits is how much of an IPv6 address tells readers apart: a household holds all addresses below (RFC 6177).
const householdBits = 64

// agentsPerAddress is how many readers of a page one address can be in a day, at most, by naming other agents: an agent is one of so many kinds, by
// its hash, and two of a kind are one reader. Behind a carrier's address (CGNAT) stand thousands of people, but those of them who read one
// office's article on one day are few: ten with ten different agents are counted as 9.8 on average, thirty as 28.4, a hundred as 83. Phones of
// one browser version, which are one reader by any rule of address and agent, cost more than that. It needs neither memory nor rows, and
// replicas agree.
const agentsPerAddress = 256

func kindOf(agent string) string {
	sum := sha256.Sum256([]byte(agent))
	return strconv.Itoa(int(binary.BigEndian.Uint32(sum[:]) % agentsPerAddress))
}

// hash is the reader under the day's salt, for one page, kind and day only, so it does not tell what else was read. What happened on earlier days
// and comes today, from a device that was offline, is of one day: who makes times up counts twice, and not once for each of eight days.
func hash(salt []byte, r Reader, h *store.Happening, page int64) []byte {
	when := "today"
	if h.Day != h.HashDay {
		when = "earlier"
	}
	m := hmac.New(sha256.New, salt)
	for _, part := range [...]string{household(r.Addr).String(), kindOf(r.Agent), h.Site, strconv.FormatInt(page, 10), string(h.Type), h.Network, when} {
		// With its length before it, a part cannot pass for the end of another.
		m.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return m.Sum(nil)[:hashSize]
}

// household is what an address says of who it is.
func household(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		return netip.PrefixFrom(a, householdBits).Masked().Addr()
	}
	return a
}

// salts are the days' keys that are in use.
type salts struct {
	mu    sync.Mutex
	byDay map[string][]byte
}

// of returns a day's key, from memory when it is there.
func (s *salts) of(day string, load func() ([]byte, error)) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if key, ok := s.byDay[day]; ok {
		return key, nil
	}
	key, err := load()
	if err != nil {
		return nil, err
	}
	if s.byDay == nil {
		s.byDay = map[string][]byte{}
	}
	s.byDay[day] = key
	return key, nil
}

func (s *salts) forget(before string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for day := range s.byDay {
		if day < before {
			delete(s.byDay, day)
		}
	}
}

// Sweeping: the salts and hashes of today and yesterday stay, and none of them for more than 48 hours; event ids for nine days.
const (
	sweepEvery = time.Hour
	keepSalts  = 24 * time.Hour
	keepEvents = news.MaxEventAge + 24*time.Hour // an event may come seven days late
)

// keepFrom returns the first day whose salts and hashes stay, and the first whose event ids stay. Days are the easternmost zone's, where each
// begins first, and a sweep ahead: so that nothing is older than 48 hours, or an id than nine days, when the next sweep destroys it.
func keepFrom(now time.Time) (day, eventDay string) {
	east := news.Site{TimeZone: "Asia/Jayapura"}
	return east.Day(now.Add(sweepEvery - keepSalts)), east.Day(now.Add(sweepEvery - keepEvents))
}
