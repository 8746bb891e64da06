package hexapi

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// How a 429 of Hex holds the calls of its rate group back.
const (
	// maxHold is the longest time without a try. A call is sent after it even when
	// Hex asked for a longer wait, because the header that says so may be wrong.
	maxHold = time.Minute
	// defaultHold is how long calls wait after a 429 that does not say how long.
	// Each further one of these doubles the time, up to maxHold.
	defaultHold = 2 * time.Second
	// turnTime is how long a call that tries blocks the other waiting calls when it
	// gets no answer.
	turnTime = time.Second
	// turnGap is the longest pause before the next waiting call is sent after a success.
	turnGap = 50 * time.Millisecond
)

// rateLimits remembers the 429s of Hex by token and rate group, for all calls of
// a client and of those that [Client.WithToken] made of it. While a group is held
// back, its calls wait; when the time is over, they are sent one at a time.
type rateLimits struct {
	mu    sync.Mutex
	holds map[limitKey]*hold
}

type limitKey struct {
	token Secret
	group rateGroup
}

// hold is the time during which a rate group is held back after a 429. The first
// success ends it: later calls are sent at once, and only those that waited already
// still go one at a time.
type hold struct {
	until   time.Time     // when Hex takes calls again, as far as it said
	next    time.Time     // when the next waiting call may be sent
	unsaid  int           // how many 429s of this hold did not say how long to wait
	changed chan struct{} // closed, and replaced, when next changes
}

// turn is the right of one attempt to be sent.
type turn struct {
	limits *rateLimits
	key    limitKey
	hold   *hold // in whose line of calls the turn came; nil where there was none
}

// pause is how long a call waits before it asks for a turn again.
type pause struct {
	line    *hold           // the hold in whose line of calls it waits
	until   time.Time       // when Hex takes calls again
	wait    time.Duration   // until the next turn
	changed <-chan struct{} // closed when wait is no longer right
}

// enter gives a call its turn, or a pause after which it must ask again. Line is the
// hold that the call has waited in so far, nil for none: calls that waited in a hold
// take turns even after a success has ended it.
func (l *rateLimits) enter(key limitKey, line *hold) (*turn, pause) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if h := l.holds[key]; h != nil {
		line = h
	}
	if line == nil {
		return &turn{limits: l, key: key}, pause{}
	}
	now := time.Now()
	if line.next.After(now) {
		return nil, pause{line, line.until, line.next.Sub(now), line.changed}
	}
	line.next = now.Add(turnTime)
	return &turn{l, key, line}, pause{}
}

// done updates the hold by how the attempt ended, and lets the next waiting call try.
func (t *turn) done(failed *Error) {
	t.limits.mu.Lock()
	defer t.limits.mu.Unlock()
	now := time.Now()
	switch {
	case failed.isLimited():
		t.extend(now, failed)
	case t.hold != nil && failed.passedLimit():
		if t.limits.holds[t.key] == t.hold {
			delete(t.limits.holds, t.key)
		}
		t.hold.change(now.Add(randomly(turnGap)))
	case t.hold != nil:
		t.hold.change(now)
	}
}

// isLimited reports whether e is Hex's answer to too many requests.
func (e *Error) isLimited() bool { return e != nil && e.Status == http.StatusTooManyRequests }

// passedLimit reports whether a request that ended in e shows that Hex takes calls
// again: it succeeded, or Hex itself refused it for another reason than its limit.
func (e *Error) passedLimit() bool { return e == nil || e.FromHex && !e.isLimited() }

// extend makes or lengthens the hold of the group after a 429. A 429 to an attempt
// that was already under way when the hold began is no news: it counts only when it
// asks for a longer wait.
func (t *turn) extend(now time.Time, limited *Error) {
	h := t.limits.holds[t.key]
	tried := h == nil || h == t.hold
	switch {
	case h == nil:
		h = t.limits.add(t.key, now)
	case !tried && !limited.HasRetryAfter:
		return
	}
	wait := max(limited.RetryAfter, minWait)
	if !limited.HasRetryAfter {
		wait = min(defaultHold<<min(h.unsaid, 5), maxHold)
		h.unsaid++
	}
	if until := now.Add(wait); tried || until.After(h.until) {
		h.until = until
		h.change(now.Add(jittered(min(wait, maxHold))))
	}
	if t.hold != nil && t.hold != h {
		t.hold.change(now) // wakes those who wait in the older hold; enter puts them into h
	}
}

// add makes a hold, and drops those of other groups that ended a while ago.
func (l *rateLimits) add(key limitKey, now time.Time) *hold {
	maps.DeleteFunc(l.holds, func(_ limitKey, h *hold) bool { return now.Sub(h.next) >= maxHold })
	if l.holds == nil {
		l.holds = make(map[limitKey]*hold)
	}
	h := &hold{changed: make(chan struct{})}
	l.holds[key] = h
	return h
}

// change sets when the next call may be sent, and wakes all that wait.
func (h *hold) change(next time.Time) {
	h.next = next
	close(h.changed)
	h.changed = make(chan struct{})
}

// jittered adds up to a quarter of d, and at most a second, so that processes which
// share a token do not send at the same moment.
func jittered(d time.Duration) time.Duration {
	return d + randomly(min(d/4, time.Second))
}

// randomly is a random duration between zero and most.
func randomly(most time.Duration) time.Duration {
	return rand.N(most + 1) //nolint:gosec // it keeps processes apart, not secrets
}

// awaitTurn waits until Hex's rate limit lets attempt n of a call be sent. When that
// would leave the call too little time, it fails and says how long the wait would be.
// Last is the error of the attempt before, nil before the first.
func (c *Client) awaitTurn(ctx context.Context, r *request, n int, last *Error) (*turn, *Error) {
	isTold := last != nil && !last.isLimited() // then waitForRetry has told the observer of a wait
	for p := (pause{}); ; {
		var t *turn
		if t, p = c.limits.enter(limitKey{*c.token, r.group}, p.line); t != nil {
			return t, nil
		}
		if c.isTooLong(ctx, p.wait) {
			return nil, c.heldBack(ctx, r, &LimitError{Limit: "Hex's rate limit", Wait: p.toTell()})
		}
		if !isTold {
			isTold = true
			c.observer.waits(ctx, Wait{Operation: r.name, Reason: reasonAfter(last), Duration: min(p.wait, p.toTell()), Number: n - 1, Err: last.asError()})
		}
		if !p.sleep(ctx) {
			return nil, r.fail(NotSent, context.Cause(ctx))
		}
	}
}

// toTell is after how long somebody who does not wait should come back.
func (p pause) toTell() time.Duration {
	if wait := time.Until(p.until); wait > 0 {
		return wait
	}
	return p.wait
}

func reasonAfter(last *Error) WaitReason {
	if last == nil {
		return WaitForLimit
	}
	return WaitForRetry
}

// asError returns a nil error for a nil *Error; a plain conversion would make an
// interface that is not nil.
func (e *Error) asError() error {
	if e == nil {
		return nil
	}
	return e
}

// sleep waits until the pause is over or has changed. It returns false when the call
// has ended.
func (p pause) sleep(ctx context.Context) bool {
	timer := time.NewTimer(p.wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.changed:
	case <-ctx.Done():
		return false
	}
	return true
}

// LimitError is the cause of an [Error] whose call was not sent because a limit
// would have refused it. A [Budget] that is used up returns it.
type LimitError struct {
	Limit string        // the limit in words, such as "the limit of 20 runs a minute"
	Wait  time.Duration // until the limit lets the call pass
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
