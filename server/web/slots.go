package web

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
)

// slotWait is how long a request waits for a slot before it is sent away, and
// bodyWait how long for room for its body, which long messages of others free as
// soon as they are answered, and in the backlog of an SSE client.
const (
	slotWait = time.Second
	bodyWait = 10 * time.Second
)

// acquire takes room, after waiting a moment for it where there is none.
func acquire(ctx context.Context, room *semaphore.Weighted, n int64) bool {
	if room.TryAcquire(n) {
		return true
	}
	ctx, done := context.WithTimeout(ctx, slotWait)
	defer done()
	return room.Acquire(ctx, n) == nil
}

// acquireMessage takes so many bytes of memory likewise.
func (t *transport) acquireMessage(ctx context.Context, bytes int) bool {
	ctx, done := context.WithTimeout(ctx, bodyWait)
	defer done()
	return t.options.Memory.AcquireMessage(ctx, bytes) == nil
}
