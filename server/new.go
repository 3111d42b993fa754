package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"kabar/server/post"
)

// newPost makes a Markdown post and prints where it is. It appears on the news page once it has a text.
func newPost(args []string, out, errs io.Writer) error {
	f := newFlags("new", errs)
	c, words, err := f.parse(args)
	if err != nil {
		return err
	}
	title := strings.TrimSpace(strings.Join(words, " "))
	if title == "" {
		return usageError{errors.New(`new wants a title: kabar new "Rapat Pleno Terbuka"`)}
	}
	site, err := f.office(c)
	if err != nil {
		return err
	}
	if site.Posts == "" {
		return usageError{fmt.Errorf("site %q: set posts, the folder of Markdown files", site.ID)}
	}
	var p post.File
	p.Set(post.Title, title)
	p.Set(post.Date, time.Now().In(site.Public().Location()).Format("2006-01-02 15:04"))
	_, name, err := post.Folder(site.Posts).Create(&p, title, nil)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, filepath.Join(site.Posts, name))
	return nil
}
