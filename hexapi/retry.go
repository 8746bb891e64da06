package hexapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// How often a request is sent at the most. Where the last answer is a 429 that
// does not say when to come back, the lower number holds.
const (
	maxAttempts                  = 6
	maxAttemptsWithoutRetryAfter = 2
)

// retry makes attempts until one succeeds, the request must not be sent again,
// or the wait for the next attempt would pass the deadline. It is the only layer
// that sends a request again.
func (c *Client) retry(ctx context.Context, r *request, attempt func(n int, last *Error) (*response, *Error)) (*response, *Error) {
	waits := newBackOff()
	var last *Error
	outcome := NotSent // of all attempts so far
	for n := 1; ; n++ {
		res, err := attempt(n, last)
		switch {
		case err == nil:
			return res, nil
		case last != nil && err.wasHeldBack(ctx): // how the attempt before ended says more
			return nil, last.of(ctx, outcome)
		}
		outcome = r.overall(outcome, err.Outcome)
		if !c.waitForRetry(ctx, r, n, waitAfter(err, waits), err) {
			return nil, err.of(ctx, outcome)
		}
		last = err
	}
}

// wasHeldBack reports whether a limit, or the end of the call, kept an attempt
// from being sent.
func (e *Error) wasHeldBack(ctx context.Context) bool {
	return e.Outcome == NotSent && (e.Limit != "" || ctx.Err() != nil)
}

// of makes the error of the whole call from e, the error of its last attempt: a
// copy with the outcome of all attempts and, if ctx has ended, the reason for that.
func (e *Error) of(ctx context.Context, outcome Outcome) *Error {
	whole := *e
	whole.Outcome, whole.Err = outcome, withCause(ctx, e.Err)
	return &whole
}

// withCause adds to err the reason why ctx ended. It returns err unchanged when
// ctx has not ended or err has that reason already.
func withCause(ctx context.Context, err error) error {
	why := context.Cause(ctx)
	switch {
	case why == nil || errors.Is(err, why):
		return err
	case err == nil:
		return why
	}
	return fmt.Errorf("%w: %w", why, err)
}

// waitForRetry waits before the attempt that follows number n, which ended in err.
// It returns false when there must be no further attempt, or when the call ends
// during the wait. After a 429 it does not wait: awaitTurn does, since other calls
// of the rate group wait as well.
func (c *Client) waitForRetry(ctx context.Context, r *request, n int, wait time.Duration, err *Error) bool {
	if ctx.Err() != nil || n >= err.attempts() || !r.mayRepeat(err) || c.isTooLong(ctx, wait) {
		return false
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "hex api: trying again", slog.String("operation", r.name),
		slog.Int("attempt", n), slog.Duration("wait", wait), slog.String("error", err.reason()))
	if err.isLimited() {
		return true
	}
	c.observer.waits(ctx, Wait{Operation: r.name, Reason: WaitForRetry, Duration: wait, Number: n, Err: err})
	return sleep(ctx, wait)
}

// attempts is how many attempts a call may make in all when the last one ended in e.
func (e *Error) attempts() int {
	if e.isLimited() && !e.HasRetryAfter {
		return maxAttemptsWithoutRetryAfter
	}
	return maxAttempts
}

// mayRepeat reports whether a request may be sent again after an attempt that
// ended in e. Reads, PUT and DELETE leave Hex in the same state however often they
// are sent, so they may be repeated. POST, PATCH and operations with the option once
// are sent again only when Hex certainly did not carry them out.
func (r *request) mayRepeat(e *Error) bool {
	switch {
	case e.Limit != "" || errors.Is(e, ErrBudget):
		return false // the caller is told how long to wait
	case e.NeedsMending():
		return false
	case e.Outcome == NotSent || e.isLimited():
		return true
	case r.once, !r.reads() && (r.method == http.MethodPost || r.method == http.MethodPatch):
		return false
	}
	return e.answerLost() || slices.Contains(transient, e.Status)
}

// transient are the error statuses whose reason is likely to be gone at the next attempt.
var transient = []int{
	http.StatusRequestTimeout, http.StatusTooEarly,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// newBackOff waits half a second at first and doubles that up to eight seconds. The
// randomization of 1 means full jitter: each wait is between zero and twice the interval.
func newBackOff() *backoff.ExponentialBackOff {
	b := &backoff.ExponentialBackOff{
		InitialInterval:     500 * time.Millisecond,
		RandomizationFactor: 1,
		Multiplier:          2,
		MaxInterval:         8 * time.Second,
	}
	b.Reset()
	return b
}

// minWait is the shortest wait after a Retry-After. A Retry-After of zero, or a date
// that has just passed, would otherwise make the client repeat without a pause.
const minWait = time.Second

// waitAfter is how long to wait after err: what Hex asked for, else the next backoff.
func waitAfter(err *Error, waits backoff.BackOff) time.Duration {
	next := waits.NextBackOff()
	switch {
	case err.HasRetryAfter:
		return max(err.RetryAfter, minWait)
	case err.isLimited():
		return defaultHold
	}
	return next
}

// isTooLong reports whether a wait would leave the call less than a tenth of its
// time limit. A request that is sent so late may be carried out, and its answer
// come too late.
func (c *Client) isTooLong(ctx context.Context, wait time.Duration) bool {
	return wait >= c.patience(ctx)
}

// patience is the time before which a wait of the call must end; see isTooLong.
func (c *Client) patience(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return math.MaxInt64
	}
	return time.Until(deadline) - c.timeout/10
}

// sleep waits, and returns false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
