package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"html"
	"html/template"
	"slices"
	"strings"
	"time"

	"kabar/app/locale"
	"kabar/app/news"
	"kabar/app/share"
	"kabar/server/accent"
	"kabar/server/stats"
)

//go:embed statistics.html
var statisticsHTML string

// The press officer's pages have no life in the browser, so they are templates and not components.
var statisticsPages = template.Must(template.New("").Parse(statisticsHTML))

// Statistics is what each of the press officer's pages needs.
type Statistics struct {
	Site   news.Site // zero on the page of all offices
	Lang   string
	Now    time.Time
	Path   string // of the statistics
	Signed bool   // whether there is a sign-in to leave
}

// words are what the templates find under .L (of every page) and .T (of these).
type frame struct {
	Statistics
	L     *locale.Locale
	T     *locale.Statistics
	Title string
	Home  string
	Query string // keeps the language, "" or "&lang=en"
}

func (s Statistics) frame(title string) frame {
	l := locale.For(s.Lang)
	f := frame{Statistics: s, L: l, T: l.Statistics(), Home: "/"}
	if s.Site.ID != "" {
		f.Home = news.SitePath(s.Site.ID)
	}
	if s.Site.Language != "" && s.Lang != s.Site.Language || s.Site.Language == "" && s.Lang != "id" {
		f.Query = "&lang=" + s.Lang
	}
	f.Title = title
	return f
}

// Number and Percent write numbers for the templates; a pointer that is nil is a dash.
func (f frame) Number(n int64) string { return f.L.Number(n) }
func (f frame) Percent(p *float64) string {
	if p == nil {
		return "–"
	}
	return f.L.Percent(*p)
}

// Range writes the interval of a rate, or nothing.
func (f frame) Range(r stats.Rate) string {
	if r.Low == nil {
		return ""
	}
	return f.L.Percent(*r.Low) + "–" + f.L.Percent(*r.High)
}

func (f frame) day(day string) string { return f.L.ShortDate(midnight(day), time.UTC) }

func midnight(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day) // of a period, which holds only days that are some
	return t
}

// Span writes the period: "1 Agu 2026 – 31 Agu 2026".
func (f frame) Span(p stats.Period) string { return f.day(p.From) + " – " + f.day(p.To) }

// TrendMark is an arrow for the eyes only; TrendWords say the same.
func (f frame) TrendMark(t stats.Trend) string {
	switch {
	case t.Change == nil || sameAsUsual(*t.Change):
		return ""
	case *t.Change > 0:
		return "▲"
	}
	return "▼"
}

func sameAsUsual(change float64) bool { return change > -0.005 && change < 0.005 }

// TrendWords say how the period compares with the usual.
func (f frame) TrendWords(t stats.Trend) string {
	switch {
	case t.Change == nil:
		return f.T.NoTrend
	case sameAsUsual(*t.Change):
		return f.T.Same
	case *t.Change > 0:
		return f.T.Above.With(f.L.Percent(*t.Change))
	}
	return f.T.Below.With(f.L.Percent(-*t.Change))
}

// reportPage is an office's figures, as the page and as the monthly report.
type reportPage struct {
	frame
	stats.Report
	Chosen        int // 7, 30 or 365 when the period is that
	Choices       []int
	Months        []month
	Views, Shares chart
	ByMonth       bool
	Rows          []dayRow
	Articles      []articleRow
	More          int64 // articles that are not shown
	Places        []placeRow
	Networks      []networkRow
	Median, Usual string
	Made, InMonth string
}

type month struct{ Value, Name string }

type dayRow struct {
	Name string
	stats.Figures
}

type articleRow struct {
	stats.Article
	Name, Href, Part string
}

type placeRow struct {
	stats.Place
	Name, Part string
}

type networkRow struct {
	Name, Part string
	Shares     int64
}

// Sizes of the page.
const (
	shownArticles  = 20
	reportArticles = 10 // and reportRows of places and networks: what one sheet holds
	reportRows     = 6
	dailyBars      = 92 // longer periods are drawn by month
	monthsBack     = 13
)

// StatisticsPage renders an office's figures; chosen is how many days the reader chose, 0 for a span of their own.
func (r *Renderer) StatisticsPage(s Statistics, report stats.Report, chosen int, choices []int) (*Document, error) {
	p := newReportPage(s.frame(locale.For(s.Lang).Statistics().Title), report, shownArticles)
	p.Chosen, p.Choices = chosen, choices
	t := midnight(s.Site.Day(s.Now))
	for i := range monthsBack {
		m := t.AddDate(0, -i, 1-t.Day())
		p.Months = append(p.Months, month{m.Format("2006-01"), p.L.Months[m.Month()-1] + m.Format(" 2006")})
	}
	return r.statistics("report", p.frame, p)
}

// MonthlyReport renders an office's figures of a month as one page to be printed.
func (r *Renderer) MonthlyReport(s Statistics, report stats.Report) (*Document, error) {
	report.Places, report.Networks = report.Places[:min(len(report.Places), reportRows)], report.Networks[:min(len(report.Networks), reportRows)]
	p := newReportPage(s.frame(locale.For(s.Lang).Statistics().Report), report, reportArticles)
	m := midnight(report.Period.From)
	p.InMonth = p.L.Months[m.Month()-1] + m.Format(" 2006")
	p.Made = p.L.LongDate(s.Now, s.Site.Location())
	return r.statistics("monthly", p.frame, p)
}

func newReportPage(f frame, report stats.Report, articles int) *reportPage {
	p := &reportPage{frame: f, Report: report, ByMonth: report.Period.Len() > dailyBars, Median: f.L.Number(int64(report.MedianArticle))}
	if u := report.Trend.Usual; u != nil {
		p.Usual = f.L.Number(int64(*u + 0.5))
	}
	p.days()
	p.charts()
	p.tables(articles)
	return p
}

// days makes the rows of the chart and its table: days, or months of a long period.
func (p *reportPage) days() {
	for _, d := range p.Report.Days {
		name := p.day(d.Day)
		if p.ByMonth {
			t := midnight(d.Day)
			name = p.L.ShortMonths[t.Month()-1] + t.Format(" 2006")
		}
		if n := len(p.Rows); n > 0 && p.Rows[n-1].Name == name {
			row := &p.Rows[n-1]
			row.Views += d.Views
			row.Shares += d.Shares
			continue
		}
		p.Rows = append(p.Rows, dayRow{name, d.Figures})
	}
	for i := range p.Rows {
		p.Rows[i].Engagement = stats.Engagement(p.Rows[i].Shares, p.Rows[i].Views)
	}
}

func (p *reportPage) charts() {
	for _, c := range []struct {
		to    *chart
		of    func(dayRow) int64
		title string
	}{
		{&p.Views, func(d dayRow) int64 { return d.Views }, p.T.ViewsByDay},
		{&p.Shares, func(d dayRow) int64 { return d.Shares }, p.T.SharesByDay},
	} {
		var values []int64
		var names []string
		var all []float64
		for _, d := range p.Rows {
			values, names, all = append(values, c.of(d)), append(names, d.Name), append(all, float64(c.of(d)))
		}
		median := stats.Median(all)
		*c.to = draw(values, names, median, p.L.Number)
		most, ordinary := slices.Max(values), p.T.Median.With(p.L.Number(int64(median+0.5)))
		c.to.Label = c.title + ": " + p.T.Most.With(p.L.Number(most)+" ("+names[slices.Index(values, most)]+")") + ", " + ordinary
		if median > 0 {
			c.to.MedianText = ordinary
		}
	}
}

func (p *reportPage) tables(articles int) {
	var most int64
	for i, a := range p.Report.Articles {
		most = max(most, a.Views)
		if i == articles {
			p.More = int64(len(p.Report.Articles) - i)
			break
		}
		row := articleRow{Article: a, Name: a.Title, Href: a.URL, Part: part(a.Views, most)}
		if a.Slug != "" {
			row.Href = news.ArticlePath(p.frame.Statistics.Site.ID, a.Slug)
		} else {
			row.Name = strings.TrimPrefix(strings.TrimPrefix(a.URL, "https://"), "http://")
		}
		p.Articles = append(p.Articles, row)
	}
	most = 0
	for _, w := range p.Report.Places {
		most = max(most, w.Views)
		p.Places = append(p.Places, placeRow{w, p.place(w), part(w.Views, most)})
	}
	most = 0
	for _, n := range p.Report.Networks {
		most = max(most, n.Shares)
		known, _ := share.ByID(n.Network)
		name, _ := p.L.ShareLabel(n.Network, known.Name)
		if name == "" {
			name = n.Network
		}
		p.Networks = append(p.Networks, networkRow{name, part(n.Shares, most), n.Shares})
	}
}

// place names where articles were read.
func (p *reportPage) place(w stats.Place) string {
	switch {
	case w.Via == news.ViaWidget && w.Host != "":
		return p.T.ViaWidget.With(w.Host)
	case w.Via == news.ViaWidget:
		return p.T.ViaHost
	case w.Via == news.ViaApp:
		return p.T.ViaApp
	case w.Via == news.ViaOffline:
		return p.T.ViaOffline
	}
	return p.T.ViaPage
}

// OfficesStatistics renders offices side by side.
func (r *Renderer) OfficesStatistics(s Statistics, reports []stats.Report, chosen int, choices []int) (*Document, error) {
	f := s.frame(locale.For(s.Lang).Statistics().AllOffices)
	p := struct {
		frame
		Reports []stats.Report
		Parts   []string
		Period  stats.Period
		Chosen  int
		Choices []int
	}{frame: f, Reports: reports, Period: reports[0].Period, Chosen: chosen, Choices: choices}
	var most int64
	for _, o := range reports {
		most = max(most, o.Total.Views)
	}
	for _, o := range reports {
		p.Parts = append(p.Parts, part(o.Total.Views, most))
	}
	return r.statistics("offices", f, p)
}

// SignIn renders the form that asks for the password; problem says what was wrong with the last one.
func (r *Renderer) SignIn(s Statistics, problem func(*locale.Statistics) string) (*Document, error) {
	f := s.frame(locale.For(s.Lang).Statistics().SignInTitle)
	p := struct {
		frame
		Problem string
	}{frame: f}
	if problem != nil {
		p.Problem = problem(f.T)
	}
	return r.statistics("signin", f, p)
}

// statistics puts a template's page into a document of its own: no search engine, no app, no state.
func (r *Renderer) statistics(name string, f frame, data any) (*Document, error) {
	var body strings.Builder
	if err := statisticsPages.ExecuteTemplate(&body, name, data); err != nil {
		return nil, fmt.Errorf("rendering the statistics: %w", err)
	}
	light, dark := accent.Shades(f.Statistics.Site.Accent)
	style := ":root{--al:" + light + ";--ad:" + dark + "}" + r.figures
	title := f.Title
	if f.Statistics.Site.Name != "" {
		title += " · " + f.Statistics.Site.Name
	}
	out := "<!doctype html><html lang=" + f.L.Tag + `><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>` + html.EscapeString(title) +
		`</title><meta name="robots" content="noindex"><meta name="theme-color" media="(prefers-color-scheme:light)" content="` + light + `"><meta name="theme-color" media="(prefers-color-scheme:dark)" content="` + dark +
		`"><style>` + style + `</style><script data-lang="` + f.L.Tag + `">` + r.boot + "</script></head><body>" + body.String() + "</body></html>\n"
	sum := sha256.Sum256([]byte(out))
	return &Document{HTML: []byte(out), ETag: `W/"` + hex.EncodeToString(sum[:12]) + `"`, CSP: r.policy(style, Options{})}, nil
}
