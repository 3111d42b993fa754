// Package locale holds every word that Kabar shows, in Indonesian and English, and how each language writes numbers, dates and
// spans of time. It does no I/O and knows neither articles nor pages. It is part of the WASM bundle: keep it small.
package locale

import (
	"math"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Locale is one language: its words, and methods that write numbers and times in it. It is never changed after its making.
type Locale struct {
	Tag string // BCP 47: "id" or "en"
	Words
}

// Tags are the languages there are, the default first.
var Tags = []string{"id", "en"}

// For returns the language of a BCP 47 tag such as "en-GB": English for every English, Indonesian for everything else, since
// the readers of an Indonesian office are Indonesian unless they say otherwise.
func For(tag string) *Locale {
	if lang, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-"); strings.EqualFold(lang, "en") {
		return english
	}
	return indonesian
}

// Number writes n with its thousands apart: "1.234" in Indonesian, "1,234" in English.
func (l *Locale) Number(n int64) string { return l.separate(humanize.Comma(n)) }

// Percent writes a fraction as a percentage with at most one decimal: 0.125 is "12,5%" in Indonesian, "12.5%" in English. What is
// no number is a dash.
func (l *Locale) Percent(fraction float64) string {
	p := math.Round(fraction*1000) / 10
	if math.IsNaN(p) || math.IsInf(p, 0) {
		return "–"
	}
	return l.separate(humanize.Commaf(p+0)) + "%" // +0 turns -0 into 0
}

// separate puts this language's separators in the place of the English ones.
func (l *Locale) separate(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ',':
			return l.Thousands
		case '.':
			return l.Decimal
		}
		return r
	}, s)
}

// Fresh says how many articles are new.
func (l *Locale) Fresh(n int) string {
	if n == 1 {
		return l.FreshOne
	}
	return l.FreshMany.With(l.Number(int64(n)))
}

// ReadingTime says how many minutes a text takes to read: "3 menit baca". Less than a minute is one.
func (l *Locale) ReadingTime(minutes int) string {
	return l.ReadingMinutes.With(l.Number(int64(max(minutes, 1))))
}

const day = 24 * time.Hour

// recent is how many days back Ago still counts; before that it gives the date.
const recent = 7

// Ago says how long before now then was, for a reader in loc: "baru saja", "5 menit lalu", "2 jam lalu", "kemarin", "3 hari lalu",
// and after seven days the date as ShortDate writes it. What lies in the future has just happened: clocks differ.
//
// From 24 hours on days are those of the calendar in loc: a Monday's 23.00 is two days ago at 00.30 on Wednesday, although only
// 25 hours have passed, and "kemarin" is never said of any day but the one before. Within 24 hours the hours are counted, midnight or not.
func (l *Locale) Ago(then, now time.Time, loc *time.Location) string {
	if then.IsZero() {
		return ""
	}
	if then.After(now) {
		then = now
	}
	if now.Sub(then) >= day {
		days := date(now, loc).Sub(date(then, loc)) / day
		if days > recent {
			return l.ShortDate(then, loc)
		}
		then = now.Add(-max(days*day, day-1)) // a day of 25 hours counts no more than 23 of them
	}
	return humanize.CustomRelTime(then, now, "", "", []humanize.RelTimeMagnitude{
		{D: time.Minute, Format: l.JustNow, DivBy: 1},
		{D: 2 * time.Minute, Format: l.MinuteAgo, DivBy: 1},
		{D: time.Hour, Format: l.MinutesAgo, DivBy: time.Minute},
		{D: 2 * time.Hour, Format: l.HourAgo, DivBy: 1},
		{D: day, Format: l.HoursAgo, DivBy: time.Hour},
		{D: 2 * day, Format: l.Yesterday, DivBy: 1},
		{D: (recent + 1) * day, Format: l.DaysAgo, DivBy: day},
	})
}

// date is t's day in loc as a midnight of UTC, where every day has 24 hours.
func date(t time.Time, loc *time.Location) time.Time {
	y, m, d := t.In(loc).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// LongDate writes day and time with loc's abbreviation: "Senin, 26 April 2021 14.05 WIB". Like the other dates it is empty for the
// zero time, which stands for a date that nobody knows.
func (l *Locale) LongDate(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(loc)
	return l.Weekdays[t.Weekday()] + ", " + l.Day(t, loc) + t.Format(l.ClockLayout)
}

// Day writes the date with its month in full: "26 April 2021".
func (l *Locale) Day(t time.Time, loc *time.Location) string { return dayMonthYear(t, loc, &l.Months) }

// ShortDate writes the date with its month in three letters: "26 Apr 2021".
func (l *Locale) ShortDate(t time.Time, loc *time.Location) string {
	return dayMonthYear(t, loc, &l.ShortMonths)
}

func dayMonthYear(t time.Time, loc *time.Location, months *[12]string) string {
	if t.IsZero() {
		return ""
	}
	t = t.In(loc)
	return t.Format("2 ") + months[t.Month()-1] + t.Format(" 2006")
}

// ShareLabel is what stands on a way to share, and its accessible name, which is specific. id and name are those of a network
// of package share; for its actions (copy, print, native) the words are this language's own.
func (l *Locale) ShareLabel(id, name string) (text, accessible string) {
	switch id {
	case "copy":
		return l.CopyLink, l.CopyLink
	case "print":
		return l.Print, l.PrintArticle
	case "native":
		return l.ShareNative, l.ShareNative
	case "email":
		return l.Email, l.ShareByEmail
	}
	return name, l.ShareTo.With(name)
}
