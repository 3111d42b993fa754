package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// An archive has the same bytes wherever its files lay, whenever they were written, and in whatever order they are named.
func TestPack(t *testing.T) {
	at := time.Unix(1_790_000_000, 0)
	make := func(perm os.FileMode, age time.Duration, turn bool) []byte {
		dir := t.TempDir()
		files := []file{{"data/", ""}}
		for _, name := range []string{"kabar", "LICENSE"} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte("this is "+name), perm); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, at.Add(age), at.Add(age)); err != nil {
				t.Fatal(err)
			}
			files = append(files, file{name, path})
		}
		if turn {
			slices.Reverse(files)
		}
		b, err := pack("kabar-1", at, files)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	one, other := make(0o600, time.Hour, false), make(0o755, -time.Hour, true)
	if !bytes.Equal(one, other) {
		t.Error("the same files make two archives")
	}
	z, err := gzip.NewReader(bytes.NewReader(one))
	if err != nil {
		t.Fatal(err)
	}
	r := tar.NewReader(z)
	var names []string
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, h.FileInfo().Mode().String()+" "+h.Name)
		if !h.ModTime.Equal(at) || h.Uid != 0 || h.Uname != "" {
			t.Errorf("%+v", h)
		}
	}
	if want := []string{"-rw-r--r-- kabar-1/LICENSE", "drwxr-xr-x kabar-1/data/", "-rwxr-xr-x kabar-1/kabar"}; !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}
