package main

import (
	"context"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"kabar/server/store"
)

// figures are what the server counts of itself.
type figures struct{ requests *prometheus.HistogramVec }

func newFigures() figures {
	return figures{prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "kabar_http_request_duration_seconds", Help: "Time to answer, by the route that matched and the class of the status.",
		// From a page that is kept to what no reader waits for.
		Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "status"})}
}

// classes are of statuses. None is when the client went away.
var classes = [...]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"}

// request counts one; a route is a pattern such as "GET /{site}/{slug}", so that foreign addresses make no new series.
func (f figures) request(route string, status int, took time.Duration) {
	if route == "" || route == "/" {
		route = "none"
	}
	f.requests.WithLabelValues(route, classes[status/100]).Observe(took.Seconds())
}

// metrics answers in Prometheus' text format: the program's own figures, and each source's as kabar sources shows them. What cannot be
// read at the moment, such as those of a database that is gone, is left out.
func (s *server) metrics() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector(),
		s.figures.requests, s.counter, s.sourceMetrics(),
		gauge("kabar_ready", "1 when the server wants requests: its database answers and it is not stopping.", func(ctx context.Context) (float64, error) {
			if s.unready(ctx) != nil {
				return 0, nil
			}
			return 1, nil
		}),
		gauge("kabar_database_bytes", "Size of the database.", func(ctx context.Context) (float64, error) {
			n, err := s.store.Size(ctx)
			return float64(n), err
		}))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

// operators is what only operators may see: /metrics, and what the program is doing at /debug/pprof/.
func (s *server) operators() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metrics())
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	return mux
}

// reading is a gauge that is read when it is asked.
type reading struct {
	desc *prometheus.Desc
	read func(context.Context) (float64, error)
}

func gauge(name, help string, read func(context.Context) (float64, error)) reading {
	return reading{prometheus.NewDesc(name, help, nil, nil), read}
}

// Describe implements prometheus.Collector.
func (g reading) Describe(out chan<- *prometheus.Desc) { out <- g.desc }

// Collect implements prometheus.Collector.
func (g reading) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	v, err := g.read(ctx)
	if err != nil {
		out <- prometheus.NewInvalidMetric(g.desc, err)
		return
	}
	out <- prometheus.MustNewConstMetric(g.desc, prometheus.GaugeValue, v)
}

// sourceMetrics reads what is known of each source of the settings when it is asked, so that replicas say the same. One that has left the settings, or was
// an import, will never be read again, and nobody is to be called for it.
type sourceMetrics struct {
	db      *store.Store
	sources map[[2]string]bool // by office and name
}

func (s *server) sourceMetrics() sourceMetrics {
	m := sourceMetrics{s.store, map[[2]string]bool{}}
	for _, o := range s.order {
		for _, name := range sourcesOf(o.Site).Names() {
			m.sources[[2]string{o.ID, name}] = true
		}
	}
	return m
}

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
		if !m.sources[[2]string{s.Site, s.Name}] {
			continue
		}
		for _, f := range sourceFigures {
			out <- prometheus.MustNewConstMetric(f.desc, f.kind, f.of(s), s.Site, s.Name)
		}
	}
}
