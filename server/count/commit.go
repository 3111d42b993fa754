package count

import (
	"context"
	"fmt"
	"sync"
	"time"

	"kabar/server/store"
)

// Bounds of the group commit.
const (
	maxWaiting  = 4096 // submissions that wait for the next transaction
	maxBatch    = 1000 // events after which a transaction takes no further submission
	fullBatch   = 64   // events after which it does not wait for more
	maxSettling = 8    // transactions that wait for the disk

	patience = 2 * time.Millisecond // a reader does not feel it
)

// submission is one reader's events on their way to the disk.
type submission struct {
	happenings []store.Happening
	room       [1]store.Happening // for them: most readers send one event
	results    []store.Result
	err        error
	done       chan struct{}
}

// record hands a submission to Run and waits until it is on disk. When ctx ends first the events may be recorded all the same, and
// sending them again counts nothing twice.
func (c *Counter) record(ctx context.Context, sub *submission) error {
	select {
	case c.waiting <- sub:
	default:
		return ErrBusy
	}
	select {
	case <-sub.done:
		return sub.err
	case <-ctx.Done():
		return fmt.Errorf("waiting for events to be recorded: %w", ctx.Err())
	case <-c.stopped:
	}
	select {
	case <-sub.done:
		return sub.err
	default:
		return ErrBusy
	}
}

// Run records what is submitted until ctx ends, then what still waits. All that waits at one moment goes into one transaction. It is to be
// called once.
func (c *Counter) Run(ctx context.Context) error {
	defer close(c.stopped)
	var settling sync.WaitGroup
	defer settling.Wait()
	defer close(c.recorded)
	settling.Go(func() { c.settle(context.WithoutCancel(ctx)) })
	c.sweep(ctx)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case first := <-c.waiting:
			c.commit(ctx, first)
		case <-tick.C:
			c.sweep(ctx)
		case <-ctx.Done():
			for {
				select {
				case first := <-c.waiting:
					c.commit(ctx, first)
				default:
					return nil
				}
			}
		}
	}
}

// commit records a submission and all that wait behind it.
func (c *Counter) commit(ctx context.Context, first *submission) {
	b := batch{began: time.Now(), of: c.gather(first)}
	for _, s := range b.of {
		b.events += len(s.happenings)
	}
	all := make([]store.Happening, 0, b.events)
	for _, s := range b.of {
		all = append(all, s.happenings...)
	}
	// What was taken is finished even when the program is told to stop.
	results, err := c.store.Record(context.WithoutCancel(ctx), all)
	if err != nil {
		c.answer(b, err)
		return
	}
	for _, s := range b.of {
		s.results, results = results[:len(s.happenings)], results[len(s.happenings):]
	}
	c.recorded <- b
}

// batch is what one transaction has recorded.
type batch struct {
	of     []*submission
	events int
	began  time.Time
}

// settle answers batches when they are on disk, as many as there are at once, until there will be no more. The next transaction is under way meanwhile.
func (c *Counter) settle(ctx context.Context) {
	for first := range c.recorded {
		batches := []batch{first}
		for more := true; more; {
			select {
			case b, ok := <-c.recorded:
				if more = ok; ok {
					batches = append(batches, b)
				}
			default:
				more = false
			}
		}
		err := c.store.Settle(ctx)
		for _, b := range batches {
			c.answer(b, err)
		}
	}
}

// answer says what became of a batch.
func (c *Counter) answer(b batch, err error) {
	c.figures.committed(b.events, time.Since(b.began), err)
	for _, s := range b.of {
		s.err = err
		close(s.done)
	}
}

// gather returns first and what waits behind it. A transaction of one costs a third of one of thirty, so where several came together last time a batch
// waits for more: until it is full, or patience is at an end. A reader who comes alone is not kept waiting.
func (c *Counter) gather(first *submission) []*submission {
	batch, events := []*submission{first}, len(first.happenings)
	defer func() { c.lastBatch = len(batch) }()
	var patient <-chan time.Time
	for events < maxBatch {
		var s *submission
		select {
		case s = <-c.waiting:
		default:
			if c.lastBatch == 1 || events >= fullBatch {
				return batch
			}
			if patient == nil {
				patient = time.After(patience)
			}
			select {
			case s = <-c.waiting:
			case <-patient:
				return batch
			}
		}
		batch, events = append(batch, s), events+len(s.happenings)
	}
	return batch
}

// sweep destroys what has served. What cannot be destroyed now is so at the next sweep; counting goes on.
func (c *Counter) sweep(ctx context.Context) {
	day, eventDay := keepFrom(c.Now())
	c.keys.forget()
	if err := c.store.Forget(ctx, day, eventDay); err != nil && ctx.Err() == nil {
		c.Log.Error("old salts could not be destroyed; it is tried again in an hour", "error", err)
	}
}

// maxPages bounds what is remembered of pages: about 2 MB.
const maxPages = 10_000

type pageKey struct{ site, slug, url string }

// pages remembers what slugs and addresses count for, which spares the store a search. The store sees to it when that has changed.
type pages struct {
	mu    sync.RWMutex
	byKey map[pageKey]int64
}

// known returns a page's number, or 0.
func (p *pages) known(k pageKey) int64 {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.byKey[k]
}

func (p *pages) keep(k pageKey, id int64) {
	if p.known(k) == id {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byKey == nil || len(p.byKey) >= maxPages {
		p.byKey = map[pageKey]int64{}
	}
	p.byKey[k] = id
}
