//go:build js && wasm

// Command app is the program in the reader's browser. It begins from the state that stands in the page; without one, or with one
// that it cannot read, it leaves the page as it is.
package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/api"
	"kabar/app/rest"
	"kabar/app/ui"
)

func main() {
	rest.Now() // from the packages' start
	state, err := api.Boot()
	if err != nil {
		app.Log(err)
		return
	}
	rest.Now()
	ui.New(state, api.Client{}).Render() // The browser compiles each function when it is first called: what is drawn once is drawn quickly.
	rest.Now()
	root := func() app.Composer { return ui.New(state, api.Client{}) }
	app.RouteWithRegexp(".*", root)
	app.RunWhenOnBrowser()
}
