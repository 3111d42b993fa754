package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestNotPublic(t *testing.T) {
	for addr, want := range map[string]string{
		"8.8.8.8": "", "103.10.20.30": "", "2606:4700::1111": "", "2001:4860:4860::8888": "", "::ffff:8.8.8.8": "", "64:ff9b::808:808": "", "2002:808:808::1": "",
		"100.63.255.255": "", "100.128.0.1": "", "172.15.0.1": "", "172.32.0.1": "",
		"127.0.0.1": "loopback", "127.9.9.9": "loopback", "::1": "loopback", "::ffff:127.0.0.1": "loopback", "64:ff9b::7f00:1": "loopback", "2002:7f00:1::": "loopback",
		"10.0.0.1": "private", "172.16.0.1": "private", "172.31.255.255": "private", "192.168.1.1": "private", "fd00::1": "private", "fc00::1": "private",
		"::ffff:10.0.0.1": "private", "64:ff9b::a00:1": "private", "64:ff9b:1::1": "private", "2002:a00:1::": "private", "fec0::1": "private",
		"169.254.169.254": "link-local", "fe80::1": "link-local", "fe80::1%eth0": "link-local", "::ffff:169.254.169.254": "link-local", "64:ff9b::a9fe:a9fe": "link-local",
		"224.0.0.1": "multicast", "ff02::1": "multicast", "0.0.0.0": "unspecified", "0.1.2.3": "unspecified", "::": "unspecified",
		"100.64.0.1": "carrier-internal", "100.127.255.255": "carrier-internal", "192.0.0.1": "reserved", "198.18.0.1": "benchmarking", "255.255.255.255": "reserved",
		"240.0.0.1": "reserved", "192.0.2.1": "documentation", "203.0.113.9": "documentation", "2001:db8::1": "documentation", "2001::1": "reserved", "100::1": "reserved",
		"::7f00:1": "reserved", "4000::1": "reserved", "fd00:ec2::254": "private",
	} {
		if got := notPublic(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s: %q, want %q", addr, got, want)
		}
	}
}

// server starts a server on loopback; requests for it need AllowPrivate.
func server(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func failure(t *testing.T, r Request) *Error {
	t.Helper()
	resp, err := New("test").Get(t.Context(), r)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: got %+v, %v", r.URL, resp, err)
	}
	return e
}

func TestGet(t *testing.T) {
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/old" {
			http.Redirect(w, r, "/feed", http.StatusMovedPermanently)
			return
		}
		if r.Header.Get("User-Agent") != "Kabar/1" || r.Header.Get("Accept") != "text/xml" {
			t.Errorf("headers: %v", r.Header)
		}
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Mon, 26 Apr 2021 07:05:00 GMT")
		w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
		if r.Header.Get("If-None-Match") == `"v1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		io.WriteString(z, "<rss/>")
		z.Close()
	})
	c := New("Kabar/1")
	r := Request{URL: url + "/old", AllowPrivate: true, Accept: "text/xml"}
	resp, err := c.Get(t.Context(), r)
	if err != nil || string(resp.Body) != "<rss/>" || resp.URL != url+"/feed" || resp.ETag != `"v1"` || resp.ContentType != "text/xml; charset=UTF-8" || resp.Status != 200 || resp.NotModified {
		t.Fatalf("%+v, %v", resp, err)
	}
	r.ETag, r.LastModified = resp.ETag, resp.LastModified
	if resp, err = c.Get(t.Context(), r); err != nil || !resp.NotModified || len(resp.Body) > 0 {
		t.Errorf("%+v, %v", resp, err)
	}
}

func TestRefusals(t *testing.T) {
	var reached atomic.Int32
	inside := server(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := inside[strings.LastIndexByte(inside, ':'):]
	for in, says := range map[string]string{
		inside:                                "127.0.0.1 is a loopback address; set allow_private_feeds = true for this office to permit it",
		"http://localhost" + port:             "is a loopback address",
		"http://[::1]" + port:                 "is a loopback address",
		"http://[::ffff:127.0.0.1]" + port:    "is a loopback address",
		"http://[64:ff9b::7f00:1]" + port:     "is a loopback address",
		"http://0.0.0.0" + port:               "is an unspecified address",
		"http://169.254.169.254/latest/":      "169.254.169.254 is a link-local address",
		"http://10.0.0.1/":                    "10.0.0.1 is a private address",
		"http://100.64.0.1/":                  "carrier-internal",
		"file:///etc/passwd":                  "only http and https",
		"gopher://x/":                         "only http and https",
		"ftp://x/":                            "only http and https",
		"//x/":                                "only http and https",
		"http:///x":                           "no host",
		"http://user:secret@kab.example/feed": "user name or password",
		"http://a b/":                         "not an address",
	} {
		e := failure(t, Request{URL: in})
		if !strings.Contains(e.Error(), says) || strings.Contains(e.Error(), "secret") {
			t.Errorf("%s: %v", in, e)
		}
		if e.Private != strings.Contains(e.Reason, "allow_private_feeds") {
			t.Errorf("%s: private is %v", in, e.Private)
		}
	}
	if reached.Load() > 0 {
		t.Errorf("%d requests came through", reached.Load())
	}
	// Names written as numbers are names to the resolver: whatever they lead to, it is not the server inside.
	for _, in := range []string{"http://2130706433" + port, "http://0x7f.1" + port, "http://127.1" + port, "http://0177.0.0.1" + port} {
		failure(t, Request{URL: in, Timeout: 300 * time.Millisecond})
	}
	if reached.Load() > 0 {
		t.Errorf("%d requests came through a number", reached.Load())
	}
}

// An address that is public redirects inside: the guard sees where it leads. The first hop is let through here by hand.
func TestRedirectInside(t *testing.T) {
	var reached atomic.Int32
	inside := server(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	outside := server(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside, http.StatusFound) })
	c := New("test")
	c.public.Transport = firstHop{outside, c.public.Transport}
	_, err := c.Get(t.Context(), Request{URL: outside})
	var e *Error
	if !errors.As(err, &e) || !e.Private || !strings.Contains(e.Reason, "loopback") || reached.Load() > 0 {
		t.Errorf("%v; %d requests came through", err, reached.Load())
	}
}

type firstHop struct {
	url     string
	guarded http.RoundTripper
}

func (f firstHop) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.String(), f.url) {
		return http.DefaultTransport.RoundTrip(r)
	}
	return f.guarded.RoundTrip(r)
}

func TestBadAnswers(t *testing.T) {
	zeros := func(n int64) []byte {
		var b bytes.Buffer
		z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
		io.CopyN(z, zero{}, n)
		z.Close()
		return b.Bytes()
	}
	bomb := zeros(200 << 20)
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/large":
			io.CopyN(w, zero{}, 2000)
		case "/exact":
			io.CopyN(w, zero{}, 1000)
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb)
		case "/nogzip":
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "plain")
		case "/br":
			w.Header().Set("Content-Encoding", "br")
		case "/short":
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "short")
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		case "/away":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		case "/user":
			http.Redirect(w, r, "http://u:p@127.0.0.1/", http.StatusFound)
		case "/busy":
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		case "/304":
			w.WriteHeader(http.StatusNotModified)
		case "/headers":
			for i := range 200 {
				w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("a", 1000))
			}
		case "/hang":
			<-r.Context().Done()
		default:
			http.NotFound(w, r)
		}
	})
	for path, says := range map[string]string{
		"/large": "larger than the cap of 1000 bytes", "/bomb": "larger than the cap", "/nogzip": "gzip", "/br": `"br"`, "/short": "unexpected EOF", "/loop": "more than 5 redirects",
		"/away": "only http and https", "/user": "user name or password", "/busy": "429 Too Many Requests", "/none": "404 Not Found", "/304": "304", "/headers": "header",
		"/hang": "127.0.0.1 does not answer (timed out after 0.2 s)",
	} {
		timeout := time.Duration(0)
		if path == "/hang" {
			timeout = 200 * time.Millisecond
		}
		e := failure(t, Request{URL: url + path, AllowPrivate: true, MaxBytes: 1000, Timeout: timeout})
		if !strings.Contains(e.Error(), says) || !strings.HasPrefix(e.Error(), "fetch "+url+path+": ") {
			t.Errorf("%s: %v", path, e)
		}
		if path == "/busy" && (e.Status != 429 || e.RetryAfter != 2*time.Minute) {
			t.Errorf("%+v", e)
		}
	}
	if resp, err := New("test").Get(t.Context(), Request{URL: url + "/exact", AllowPrivate: true, MaxBytes: 1000}); err != nil || len(resp.Body) != 1000 {
		t.Errorf("a body as large as the cap: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := New("test").Get(ctx, Request{URL: url, AllowPrivate: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that has ended: %v", err)
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 8, 12, 9, 45, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, "120": 2 * time.Minute, "-5": 0, "99999999999999999999": 0, "9223372036854775807": MaxRetryAfter, "Wed, 12 Aug 2026 10:45:00 GMT": time.Hour,
		"Wed, 12 Aug 2020 10:45:00 GMT": 0, "Wed, 12 Aug 2126 10:45:00 GMT": MaxRetryAfter, "soon": 0,
	} {
		if got := RetryAfter(in, now); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h hostLocks
		var now, most atomic.Int32
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				unlock, err := h.lock(t.Context(), "a")
				if err != nil {
					t.Error(err)
					return
				}
				most.Store(max(most.Load(), now.Add(1)))
				time.Sleep(time.Second) // the bubble's clock
				now.Add(-1)
				unlock()
			})
		}
		synctest.Wait()
		unlock, err := h.lock(t.Context(), "b")
		if err != nil {
			t.Fatal("another host has to wait")
		}
		unlock()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if _, err := h.lock(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting ends with the context: %v", err)
		}
		wg.Wait()
		if most.Load() != 1 || len(h.busy) != 0 {
			t.Errorf("%d at once; %d locks left", most.Load(), len(h.busy))
		}
	})
}

func FuzzReadBody(f *testing.F) {
	f.Add([]byte("a"), "gzip")
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}, "gzip")
	f.Fuzz(func(t *testing.T, data []byte, encoding string) {
		if b, err := readBody(bytes.NewReader(data), encoding, 100); err == nil && len(b) > 100 {
			t.Errorf("%d bytes", len(b))
		}
	})
}
