// Package stats makes an office's figures of its daily totals: views, share clicks, engagement and trend, by day, article, place and network. It knows
// nothing of readers, because there is nothing to know: the totals are all that is kept (docs/counting.md).
package stats

import (
	"context"
	"slices"
	"time"

	"kabar/app/news"
	"kabar/server/store"
)

// Figures are sums with what follows from them.
type Figures struct {
	store.Sum
	Engagement Rate `json:"engagement"`
}

func figures(s store.Sum) Figures { return Figures{s, Engagement(s.Shares, s.Views)} }

// Report is an office's figures for a period.
type Report struct {
	Site     string    `json:"site"`
	Name     string    `json:"name"`
	Period   Period    `json:"period"`
	Total    Figures   `json:"total"`
	Trend    Trend     `json:"trend"`
	Days     []Day     `json:"days"` // every day of the period
	Articles []Article `json:"articles"`
	Places   []Place   `json:"places"`
	Networks []Network `json:"networks"`

	// MedianArticle is the median of the views of the articles that were read in the period: what an ordinary one gets.
	MedianArticle float64 `json:"median_article_views"`
	// Before is what the office's former sites had counted by their own rules, in all their time. It is part of no other figure.
	Before     int64  `json:"views_before"`
	BeforeFrom string `json:"views_before_from,omitempty"`
}

// Day, Article, Place and Network are the report's parts.
type (
	Day struct {
		Day string `json:"day"`
		Figures
	}
	Article struct {
		store.PageSum
		Engagement Rate `json:"engagement"`
	}
	Place struct {
		store.PlaceSum
		Engagement Rate `json:"engagement"`
	}
	Network = store.NetworkSum
)

// Trend compares the period's views with what is usual for the same office: the median of the periods of the same length directly before, as far back
// as it has been counted, at most 12. Without one whole earlier period there is no Usual.
type Trend struct {
	Usual   *float64 `json:"usual_views,omitempty"`
	Change  *float64 `json:"change,omitempty"` // as a fraction of Usual: 0.25 is a quarter more. Nil as well when Usual is 0
	Periods int      `json:"periods"`          // how many earlier ones Usual is made of
}

// maxEarlier bounds how many periods a trend looks back: twelve weeks, or a year of months.
const maxEarlier = 12

// Make makes the report of an office's period.
func Make(ctx context.Context, t *store.Store, site news.Site, p Period) (Report, error) {
	s, err := t.Statistics(ctx, site.ID, p.From, p.To)
	if err != nil {
		return Report{}, err
	}
	r := Report{Site: site.ID, Name: site.Name, Period: p, Before: s.Before, BeforeFrom: s.BeforeFrom,
		Articles: make([]Article, 0, len(s.Pages)), Places: make([]Place, 0, len(s.Places)), Networks: append([]Network{}, s.Networks...)}
	r.addDays(s.Days)
	var read []float64
	for _, a := range s.Pages {
		r.Articles = append(r.Articles, Article{a, Engagement(a.Shares, a.Views)})
		if a.Views > 0 && a.Slug != "" {
			read = append(read, float64(a.Views))
		}
	}
	r.MedianArticle = Median(read)
	for _, w := range s.Places {
		r.Places = append(r.Places, Place{w, Engagement(w.Shares, w.Views)})
	}
	r.Trend, err = trend(ctx, t, site.ID, p, r.Total.Views)
	return r, err
}

// addDays fills in the days on which nothing happened.
func (r *Report) addDays(days []store.DaySum) {
	byDay := map[string]store.Sum{}
	var total store.Sum
	for _, d := range days {
		byDay[d.Day] = d.Sum
		total.Views += d.Views
		total.Shares += d.Shares
	}
	r.Total = figures(total)
	for d := range r.Period.Days() {
		r.Days = append(r.Days, Day{d, figures(byDay[d])})
	}
}

func trend(ctx context.Context, t *store.Store, site string, p Period, views int64) (Trend, error) {
	length := p.Len()
	before := Period{From: shift(p.From, -length*maxEarlier), To: shift(p.From, -1)}
	days, err := t.Days(ctx, site, before.From, before.To)
	if err != nil || len(days) == 0 {
		return Trend{}, err
	}
	first := days[0].Day
	var earlier []float64
	for i := range maxEarlier {
		w := Period{From: shift(p.From, -length*(i+1)), To: shift(p.From, -length*i-1)}
		if w.From < first {
			break
		}
		var n int64
		for _, d := range days {
			if d.Day >= w.From && d.Day <= w.To {
				n += d.Views
			}
		}
		earlier = append(earlier, float64(n))
	}
	if len(earlier) == 0 {
		return Trend{}, nil
	}
	usual := Median(earlier)
	out := Trend{Usual: &usual, Periods: len(earlier)}
	if usual > 0 {
		change := float64(views)/usual - 1
		out.Change = &change
	}
	return out, nil
}

// Median is the middle one of the values, or the mean of the two in the middle; 0 of none.
func Median(values []float64) float64 {
	v := slices.Sorted(slices.Values(values))
	n := len(v)
	if n == 0 {
		return 0
	}
	return (v[(n-1)/2] + v[n/2]) / 2
}

func shift(day string, by int) string { return date(day).AddDate(0, 0, by).Format(time.DateOnly) }
