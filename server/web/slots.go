package web

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
)

// slotWait is how long a request waits for a slot, or for room for its body,
// before it is sent away.
const slotWait = time.Second

// acquire takes room, after waiting a moment for it where there is none.
func acquire(ctx context.Context, room *semaphore.Weighted, n int64) bool {
	if room.TryAcquire(n) {
		return true
	}
	ctx, done := context.WithTimeout(ctx, slotWait)
	defer done()
	return room.Acquire(ctx, n) == nil
}
