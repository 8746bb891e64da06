package stream

import (
	"context"

	"golang.org/x/sync/semaphore"

	"hexmcp/server/rpc"
	"hexmcp/tools/memory"
)

// backlog bounds the requests of one client that were read and are not
// answered yet. Calls are bounded in bytes and in number. One semaphore counts
// both: a call weighs its bytes, but never less than the share of bytes that
// one of the allowed number has. Other requests have room of their own, so that a
// client at its limit of calls still gets an answer to a ping.
type backlog struct {
	calls  *semaphore.Weighted
	least  int64 // the least that a call weighs
	others *semaphore.Weighted
}

// maxOthers is how many requests of one client that are no calls may be under
// way: each is quick, and waits at the most for the client to read.
const maxOthers = 64

func newBacklog(bytes, requests int64) backlog {
	return backlog{semaphore.NewWeighted(bytes), bytes / requests, semaphore.NewWeighted(maxOthers)}
}

// room is where the message takes room and how much; nil for messages that are
// not answered: they do not wait.
func (b backlog) room(m *rpc.Message) (room *semaphore.Weighted, weight int64) {
	switch {
	case m.ReachesHex():
		return b.calls, max(int64(len(m.Raw)), b.least)
	case m.IsRequest():
		return b.others, 1
	}
	return nil, 0
}

// counted is how many bytes of the memory of all clients a message takes: short ones
// are bounded in number.
func counted(m *rpc.Message) int {
	if len(m.Raw) <= memory.ShortMessage {
		return 0
	}
	return len(m.Raw)
}

// Admit waits until the client's backlog has room for the message. It reports
// false when ctx ended before. An admitted message must be scheduled.
func (c *Client) Admit(ctx context.Context, m *rpc.Message) bool {
	room, weight := c.backlog.room(m)
	if room == nil {
		return true
	}
	if room.Acquire(ctx, weight) != nil {
		return false
	}
	if c.options.Memory.AcquireMessage(ctx, counted(m)) != nil {
		room.Release(weight)
		return false
	}
	return true
}

// AdmitAll waits until there is room for all of the messages, which came together,
// and takes it. It reports false when ctx ended before. Held is how many bytes of
// memory the caller has for them already: with true they are the messages', which
// must be scheduled, and with false they stay the caller's.
//
// Memory is taken first: whoever has a place in the backlog, for which others may
// wait, must not wait for memory itself.
func (c *Client) AdmitAll(ctx context.Context, all []*rpc.Message, held int) bool {
	need := c.needed(all)
	more := need.memory - held
	if more > 0 && !c.acquireMessage(ctx, more) {
		return false
	}
	switch {
	case !take(ctx, c.backlog.calls, need.calls):
	case !take(ctx, c.backlog.others, need.others):
		c.backlog.calls.Release(need.calls)
	default:
		c.options.Memory.ReleaseMessage(max(-more, 0))
		return true
	}
	c.options.Memory.ReleaseMessage(max(more, 0))
	return false
}

// need is the room that messages take together.
type need struct {
	calls, others int64
	memory        int
}

func (c *Client) needed(all []*rpc.Message) (n need) {
	for _, m := range all {
		switch room, weight := c.backlog.room(m); room {
		case nil:
			continue
		case c.backlog.calls:
			n.calls += weight
		default:
			n.others += weight
		}
		n.memory += counted(m)
	}
	return n
}

// take takes n of the room. Where there is enough it does so even if ctx has ended;
// else it waits. For n of 0 it never waits, though others are waiting.
func take(ctx context.Context, room *semaphore.Weighted, n int64) bool {
	return n == 0 || room.TryAcquire(n) || room.Acquire(ctx, n) == nil
}

func (c *Client) acquireMessage(ctx context.Context, bytes int) bool {
	return c.options.Memory.TryAcquireMessage(bytes) || c.options.Memory.AcquireMessage(ctx, bytes) == nil
}

// leave gives back the room of a message that is dealt with.
func (c *Client) leave(m *rpc.Message) {
	if room, weight := c.backlog.room(m); room != nil {
		room.Release(weight)
		c.options.Memory.ReleaseMessage(counted(m))
	}
}
