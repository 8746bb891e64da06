package hexapi

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// DefaultCallsPerMinute is how many calls Hex lets a token make in a minute, all
// operations together, as it documents.
const DefaultCallsPerMinute = 60

// callBudget keeps the calls of each token within those that Hex takes in a minute.
// A call gets its turn in the order in which calls came: turns are given beforehand,
// so that nobody who comes later is sent earlier.
type callBudget struct {
	perMinute int // zero or less does not limit

	mu sync.Mutex
	// turns holds when the calls of each token were sent or will be, in order, none
	// older than a minute. As the window slides, no minute has more calls than it may.
	turns history[Secret]
}

// take reserves the next turn. It fails with the time until there is one when that
// is longer than the call has, and reserves nothing then.
func (b *callBudget) take(token Secret, isTooLong func(time.Duration) bool) (at time.Time, wait time.Duration, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.turns.forget(now.Add(-time.Minute))
	turns := b.turns[token]
	at = now
	if n := len(turns); n >= b.perMinute {
		at = turns[n-b.perMinute].Add(time.Minute)
	}
	if wait = at.Sub(now); wait > 0 && isTooLong(wait) {
		return at, wait, false
	}
	b.turns.add(token, at)
	return at, wait, true
}

// giveBack takes a turn back that was not used.
func (b *callBudget) giveBack(token Secret, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turns.remove(token, at)
}

// awaitShare waits until the budget of calls lets the request pass, or fails with the
// time that this takes when it would leave the call too little. The refund gives the
// call back when it was not sent.
func (c *Client) awaitShare(ctx context.Context, r *request, n int) (refund func(), failed *Error) {
	if c.calls.perMinute <= 0 {
		return func() {}, nil
	}
	at, wait, ok := c.calls.take(*c.token, func(d time.Duration) bool { return c.isTooLong(ctx, d) })
	if !ok {
		return nil, c.heldBack(ctx, r, &LimitError{Limit: fmt.Sprintf("the limit of %d calls a minute", c.calls.perMinute), Wait: wait})
	}
	refund = sync.OnceFunc(func() { c.calls.giveBack(*c.token, at) })
	if wait <= 0 {
		return refund, nil
	}
	c.observer.waits(ctx, Wait{Operation: r.name, Reason: WaitForLimit, Duration: wait, Number: n - 1})
	if !sleep(ctx, wait) {
		refund()
		return nil, r.fail(NotSent, context.Cause(ctx))
	}
	return refund, nil
}
