package ready

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func probe(c *Check) (status int, body string) {
	w := httptest.NewRecorder()
	c.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	return w.Code, w.Body.String()
}

func TestReadinessFollowsHexAndEndsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		var asked atomic.Int32
		var well atomic.Bool
		ctx, stop := context.WithCancel(t.Context())
		c := New(ctx, func(context.Context) (Reason, error) {
			asked.Add(1)
			if well.Load() {
				return "", nil
			}
			return "Hex cannot be reached", errors.New("dial tcp")
		}, slog.New(slog.NewTextHandler(&log, nil)))
		go c.Run(ctx)
		time.Sleep(time.Hour)
		assert.Zero(t, asked.Load(), "nobody wants to know")
		probe(c)

		synctest.Wait()
		status, body := probe(c)
		assert.Equal(t, http.StatusServiceUnavailable, status)
		assert.JSONEq(t, `{"status":"not ready","reason":"Hex cannot be reached"}`, body)
		assert.NotContains(t, body, "dial")
		assert.Contains(t, log.String(), "dial tcp")

		well.Store(true)
		time.Sleep(whileNot)
		synctest.Wait()
		for range 100 {
			status, body = probe(c)
		}
		assert.Equal(t, http.StatusOK, status)
		assert.JSONEq(t, `{"status":"ready"}`, body)
		assert.EqualValues(t, 2, asked.Load(), "probes ask nobody")
		time.Sleep(whileReady)
		synctest.Wait()
		assert.EqualValues(t, 3, asked.Load())

		stop()
		status, body = probe(c)
		assert.Equal(t, http.StatusServiceUnavailable, status)
		assert.Contains(t, body, "stopping")
		synctest.Wait()
	})
}

func TestNothingIsReadyBeforeHexWasAsked(t *testing.T) {
	c := New(t.Context(), nil, slog.New(slog.DiscardHandler))
	status, body := probe(c)
	assert.Equal(t, http.StatusServiceUnavailable, status)
	assert.JSONEq(t, `{"status":"not ready","reason":"Hex was not asked yet"}`, body)
}

func TestAHexThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(t.Context(), func(ctx context.Context) (Reason, error) {
			<-ctx.Done()
			return "Hex cannot be reached", ctx.Err()
		}, slog.New(slog.DiscardHandler))
		ctx, stop := context.WithCancel(t.Context())
		probe(c)
		go c.Run(ctx)
		time.Sleep(patience)
		synctest.Wait()
		_, body := probe(c)
		assert.Contains(t, body, "Hex cannot be reached")
		stop()
		synctest.Wait()
	})
}

func TestWhatIsMissingBesideMakesNothingNotReady(t *testing.T) {
	c := New(t.Context(), nil, slog.New(slog.DiscardHandler))
	c.set("")
	c.Degraded = func() Reason { return "" }
	_, body := probe(c)
	assert.JSONEq(t, `{"status":"ready"}`, body)
	c.Degraded = func() Reason { return "Redis is away" }
	status, body := probe(c)
	assert.Equal(t, http.StatusOK, status)
	assert.JSONEq(t, `{"status":"ready","degraded":"Redis is away"}`, body)
}
