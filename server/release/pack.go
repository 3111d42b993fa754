package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// file is one of an archive; a name with a slash at its end is an empty folder.
type file struct{ name, path string }

// pack puts files into a .tar.gz below a folder. Only their names and contents and the time given show in it: not where they came from, nor
// whose they are.
func pack(folder string, at time.Time, files []file) ([]byte, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	for _, f := range files {
		h := &tar.Header{Name: path.Join(folder, f.name), Mode: 0o644, ModTime: at.UTC(), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		var data []byte
		switch {
		case strings.HasSuffix(f.name, "/"):
			h.Name, h.Mode, h.Typeflag = h.Name+"/", 0o755, tar.TypeDir
		case f.name == "kabar":
			h.Mode = 0o755
			fallthrough
		default:
			if data, err = os.ReadFile(f.path); err != nil {
				return nil, err
			}
		}
		h.Size = int64(len(data))
		if err := t.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := t.Write(data); err != nil {
			return nil, err
		}
	}
	if err := t.Close(); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
