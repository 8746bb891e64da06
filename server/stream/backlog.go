package stream

import (
	"context"

	"golang.org/x/sync/semaphore"

	"hexmcp/server/rpc"
)

// backlog bounds the requests of one client that were read and are not
// answered yet, in bytes and in number. One semaphore counts both: a request
// weighs its bytes, but never less than the share of bytes that one of the
// allowed number has.
type backlog struct {
	room  *semaphore.Weighted
	least int64 // the least that a request weighs
}

func newBacklog(bytes, requests int64) backlog {
	return backlog{semaphore.NewWeighted(bytes), bytes / requests}
}

// weight is zero for messages that are not answered: they do not wait.
func (b backlog) weight(m *rpc.Message) int64 {
	if !m.IsRequest() {
		return 0
	}
	return max(int64(len(m.Raw)), b.least)
}

// Admit waits until the client's backlog has room for the message. It reports
// false when ctx ended before. An admitted message must be scheduled.
func (c *Client) Admit(ctx context.Context, m *rpc.Message) bool {
	weight := c.backlog.weight(m)
	return weight == 0 || c.backlog.room.Acquire(ctx, weight) == nil
}

// TryAdmit reports whether the client's backlog has room for all of the
// messages now, and takes it. Admitted messages must be scheduled.
func (c *Client) TryAdmit(all []*rpc.Message) bool {
	var weight int64
	for _, m := range all {
		weight += c.backlog.weight(m)
	}
	return c.backlog.room.TryAcquire(weight)
}

// leave gives back the room of a message that is dealt with.
func (c *Client) leave(m *rpc.Message) { c.backlog.room.Release(c.backlog.weight(m)) }
