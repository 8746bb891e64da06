package hexapi

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"
)

// Budget counts the runs that tokens start, and refuses a run before Hex would. It
// may be shared by many clients, and by many processes where its count is kept
// outside of them. Its methods are called by many goroutines at once.
type Budget interface {
	// Take spends one run of the token that the key stands for. Equal tokens have
	// equal keys; a token cannot be found out from its key. The caller calls refund
	// when the run certainly did not start. Refund may be called more than once, and
	// is never nil when err is nil. A budget that is used up returns a [*LimitError].
	// Any other error means that the budget could not be asked; the run is not
	// started then either.
	Take(ctx context.Context, key string) (refund func(), err error)
}

// How many runs Hex lets a token start, as its documentation of RunProject says.
const (
	DefaultRunsPerMinute = 20
	DefaultRunsPerHour   = 60
)

// LocalBudget is a [Budget] that counts in this process. Do not change its limits
// once it is in use.
type LocalBudget struct {
	PerMinute, PerHour int // runs that a token may start; zero or less means no limit

	mu sync.Mutex
	// spent holds, by key, when runs were started in the last hour, oldest first.
	// It is a sliding window, because a token bucket that refills could let twice
	// the limit pass within one minute.
	spent history[string]
}

// Take spends one run, or fails with a [*LimitError]. It ignores the context.
func (b *LocalBudget) Take(_ context.Context, key string) (refund func(), err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.spent.forget(now.Add(-time.Hour))
	spent := b.spent[key]
	if err := overspent(spent, now, b.PerMinute, time.Minute, "a minute"); err != nil {
		return nil, err
	}
	if err := overspent(spent, now, b.PerHour, time.Hour, "an hour"); err != nil {
		return nil, err
	}
	b.spent.add(key, now)
	return sync.OnceFunc(func() { b.refund(key, now) }), nil
}

// Left is how many runs may still be started now within the limits of a minute and
// of an hour, each for the token that has the fewest left. A limit of zero or less
// gives zero.
func (b *LocalBudget) Left() (minute, hour int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.spent.forget(now.Add(-time.Hour))
	minute, hour = b.PerMinute, b.PerHour
	for _, spent := range b.spent {
		recent := len(spent) - sort.Search(len(spent), func(i int) bool { return spent[i].After(now.Add(-time.Minute)) })
		minute, hour = min(minute, b.PerMinute-recent), min(hour, b.PerHour-len(spent))
	}
	return max(minute, 0), max(hour, 0)
}

func (b *LocalBudget) refund(key string, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent.remove(key, at)
}

// overspent fails with a [*LimitError] when limit runs were started within the window.
func overspent(spent []time.Time, now time.Time, limit int, window time.Duration, name string) error {
	if limit <= 0 || len(spent) < limit {
		return nil
	}
	free := spent[len(spent)-limit].Add(window)
	if !free.After(now) {
		return nil
	}
	return &LimitError{Limit: fmt.Sprintf("the limit of %d runs %s", limit, name), Wait: free.Sub(now)}
}

// spend takes one run out of the budget for a request that starts one.
func (c *Client) spend(ctx context.Context, r *request) (refund func(), failed *Error) {
	if c.runs == nil || !r.spendsRun {
		return func() {}, nil
	}
	refund, err := c.runs.Take(ctx, c.digest)
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return nil, c.heldBack(ctx, r, limit)
	}
	if err != nil {
		return nil, r.fail(NotSent, withCause(ctx, fmt.Errorf("%w: %w", ErrBudget, err)))
	}
	return refund, nil
}

// budgetKey is the hash that stands for a token in budgets, since these may be kept
// on another machine.
func budgetKey(token Secret) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(token)))
}
