package source

import (
	"context"
	"time"
)

// What the start of many offices may hold at once. A source waits for its place among the bodies, from before it is fetched until it is stored; but where
// those before it only wait for offices that do not answer, no longer than patience.
const (
	maxBodies = 6
	maxWork   = 2
	patience  = 2 * time.Second

	// spread is how far apart the first readings of a start lie on average: 514 offices begin within half a minute.
	spread = 50 * time.Millisecond
)

// place waits for a place among the bodies that are held; leave gives it to the next.
func (p *Poller) place(ctx context.Context) (leave func(), err error) {
	for {
		select {
		case p.bodies <- struct{}{}:
			return func() { <-p.bodies }, nil
		case <-time.After(patience):
			if p.held.Load() < maxBodies {
				return func() {}, nil
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// turn waits until this source may parse and store; done lets the next.
func (p *Poller) turn(ctx context.Context) (done func(), err error) {
	select {
	case p.work <- struct{}{}:
		return func() { <-p.work }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
