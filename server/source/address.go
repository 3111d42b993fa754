package source

import (
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/idna"

	"kabar/app/news"
)

// maxAddress bounds what is kept of an address, in bytes.
const maxAddress = 2048

// webAddress makes an absolute http or https address of what a source wrote: spaces and letters outside ASCII encoded, stray percent
// signs too, tabs and line ends dropped as browsers do. It returns "" for every other scheme and for what cannot be resolved.
func webAddress(raw string, base *url.URL) string {
	u := resolve(raw, base)
	if u == nil || u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return ""
	}
	host, err := idna.Lookup.ToASCII(strings.ToLower(u.Hostname()))
	if err != nil { // underscores and the like: odd, but names on the web have them
		host = strings.ToLower(u.Hostname())
	}
	if host == "" || strings.ContainsFunc(host, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"<>\^{|}'`, r) }) {
		return ""
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" {
		host += ":" + p
	}
	u.Host, u.User = host, nil
	u.RawQuery = encodeOdd(u.RawQuery)
	if s := u.String(); len(s) <= maxAddress {
		return s
	}
	return ""
}

// linkAddress is webAddress for links of a text, which may also lead to a mailbox or a telephone. A link within the page leads
// nowhere, since the page is ours.
func linkAddress(raw string, base *url.URL) string {
	raw = dropBreaks(raw)
	if raw == "" || raw[0] == '#' || len(raw) > maxAddress {
		return ""
	}
	scheme, rest, ok := strings.Cut(raw, ":")
	switch scheme = strings.ToLower(scheme); {
	case ok && scheme == "mailto":
		rest, _, _ = strings.Cut(rest, "?")
		if rest = encodeOdd(rest); strings.Count(rest, "@") == 1 && !strings.ContainsAny(rest, ":/\\") {
			return "mailto:" + rest
		}
		return ""
	case ok && scheme == "tel":
		rest = strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' || strings.ContainsRune("+-.()", r) {
				return r
			}
			return -1
		}, rest)
		if strings.ContainsAny(rest, "0123456789") {
			return "tel:" + rest
		}
		return ""
	}
	return webAddress(raw, base)
}

func resolve(raw string, base *url.URL) *url.URL {
	raw = dropBreaks(raw)
	if raw == "" || len(raw) > 2*maxAddress {
		return nil
	}
	u, err := url.Parse(encodePercent(raw))
	if err != nil {
		return nil
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	return u
}

// dropBreaks removes what browsers remove from an address before they read it: without this "java\nscript:" is not seen for what it is.
func dropBreaks(s string) string {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r == 0xa0 || r == 0xfeff })
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// encodePercent encodes percent signs that begin no escape.
func encodePercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '%' && !(i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])) {
			b.WriteString("25")
		}
	}
	return b.String()
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

// encodeOdd encodes what url.URL leaves in a query as it was written.
func encodeOdd(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}'", c) >= 0 {
			b.WriteString(string([]byte{'%', hex[c>>4], hex[c&15]}))
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// homeAddress is an item's own page in canonical form, or "".
func homeAddress(raw string, base *url.URL) string { return news.CanonicalURL(webAddress(raw, base)) }

// fileAddress is a picture that lies beside a post: "file:" and its path inside the folder. dir is the post's own place there.
// It returns "" for a path that leads outside.
func fileAddress(raw, dir string) string {
	raw = strings.ReplaceAll(dropBreaks(raw), `\`, "/")
	raw, _, _ = strings.Cut(raw, "?")
	raw, _, _ = strings.Cut(raw, "#")
	if dec, err := url.PathUnescape(raw); err == nil {
		raw = dec
	}
	p := path.Join(dir, raw)
	if raw == "" || path.IsAbs(raw) || p == ".." || p == "." || strings.HasPrefix(p, "../") || strings.ContainsAny(p, ":\x00\\") {
		return ""
	}
	return "file:" + p
}
