package news

import (
	"context"
	"errors"
	"time"
)

// PageSize is how many articles a news page lists.
const PageSize = 10

// MaxLimit is how many articles one listing gives at most.
const MaxLimit = 50

// Sort is an order of articles.
type Sort string

// Popular is by readers since Query.Since, most first, and only what was read; each reader counts once for an article and day, so one cannot push
// an article up. Without a Sort the newest come first.
const Popular Sort = "popular"

// What is most read is shown when it says something: of the last PopularDays days, articles with at least PopularViews views, when there
// are at least PopularMin of them, and at most PopularMax.
const (
	PopularDays  = 7
	PopularViews = 5
	PopularMin   = 3
	PopularMax   = 5
)

// PopularSince is the local day from which most read counts.
func (s Site) PopularSince(now time.Time) string { return s.Day(now.AddDate(0, 0, 1-PopularDays)) }

// Query picks articles of an office, newest first.
type Query struct {
	Search   string `json:"q,omitempty"` // every word in title or text
	Category string `json:"category,omitempty"`
	Before   string `json:"-"` // a Listing's Next: what follows it
	Sort     Sort   `json:"sort,omitempty"`
	Since    string `json:"-"` // the office's local day from which most read counts; empty: nothing is said of it
	Page     int    `json:"page,omitempty"`
	Limit    int    `json:"-"` // 0 means PageSize
}

// Listing is what a Query finds.
type Listing struct {
	Articles   []Article `json:"articles"`             // without bodies
	Next       string    `json:"next,omitempty"`       // for Query.Before; empty at the end
	Categories []string  `json:"categories,omitempty"` // of all the office's articles, most used first
	Popular    []Link    `json:"popular,omitempty"`    // beside the newest of all news: the most read
}

// Newer is how many articles stand in a newer listing of the same news before those of this one.
func (l Listing) Newer(now Listing) int {
	known := map[string]bool{}
	for _, a := range l.Articles {
		known[a.Slug] = true
	}
	for i, a := range now.Articles {
		if known[a.Slug] {
			return i
		}
	}
	return len(now.Articles)
}

// Link is an article by its name.
type Link struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
}

// Source is where articles come from: the store on the server, the API in the browser.
type Source interface {
	// List returns the articles that q picks.
	List(ctx context.Context, site string, q Query) (Listing, error)
	// Article returns one article with its body: ErrNotFound if there is none, Moved if its address has changed.
	Article(ctx context.Context, site, slug string) (Article, error)
}

// ErrNotFound says that there is no such article.
var ErrNotFound = errors.New("no such article")

// Moved says that an article's address has changed to Slug.
type Moved struct{ Slug string }

func (m Moved) Error() string { return "article has moved to " + m.Slug }

// State is everything a page shows. The server writes it into the page, the app begins from it: the same state renders the same
// page on both sides, which is why it carries its own clock.
type State struct {
	Now     time.Time `json:"now"`
	Base    string    `json:"base"` // public URL of the server, no slash at the end
	Lang    string    `json:"lang"`
	Page    Page      `json:"page"`
	Slug    string    `json:"slug,omitempty"`
	Site    Site      `json:"site"`
	Sites   []Site    `json:"sites,omitempty"` // of the offices page
	Query   Query     `json:"query"`
	List    Listing   `json:"list"` // of a news page; of an article page: further news
	Article *Article  `json:"article,omitempty"`
	Problem Problem   `json:"problem,omitempty"`
	Embed   *Embed    `json:"embed,omitempty"`

	Snippets *Snippets `json:"-"` // of the snippet page, which the app never shows
}

// Problem is why there is no page: an HTTP status of ours that readers see.
type Problem int

// MaxEmbed is how many articles a widget lists at most.
const MaxEmbed = 20

// Embed is what a widget was asked to be.
type Embed struct {
	Widget string `json:"widget"` // news, share or article
	Layout string `json:"layout"` // of news: list, cards, compact or ticker
	Theme  string `json:"theme"`  // auto, light or dark
	Limit  int    `json:"limit,omitempty"`
	URL    string `json:"url,omitempty"` // of share: the host's own article
	Title  string `json:"title,omitempty"`
	Accent string `json:"accent,omitempty"`
}

// Snippets are what a webmaster pastes for one choice of widget.
type Snippets struct {
	Embed           // the choice, its Accent never empty
	Lang     string // of the widget
	Refused  bool   // the address asked for was not one to share
	Frame    string // path of the widget's frame
	Phone    int    // height in pixels at PhoneWidth
	Desktop  int    // height in pixels at DesktopWidth
	Lines    []Snippet
	Hosts    []string
	Anywhere bool // the news may be shown on other hosts as well
}

// Widths of the frames that show a choice, in CSS pixels: a column of text on a phone of 360, and one of ours on a computer.
const (
	PhoneWidth   = 328
	DesktopWidth = 672
)

// Snippet is one way to put a widget on a page: "script", "frame", "wordpress" or "static".
type Snippet struct{ Kind, Text string }

// Home is the address an article is shared and counted under: its home, or our own page where it has none.
func (s *State) Home(a *Article) string {
	if a.URL != "" {
		return a.URL
	}
	return s.Base + ArticlePath(s.Site.ID, a.Slug)
}

// Elsewhere reports whether the article's home is not our own page.
func (s *State) Elsewhere(a *Article) bool { return s.Home(a) != s.Base+ArticlePath(s.Site.ID, a.Slug) }

// Load fills in what the route's page shows from src. It changes nothing of s on an error.
func (s *State) Load(ctx context.Context, src Source, r Route) error {
	next := *s
	next.Page, next.Slug, next.Query, next.List, next.Article, next.Problem = r.Page, r.Slug, r.Query, Listing{}, nil, 0
	if r.Page == PageNews || r.Page == PageArticle {
		q := r.Query
		q.Since = s.Site.PopularSince(s.Now)
		if r.Page == PageArticle {
			a, err := src.Article(ctx, r.Site, r.Slug)
			if err != nil {
				return err
			}
			next.Article = &a
			q = Query{Limit: furtherNews + 1}
		}
		list, err := src.List(ctx, r.Site, q)
		if err != nil {
			return err
		}
		if r.Page == PageArticle {
			list = further(list, r.Slug)
		}
		next.List = list
	}
	*s = next
	return nil
}

// furtherNews is how many other articles an article page leads on to.
const furtherNews = 4

func further(l Listing, slug string) Listing {
	out := make([]Article, 0, furtherNews)
	for _, a := range l.Articles {
		if a.Slug != slug && len(out) < furtherNews {
			a.Summary = ""
			out = append(out, a)
		}
	}
	return Listing{Articles: out}
}
