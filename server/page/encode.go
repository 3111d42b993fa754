package page

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/andybalholm/brotli"
)

// Encodings are the content codings that a page can be had in, the smallest first.
var Encodings = []string{"br", "gzip"}

// Negotiate returns the best of offered that an Accept-Encoding header takes, or "" for none (RFC 9110, 12.5.3).
func Negotiate(accept string, offered []string) string {
	best, quality := "", 0.0
	for _, name := range offered {
		if q := weight(accept, name); q > quality {
			best, quality = name, q
		}
	}
	return best
}

func weight(accept, name string) float64 {
	star := 0.0
	for part := range strings.SplitSeq(accept, ",") {
		coding, params, _ := strings.Cut(part, ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q="); ok {
			if q, _ = strconv.ParseFloat(v, 64); q < 0 || q > 1 {
				q = 0
			}
		}
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case name:
			return q
		case "*":
			star = q
		}
	}
	return star
}

// Brotli's qualities. The quick one is for who asks first: the next three are slower and no smaller. The best is 7% smaller and takes forty
// times as long, so it is made beside, for pages that are asked for again and again.
const (
	quickBrotli = 6
	bestBrotli  = brotli.BestCompression
)

// bodies holds one body, in the codings in which it was asked for.
type bodies struct {
	held *atomic.Int64 // the bytes of all bodies of a cache; nil for one that is in none

	mu      sync.Mutex
	plain   []byte // until it is there in Brotli, a quarter of it, which nearly everybody takes
	coded   map[string][]byte
	dropped bool // from the cache
}

func newBodies(plain []byte, held *atomic.Int64) *bodies {
	b := &bodies{plain: plain, coded: map[string][]byte{}, held: held}
	b.count(int64(len(plain)))
	return b
}

func (b *bodies) count(n int64) {
	if b.held != nil && !b.dropped {
		b.held.Add(n)
	}
}

// drop takes it out of the cache's count. Whoever has it may go on using it.
func (b *bodies) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := len(b.plain)
	for _, data := range b.coded {
		n += len(data)
	}
	b.count(int64(-n))
	b.dropped = true
}

// as returns the body in a coding of Encodings, or plain for any other. Who asks for a coding first makes it, and the others wait.
func (b *bodies) as(coding string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if data := b.coded[coding]; data != nil {
		return data, nil
	}
	plain, err := b.text()
	if err != nil || !slices.Contains(Encodings, coding) {
		return plain, err
	}
	data, err := encode(coding, plain, quickBrotli)
	if err != nil {
		return nil, err
	}
	b.keep(coding, data)
	return data, nil
}

func (b *bodies) keep(coding string, data []byte) {
	b.count(int64(len(data) - len(b.coded[coding])))
	b.coded[coding] = data
	if coding == "br" {
		b.count(int64(-len(b.plain)))
		b.plain = nil
	}
}

func (b *bodies) text() ([]byte, error) {
	if b.plain != nil || b.coded["br"] == nil {
		return b.plain, nil
	}
	plain, err := io.ReadAll(brotli.NewReader(bytes.NewReader(b.coded["br"])))
	if err != nil {
		return nil, fmt.Errorf("unpacking a page: %w", err)
	}
	return plain, nil
}

// improve makes the smallest form. It holds up nobody meanwhile.
func (b *bodies) improve() {
	b.mu.Lock()
	plain, err := b.text()
	b.mu.Unlock()
	if err != nil {
		return
	}
	if data, err := Encode("br", plain); err == nil {
		b.mu.Lock()
		b.keep("br", data)
		b.mu.Unlock()
	}
}

// Encode compresses data as small as the coding can.
func Encode(coding string, data []byte) ([]byte, error) { return encode(coding, data, bestBrotli) }

// EncodeQuickly compresses what few will ask for: in brotli some 7% larger than Encode, in a thirtieth of its time.
func EncodeQuickly(coding string, data []byte) ([]byte, error) {
	return encode(coding, data, quickBrotli)
}

// smallWindow is of Brotli's sizes of window the largest that needs a megabyte to compress and not forty, as the power of two. What is larger than a
// window loses a little.
const smallWindow = 16

func encode(coding string, data []byte, quality int) ([]byte, error) {
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "br":
		o := brotli.WriterOptions{Quality: quality}
		if len(data) < 1<<smallWindow {
			o.LGWin = smallWindow
		}
		w = brotli.NewWriterOptions(&out, o)
	case "gzip":
		w, _ = gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a valid one
	default:
		return data, nil
	}
	_, err := w.Write(data)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, fmt.Errorf("compressing as %s: %w", coding, err)
	}
	return bytes.Clone(out.Bytes()), nil // the buffer is up to twice as large
}
