package hexapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"
)

// holds remembers, by token and operation, until when Hex asked to wait, so
// that further calls do not run into the same limit. Which operations share a
// limit is not guessed.
type holds struct {
	mu    sync.Mutex
	until map[hold]time.Time
}

type hold struct {
	token Secret
	op    operation
}

// learn notes the wait of a 429.
func (h *holds) learn(token Secret, op operation, err error) {
	var api *APIError
	if !errors.As(err, &api) || api.Status != http.StatusTooManyRequests || api.RetryAfter == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.until == nil {
		h.until = make(map[hold]time.Time)
	}
	now := time.Now()
	maps.DeleteFunc(h.until, func(_ hold, until time.Time) bool { return !until.After(now) })
	h.until[hold{token, op}] = now.Add(api.RetryAfter)
}

// await waits until Hex takes the operation again, or says how long that is
// when it is past the deadline.
func (h *holds) await(ctx context.Context, token Secret, op operation) error {
	wait := h.wait(token, op)
	if wait <= 0 {
		return nil
	}
	if passesDeadline(ctx, wait) {
		return &LimitError{Limit: "Hex's rate limit", Wait: wait}
	}
	if !sleep(ctx, wait) {
		return &TransportError{Err: context.Cause(ctx)}
	}
	return nil
}

func (h *holds) wait(token Secret, op operation) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Until(h.until[hold{token, op}])
}

// LimitError is a call that was not sent because a limit would have refused it.
type LimitError struct {
	Limit string        // which one, in words
	Wait  time.Duration // until it lets the call pass
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("not sent: %s allows it in %s", e.Limit, e.Wait.Round(time.Second))
}
