package hexapi

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"sync"
	"time"
)

// rateLimits remembers, by token and rate group, until when Hex asked to wait,
// so that further calls do not run into the same limit.
type rateLimits struct {
	mu    sync.Mutex
	until map[limitKey]time.Time
}

type limitKey struct {
	token Secret
	group rateGroup
}

// learn notes the wait that a 429 asked for.
func (l *rateLimits) learn(token Secret, group rateGroup, err *Error) {
	if err == nil || err.Status != http.StatusTooManyRequests || err.RetryAfter == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.until == nil {
		l.until = make(map[limitKey]time.Time)
	}
	now := time.Now()
	maps.DeleteFunc(l.until, func(_ limitKey, until time.Time) bool { return !until.After(now) })
	key, until := limitKey{token, group}, now.Add(err.RetryAfter)
	if until.After(l.until[key]) { // the limit of an hour outlasts that of a minute
		l.until[key] = until
	}
}

// wait is how long it takes until Hex takes calls of the group again.
func (l *rateLimits) wait(token Secret, group rateGroup) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Until(l.until[limitKey{token, group}])
}

// awaitLimit waits until Hex takes the operation again, or fails with the time
// that this takes when it would leave the call too little.
func (c *Client) awaitLimit(ctx context.Context, r *request) *Error {
	wait := c.limits.wait(*c.token, r.group)
	if wait <= 0 {
		return nil
	}
	if c.isTooLong(ctx, wait) {
		return c.heldBack(ctx, r, &LimitError{Limit: "Hex's rate limit", Wait: wait})
	}
	c.observer.waits(ctx, Wait{Operation: r.name, Reason: WaitForLimit, Duration: wait})
	if !sleep(ctx, wait) {
		return r.fail(NotSent, context.Cause(ctx))
	}
	return nil
}

// LimitError is the cause of an [Error] whose call was not sent because a limit
// would have refused it. A [Budget] that is used up returns it.
type LimitError struct {
	Limit string        // which one, in words, such as "the limit of 20 runs a minute"
	Wait  time.Duration // until it lets the call pass
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("not sent: %s allows it in %s", e.Limit, e.Wait.Round(time.Second))
}

// heldBack makes the error of a call that a limit holds back.
func (c *Client) heldBack(ctx context.Context, r *request, limit *LimitError) *Error {
	c.observer.limited(ctx, r, limit)
	e := r.fail(NotSent, limit)
	e.Limit, e.RetryAfter, e.HasRetryAfter = limit.Limit, limit.Wait, true
	return e
}
