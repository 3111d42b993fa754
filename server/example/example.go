// Package example holds the news of the built-in office, so that Kabar shows something before anybody has settings.
package example

import (
	"embed"
	"io/fs"
)

//go:embed posts
var files embed.FS

// Posts is the office's folder of Markdown posts and their pictures.
func Posts() fs.FS {
	posts, err := fs.Sub(files, "posts")
	if err != nil {
		panic(err) // the folder is in the program
	}
	return posts
}
