package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metricsql"
	"github.com/goccy/go-yaml"
)

// expressions are what the dashboard shows and the alerts watch, by where they stand.
func expressions(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	read := func(file string, parse func([]byte, any) error, into any) {
		text, err := os.ReadFile("../docs/operating/" + file)
		if err == nil {
			err = parse(text, into)
		}
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	read("alerts.yml", yaml.Unmarshal, &rules)
	for _, g := range rules.Groups {
		for _, r := range g.Rules {
			if r.Alert == "" || r.Annotations["summary"] == "" || r.Labels["severity"] != "page" && r.Labels["severity"] != "ticket" {
				t.Errorf("alert %q lacks something", r.Alert)
			}
			all["alert "+r.Alert] = r.Expr
		}
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ RefID, Expr string }
		}
	}
	read("dashboard.json", json.Unmarshal, &dashboard)
	for _, p := range dashboard.Panels {
		for _, q := range p.Targets {
			all["panel "+p.Title+" "+q.RefID] = strings.NewReplacer("$__rate_interval", "5m").Replace(q.Expr)
		}
	}
	if len(all) < 40 {
		t.Errorf("only %d expressions were found", len(all))
	}
	return all
}

// What the dashboard and the alerts ask for is what a server tells, by name and by label.
func TestMonitoring(t *testing.T) {
	p := settle(t, "")
	if err := os.Mkdir(p.dir+"/posts", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(p.dir+"/posts/rapat.md", []byte("---\ntitle: Rapat\ndate: 2026-08-12\n---\nIsi"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.serve()
	p.until("the news is there", func() bool { return strings.Contains(p.get("/brebes/"), "Rapat") })
	send := func(events string) int {
		res, err := p.beacon("/api/v1/sites/brebes/events", `{"events":[`+events+`]}`)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	event := func(id, fields string) string { return fmt.Sprintf(`{"id":"monitoring-%s",%s}`, id, fields) }
	if got := send(event("1", `"type":"view","article":"rapat"`) + "," + event("2", `"type":"view","article":"tiada"`) + "," + event("3", `"type":"share","network":"tiada","article":"rapat"`) + "," + event("4", `"type":"gaze","article":"rapat"`) + "," + event("5", `"type":"view","url":"https://jauh.example/"`)); got != 200 {
		t.Fatalf("events: %d", got)
	}
	p.get("/debug/pprof/")
	p.sql(`INSERT INTO source (site, name, state) VALUES ('brebes', 'https://lama.example/feed/', '{}'), ('tegal', 'posts', '{}')`)
	text := p.get("/metrics")
	if strings.Contains(text, "lama.example") || strings.Contains(text, `site="tegal"`) {
		t.Error("/metrics tells of sources that have left the settings")
	}
	for _, want := range []string{
		"\nkabar_events_accepted_total 1\n", `kabar_events_refused_total{reason="article"} 1`, `kabar_events_refused_total{reason="network"} 1`, `kabar_events_refused_total{reason="invalid"} 1`, `kabar_events_refused_total{reason="host"} 1`,
		"\nkabar_commit_events_count 1\n", "\nkabar_commit_events_sum 3\n", "\nkabar_commit_duration_seconds_count 1\n", "\nkabar_submissions_waiting 0\n", "\nkabar_commits_failed_total 0\n", "\nkabar_ready 1\n",
		`kabar_http_request_duration_seconds_count{route="POST /api/v1/sites/{site}/events",status="2xx"} 1`, `kabar_http_request_duration_seconds_count{route="none",status="4xx"} 1`,
		`go_build_info{`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	told := map[string]string{"up": ""} // which Prometheus itself knows
	for line := range strings.Lines(text) {
		if name, rest, ok := strings.Cut(line, "{"); ok {
			told[name] += " " + rest
		} else if name, _, ok := strings.Cut(line, " "); ok && name != "#" {
			told[name] += ""
		}
	}
	for where, text := range expressions(t) {
		expr, err := metricsql.Parse(strings.ReplaceAll(text, "$instance", ".*"))
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		metricsql.VisitAll(expr, func(e metricsql.Expr) {
			m, ok := e.(*metricsql.MetricExpr)
			if !ok {
				return
			}
			for _, filters := range m.LabelFilterss {
				name := ""
				for _, f := range filters {
					if f.Label == "__name__" {
						name = f.Value
						if _, ok := told[name]; !ok {
							t.Errorf("%s: no server tells %s", where, name)
						}
					} else if f.Label != "job" && f.Label != "instance" && !strings.Contains(told[name], f.Label+`="`) {
						t.Errorf("%s: %s has no label %s", where, name, f.Label)
					}
				}
			}
		})
	}
	for route := range strings.SplitSeq(text, `route="`) {
		if route, _, _ = strings.Cut(route, `"`); strings.Contains(route, "brebes") {
			t.Errorf("a series for each address: %s", route)
		}
	}
}

// beacon sends as a reader's phone does.
func (p *place) beacon(path, body string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(p.Context(), "POST", p.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36")
	return http.DefaultClient.Do(r)
}
