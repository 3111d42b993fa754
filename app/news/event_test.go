package news_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kabar/app/news"
)

func TestValidate(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	good := news.Event{ID: "abcd1234", Type: news.View, Article: "rapat-pleno"}
	for _, tt := range []struct {
		name   string
		change func(*news.Event)
		want   error
	}{
		{"good", func(*news.Event) {}, nil},
		{"id of 7", func(e *news.Event) { e.ID = "abcd123" }, news.ErrEventID},
		{"id of 64", func(e *news.Event) { e.ID = strings.Repeat("Z", 64) }, nil},
		{"id of 65", func(e *news.Event) { e.ID = strings.Repeat("Z", 65) }, news.ErrEventID},
		{"id with hyphen and underscore", func(e *news.Event) { e.ID = "ab-cd_1234" }, nil},
		{"id with a dot", func(e *news.Event) { e.ID = "abcd.1234" }, news.ErrEventID},
		{"id with a letter beyond ASCII", func(e *news.Event) { e.ID = "abcdé1234" }, news.ErrEventID},
		{"no type", func(e *news.Event) { e.Type = "" }, news.ErrEventType},
		{"other type", func(e *news.Event) { e.Type = "click" }, news.ErrEventType},
		{"no target", func(e *news.Event) { e.Article = "" }, news.ErrEventTarget},
		{"two targets", func(e *news.Event) { e.URL = "https://a.example/" }, news.ErrEventTarget},
		{"slug in capitals", func(e *news.Event) { e.Article = "Rapat" }, news.ErrEventSlug},
		{"reserved slug", func(e *news.Event) { e.Article = "statistik" }, news.ErrEventSlug},
		{"slug of 100", func(e *news.Event) { e.Article = strings.Repeat("a", news.MaxSlug) }, nil},
		{"slug of 101", func(e *news.Event) { e.Article = strings.Repeat("a", news.MaxSlug+1) }, news.ErrEventSlug},
		{"url", func(e *news.Event) { e.Article, e.URL = "", "https://a.example/x" }, nil},
		{"url that is a script", func(e *news.Event) { e.Article, e.URL = "", "javascript:alert(1)" }, news.ErrEventURL},
		{"relative url", func(e *news.Event) { e.Article, e.URL = "", "/x" }, news.ErrEventURL},
		{"via page", func(e *news.Event) { e.Via = news.ViaPage }, nil},
		{"via widget", func(e *news.Event) { e.Via = news.ViaWidget }, nil},
		{"via app", func(e *news.Event) { e.Via = news.ViaApp }, nil},
		{"via offline", func(e *news.Event) { e.Via = news.ViaOffline }, nil},
		{"via mail", func(e *news.Event) { e.Via = "mail" }, news.ErrEventVia},
		{"view with a network", func(e *news.Event) { e.Network = "x" }, news.ErrEventNet},
		{"share without a network", func(e *news.Event) { e.Type = news.Share }, nil},
		{"network of 32", func(e *news.Event) { e.Type, e.Network = news.Share, strings.Repeat("x", 32) }, nil},
		{"network of 33", func(e *news.Event) { e.Type, e.Network = news.Share, strings.Repeat("x", 33) }, news.ErrEventNet},
		{"network with a slash", func(e *news.Event) { e.Type, e.Network = news.Share, "a/b" }, news.ErrEventNet},
		{"host", func(e *news.Event) { e.Host = "kab-brebes.kpu.go.id" }, nil},
		{"host of 253", func(e *news.Event) { e.Host = strings.Repeat("h", 253) }, nil},
		{"host of 254", func(e *news.Event) { e.Host = strings.Repeat("h", 254) }, news.ErrEventHost},
		{"host with a port", func(e *news.Event) { e.Host = "a.example:80" }, news.ErrEventHost},
		{"exactly 7 days ago", func(e *news.Event) { e.At = now.Add(-news.MaxEventAge) }, nil},
		{"older", func(e *news.Event) { e.At = now.Add(-news.MaxEventAge - 1) }, news.ErrEventOld},
		{"exactly 10 minutes ahead", func(e *news.Event) { e.At = now.Add(news.MaxEventSkew) }, nil},
		{"further ahead", func(e *news.Event) { e.At = now.Add(news.MaxEventSkew + 1) }, news.ErrEventFuture},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := good
			tt.change(&e)
			if err := e.Validate(now); !errors.Is(err, tt.want) {
				t.Errorf("Validate() = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestEventKey(t *testing.T) {
	if k := (news.Event{Article: "a", URL: "https://b.example/"}).Key(); k != "a" {
		t.Errorf("Key() = %q, want the slug", k)
	}
	if k := (news.Event{URL: "https://b.example/?utm_source=x"}).Key(); k != "https://b.example/?utm_source=x" {
		t.Errorf("Key() = %q, want the URL as it was sent", k)
	}
}
