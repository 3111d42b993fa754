package main

import (
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// rule is how often something may be done: so many a second in the long run, and so many at once after a rest.
type rule struct {
	perSecond float64
	atOnce    int
}

// What one address may do. Behind one address of an Indonesian mobile carrier stand thousands of readers (CGNAT), so these are what five
// thousand people do, not what one does: each opens a page a minute, which is 83 pages a second and with their files 500 requests; half of
// the pages are articles that count. What is kept costs microseconds, so making is the narrow one: a page is made anew once a second at most
// however many read it, and only what nobody else asks for (searches, guessed addresses) is made for one.
var (
	addressReads  = rule{500, 5000} // any request
	addressMakes  = rule{20, 300}   // a page or list that is not kept: milliseconds
	addressCounts = rule{50, 2000}  // events, not requests: one request has up to 100
	// A reader subscribes once, so a hundred at once are of many; and one address takes a day and a half to fill an office's list.
	addressSubscribes = rule{1.0 / 6, 100}
)

// What all addresses together may do with one office, so that a flood for one leaves the machine to the others. An office's busiest hour is a
// million readers, 280 a second. Plain addresses are not limited here: they are as many as there is news, and whoever exhausts the searches
// must not close the news.
var (
	officeMakes  = rule{200, 1000} // with parameters: searches, looks of widgets
	officeCounts = rule{10_000, 100_000}
)

// limits says who has asked too much lately. It lives in memory: replicas each have their own, and a restart forgives.
type limits struct {
	reads, makes, counts, subscribes *buckets[household]
	officeMakes, officeCounts        *buckets[string]
}

func newLimits() limits {
	return limits{newBuckets[household](addressReads), newBuckets[household](addressMakes), newBuckets[household](addressCounts),
		newBuckets[household](addressSubscribes), newBuckets[string](officeMakes), newBuckets[string](officeCounts)}
}

// unlimited is whoever cannot be told from others: a trusted proxy that names no reader, and the machine itself, which is the operator or a
// proxy that the settings forgot. A limit on them would be one on everybody.
func (s *server) unlimited(a netip.Addr) bool { return !a.IsValid() || a.IsLoopback() || s.trusts(a) }

// mayRead answers 429 to an address that asks for too much of anything.
func (s *server) mayRead(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a := from(r); !s.unlimited(a) {
			if wait := s.limits.reads.take(householdOf(a), 1, s.now()); wait > 0 {
				s.fail(w, r, tooMany(wait))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// mayMake is asked before something that is not kept is made for one request.
func (s *server) mayMake(r *http.Request, office string) error {
	all := s.limits.officeMakes
	if r.URL.RawQuery == "" {
		all = nil
	}
	return s.may(r, office, s.limits.makes, all, 1)
}

// mayCount is asked before n events are recorded.
func (s *server) mayCount(r *http.Request, office string, n int) error {
	return s.may(r, office, s.limits.counts, s.limits.officeCounts, n)
}

func (s *server) may(r *http.Request, office string, one *buckets[household], all *buckets[string], n int) error {
	var wait time.Duration
	if a := from(r); !s.unlimited(a) {
		wait = one.take(householdOf(a), n, s.now())
	}
	if wait == 0 && all != nil {
		wait = all.take(office, n, s.now())
	}
	if wait > 0 {
		return tooMany(wait)
	}
	return nil
}

func tooMany(wait time.Duration) *httpError {
	seconds := int(math.Ceil(wait.Seconds()))
	return &httpError{status: http.StatusTooManyRequests, code: "too_many", message: fmt.Sprintf("too many requests; try again in %d s", seconds), retry: seconds}
}

// household is what an address says of who it is: of IPv6 the first 64 bits, since a household holds all addresses below (RFC 6177).
type household [16]byte

func householdOf(a netip.Addr) household {
	h := household(a.Unmap().As16()) // in which IPv4 is ::ffff:0:0/96 (RFC 4291)
	if a.Unmap().Is6() {
		clear(h[8:])
	}
	return h
}

// maxBuckets bounds one generation of buckets. Of those who have taken little there is a number only, of 30 bytes with its key; a limiter takes 200.
const maxBuckets = 20_000

// littlePart is which part of a rule's atOnce is little: nearly everybody takes less.
const littlePart = 4

// buckets holds a token bucket for each key that was seen lately. A bucket that has rested long enough to be full is as good as none, so two
// generations are kept, and the older is dropped when the younger has lasted that long, or is large.
type buckets[K comparable] struct {
	rule rule

	mu             sync.Mutex
	young, old     generation[K]
	since          time.Time // when young began
	untilFullAgain time.Duration
}

// generation is of those who were seen in one span of time. Where there are thousands, the garbage collector has nothing to follow.
type generation[K comparable] struct {
	little map[K]int // tokens taken by those without a limiter, who are not given back what they would have regained
	much   map[K]*rate.Limiter
}

func newGeneration[K comparable]() generation[K] {
	return generation[K]{map[K]int{}, map[K]*rate.Limiter{}}
}

func (g generation[K]) size() int { return len(g.little) + len(g.much) }

func newBuckets[K comparable](r rule) *buckets[K] {
	return &buckets[K]{rule: r, young: newGeneration[K](), old: newGeneration[K](), untilFullAgain: time.Duration(float64(r.atOnce) / r.perSecond * float64(time.Second))}
}

// take takes n tokens and returns 0, or takes none and returns how long it will be until there are as many.
func (b *buckets[K]) take(key K, n int, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.young.size() >= maxBuckets || now.Sub(b.since) >= b.untilFullAgain {
		b.young, b.old, b.since = newGeneration[K](), b.young, now
	}
	l := b.young.much[key]
	if l == nil {
		if l = b.old.much[key]; l == nil {
			taken, ok := b.young.little[key]
			if !ok {
				taken = b.old.little[key]
			}
			if taken+n <= b.rule.atOnce/littlePart {
				b.young.little[key] = taken + n
				return 0
			}
			l = rate.NewLimiter(rate.Limit(b.rule.perSecond), b.rule.atOnce)
			l.AllowN(now, taken)
			delete(b.young.little, key)
		}
		b.young.much[key] = l
	}
	if l.AllowN(now, n) {
		return 0
	}
	return time.Duration((float64(n) - l.TokensAt(now)) / b.rule.perSecond * float64(time.Second))
}

// forget gives a key its tokens back.
func (b *buckets[K]) forget(key K) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, g := range []generation[K]{b.young, b.old} {
		delete(g.little, key)
		delete(g.much, key)
	}
}
