package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// lean is a module that is built from a copy without some of its parts. The edits are exact, so that a new version of the module fails
// here and not in the browser.
type lean struct {
	module  string
	folders []string // that are copied, without their tests
	drop    []string // files that are not
	edits   []edit
	add     map[string]string // files that only the copy has
}

// edit replaces text that stands in a file exactly once.
type edit struct{ file, old, new string }

// modules are the copies that the app is built with.
var modules = []lean{
	{
		// Its server brings net/http, crypto and their tables: 2 MB. Its router brings regexp, though our app has one route.
		module:  "github.com/maxence-charriere/go-app/v10",
		folders: []string{"pkg/app", "pkg/errors"},
		drop:    []string{"pkg/app/http.go", "pkg/app/static.go", "pkg/app/crypto.go", "pkg/app/wasm.go", "pkg/app/wasmexec.go"},
		edits: []edit{
			{"pkg/app/resource.go", "\t\"net/http\"\n", ""},
			{"pkg/app/resource.go", "\t\tHandler:   http.FileServer(http.Dir(directory)),\n", ""},
			{"pkg/app/resource.go", "\thttp.Handler\n", ""},
			{"pkg/app/context.go", "\t\"github.com/google/uuid\"\n", ""},
			{"pkg/app/context.go", "uuid.NewString()", "newID()"},
			{"pkg/app/state.go", "\t\"github.com/google/uuid\"\n", ""},
			{"pkg/app/state.go", "uuid.NewString()", "newID()"},
			{"pkg/app/route.go", "\t\"regexp\"\n", ""},
			{"pkg/app/route.go", "regexp.MustCompile(pattern)", "everyPath(pattern)"},
			{"pkg/app/route.go", "*regexp.Regexp", "every"},
		},
		add: map[string]string{"pkg/app/lean.go": leanApp},
	},
	{
		// Its SI prefixes bring regexp, and its big byte sizes fill math/big's tables at start; we use commas and relative times.
		module:  "github.com/dustin/go-humanize",
		folders: []string{"."},
		drop:    []string{"si.go", "bigbytes.go"},
	},
}

// leanApp stands in for what was taken from go-app. Nothing of ours encrypts a state.
const leanApp = `package app

import (
	"errors"
	"math/rand/v2"
	"strconv"
)

var errLean = errors.New("this build of go-app has no encryption")

func encrypt(string, []byte) ([]byte, error) { return nil, errLean }

func decrypt(string, []byte) ([]byte, error) { return nil, errLean }

// newID names a store or a device; the runtime seeds rand from crypto.getRandomValues.
func newID() string {
	return strconv.FormatUint(rand.Uint64(), 36) + strconv.FormatUint(rand.Uint64(), 36)
}

// every is the only pattern of a route that this build knows.
type every struct{}

func everyPath(pattern string) every {
	if pattern != ".*" {
		panic("this build of go-app knows no pattern of a route but .*: " + pattern)
	}
	return every{}
}

func (every) MatchString(string) bool { return true }
`

// files returns the copy's files by path, given the module's folder and version.
func (l lean) files(dir, version string) (map[string]string, error) {
	files := map[string]string{}
	read := func(name string) error {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return fmt.Errorf("%s %s: reading what to copy: %w", l.module, version, err)
		}
		files[name] = string(content)
		return nil
	}
	if err := read("go.mod"); err != nil {
		return nil, err
	}
	for _, folder := range l.folders {
		entries, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			return nil, fmt.Errorf("%s %s: reading what to copy: %w", l.module, version, err)
		}
		for _, e := range entries {
			name := filepath.ToSlash(filepath.Join(folder, e.Name()))
			if !source(e) || slices.Contains(l.drop, name) {
				continue
			}
			if err := read(name); err != nil {
				return nil, err
			}
		}
	}
	for _, name := range l.drop {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return nil, fmt.Errorf("%s %s no longer has %s, which the lean build leaves out", l.module, version, name)
		}
	}
	for _, e := range l.edits {
		if n := strings.Count(files[e.file], e.old); n != 1 {
			return nil, fmt.Errorf("%s %s: %s no longer has once, but %d times, what the lean build edits: %q", l.module, version, e.file, n, e.old)
		}
		files[e.file] = strings.Replace(files[e.file], e.old, e.new, 1)
	}
	for name, content := range l.add {
		if _, ok := files[name]; ok {
			return nil, fmt.Errorf("%s %s has a %s of its own, which the lean build adds", l.module, version, name)
		}
		files[name] = content
	}
	return files, nil
}

// source reports whether a file is Go to be built.
func source(e fs.DirEntry) bool {
	return !e.IsDir() && strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go")
}

// place writes files to a folder below parent that is named for the module and the files' content, and returns its name. A folder that is
// there already is complete and stays, so that several builds can run at once.
func (l lean) place(parent string, files map[string]string) (string, error) {
	sum := sha256.New()
	for _, name := range sortedKeys(files) {
		fmt.Fprintf(sum, "%q %q\n", name, files[name])
	}
	name := strings.ReplaceAll(l.module, "/", "-") + "-" + hex.EncodeToString(sum.Sum(nil))[:12]
	if _, err := os.Stat(filepath.Join(parent, name)); err == nil {
		return name, nil
	}
	draft, err := os.MkdirTemp(parent, "draft-")
	if err != nil {
		return "", fmt.Errorf("copying %s: %w", l.module, err)
	}
	defer os.RemoveAll(draft)
	for file, content := range files {
		path := filepath.Join(draft, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return "", fmt.Errorf("copying %s: %w", l.module, err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return "", fmt.Errorf("copying %s: %w", l.module, err)
		}
	}
	if err := os.Rename(draft, filepath.Join(parent, name)); err != nil && !os.IsExist(err) {
		return "", fmt.Errorf("copying %s: %w", l.module, err)
	}
	return name, nil
}
