// Package fetch reads foreign addresses without being turned against the office's own network: every address that is dialed is
// checked when it is dialed, so names, redirects and answers that change cannot lead inside. Sizes and times are bounded.
package fetch

import "time"

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
	NotModified  bool // status 304: Body is empty and the copy at hand is good
	URL          string // after redirects
	Body         []byte
	ContentType  string
	ETag         string
	LastModified string
	RetryAfter   time.Duration // 0 when not asked for
}
