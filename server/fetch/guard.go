package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// privateError is a dial that the guard refused.
type privateError struct {
	Addr netip.Addr
	What string
}

func (e *privateError) Error() string {
	article := "a"
	if e.What == "unspecified" {
		article = "an"
	}
	return fmt.Sprintf("%s is %s %s address; set allow_private_feeds = true for this office to permit it", e.Addr, article, e.What)
}

// Private reports whether an error is of an address that the guard refused.
func Private(err error) bool { return errors.As(err, new(*privateError)) }

// guard is called by the dialer with each address it is about to connect to, after names are looked up: nothing can change in between.
func guard(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("read the dialed address: %w", err)
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return fmt.Errorf("read the dialed address: %w", err)
	}
	if what := notPublic(ip); what != "" {
		return &privateError{Addr: ip.Unmap(), What: what}
	}
	return nil
}

// reserved are ranges that lead inside or nowhere and that netip has no name for (IANA special-purpose registries).
var reserved = []struct {
	prefix netip.Prefix
	what   string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified"},
	{netip.MustParsePrefix("100.64.0.0/10"), "carrier-internal"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "documentation"},
	{netip.MustParsePrefix("198.18.0.0/15"), "benchmarking"},
	{netip.MustParsePrefix("198.51.100.0/24"), "documentation"},
	{netip.MustParsePrefix("203.0.113.0/24"), "documentation"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::/96"), "reserved"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "private"},
	{netip.MustParsePrefix("100::/64"), "reserved"},
	{netip.MustParsePrefix("2001::/23"), "reserved"}, // Teredo carries an IPv4 address inside
	{netip.MustParsePrefix("2001:db8::/32"), "documentation"},
	{netip.MustParsePrefix("3fff::/20"), "documentation"},
	{netip.MustParsePrefix("5f00::/16"), "reserved"},
	{netip.MustParsePrefix("fec0::/10"), "private"},
}

var (
	nat64   = netip.MustParsePrefix("64:ff9b::/96")
	sixTo4  = netip.MustParsePrefix("2002::/16")
	unicast = netip.MustParsePrefix("2000::/3")
)

// notPublic says what kind of address ip is when it is not one of the public internet; "" when it is.
func notPublic(ip netip.Addr) string {
	zoned := ip.Zone() != ""
	ip = ip.WithZone("").Unmap()
	switch {
	case ip.IsUnspecified():
		return "unspecified"
	case ip.IsLoopback():
		return "loopback"
	case ip.IsPrivate():
		return "private"
	case ip.IsLinkLocalUnicast():
		return "link-local"
	case ip.IsMulticast():
		return "multicast"
	}
	for _, r := range reserved {
		if r.prefix.Contains(ip) {
			return r.what
		}
	}
	if ip.Is4() {
		return ""
	}
	b := ip.As16()
	switch {
	case nat64.Contains(ip): // a translator on the way turns it into the IPv4 address at its end
		return notPublic(netip.AddrFrom4([4]byte(b[12:16])))
	case sixTo4.Contains(ip):
		return notPublic(netip.AddrFrom4([4]byte(b[2:6])))
	case zoned || !unicast.Contains(ip):
		return "reserved"
	}
	return ""
}
