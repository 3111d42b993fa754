package stats

import (
	"errors"
	"fmt"
	"iter"
	"time"
)

// Period is a span of an office's local days, both ends included, as 2006-01-02.
type Period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// MaxDays is how long a period may be: ten years.
const MaxDays = 3653

// Why a period is refused.
var (
	ErrDay   = errors.New("want a day such as 2026-08-31")
	ErrOrder = errors.New("the first day is after the last")
	ErrLong  = fmt.Errorf("more than %d days", MaxDays)
)

// Until is the period of n days that ends with a day.
func Until(day string, n int) (Period, error) {
	if _, err := Between(day, day); err != nil {
		return Period{}, err
	}
	return Between(shift(day, 1-n), day)
}

// Month is the period of a month such as 2026-08.
func Month(month string) (Period, error) {
	first, err := time.Parse("2006-01", month)
	if err != nil || first.Year() < minYear {
		return Period{}, fmt.Errorf("month %q: want one such as 2026-08", month)
	}
	return Period{first.Format(time.DateOnly), first.AddDate(0, 1, -1).Format(time.DateOnly)}, nil
}

// minYear is before any count, and late enough that reckoning back from it stays in years of four digits.
const minYear = 1990

// Between is the period of two days.
func Between(from, to string) (Period, error) {
	for _, d := range []string{from, to} {
		if t, err := time.Parse(time.DateOnly, d); err != nil || t.Year() < minYear {
			return Period{}, fmt.Errorf("%q: %w", d, ErrDay)
		}
	}
	p := Period{from, to}
	switch {
	case from > to:
		return p, ErrOrder
	case p.Len() > MaxDays:
		return p, ErrLong
	}
	return p, nil
}

// Len is how many days the period has.
func (p Period) Len() int { return int(date(p.To).Sub(date(p.From))/(24*time.Hour)) + 1 }

// Days are the period's days in their order.
func (p Period) Days() iter.Seq[string] {
	return func(yield func(string) bool) {
		for t, end := date(p.From), date(p.To); !t.After(end); t = t.AddDate(0, 0, 1) {
			if !yield(t.Format(time.DateOnly)) {
				return
			}
		}
	}
}

// date is a day as a midnight of UTC, where all days have 24 hours. Periods hold only days that are some.
func date(day string) time.Time {
	t, _ := time.Parse(time.DateOnly, day)
	return t
}
