package limits

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func exceeded(t *testing.T, l *Local, caller string) *ExceededError {
	t.Helper()
	_, err := l.Take(t.Context(), caller)
	e, ok := errors.AsType[*ExceededError](err)
	require.True(t, ok, err)
	return e
}

func TestCallsAMinuteAreThoseOfTheLastMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Local{PerMinute: 2, What: "calls"}
		for range 2 {
			done, err := l.Take(t.Context(), "ada")
			require.NoError(t, err)
			done()
			time.Sleep(20 * time.Second)
		}
		e := exceeded(t, l, "ada")
		assert.Equal(t, 20, e.Seconds())
		assert.Equal(t, "too much at once: the limit is 2 calls a minute for each caller; try again in 20 seconds", e.Error())
		_, err := l.Take(t.Context(), "bob")
		assert.NoError(t, err, "another caller has limits of their own")
		time.Sleep(20 * time.Second)
		_, err = l.Take(t.Context(), "ada")
		assert.NoError(t, err)
		exceeded(t, l, "ada")
	})
}

func TestCallsAtOnceAreGivenBackOnce(t *testing.T) {
	l := &Local{AtOnce: 1, What: "calls"}
	done, err := l.Take(t.Context(), "ada")
	require.NoError(t, err)
	assert.Equal(t, time.Second, exceeded(t, l, "ada").Wait)
	done()
	done()
	_, err = l.Take(t.Context(), "ada")
	require.NoError(t, err)
	exceeded(t, l, "ada")
}

func TestNoLimitLimitsNobody(t *testing.T) {
	l := &Local{}
	for range 100 {
		_, err := l.Take(t.Context(), "ada")
		require.NoError(t, err)
	}
}

func TestCallersAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &Local{PerMinute: 5}
		for i := range 2 * maxCallers {
			done, _ := l.Take(t.Context(), strconv.Itoa(i))
			if done != nil {
				done()
			}
		}
		assert.LessOrEqual(t, len(l.callers), maxCallers+1, "however many names one makes up")
		time.Sleep(2 * time.Minute)
		_, err := l.Take(t.Context(), "ada")
		require.NoError(t, err)
		assert.Len(t, l.callers, 1)
	})
}

func TestCallsOfManyAtOnceHoldTheLimitToTheNumber(t *testing.T) {
	l := &Local{PerMinute: 50}
	var mu sync.Mutex
	let := 0
	var g sync.WaitGroup
	for range 200 {
		g.Go(func() {
			if _, err := l.Take(t.Context(), "ada"); err == nil {
				mu.Lock()
				defer mu.Unlock()
				let++
			}
		})
	}
	g.Wait()
	assert.Equal(t, 50, let)
}

// broken is a limiter that cannot be asked.
type broken struct{}

func (broken) Take(context.Context, string) (func(), error) { return nil, errors.New("away") }

func TestWhoAsksTooMuchIsToldWhenToComeBack(t *testing.T) {
	for name, tt := range map[string]struct {
		calls      Limiter
		status     int
		retryAfter string
	}{
		"too many":  {&Local{AtOnce: 1, What: "calls"}, http.StatusTooManyRequests, "1"},
		"not known": {broken{}, http.StatusServiceUnavailable, "1"},
	} {
		d := &Door{Calls: tt.calls, Streams: &Local{}, CallerOf: func(context.Context) string { return "ada" }, Log: slog.New(slog.DiscardHandler)}
		h := d.Wrap(func(w http.ResponseWriter, r *http.Request) {
			if d.Allow(w, r) && d.Allow(w, r) { // as a batch of two
				w.WriteHeader(http.StatusOK)
			}
		})
		for range 2 { // what the first request took is given back
			w := httptest.NewRecorder()
			h(w, httptest.NewRequest(http.MethodPost, "/mcp", nil))
			assert.Equal(t, tt.status, w.Code, name)
			assert.Equal(t, tt.retryAfter, w.Header().Get("Retry-After"), name)
			assert.Contains(t, w.Body.String(), `"error":{"code":`, name)
		}
		require.NotPanics(t, func() {
			w := httptest.NewRecorder()
			d.Wrap(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) })(w, httptest.NewRequest(http.MethodPost, "/mcp", nil))
			assert.Equal(t, http.StatusAccepted, w.Code, "what is no call is not counted")
		})
	}
}

func TestStreamsOfACallerAreCounted(t *testing.T) {
	d := &Door{Calls: &Local{}, Streams: &Local{AtOnce: 1, What: "event streams"}, CallerOf: func(context.Context) string { return "ada" }, Log: slog.New(slog.DiscardHandler)}
	second := httptest.NewRecorder()
	get := func() *http.Request { return httptest.NewRequest(http.MethodGet, "/sse/", nil) }
	nobody := func(http.ResponseWriter, *http.Request) { t.Error("let in") }
	d.Wrap(func(http.ResponseWriter, *http.Request) { d.Wrap(nobody)(second, get()) })(httptest.NewRecorder(), get())
	assert.Equal(t, http.StatusTooManyRequests, second.Code)
	assert.Contains(t, second.Body.String(), "1 event streams at a time")
}
