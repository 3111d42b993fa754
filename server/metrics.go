package main

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kabar/server/store"
)

// metrics answers in Prometheus' text format: the program's own figures, and each source's as kabar sources shows them.
func metrics(db *store.Store) http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), sourceMetrics{db})
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

// sourceMetrics reads what is known of each source when it is asked, so that replicas say the same.
type sourceMetrics struct{ db *store.Store }

// scrapeTime is how long the database may take.
const scrapeTime = 5 * time.Second

var sourceFigures = []struct {
	desc *prometheus.Desc
	kind prometheus.ValueType
	of   func(store.SourceState) float64
}{
	{sourceDesc("last_attempt_timestamp_seconds", "When the source was last read, as Unix time; 0 for never."), prometheus.GaugeValue, func(s store.SourceState) float64 { return unix(s.State.Tried) }},
	{sourceDesc("last_success_timestamp_seconds", "When it was last read without failing, as Unix time; 0 for never."), prometheus.GaugeValue, func(s store.SourceState) float64 { return unix(s.State.Succeeded) }},
	{sourceDesc("next_attempt_timestamp_seconds", "When it is to be read again, as Unix time."), prometheus.GaugeValue, func(s store.SourceState) float64 { return unix(s.State.Next) }},
	{sourceDesc("failures", "Failed attempts in a row."), prometheus.GaugeValue, func(s store.SourceState) float64 { return float64(s.State.Failures) }},
	{sourceDesc("items", "Items of the last content."), prometheus.GaugeValue, func(s store.SourceState) float64 { return float64(s.State.Items) }},
	{sourceDesc("new_items_total", "Articles that the source has brought."), prometheus.CounterValue, func(s store.SourceState) float64 { return float64(s.State.New) }},
	{sourceDesc("repaired", "Kinds of faults mended in the last content."), prometheus.GaugeValue, func(s store.SourceState) float64 { return float64(s.State.Repaired) }},
	{sourceDesc("refused", "Items left out of the last content."), prometheus.GaugeValue, func(s store.SourceState) float64 { return float64(s.State.Refused) }},
}

func sourceDesc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("kabar_source_"+name, help, []string{"site", "source"}, nil)
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.Unix())
}

// Describe implements prometheus.Collector.
func (m sourceMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, f := range sourceFigures {
		out <- f.desc
	}
}

// Collect implements prometheus.Collector.
func (m sourceMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	all, err := m.db.Sources(ctx)
	if err != nil {
		for _, f := range sourceFigures {
			out <- prometheus.NewInvalidMetric(f.desc, err)
		}
		return
	}
	for _, s := range all {
		for _, f := range sourceFigures {
			out <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(s), s.Site, s.Name)
		}
	}
}
