package page

import (
	"sync"
	"sync/atomic"
	"time"
)

// Version says how new the news and the counts are that a page would show.
type Version struct{ News, Counts uint64 }

// How long a page may be shown on: its relative times turn with the minute, and its count may lag a second behind, which spares
// rendering for each reader of a busy article.
const (
	maxAge      = time.Minute
	maxCountLag = time.Second
)

const (
	// leastBytes bounds the cache of few offices: 500 pages as most readers get them.
	leastBytes = 4 << 20
	// officeBytes is what an office's news page and newest ten articles take, as most readers get them.
	officeBytes = 96 << 10
	// popular is how often a page is asked for before it is worth compressing best.
	popular = 16
)

// Cache keeps documents as bytes, compressed once, while their version is the newest.
type Cache struct {
	bound int64
	mu    sync.Mutex
	pages map[string]*entry
	held  atomic.Int64 // bytes of all pages

	improving chan struct{} // one page at a time is compressed best: readers come first
}

// NewCache returns an empty cache of CacheBytes(offices) at most.
func NewCache(offices int) *Cache {
	return &Cache{bound: CacheBytes(offices), pages: map[string]*entry{}, improving: make(chan struct{}, 1)}
}

// CacheBytes is how many bytes the pages of so many offices may take: a page that is read much is not to be made again because there are many offices.
func CacheBytes(offices int) int64 { return max(leastBytes, int64(offices)*officeBytes) }

type entry struct {
	Kept
	version Version
	made    time.Time
	renewal atomic.Bool
	lasting bool // for a minute: a page that only its count has made new will be new again in a second
	asked   atomic.Int64
}

// Kept is a document in the cache.
type Kept struct {
	ETag, CSP string
	bodies    *bodies
}

// Body returns the document in a coding of Encodings, or as it is.
func (k *Kept) Body(coding string) ([]byte, error) { return k.bodies.as(coding) }

// Has reports whether there is a page under key, new or old.
func (c *Cache) Has(key string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pages[key] != nil
}

// Last returns what was made last under key, however long ago, or nil where the news has changed since: an article may have been taken back.
func (c *Cache) Last(key string, version Version) *Kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.pages[key]; e != nil && e.version.News == version.News {
		return &e.Kept
	}
	return nil
}

// Get returns the page under key as of version and now, making it when it is missing or old. While one caller renews a page whose
// news is unchanged, the others get what there is. No lock is held while a page is made.
func (c *Cache) Get(key string, version Version, now time.Time, make func() (*Document, error)) (*Kept, error) {
	c.mu.Lock()
	e := c.pages[key]
	c.mu.Unlock()
	if e != nil && e.version.News == version.News {
		age := now.Sub(e.made)
		if age < maxAge && (e.version.Counts == version.Counts || age < maxCountLag) || !e.renewal.CompareAndSwap(false, true) {
			if e.asked.Add(1) == popular && e.lasting {
				c.improve(e.bodies)
			}
			return &e.Kept, nil
		}
		defer e.renewal.Store(false)
	}
	d, err := make()
	if err != nil {
		return nil, err
	}
	n := &entry{Kept: Kept{ETag: d.ETag, CSP: d.CSP, bodies: newBodies(d.HTML, &c.held)}, version: version, made: now,
		lasting: e == nil || e.version.News != version.News || now.Sub(e.made) >= maxAge}
	c.mu.Lock()
	defer c.mu.Unlock()
	if old := c.pages[key]; old != nil {
		old.bodies.drop()
	}
	c.pages[key] = n
	if c.held.Load() > c.bound {
		c.evict(now)
	}
	return &n.Kept, nil
}

// improve compresses a page best, beside, unless another is being compressed.
func (c *Cache) improve(b *bodies) {
	select {
	case c.improving <- struct{}{}:
		go func() {
			b.improve()
			<-c.improving
		}()
	default:
	}
}

// evict makes room for a while: it drops what is old, and then whatever comes first.
func (c *Cache) evict(now time.Time) {
	for _, least := range []time.Duration{maxAge, 0} {
		for k, e := range c.pages {
			if c.held.Load() < c.bound*7/8 {
				return
			}
			if now.Sub(e.made) >= least {
				delete(c.pages, k)
				e.bodies.drop()
			}
		}
	}
}
