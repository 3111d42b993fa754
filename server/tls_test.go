package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
	"golang.org/x/crypto/acme"

	"kabar/server/config"
)

// The issuer's test server else waits, and refuses now and then, to try its clients' patience.
func init() {
	os.Setenv("PEBBLE_VA_NOSLEEP", "1")
	os.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
}

// names answers that every host is this machine.
func names(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &dns.Server{Listener: ln, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		a := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			a.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)}}
		}
		w.WriteMsg(a)
	})}
	go s.ActivateAndServe()
	t.Cleanup(func() { s.Shutdown() })
	return ln.Addr().String()
}

func port(ln net.Listener) int { return ln.Addr().(*net.TCPAddr).Port }

// issuer is Let's Encrypt's own test server, which checks names on these ports. It returns its client, and the root of what it issues.
func issuer(t *testing.T, plain, secure int) (*acme.Client, *x509.CertPool) {
	t.Helper()
	quiet := stdlog.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	authority := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default"}})
	front := wfe.New(quiet, store, va.New(quiet, plain, secure, true, names(t), store), authority, []string{"kabar.test"}, true, false, 0, 0)
	s := httptest.NewUnstartedServer(front.Handler())
	s.Config.ErrorLog = quiet
	s.StartTLS()
	t.Cleanup(s.Close)
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.GetRootCert(0).PEM())
	return &acme.Client{DirectoryURL: s.URL + wfe.DirectoryPath, HTTPClient: s.Client()}, roots
}

// secured is a server that berita.kabar.test's certificate is for.
type secured struct {
	*place
	plain, secure net.Listener
	issuer        *acme.Client
	roots         *x509.CertPool
	log           buffer
}

// dead is a port on which nobody listens.
const dead = 1

// secure prepares one whose name is checked by TLS, by HTTP, or in vain by neither.
func secure(t *testing.T, byTLS, byHTTP bool) *secured {
	t.Helper()
	s := &secured{place: settle(t, "")}
	if err := os.Mkdir(filepath.Join(s.dir, "posts"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, ln := range []*net.Listener{&s.plain, &s.secure} {
		var err error
		if *ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
	}
	ports := [2]int{dead, dead}
	if byHTTP {
		// The issuer names its port in Host, as nobody does on port 80.
		on80 := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: s.plain.Addr().String()})
			r.Out.Host = "berita.kabar.test"
		}})
		t.Cleanup(on80.Close)
		ports[0] = port(on80.Listener)
	}
	if byTLS {
		ports[1] = port(s.secure)
	}
	s.issuer, s.roots = issuer(t, ports[0], ports[1])
	return s
}

// start runs it until the returned function is called.
func (s *secured) start() (stop func()) {
	s.Helper()
	c, err := config.Load(s.config)
	if err == nil {
		err = c.Override("127.0.0.1:443", "", "https://berita.kabar.test")
	}
	if err != nil {
		s.Fatal(err)
	}
	listen := func(network, address string) (net.Listener, error) {
		switch address {
		case "127.0.0.1:443":
			return s.secure, nil
		case "127.0.0.1:80":
			return s.plain, nil
		}
		return nil, fmt.Errorf("no such place: %s", address)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var out buffer
	done := make(chan error)
	go func() { done <- front{listen, s.issuer}.run(ctx, c, newLog(&s.log), &out) }()
	s.until("the server listens", func() bool { return strings.Contains(out.String(), "listens") })
	return func() {
		cancel()
		if err := <-done; err != nil {
			s.Error(err)
		}
	}
}

// client calls every host by its own port on this machine, and follows nothing.
func (s *secured) client() *http.Client {
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: s.roots},
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ln := s.plain
			if strings.HasSuffix(address, ":443") {
				ln = s.secure
			}
			return new(net.Dialer).DialContext(ctx, network, ln.Addr().String())
		}}
	s.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// A server that the world reaches on port 443 gets its certificate by itself, whichever way its name is checked, and keeps it over a restart.
func TestOwnCertificate(t *testing.T) {
	t.Parallel()
	for _, byTLS := range []bool{true, false} {
		t.Run(map[bool]string{true: "by TLS", false: "by HTTP"}[byTLS], func(t *testing.T) {
			t.Parallel()
			s := secure(t, byTLS, !byTLS)
			stop := s.start()
			res, err := s.client().Get("https://berita.kabar.test/brebes/")
			if err != nil {
				t.Fatalf("%v; %s", err, s.log.String())
			}
			res.Body.Close()
			if res.StatusCode != 200 || res.ProtoMajor != 2 || res.Header.Get("Strict-Transport-Security") == "" {
				t.Errorf("%s %d %v", res.Proto, res.StatusCode, res.Header)
			}
			if _, err := s.client().Get("https://lain.kabar.test/"); err == nil || !strings.Contains(err.Error(), "internal error") {
				t.Errorf("another host: %v", err)
			}
			s.redirects(t)
			stop()
			kept, err := os.Stat(filepath.Join(s.dir, "certificates", "berita.kabar.test"))
			if err != nil || kept.Mode().Perm() != 0o600 {
				t.Errorf("the certificate is not kept: %v %v", kept, err)
			}
			if l := s.log.String(); strings.Contains(l, "level=ERROR") || strings.Contains(l, "level=WARN") && !strings.Contains(l, "without the app") {
				t.Error(l)
			}

			s.issuer = &acme.Client{DirectoryURL: fmt.Sprintf("https://127.0.0.1:%d/", dead)}
			for _, ln := range []*net.Listener{&s.plain, &s.secure} {
				if *ln, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
					t.Fatal(err)
				}
			}
			defer s.start()()
			if res, err = s.client().Get("https://berita.kabar.test/healthz"); err != nil {
				t.Fatalf("after a restart: %v; %s", err, s.log.String())
			}
			res.Body.Close()
		})
	}
}

// redirects checks that port 80 leads to the same page of our own host, whatever a request names.
func (s *secured) redirects(t *testing.T) {
	for _, c := range []struct{ method, url, host, want string }{
		{"GET", "http://berita.kabar.test/brebes/?q=rapat&page=2", "", "https://berita.kabar.test/brebes/?q=rapat&page=2"},
		{"HEAD", "http://berita.kabar.test/", "", "https://berita.kabar.test/"},
		{"GET", "http://berita.kabar.test/brebes/", "jahat.example", "https://berita.kabar.test/brebes/"},
		{"GET", "http://berita.kabar.test//jahat.example/x", "", "https://berita.kabar.test/jahat.example/x"},
		{"GET", "http://berita.kabar.test/@jahat.example", "", "https://berita.kabar.test/@jahat.example"},
		{"POST", "http://berita.kabar.test/api/v1/sites/brebes/events", "", ""},
		{"GET", "http://berita.kabar.test/.well-known/acme-challenge/x", "", ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = c.host
		res, err := s.client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if got := res.Header.Get("Location"); got != c.want || c.want != "" && res.StatusCode != 301 || c.want == "" && res.StatusCode < 400 {
			t.Errorf("%s %s with Host %q: %d to %q, want %q", c.method, c.url, c.host, res.StatusCode, got, c.want)
		}
	}
}

// Where no certificate is to be had, the operator reads why, and not once for each reader.
func TestNoCertificate(t *testing.T) {
	t.Parallel()
	s := secure(t, false, false)
	stop := s.start()
	for range 3 {
		if _, err := s.client().Get("https://berita.kabar.test/brebes/"); err == nil {
			t.Error("there is a certificate from nowhere")
		}
	}
	stop()
	if l := s.log.String(); strings.Count(l, "level=ERROR") != 1 || !strings.Contains(l, "ports 80 and 443 open") || !strings.Contains(l, "host=berita.kabar.test") {
		t.Error(l)
	}
}

// When the server has TLS of its own follows from where it stands.
func TestOwnTLS(t *testing.T) {
	for _, c := range []struct {
		addr, url, proxies string
		want               bool
	}{
		{"0.0.0.0:443", "https://berita.example.go.id", "", true},
		{":443", "https://berita.example.go.id", "", true},
		{":443", "https://berita.example.go.id", "127.0.0.1", false},
		{":8080", "https://berita.example.go.id", "", false},
		{":443", "http://berita.example.go.id", "", false},
	} {
		proxies := ""
		if c.proxies != "" {
			proxies = fmt.Sprintf("%q", c.proxies)
		}
		got, err := config.Parse("t", fmt.Appendf(nil, "addr = %q\npublic_url = %q\ntrusted_proxies = [%s]\n[[site]]\nid = \"brebes\"\nname = \"KPU\"\n", c.addr, c.url, proxies))
		if err != nil {
			t.Fatal(err)
		}
		if got.OwnTLS() != c.want {
			t.Errorf("%+v: %t", c, got.OwnTLS())
		}
	}
}
