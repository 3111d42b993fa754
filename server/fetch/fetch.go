// Package fetch reads foreign addresses without being turned against the office's own network: every address that is dialed is
// checked when it is dialed, so names, redirects and answers that change cannot lead inside. Sizes and times are bounded, and a host
// is asked for one thing at a time.
package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	// DefaultMaxBytes is far above any real feed; the largest seen is 2 MB.
	DefaultMaxBytes = 8 << 20
	// DefaultTimeout is for the whole exchange, redirects and body included.
	DefaultTimeout = 30 * time.Second
	connectTimeout = 10 * time.Second
	maxRedirects   = 5
	// MaxRetryAfter bounds how long a server can send us away.
	MaxRetryAfter = 24 * time.Hour
)

// Request is one GET.
type Request struct {
	URL          string
	AllowPrivate bool          // the address may be private, loopback or link-local
	ETag         string        // of the copy at hand; the answer may then be NotModified
	LastModified string        // likewise
	Accept       string        // media types; empty for any
	MaxBytes     int64         // of the body, also after decompression; 0 means DefaultMaxBytes
	Timeout      time.Duration // of the whole exchange; 0 means DefaultTimeout
}

// Response is a body that came whole, or the word that nothing changed.
type Response struct {
	Status       int
	NotModified  bool   // status 304: Body is empty and the copy at hand is good
	URL          string // after redirects
	Body         []byte
	ContentType  string
	ETag         string
	LastModified string
	RetryAfter   time.Duration // 0 when not asked for
}

// Error says in plain words why an address could not be read.
type Error struct {
	URL        string // without its user and password
	Reason     string
	Status     int           // of an answer that was not a success; 0 when there was none
	RetryAfter time.Duration // as the server asked, at most a day
	Private    bool          // refused because of where the address leads
	Err        error         // the cause, where there is one
}

func (e *Error) Error() string { return "fetch " + e.URL + ": " + e.Reason }

func (e *Error) Unwrap() error { return e.Err }

// Client fetches. It may be used by many goroutines at once; make one with New.
type Client struct {
	agent   string
	public  *http.Client // dials only public addresses
	private *http.Client // dials any
	hosts   hostLocks
}

// New returns a client that introduces itself as userAgent. It uses no proxy: the guard must see the address that is dialed.
func New(userAgent string) *Client {
	return &Client{agent: userAgent, public: httpClient(&net.Dialer{Timeout: connectTimeout, Control: guard}), private: httpClient(&net.Dialer{Timeout: connectTimeout})}
}

// Guarded returns a transport that dials only public addresses; Private tells when it refused one.
func Guarded() *http.Transport {
	return transport(&net.Dialer{Timeout: connectTimeout, Control: guard})
}

func transport(d *net.Dialer) *http.Transport {
	return &http.Transport{
		DialContext:            d.DialContext,
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  DefaultTimeout,
		MaxResponseHeaderBytes: 64 << 10,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
	}
}

func httpClient(d *net.Dialer) *http.Client {
	t := transport(d)
	t.DisableCompression = true // decompressed here, under the cap
	t.DisableKeepAlives = true  // minutes lie between two polls, and a kept connection is not checked again
	return &http.Client{
		Transport: t,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return fmt.Errorf("more than %d redirects", maxRedirects)
			}
			return checkURL(r.URL)
		},
	}
}

// Get reads one address. Its error is an *Error, or the context's own when that ended it.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	u, err := url.Parse(strings.TrimSpace(r.URL))
	if err != nil {
		return nil, &Error{URL: r.URL, Reason: "not an address", Err: err}
	}
	if err := checkURL(u); err != nil {
		return nil, &Error{URL: u.Redacted(), Reason: err.Error(), Err: err}
	}
	unlock, err := c.hosts.lock(ctx, strings.ToLower(u.Host))
	if err != nil {
		return nil, err
	}
	defer unlock()
	if r.Timeout <= 0 {
		r.Timeout = DefaultTimeout
	}
	if r.MaxBytes <= 0 {
		r.MaxBytes = DefaultMaxBytes
	}
	timed, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	resp, err := c.get(timed, u, r)
	if err == nil {
		return resp, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Reason: reason(err, u.Hostname(), r.Timeout), Err: err, Private: Private(err)}
	}
	e.URL = u.Redacted()
	return nil, e
}

func (c *Client) get(ctx context.Context, u *url.URL, r Request) (*Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept-Encoding", "gzip")
	if r.Accept != "" {
		req.Header.Set("Accept", r.Accept)
	}
	if r.ETag != "" {
		req.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.LastModified)
	}
	client := c.public
	if r.AllowPrivate {
		client = c.private
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	retry := RetryAfter(resp.Header.Get("Retry-After"), time.Now())
	out := &Response{
		Status:       resp.StatusCode,
		URL:          resp.Request.URL.String(),
		ContentType:  resp.Header.Get("Content-Type"),
		ETag:         header(resp.Header, "ETag"),
		LastModified: header(resp.Header, "Last-Modified"),
		RetryAfter:   retry,
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		out.NotModified = true
		return out, nil
	case resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusNonAuthoritativeInfo:
		return nil, &Error{Reason: "the server answered " + statusText(resp.StatusCode), Status: resp.StatusCode, RetryAfter: retry}
	}
	out.Body, err = readBody(resp.Body, resp.Header.Get("Content-Encoding"), r.MaxBytes)
	return out, err
}

// header returns a validator to send back, unless it is too long to keep.
func header(h http.Header, name string) string {
	if v := h.Get(name); len(v) <= 512 {
		return v
	}
	return ""
}

func statusText(code int) string {
	return strings.TrimSpace(strconv.Itoa(code) + " " + http.StatusText(code))
}

// checkURL refuses what is not a plain web address, before any name is looked up.
func checkURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("only http and https addresses are read, not %q", u.Scheme)
	case u.Hostname() == "":
		return errors.New("the address has no host")
	case u.User != nil:
		return errors.New("an address with a user name or password is not read")
	}
	return nil
}

// reason puts an error of the network into words for the person who runs the office's site.
func reason(err error, host string, timeout time.Duration) string {
	var private *privateError
	var dns *net.DNSError
	var timed interface{ Timeout() bool }
	var certificate *tls.CertificateVerificationError
	var address *url.Error
	switch {
	case errors.As(err, &private):
		return private.Error()
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host: " + dns.Name
	case errors.As(err, &dns):
		return "the name " + dns.Name + " could not be looked up"
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s does not answer (timed out after %g s)", host, timeout.Seconds())
	case errors.As(err, &timed) && timed.Timeout():
		return fmt.Sprintf("%s does not answer (timed out after %g s)", host, connectTimeout.Seconds())
	case errors.Is(err, syscall.ECONNREFUSED):
		return host + " refuses connections; is its web server running?"
	case errors.As(err, &certificate):
		return "the certificate of " + host + " is not valid: " + certificate.Unwrap().Error()
	case errors.As(err, &address):
		return address.Err.Error()
	}
	return err.Error()
}

// RetryAfter reads a Retry-After header, in seconds or as a date: at most a day, 0 when it says nothing.
func RetryAfter(v string, now time.Time) time.Duration {
	v = strings.TrimSpace(v)
	var d time.Duration
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		d = time.Duration(min(max(n, 0), int64(MaxRetryAfter/time.Second))) * time.Second
	} else if t, err := http.ParseTime(v); err == nil {
		d = t.Sub(now)
	}
	return min(max(d, 0), MaxRetryAfter)
}
