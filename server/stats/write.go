package stats

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Formats are the forms in which reports are written.
var Formats = []string{"table", "csv", "json"}

// Write writes reports in one of Formats.
func Write(w io.Writer, format string, reports []Report) error {
	switch format {
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(reports)
	case "csv":
		return writeCSV(w, reports)
	default:
		return writeTable(w, reports)
	}
}

// columns of the flat form: one line for each figure, which a spreadsheet filters by kind. Percentages stand as numbers with a point.
var columns = []string{"office", "kind", "key", "title", "views", "share_clicks", "engagement_percent", "low_95", "high_95", "views_before"}

// lines is a report flat: kind is total, day, article, page, place or network.
func (r *Report) lines() [][]string {
	n := func(i int64) string { return strconv.FormatInt(i, 10) }
	percent := func(f *float64) string {
		if f == nil {
			return ""
		}
		return strconv.FormatFloat(*f*100, 'f', 2, 64)
	}
	var out [][]string
	add := func(kind, key, title string, f Figures, before int64) {
		line := []string{r.Site, kind, key, title, n(f.Views), n(f.Shares), percent(f.Engagement.Value), percent(f.Engagement.Low), percent(f.Engagement.High), ""}
		if before > 0 {
			line[9] = n(before)
		}
		out = append(out, line)
	}
	add("total", r.Period.From+"/"+r.Period.To, r.Name, r.Total, r.Before)
	for _, d := range r.Days {
		add("day", d.Day, "", d.Figures, 0)
	}
	for _, a := range r.Articles {
		kind, key := "article", a.Slug
		if a.Slug == "" {
			kind, key = "page", a.URL
		}
		add(kind, key, a.Title, Figures{a.Sum, a.Engagement}, a.Before)
	}
	for _, p := range r.Places {
		key := string(p.Via)
		if p.Host != "" {
			key += " " + p.Host
		}
		add("place", key, "", Figures{p.Sum, p.Engagement}, 0)
	}
	for _, s := range r.Networks {
		out = append(out, []string{r.Site, "network", s.Network, "", "", n(s.Shares), "", "", "", ""})
	}
	return out
}

func writeCSV(w io.Writer, reports []Report) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true // RFC 4180, 2.1
	c.Write(columns)
	for i := range reports {
		for _, line := range reports[i].lines() {
			for j := range line {
				line[j] = harmless(line[j])
			}
			c.Write(line)
		}
	}
	c.Flush()
	return c.Error()
}

// formula is where a spreadsheet would see one begin: at the start of a cell, after any space, and after what else may part cells. Excel parts them by
// semicolons where the comma is in numbers, as in Indonesia, and then takes no notice of our quotes. The full-width signs are those that East Asian
// versions take too.
var formula = regexp.MustCompile("((?:^|[;\t\r\n])[;\t\r\n \u00a0\u3000\ufeff\v\f]*)([=+@|%＝＋－＠-])")

// harmless keeps a spreadsheet from taking a text for a formula, which a foreign title could hold: an apostrophe stands before it (OWASP, "CSV
// Injection").
func harmless(cell string) string { return formula.ReplaceAllString(cell, "${1}'${2}") }

func writeTable(w io.Writer, reports []Report) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "OFFICE\tKIND\tKEY\tVIEWS\tSHARE CLICKS\tENGAGEMENT\t95 %\tBEFORE")
	for i := range reports {
		for _, l := range reports[i].lines() {
			rate, interval := "-", "-"
			if l[6] != "" {
				rate = l[6] + "%"
			}
			if l[7] != "" {
				interval = l[7] + "–" + l[8]
			}
			for j := range l {
				if l[j] == "" {
					l[j] = "-"
				}
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l[0], l[1], printable(l[2]), l[4], l[5], rate, interval, l[9])
		}
	}
	return t.Flush()
}

// printable keeps foreign text from moving the operator's cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return '?'
	}, s)
}
