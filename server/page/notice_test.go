package page_test

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"kabar/app/news"
	"kabar/server/page"
)

// The privacy notice names who answers for it, leads to itself in the other language, and speaks of what this office has and of nothing else.
func TestNotice(t *testing.T) {
	r := renderer(t, assets)
	for _, c := range []struct {
		name, lang string
		change     func(*news.Site)
		says       []string
		links      string // in the notice, in order
		push       bool
	}{
		{"Indonesian", "id", func(*news.Site) {}, []string{"Pengendali data pribadi", "Undang-Undang Nomor 27 Tahun 2022", "Pasal 20", "48 jam", "9 hari"}, "/brebes/privasi?lang=en https://kab-brebes.kpu.go.id /brebes/aplikasi", false},
		{"English", "en", func(*news.Site) {}, []string{"controller", "Law Number 27 of 2022", "Article 20", "48 hours", "9 days"}, "/brebes/privasi https://kab-brebes.kpu.go.id /brebes/aplikasi?lang=en", false},
		{"an English office", "en", func(s *news.Site) { s.Language = "en" }, []string{"controller"}, "/brebes/privasi?lang=id https://kab-brebes.kpu.go.id /brebes/aplikasi", false},
		{"notifications", "id", func(s *news.Site) { s.Push = true }, []string{"Pemberitahuan", "huruf a"}, "/brebes/privasi?lang=en https://kab-brebes.kpu.go.id /brebes/aplikasi", true},
		{"nothing on the device, no site", "id", func(s *news.Site) { s.NetworkOnly, s.Home = true, "" }, []string{"disampaikan kepada kantor itu."}, "/brebes/privasi?lang=en", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := noticeState()
			s.Lang, s.Site.Push = c.lang, false
			c.change(&s.Site)
			doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(render(t, r, s, page.Options{}).HTML)))
			if err != nil {
				t.Fatal(err)
			}
			text := doc.Find("main").Text()
			for _, want := range append(c.says, s.Site.Name, "UU PDP", "IP") {
				if !strings.Contains(text, want) {
					t.Errorf("%q is not in the notice", want)
				}
			}
			if push := strings.Contains(text, "Mozilla"); push != c.push {
				t.Errorf("notifications are spoken of: %v", push)
			}
			links := strings.Join(doc.Find("main a").Map(func(_ int, a *goquery.Selection) string { return a.AttrOr("href", "") }), " ")
			if links != c.links {
				t.Errorf("links %s, want %s", links, c.links)
			}
			if doc.Find("h2#hitungan").Length() != 1 { // where the count of each article leads
				t.Error("how a view is counted has no anchor")
			}
			if title := doc.Find("title").Text(); title != doc.Find("h1").Text()+" · "+s.Site.Name {
				t.Errorf("the title is %q", title)
			}
		})
	}
}
