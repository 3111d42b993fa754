package fetch

import (
	"context"
	"sync"
)

// hostLocks lets one fetch at a time through to each host, so that an office with many feeds does not have its small server asked for
// all of them at once. The zero value is ready.
type hostLocks struct {
	mu   sync.Mutex
	busy map[string]*hostLock
}

type hostLock struct {
	turn  chan struct{} // holds one token while the host is being asked
	users int           // that hold or wait; the lock goes away with the last
}

// lock waits for the host's turn; the returned function gives it back.
func (h *hostLocks) lock(ctx context.Context, host string) (unlock func(), err error) {
	h.mu.Lock()
	if h.busy == nil {
		h.busy = map[string]*hostLock{}
	}
	l := h.busy[host]
	if l == nil {
		l = &hostLock{turn: make(chan struct{}, 1)}
		h.busy[host] = l
	}
	l.users++
	h.mu.Unlock()
	leave := func() {
		h.mu.Lock()
		if l.users--; l.users == 0 {
			delete(h.busy, host)
		}
		h.mu.Unlock()
	}
	select {
	case l.turn <- struct{}{}:
		return func() { <-l.turn; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
