package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Sections of a WebAssembly binary that are read here (core specification, 5.5.2).
const (
	customSection = 0
	importSection = 2
	codeSection   = 10
	dataSection   = 11
)

var errShort = errors.New("the binary ends too early")

// section is a part of a WebAssembly binary. Size counts its header as well; name is that of a custom section.
type section struct {
	id      byte
	name    string
	size    int
	content []byte
}

func (s section) String() string {
	switch s.id {
	case customSection:
		return "(section " + s.name + ")"
	case dataSection:
		return "(data: types, line tables, strings)"
	}
	return fmt.Sprintf("(section %d)", s.id)
}

func parseSections(wasm []byte) ([]section, error) {
	if len(wasm) < 8 || string(wasm[:8]) != "\x00asm\x01\x00\x00\x00" {
		return nil, errors.New("not a WebAssembly binary of version 1")
	}
	r := reader{rest: wasm[8:]}
	var sections []section
	for len(r.rest) > 0 && r.err == nil {
		before := len(r.rest)
		s := section{id: r.bytes(1)[0]}
		s.content = r.vector()
		s.size = before - len(r.rest)
		if s.id == customSection {
			c := reader{rest: s.content}
			s.name = string(c.vector())
			s.content = c.rest
			r.err = errors.Join(r.err, c.err)
		}
		sections = append(sections, s)
	}
	return sections, r.err
}

// countImports counts the imported functions, which take the first numbers. Go imports nothing else.
func countImports(content []byte) (int, error) {
	r := reader{rest: content}
	n := r.number()
	for range n {
		r.vector()
		r.vector()
		if kind := r.bytes(1)[0]; r.err == nil && kind != 0 {
			return 0, fmt.Errorf("an import of kind %d, which is no function", kind)
		}
		r.number()
		if r.err != nil {
			break
		}
	}
	return n, r.err
}

func functionBodies(content []byte) ([][]byte, error) {
	r := reader{rest: content}
	var bodies [][]byte
	for n := r.number(); n > 0 && r.err == nil; n-- {
		bodies = append(bodies, r.vector())
	}
	return bodies, r.err
}

// functionNames reads the name section's part about functions.
func functionNames(content []byte) (map[int]string, error) {
	r := reader{rest: content}
	names := map[int]string{}
	for len(r.rest) > 0 && r.err == nil {
		id := r.bytes(1)[0]
		part := reader{rest: r.vector()}
		if id != 1 {
			continue
		}
		for n := part.number(); n > 0 && part.err == nil; n-- {
			i := part.number()
			names[i] = string(part.vector())
		}
		r.err = errors.Join(r.err, part.err)
	}
	return names, r.err
}

// reader reads from rest until the first error, and zeros after it.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) bytes(n int) []byte {
	if n < 0 || n > len(r.rest) {
		r.err = errShort
		r.rest = nil
		return make([]byte, 1)
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) number() int {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || v > 1<<31 {
		r.err = errShort
		r.rest = nil
		return 0
	}
	r.rest = r.rest[n:]
	return int(v)
}

func (r *reader) vector() []byte { return r.bytes(r.number()) }
