package main

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// lean is a module that is built from a copy without some of its parts, and with ours. The edits are exact, so that a new version of the module fails
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

			// The first mount adopts the page: see _goapp/adopt.go.
			{"pkg/app/engine.go", "func (e *engineX) Load(v Composer) error {\n", "func (e *engineX) Load(v Composer) error {\n\tdefer adoptPage()()\n"},
			{"pkg/app/app.go", "\tengine.Start(120)\n", "\trest()\n\tengine.Start(120)\n"},
			{"pkg/app/node.go", "\tv.jsvalue = Window().createTextNode(v.value)\n", "\tif _, v.jsvalue = adopt(\"\"); v.jsvalue == nil {\n\t\tv.jsvalue = Window().createTextNode(v.value)\n\t}\n"},
			{"pkg/app/node.go", mountOld, mountNew},
			{"pkg/app/node.go", "\t\tv.JSValue().appendChild(child)\n", "\t\tplace(v, child)\n"},
			{"pkg/app/js_wasm.go", "\tv.Call(\"replaceChild\", new, old)\n", "\tif !new.JSValue().Equal(old.JSValue()) {\n\t\tv.Call(\"replaceChild\", new, old)\n\t}\n"},
			// A translator has put an element in place of a text.
			{"pkg/app/js_wasm.go", "\tv.Set(\"nodeValue\", val)\n", "\tv.Set(\"textContent\", val)\n"},
		},
		add: map[string]string{"pkg/app/lean.go": leanApp, "pkg/app/adopt.go": adoptApp},
	},
	{
		// Its SI prefixes bring regexp, and its big byte sizes fill math/big's tables at start; we use commas and relative times.
		module:  "github.com/dustin/go-humanize",
		folders: []string{"."},
		drop:    []string{"si.go", "bigbytes.go"},
	},
}

const (
	mountOld = `	jsElement, _ := Window().createElement(v.Tag(), v.XMLNamespace())
	v = v.setJSElement(jsElement)
	m.mountHTMLAttributes(ctx, v)
`
	mountNew = `	here, jsElement := adopt(v.Tag())
	if here == nil {
		jsElement, _ = Window().createElement(v.Tag(), v.XMLNamespace())
	}
	v = v.setJSElement(jsElement)
	if here == nil {
		m.mountHTMLAttributes(ctx, v)
	}
	defer here.enter(v.body())()
`
)

//go:embed _goapp/lean.go
var leanApp string

//go:embed _goapp/adopt.go
var adoptApp string

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
