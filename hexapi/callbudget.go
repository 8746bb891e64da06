package hexapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"
)

// DefaultCallsPerMinute is how many calls a minute Hex documents as the limit of a
// token, all operations together.
const DefaultCallsPerMinute = 60

// How many calls a minute Hex documents as the limit of a token in a rate group.
const (
	groupCallsPerMinute = 30
	chartsPerMinute     = 20
)

// CallBudget spaces the calls of each token so that Hex does not refuse them for its
// limits of a minute. It may be shared by many clients, and by many processes where
// its count is kept outside of them. Its methods are called by many goroutines at once.
type CallBudget interface {
	// Take reserves the next free place among the calls of a share, in the order in
	// which calls ask. The caller sends its call after the wait. When the wait would be
	// as long as patience or longer, Take reserves nothing and returns a [*LimitError].
	// Any other error means that the budget could not be asked; the call is not sent
	// then either. The caller calls giveBack when it did not send the call. GiveBack may
	// be called more than once, and is never nil when err is nil.
	Take(ctx context.Context, share Share, patience time.Duration) (wait time.Duration, giveBack func(), err error)
}

// Share says how many calls a minute a token may make: all together, or in one rate group.
type Share struct {
	Token     string // a hash that stands for the token
	Kind      string // a rate group of Hex; "" for all operations together
	PerMinute int    // zero or less means no limit; calls are counted all the same
	// LeavesRoom is true for a call that may not be among the last ones of a minute:
	// see [LeaveRoom].
	LeavesRoom bool
}

// Most is how many calls of a minute there may be with this one.
func (s Share) Most() int {
	if !s.LeavesRoom {
		return s.PerMinute
	}
	return s.PerMinute - s.PerMinute/roomOf
}

// roomOf says which part of a minute's calls is left to single calls: one of so many.
const roomOf = 6

// Describe is the limit in words, for a [LimitError].
func (s Share) Describe() string {
	limit := fmt.Sprintf("the limit of %d calls a minute", s.PerMinute)
	if s.Kind != "" {
		limit = fmt.Sprintf("Hex's limit of %d calls of this kind a minute", s.PerMinute)
	}
	if left := s.PerMinute - s.Most(); left > 0 {
		limit += fmt.Sprintf(", %d of which are left to other tools,", left)
	}
	return limit
}

type roomKey struct{}

// LeaveRoom returns a context for a tool that makes many calls. They leave a part of
// each minute's calls to others of the same token, which would wait up to a minute for
// a long search otherwise.
func LeaveRoom(ctx context.Context) context.Context { return context.WithValue(ctx, roomKey{}, true) }

func leavesRoom(ctx context.Context) bool { return ctx.Value(roomKey{}) != nil }

// LocalCallBudget is a [CallBudget] that counts in this process. The zero value is
// ready for use.
type LocalCallBudget struct {
	mu sync.Mutex
	// turns holds, by share, when calls were sent in the last minute or will be sent,
	// in order. It is a sliding window: no minute, whenever it begins, has too many.
	turns history[turnsOf]
}

// turnsOf identifies a share. Its number of calls is left out, because that may change.
type turnsOf struct{ token, kind string }

// Take reserves the next turn. It ignores the context.
func (b *LocalCallBudget) Take(_ context.Context, share Share, patience time.Duration) (wait time.Duration, giveBack func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.turns.forget(now.Add(-time.Minute))
	key, at := turnsOf{share.Token, share.Kind}, now
	if turns, most := b.turns[key], share.Most(); most > 0 && len(turns) >= most {
		at = turns[len(turns)-most].Add(time.Minute)
	}
	if wait = at.Sub(now); wait > 0 && wait >= patience {
		return wait, nil, &LimitError{Limit: share.Describe(), Wait: wait}
	}
	b.turns.add(key, at)
	return wait, sync.OnceFunc(func() { b.giveBack(key, at) }), nil
}

func (b *LocalCallBudget) giveBack(key turnsOf, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turns.remove(key, at)
}

// refusals remembers when Hex last answered 429, by token and rate group. Some
// workspaces may make more calls of a group than others; a 429 shows that the
// token's may not.
type refusals struct {
	mu sync.Mutex
	at map[limitKey]time.Time
}

// refusedFor is how long the client keeps to a group's documented limit after a 429.
const refusedFor = time.Hour

// add notes that Hex has just answered 429, and drops what is too old.
func (r *refusals) add(key limitKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(r.at, func(_ limitKey, at time.Time) bool { return now.Sub(at) > refusedFor })
	if r.at == nil {
		r.at = make(map[limitKey]time.Time)
	}
	r.at[key] = now
}

func (r *refusals) has(key limitKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, refused := r.at[key]
	return refused
}

// share is how many calls of a group the client's token may make in a minute; "" means
// all operations together. The standard group is limited only after a 429.
func (c *Client) share(ctx context.Context, group rateGroup) Share {
	s := Share{Token: c.digest, Kind: string(group), LeavesRoom: leavesRoom(ctx)}
	switch {
	case group == "":
		s.PerMinute = c.perMinute
	case group == fixedRate, group == standardRate && c.refused.has(limitKey{*c.token, group}):
		s.PerMinute = groupCallsPerMinute
	case group == chartRate:
		s.PerMinute = chartsPerMinute
	}
	return s
}

// awaitShare waits until the budget of calls lets the request pass. When that would
// leave the call too little time, it fails and says how long the wait would be. The
// caller calls refund when the request was not sent.
func (c *Client) awaitShare(ctx context.Context, r *request, n int) (refund func(), failed *Error) {
	if c.perMinute <= 0 {
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

// awaitShareOf does what awaitShare does for one rate group; "" is all of them together.
func (c *Client) awaitShareOf(ctx context.Context, r *request, n int, group rateGroup) (refund func(), failed *Error) {
	wait, refund, err := c.calls.Take(ctx, c.share(ctx, group), c.patience(ctx))
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return nil, c.heldBack(ctx, r, limit)
	}
	if err != nil {
		return nil, r.fail(NotSent, withCause(ctx, fmt.Errorf("%w: %w", ErrBudget, err)))
	}
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
