package page

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// Encodings are the content codings that a page can be had in, the smallest first.
var Encodings = []string{"br", "zstd", "gzip"}

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

// Brotli's quality for pages: 9 costs a few milliseconds once per version and is within 2% of 11, which costs fifty.
const brotliQuality = 9

// bodies holds one body and each coding of it, made when it is first asked for.
type bodies struct {
	plain []byte
	coded [3]struct {
		once sync.Once
		data []byte
		err  error
	}
}

// as returns the body in a coding of Encodings, or plain for any other.
func (b *bodies) as(coding string) ([]byte, error) {
	for i, name := range Encodings {
		if name == coding {
			c := &b.coded[i]
			c.once.Do(func() { c.data, c.err = Encode(coding, b.plain) })
			return c.data, c.err
		}
	}
	return b.plain, nil
}

// Encode compresses data.
func Encode(coding string, data []byte) ([]byte, error) {
	var out bytes.Buffer
	var err error
	switch coding {
	case "br":
		w := brotli.NewWriterLevel(&out, brotliQuality)
		_, err = w.Write(data)
		if e := w.Close(); err == nil {
			err = e
		}
	case "gzip":
		w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a valid one
		_, err = w.Write(data)
		if e := w.Close(); err == nil {
			err = e
		}
	case "zstd":
		w, e := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
		if e != nil {
			return nil, fmt.Errorf("compressing as zstd: %w", e)
		}
		return w.EncodeAll(data, nil), w.Close()
	default:
		return data, nil
	}
	if err != nil {
		return nil, fmt.Errorf("compressing as %s: %w", coding, err)
	}
	return out.Bytes(), nil
}
