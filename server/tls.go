package main

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
	"golang.org/x/time/rate"

	"kabar/server/config"
)

// front is what the server meets the world with; tests put another in its place.
type front struct {
	listen func(network, address string) (net.Listener, error)
	acme   *acme.Client // who issues certificates; nil is Let's Encrypt
}

// certificates gets and renews the certificate of the server's public name. It keeps it beside the database.
type certificates struct {
	*autocert.Manager
	host  string
	plain http.Handler // for port 80
	log   *slog.Logger
	said  rate.Sometimes
}

// sayEvery is how often a certificate that cannot be had is named in the log; autocert tries again after a minute.
const sayEvery = time.Minute

func (s *server) certificates(c *config.Config, issuer *acme.Client) *certificates {
	folder := "certificates"
	if path, ok := strings.CutPrefix(c.Database, "sqlite:"); ok {
		folder = filepath.Join(filepath.Dir(path), folder)
	}
	certs := &certificates{host: s.host, log: s.log, said: rate.Sometimes{First: 1, Interval: sayEvery},
		Manager: &autocert.Manager{Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(folder), HostPolicy: autocert.HostWhitelist(s.host), Client: issuer}}
	certs.plain = certs.HTTPHandler(s.secure(http.HandlerFunc(s.toTLS))) // before the first certificate: only then may its name be checked by HTTP
	return certs
}

func (c *certificates) config() *tls.Config {
	t := c.TLSConfig()
	t.GetCertificate = c.get
	return t
}

// get returns the certificate for a connection. What keeps ours from being had is logged; strangers who name other hosts are not.
func (c *certificates) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	cert, err := c.GetCertificate(hello)
	if err != nil && strings.EqualFold(hello.ServerName, c.host) && !challenge(hello) {
		c.said.Do(func() {
			c.log.Error("no certificate; public_url's host must lead here, with ports 80 and 443 open to the world", "host", c.host, "error", err)
		})
	}
	return cert, err
}

// challenge reports whether the issuer asks, to see that the name leads here.
func challenge(hello *tls.ClientHelloInfo) bool {
	return len(hello.SupportedProtos) == 1 && hello.SupportedProtos[0] == acme.ALPNProto
}

// first gets the certificate before a reader waits for it, as a browser of today would ask for it.
func (c *certificates) first() {
	c.get(&tls.ClientHelloInfo{ServerName: c.host, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}})
}

// toTLS leads to the same page by https, on our own host whatever the request names.
func (s *server) toTLS(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "use https", http.StatusBadRequest)
		return
	}
	http.Redirect(w, r, s.base+"/"+strings.TrimLeft(r.URL.RequestURI(), "/"), http.StatusMovedPermanently)
}

// serveTLS serves h by TLS on ln, and on plain what an issuer asks and where to go instead, until h is shut down.
func (s *server) serveTLS(h *http.Server, certs *certificates, ln, plain net.Listener) error {
	h.TLSConfig = certs.config()
	p := &http.Server{Handler: certs.plain, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader, ErrorLog: h.ErrorLog}
	failed := make(chan error, 2)
	go func() { failed <- p.Serve(plain) }()
	go func() { failed <- h.ServeTLS(ln, "", "") }()
	err := <-failed
	return errors.Join(err, p.Close())
}
