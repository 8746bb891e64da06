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

// How often a request is sent at the most, and how often where Hex answers 429
// and does not say when to come back.
const (
	maxAttempts       = 6
	maxUnsaidAttempts = 2
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
		case last != nil && err.isNoAttempt(ctx): // how the last one ended says more
			return nil, last.of(ctx, outcome)
		}
		outcome = r.overall(outcome, err.Outcome)
		if !c.waitForRetry(ctx, r, n, waitAfter(err, waits), err) {
			return nil, err.of(ctx, outcome)
		}
		last = err
	}
}

// isNoAttempt reports whether the call was held back, or ended, before it was
// sent once more.
func (e *Error) isNoAttempt(ctx context.Context) bool {
	return e.Outcome == NotSent && (e.Limit != "" || ctx.Err() != nil)
}

// of is the error of the whole call that ended in e: a copy with the outcome of
// all attempts, and with the reason why the call's context ended if it did.
func (e *Error) of(ctx context.Context, outcome Outcome) *Error {
	whole := *e
	whole.Outcome, whole.Err = outcome, withCause(ctx, e.Err)
	return &whole
}

// withCause adds to err why ctx ended. It returns err as it is when ctx has not
// ended or err says so already.
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

// waitForRetry waits for the next attempt after number n ended in err. It
// returns false when there must be none, or the call ends first. After a 429 the
// wait is that of the rate group, with all other calls.
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

// attempts is how many there are for a call whose last one ended in e.
func (e *Error) attempts() int {
	if e.isLimited() && !e.HasRetryAfter {
		return maxUnsaidAttempts
	}
	return maxAttempts
}

// mayRepeat reports whether a request may be sent again after an attempt that
// ended in e. Reads, PUT and DELETE end in the same state however often they are
// sent, but for a few; these, POST and PATCH are sent again only where they certainly
// did not happen.
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
	return e.answerLost() || slices.Contains(passing, e.Status)
}

// passing are the error statuses that are likely to pass by themselves.
var passing = []int{
	http.StatusRequestTimeout, http.StatusTooEarly,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// newBackOff doubles from half a second to eight. A randomization of 1 makes it
// full jitter: from nothing to twice the interval.
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

// minWait is the least that a Retry-After is taken for: one that has just passed
// is no reason to ask without end.
const minWait = time.Second

// waitAfter is what Hex asked for, else the next backoff.
func waitAfter(err *Error, waits backoff.BackOff) time.Duration {
	next := waits.NextBackOff()
	switch {
	case err.HasRetryAfter:
		return max(err.RetryAfter, minWait)
	case err.isLimited():
		return unsaidHold
	}
	return next
}

// isTooLong reports whether a wait would leave less than a tenth of the call's
// time limit. What is sent in the last moments may be carried out and not
// answered in time.
func (c *Client) isTooLong(ctx context.Context, wait time.Duration) bool {
	return wait >= c.patience(ctx)
}

// patience is how long a call may wait: a wait must be shorter.
func (c *Client) patience(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return math.MaxInt64
	}
	return time.Until(deadline) - c.timeout/10
}

// sleep waits, and reports whether it was left to sleep its time.
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
