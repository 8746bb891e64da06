// Package metrics counts what the server does, for Prometheus. Labels take their
// values from the catalogue of tools and from short lists, so that neither a
// caller nor Hex can make their number grow.
package metrics

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hexmcp/hexapi"
)

// Metrics are the counts of one server. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	attempts *prometheus.CounterVec
	retries  prometheus.Counter
	waits    *prometheus.CounterVec
	waited   *prometheus.CounterVec
	limits   *prometheus.CounterVec
	refused  *prometheus.CounterVec

	mu     sync.Mutex
	budget []prometheus.Collector // what tells of the runs that are left
}

// buckets are upper bounds of how long calls take, in seconds. The last is the
// default time limit of a call.
var buckets = []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 55}

// New returns metrics that have counted nothing.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		calls:    counters("hexmcp_calls_total", "Calls of tools that were answered, by outcome: ok, or the kind of failure.", "tool", "outcome"),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "hexmcp_call_duration_seconds", Help: "How long calls of tools took.", Buckets: buckets}, []string{"tool"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "hexmcp_calls_in_flight", Help: "Calls of tools that run now."}),
		attempts: counters("hexmcp_hex_requests_total", "Requests sent to Hex, by HTTP status: none where no answer came.", "status"),
		retries:  prometheus.NewCounter(prometheus.CounterOpts{Name: "hexmcp_hex_retries_total", Help: "Requests that were sent to Hex again."}),
		waits:    counters("hexmcp_hex_waits_total", "Waits before a request to Hex, by reason.", "reason"),
		waited:   counters("hexmcp_hex_wait_seconds_total", "Seconds that requests to Hex were to wait, by reason.", "reason"),
		limits:   counters("hexmcp_hex_held_back_total", "Requests that a limit held back, so that they were not sent.", "limit"),
		refused:  counters("hexmcp_http_refusals_total", "Requests over HTTP that were refused, by status: 401 no token that is let in, 403 foreign or without the scope, 429 beyond a limit.", "status"),
	}
	m.registry.MustRegister(m.calls, m.duration, m.inFlight, m.attempts, m.retries, m.waits, m.waited, m.limits, m.refused,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Refuse counts a request that the server has refused.
func (m *Metrics) Refuse(status int) { m.refused.WithLabelValues(statusOf(status)).Inc() }

// Begin counts a call of a tool of the catalogue in. What it returns is told the
// outcome, and counts it out.
func (m *Metrics) Begin(tool string) (end func(outcome string)) {
	start := time.Now()
	m.inFlight.Inc()
	return func(outcome string) {
		m.inFlight.Dec()
		m.calls.WithLabelValues(tool, outcome).Inc()
		m.duration.WithLabelValues(tool).Observe(time.Since(start).Seconds())
	}
}

// Attempt counts a request to Hex. It is an observer of hexapi.
func (m *Metrics) Attempt(_ context.Context, a hexapi.Attempt) {
	m.attempts.WithLabelValues(statusOf(a.Status)).Inc()
	if a.Number > 1 {
		m.retries.Inc()
	}
}

// statusOf is a status as a label. Those that HTTP does not know are one.
func statusOf(status int) string {
	switch {
	case status == 0:
		return "none"
	case http.StatusText(status) == "":
		return "other"
	}
	return strconv.Itoa(status)
}

// Wait counts a wait. It is an observer of hexapi.
func (m *Metrics) Wait(_ context.Context, w hexapi.Wait) {
	m.waits.WithLabelValues(string(w.Reason)).Inc()
	m.waited.WithLabelValues(string(w.Reason)).Add(w.Duration.Seconds())
}

// Limit counts a request that was held back. It is an observer of hexapi.
func (m *Metrics) Limit(_ context.Context, l hexapi.LimitHit) {
	m.limits.WithLabelValues(l.Limit).Inc()
}

// WatchBudget tells how many runs may still be started in this minute and this
// hour with the token that has the fewest left. A limit that is 0 is not told. Of
// several budgets, as a server has whose profile changes, the last one counts.
func (m *Metrics) WatchBudget(perMinute, perHour int, left func() (minute, hour int)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, told := range m.budget {
		m.registry.Unregister(told)
	}
	m.budget = nil
	tell := func(window string, limit int, left func() float64) {
		if limit > 0 {
			gauge := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
				Name: "hexmcp_run_budget_left", Help: "Runs that may still be started, with the token that has the fewest left.",
				ConstLabels: prometheus.Labels{"window": window},
			}, left)
			m.registry.MustRegister(gauge)
			m.budget = append(m.budget, gauge)
		}
	}
	tell("minute", perMinute, func() float64 { minute, _ := left(); return float64(minute) })
	tell("hour", perHour, func() float64 { _, hour := left(); return float64(hour) })
}

// WatchRedis tells whether the Redis that replicas share is there.
func (m *Metrics) WatchRedis(isThere func() bool) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "hexmcp_redis_up", Help: "1 while limits are shared through Redis, 0 while this replica keeps to its part of them.",
	}, func() float64 {
		if isThere() {
			return 1
		}
		return 0
	}))
}

// ServeHTTP answers in the format of Prometheus.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4}).ServeHTTP(w, r)
}
