package hexapi

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// RunBudget is how many runs a token may start. Hex has given 20 a minute and
// 60 an hour; a value of zero does not limit.
type RunBudget struct {
	PerMinute int
	PerHour   int
}

// DefaultRunBudget is what Hex has documented for RunProject.
var DefaultRunBudget = RunBudget{PerMinute: 20, PerHour: 60}

// budgets counts the runs of each token in a window that slides: a bucket that
// refills would let twice the limit pass within a minute.
type budgets struct {
	limit RunBudget
	mu    sync.Mutex
	spent map[Secret][]time.Time // oldest first, none older than an hour
}

func newBudgets(limit RunBudget) *budgets {
	return &budgets{limit: limit, spent: make(map[Secret][]time.Time)}
}

// spending makes an attempt that costs a run, unless it certainly started none.
func (b *budgets) spending(token Secret, send attempt) attempt {
	if b == nil {
		return send
	}
	return func(ctx context.Context) (*response, error) {
		refund, err := b.take(token)
		if err != nil {
			return nil, err
		}
		res, err := send(ctx)
		if unsent(err) {
			refund()
		}
		return res, err
	}
}

// take spends one run and returns what gives it back, for a run that certainly
// did not start. Or it says how long to wait.
func (b *budgets) take(token Secret) (refund func(), err error) {
	if b.limit == (RunBudget{}) {
		return func() {}, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.forget(now.Add(-time.Hour))
	spent := b.spent[token]
	if err := refused(spent, now, b.limit.PerMinute, time.Minute, "a minute"); err != nil {
		return nil, err
	}
	if err := refused(spent, now, b.limit.PerHour, time.Hour, "an hour"); err != nil {
		return nil, err
	}
	b.spent[token] = append(spent, now)
	return func() { b.refund(token, now) }, nil
}

func (b *budgets) refund(token Secret, at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.Index(b.spent[token], at); i >= 0 {
		b.spent[token] = slices.Delete(b.spent[token], i, i+1)
	}
}

// refused says how long to wait when limit runs were spent within the window.
func refused(spent []time.Time, now time.Time, limit int, window time.Duration, name string) error {
	if limit <= 0 || len(spent) < limit {
		return nil
	}
	free := spent[len(spent)-limit].Add(window)
	if !free.After(now) {
		return nil
	}
	return &LimitError{Limit: fmt.Sprintf("the limit of %d runs %s", limit, name), Wait: free.Sub(now)}
}

// forget drops what no window reaches, and tokens that have spent nothing since.
func (b *budgets) forget(before time.Time) {
	for token, spent := range b.spent {
		for len(spent) > 0 && !spent[0].After(before) {
			spent = spent[1:]
		}
		if len(spent) == 0 {
			delete(b.spent, token)
		} else {
			b.spent[token] = spent
		}
	}
}
