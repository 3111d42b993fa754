package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"kabar/web"
)

// ldflags leave out what only a debugger reads.
const ldflags = "-s -w"

// workFolder holds the copies and the stamp. It is below the root because its name gets into the binary, which must be the same
// everywhere.
const workFolder = ".build"

// builder builds ./app of the module at root.
type builder struct {
	root string
	log  io.Writer
}

func newBuilder(ctx context.Context, log io.Writer) (*builder, error) {
	b := &builder{log: log}
	mod, err := b.goTool(ctx, "env", "GOMOD")
	if err != nil {
		return nil, err
	}
	if filepath.Base(mod) != "go.mod" {
		return nil, errors.New("not inside a Go module: run it from the repository")
	}
	b.root = filepath.Dir(mod)
	work := filepath.Join(b.root, workFolder)
	if err := os.MkdirAll(work, 0o755); err != nil {
		return nil, fmt.Errorf("making the work folder: %w", err)
	}
	if err := os.WriteFile(filepath.Join(work, ".gitignore"), []byte("*\n"), 0o644); err != nil {
		return nil, fmt.Errorf("hiding the work folder from git: %w", err)
	}
	return b, nil
}

// goTool runs the go command for the browser and returns what it printed. Settings of the machine that would change the binary are
// not passed on.
func (b *builder) goTool(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = b.root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOEXPERIMENT=", "GOWASM=", "GOWORK=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// compile builds the app, with ldflags and more flags of go build, and returns the binary.
func (b *builder) compile(ctx context.Context, ldflags string, flags ...string) ([]byte, error) {
	modfile, err := b.lean(ctx)
	if err != nil {
		return nil, err
	}
	tmp, err := os.MkdirTemp("", "kabar-app-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the binary: %w", err)
	}
	defer os.RemoveAll(tmp)
	raw := filepath.Join(tmp, "app.wasm")
	b.say("compiling ./app for js/wasm")
	args := append([]string{"build", "-modfile=" + modfile, "-trimpath", "-buildvcs=false", "-ldflags=" + ldflags, "-gcflags=all=-l", "-o", raw}, flags...)
	if _, err := b.goTool(ctx, append(args, "./app")...); err != nil {
		return nil, err
	}
	wasm, err := os.ReadFile(raw)
	if err != nil {
		return nil, fmt.Errorf("reading the binary: %w", err)
	}
	return wasm, nil
}

// lean makes the copies of modules and a go.mod that uses them, and returns its path.
func (b *builder) lean(ctx context.Context) (modfile string, err error) {
	mod, err := os.ReadFile(filepath.Join(b.root, "go.mod"))
	if err != nil {
		return "", fmt.Errorf("reading the requirements: %w", err)
	}
	sum, err := os.ReadFile(filepath.Join(b.root, "go.sum"))
	if err != nil {
		return "", fmt.Errorf("reading the requirements: %w", err)
	}
	work := filepath.Join(b.root, workFolder)
	for _, l := range modules {
		var found struct{ Dir, Version string }
		// Not go list: on a machine that has built nothing yet it knows no folder.
		out, err := b.goTool(ctx, "mod", "download", "-json", l.module)
		if err != nil {
			return "", err
		}
		if err := json.Unmarshal([]byte(out), &found); err != nil {
			return "", fmt.Errorf("reading what go mod download says of %s: %w", l.module, err)
		}
		files, err := l.files(found.Dir, found.Version)
		if err != nil {
			return "", err
		}
		name, err := l.place(work, files)
		if err != nil {
			return "", err
		}
		b.say("%s %s: lean copy in %s/%s", l.module, found.Version, workFolder, name)
		mod = fmt.Appendf(mod, "\nreplace %s => ./%s/%s\n", l.module, workFolder, name)
	}
	// Named for its content, so that a build that runs beside this one is not disturbed.
	modfile = filepath.Join(work, "go-"+hash(mod, sum)[:12]+".mod")
	if err := writeFile(modfile, mod); err != nil {
		return "", err
	}
	return modfile, writeFile(strings.TrimSuffix(modfile, ".mod")+".sum", sum)
}

// printSizes builds the app with its names and prints the bytes of each package.
func (b *builder) printSizes(ctx context.Context) error {
	wasm, err := b.compile(ctx, "-w")
	if err != nil {
		return err
	}
	packages, err := b.goTool(ctx, "list", "-deps", "./app")
	if err != nil {
		return err
	}
	shares, err := sizes(wasm, strings.Fields(packages))
	if err != nil {
		return fmt.Errorf("splitting the binary by package: %w", err)
	}
	printSizes(b.log, shares)
	return b.printUpdate(ctx)
}

// A change as small as they come: one call more, in one line of one component.
const (
	changed = "app/ui/newspage.go"
	oldLine = `app.Span().Class("cat").Text(a.Categories[0])`
	newLine = `app.Span().Class("cat").Title(a.Title).Text(a.Categories[0])`
)

// printUpdate says what a reader pays for a release in which one line changed.
func (b *builder) printUpdate(ctx context.Context) error {
	src, err := os.ReadFile(filepath.Join(b.root, changed))
	if err != nil {
		return fmt.Errorf("reading the line to change: %w", err)
	}
	if !bytes.Contains(src, []byte(oldLine)) {
		return fmt.Errorf("%s no longer has %s: choose another line to change", changed, oldLine)
	}
	dir, err := os.MkdirTemp("", "kabar-change-")
	if err != nil {
		return fmt.Errorf("making a folder for the change: %w", err)
	}
	defer os.RemoveAll(dir)
	other, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(b.root, changed): other}})
	if err != nil {
		return err
	}
	if err := errors.Join(writeFile(other, bytes.Replace(src, []byte(oldLine), []byte(newLine), 1)), writeFile(overlay, replace)); err != nil {
		return err
	}
	before, err := b.compile(ctx, ldflags)
	if err != nil {
		return err
	}
	after, err := b.compile(ctx, ldflags, "-overlay="+overlay)
	if err != nil {
		return err
	}
	delta, err := web.Delta(before, after)
	if err != nil {
		return err
	}
	whole, err := os.Stat(filepath.Join(b.root, "web", brotliName))
	if err != nil {
		return fmt.Errorf("the whole app, for comparison (go run ./web/bundle builds it): %w", err)
	}
	fmt.Fprintf(b.log, "\nAn update after one line changed in %s: %s KB in dcz, %.0f %% of the %s KB in brotli that a new reader gets.\n",
		changed, thousands(len(delta)), 100*float64(len(delta))/float64(whole.Size()), thousands(int(whole.Size())))
	return nil
}

func (b *builder) say(format string, args ...any) {
	fmt.Fprintf(b.log, "bundle: "+format+"\n", args...)
}

// writeFile writes a file all at once: a reader finds the old content or the new.
func writeFile(path string, content []byte) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".draft-")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer os.Remove(draft.Name())
	_, err = draft.Write(content)
	if err = errors.Join(err, draft.Chmod(0o644), draft.Close()); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
