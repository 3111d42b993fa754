package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// Folder is a directory read through os.Root: no name and no symbolic link leads out of it. It is opened anew for each file, so it
// may be made, moved or replaced while the server runs.
type Folder string

// Open implements fs.FS.
func (f Folder) Open(name string) (fs.File, error) {
	root, err := os.OpenRoot(string(f))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.FS().Open(name)
}

// Bounds of a folder of posts.
const (
	maxFiles   = 20000
	maxFolders = 6 // levels
)

// stamp tells whether a file has changed since it was read.
type stamp struct {
	size     int64
	modified time.Time
}

// folder reads the posts of one office as they change.
type folder struct {
	site   Site
	seen   map[string]stamp
	held   map[string]time.Time // posts whose date is still to come
	broken map[string]error     // posts that cannot be read
}

// scan lists the posts that are new, changed or due at now. It returns an error when the folder cannot be read at all.
func (f *folder) scan(ctx context.Context, now time.Time) (due []string, err error) {
	found := map[string]stamp{}
	err = fs.WalkDir(f.site.Posts, ".", func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			if name == "." {
				return err
			}
			return nil // a folder below that vanished or is closed to us
		}
		base := path.Base(name)
		switch {
		case name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if strings.Count(name, "/") >= maxFolders {
				return fs.SkipDir
			}
			return nil
		case !strings.EqualFold(path.Ext(base), ".md") && !strings.EqualFold(path.Ext(base), ".markdown"):
			return nil
		case len(found) >= maxFiles:
			return fs.SkipAll
		}
		info, err := d.Info()
		if err == nil {
			found[name] = stamp{info.Size(), info.ModTime()}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, s := range found {
		old, known := f.seen[name]
		waits, held := f.held[name]
		if !known || old != s || held && !waits.After(now) {
			due = append(due, name)
		}
	}
	f.seen = found
	for name := range f.broken {
		if _, ok := found[name]; !ok {
			delete(f.broken, name)
		}
	}
	return due, nil
}

// fault says what an operator is to mend in a folder that was read.
func (f *folder) fault() string {
	for _, name := range slices.Sorted(maps.Keys(f.broken)) {
		s := fmt.Sprintf("%s cannot be read: %s", name, f.broken[name])
		if n := len(f.broken) - 1; n > 0 {
			s += fmt.Sprintf("; and %d more", n)
		}
		return s
	}
	return ""
}

// read reads posts; what cannot be read or is not to be published yet is left out.
func (f *folder) read(names []string, now time.Time, broken func(name string, err error)) []Item {
	var items []Item
	for _, name := range names {
		delete(f.held, name)
		delete(f.broken, name)
		post, err := f.post(name)
		switch {
		case err != nil:
			f.broken[name] = err
			broken(name, err)
		case post.Draft:
		case post.Published.After(now):
			f.held[name] = post.Published
		default:
			items = append(items, post.Item)
		}
	}
	return items
}

func (f *folder) post(name string) (p Post, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("reading it failed unexpectedly: %v", r)
		}
	}()
	file, err := f.site.Posts.Open(name)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return p, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxPost+1))
	if err != nil {
		return p, err
	}
	return ParsePost(name, data, f.site.Location)
}
