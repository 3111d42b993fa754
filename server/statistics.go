package main

import (
	"net/http"
	"slices"
	"strconv"

	"kabar/server/page"
	"kabar/server/stats"
)

// choices are the periods that a press officer picks with one touch, in days.
var choices = []int{7, 30, 365}

// period reads what days were asked for: days, or from and to, or the last 30. chosen is the number of days when it is one of choices.
func period(r *http.Request, today string) (p stats.Period, chosen int, err error) {
	v := r.URL.Query()
	if from, to := v.Get("from"), v.Get("to"); (from != "" || to != "") && v.Get("days") == "" {
		if p, err = stats.Between(from, to); err != nil {
			return p, 0, badRequest("bad_period", "from, to: "+err.Error())
		}
		return p, 0, nil
	}
	chosen = defaultDays
	if d := v.Get("days"); d != "" {
		if chosen, err = strconv.Atoi(d); err != nil || !slices.Contains(choices, chosen) {
			return p, 0, badRequest("bad_days", "days: want 7, 30 or 365")
		}
	}
	p, err = stats.Until(today, chosen)
	return p, chosen, err
}

// statistics answers with an office's figures: as a page, as CSV, or as the report of a month.
func (s *server) statistics(w http.ResponseWriter, r *http.Request) error {
	o, err := s.site(r)
	if err != nil {
		return err
	}
	g := s.officeGate(o)
	view := s.statisticsView(r, g)
	if in, err := s.enter(w, r, g, &view); err != nil || !in {
		return err
	}
	// No report is kept. Who signed in is one of few, whom a stranger's flood must not lock out.
	if !view.Signed {
		if err := s.mayMake(r, o.ID); err != nil {
			return err
		}
	}
	if month := r.URL.Query().Get("month"); month != "" {
		return s.monthlyReport(w, r, o, view, month)
	}
	p, chosen, err := period(r, o.Public().Day(s.now()))
	if err != nil {
		return err
	}
	report, err := stats.Make(r.Context(), s.store, o.Public(), p)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("format") == "csv" {
		return sendCSV(w, "statistik-"+o.ID, p, []stats.Report{report})
	}
	d, err := s.renderer.StatisticsPage(view, report, chosen, choices)
	if err != nil {
		return err
	}
	return sendDocument(w, r, d, http.StatusOK)
}

func (s *server) monthlyReport(w http.ResponseWriter, r *http.Request, o *office, view page.Statistics, month string) error {
	p, err := stats.Month(month)
	if err != nil {
		return badRequest("bad_month", err.Error())
	}
	if today := o.Public().Day(s.now()); p.From <= today {
		p.To = min(p.To, today) // the month that runs is compared with as many days before
	}
	report, err := stats.Make(r.Context(), s.store, o.Public(), p)
	if err != nil {
		return err
	}
	d, err := s.renderer.MonthlyReport(view, report)
	if err != nil {
		return err
	}
	return sendDocument(w, r, d, http.StatusOK)
}

// allStatistics shows the offices side by side: all to who is signed in for them, and without such a sign-in those whose statistics are public.
func (s *server) allStatistics(w http.ResponseWriter, r *http.Request) error {
	g := s.provinceGate()
	view := s.statisticsView(r, g)
	if in, err := s.enter(w, r, g, &view); err != nil || !in {
		return err
	}
	// It costs as much as the reports in it, but never so much that nobody could see it.
	if !view.Signed {
		if err := s.may(r, "", s.limits.makes, s.limits.officeMakes, min(len(s.order), addressMakes.atOnce/4)); err != nil {
			return err
		}
	}
	var reports []stats.Report
	var p stats.Period
	chosen := 0
	for _, o := range s.order {
		if !o.PublicStats && g.password == nil {
			continue
		}
		var err error
		if p, chosen, err = period(r, o.Public().Day(s.now())); err != nil {
			return err
		}
		report, err := stats.Make(r.Context(), s.store, o.Public(), p)
		if err != nil {
			return err
		}
		reports = append(reports, report)
	}
	if r.URL.Query().Get("format") == "csv" {
		return sendCSV(w, "statistik", p, reports)
	}
	d, err := s.renderer.OfficesStatistics(view, reports, chosen, choices)
	if err != nil {
		return err
	}
	return sendDocument(w, r, d, http.StatusOK)
}

// statisticsView is what all pages of the statistics begin with.
func (s *server) statisticsView(r *http.Request, g gate) page.Statistics {
	v := page.Statistics{Lang: "id", Now: s.now(), Path: g.path}
	if g.office != nil {
		v.Site, v.Lang = g.office.Public(), g.office.Language
	}
	if l := r.URL.Query().Get("lang"); l == "id" || l == "en" {
		v.Lang = l
	}
	return v
}

// sendDocument sends a page that is made for one request.
func sendDocument(w http.ResponseWriter, r *http.Request, d *page.Document, status int) error {
	coding := page.Negotiate(r.Header.Get("Accept-Encoding"), page.Encodings)
	body, err := d.Body(coding)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", d.CSP)
	h.Set("Vary", "Accept-Encoding")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body) // the reader may have gone; there is nobody left to tell
	}
	return nil
}

// byteOrderMark tells spreadsheets that the text is UTF-8, which some would not guess.
const byteOrderMark = "\ufeff"

func sendCSV(w http.ResponseWriter, name string, p stats.Period, reports []stats.Report) error {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+"-"+p.From+"-"+p.To+`.csv"`)
	w.Write([]byte(byteOrderMark))
	return stats.Write(w, "csv", reports)
}
