package hexapi

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// heard is what an observer heard, in order.
type heard struct {
	attempts []Attempt
	waits    []Wait
	limits   []LimitHit
}

func (h *heard) observe(cfg *Config) {
	cfg.Observer = Observer{
		Attempt: func(_ context.Context, a Attempt) { h.attempts = append(h.attempts, a) },
		Wait:    func(_ context.Context, w Wait) { h.waits = append(h.waits, w) },
		Limit:   func(_ context.Context, l LimitHit) { h.limits = append(h.limits, l) },
	}
}

func TestObserverHearsOfAttemptsAndWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		slow := func(then reply) reply {
			return playingThen(playing(then), func() { time.Sleep(time.Second) }).RoundTrip
		}
		c := client(t, playing(slow(answers(503, "", "Retry-After: 3")), slow(refuses()), slow(ok())), h.observe)
		require.NoError(t, read(t.Context(), c))

		const operation = "GET /v1/projects/{id}"
		require.Len(t, h.attempts, 3)
		first, second := asError[*Error](t, h.attempts[0].Err), asError[*Error](t, h.attempts[1].Err)
		assert.Equal(t, []Attempt{
			{Operation: operation, ReadOnly: true, Number: 1, Status: 503, Outcome: Unknown, Duration: time.Second, Err: first},
			{Operation: operation, ReadOnly: true, Number: 2, Outcome: NotSent, Duration: time.Second, Err: second},
			{Operation: operation, ReadOnly: true, Number: 3, Status: 200, Outcome: Done, Duration: time.Second},
		}, h.attempts)
		require.Len(t, h.waits, 2)
		assert.Equal(t, Wait{Operation: operation, Reason: WaitForRetry, Duration: 3 * time.Second, Number: 1, Err: first}, h.waits[0])
		assert.Equal(t, 2, h.waits[1].Number)
		assert.Empty(t, h.limits)
	})
}

func TestObserverHearsOfLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heard
		c := client(t, playing(answers(429, "", "Retry-After: 55"), ok()), h.observe, func(cfg *Config) { cfg.RunBudget = &LocalBudget{PerMinute: 1} })
		require.Error(t, run(t.Context(), c), "Hex wants more time than there is")
		require.Error(t, run(t.Context(), c), "so the next is held back")
		time.Sleep(15 * time.Second)
		require.NoError(t, run(t.Context(), c), "what fits is waited for")
		require.Error(t, run(t.Context(), c), "the budget is used up")
		assert.Len(t, h.attempts, 2, "what is held back is no attempt")
		require.Len(t, h.waits, 1)
		assertAbout(t, 40*time.Second, h.waits[0].Duration)
		assert.Equal(t, []Wait{{Operation: startRun, Reason: WaitForLimit, Duration: h.waits[0].Duration}}, h.waits)
		assert.Equal(t, []LimitHit{
			{startRun, "Hex's rate limit", 55 * time.Second},
			{startRun, "the limit of 1 runs a minute", time.Minute},
		}, h.limits)
	})
}

func TestObserverHearsTraceIDs(t *testing.T) {
	var h heard
	c := client(t, playing(answers(403, `{"reason":"no","traceId":"of-failure"}`), answers(200, `{"runId":"x"}`, "X-Trace-Id: of-success")), h.observe)
	require.Error(t, run(t.Context(), c))
	require.NoError(t, run(t.Context(), c))
	assert.Equal(t, []string{"of-failure", "of-success"}, []string{h.attempts[0].TraceID, h.attempts[1].TraceID})
	assert.False(t, h.attempts[0].ReadOnly)
}

func TestObserverNeedNotHearAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		waits := 0
		c := client(t, playing(answers(429, "", "Retry-After: 1"), ok()), func(cfg *Config) {
			cfg.Observer.Wait = func(context.Context, Wait) { waits++ }
		})
		require.NoError(t, run(t.Context(), c))
		assert.Equal(t, 1, waits)
	})
}

// What an observer hears goes into logs and metrics.
func TestObserverHearsNoSecret(t *testing.T) {
	var h heard
	echo := `{"code":"X","message":"` + token.Reveal() + `"}`
	require.Error(t, read(t.Context(), client(t, playing(answers(403, echo)), h.observe)))
	assert.Contains(t, h.attempts[0].Err.Error(), "[redacted]")
}

func TestAnObserverMaySendHeadersAlongWithEachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var begun []Begin
		var ended []any
		hex := playing(answers(503, ""), ok())
		c := client(t, hex, func(cfg *Config) {
			cfg.Observer = Observer{
				Begin: func(ctx context.Context, b Begin) (context.Context, map[string]string) {
					begun = append(begun, b)
					return context.WithValue(ctx, key{}, b.Number), map[string]string{"Traceparent": strconv.Itoa(b.Number), "Authorization": "Bearer other"}
				},
				Attempt: func(ctx context.Context, _ Attempt) { ended = append(ended, ctx.Value(key{})) },
			}
		})
		require.NoError(t, read(t.Context(), c))
		const operation = "GET /v1/projects/{id}"
		assert.Equal(t, []Begin{{operation, 1}, {operation, 2}}, begun)
		assert.Equal(t, []any{1, 2}, ended, "the context of the attempt")
		for i, s := range hex.seen {
			assert.Equal(t, strconv.Itoa(i+1), s.Header.Get("Traceparent"))
			assert.Equal(t, "Bearer "+string(token), s.Header.Get("Authorization"), "the token is the client's")
		}
	})
}
