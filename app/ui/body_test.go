package ui_test

import (
	"strings"
	"testing"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/app/ui"
)

func article(body ...news.Node) *news.State {
	now := time.Date(2026, 3, 4, 5, 0, 0, 0, time.UTC)
	return &news.State{Now: now, Base: "https://b.example", Lang: "id", Page: news.PageArticle, Site: news.Site{ID: "brebes", Name: "Brebes", Language: "id"},
		Article: &news.Article{Slug: "a", Title: "Judul", Published: now, Body: body}}
}

func TestEveryKindRenders(t *testing.T) {
	for _, lang := range locale.Tags {
		for kind := range news.Kinds {
			s := article(news.Node{Kind: kind, Href: "https://a.example/", Nodes: []news.Node{{Text: "isinya"}}})
			s.Lang = lang
			out := app.HTMLString(ui.New(s, nil))
			if kind != "img" && kind != "br" && kind != "hr" && !strings.Contains(out, "isinya") {
				t.Errorf("%s loses what it holds", kind)
			}
		}
	}
}

// A picture without copies is not shown; a browser makes the texts around it one, so the app must too.
func TestTextsThatMeetAreOne(t *testing.T) {
	out := app.HTMLString(ui.New(article(news.Node{Kind: "p", Nodes: []news.Node{{Text: "satu "}, {Kind: "img", Image: &news.Image{Src: "x"}}, {Text: ""}, {Text: "dua"}}}), nil))
	if !strings.Contains(out, ">satu dua<") {
		t.Errorf("the texts do not meet in\n%s", out)
	}
}
