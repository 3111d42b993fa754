//go:build js && wasm

// Package api is the browser's side of the server's API: the state that a page begins from, and the articles fetched after.
// It never imports net/http, which would double the program.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"syscall/js"

	"kabar/app/news"
)

// Boot reads the state that the server wrote into the page, with the counts that the beacon has learnt since.
func Boot() (*news.State, error) {
	block := js.Global().Get("document").Call("getElementById", "state")
	if !block.Truthy() {
		return nil, errors.New("the page has no state")
	}
	var s news.State
	if err := json.Unmarshal([]byte(block.Get("textContent").String()), &s); err != nil {
		return nil, fmt.Errorf("reading the page's state: %w", err)
	}
	if c := js.Global().Get("kabar").Get("counts"); c.Truthy() && s.Article != nil {
		s.Article.Counts = news.Counts{Views: int64(c.Get("views").Int()), Shares: int64(c.Get("shares").Int())}
	}
	return &s, nil
}

// Client is a news.Source over the API of the server that the page came from.
type Client struct{}

// List implements news.Source.
func (Client) List(ctx context.Context, site string, q news.Query) (news.Listing, error) {
	var l news.Listing
	_, err := get(ctx, news.ArticlesPath(site, q), &l)
	return l, err
}

// Article implements news.Source.
func (Client) Article(ctx context.Context, site, slug string) (news.Article, error) {
	var a news.Article
	at, err := get(ctx, news.ArticleAPIPath(site, slug), &a)
	if err == nil && a.Slug != slug {
		err = fmt.Errorf("%s: %w", at, news.Moved{Slug: a.Slug})
	}
	return a, err
}

// get fetches JSON and returns the address that answered in the end.
func get(ctx context.Context, path string, into any) (string, error) {
	abort := js.Global().Get("AbortController").New()
	type answer struct {
		body, at string
		status   int
		err      error
	}
	done := make(chan answer, 1)
	var a answer
	var funcs []js.Func
	on := func(f func(js.Value) any) js.Func {
		fn := js.FuncOf(func(_ js.Value, args []js.Value) any { return f(args[0]) })
		funcs = append(funcs, fn)
		return fn
	}
	got := on(func(r js.Value) any {
		a.status, a.at = r.Get("status").Int(), r.Get("url").String()
		return r.Call("text")
	})
	read := on(func(t js.Value) any { a.body = t.String(); done <- a; return nil })
	failed := on(func(e js.Value) any { done <- answer{err: errors.New(e.Call("toString").String())}; return nil })
	defer func() {
		for _, f := range funcs {
			f.Release()
		}
	}()
	js.Global().Call("fetch", path, map[string]any{"signal": abort.Get("signal"), "headers": map[string]any{"Accept": "application/json"}}).
		Call("then", got).Call("then", read).Call("catch", failed)
	select {
	case <-ctx.Done():
		abort.Call("abort")
		<-done
		return path, ctx.Err()
	case a = <-done:
	}
	switch {
	case a.err != nil:
		return path, fmt.Errorf("fetching %s: %w", path, a.err)
	case a.status == 404:
		return path, news.ErrNotFound
	case a.status != 200:
		return path, fmt.Errorf("fetching %s: status %d", path, a.status)
	}
	at := path
	if u, err := url.Parse(a.at); err == nil {
		at = u.Path
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		return at, fmt.Errorf("reading %s: %w", path, err)
	}
	return at, nil
}
