package main

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"kabar/app/news"
)

// spend takes all that a rule gives an address at once, and counts how much it was.
func spend(b *buckets[household], addr string, now time.Time) (n int) {
	for b.take(householdOf(netip.MustParseAddr(addr)), 1, now) == 0 {
		n++
	}
	return n
}

// An address gets what its rule says and then 429 with the time to wait; others, and who stands before many, are not touched.
func TestAddressLimits(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("public_stats = true", "brebes", "tegal"))
	r.publish("brebes", "Rapat Pleno")
	get := func(from, path string) reply { return r.ask("GET", path, "", "X-Forwarded-For", from) }
	view := func(from string, n int) reply {
		var events []string
		for i := range n {
			events = append(events, fmt.Sprintf(`{"id":"limits-%s-%d","type":"view","article":"rapat-pleno"}`, strings.NewReplacer(".", "", ":", "").Replace(from), i))
		}
		return r.ask("POST", "/api/v1/sites/brebes/events", `{"events":[`+strings.Join(events, ",")+`]}`, "X-Forwarded-For", from)
	}
	const carrier, other, sixth = "36.68.1.1", "36.68.1.2", "2001:db8:1:2::3"

	if got := spend(r.s.limits.makes, carrier, r.now()); got != addressMakes.atOnce {
		t.Errorf("%d pages made at once, want %d", got, addressMakes.atOnce)
	}
	a := get(carrier, "/brebes/?q=pemilu")
	if after, err := strconv.Atoi(a.Header.Get("Retry-After")); a.StatusCode != 429 || err != nil || after < 1 || !strings.Contains(a.body, "<h1") || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("a search beyond the limit: %d, Retry-After %q, %s", a.StatusCode, a.Header.Get("Retry-After"), a.body)
	}
	if a := get(carrier, "/api/v1/sites/brebes/articles?q=pemilu"); a.StatusCode != 429 || !jsonError(a.body, "too_many") {
		t.Errorf("in the API: %d %s", a.StatusCode, a.body)
	}
	for path, want := range map[string]int{"?category=Umum": 429, "?page=2": 429, "?before=x": 429, "?limit=3": 429, "?sort=popular": 429, "": 200} {
		if a := get(carrier, "/api/v1/sites/brebes/articles"+path); a.StatusCode != want {
			t.Errorf("the API's list%s: %d, want %d", path, a.StatusCode, want)
		}
	}
	for _, path := range []string{"/brebes/statistik", "/brebes/statistik?from=2026-08-01&to=2026-08-02", "/brebes/statistik?days=7&format=csv", "/brebes/statistik?month=2026-07", "/statistik", "/statistik?days=7", "/statistik?days=7&format=csv"} {
		if a := get(carrier, path); a.StatusCode != 429 {
			t.Errorf("%s beyond the limit: %d", path, a.StatusCode)
		}
	}
	const counting = "36.68.1.4"
	if a := get(counting, "/statistik?days=7"); a.StatusCode != 200 {
		t.Errorf("the offices side by side: %d", a.StatusCode)
	}
	if got := spend(r.s.limits.makes, counting, r.now()); got != addressMakes.atOnce-len(r.s.order) {
		t.Errorf("after the statistics of %d offices %d pages are left of %d", len(r.s.order), got, addressMakes.atOnce)
	}
	if a := get(other, "/brebes/?q=pemilu"); a.StatusCode != 200 {
		t.Errorf("another address: %d", a.StatusCode)
	}
	if a := get(carrier, "/brebes/?q=pemilu"); a.StatusCode != 200 {
		t.Errorf("what another had made: %d", a.StatusCode)
	}

	if got := spend(r.s.limits.counts, carrier, r.now()); got != addressCounts.atOnce {
		t.Errorf("%d events at once, want %d", got, addressCounts.atOnce)
	}
	if a := view(carrier, 1); a.StatusCode != 429 || !jsonError(a.body, "too_many") || a.Header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("a view beyond the limit: %d %s", a.StatusCode, a.body)
	}
	if a := get(carrier, "/go/whatsapp?site=brebes&article=rapat-pleno"); a.StatusCode != 302 {
		t.Errorf("sharing depends on counting: %d", a.StatusCode)
	}
	if got := r.counts("brebes", "rapat-pleno"); got != (news.Counts{}) {
		t.Errorf("what was refused was counted: %+v", got)
	}
	r.pass(time.Second)
	if a := view(carrier, int(addressCounts.perSecond)+1); a.StatusCode != 429 || a.Header.Get("Retry-After") != "1" {
		t.Errorf("a second later, one event too many: %d %q", a.StatusCode, a.Header.Get("Retry-After"))
	}
	if a := view(carrier, int(addressCounts.perSecond)); a.StatusCode != 200 {
		t.Errorf("a second later: %d %s", a.StatusCode, a.body)
	}

	if got := spend(r.s.limits.reads, sixth, r.now()); got != addressReads.atOnce {
		t.Errorf("%d requests at once, want %d", got, addressReads.atOnce)
	}
	for path, kind := range map[string]string{"/brebes/": "text/html; charset=utf-8", "/brebes/rapat-pleno": "text/html; charset=utf-8", "/img/x.webp": "text/html; charset=utf-8", "/api/v1/sites/brebes/articles": "application/json; charset=utf-8", "/healthz": "text/html; charset=utf-8"} {
		if a := get("2001:db8:1:2:ffff::1", path); a.StatusCode != 429 || a.Header.Get("Content-Type") != kind || a.Header.Get("Retry-After") != "1" {
			t.Errorf("%s from another address of the household: %d %v", path, a.StatusCode, a.Header)
		}
	}
	if a := get("2001:db8:1:3::1", "/brebes/"); a.StatusCode != 200 {
		t.Errorf("from the next household: %d", a.StatusCode)
	}
	// The proxy that names nobody, and an address that its client made up, are not limited and limit nobody.
	spend(r.s.limits.reads, "127.0.0.1", r.now())
	for _, from := range []string{"", "127.0.0.1", "unknown", "6.6.6.6, 127.0.0.1"} {
		if a := get(from, "/brebes/"); a.StatusCode != 200 {
			t.Errorf("from %q: %d", from, a.StatusCode)
		}
	}
	if a := get("6.6.6.6, 2001:db8:1:2::9", "/brebes/"); a.StatusCode != 429 {
		t.Errorf("an address that the reader made up helps: %d", a.StatusCode)
	}

	// What was made once is not made anew for nothing: whoever has had too much sees it as it was. A plain address is everybody's.
	const again, search = "36.68.1.3", "/brebes/?q=pleno"
	first, plain := get(again, search), get(again, "/brebes/")
	r.pass(2 * time.Minute)
	spend(r.s.limits.makes, again, r.now())
	if a := get(again, search); a.StatusCode != 200 || a.body != first.body {
		t.Errorf("an old search was made anew beyond the limit: %d", a.StatusCode)
	}
	if a := get(again, "/brebes/"); a.StatusCode != 200 || a.body == plain.body {
		t.Errorf("an old page at a plain address was not made anew: %d", a.StatusCode)
	}
	const fresh = "36.68.1.5"
	if a := get(fresh, search); a.StatusCode != 200 || a.body == first.body {
		t.Errorf("an old search was not made anew for who may have it: %d", a.StatusCode)
	}
	if got := spend(r.s.limits.makes, fresh, r.now()); got != addressMakes.atOnce-1 {
		t.Errorf("after an old search was made anew %d pages are left of %d", got, addressMakes.atOnce)
	}
	r.publish("brebes", "Debat Publik")
	if a := get(again, search); a.StatusCode != 429 {
		t.Errorf("a search of other news: %d", a.StatusCode)
	}
}

func jsonError(body, code string) bool {
	var e struct {
		Error struct{ Code, Message string }
	}
	return json.Unmarshal([]byte(body), &e) == nil && e.Error.Code == code && e.Error.Message != ""
}

func (r *running) counts(site, slug string) news.Counts {
	r.Helper()
	a, err := r.s.store.Article(r.Context(), site, slug)
	if err != nil {
		r.Fatal(err)
	}
	return a.Counts
}

// A flood for one office from any number of addresses leaves that office's news readable, and the other offices alone.
func TestOfficeLimits(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("", "brebes", "tegal"))
	r.publish("brebes", "Rapat Pleno")
	for i := 0; r.s.limits.officeMakes.take("brebes", 1, r.now()) == 0; i++ {
		if i > officeMakes.atOnce {
			t.Fatal("no end")
		}
	}
	for path, want := range map[string]int{"/brebes/?q=satu": 429, "/embed/brebes?accent=123456": 429, "/brebes/": 200, "/brebes/rapat-pleno": 200, "/embed/brebes": 200, "/tegal/?q=satu": 200} {
		if a := r.ask("GET", path, "", "X-Forwarded-For", "36.68.1.1"); a.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, a.StatusCode, want)
		}
	}
	for r.s.limits.officeCounts.take("brebes", 1000, r.now()) == 0 {
	}
	event := `{"events":[{"id":"office-limit","type":"view","article":"rapat-pleno"}]}`
	if a := r.ask("POST", "/api/v1/sites/brebes/events", event, "X-Forwarded-For", "36.68.1.1"); a.StatusCode != 429 || !jsonError(a.body, "too_many") {
		t.Errorf("an event: %d %s", a.StatusCode, a.body)
	}
	if a := r.ask("POST", "/api/v1/sites/tegal/events", event, "X-Forwarded-For", "36.68.1.1"); a.StatusCode != 422 {
		t.Errorf("an event for the other office: %d %s", a.StatusCode, a.body)
	}
}

// However many addresses come, memory is bounded, and none of them makes the server forget one that keeps asking.
func TestBucketsAreBounded(t *testing.T) {
	now := time.Date(2026, 8, 12, 5, 0, 0, 0, time.UTC)
	b := newBuckets[int](rule{1, 10})
	for b.take(-1, 1, now) == 0 {
	}
	for i := range 5 * maxBuckets {
		b.take(i, 1, now)
		if i%1000 == 0 && b.take(-1, 1, now) == 0 {
			t.Fatalf("after %d addresses the one that floods is forgotten", i)
		}
		if n := b.young.size() + b.old.size(); n > 2*maxBuckets {
			t.Fatalf("%d buckets", n)
		}
	}
	// Who rests is forgotten when that gives nothing away.
	for range 2 {
		now = now.Add(10 * time.Second)
		b.take(0, 1, now)
	}
	if n := b.young.size() + b.old.size(); n > 2 {
		t.Errorf("%d buckets after a rest", n)
	}
	// A clock that goes back neither opens nor closes for ever.
	if wait := b.take(0, 10, now.Add(-time.Hour)); wait <= 0 || wait > 10*time.Second {
		t.Errorf("after the clock went back: %s", wait)
	}
}

// A page elsewhere whose images or frames lead through our share links adds nothing.
func TestUnknowingShares(t *testing.T) {
	t.Parallel()
	r := start(t, "", officesWith("", "brebes"))
	r.publish("brebes", "Rapat Pleno")
	for i, c := range []struct {
		to   string
		want int64
	}{{"image", 0}, {"iframe", 0}, {"empty", 0}, {"document", 1}, {"", 2}} {
		from := []string{"X-Forwarded-For", fmt.Sprintf("203.0.113.%d", i)}
		if c.to != "" {
			from = append(from, "Sec-Fetch-Dest", c.to)
		}
		if a := r.ask("GET", "/go/whatsapp?site=brebes&article=rapat-pleno", "", from...); a.StatusCode != 302 || r.counts("brebes", "rapat-pleno").Shares != c.want {
			t.Errorf("for %q: %d and %d shares, want %d", c.to, a.StatusCode, r.counts("brebes", "rapat-pleno").Shares, c.want)
		}
	}
	// Nor does a program that only looks where a link leads.
	if a := r.ask("HEAD", "/go/whatsapp?site=brebes&article=rapat-pleno", "", "X-Forwarded-For", "203.0.113.9"); a.StatusCode != 302 || r.counts("brebes", "rapat-pleno").Shares != 2 {
		t.Errorf("for HEAD: %d and %d shares, want 2", a.StatusCode, r.counts("brebes", "rapat-pleno").Shares)
	}
}
