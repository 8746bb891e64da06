package hexapi

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"
)

// DefaultCallsPerMinute is how many calls Hex lets a token make in a minute, all
// operations together, as it documents.
const DefaultCallsPerMinute = 60

// How many calls of a rate group Hex lets a token make in a minute, as it documents.
const (
	groupCallsPerMinute = 30
	chartsPerMinute     = 20
)

// callBudget keeps the calls of each token within those that Hex takes in a minute:
// of all operations together, and of each rate group. A call gets its turn in the
// order in which calls came: turns are given beforehand, so that nobody who comes
// later is sent earlier.
type callBudget struct {
	perMinute int // of all operations; zero or less does not limit, nor do groups then

	mu sync.Mutex
	// turns holds when the calls of each token and group were sent or will be, in
	// order, none older than a minute. As the window slides, no minute has more calls
	// than it may. The group of all operations has no name.
	turns history[limitKey]
	// refused holds when Hex refused a call of a group of which it allows some
	// workspaces more than others.
	refused map[limitKey]time.Time
}

// refusedFor is how long a group counts as limited after Hex has refused a call.
const refusedFor = time.Hour

// limit is how many calls of a key may be made in a minute; 0 for any number.
func (b *callBudget) limit(key limitKey) int {
	switch _, refused := b.refused[key]; {
	case key.group == "":
		return b.perMinute
	case key.group == fixedRate, key.group == standardRate && refused:
		return groupCallsPerMinute
	case key.group == chartRate:
		return chartsPerMinute
	}
	return 0
}

// refuse notes that Hex has refused a call.
func (b *callBudget) refuse(key limitKey) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(b.refused, func(_ limitKey, at time.Time) bool { return now.Sub(at) > refusedFor })
	if b.refused == nil {
		b.refused = make(map[limitKey]time.Time)
	}
	b.refused[key] = now
}

// take reserves the next turn. It fails with the time until there is one when that
// is longer than the call has, and reserves nothing then.
func (b *callBudget) take(key limitKey, isTooLong func(time.Duration) bool) (at time.Time, limit *LimitError) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at = time.Now()
	b.turns.forget(at.Add(-time.Minute))
	turns, most := b.turns[key], b.limit(key)
	if n := len(turns); most > 0 && n >= most {
		at = turns[n-most].Add(time.Minute)
	}
	if wait := time.Until(at); wait > 0 && isTooLong(wait) {
		return at, &LimitError{Limit: key.describe(most), Wait: wait}
	}
	b.turns.add(key, at)
	return at, nil
}

// describe is the limit in words.
func (k limitKey) describe(most int) string {
	if k.group == "" {
		return fmt.Sprintf("the limit of %d calls a minute", most)
	}
	return fmt.Sprintf("Hex's limit of %d calls of this kind a minute", most)
}

// giveBack takes a turn back that was not used.
func (b *callBudget) giveBack(key limitKey, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turns.remove(key, at)
}

// awaitShare waits until the budget of calls lets the request pass, or fails with the
// time that this takes when it would leave the call too little. The refund gives the
// call back when it was not sent.
func (c *Client) awaitShare(ctx context.Context, r *request, n int) (refund func(), failed *Error) {
	if c.calls.perMinute <= 0 {
		return func() {}, nil
	}
	ofGroup := func() {}
	if r.group != "" {
		if ofGroup, failed = c.awaitShareOf(ctx, r, n, r.group); failed != nil {
			return nil, failed
		}
	}
	ofAll, failed := c.awaitShareOf(ctx, r, n, "")
	if failed != nil {
		ofGroup()
		return nil, failed
	}
	return func() { ofGroup(); ofAll() }, nil
}

// awaitShareOf does so for a rate group.
func (c *Client) awaitShareOf(ctx context.Context, r *request, n int, group rateGroup) (refund func(), failed *Error) {
	key := limitKey{*c.token, group}
	at, limit := c.calls.take(key, func(d time.Duration) bool { return c.isTooLong(ctx, d) })
	if limit != nil {
		return nil, c.heldBack(ctx, r, limit)
	}
	refund = sync.OnceFunc(func() { c.calls.giveBack(key, at) })
	wait := time.Until(at)
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
