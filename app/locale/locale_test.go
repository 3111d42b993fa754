package locale_test

import (
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"
	_ "time/tzdata" // for a zone with daylight saving time; Indonesia has none

	"kabar/app/locale"
	"kabar/app/news"
)

func TestFor(t *testing.T) {
	for tag, want := range map[string]string{
		"id": "id", "en": "en", "en-GB": "en", "en_US": "en", "EN": "en", "En-us": "en", "": "id", "jv": "id", "eng": "id", "e": "id",
		"id-ID": "id", "enx-GB": "id", "-en": "id", "xen": "id",
	} {
		if got := locale.For(tag).Tag; got != want {
			t.Errorf("For(%q) is %q, want %q", tag, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int64][2]string{
		0: {"0", "0"}, 7: {"7", "7"}, 999: {"999", "999"}, 1234: {"1.234", "1,234"}, -1234: {"-1.234", "-1,234"},
		1000000: {"1.000.000", "1,000,000"}, math.MinInt64: {"-9.223.372.036.854.775.808", "-9,223,372,036,854,775,808"},
	} {
		for i, tag := range locale.Tags {
			if got := locale.For(tag).Number(n); got != want[i] {
				t.Errorf("%s: Number(%d) = %q, want %q", tag, n, got, want[i])
			}
		}
	}
	back := func(n int64) bool {
		got, err := strconv.ParseInt(strings.ReplaceAll(locale.For("id").Number(n), ".", ""), 10, 64)
		return err == nil && got == n
	}
	if err := quick.Check(back, nil); err != nil {
		t.Error(err)
	}
}

func TestPercent(t *testing.T) {
	for f, want := range map[float64][2]string{
		0: {"0%", "0%"}, 0.5: {"50%", "50%"}, 0.125: {"12,5%", "12.5%"}, 1.0 / 3: {"33,3%", "33.3%"}, 2.0 / 3: {"66,7%", "66.7%"},
		12.345: {"1.234,5%", "1,234.5%"}, -0.0001: {"0%", "0%"}, -0.25: {"-25%", "-25%"}, math.Inf(1): {"–", "–"}, 0.0004: {"0%", "0%"},
	} {
		for i, tag := range locale.Tags {
			if got := locale.For(tag).Percent(f); got != want[i] {
				t.Errorf("%s: Percent(%v) = %q, want %q", tag, f, got, want[i])
			}
		}
	}
	if got := locale.For("id").Percent(math.NaN()); got != "–" {
		t.Errorf("Percent(NaN) = %q", got)
	}
}

var (
	wib  = news.Site{TimeZone: "Asia/Jakarta"}.Location()
	wita = news.Site{TimeZone: "Asia/Makassar"}.Location()
	wit  = news.Site{TimeZone: "Asia/Jayapura"}.Location()
)

func TestDates(t *testing.T) {
	at := time.Date(2021, 4, 26, 7, 5, 59, 0, time.UTC)
	for _, c := range []struct {
		tag              string
		t                time.Time
		loc              *time.Location
		long, day, short string
	}{
		{"id", at, wib, "Senin, 26 April 2021 14.05 WIB", "26 April 2021", "26 Apr 2021"},
		{"id", at, wita, "Senin, 26 April 2021 15.05 WITA", "26 April 2021", "26 Apr 2021"},
		{"id", at, wit, "Senin, 26 April 2021 16.05 WIT", "26 April 2021", "26 Apr 2021"},
		{"id", at.In(wit), wib, "Senin, 26 April 2021 14.05 WIB", "26 April 2021", "26 Apr 2021"},
		{"en", at, wib, "Monday, 26 April 2021, 14:05 WIB", "26 April 2021", "26 Apr 2021"},
		{"id", at.Add(10 * time.Hour), wib, "Selasa, 27 April 2021 00.05 WIB", "27 April 2021", "27 Apr 2021"},
		{"id", time.Date(2024, 8, 9, 3, 0, 0, 0, wib), wib, "Jumat, 9 Agustus 2024 03.00 WIB", "9 Agustus 2024", "9 Agu 2024"},
		{"id", time.Date(2023, 12, 31, 23, 59, 0, 0, wib), wib, "Minggu, 31 Desember 2023 23.59 WIB", "31 Desember 2023", "31 Des 2023"},
		{"en", time.Date(2025, 5, 3, 9, 0, 0, 0, wib), wib, "Saturday, 3 May 2025, 09:00 WIB", "3 May 2025", "3 May 2025"},
		{"id", time.Time{}, wib, "", "", ""},
	} {
		l := locale.For(c.tag)
		if got := l.LongDate(c.t, c.loc); got != c.long {
			t.Errorf("LongDate = %q, want %q", got, c.long)
		}
		if got := l.Day(c.t, c.loc); got != c.day {
			t.Errorf("Day = %q, want %q", got, c.day)
		}
		if got := l.ShortDate(c.t, c.loc); got != c.short {
			t.Errorf("ShortDate = %q, want %q", got, c.short)
		}
	}
	var months []string
	for m := range 12 {
		months = append(months, strings.Fields(locale.For("id").ShortDate(time.Date(2021, time.Month(m+1), 1, 0, 0, 0, 0, wib), wib))[1])
	}
	if got := strings.Join(months, " "); got != "Jan Feb Mar Apr Mei Jun Jul Agu Sep Okt Nov Des" {
		t.Errorf("months are %s", got)
	}
}

func TestAgo(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2021, 4, 28, 12, 0, 0, 0, wib) // a Wednesday
	night := time.Date(2021, 4, 28, 0, 30, 0, 0, wib)
	for _, c := range []struct {
		why    string
		then   time.Time
		now    time.Time
		loc    *time.Location
		id, en string
	}{
		{"at once", now, now, wib, "baru saja", "just now"},
		{"under a minute", now.Add(-59 * time.Second), now, wib, "baru saja", "just now"},
		{"the future", now.Add(72 * time.Hour), now, wib, "baru saja", "just now"},
		{"a minute", now.Add(-time.Minute), now, wib, "1 menit lalu", "1 minute ago"},
		{"just under two", now.Add(-2*time.Minute + 1), now, wib, "1 menit lalu", "1 minute ago"},
		{"minutes", now.Add(-5 * time.Minute), now, wib, "5 menit lalu", "5 minutes ago"},
		{"the last minute", now.Add(-time.Hour + 1), now, wib, "59 menit lalu", "59 minutes ago"},
		{"an hour", now.Add(-time.Hour), now, wib, "1 jam lalu", "1 hour ago"},
		{"hours", now.Add(-2*time.Hour - 59*time.Minute), now, wib, "2 jam lalu", "2 hours ago"},
		{"over midnight, under a day", night.Add(-2 * time.Hour), night, wib, "2 jam lalu", "2 hours ago"},
		{"the last hour", now.Add(-24*time.Hour + 1), now, wib, "23 jam lalu", "23 hours ago"},
		{"a day", now.Add(-24 * time.Hour), now, wib, "kemarin", "yesterday"},
		{"yesterday's first minute", time.Date(2021, 4, 27, 0, 0, 0, 0, wib), time.Date(2021, 4, 28, 23, 59, 0, 0, wib), wib, "kemarin", "yesterday"},
		{"25 hours, two calendar days", time.Date(2021, 4, 26, 23, 0, 0, 0, wib), night, wib, "2 hari lalu", "2 days ago"},
		{"the same moments further east", time.Date(2021, 4, 26, 23, 0, 0, 0, wib), night, wit, "kemarin", "yesterday"},
		{"two zones' values", now.Add(-24 * time.Hour).In(wit), now.UTC(), wib, "kemarin", "yesterday"},
		{"days", now.Add(-72 * time.Hour), now, wib, "3 hari lalu", "3 days ago"},
		{"seven days", time.Date(2021, 4, 21, 0, 0, 0, 0, wib), now, wib, "7 hari lalu", "7 days ago"},
		{"eight days", time.Date(2021, 4, 20, 23, 59, 0, 0, wib), now, wib, "20 Apr 2021", "20 Apr 2021"},
		{"last year", time.Date(2020, 12, 1, 1, 0, 0, 0, wib), now, wib, "1 Des 2020", "1 Dec 2020"},
		{"three centuries, longer than a Duration", time.Date(1700, 8, 1, 1, 0, 0, 0, wib), now, wib, "1 Agu 1700", "1 Aug 1700"},
		{"a day of 25 hours", time.Date(2021, 10, 31, 0, 0, 0, 0, berlin), time.Date(2021, 10, 31, 23, 30, 0, 0, berlin), berlin, "23 jam lalu", "23 hours ago"},
		{"nobody knows", time.Time{}, now, wib, "", ""},
	} {
		if got := locale.For("id").Ago(c.then, c.now, c.loc); got != c.id {
			t.Errorf("%s: %q, want %q", c.why, got, c.id)
		}
		if got := locale.For("en").Ago(c.then, c.now, c.loc); got != c.en {
			t.Errorf("%s: %q, want %q", c.why, got, c.en)
		}
	}
}

// TestYesterdayIsYesterday holds the one promise of Ago that arithmetic on hours would break.
func TestYesterdayIsYesterday(t *testing.T) {
	l := locale.For("id")
	start := time.Date(2024, 2, 27, 0, 0, 0, 0, wib)
	promise := func(a, span uint32) bool {
		then := start.Add(time.Duration(a%(5*86400)) * time.Second)
		now := then.Add(time.Duration(span%(4*86400)) * time.Second)
		before := l.Day(now.AddDate(0, 0, -1), wib) == l.Day(then, wib)
		return (l.Ago(then, now, wib) == "kemarin") == (before && now.Sub(then) >= 24*time.Hour)
	}
	if err := quick.Check(promise, &quick.Config{MaxCount: 3000}); err != nil {
		t.Error(err)
	}
}

// TestImports keeps the package light enough for the browser.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, heavy := range []string{"net/http", "net", "text/template", "html/template", "encoding/json", "crypto/tls", "golang.org/x/text"} {
		for dep := range strings.Lines(string(out)) {
			if strings.TrimSpace(dep) == heavy {
				t.Errorf("imports %s, which the browser would have to load", heavy)
			}
		}
	}
}
