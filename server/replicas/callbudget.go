package replicas

import (
	"context"
	"time"

	"hexmcp/hexapi"
)

// CallBudget is a [hexapi.CallBudget] that all replicas share.
type CallBudget struct {
	ledger *ledger
	local  *hexapi.LocalCallBudget // while Redis is away
}

// CallBudget makes the budget of calls.
func (l *Link) CallBudget() *CallBudget {
	return &CallBudget{ledger: newLedger(l, time.Minute), local: new(hexapi.LocalCallBudget)}
}

// Take reserves the next turn, or fails with a [*hexapi.LimitError].
func (b *CallBudget) Take(ctx context.Context, share hexapi.Share, patience time.Duration) (wait time.Duration, giveBack func(), err error) {
	local := func() (undo func(), err error) {
		its := share
		its.PerMinute = b.ledger.link.part(share.PerMinute)
		wait, undo, err = b.local.Take(ctx, its, patience)
		return undo, err
	}
	w := wish{patience: patience, windows: []window{{share.Most(), time.Minute}}}
	a, giveBack, err := b.ledger.take(ctx, keyOf("calls"+share.Kind, share.Token), w, local)
	switch {
	case err != nil:
		return wait, nil, err
	case a.local:
		return wait, giveBack, nil
	case !a.granted:
		return a.wait, nil, &hexapi.LimitError{Limit: share.Describe(), Wait: a.wait}
	}
	return a.wait, giveBack, nil
}
