package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer answers each lookup of an IPv4 address with the next of answers, and then with the last, without a time to keep it.
func nameServer(t *testing.T, answers ...[]string) *net.Resolver {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	go func() {
		for b := make([]byte, 1500); ; {
			n, from, err := c.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				for _, a := range answers[0] {
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}, Body: &dnsmessage.AResource{A: netip.MustParseAddr(a).As4()}})
				}
				if len(answers) > 1 {
					answers = answers[1:]
				}
			}
			if reply, err := m.Pack(); err == nil {
				c.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", c.LocalAddr().String())
	}}
}

// errLetThrough stands for a connection to the internet, which no test makes.
var errLetThrough = errors.New("the guard let it through")

// A name that leads to a public address when it is checked and inside when it is used gains nothing: what is checked is what is dialed.
func TestRebinding(t *testing.T) {
	var reached atomic.Int32
	inside := server(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := inside[strings.LastIndexByte(inside, ':'):]
	for what, c := range map[string]struct {
		answers [][]string
		fetches []string // what each says
		dialed  string   // addresses that the guard let through
	}{
		"another answer the second time": {[][]string{{"8.8.8.8"}, {"127.0.0.1"}}, []string{errLetThrough.Error(), "127.0.0.1 is a loopback address"}, "8.8.8.8"},
		"both at once":                   {[][]string{{"8.8.8.8", "127.0.0.1"}}, []string{""}, "8.8.8.8"}, // whichever came first
		"inside at once":                 {[][]string{{"127.0.0.1", "8.8.8.8"}}, []string{""}, "8.8.8.8"},
		"a cloud's own address":          {[][]string{{"169.254.169.254"}}, []string{"link-local"}, ""},
	} {
		var mu sync.Mutex
		var dialed []string
		spy := func(network, address string, conn syscall.RawConn) error {
			if err := guard(network, address, conn); err != nil {
				return err
			}
			host, _, _ := net.SplitHostPort(address)
			mu.Lock()
			defer mu.Unlock()
			dialed = append(dialed, host)
			return errLetThrough
		}
		client := New("test")
		client.public = httpClient(&net.Dialer{Timeout: connectTimeout, Control: spy, Resolver: nameServer(t, c.answers...)})
		for _, says := range c.fetches {
			if _, err := client.Get(t.Context(), Request{URL: "http://kab.example.test" + port + "/feed"}); err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s: %v, want %q", what, err, says)
			}
		}
		if got := strings.Join(dialed, " "); got != c.dialed {
			t.Errorf("%s: dialed %q, want %q", what, got, c.dialed)
		}
	}
	if reached.Load() > 0 {
		t.Errorf("%d requests came through", reached.Load())
	}
}

// The same name leads inside after a redirect of its own.
func TestRebindingRedirect(t *testing.T) {
	var reached atomic.Int32
	inside := server(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := inside[strings.LastIndexByte(inside, ':'):]
	for _, to := range []string{"http://kab.example.test" + port + "/", "http://127.0.0.1" + port + "/", "http://[::ffff:127.0.0.1]" + port + "/", "http://10.0.0.1/", "http://metadata.example.test/", "gopher://127.0.0.1/", "/again"} {
		client := New("test")
		guarded := httpClient(&net.Dialer{Timeout: connectTimeout, Control: guard, Resolver: nameServer(t, []string{"127.0.0.1"})}).Transport
		client.public.Transport = public{to, guarded}
		var e *Error
		if _, err := client.Get(t.Context(), Request{URL: "http://kab.example.test/feed"}); !errors.As(err, &e) || !e.Private && !strings.Contains(e.Reason, "only http and https") {
			t.Errorf("to %s: %v", to, err)
		}
	}
	if reached.Load() > 0 {
		t.Errorf("%d requests came through", reached.Load())
	}
}

// public answers for a server of the internet, which redirects its feed, and leads all else to the guarded transport.
type public struct {
	to      string
	guarded http.RoundTripper
}

func (p public) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Path != "/feed" {
		return p.guarded.RoundTrip(r)
	}
	return &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {p.to}}, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

// A server that sends a byte now and then for ever, or ten gigabytes, is left at the time and the size that were set.
func TestEndlessAnswers(t *testing.T) {
	left := make(chan string, 2)
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		defer func() { left <- r.URL.Path }()
		piece := []byte("<")
		if r.URL.Path == "/huge" {
			w.Header().Set("Content-Length", "10737418240")
			piece = make([]byte, 1<<20)
		}
		for sent := 0; sent < 10<<30; sent += len(piece) {
			if _, err := w.Write(piece); err != nil {
				return
			}
			if err := http.NewResponseController(w).Flush(); err != nil {
				return
			}
			if r.URL.Path == "/trickle" {
				select {
				case <-r.Context().Done():
					return
				case <-time.After(5 * time.Millisecond):
				}
			}
		}
		t.Error("all of it was read")
	})
	for path, says := range map[string]string{"/trickle": "does not answer (timed out after 0.3 s)", "/huge": "larger than the cap of 8388608 bytes"} {
		r := Request{URL: url + path, AllowPrivate: true}
		if path == "/trickle" {
			r.Timeout = 300 * time.Millisecond
		}
		if e := failure(t, r); !strings.Contains(e.Reason, says) {
			t.Errorf("%s: %v", path, e)
		}
		if got := <-left; got != path {
			t.Errorf("%s was left, not %s", got, path)
		}
	}
}
