package count

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"time"

	"kabar/app/news"
	"kabar/server/store"
)

// Bounds of the group commit.
const (
	maxWaiting  = 4096 // submissions that wait for the next transaction
	maxBatch    = 1000 // events after which a transaction takes no further submission
	maxSettling = 8    // transactions that wait for the disk

	patience = 2 * time.Millisecond // a reader does not feel it
	decay    = 16                   // a transaction forgets so much of a crowd that has gone: one part in so many

	reportLag = time.Second // which reports may be behind
)

// submission is one reader's events on their way to the disk.
type submission struct {
	happenings []store.Happening
	of         []*news.Event // which they are made of
	who        []recognition // whose they are
	results    []store.Result
	done       chan error // takes one
	late       *time.Timer

	first struct { // room for them: most readers send one event
		happenings [1]store.Happening
		of         [1]*news.Event
		who        [1]recognition
	}
}

// room returns a submission that others have had before.
func (c *Counter) room() *submission {
	s, _ := c.free.Get().(*submission)
	if s == nil {
		s = &submission{done: make(chan error, 1), late: time.NewTimer(c.Patience)} // a tenth of what a context with a deadline costs
	}
	s.happenings, s.of, s.who = s.first.happenings[:0], s.first.of[:0], s.first.who[:0]
	return s
}

// leave lets others have a submission that nobody will answer any more. Nothing of this reader stays in it.
func (c *Counter) leave(s *submission) {
	s.late.Stop()
	*s = submission{done: s.done, late: s.late}
	c.free.Put(s)
}

// record hands a submission to Run and waits until it is on disk. When ctx ends first, or Patience, the events may be recorded all the same, and
// sending them again counts nothing twice.
func (c *Counter) record(ctx context.Context, sub *submission) error {
	select {
	case c.waiting <- sub:
		c.unanswered.Add(1)
	default:
		return ErrBusy
	}
	sub.late.Reset(c.Patience)
	select {
	case err := <-sub.done:
		return err
	case <-sub.late.C:
		return fmt.Errorf("waiting for events to be recorded: %w", context.DeadlineExceeded)
	case <-ctx.Done():
		return fmt.Errorf("waiting for events to be recorded: %w", ctx.Err())
	case <-c.stopped:
	}
	select {
	case err := <-sub.done:
		return err
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
	defer c.store.BringIn(context.WithoutCancel(ctx)) // or else the next start does it
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	var due <-chan time.Time // when what was recorded is to be brought in
	busy := false            // whether anything was since the last time
	for {
		select {
		case first := <-c.waiting:
			c.commit(ctx, first)
			busy = true
			if due == nil {
				due = time.After(reportLag)
			}
		case <-due:
			c.store.BringIn(ctx) // or else the next transaction does it, or says why it cannot
			if due = nil; busy {
				due, busy = time.After(reportLag), false
			}
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

// commit records a submission and all that wait behind it. What was taken is finished even when the program is told to stop.
func (c *Counter) commit(ctx context.Context, first *submission) {
	ctx = context.WithoutCancel(ctx)
	of := c.gather(first)
	err := c.write(ctx, of)
	if err == nil {
		return
	}
	if len(of) == 1 || store.Unavailable(err) || errors.Is(err, context.DeadlineExceeded) {
		c.answer(batch{of: of}, err)
		return
	}
	// The database refuses something that one of them says, and the others are not to suffer for it.
	for i := range of {
		if err := c.write(ctx, of[i:i+1]); err != nil {
			c.answer(batch{of: of[i : i+1]}, err)
		}
	}
}

// write records submissions in one transaction, and has them answered when they are on disk.
func (c *Counter) write(ctx context.Context, of []*submission) error {
	b := batch{began: time.Now(), of: of}
	for _, s := range of {
		b.events += len(s.happenings)
	}
	all := make([]store.Happening, 0, b.events)
	for _, s := range of {
		all = append(all, s.happenings...)
	}
	results, err := c.store.Record(ctx, all)
	if err != nil {
		return err
	}
	for _, s := range of {
		s.results, results = results[:len(s.happenings)], results[len(s.happenings):]
	}
	c.recorded <- b
	return nil
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
	c.unanswered.Add(-int64(len(b.of)))
	for _, s := range b.of {
		s.done <- err
	}
}

// gather returns first and what waits behind it. A transaction of one costs a third of one of thirty, so where a crowd sends events a batch waits for half
// of it, the other half being on its way to the disk, until patience is at an end. A reader who comes alone is not kept waiting.
func (c *Counter) gather(first *submission) []*submission {
	c.crowd = max(int(c.unanswered.Load()), c.crowd-(c.crowd+decay-1)/decay)
	batch, events := []*submission{first}, len(first.happenings)
	var patient <-chan time.Time
	for events < maxBatch {
		var s *submission
		select {
		case s = <-c.waiting:
		default:
			if len(batch) >= c.crowd/2 {
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

// maxPages bounds what is remembered of pages: about 3 MB.
const maxPages = 100_000

type pageKey struct{ site, slug, url string }

// pages remembers what slugs and addresses count for, which spares the store a search. The store sees to it when that has changed. Of a key a hash is
// kept, in which the garbage collector has nothing to follow; that two of a hundred thousand have the same happens once in three thousand million starts.
type pages struct {
	seed   maphash.Seed
	mu     sync.RWMutex
	byHash map[uint64]int64
}

func newPages() pages { return pages{seed: maphash.MakeSeed(), byHash: map[uint64]int64{}} }

// known returns a page's number, or 0.
func (p *pages) known(k pageKey) int64 {
	hash := maphash.Comparable(p.seed, k)
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.byHash[hash]
}

func (p *pages) keep(k pageKey, id int64) {
	if p.known(k) == id {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.byHash) >= maxPages {
		clear(p.byHash)
	}
	p.byHash[maphash.Comparable(p.seed, k)] = id
}
