// Package push tells readers who asked for it of an office's new articles, through their browsers' push services (Web Push: RFC 8030, 8291 and
// 8292). It never asks who they are: it knows the address that a browser gave it there, a key to encrypt with, and the categories they chose.
package push

import (
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"kabar/server/store"
)

// Bounds of what a browser sends. The longest endpoints seen, Microsoft's, have about 700 bytes.
const (
	MaxBody       = 8 << 10 // bytes of a request
	maxEndpoint   = 2048    // bytes
	maxCategories = 20      // as many as are offered
	maxCategory   = 200     // bytes
)

// Subscription is a browser's PushSubscription as it writes itself to JSON, as much of it as we need.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	Keys     struct {
		P256dh string `json:"p256dh"`
		Auth   string `json:"auth"`
	} `json:"keys"`
}

// Check returns the subscription to these categories as the store keeps it, or what is wrong with it in words for the one who sent it. anywhere
// also takes endpoints that are not on the public internet, which tests have.
func (s Subscription) Check(categories []string, anywhere bool) (store.PushSubscription, error) {
	p := store.PushSubscription{Endpoint: s.Endpoint, Categories: slices.Clone(categories)}
	if err := checkEndpoint(s.Endpoint, anywhere); err != nil {
		return p, fmt.Errorf("endpoint: %w", err)
	}
	key, err := decode(s.Keys.P256dh)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(key)
	}
	if err != nil {
		return p, errors.New("keys.p256dh: want a point of the curve P-256 in base64url")
	}
	auth, err := decode(s.Keys.Auth)
	if err != nil || len(auth) != 16 { // RFC 8291, 3.2
		return p, errors.New("keys.auth: want 16 bytes in base64url")
	}
	p.Key, p.Auth = base64.RawURLEncoding.EncodeToString(key), base64.RawURLEncoding.EncodeToString(auth)
	if len(categories) > maxCategories || slices.ContainsFunc(categories, func(c string) bool { return c == "" || len(c) > maxCategory }) {
		return p, fmt.Errorf("categories: want at most %d names", maxCategories)
	}
	return p, nil
}

func decode(s string) ([]byte, error) {
	if len(s) > 100 { // a key has 87 characters
		return nil, errors.New("too long")
	}
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}

// checkEndpoint refuses what cannot be a push service's. Where its name leads is looked at when something is sent.
func checkEndpoint(s string, anywhere bool) error {
	if len(s) > maxEndpoint {
		return fmt.Errorf("want at most %d bytes", maxEndpoint)
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return errors.New("want an https address")
	}
	if anywhere {
		return nil
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	_, err = netip.ParseAddr(host)
	for _, inside := range []string{".localhost", ".local", ".internal", ".home.arpa"} {
		if strings.HasSuffix(host, inside) {
			return errors.New("want a public host")
		}
	}
	if err == nil || !strings.Contains(host, ".") || u.Port() != "" && u.Port() != "443" {
		return errors.New("want a public host by its name, on the port of https")
	}
	return nil
}
