package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
)

// Names of what a bundle consists of, in its folder.
const (
	brotliName = "app.wasm.br"
	gzipName   = "app.wasm.gz"
	execName   = "app.exec.js"
)

// bundle makes the files that a server sends, in the folder out, unless they are there already.
func (b *builder) bundle(ctx context.Context, out string) error {
	if !filepath.IsAbs(out) {
		out = filepath.Join(b.root, out)
	}
	inputs, err := b.inputs(ctx)
	if err != nil {
		return err
	}
	old := b.readStamp()
	if old.covers(inputs, out) {
		b.say("nothing changed")
		return nil
	}
	if err := b.copyExec(ctx, out); err != nil {
		return err
	}
	wasm, err := b.compile(ctx, ldflags)
	if err != nil {
		return err
	}
	if old.wasm == hash(wasm) && old.intact(out) {
		b.say("the binary is the same as before")
	} else if err := b.compress(ctx, wasm, out); err != nil {
		return err
	}
	return b.writeStamp(stamp{inputs: inputs, wasm: hash(wasm), outputs: outputs(out)})
}

// copyExec puts Go's own starter beside the binary: it must be that of the toolchain which compiles.
func (b *builder) copyExec(ctx context.Context, out string) error {
	goroot, err := b.goTool(ctx, "env", "GOROOT")
	if err != nil {
		return err
	}
	theirs, err := os.ReadFile(filepath.Join(goroot, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return fmt.Errorf("reading the toolchain's starter: %w", err)
	}
	ours, err := os.ReadFile(filepath.Join(b.root, "wasm_exec.js"))
	if err != nil {
		return fmt.Errorf("reading our copy of the starter: %w", err)
	}
	if !bytes.Equal(theirs, ours) {
		return fmt.Errorf("wasm_exec.js is not that of the toolchain: copy %s/lib/wasm/wasm_exec.js to the repository's root", goroot)
	}
	return writeFile(filepath.Join(out, execName), ours)
}

// compress writes the binary as brotli 11 and as gzip 9.
func (b *builder) compress(ctx context.Context, wasm []byte, out string) error {
	b.say("compressing %s MB with brotli 11 and gzip 9, which takes half a minute", megabytes(len(wasm)))
	small := make(chan []byte, 1)
	go func() {
		var buf bytes.Buffer
		w := brotli.NewWriterLevel(&buf, brotli.BestCompression)
		w.Write(wasm) // into memory: cannot fail
		w.Close()
		small <- buf.Bytes()
	}()
	var zipped bytes.Buffer
	w, err := gzip.NewWriterLevel(&zipped, gzip.BestCompression)
	if err != nil {
		return fmt.Errorf("starting gzip: %w", err)
	}
	if _, err := w.Write(wasm); err != nil {
		return fmt.Errorf("compressing: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("compressing: %w", err)
	}
	var br []byte
	select {
	case br = <-small:
	case <-ctx.Done():
		return fmt.Errorf("compressing: %w", ctx.Err())
	}
	b.say("app.wasm %s MB, brotli %s KB, gzip %s KB", megabytes(len(wasm)), thousands(len(br)), thousands(zipped.Len()))
	return errors.Join(writeFile(filepath.Join(out, brotliName), br), writeFile(filepath.Join(out, gzipName), zipped.Bytes()))
}

// stamp says from what a bundle was made, and what was made.
type stamp struct{ inputs, wasm, outputs string }

// covers reports whether what stands in the folder out is still the bundle of these inputs.
func (s stamp) covers(inputs, out string) bool {
	return s.inputs == inputs && s.intact(out)
}

// intact reports whether the folder out still holds what was written there, whole.
func (s stamp) intact(out string) bool {
	return s.outputs == outputs(out) && s.outputs != missing
}

func (b *builder) stampPath() string { return filepath.Join(b.root, workFolder, "stamp") }

// readStamp returns the last bundle's stamp, or an empty one.
func (b *builder) readStamp() stamp {
	content, _ := os.ReadFile(b.stampPath()) // one that cannot be read is an old one: build
	f := strings.Fields(string(content))
	if len(f) != 3 {
		return stamp{}
	}
	return stamp{f[0], f[1], f[2]}
}

func (b *builder) writeStamp(s stamp) error {
	return writeFile(b.stampPath(), []byte(s.inputs+"\n"+s.wasm+"\n"+s.outputs+"\n"))
}

// inputs returns a hash of everything the bundle is made from.
func (b *builder) inputs(ctx context.Context) (string, error) {
	version, err := b.goTool(ctx, "version")
	if err != nil {
		return "", err
	}
	parts := [][]byte{[]byte(version)}
	read := func(path string) error {
		content, err := os.ReadFile(path)
		parts = append(parts, []byte(filepath.Base(path)), content)
		return err
	}
	for _, name := range []string{"go.mod", "go.sum", "wasm_exec.js"} {
		if err := read(filepath.Join(b.root, name)); err != nil {
			return "", fmt.Errorf("reading what the bundle is made from: %w", err)
		}
	}
	for _, folder := range []string{"app", "web/bundle"} {
		err := filepath.WalkDir(filepath.Join(b.root, folder), func(path string, e fs.DirEntry, err error) error {
			if err != nil || !source(e) {
				return err
			}
			return read(path)
		})
		if err != nil {
			return "", fmt.Errorf("reading what the bundle is made from: %w", err)
		}
	}
	return hash(parts...), nil
}

const missing = "missing"

// outputs returns a hash of the bundle in a folder, or missing.
func outputs(folder string) string {
	var parts [][]byte
	for _, name := range []string{brotliName, gzipName, execName} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return missing
		}
		parts = append(parts, content)
	}
	return hash(parts...)
}

// hash tells apart any two lists of parts.
func hash(parts ...[]byte) string {
	sum := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(sum, "%d:", len(p))
		sum.Write(p)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

func megabytes(n int) string { return fmt.Sprintf("%.2f", float64(n)/1e6) }

// thousands writes n bytes in thousands of bytes, with a comma.
func thousands(n int) string {
	k := (n + 500) / 1000
	if k < 1000 {
		return fmt.Sprint(k)
	}
	return fmt.Sprintf("%d,%03d", k/1000, k%1000)
}
