package count

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"kabar/app/news"
	"kabar/server/store"
)

// householdBits is how much of an IPv6 address tells readers apart: a household holds all addresses below (RFC 6177).
const householdBits = 64

// agentsPerAddress is how many readers of a page one address can be in a day, at most, by naming other agents: an agent is one of so many kinds, by
// its hash, and two of a kind are one reader. Behind a carrier's address (CGNAT) stand thousands of people, but those of them who read one
// office's article on one day are few: ten with ten different agents are counted as 9.8 on average, thirty as 28.4, a hundred as 83. Phones of
// one browser version, which are one reader by any rule of address and agent, cost more than that. It needs neither memory nor rows, and
// replicas agree.
const agentsPerAddress = 256

func kindOf(agent []byte) int64 {
	sum := sha256.Sum256(agent)
	return int64(binary.BigEndian.Uint32(sum[:]) % agentsPerAddress)
}

// recognition is what recognises a reader of one office's pages.
type recognition struct {
	key     *key
	reader  Reader
	site    string
	kind    news.EventType
	network string
	earlier bool // it happened on an earlier day than it came
}

// hash is the reader under the day's salt, for one page, kind and day only, so it does not tell what else was read. What happened on earlier days
// and comes today, from a device that was offline, is of one day: who makes times up counts twice, and not once for each of eight days.
func (r *recognition) hash(page int64) int64 {
	when := "today"
	if r.earlier {
		when = "earlier"
	}
	m := r.key.macs.Get().(*mac)
	defer r.key.macs.Put(m)
	m.text = m.text[:0]
	m.add(household(r.reader.Addr).AppendTo(m.part[:0]))
	m.part = append(m.part[:0], r.reader.Agent...)
	m.add(strconv.AppendInt(m.part[:0], kindOf(m.part), 10))
	m.add(append(m.part[:0], r.site...))
	m.add(strconv.AppendInt(m.part[:0], page, 10))
	m.add(append(m.part[:0], r.kind...))
	m.add(append(m.part[:0], r.network...))
	m.add(append(m.part[:0], when...))
	return m.sum()
}

// household is what an address says of who it is.
func household(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		return netip.PrefixFrom(a, householdBits).Masked().Addr()
	}
	return a
}

// key hashes under one day's salt.
type key struct{ macs sync.Pool }

func newKey(salt []byte) *key {
	return &key{sync.Pool{New: func() any { return &mac{hash: hmac.New(sha256.New, salt)} }}}
}

// mac hashes a text that is put together of parts, one at a time.
type mac struct {
	hash       hash.Hash
	text, part []byte
}

// add adds a part, which is written into the room of m.part. With its length before it, it cannot pass for the end of another.
func (m *mac) add(part []byte) {
	m.text = append(strconv.AppendInt(m.text, int64(len(part)), 10), ':')
	m.text, m.part = append(m.text, part...), part
}

func (m *mac) sum() int64 {
	m.hash.Reset()
	m.hash.Write(m.text)
	m.text = m.hash.Sum(m.text[:0])
	return store.Key(m.text)
}

// keys are the days' that are in use.
type keys struct {
	mu    sync.RWMutex
	byDay map[string]*key
}

// of returns a day's key, made of its salt when it is not there yet.
func (k *keys) of(day string, salt func() ([]byte, error)) (*key, error) {
	k.mu.RLock()
	found := k.byDay[day]
	k.mu.RUnlock()
	if found != nil {
		return found, nil
	}
	secret, err := salt()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byDay == nil {
		k.byDay = map[string]*key{}
	}
	k.byDay[day] = newKey(secret)
	return k.byDay[day], nil
}

// forget lets go of all: those that still serve are made again of what the store has kept.
func (k *keys) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byDay = nil
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
