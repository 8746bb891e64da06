package replicas

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"hexmcp/hexapi"
)

// Budget is a [hexapi.Budget] that all replicas share.
type Budget struct {
	ledger             *ledger
	perMinute, perHour int
	local              *hexapi.LocalBudget // while Redis is away

	mu   sync.Mutex
	told map[string]left // by token
}

// left is what Redis has last told of a token.
type left struct {
	at           time.Time
	minute, hour int
}

// Budget makes the budget of runs that a token may start in a minute and in an hour. A
// limit of zero or less does not limit.
func (l *Link) Budget(perMinute, perHour int) *Budget {
	return &Budget{
		ledger: newLedger(l, time.Hour), perMinute: perMinute, perHour: perHour,
		local: &hexapi.LocalBudget{PerMinute: l.part(perMinute), PerHour: l.part(perHour)},
		told:  make(map[string]left),
	}
}

// Take spends one run, or fails with a [*hexapi.LimitError].
func (b *Budget) Take(ctx context.Context, key string) (refund func(), err error) {
	if b.perMinute <= 0 && b.perHour <= 0 {
		return func() {}, nil
	}
	w := wish{windows: []window{{b.perMinute, time.Minute}, {b.perHour, time.Hour}}}
	a, refund, err := b.ledger.take(ctx, keyOf("runs", key), w, func() (func(), error) { return b.local.Take(ctx, key) })
	if err != nil {
		return nil, err
	}
	b.note(key, a)
	if !a.granted {
		limit := fmt.Sprintf("the limit of %d runs a minute", b.perMinute)
		if a.full == 2 {
			limit = fmt.Sprintf("the limit of %d runs an hour", b.perHour)
		}
		return nil, &hexapi.LimitError{Limit: limit, Wait: a.wait}
	}
	return refund, nil
}

func (b *Budget) note(key string, a answer) {
	if len(a.left) < 2 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget()
	b.told[key] = left{time.Now(), a.left[0], a.left[1]}
}

func (b *Budget) forget() {
	maps.DeleteFunc(b.told, func(_ string, l left) bool { return time.Since(l.at) >= time.Hour })
}

// Left is how many runs may still be started in this minute and this hour with the
// token that has the fewest left, as Redis said when this replica last asked; while
// Redis is away, by this replica alone.
func (b *Budget) Left() (minute, hour int) {
	if !b.ledger.link.IsThere() {
		return b.local.Left()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.forget()
	minute, hour = b.perMinute, b.perHour
	for _, l := range b.told {
		hour = min(hour, l.hour)
		if time.Since(l.at) < time.Minute {
			minute = min(minute, l.minute)
		}
	}
	return max(minute, 0), max(hour, 0)
}
