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

// maxPages bounds the cache; a page is about 50 KB with its codings.
const maxPages = 2000

// Cache keeps documents as bytes, compressed once, while their version is the newest.
type Cache struct {
	mu    sync.Mutex
	pages map[string]*entry

	improving chan struct{} // one page at a time is compressed best: readers come first
}

// NewCache returns an empty cache.
func NewCache() *Cache { return &Cache{pages: map[string]*entry{}, improving: make(chan struct{}, 1)} }

type entry struct {
	Kept
	version Version
	made    time.Time
	renewal atomic.Bool
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
			return &e.Kept, nil
		}
		defer e.renewal.Store(false)
	}
	d, err := make()
	if err != nil {
		return nil, err
	}
	n := &entry{Kept: Kept{ETag: d.ETag, CSP: d.CSP, bodies: &bodies{plain: d.HTML}}, version: version, made: now}
	c.mu.Lock()
	if len(c.pages) >= maxPages {
		c.evict(now)
	}
	c.pages[key] = n
	c.mu.Unlock()
	// A page that only its count has made new will be new again in a second.
	if e == nil || e.version.News != version.News || now.Sub(e.made) >= maxAge {
		c.improve(n.bodies)
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

// evict drops what is old, or, when nothing is, whatever comes first.
func (c *Cache) evict(now time.Time) {
	for k, e := range c.pages {
		if now.Sub(e.made) >= maxAge {
			delete(c.pages, k)
		}
	}
	for k := range c.pages {
		if len(c.pages) < maxPages {
			return
		}
		delete(c.pages, k)
	}
}
