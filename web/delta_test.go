package web_test

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zstd"

	"kabar/web"
)

// TestDelta reads an update as RFC 9842 says that a browser does.
func TestDelta(t *testing.T) {
	from := make([]byte, 6<<20) // as large as the app may be, and of no pattern
	random := rand.NewChaCha8([32]byte{})
	random.Read(from)
	to := append(append(bytes.Clone(from[:3<<20]), "a line more"...), from[3<<20:]...)
	delta, err := web.Delta(from, to)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(from)
	if want := append([]byte{0x5e, 0x2a, 0x4d, 0x18, 0x20, 0, 0, 0}, sum[:]...); !bytes.HasPrefix(delta, want) {
		t.Fatalf("begins with %x, want %x", delta[:40], want)
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderDictRaw(0, from), zstd.WithDecoderMaxWindow(8<<20))
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	got, err := z.DecodeAll(delta[40:], nil)
	if err != nil || !bytes.Equal(got, to) {
		t.Fatalf("got %d bytes, %v; want %d", len(got), err, len(to))
	}
	if len(delta) > len(to)/100 {
		t.Errorf("an update of one line is %d bytes of %d", len(delta), len(to))
	}
}

func TestDictionaryID(t *testing.T) {
	// The example of RFC 9842, 2.2 has this form; the hash is that of the empty string.
	if got, want := web.DictionaryID(nil), ":47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
