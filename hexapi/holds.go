package hexapi

import (
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
	key, until := hold{token, op}, now.Add(api.RetryAfter)
	if until.After(h.until[key]) { // the limit of an hour outlasts that of a minute
		h.until[key] = until
	}
}

// wait is how long it takes until Hex takes the operation again.
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
