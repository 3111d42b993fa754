package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"crypto/rand"

	"github.com/jackc/pgx/v5"
)

// peers are the other servers of a database: what they tell one another, and whose turn it is to do what only one does. Nil are none.
type peers struct {
	config *pgx.ConnConfig
	self   string // a name that no other has

	mu      sync.Mutex
	untold  map[change]bool
	news    chan struct{} // there is something untold
	stop    context.CancelFunc
	running sync.WaitGroup
}

// change is one to an office's news, or else to its counts. The zero change is one to everything.
type change struct {
	site string
	news bool
}

const (
	channel = "kabar" // of the database's notifications

	// tellEvery bounds how often a server tells of changes: a notification keeps other commits waiting, and who listens has a second.
	tellEvery = 200 * time.Millisecond
	againIn   = 500 * time.Millisecond // after the database could not be reached
)

func newPeers(config *pgx.ConnConfig) *peers {
	return &peers{config: config, self: rand.Text(), untold: map[change]bool{}, news: make(chan struct{}, 1)}
}

// tell lets the others know of a change, soon.
func (p *peers) tell(c change) {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.untold[c] = true
	p.mu.Unlock()
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// listen keeps a store's versions up with the others' changes, and tells them of its own, until close.
func (p *peers) listen(ctx context.Context, s *Store) error {
	if p == nil {
		return nil
	}
	conn, err := p.subscribe(ctx)
	if err != nil {
		return err
	}
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	p.stop = stop
	p.running.Go(func() { p.hear(work, conn, s) })
	p.running.Go(func() { p.speak(work, s) })
	return nil
}

func (p *peers) close() error {
	if p != nil && p.stop != nil {
		p.stop()
		p.running.Wait()
	}
	return nil
}

func (p *peers) subscribe(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return nil, fmt.Errorf("listening to the other servers: %w", err)
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return nil, errors.Join(fmt.Errorf("listening to the other servers: %w", err), conn.Close(ctx))
	}
	return conn, nil
}

// hear takes what the others tell. What was told while the database could not be reached is not known, and so everything may have changed.
func (p *peers) hear(ctx context.Context, conn *pgx.Conn, s *Store) {
	for ctx.Err() == nil {
		if conn == nil {
			var err error
			if conn, err = p.subscribe(ctx); err != nil {
				pause(ctx, againIn)
				continue
			}
			s.heard(change{})
		}
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			conn.Close(context.WithoutCancel(ctx))
			conn = nil
			continue
		}
		from, what, _ := strings.Cut(n.Payload, " ")
		kind, site, _ := strings.Cut(what, " ")
		if from != p.self {
			s.heard(change{site, kind == "news"})
		}
	}
	if conn != nil {
		conn.Close(context.WithoutCancel(ctx))
	}
}

// heard makes what a change concerns old.
func (s *Store) heard(c change) {
	switch {
	case c.site == "":
		s.versions.Range(func(_, v any) bool {
			v.(*siteVersion).news.Add(1)
			v.(*siteVersion).counts.Add(1)
			return true
		})
	case c.news:
		s.site(c.site).news.Add(1)
	default:
		s.site(c.site).counts.Add(1)
	}
}

// speak tells what has changed here, the last of it when ctx has ended.
func (p *peers) speak(ctx context.Context, s *Store) {
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), connectTimeout)
			defer cancel()
			p.say(last, s)
			return
		case <-p.news:
			p.say(ctx, s)
		}
		pause(ctx, tellEvery)
	}
}

// say tells all that is untold. What cannot be told stays for the next time.
func (p *peers) say(ctx context.Context, s *Store) {
	p.mu.Lock()
	told := p.untold
	p.untold = map[change]bool{}
	p.mu.Unlock()
	if len(told) == 0 {
		return
	}
	var payloads []string
	for c := range told {
		kind := "counts"
		if c.news {
			kind = "news"
		}
		payloads = append(payloads, p.self+" "+kind+" "+c.site)
	}
	if _, err := s.write.ExecContext(ctx, "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload", channel, payloads); err != nil {
		for c := range told {
			p.tell(c)
		}
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

const (
	turnEvery = time.Second      // how often a server asks for the turn, or shows that it still has it
	turnLost  = 10 * time.Second // how long one that has it may stand still; then the database gives the turn to another
)

// Alone runs f while no other server of the database runs its own, and again when the turn was lost and has come back. It returns when ctx ends. The
// context of f ends with the turn: when the database is out of reach, or this server stood still so long that another has taken it.
func (s *Store) Alone(ctx context.Context, f func(context.Context)) {
	if s.peers == nil {
		f(ctx)
		return
	}
	for ctx.Err() == nil {
		if conn := s.peers.turn(ctx); conn != nil {
			s.peers.tell(change{}) // the one who had it may have died before it told of its last work
			s.peers.keep(ctx, conn, f)
		}
		pause(ctx, turnEvery)
	}
}

// turn waits for the turn, and returns the connection that has it; nil when the connection broke.
func (p *peers) turn(ctx context.Context) *pgx.Conn {
	conn, err := pgx.ConnectConfig(ctx, p.config)
	if err != nil {
		return nil
	}
	if _, err = conn.Exec(ctx, fmt.Sprintf("SET idle_session_timeout = %d", turnLost.Milliseconds())); err == nil {
		for mine := false; ; pause(ctx, turnEvery) {
			// Asking again and again, not waiting in the database: a query that waits for days keeps it from cleaning up.
			if err = conn.QueryRow(ctx, "SELECT pg_try_advisory_lock(1801544289, 0)").Scan(&mine); err != nil || mine {
				break
			}
		}
	}
	if err != nil {
		conn.Close(context.WithoutCancel(ctx))
		return nil
	}
	return conn
}

// keep runs f as long as the connection that has the turn lives.
func (p *peers) keep(ctx context.Context, conn *pgx.Conn, f func(context.Context)) {
	defer conn.Close(context.WithoutCancel(ctx)) // gives the turn away
	working, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f(working)
	}()
	defer func() { <-done }()
	defer stop()
	for {
		select {
		case <-done:
			return
		case <-ctx.Done():
			return
		case <-time.After(turnEvery):
		}
		asking, cancel := context.WithTimeout(ctx, turnLost/2)
		err := conn.Ping(asking)
		cancel()
		if err != nil {
			return
		}
	}
}
