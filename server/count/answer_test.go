package count_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"kabar/app/news"
	"kabar/server/count"
)

// FuzzAnswer: what is written by hand is what encoding/json writes.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{"", "rapat-pleno", "https://kab.example/?a=1&b=2", `"\</script>`, "\x00\x1f\x7f\u2028é\xff"} {
		f.Add(s, s+"x", s, int64(51), int64(3), int64(0))
	}
	f.Add("a", "a", "wordpress", int64(-1), int64(1<<62), int64(7))
	f.Fuzz(func(t *testing.T, one, other, from string, views, shares, before int64) {
		for _, a := range []count.Answer{
			{},
			{Totals: []count.Total{{Key: one, Counts: news.Counts{Views: views, Shares: shares}}, {Key: "~" + other, Counts: news.Counts{Views: before, Before: before, BeforeFrom: from}}}},
			{Totals: []count.Total{{Key: one}}, Rejected: []count.Rejection{{ID: other, Reason: from}}},
			{Rejected: []count.Rejection{{ID: one, Reason: other}, {ID: from}}},
		} {
			like := struct {
				Counts   map[string]news.Counts `json:"counts"`
				Rejected []count.Rejection      `json:"rejected,omitempty"`
			}{map[string]news.Counts{}, a.Rejected}
			for _, t := range a.Totals {
				like.Counts[t.Key] = t.Counts
			}
			if len(like.Counts) < len(a.Totals) || len(a.Totals) == 2 && a.Totals[1].Key < a.Totals[0].Key {
				continue // encoding/json sorts keys
			}
			var want bytes.Buffer
			if err := json.NewEncoder(&want).Encode(like); err != nil {
				t.Fatal(err)
			}
			if got := a.AppendJSON(nil); !bytes.Equal(got, want.Bytes()) {
				t.Errorf("%s, want %s", got, want.Bytes())
			}
		}
	})
}
