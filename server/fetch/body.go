package fetch

import (
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

// readBody reads at most limit bytes of content, compressed or not. A small body that unpacks to a huge one ends at the limit.
func readBody(body io.Reader, encoding string, limit int64) ([]byte, error) {
	compressed := &capped{r: body, left: limit, limit: limit}
	var r io.Reader = compressed
	switch strings.ToLower(strings.TrimSpace(encoding)) {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(compressed)
		if err != nil {
			return nil, fmt.Errorf("the answer says it is gzip and is not: %w", err)
		}
		defer z.Close()
		r = &capped{r: z, left: limit, limit: limit}
	default:
		return nil, fmt.Errorf("the answer is in an encoding that was not asked for: %q", encoding)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return b, nil
}

// capped is a reader that fails, rather than ends, past its limit: half a feed must not pass for a whole one.
type capped struct {
	r           io.Reader
	left, limit int64
}

func (c *capped) Read(p []byte) (int, error) {
	if c.left < 0 {
		return 0, fmt.Errorf("it is larger than the cap of %d bytes", c.limit)
	}
	if int64(len(p)) > c.left+1 {
		p = p[:c.left+1]
	}
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return n, fmt.Errorf("it is larger than the cap of %d bytes", c.limit)
	}
	return n, err
}
