package news

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// maxURL is the longest address Kabar keeps, in bytes; longer ones are not shared or counted anywhere.
const maxURL = 2048

// tracking are query parameters that say where a reader came from, not which page it is.
var tracking = map[string]bool{
	"fbclid": true, "gclid": true, "dclid": true, "gbraid": true, "wbraid": true, "msclkid": true, "yclid": true, "twclid": true, "ttclid": true,
	"igshid": true, "igsh": true, "mc_cid": true, "mc_eid": true, "_ga": true, "_gl": true, "ref_src": true, "ref_url": true, "mibextid": true,
	"amp": true, "share": true, "wpl_share": true, "at_xt": true, "vero_id": true, "oly_enc_id": true, "_hsenc": true, "_hsmi": true,
}

// CanonicalURL returns the one form of a page's address that counts and identities go by: absolute http or https, host in lower
// case without its default port, no fragment, no user, no tracking parameters. It returns "" for anything else.
func CanonicalURL(raw string) string {
	raw = strings.TrimSpace(raw)
	// A query stays as it was written, and what is not UTF-8 there has no form that every database keeps.
	if len(raw) > maxURL || !utf8.ValidString(raw) || strings.ContainsFunc(raw, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return ""
	}
	u, err := url.Parse(raw)
	if err != nil || u.Opaque != "" || u.Host == "" || u.Hostname() == "" {
		return ""
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	u.Host = strings.ToLower(u.Host)
	if u.Scheme == "http" {
		u.Host = strings.TrimSuffix(u.Host, ":80")
	} else {
		u.Host = strings.TrimSuffix(u.Host, ":443")
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	if u.Path == "" {
		u.Path = "/"
	}
	if u.RawQuery != "" {
		kept := strings.Split(u.RawQuery, "&")
		n := 0
		for _, p := range kept {
			p = strings.TrimSpace(p) // a space before a fragment would be the address's last byte, and be cut the next time
			k, _, _ := strings.Cut(p, "=")
			if k = strings.ToLower(k); p == "" || tracking[k] || strings.HasPrefix(k, "utm_") {
				continue
			}
			kept[n] = p
			n++
		}
		u.RawQuery = strings.Join(kept[:n], "&")
	}
	u.ForceQuery = false
	out := u.String()
	if len(out) > maxURL {
		return ""
	}
	return out
}

// Host returns the host name of an address without its port, in lower case, or "".
func Host(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
