package main

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// The figures come out of a terminal as they do out of the page, and a bad flag is named with what is allowed.
func TestStatsCommand(t *testing.T) {
	t.Parallel()
	p := settle(t, "")
	p.upToDate()
	out, _ := p.run(0, "stats", "-from", "2026-08-01", "-to", "2026-08-03", "-format", "csv")
	lines, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(lines) != 5 || lines[1][0] != "brebes" || lines[1][2] != "2026-08-01/2026-08-03" || lines[4][2] != "2026-08-03" {
		t.Errorf("%v\n%s", err, out)
	}
	if out, _ := p.run(0, "stats", "-site", "brebes"); strings.Count(out, "  day  ") != defaultDays || !strings.Contains(out, time.Now().In(time.FixedZone("WIB", 7*60*60)).Format(time.DateOnly)) {
		t.Errorf("%s", out)
	}
	for _, c := range []struct{ args, says string }{
		{"-format xml", "table, csv, json"},
		{"-site tegal", "want one of brebes"},
		{"-from 2026-8-1", "such as 2026-08-31"},
		{"-to kemarin", "such as 2026-08-31"},
		{"-from 2026-09-01 -to 2026-08-01", "after the last"},
		{"-from 1999-01-01 -to 2026-08-01", "more than"},
		{"-days 7", "not defined"},
		{"agustus", "no argument"},
	} {
		if _, errs := p.run(exitUsage, append([]string{"stats"}, strings.Fields(c.args)...)...); !strings.Contains(errs, c.says) {
			t.Errorf("%s: %s", c.args, errs)
		}
	}
}

func TestHash(t *testing.T) {
	var out bytes.Buffer
	if err := printHash(nil, strings.NewReader("sandi yang panjang\n"), &out); err != nil {
		t.Fatal(err)
	}
	hash := strings.Split(out.String(), `"`)[1]
	if err := bcrypt.CompareHashAndPassword([]byte(hash), []byte("sandi yang panjang")); err != nil {
		t.Error(err)
	}
	// What it prints is what the settings take.
	settle(t, out.String()).run(0, "check")
	if _, errs := settle(t, `stats_password_bcrypt = "sandi yang panjang"`).run(exitUsage, "check"); !strings.Contains(errs, "kabar hash") || strings.Contains(errs, "sandi") {
		t.Error(errs)
	}
	if _, errs := settle(t, "public_stats = true\n"+out.String()).run(exitUsage, "check"); !strings.Contains(errs, "either") {
		t.Error(errs)
	}
	for _, bad := range []string{"", "pendek\n", strings.Repeat("x", 73)} {
		if err := printHash(nil, strings.NewReader(bad), &out); err == nil {
			t.Errorf("%d bytes are taken", len(bad))
		}
	}
}
