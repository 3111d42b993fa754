package push

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"kabar/app/news"
	"kabar/server/fetch"
	"kabar/server/store"
)

const (
	lookEvery = 5 * time.Second
	// settle is how long an article waits for its picture to be copied, and for those that are published with it.
	settle = 30 * time.Second
	// batch is how many subscriptions of an office one server claims at once, and atOnce how many it sends to at the same time; patience bounds one
	// of them: push services answer in a fraction of a second.
	batch    = 64
	atOnce   = 8
	patience = 5 * time.Second
	// batches is how many offices' are sent at the same time. Whoever waits gets the next place, so an office is held up by a batch of each other
	// at most, however many it has.
	batches = 16
	// A domain whose endpoints let us wait maxSilent times in vain is not asked again in an office's round; answersASilence answers make up for one.
	maxSilent, answersASilence = 3, 10
	// lease is more than a batch takes when every answer takes all of patience.
	lease = 2 * batch / atOnce * patience
	// ttl is how long a push service keeps a message for a device that is off: news of the day.
	ttl = 12 * time.Hour
	// recordSize is of every message in bytes, padding included, so that its length does not say which article it is. All that text can write
	// fits, and push services take 4,096 (RFC 8291, 4).
	recordSize = 3072

	firstRetry = time.Minute
	lastRetry  = 6 * time.Hour
	// maxTries in vain are more than a week of news that could not be sent.
	maxTries = 40
)

// Keys are the server's own pair for VAPID (RFC 8292), base64url.
type Keys struct{ Private, Public string }

// NewKeys makes a pair.
func NewKeys() (Keys, error) {
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return Keys{}, fmt.Errorf("making the keys for notifications: %w", err)
	}
	return Keys{private, public}, nil
}

// Office is one whose readers may be told, each at most once in Every.
type Office struct {
	news.Site
	Every time.Duration
}

// Sender tells them.
type Sender struct {
	Store   *store.Store
	Offices []Office
	Keys    Keys
	Contact string            // an https address of ours, by which a push service can ask who sends
	Dial    http.RoundTripper // fetch.Guarded, which leads to no private address
	Log     *slog.Logger
	Now     func() time.Time

	once  sync.Once
	busy  []sync.Mutex  // by office: a round leaves out those that an earlier one still tells
	slots chan struct{} // one for each batch at the same time
}

// Run sends what is due until ctx ends. It waits for no round, since in each may be an office whose readers' endpoints do not answer.
func (s *Sender) Run(ctx context.Context) error {
	var rounds sync.WaitGroup
	defer rounds.Wait()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		rounds.Go(func() {
			if err := s.Round(ctx); err != nil && ctx.Err() == nil {
				s.Log.Error("notifications could not be sent", "error", err)
			}
		})
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Round sends what is due now. Other servers of the same database may do so at the same time. After a crash between the push service's answer and
// its record a message is sent again, and takes the place of the first. It returns the first office's error: most often all have the same.
func (s *Sender) Round(ctx context.Context) error {
	s.once.Do(func() { s.busy, s.slots = make([]sync.Mutex, len(s.Offices)), make(chan struct{}, batches) })
	errs := make([]error, len(s.Offices))
	var wg sync.WaitGroup
	for i, o := range s.Offices {
		if s.busy[i].TryLock() {
			wg.Go(func() {
				defer s.busy[i].Unlock()
				errs[i] = s.office(ctx, o)
			})
		}
	}
	wg.Wait()
	return cmp.Or(errs...)
}

func (s *Sender) office(ctx context.Context, o Office) error {
	done := tally{silent: map[string]int{}}
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = s.some(ctx, o, &done); err != nil {
			return err
		}
	}
	if done.sent+done.gone+done.failed > 0 {
		s.Log.Info("notifications sent", "site", o.ID, "sent", done.sent, "gone", done.gone, "failed", done.failed, "reason", done.reason)
	}
	return nil
}

// some tells a batch of an office's readers, and reports whether there may be more.
func (s *Sender) some(ctx context.Context, o Office, done *tally) (more bool, err error) {
	select {
	case s.slots <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-s.slots }()
	all, err := s.Store.PushNews(ctx, o.ID, settle)
	if err != nil || len(all) == 0 {
		return false, err
	}
	turns, err := s.Store.ClaimPush(ctx, o.ID, all[0].Seq, batch, lease)
	if err != nil || len(turns) == 0 {
		return false, err
	}
	s.batch(ctx, o, all, turns, done)
	// What was sent was sent, also when the server is being stopped.
	return true, s.Store.EndPush(context.WithoutCancel(ctx), turns)
}

// tally is what came of an office's turns.
type tally struct {
	mu                 sync.Mutex
	sent, gone, failed int
	reason             string         // of the last that failed
	silent             map[string]int // by domain: answersASilence for each that let us wait in vain, less one for each that answered
}

// errSilent stands for the answer of an endpoint that was not asked.
var errSilent = errors.New("the push service let us wait before, and is asked again later")

// domain is the last two labels of an endpoint's host: whoever owns it can have as many names below as they like. Where many own it, as .co.id, those
// who answer wait for the next round because of one who does not.
func domain(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return ""
	}
	labels := strings.Split(u.Hostname(), ".")
	return strings.Join(labels[max(0, len(labels)-2):], ".")
}

// mayAsk reports whether a domain is worth waiting for.
func (t *tally) mayAsk(domain string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.silent[domain] < maxSilent*answersASilence
}

// heard keeps whether a domain has answered; t.mu is held.
func (t *tally) heard(domain string, err error) {
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		t.silent[domain] += answersASilence
	} else if t.silent[domain] > 0 {
		t.silent[domain]--
	}
}

// batch takes each turn, some at the same time.
func (s *Sender) batch(ctx context.Context, o Office, all []store.PushNews, turns []store.PushTurn, done *tally) {
	work := make(chan *store.PushTurn)
	var wg sync.WaitGroup
	for range atOnce {
		wg.Go(func() {
			for t := range work {
				s.turn(ctx, o, all, t, done)
			}
		})
	}
	for i := range turns {
		work <- &turns[i]
	}
	close(work)
	wg.Wait()
}

// turn tells one subscription, and says in t what came of it. When ctx ends it stays due.
func (s *Sender) turn(ctx context.Context, o Office, all []store.PushNews, t *store.PushTurn, done *tally) {
	n, others := pick(t, all)
	if n == nil {
		t.Seen = all[0].Seq
		return
	}
	var status int
	var retry time.Duration
	err, at := errSilent, domain(t.Endpoint)
	asked := done.mayAsk(at)
	if asked {
		status, retry, err = s.send(ctx, o.Site, t, n, others)
	}
	if ctx.Err() != nil {
		return
	}
	now := s.Now()
	done.mu.Lock()
	defer done.mu.Unlock()
	if asked {
		done.heard(at, err)
	}
	switch {
	case err == nil && status/100 == 2:
		t.Seen, t.Tries, t.Due = all[0].Seq, 0, now.Add(o.Every)
		done.sent++
		return
	case status == http.StatusNotFound, status == http.StatusGone, fetch.Private(err), t.Tries+1 >= maxTries:
		t.Gone = true
		done.gone++
		return
	}
	t.Due = now.Add(max(retry, min(firstRetry<<min(t.Tries, 16), lastRetry)))
	t.Tries++
	done.failed++
	if done.reason = fmt.Sprint("the push service answered ", status); err != nil {
		done.reason = err.Error()
	}
}

// send hands a message to the push service.
func (s *Sender) send(ctx context.Context, site news.Site, t *store.PushTurn, n *store.PushNews, others int) (status int, retry time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	payload, err := text(site, n, others)
	if err != nil {
		return 0, 0, err
	}
	to := &webpush.Subscription{Endpoint: t.Endpoint, Keys: webpush.Keys{P256dh: t.Key, Auth: t.Auth}}
	// Whoever follows no redirect is led nowhere else.
	client := &http.Client{Transport: s.Dial, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := webpush.SendNotificationWithContext(ctx, payload, to, &webpush.Options{HTTPClient: client, RecordSize: recordSize, Subscriber: s.Contact,
		// Of what a device has missed while it was off it gets the last: all have one topic (RFC 8030, 5.4).
		Topic: "news", TTL: int(ttl / time.Second), Urgency: webpush.UrgencyNormal, VAPIDPublicKey: s.Keys.Public, VAPIDPrivateKey: s.Keys.Private})
	if err != nil {
		return 0, 0, unnamed(err)
	}
	defer res.Body.Close()
	// The connection serves again; what they say may name the endpoint. An answer that does not end is none.
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, 4<<10)); err != nil {
		return 0, 0, unnamed(err)
	}
	return res.StatusCode, fetch.RetryAfter(res.Header.Get("Retry-After"), s.Now()), nil
}

// unnamed takes the endpoint out of an error.
func unnamed(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// Contact is the address of ours that push services are given. They take none but https (RFC 8292, 2.1), which only a server that is being tried
// on its own machine does not have.
func Contact(publicURL string) string { return "https:" + publicURL[strings.Index(publicURL, ":")+1:] }
