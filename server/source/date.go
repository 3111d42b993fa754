package source

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Dates before this are a clock that was never set (1970) or an empty database field (0000, -0001).
const firstYear = 1990

// lastYear keeps arithmetic on dates sane; whether a date lies in the future is the caller's to judge.
const lastYear = 2200

// The parts of a date, in lower case. Each is looked for in what the ones before left over.
var (
	isoDate     = regexp.MustCompile(`(?:^|[^\d])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:$|[^\d])`)
	compactDate = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?)?(z|[+-]\d{4})?$`)
	namedDate   = regexp.MustCompile(`(?:^|[^\d])(\d{1,2})(?:st|nd|rd|th)?[\s./-]*([a-z]{3,9})[\s.,/-]*'?(\d{4}|\d{2})(?:$|[^\d:.]|[.:](?:$|[^\d]))`)
	monthFirst  = regexp.MustCompile(`(?:^|[^a-z])([a-z]{3,9})[\s.-]+(\d{1,2})(?:st|nd|rd|th)?,?\s+(?:(.*?\d:\d\d.*?)\s+)?(\d{4})(?:$|[^\d])`)
	dayFirst    = regexp.MustCompile(`(?:^|[^\d])(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?:$|[^\d:.]|[.:](?:$|[^\d]))`)
	clock       = regexp.MustCompile(`(?:^|[^\d])(\d{1,2})\s?[:.]\s?(\d{2})(?:\s?[:.]\s?(\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\b)?`)
	offset      = regexp.MustCompile(`(?:^|\s|gmt|utc|[\d])\s*([+-])(\d{1,2})(?::?(\d{2}))?(?:$|[^\d:])`)
	zoneName    = regexp.MustCompile(`(?:^|[^a-z])([a-z]{1,5})(?:$|[^a-z])`)
)

var months = monthNames()

func monthNames() map[string]time.Month {
	m := map[string]time.Month{}
	for i, names := range []string{
		"jan januari january", "feb peb februari pebruari february febuari", "mar mrt maret march", "apr april", "mei may", "jun juni june", "jul juli july",
		"agu agt ags agst agust agustus aug august", "sep sept september", "okt oct oktober october", "nov nop november nopember", "des dec desember december",
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] = time.Month(i + 1)
		}
	}
	return m
}

// zones are the abbreviations that feeds use, in hours east of Greenwich. "ist" and "cst" have several meanings and the American one
// of cst is RFC 822's.
var zones = map[string]float64{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wib": 7, "wita": 8, "wit": 9, "sgt": 8, "myt": 8, "jst": 9,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "cet": 1, "cest": 2, "bst": 1,
}

// ParseDate reads a date as Indonesian offices and the usual formats write it: names of days and months in Indonesian or English,
// long or short and in their variants, day first in numbers, a dot or a colon in the time, WIB, WITA and WIT. Without a zone it is
// loc's time; without a time it is midnight. ok is false for what is no date and for dates that no news can have.
func ParseDate(s string, loc *time.Location) (t time.Time, ok bool) {
	if len(s) > 120 {
		return t, false
	}
	s = strings.ToLower(strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), " "))
	if m := compactDate.FindStringSubmatch(s); m != nil {
		if m[4] != "" {
			s = m[1] + "-" + m[2] + "-" + m[3] + " " + m[4] + ":" + m[5] + ":" + or(m[6], "00") + " " + m[7]
		} else {
			s = m[1] + "-" + m[2] + "-" + m[3]
		}
	} else if n, err := strconv.ParseInt(s, 10, 64); err == nil && (len(s) == 10 || len(s) == 13) {
		if len(s) == 13 {
			n /= 1000
		}
		return sane(time.Unix(n, 0).In(loc))
	}
	year, month, day, rest, ok := dateOf(s)
	if !ok {
		return t, false
	}
	var h, m, sec int
	after := rest
	if i := clock.FindStringSubmatchIndex(rest); i != nil {
		part := func(n int) int {
			if i[2*n] < 0 {
				return 0
			}
			v, _ := strconv.Atoi(rest[i[2*n]:i[2*n+1]])
			return v
		}
		h, m, sec = part(1), part(2), part(3)
		if i[8] >= 0 {
			if h < 1 || h > 12 {
				return t, false
			}
			if h %= 12; rest[i[8]] == 'p' {
				h += 12
			}
		}
		if h > 24 || m > 59 || sec > 60 || h == 24 && (m > 0 || sec > 0) {
			return t, false
		}
		after = rest[i[1]:]
		if strings.TrimSpace(after) == "" { // "08.30 WITA, 26 Agustus 2021" leaves nothing behind the date, but a zone before it
			after = rest
		}
	}
	if z := zoneOf(after); z != nil {
		loc = z
	}
	t = time.Date(year, month, day, h, m, sec, 0, loc)
	if h < 24 && (t.Day() != day || t.Month() != month) {
		return time.Time{}, false // 31 February
	}
	if h == 24 && time.Date(year, month, day, 0, 0, 0, 0, loc).Day() != day {
		return time.Time{}, false
	}
	return sane(t)
}

func sane(t time.Time) (time.Time, bool) {
	if y := t.UTC().Year(); y < firstYear || y > lastYear {
		return time.Time{}, false
	}
	return t, true
}

// dateOf finds the day and returns what is left for the time and the zone.
func dateOf(s string) (year int, month time.Month, day int, rest string, ok bool) {
	num := func(s string) int { n, _ := strconv.Atoi(s); return n }
	cut := func(i []int) string { return s[:i[2]] + " " + s[lastEnd(i):] }
	group := func(i []int, n int) string { return s[i[2*n]:i[2*n+1]] }
	if i := isoDate.FindStringSubmatchIndex(s); i != nil {
		year, month, day, rest = num(group(i, 1)), time.Month(num(group(i, 2))), num(group(i, 3)), cut(i)
	} else if i := withMonth(namedDate, s, 2); i != nil {
		year, month, day, rest = fullYear(group(i, 3)), months[group(i, 2)], num(group(i, 1)), cut(i)
	} else if i := withMonth(monthFirst, s, 1); i != nil {
		year, month, day = num(group(i, 4)), months[group(i, 1)], num(group(i, 2))
		if rest = s[i[9]:]; i[6] >= 0 { // "Apr 26 14:05:00 WIB 2021"
			rest = group(i, 3) + " " + rest
		}
	} else if i := dayFirst.FindStringSubmatchIndex(s); i != nil {
		year, month, day, rest = fullYear(group(i, 3)), time.Month(num(group(i, 2))), num(group(i, 1)), cut(i)
		if month > 12 && day <= 12 { // only an American can mean this
			month, day = time.Month(day), int(month)
		}
	}
	rest = strings.ReplaceAll(rest, " t", " ") // of "2021-05-05t10:11:12"
	return year, month, day, rest, year >= firstYear && year <= lastYear && 1 <= month && month <= 12 && 1 <= day && day <= 31
}

// withMonth finds the first match of re whose given group is the name of a month: "08.30 WITA, 26 Agustus" has two words behind a
// number.
func withMonth(re *regexp.Regexp, s string, name int) []int {
	for from := 0; ; {
		i := re.FindStringSubmatchIndex(s[from:])
		if i == nil {
			return nil
		}
		for j := range i {
			if i[j] >= 0 {
				i[j] += from
			}
		}
		if months[s[i[2*name]:i[2*name+1]]] != 0 {
			return i
		}
		from = i[3] // behind the first group
	}
}

// lastEnd is where the last group of a match ends; what follows it in the match was only looked at.
func lastEnd(i []int) int { return i[len(i)-1] }

// fullYear reads a year of two digits as RFC 2822 does.
func fullYear(s string) int {
	n, _ := strconv.Atoi(s)
	switch {
	case len(s) > 2:
	case n < 69:
		n += 2000
	default:
		n += 1900
	}
	return n
}

func zoneOf(s string) *time.Location {
	if m := offset.FindStringSubmatch(s); m != nil {
		h, _ := strconv.Atoi(m[2])
		mins, _ := strconv.Atoi(m[3])
		if h <= 14 && mins < 60 {
			sec := h*3600 + mins*60
			if m[1] == "-" {
				sec = -sec
			}
			return time.FixedZone("", sec)
		}
	}
	for len(s) > 0 {
		i := zoneName.FindStringSubmatchIndex(s)
		if i == nil {
			return nil
		}
		if h, ok := zones[s[i[2]:i[3]]]; ok {
			return time.FixedZone(strings.ToUpper(s[i[2]:i[3]]), int(h*3600))
		}
		s = s[i[3]:]
	}
	return nil
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
