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
	// maxHold is how long a group is held before a call tries all the same: the
	// header that asked for more may be wrong.
	maxHold = time.Minute
	// unsaidHold is the first hold of a 429 that does not say how long; the next
	// ones double.
	unsaidHold = 2 * time.Second
	// turnTime is how long those who wait let the one who tries go first.
	turnTime = time.Second
	// turnGap is how far, at the most, turns are apart after a success.
	turnGap = 50 * time.Millisecond
)

// rateLimits remembers the 429s of Hex by token and rate group, for all calls of
// the process. Where it holds a group back, calls wait and ask again before they
// are sent; then they try one at a time.
type rateLimits struct {
	mu    sync.Mutex
	holds map[limitKey]*hold
}

type limitKey struct {
	token Secret
	group rateGroup
}

// hold is what a 429 has brought about. A success ends it: calls that come later
// know nothing of it, and those that wait go on one at a time.
type hold struct {
	until   time.Time     // when Hex takes calls again, as it said
	next    time.Time     // when the next call may try
	unsaid  int           // 429s to calls that tried, since one said how long
	changed chan struct{} // closed when next has changed
}

// turn is the right of one attempt to be sent.
type turn struct {
	limits *rateLimits
	key    limitKey
	hold   *hold // of which this attempt finds out whether it still holds; nil for none
}

// pause is how long to wait before a turn is asked for again.
type pause struct {
	line    *hold // whose end the caller waits for
	until   time.Time
	wait    time.Duration
	changed <-chan struct{}
}

// enter gives a call its turn, or a pause. Line is the hold that it has waited for.
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

// done learns from what came of the attempt, and gives the turn on.
func (t *turn) done(failed *Error) {
	t.limits.mu.Lock()
	defer t.limits.mu.Unlock()
	now := time.Now()
	switch {
	case failed.isLimited():
		t.extend(now, failed)
	case t.hold != nil && failed.isTaken():
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

// isTaken reports whether no limit has kept Hex from a request that ended in e.
func (e *Error) isTaken() bool { return e == nil || e.FromHex && !e.isLimited() }

// extend makes or lengthens the hold of the group. An attempt that was under way
// before the hold knows less than one that was sent in spite of it.
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
		wait = min(unsaidHold<<min(h.unsaid, 5), maxHold)
		h.unsaid++
	}
	if until := now.Add(wait); tried || until.After(h.until) {
		h.until = until
		h.change(now.Add(jittered(min(wait, maxHold))))
	}
	if t.hold != nil && t.hold != h {
		t.hold.change(now) // who waits there waits here
	}
}

// add makes a hold, and drops those that are long over.
func (l *rateLimits) add(key limitKey, now time.Time) *hold {
	maps.DeleteFunc(l.holds, func(_ limitKey, h *hold) bool { return now.Sub(h.next) >= maxHold })
	if l.holds == nil {
		l.holds = make(map[limitKey]*hold)
	}
	h := &hold{changed: make(chan struct{})}
	l.holds[key] = h
	return h
}

// change lets the next call try at a time, and wakes all who wait.
func (h *hold) change(next time.Time) {
	h.next = next
	close(h.changed)
	h.changed = make(chan struct{})
}

// jittered adds up to a quarter, and a second at the most, so that processes that
// share a token do not come all at once.
func jittered(d time.Duration) time.Duration {
	return d + randomly(min(d/4, time.Second))
}

// randomly is any time up to most.
func randomly(most time.Duration) time.Duration {
	return rand.N(most + 1) //nolint:gosec // it keeps processes apart, not secrets
}

// awaitTurn waits until attempt n of a call may be sent, or fails with the time
// that this takes when it would leave the call too little. Last is how the
// attempt before ended, nil before the first.
func (c *Client) awaitTurn(ctx context.Context, r *request, n int, last *Error) (*turn, *Error) {
	isTold := last != nil && !last.isLimited() // of the wait after an attempt that failed otherwise
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

// toTell is when to come back, for somebody who does not wait.
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

// asError keeps no error from being an error that is nil.
func (e *Error) asError() error {
	if e == nil {
		return nil
	}
	return e
}

// sleep waits for the pause to end or to change, and reports whether the call
// goes on.
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
