package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"
)

// readiness is what /readyz goes by when the server is told to stop.
type readiness struct {
	leaving atomic.Bool
	asked   atomic.Int64  // when /readyz was last asked, in Unix nanoseconds
	refused atomic.Int64  // answers of /readyz since the server leaves
	heard   chan struct{} // closed when that many have been given that every balancer believes them
}

const (
	readyTime  = 2 * time.Second  // for the database to answer /readyz
	watchTime  = time.Minute      // who asked /readyz since then asks again
	noticeTime = 10 * time.Second // for those who ask to hear that the server leaves: what Kubernetes waits between two probes
	believed   = 3                // refusals after which a balancer sends nothing more, with the defaults of HAProxy and Kubernetes
)

var errLeaving = errors.New("the server is stopping")

// health says that the program runs. It asks nothing else: a restart brings no database back.
func (s *server) health(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "ok\n")
	return nil
}

// ready says whether a balancer is to send requests. Tables are up to date before the first is answered.
func (s *server) ready(w http.ResponseWriter, r *http.Request) error {
	s.readiness.asked.Store(s.now().UnixNano())
	w.Header().Set("Cache-Control", "no-store")
	if err := s.unready(r.Context()); err != nil {
		http.Error(w, "not ready: "+err.Error(), http.StatusServiceUnavailable)
		if errors.Is(err, errLeaving) && s.readiness.refused.Add(1) == believed {
			close(s.readiness.heard)
		}
		return nil
	}
	io.WriteString(w, "ready\n")
	return nil
}

// unready is why no requests are wanted, in words for everybody, or nil.
func (s *server) unready(ctx context.Context) error {
	if s.readiness.leaving.Load() {
		return errLeaving
	}
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	if s.store.Ping(ctx) != nil {
		return errors.New("the database does not answer")
	}
	return nil
}

// leave lets balancers know that the server stops, while it still answers. Where nobody asks, nobody is waited for.
func (s *server) leave() {
	s.readiness.leaving.Store(true)
	if s.now().Sub(time.Unix(0, s.readiness.asked.Load())) > watchTime {
		return
	}
	select {
	case <-s.readiness.heard:
	case <-time.After(noticeTime):
	}
}
