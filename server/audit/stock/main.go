// Command stock is a plain go-app program that shows the same news as Kabar, for make audit to stand beside: go-app's own page shell,
// loader and worker, as its documentation shows them. It is spared what a careful author would avoid: there is no net/http in its client, its
// answers are compressed, and its pictures are our small copies.
package main

import (
	"encoding/json"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// article is what is shown of one.
type article struct {
	Title, Summary, URL, Picture, Alt string
	Width, Height                     int
}

// front is the page.
type front struct {
	app.Compo
	articles []article
}

// served is what the server prerenders.
var served []article

func (f *front) OnPreRender(app.Context) { f.articles = served }

func (f *front) OnMount(ctx app.Context) {
	var text, show app.Func
	text = app.FuncOf(func(_ app.Value, args []app.Value) any { return args[0].Call("text") })
	show = app.FuncOf(func(_ app.Value, args []app.Value) any {
		var list []article
		if err := json.Unmarshal([]byte(args[0].String()), &list); err != nil {
			app.Log(err)
			return nil
		}
		ctx.Dispatch(func(app.Context) { f.articles = list })
		return nil
	})
	app.Window().Call("fetch", "/news.json").Call("then", text).Call("then", show)
}

func (f *front) Render() app.UI {
	return app.Main().Body(
		app.H1().Text("Berita Terkini"),
		app.Ol().Body(app.Range(f.articles).Slice(func(i int) app.UI {
			a := f.articles[i]
			return app.Li().Body(
				app.Img().Src(a.Picture).Alt(a.Alt).Width(a.Width).Height(a.Height),
				app.H2().Body(app.A().Href(a.URL).Text(a.Title)),
				app.P().Text(a.Summary),
			)
		})),
	)
}

func main() {
	app.Route("/", func() app.Composer { return &front{} })
	app.RunWhenOnBrowser()
	serve()
}
