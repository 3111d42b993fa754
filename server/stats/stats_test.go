package stats_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kabar/app/news"
	"kabar/server/source"
	"kabar/server/stats"
	"kabar/server/store"
)

// The intervals are those of R's prop.test(x, n, correct = FALSE), which is Wilson's; 15 of 148 and 81 of 263 are R. G. Newcombe's examples,
// "Two-Sided Confidence Intervals for the Single Proportion", Statistics in Medicine 17 (1998), table I, method 3.
func TestEngagement(t *testing.T) {
	const none = -1
	for _, c := range []struct {
		shares, views    int64
		value, low, high float64
	}{
		{0, 0, none, none, none},
		{0, 20, 0, 0, 0.1611},
		{1, 29, 0.0345, 0.0061, 0.1718},
		{15, 148, 0.1014, 0.0624, 0.1605},
		{81, 263, 0.3080, 0.2553, 0.3662},
		{10, 10, 1, 0.7225, 1},
		{5, 3, 5.0 / 3, none, none}, // more clicks than views: no proportion
	} {
		r := stats.Engagement(c.shares, c.views)
		for name, pair := range map[string]struct {
			got  *float64
			want float64
		}{"value": {r.Value, c.value}, "low": {r.Low, c.low}, "high": {r.High, c.high}} {
			if (pair.got == nil) != (pair.want == none) || pair.got != nil && math.Abs(*pair.got-pair.want) > 0.00006 {
				t.Errorf("%d of %d: %s is %v, want %v", c.shares, c.views, name, pair.got, pair.want)
			}
		}
	}
}

func TestMedian(t *testing.T) {
	for _, c := range []struct {
		of   []float64
		want float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 5}, 5}, {[]float64{4, 1, 2, 100}, 3}} {
		if got := stats.Median(c.of); got != c.want {
			t.Errorf("of %v: %v, want %v", c.of, got, c.want)
		}
	}
}

func TestPeriod(t *testing.T) {
	for _, c := range [][3]string{
		{"2026-08-01", "2026-08-31", ""}, {"2024-02-29", "2024-02-29", ""},
		{"2026-08-32", "2026-08-31", "want a day"}, {"", "2026-08-31", "want a day"}, {"0001-01-01", "2026-08-31", "want a day"},
		{"2026-09-01", "2026-08-31", "after"}, {"1999-01-01", "2026-08-31", "more than"},
	} {
		if _, err := stats.Between(c[0], c[1]); (err == nil) != (c[2] == "") || err != nil && !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s to %s: %v", c[0], c[1], err)
		}
	}
	if p, err := stats.Month("2024-02"); err != nil || p != (stats.Period{From: "2024-02-01", To: "2024-02-29"}) || p.Len() != 29 {
		t.Errorf("%v %v", p, err)
	}
	if _, err := stats.Month("2024-13"); err == nil {
		t.Error("a thirteenth month")
	}
}

// fixture is a database with the articles Satu, Dua and Tiga of an office.
type fixture struct {
	*testing.T
	s   *store.Store
	ids int
}

var office = news.Site{ID: "brebes", Name: "KPU Kabupaten Brebes", TimeZone: "Asia/Jakarta"}

func filled(t *testing.T, items ...source.Item) *fixture {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "kabar.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for i, title := range []string{"Satu", "Dua", "Tiga"} {
		items = append(items, source.Item{GUID: fmt.Sprint("g", i), Title: title})
	}
	for _, site := range []string{"brebes", "tegal"} {
		if _, err := s.Ingest(t.Context(), site, "feed", items); err != nil {
			t.Fatal(err)
		}
	}
	return &fixture{T: t, s: s}
}

// add records n readers' events that are alike.
func (f *fixture) add(n int, h store.Happening) {
	f.Helper()
	all := make([]store.Happening, n)
	for i := range all {
		f.ids++
		reader := int64(f.ids)
		all[i] = h
		all[i].ID, all[i].HashDay, all[i].Hash = fmt.Sprintf("event-%d", f.ids), h.Day, func(int64) int64 { return reader }
		if all[i].Site == "" {
			all[i].Site = office.ID
		}
		if all[i].Type == "" {
			all[i].Type = news.View
		}
		if all[i].Via == "" {
			all[i].Via = news.ViaPage
		}
	}
	if _, err := f.s.Record(f.Context(), all); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) report(from, to string) stats.Report {
	f.Helper()
	p, err := stats.Between(from, to)
	if err != nil {
		f.Fatal(err)
	}
	r, err := stats.Make(f.Context(), f.s, office, p)
	if err != nil {
		f.Fatal(err)
	}
	return r
}

func TestReport(t *testing.T) {
	f := filled(t, source.Item{GUID: "old", Title: "Lama", Slug: "lama", ViewsBefore: 900, ViewsFrom: "wordpress"})
	f.add(30, store.Happening{Slug: "satu", Day: "2026-08-10"})
	f.add(10, store.Happening{Slug: "satu", Day: "2026-08-12", Via: news.ViaWidget, Host: "kab-brebes.kpu.go.id"})
	f.add(8, store.Happening{Slug: "dua", Day: "2026-08-12", Via: news.ViaApp})
	f.add(2, store.Happening{Slug: "lama", Day: "2026-08-12", Via: news.ViaOffline})
	f.add(3, store.Happening{Slug: "satu", Day: "2026-08-12", Type: news.Share, Network: "whatsapp"})
	f.add(1, store.Happening{Slug: "dua", Day: "2026-08-12", Type: news.Share, Network: "x"})
	f.add(5, store.Happening{URL: "https://kab-brebes.kpu.go.id/profil", Make: true, Day: "2026-08-12", Via: news.ViaWidget})
	// What is not to be in it: another office's, the day before, the day after.
	f.add(70, store.Happening{Site: "tegal", Slug: "satu", Day: "2026-08-12"})
	f.add(70, store.Happening{Slug: "satu", Day: "2026-08-09"})
	f.add(70, store.Happening{Slug: "satu", Day: "2026-08-13"})

	r := f.report("2026-08-10", "2026-08-12")
	if r.Total.Sum != (store.Sum{Views: 55, Shares: 4}) || math.Abs(*r.Total.Engagement.Value-4.0/55) > 1e-9 {
		t.Errorf("total %+v", r.Total)
	}
	if r.Before != 900 || r.BeforeFrom != "wordpress" {
		t.Errorf("before %d of %q", r.Before, r.BeforeFrom)
	}
	var days, articles, places, networks []string
	for _, d := range r.Days {
		days = append(days, fmt.Sprint(d.Day[8:], " ", d.Views, " ", d.Shares))
	}
	for _, a := range r.Articles {
		articles = append(articles, fmt.Sprint(a.Slug+a.URL, " ", a.Views, " ", a.Shares, " ", a.Before))
	}
	for _, p := range r.Places {
		places = append(places, fmt.Sprint(p.Via, " ", p.Host, " ", p.Views, " ", p.Shares))
	}
	for _, n := range r.Networks {
		networks = append(networks, fmt.Sprint(n.Network, " ", n.Shares))
	}
	for _, c := range []struct {
		name string
		got  []string
		want string
	}{
		{"days", days, "10 30 0, 11 0 0, 12 25 4"},
		{"articles", articles, "satu 40 3 0, dua 8 1 0, https://kab-brebes.kpu.go.id/profil 5 0 0, lama 2 0 900"},
		{"places", places, "page  30 4, widget kab-brebes.kpu.go.id 10 0, app  8 0, widget  5 0, offline  2 0"},
		{"networks", networks, "whatsapp 3, x 1"},
	} {
		if got := strings.Join(c.got, ", "); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	if r.MedianArticle != 8 { // of 40, 8 and 2: a host's page is no article
		t.Errorf("the median article has %v", r.MedianArticle)
	}
}

// A trend is against the office's own past: as far back as it was counted whole, whatever the other offices do.
func TestTrend(t *testing.T) {
	f := filled(t)
	if r := f.report("2026-08-24", "2026-08-30"); r.Trend != (stats.Trend{}) || r.Total.Engagement.Value != nil {
		t.Errorf("of nothing: %+v", r)
	}
	for i, day := range []string{"2026-08-03", "2026-08-10", "2026-08-17", "2026-08-24"} {
		f.add([]int{20, 10, 40, 30}[i], store.Happening{Slug: "dua", Day: day})
	}
	f.add(500, store.Happening{Site: "tegal", Slug: "dua", Day: "2026-08-17"})
	r := f.report("2026-08-24", "2026-08-30")
	if r.Trend.Periods != 3 || *r.Trend.Usual != 20 || math.Abs(*r.Trend.Change-0.5) > 1e-9 {
		t.Errorf("30 views where 20, 10 and 40 were before: %+v", r.Trend)
	}
	// The first weeks have no whole one before them.
	if r := f.report("2026-08-05", "2026-08-11"); r.Trend.Usual != nil {
		t.Errorf("of a first week: %+v", r.Trend)
	}
}

// What a spreadsheet would run stays a text, and every line has as many cells as the first.
func TestCSV(t *testing.T) {
	titles := []string{`=HYPERLINK("http://evil.example","klik")`, "+62 812", "-1+1", "@SUM(A1)", "\t=1", " =1+1", "＝1+1", `Titel, mit "Anführung"`, "Biasa = wajar",
		`=cmd|' /C calc'!A0`, `-2+3+cmd|' /C calc'!A0`, `x;=cmd|' /C calc'!A0;`, `Rapat; +1`, `"";@SUM(1)`, `x";"=1`, "x\t=1", "x\r\n=1", "x\n-1", "\r=1", ";;=1", "%0A", "|cmd"}
	titles = append(titles, corpus(t)...)
	var items []source.Item
	for i, title := range titles {
		items = append(items, source.Item{GUID: fmt.Sprint("t", i), Title: title, Slug: fmt.Sprint("judul-", i)})
	}
	f := filled(t, items...)
	for i := range titles {
		f.add(1, store.Happening{Slug: fmt.Sprint("judul-", i), Day: "2026-08-12"})
	}
	r := f.report("2026-08-12", "2026-08-12")
	var b bytes.Buffer
	if err := stats.Write(&b, "csv", []stats.Report{r}); err != nil {
		t.Fatal(err)
	}
	// Where the semicolon parts cells, quotes that do not begin one mean nothing.
	for _, cell := range strings.FieldsFunc(b.String(), func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
		if c := strings.TrimSpace(cell); c != "" && strings.ContainsRune("=+-@|%", rune(c[0])) {
			t.Errorf("a spreadsheet with semicolons would run %q", cell)
		}
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, l := range lines {
		for _, cell := range l {
			if cell != "" && strings.ContainsAny(strings.TrimSpace(cell)[:1], "=+-@|%") || strings.HasPrefix(cell, "＝") {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
		if l[1] == "article" {
			found++
		}
		if l[1] == "article" && l[2] == "judul-0" && l[3] != "'"+titles[0] || l[2] == "judul-8" && l[3] != titles[8] || l[2] == "judul-7" && l[3] != titles[7] {
			t.Errorf("%q", l)
		}
	}
	if found != len(titles) {
		t.Errorf("%d articles of %d", found, len(titles))
	}
}

// corpus is the hostile markup that other tests send through feeds.
func corpus(t *testing.T) (all []string) {
	data, err := os.ReadFile("../source/testdata/payloads/markup.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(data) {
		var p struct{ Payload string }
		if err := json.Unmarshal(line, &p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Payload)
	}
	return all
}

func TestWrite(t *testing.T) {
	f := filled(t)
	f.add(4, store.Happening{Slug: "satu", Day: "2026-08-12"})
	f.add(1, store.Happening{Slug: "satu", Day: "2026-08-12", Type: news.Share, Network: "line"})
	all := []stats.Report{f.report("2026-08-12", "2026-08-12")}
	var table, js bytes.Buffer
	if err := stats.Write(&table, "table", all); err != nil || !strings.Contains(strings.Join(strings.Fields(table.String()), " "), "brebes article satu 4 1 25.00% 4.56–69.94 -") {
		t.Errorf("%v\n%s", err, table.String())
	}
	if err := stats.Write(&js, "json", all); err != nil {
		t.Fatal(err)
	}
	var back []stats.Report
	if err := json.Unmarshal(js.Bytes(), &back); err != nil || len(back) != 1 || back[0].Articles[0].Views != 4 || back[0].Networks[0].Network != "line" {
		t.Errorf("%v\n%s", err, js.String())
	}
}
