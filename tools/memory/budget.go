package memory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/semaphore"
)

// Default is how many bytes a budget has unless the operator says otherwise, and
// Least how many it must have.
const (
	Default = 512 << 20
	Least   = 64 << 20
)

// Share is how many bytes each call has for itself from its beginning to its
// end: enough for an answer of 40,000 bytes, [PerByte] times.
const Share = 128 << 10

// PerByte is what a byte of an answer counts for: itself, the text block in
// which some are escaped, and structuredContent. PerArgument is what a byte of
// arguments does, which are decoded, looked through, and written anew for Hex.
const (
	PerByte     = 3.25
	PerArgument = 6
)

// ErrBusy is the error for what found no room in time, because other calls had it.
// What is asked for again later may fit.
var ErrBusy = errors.New("other calls have the memory")

// ErrTooLarge is the error for what one call never gets room for.
var ErrTooLarge = errors.New("it takes more memory than one call may have")

// Budget bounds the memory of all calls of a process. A nil Budget bounds nothing.
// It is safe for concurrent use.
type Budget struct {
	most     int64 // bytes that one call may have, a quarter of the budget
	calls    *semaphore.Weighted
	messages *semaphore.Weighted
	answers  *semaphore.Weighted
	last     *semaphore.Weighted // of one
}

// NewBudget makes a budget of so many bytes, at least [Least].
func NewBudget(total int64) *Budget {
	eighth := max(total, Least) / 8
	return &Budget{
		most:     2 * eighth,
		calls:    semaphore.NewWeighted(2 * eighth / Share),
		messages: semaphore.NewWeighted(eighth),
		answers:  semaphore.NewWeighted(3 * eighth),
		last:     semaphore.NewWeighted(1),
	}
}

// wait takes n of a part, waiting for it if it must. It leaves a tenth of the
// time that ctx has, for what comes after: an answer that nobody waits for any
// more would be in vain.
func wait(ctx context.Context, part *semaphore.Weighted, n int64) error {
	if part.TryAcquire(n) {
		return nil
	}
	ctx, done := beforeEnd(ctx)
	defer done()
	return busy(part.Acquire(ctx, n))
}

func beforeEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	end, ends := ctx.Deadline()
	if !ends {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(end)*9/10)
}

// busy says of a wait that ended without room that it was for room.
func busy(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrBusy, err)
}
