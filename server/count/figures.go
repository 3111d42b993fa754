package count

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// figures are what an operator sees of counting. None is about an office or a reader.
type figures struct {
	accepted, failed prometheus.Counter
	refused          *prometheus.CounterVec
	batch, took      prometheus.Histogram
	waiting          prometheus.GaugeFunc
}

// reasons name the refusals as labels; what has none is an event that says nothing we know.
var reasons = map[string]string{ErrArticle.Error(): "article", ErrHost.Error(): "host", ErrNetwork.Error(): "network"}

const invalid = "invalid"

func newFigures(waiting func() float64) figures {
	f := figures{
		accepted: prometheus.NewCounter(prometheus.CounterOpts{Name: "kabar_events_accepted_total", Help: "Events on disk, those that count nothing because their reader was counted already among them."}),
		refused:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "kabar_events_refused_total", Help: "Events refused, by what was wrong: the article, the host or the network is unknown, or the event is invalid."}, []string{"reason"}),
		failed:   prometheus.NewCounter(prometheus.CounterOpts{Name: "kabar_commits_failed_total", Help: "Transactions of events, and salts for them, that the database did not take; their senders were told to try again."}),
		batch:    prometheus.NewHistogram(prometheus.HistogramOpts{Name: "kabar_commit_events", Help: "Events in one transaction.", Buckets: []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, maxBatch}}),
		took:     prometheus.NewHistogram(prometheus.HistogramOpts{Name: "kabar_commit_duration_seconds", Help: "Time until a transaction of events was on disk.", Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 5}}),
		waiting:  prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kabar_submissions_waiting", Help: "Readers' submissions that wait for the next transaction; beyond 4096 they are told to try again."}, waiting),
	}
	for _, r := range reasons {
		f.refused.WithLabelValues(r)
	}
	f.refused.WithLabelValues(invalid)
	return f
}

func (f figures) answered(events int, refused []Rejection) {
	f.accepted.Add(float64(events - len(refused)))
	for _, r := range refused {
		reason := reasons[r.Reason]
		if reason == "" {
			reason = invalid
		}
		f.refused.WithLabelValues(reason).Inc()
	}
}

func (f figures) committed(events int, took time.Duration, err error) {
	if err != nil {
		f.failed.Inc()
		return
	}
	f.batch.Observe(float64(events))
	f.took.Observe(took.Seconds())
}

func (f figures) all() []prometheus.Collector {
	return []prometheus.Collector{f.accepted, f.failed, f.refused, f.batch, f.took, f.waiting}
}

// Describe implements prometheus.Collector: a Counter tells how counting goes.
func (c *Counter) Describe(out chan<- *prometheus.Desc) {
	for _, m := range c.figures.all() {
		m.Describe(out)
	}
}

// Collect implements prometheus.Collector.
func (c *Counter) Collect(out chan<- prometheus.Metric) {
	for _, m := range c.figures.all() {
		m.Collect(out)
	}
}
