// Package metrics counts what the server does, for Prometheus. Labels take their
// values from the catalogue of tools and from short lists, so that neither a
// caller nor Hex can make their number grow.
//
// Counts are kept by github.com/VictoriaMetrics/metrics: Prometheus' own client
// takes a tenth of the program's start, also where nobody asks for metrics.
package metrics

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"hexmcp/hexapi"
)

// Metrics are the counts of one server. It is safe for concurrent use.
type Metrics struct {
	told []*family // in the order in which they are told

	calls, duration, attempts, waits, waited, limits, refused, budget, redis *family

	inFlight atomic.Int64
	retries  *metrics.Counter
	watching sync.Mutex // for the change of what the budget is
}

// buckets are upper bounds of how long calls take, in seconds. The last is the
// default time limit of a call.
var buckets = []float64{.025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 55}

// Kinds of families, as the format of Prometheus names them.
const (
	counter   = "counter"
	gauge     = "gauge"
	histogram = "histogram"
)

// New returns metrics that have counted nothing.
func New() *Metrics {
	m := &Metrics{}
	m.calls = m.family(counter, "hexmcp_calls_total", "Calls of tools that were answered, by outcome: ok, or the kind of failure.")
	m.duration = m.family(histogram, "hexmcp_call_duration_seconds", "How long calls of tools took.")
	inFlight := m.family(gauge, "hexmcp_calls_in_flight", "Calls of tools that run now.")
	inFlight.of.NewGauge(inFlight.name, func() float64 { return float64(m.inFlight.Load()) })
	m.attempts = m.family(counter, "hexmcp_hex_requests_total", "Requests sent to Hex, by HTTP status: none where no answer came.")
	m.retries = m.family(counter, "hexmcp_hex_retries_total", "Requests that were sent to Hex again.").counter()
	m.waits = m.family(counter, "hexmcp_hex_waits_total", "Waits before a request to Hex, by reason.")
	m.waited = m.family(counter, "hexmcp_hex_wait_seconds_total", "Seconds that requests to Hex were to wait, by reason.")
	m.limits = m.family(counter, "hexmcp_hex_held_back_total", "Requests that a limit held back, so that they were not sent.")
	m.refused = m.family(counter, "hexmcp_http_refusals_total", "Requests over HTTP that were refused, by status: 401 no token that is let in, 403 foreign or without the scope, 429 beyond a limit.")
	m.budget = m.family(gauge, "hexmcp_run_budget_left", "Runs that may still be started, with the token that has the fewest left.")
	m.redis = m.family(gauge, "hexmcp_redis_up", "1 while limits are shared through Redis, 0 while this replica keeps to its part of them.")
	return m
}

// Refuse counts a request that the server has refused.
func (m *Metrics) Refuse(status int) { m.refused.counter("status", statusOf(status)).Inc() }

// Begin counts a call of a tool of the catalogue in. What it returns is told the
// outcome, and counts it out.
func (m *Metrics) Begin(tool string) (end func(outcome string)) {
	start := time.Now()
	m.inFlight.Add(1)
	return func(outcome string) {
		m.inFlight.Add(-1)
		m.calls.counter("outcome", outcome, "tool", tool).Inc()
		m.duration.of.GetOrCreatePrometheusHistogramExt(m.duration.name+labelled([]string{"tool", tool}), buckets).UpdateDuration(start)
	}
}

// Attempt counts a request to Hex. It is an observer of hexapi.
func (m *Metrics) Attempt(_ context.Context, a hexapi.Attempt) {
	m.attempts.counter("status", statusOf(a.Status)).Inc()
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
	reason := []string{"reason", string(w.Reason)}
	m.waits.counter(reason...).Inc()
	m.waited.of.GetOrCreateFloatCounter(m.waited.name + labelled(reason)).Add(w.Duration.Seconds())
}

// Limit counts a request that was held back. It is an observer of hexapi.
func (m *Metrics) Limit(_ context.Context, l hexapi.LimitHit) {
	m.limits.counter("limit", l.Limit).Inc()
}

// WatchBudget tells how many runs may still be started in this minute and this
// hour with the token that has the fewest left. A limit that is 0 is not told. Of
// several budgets, as a server has whose profile changes, the last one counts.
func (m *Metrics) WatchBudget(perMinute, perHour int, left func() (minute, hour int)) {
	m.watching.Lock()
	defer m.watching.Unlock()
	tell := func(window string, limit int, left func() int) {
		name := m.budget.name + labelled([]string{"window", window})
		m.budget.of.UnregisterMetric(name)
		if limit > 0 {
			m.budget.of.GetOrCreateGauge(name, func() float64 { return float64(left()) })
		}
	}
	tell("minute", perMinute, func() int { minute, _ := left(); return minute })
	tell("hour", perHour, func() int { _, hour := left(); return hour })
}

// WatchRedis tells whether the Redis that replicas share is there.
func (m *Metrics) WatchRedis(isThere func() bool) {
	m.redis.of.GetOrCreateGauge(m.redis.name, func() float64 {
		if isThere() {
			return 1
		}
		return 0
	})
}

// ServeHTTP answers in the text format of Prometheus, with what Go and the system
// tell of the process.
func (m *Metrics) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	for _, f := range m.told {
		f.write(&b)
	}
	metrics.WriteProcessMetrics(&b)
	metrics.WriteFDMetrics(&b)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // a reader that left needs none
}
