package metrics

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func scrape(m *Metrics) string {
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

func TestCallsAreCountedByToolAndOutcome(t *testing.T) {
	m := New()
	end := m.Begin("HEX_RUN_PROJECT")
	m.Begin("HEX_LIST_USERS")("ok")
	assert.Contains(t, scrape(m), "\nhexmcp_calls_in_flight 1\n")
	end("rate_limited")
	told := scrape(m)
	assert.Contains(t, told, "\nhexmcp_calls_in_flight 0\n")
	assert.Contains(t, told, `hexmcp_calls_total{outcome="rate_limited",tool="HEX_RUN_PROJECT"} 1`)
	assert.Contains(t, told, `hexmcp_calls_total{outcome="ok",tool="HEX_LIST_USERS"} 1`)
	assert.Contains(t, told, `hexmcp_call_duration_seconds_bucket{tool="HEX_LIST_USERS",le="0.025"} 1`)
	assert.Contains(t, told, "# TYPE hexmcp_call_duration_seconds histogram")
	assert.Contains(t, told, "process_open_fds")
	assert.Contains(t, told, "go_goroutines")
}

func TestWhatHexAnswersIsCounted(t *testing.T) {
	m := New()
	for n, status := range []int{0, 503, 200, 200} {
		m.Attempt(t.Context(), hexapi.Attempt{Number: n + 1, Status: status})
	}
	for status := 700; status < 900; status++ { // which a proxy can make up
		m.Attempt(t.Context(), hexapi.Attempt{Number: 1, Status: status})
	}
	m.Wait(t.Context(), hexapi.Wait{Reason: hexapi.WaitForRetry, Duration: 1500 * time.Millisecond})
	m.Limit(t.Context(), hexapi.LimitHit{Limit: "Hex's rate limit"})
	told := scrape(m)
	for _, line := range []string{
		`hexmcp_hex_requests_total{status="none"} 1`, `hexmcp_hex_requests_total{status="503"} 1`, `hexmcp_hex_requests_total{status="200"} 2`,
		`hexmcp_hex_requests_total{status="other"} 200`, `hexmcp_hex_retries_total 3`, `hexmcp_hex_waits_total{reason="retry"} 1`,
		`hexmcp_hex_wait_seconds_total{reason="retry"} 1.5`, `hexmcp_hex_held_back_total{limit="Hex's rate limit"} 1`,
	} {
		assert.Contains(t, told, line)
	}
	assert.Equal(t, 4, strings.Count(told, "hexmcp_hex_requests_total{"))
}

// The judge of the format is the parser of Prometheus.
func TestThePageIsInTheFormatOfPrometheus(t *testing.T) {
	m := New()
	m.Begin("HEX_LIST_USERS")("ok")
	m.Refuse(http.StatusUnauthorized)
	m.Attempt(t.Context(), hexapi.Attempt{Number: 2, Status: http.StatusOK})
	m.Wait(t.Context(), hexapi.Wait{Reason: hexapi.WaitForRetry, Duration: time.Second})
	m.Limit(t.Context(), hexapi.LimitHit{Limit: `a "limit" of ours\theirs`})
	m.WatchBudget(3, 4, func() (minute, hour int) { return 1, 2 })
	m.WatchRedis(func() bool { return true })
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))

	assert.Equal(t, "text/plain; version=0.0.4; charset=utf-8", w.Header().Get("Content-Type"))
	parser := expfmt.NewTextParser(model.LegacyValidation)
	told, err := parser.TextToMetricFamilies(w.Body)
	require.NoError(t, err)
	for _, f := range m.told {
		if assert.Contains(t, told, f.name) {
			assert.Equal(t, f.help, told[f.name].GetHelp())
			assert.Equal(t, f.kind, strings.ToLower(told[f.name].GetType().String()))
		}
	}
	assert.Equal(t, `a "limit" of ours\theirs`, told["hexmcp_hex_held_back_total"].GetMetric()[0].GetLabel()[0].GetValue())
	assert.Len(t, told["hexmcp_call_duration_seconds"].GetMetric()[0].GetHistogram().GetBucket(), len(buckets)+1)
}

func TestTheBudgetThatIsLeftIsTold(t *testing.T) {
	m := New()
	b := &hexapi.LocalBudget{PerMinute: 3, PerHour: 0}
	m.WatchBudget(3, 0, b.Left)
	for _, key := range []string{"a", "a", "b"} {
		_, err := b.Take(t.Context(), key)
		assert.NoError(t, err)
	}
	told := scrape(m)
	assert.Contains(t, told, `hexmcp_run_budget_left{window="minute"} 1`)
	assert.NotContains(t, told, `window="hour"`, "which has no limit")

	m.WatchBudget(0, 9, func() (minute, hour int) { return 0, 8 })
	told = scrape(m)
	assert.NotContains(t, told, `window="minute"`, "the last budget counts")
	assert.Contains(t, told, `hexmcp_run_budget_left{window="hour"} 8`)
}

func TestWhetherRedisIsThereIsTold(t *testing.T) {
	m, isThere := New(), true
	m.WatchRedis(func() bool { return isThere })
	assert.Contains(t, scrape(m), "hexmcp_redis_up 1")
	isThere = false
	assert.Contains(t, scrape(m), "hexmcp_redis_up 0")
}
