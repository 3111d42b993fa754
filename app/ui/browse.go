package ui

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/news"
)

// browser is what Root remembers about the window it lives in.
type browser struct {
	at     string             // path and query that the page shows
	scroll map[string]float64 // how far each page was scrolled when it was left, in CSS pixels
	seen   map[string]*news.State
	click  app.Func
	pop    bool // the next navigation goes through history: scroll back, move no focus
	popped app.Func
	watch  app.Func
	search *time.Timer
	colors app.Value // the style sheet of pictures that came after the page's own
}

// fetchPatience is how long a page may take before the browser is asked to load it itself.
const fetchPatience = 15 * time.Second

// OnMount takes the links over from go-app, which would also take those that leave the app.
func (r *Root) OnMount(ctx app.Context) {
	w := app.Window()
	w.Get("kabar").Set("live", true)
	b := &r.browser
	b.at = address(w.URL())
	b.scroll, b.seen = map[string]float64{}, map[string]*news.State{}
	if r.state.Page == news.PageEmbed {
		w.Set("onclick", nil)
		return
	}
	w.Get("history").Set("scrollRestoration", "manual")
	w.Set("onclick", nil)
	b.click = app.FuncOf(func(_ app.Value, args []app.Value) any {
		if u := r.follow(args[0]); u != nil {
			args[0].Call("preventDefault")
			b.scroll[b.at] = w.Get("scrollY").Float()
			ctx.Dispatch(func(ctx app.Context) { ctx.NavigateTo(u) })
		}
		return nil
	})
	w.Call("addEventListener", "click", b.click)
	b.popped = app.FuncOf(func(app.Value, []app.Value) any {
		b.scroll[b.at] = w.Get("scrollY").Float()
		b.pop = true
		return nil
	})
	w.Call("addEventListener", "popstate", b.popped, true)
	b.watch = app.FuncOf(func(app.Value, []app.Value) any {
		ctx.Dispatch(r.look)
		return nil
	})
	w.Get("document").Call("addEventListener", "visibilitychange", b.watch)
	w.Call("setInterval", b.watch, freshEvery.Milliseconds())
}

// freshEvery is how often a news page that somebody looks at asks whether there is more.
const freshEvery = 2 * time.Minute

// look asks whether there is newer news than the page shows. It is never put in by itself: somebody may be reading.
func (r *Root) look(ctx app.Context) {
	q := r.state.Query
	if app.Window().Get("document").Get("hidden").Bool() || r.state.Page != news.PageNews || q.Search != "" || q.Page > 1 || r.loading {
		return
	}
	at := r.browser.at
	ctx.Async(func() {
		c, cancel := context.WithTimeout(context.Background(), fetchPatience)
		defer cancel()
		list, err := r.source.List(c, r.state.Site.ID, news.Query{Category: q.Category})
		ctx.Dispatch(func(app.Context) {
			if err == nil && r.browser.at == at {
				r.fresh = r.state.List.Newer(list)
			}
		})
	})
}

// onFresh shows the page as it is now.
func (r *Root) onFresh(ctx app.Context, _ app.Event) {
	u := ctx.Page().URL()
	if route, ok := news.ParsePath(u.Path, u.RawQuery); ok {
		r.load(ctx, route, r.browser.at, func(ctx app.Context, s *news.State) { r.show(ctx, s, false) })
	}
}

// follow returns the address of a clicked link that the app shows itself: another page of this office, wanted in this window.
func (r *Root) follow(e app.Value) *url.URL {
	if e.Get("defaultPrevented").Bool() || e.Get("button").Int() != 0 || e.Get("metaKey").Bool() || e.Get("ctrlKey").Bool() || e.Get("shiftKey").Bool() || e.Get("altKey").Bool() {
		return nil
	}
	target := e.Get("target")
	if !target.Get("closest").Truthy() {
		return nil
	}
	a := target.Call("closest", "a[href]")
	if !a.Truthy() || a.Get("target").String() != "" || a.Call("hasAttribute", "download").Bool() {
		return nil
	}
	u, err := url.Parse(a.Get("href").String())
	here := app.Window().URL()
	if err != nil || u.Scheme != here.Scheme || u.Host != here.Host {
		return nil
	}
	route, ok := news.ParsePath(u.Path, u.RawQuery)
	if !ok || route.Site == "" || route.Site != r.state.Site.ID || r.lang(route) != r.state.Lang || route.Page == news.PageInfo {
		return nil
	}
	if u.Fragment != "" && address(u) == address(here) {
		return nil
	}
	return u
}

func (r *Root) lang(route news.Route) string {
	if route.Lang != "" {
		return route.Lang
	}
	return r.state.Site.Language
}

func address(u *url.URL) string {
	if u.RawQuery == "" {
		return u.Path
	}
	return u.Path + "?" + u.RawQuery
}

// OnNav shows the page that the address bar names. What cannot be loaded the browser loads itself: it has an error page, an
// offline page and a reader who can try again.
func (r *Root) OnNav(ctx app.Context) {
	u := ctx.Page().URL()
	to := address(u)
	if r.browser.at == "" || to == r.browser.at || r.state.Page == news.PageEmbed {
		return
	}
	back := r.browser.pop
	r.browser.pop = false
	route, ok := news.ParsePath(u.Path, u.RawQuery)
	if !ok || route.Site != r.state.Site.ID || route.Page == news.PageInfo || r.state.Problem != 0 {
		app.Window().Get("location").Call("reload")
		return
	}
	r.browser.seen[r.browser.at] = r.state
	r.browser.at = to
	if s := r.browser.seen[to]; s != nil && back {
		r.show(ctx, s, back)
		return
	}
	r.load(ctx, route, to, func(ctx app.Context, s *news.State) { r.show(ctx, s, back) })
}

// load fetches a page's state; then gets it, unless the reader has gone elsewhere meanwhile.
func (r *Root) load(ctx app.Context, route news.Route, to string, then func(app.Context, *news.State)) {
	r.loading = true
	next := *r.state
	ctx.Async(func() {
		c, cancel := context.WithTimeout(context.Background(), fetchPatience)
		defer cancel()
		next.Now = time.Now()
		err := next.Load(c, r.source, route)
		ctx.Dispatch(func(ctx app.Context) {
			if r.browser.at != to {
				return
			}
			r.loading = false
			if err != nil {
				r.leave(err, to)
				return
			}
			then(ctx, &next)
		})
	})
}

func (r *Root) leave(err error, to string) {
	if moved := (news.Moved{}); errors.As(err, &moved) {
		to = news.ArticlePath(r.state.Site.ID, moved.Slug)
	}
	app.Window().Get("location").Call("replace", to)
}

// show puts a page in place of the last: title, canonical address, scroll and focus go with it.
func (r *Root) show(ctx app.Context, s *news.State, back bool) {
	r.state, r.typed = s, s.Query.Search
	r.loading, r.failed, r.fresh = false, false, 0
	r.head()
	r.paint()
	y := 0.0
	if back {
		y = r.browser.scroll[r.browser.at]
	}
	ctx.Defer(func(ctx app.Context) {
		w := app.Window()
		if !back {
			if main := w.GetElementByID("isi"); main.Truthy() {
				// Only now: a main that can always have the focus takes it from a link at each tap beside it.
				main.Call("setAttribute", "tabindex", "-1")
				main.Call("focus", map[string]any{"preventScroll": true})
			}
		}
		w.Call("scrollTo", 0, y)
		if turned := w.Get("kabar").Get("turned"); turned.Truthy() {
			turned.Invoke()
		}
		r.count(ctx)
	})
}

// head says in the document what the page is, as the server's own head does.
func (r *Root) head() {
	doc := app.Window().Get("document")
	doc.Set("title", Title(r.state))
	if link := doc.Call("querySelector", "link[rel=canonical]"); link.Truthy() {
		link.Set("href", Canonical(r.state))
	}
}

// paint puts each picture's mean colour where the picture will be, as the page's own style does for those that it came with.
func (r *Root) paint() {
	w := app.Window()
	if !w.Get("CSSStyleSheet").Truthy() || !w.Get("document").Get("adoptedStyleSheets").Truthy() {
		return
	}
	if r.browser.colors == nil {
		r.browser.colors = w.Get("CSSStyleSheet").New()
		w.Get("document").Get("adoptedStyleSheets").Call("push", r.browser.colors)
	}
	r.browser.colors.Call("replaceSync", Colors(r.state))
}

// count tells the beacon which article is read now, and takes the new total from its answer.
func (r *Root) count(ctx app.Context) {
	beacon := app.Window().Get("kabar")
	if r.state.Article == nil || !beacon.Truthy() {
		return
	}
	slug := r.state.Article.Slug
	beacon.Call("view", map[string]any{"article": slug}).Then(func(c app.Value) {
		if !c.Truthy() {
			return
		}
		views, shares := int64(c.Get("views").Int()), int64(c.Get("shares").Int())
		ctx.Dispatch(func(app.Context) {
			if a := r.state.Article; a != nil && a.Slug == slug {
				a.Counts = news.Counts{Views: views, Shares: shares}
			}
		})
	})
}

// searchPause is how long a reader pauses before the letters typed so far are searched for.
const searchPause = 250 * time.Millisecond

// onSearch searches as the reader types. The address follows without a new history entry for each letter.
func (r *Root) onSearch(ctx app.Context, e app.Event) {
	text := ctx.JSSrc().Get("value").String()
	r.typed = text
	if r.browser.search != nil {
		r.browser.search.Stop()
	}
	r.browser.search = time.AfterFunc(searchPause, func() {
		ctx.Dispatch(func(ctx app.Context) {
			to := r.keepLang(news.NewsPath(r.state.Site.ID, news.Query{Search: text})) // of all news, as without the app
			u, err := url.Parse(to)
			if err != nil || to == r.browser.at {
				return
			}
			route, ok := news.ParsePath(u.Path, u.RawQuery)
			if !ok {
				return
			}
			r.browser.at = to
			r.load(ctx, route, to, func(_ app.Context, s *news.State) {
				r.state = s
				app.Window().Get("history").Call("replaceState", nil, "", to)
				r.head()
				r.paint()
			})
		})
	})
}

func (r *Root) keepLang(path string) string { return page{r.state, r.words}.link(path) }

// onOlder adds the next older articles below those that are shown.
func (r *Root) onOlder(ctx app.Context, e app.Event) {
	e.PreventDefault()
	if r.loading || r.state.List.Next == "" {
		return
	}
	r.loading = true
	at, q := r.browser.at, r.state.Query
	q.Before, q.Page = r.state.List.Next, 0
	ctx.Async(func() {
		c, cancel := context.WithTimeout(context.Background(), fetchPatience)
		defer cancel()
		list, err := r.source.List(c, r.state.Site.ID, q)
		ctx.Dispatch(func(app.Context) {
			if r.browser.at != at {
				return
			}
			r.loading, r.failed = false, err != nil
			if err != nil {
				return
			}
			next := *r.state
			next.List.Articles = append(next.List.Articles[:len(next.List.Articles):len(next.List.Articles)], list.Articles...)
			next.List.Next = list.Next
			r.state = &next
			r.paint()
		})
	})
}
