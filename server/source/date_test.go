package source

import (
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for in, want := range map[string]string{
		// As offices write them.
		"Senin, 26 April 2021 14:05:00 WIB":      "2021-04-26T14:05:00+07:00",
		"Senin, 26 April 2021 14.05 WIB":         "2021-04-26T14:05:00+07:00",
		"Senin, 26 April 2021 | 14:05 WIB":       "2021-04-26T14:05:00+07:00",
		"Senin , 26 April 2021 Pukul 14.05":      "2021-04-26T14:05:00+07:00",
		"Senin, 26 April 2021 - 14:05 WIB":       "2021-04-26T14:05:00+07:00",
		"Sen, 26 Apr 2021 14:05:00 +0700":        "2021-04-26T14:05:00+07:00",
		"26 Agustus 2021 08.30 WITA":             "2021-08-26T08:30:00+08:00",
		"08.30 WITA, 26 Agustus 2021":            "2021-08-26T08:30:00+08:00",
		"Rabu, 5 Mei 2021":                       "2021-05-05T00:00:00+07:00",
		"Kam, 6 Mei 2021 07:00:00 +0800":         "2021-05-06T07:00:00+08:00",
		"Minggu, 1 Des 2024 23:59:00 WIT":        "2024-12-01T23:59:00+09:00",
		"Jum'at, 14 Agt 2026":                    "2026-08-14T00:00:00+07:00",
		"Jum’at, 14 Agu 2026":                    "2026-08-14T00:00:00+07:00",
		"Jumat, 14 Ags 2026 24.00 WIB":           "2026-08-15T00:00:00+07:00",
		"Jumat 14 Agustus 2026 08:30:15 WIB":     "2026-08-14T08:30:15+07:00",
		"Sabtu, 7 Pebruari 2026":                 "2026-02-07T00:00:00+07:00",
		"Kamis, 12 Nopember 2020 09.15":          "2020-11-12T09:15:00+07:00",
		"Ahad, 1 Maret 2026":                     "2026-03-01T00:00:00+07:00",
		"1 Oktober 2025":                         "2025-10-01T00:00:00+07:00",
		"01 Okt 2025, 17:00":                     "2025-10-01T17:00:00+07:00",
		"01-Okt-2025":                            "2025-10-01T00:00:00+07:00",
		"3 Juli '24":                             "2024-07-03T00:00:00+07:00",
		"12/08/2026":                             "2026-08-12T00:00:00+07:00",
		"12/08/2026 08.30":                       "2026-08-12T08:30:00+07:00",
		"12-08-2026 08:30 WIB":                   "2026-08-12T08:30:00+07:00",
		"12.08.2026":                             "2026-08-12T00:00:00+07:00",
		"12/8/26":                                "2026-08-12T00:00:00+07:00",
		"05/05/2021 10:11":                       "2021-05-05T10:11:00+07:00",
		"08/26/2021 10:11 PM":                    "2021-08-26T22:11:00+07:00",
		"2021-05-05 10:11:12":                    "2021-05-05T10:11:12+07:00",
		"2021/05/05 10:11":                       "2021-05-05T10:11:00+07:00",
		"2021-05-05":                             "2021-05-05T00:00:00+07:00",
		"26 April 2021 pukul 2:05 PM WIB":        "2021-04-26T14:05:00+07:00",
		"Tanggal 26 April 2021":                  "2021-04-26T00:00:00+07:00",
		"Senin, 26 April 2021 14:05 GMT+7":       "2021-04-26T14:05:00+07:00",
		"Senin, 26 April 2021 14:05 (UTC+8)":     "2021-04-26T14:05:00+08:00",
		"26 April 2021 14:05:00 WIB +0700":       "2021-04-26T14:05:00+07:00",
		"Selasa,\u00a026\u00a0Agustus\u00a02025": "2025-08-26T00:00:00+07:00",
		// As the formats ask.
		"Fri, 07 Aug 26 08:15:00 +0700":     "2026-08-07T08:15:00+07:00",
		"Wed, 12 Aug 2026 09:45:00 +0000":   "2026-08-12T16:45:00+07:00",
		"Wed, 12 Aug 2026 09:45:00 GMT":     "2026-08-12T16:45:00+07:00",
		"12 Aug 2026 09:45 EST":             "2026-08-12T21:45:00+07:00",
		"2026-08-12T09:45Z":                 "2026-08-12T16:45:00+07:00",
		"2026-08-12T09:45:00.123456Z":       "2026-08-12T16:45:00+07:00",
		"2026-08-12T16:45:00+07:00":         "2026-08-12T16:45:00+07:00",
		"2026-08-12T16:45:00+0700":          "2026-08-12T16:45:00+07:00",
		"2026-08-12T16:45:00+07":            "2026-08-12T16:45:00+07:00",
		"2026-08-12T16:45:00-03:30":         "2026-08-13T03:15:00+07:00",
		"20260812T164500":                   "2026-08-12T16:45:00+07:00",
		"20260812":                          "2026-08-12T00:00:00+07:00",
		"Mon Apr 26 14:05:00 2021":          "2021-04-26T14:05:00+07:00",
		"Mon Apr 26 14:05:00 WIB 2021":      "2021-04-26T14:05:00+07:00",
		"Monday, April 26, 2021 at 2:05 pm": "2021-04-26T14:05:00+07:00",
		"April 26th, 2021":                  "2021-04-26T00:00:00+07:00",
		"26th of April 2021":                "",
		"1619420700":                        "2021-04-26T14:05:00+07:00",
		"1619420700000":                     "2021-04-26T14:05:00+07:00",
		"Mon, 26 Apr 2121 14:05:00 +0700":   "2121-04-26T14:05:00+07:00",
		// What is none.
		"": "", "bukan tanggal": "", "Rabu (12/8)": "", "0000-00-00 00:00:00": "", "1970-01-01 00:00:00": "", "Thu, 01 Jan 1970 07:00:00 +0700": "",
		"-0001-11-30T00:00:00+00:00": "", "31 Februari 2024": "", "32/01/2024": "", "13/13/2024": "", "2024-02-30": "", "1 Foo 2024": "", "5 Mei 08.30": "",
		"9999-12-31": "", "12/08/2026 25:00": "", "12/08/2026 10:61": "", "0": "", "null": "", "0812-3456-7890": "",
	} {
		got, ok := ParseDate(in, wib)
		if want == "" {
			if ok {
				t.Errorf("%q is no date, but was read as %s", in, got)
			}
			continue
		}
		w, err := time.Parse(time.RFC3339, want)
		if err != nil {
			t.Fatal(err)
		}
		if !ok || !got.Truncate(time.Second).Equal(w) {
			t.Errorf("%q: got %s, %v; want %s", in, got, ok, want)
		}
	}
	if got, _ := ParseDate("26 April 2021 14.05", wita); got.UTC().Hour() != 6 {
		t.Errorf("a time without a zone is the office's own: %s", got)
	}
}

// Every month in every spelling, between every separator.
func TestParseDateMonths(t *testing.T) {
	for name, month := range months {
		for _, form := range []string{"7 " + name + " 2024", "7-" + name + "-2024", "07/" + name + "/2024", "7 " + name + ". 2024", "Sel, 7 " + name + " 24"} {
			if got, ok := ParseDate(form, wib); !ok || got.Month() != month || got.Day() != 7 || got.Year() != 2024 {
				t.Errorf("%q: %s, %v", form, got, ok)
			}
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"Senin, 26 April 2021 14.05 WIB", "12/08/26", "2026-08-12T16:45:00+07:00", "Mon Apr 26 14:05:00 WIB 2021", "1619420700", "24.00, 31 Des 1999 WIT", "20260812t164500z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := ParseDate(s, wib)
		if !ok {
			if !got.IsZero() {
				t.Errorf("%q: no date, and yet %s", s, got)
			}
			return
		}
		if y := got.UTC().Year(); y < firstYear || y > lastYear {
			t.Errorf("%q: year %d", s, y)
		}
		for _, layout := range []string{time.RFC3339, time.RFC1123Z, time.DateTime + " -0700"} {
			if again, ok := ParseDate(got.Format(layout), time.UTC); !ok || !again.Equal(got.Truncate(time.Second)) {
				t.Errorf("%q is %s, but %q is %s, %v", s, got, got.Format(layout), again, ok)
			}
		}
	})
}
