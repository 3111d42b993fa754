package post

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"

	"kabar/server/source"
)

const trash = ".trash" // below the folder; names with a dot are not published

// Folder is where an office's posts lie. No name leads out of it.
type Folder string

// ErrNotFound says that there is no such post.
var ErrNotFound = errors.New("no such post")

// open opens the folder, making it when it is not there.
func (d Folder) open() (*os.Root, error) {
	if err := os.MkdirAll(string(d), 0o755); err != nil {
		return nil, fmt.Errorf("make the folder of posts: %w", err)
	}
	r, err := os.OpenRoot(string(d))
	if err != nil {
		return nil, fmt.Errorf("open the folder of posts: %w", err)
	}
	return r, nil
}

// Create writes a new post under a slug, the first of slug, slug-2, slug-3 … that is free here and, where taken is not nil, there. It
// never overwrites. It returns the slug, which the front matter names too, and the file's name inside the folder.
func (d Folder) Create(f *File, title string, taken func(slug string) (bool, error)) (slug, name string, err error) {
	r, err := d.open()
	if err != nil {
		return "", "", err
	}
	defer r.Close()
	for n := 1; ; n++ {
		slug := nth(title, n)
		used := false
		if taken != nil {
			if used, err = taken(slug); err != nil {
				return "", "", err
			}
		}
		if _, err := r.Lstat(path.Join(trash, slug+".md")); used || err == nil {
			continue
		}
		f.Set(Slug, slug)
		data, err := f.Bytes()
		if err != nil {
			return "", "", err
		}
		err = writeNew(r, slug+".md", data)
		if err == nil {
			return slug, slug + ".md", nil
		}
		if !errors.Is(err, fs.ErrExist) {
			return "", "", fmt.Errorf("write the post: %w", err)
		}
	}
}

// Same returns the slug and the file's name of the post that Create has made of the same words, with the same date, and that nobody has changed
// since: a client or a balancer sends the same request again when it has not heard of an answer. The slug is empty where there is none.
func (d Folder) Same(f *File, title string) (slug, name string, err error) {
	r, err := d.open()
	if err != nil {
		return "", "", err
	}
	defer r.Close()
	for n := 1; ; n++ {
		slug := nth(title, n)
		there, err := r.ReadFile(slug + ".md")
		if errors.Is(err, fs.ErrNotExist) {
			return "", "", nil
		}
		if err != nil {
			return "", "", fmt.Errorf("read a post: %w", err)
		}
		f.Set(Slug, slug)
		data, err := f.Bytes()
		if err != nil {
			return "", "", err
		}
		if bytes.Equal(there, data) {
			return slug, slug + ".md", nil
		}
	}
}

// nth is the nth slug of a title: slug, slug-2, slug-3 …
func nth(title string, n int) string {
	if n == 1 {
		return source.Slug(title)
	}
	return source.Slug(title) + "-" + strconv.Itoa(n)
}

// writeNew writes a file that was not there. Whoever reads it half written sees it change and reads it again.
func writeNew(r *os.Root, name string, data []byte) error {
	w, err := r.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err = errors.Join(err, w.Sync(), w.Close()); err != nil {
		return errors.Join(err, r.Remove(name))
	}
	return nil
}

// Find returns the name of the file of a post by its name without extension, in the folder or in its trash.
func (d Folder) Find(stem string, trashed bool) (name string, err error) {
	r, err := d.open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	in := "."
	if trashed {
		in = trash
	}
	for _, ext := range []string{".md", ".markdown"} {
		if info, err := r.Stat(path.Join(in, stem+ext)); err == nil && info.Mode().IsRegular() {
			return stem + ext, nil
		}
	}
	return "", ErrNotFound
}

// Read reads a post.
func (d Folder) Read(name string) (*File, error) {
	data, err := d.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("read the post: %w", err)
	}
	return Parse(data)
}

// ReadFile reads a file of the folder.
func (d Folder) ReadFile(name string) ([]byte, error) {
	r, err := d.open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return r.ReadFile(name)
}

// Write puts a post in the place of what it was; at each moment the one or the other is there.
func (d Folder) Write(name string, data []byte) error {
	r, err := d.open()
	if err != nil {
		return err
	}
	defer r.Close()
	tmp := path.Join(path.Dir(name), "."+path.Base(name)+".tmp") // names with a dot are not published
	if err := r.RemoveAll(tmp); err != nil {
		return err
	}
	if err := writeNew(r, tmp, data); err != nil {
		return fmt.Errorf("write the post: %w", err)
	}
	return r.Rename(tmp, name)
}

// Trash moves a post to where it is not published, and Restore brings it back.
func (d Folder) Trash(name string) error { return d.move(name, path.Join(trash, name)) }

// Restore undoes Trash.
func (d Folder) Restore(name string) error { return d.move(path.Join(trash, name), name) }

func (d Folder) move(from, to string) error {
	r, err := d.open()
	if err != nil {
		return err
	}
	defer r.Close()
	if _, err := r.Lstat(to); err == nil {
		return fmt.Errorf("move the post: %s is there already", to)
	}
	if err := r.MkdirAll(path.Dir(to), 0o755); err != nil {
		return fmt.Errorf("move the post: %w", err)
	}
	return r.Rename(from, to)
}

// Media is where uploads lie inside the folder.
const Media = "media"

// AddMedia keeps an upload under a name; one that is there already has the same content.
func (d Folder) AddMedia(name string, data []byte) error {
	r, err := d.open()
	if err != nil {
		return err
	}
	defer r.Close()
	if err := r.MkdirAll(Media, 0o755); err != nil {
		return fmt.Errorf("keep the upload: %w", err)
	}
	if err := writeNew(r, path.Join(Media, name), data); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keep the upload: %w", err)
	}
	return nil
}
