package server

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"golang.org/x/sync/semaphore"
)

// conn is one client that sends many messages: over stdio, or over SSE.
type conn struct {
	server *Server
	out    sink
	ctx    context.Context // ends when nobody can or should be answered
	stop   context.CancelCauseFunc
	calls  *inflight
	slots  chan struct{}       // one for each call of this client that may run
	shared *semaphore.Weighted // one for each call of all clients that may run; nil does not limit
	budget budget              // what may wait
	writes atomic.Int32        // messages that are being written
}

// budget bounds the bytes and, as none counts less than least, the number of
// the requests that were read and are not answered yet.
type budget struct {
	*semaphore.Weighted
	least int64
}

func newBudget(bytes, calls int64) budget {
	return budget{semaphore.NewWeighted(bytes), bytes / calls}
}

func (b budget) weight(m *message) int64 { return max(int64(len(m.raw)), b.least) }

func (s *Server) newConn(ctx context.Context, out sink, shared *semaphore.Weighted, b budget) *conn {
	c := &conn{server: s, out: out, calls: newInflight(), slots: make(chan struct{}, s.options.Calls), shared: shared, budget: b}
	c.ctx, c.stop = context.WithCancelCause(ctx)
	return c
}

// receive deals with one message. A request's weight the budget has let pass.
// All but calls is quick and done in the order it came; a call is taken in, and
// what makes it is returned, to be run beside whatever comes next.
func (c *conn) receive(m *message) (run func()) {
	switch {
	case m.isCancel():
		c.calls.cancel(m.Params.RequestID)
	case !m.isRequest(): // nothing here depends on other notifications or on responses
	case m.isCall():
		return c.start(m)
	default:
		c.serve(m)
	}
	return nil
}

func (c *conn) start(m *message) (run func()) {
	k, ctx, ok := c.begin(m)
	if !ok {
		c.budget.Release(c.budget.weight(m))
		return nil
	}
	return func() { c.run(ctx, k, m) }
}

// run waits for a slot and answers. A call that was canceled while it waited
// is dropped; one that waits when the server stops is answered without.
func (c *conn) run(ctx context.Context, k *call, m *message) {
	defer c.budget.Release(c.budget.weight(m))
	defer c.end(k)
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
	}
	if !k.isFinished() {
		c.answer(ctx, k, m)
	}
}

func (c *conn) serve(m *message) {
	defer c.budget.Release(c.budget.weight(m))
	k, ctx, ok := c.begin(m)
	if !ok {
		return
	}
	defer c.end(k)
	c.answer(ctx, k, m)
}

func (c *conn) begin(m *message) (*call, context.Context, bool) {
	if f := m.checkVersion(); f != nil {
		c.refuse(m, f)
		return nil, nil, false
	}
	ctx, stop := context.WithCancelCause(c.ctx)
	k := newCall(m, c.out, stop)
	if f := c.calls.begin(k); f != nil {
		stop(nil)
		c.refuse(m, f)
		return nil, nil, false
	}
	return k, ctx, true
}

func (c *conn) end(k *call) {
	k.stop(nil)
	c.calls.end(k)
}

func (c *conn) answer(ctx context.Context, k *call, m *message) {
	result, f := c.handle(ctx, k, m)
	if !k.finish() {
		return
	}
	c.calls.free(k)
	b := getBuffer()
	defer putBuffer(b)
	*b = c.server.appendAnswer(*b, k.id, result, f)
	c.send(*b)
}

// handle holds a slot that clients share until there is an answer and not until
// it is sent: a client that reads nothing holds up its own calls only.
func (c *conn) handle(ctx context.Context, k *call, m *message) (any, *fault) {
	if c.shared != nil && m.isCall() && c.shared.Acquire(ctx, 1) == nil {
		defer c.shared.Release(1)
	}
	return c.server.handle(ctx, k, m)
}

func (c *conn) refuse(m *message, f *fault) { c.send(appendFault(nil, m.ID, f)) }

func (c *conn) send(b []byte) {
	c.writes.Add(1)
	defer c.writes.Add(-1)
	if err := c.out.send(b); err != nil {
		c.stop(fmt.Errorf("write to the client: %w", err))
	}
}

// lastWait is how long canceled calls may take to notice.
const lastWait = time.Second

var errUnread = errors.New("the client does not read its answers; some are lost")

// drain waits for what was accepted: without limit while ctx lasts, then for
// the grace period. What still runs is canceled, and answers in its own words
// or, when it does not notice, with an error. It returns an error when answers
// could not be written.
func (c *conn) drain(ctx context.Context) error {
	c.calls.close()
	select {
	case <-c.calls.idle:
		return nil
	case <-c.ctx.Done():
	case <-ctx.Done():
		c.server.logStopping()
	}
	if c.calls.isIdle(c.ctx, c.server.options.Grace) {
		return nil
	}
	c.stop(errStopping)
	if c.calls.isIdle(context.Background(), lastWait) {
		return nil
	}
	if c.writes.Load() > 0 {
		return errUnread
	}
	c.abandon()
	return nil
}

func (c *conn) abandon() {
	for _, k := range c.calls.rest() {
		if k.finish() {
			c.send(appendFault(nil, k.id, &fault{
				code:    mcp.INTERNAL_ERROR,
				message: "the server is stopping and the call did not end in time; it may have reached Hex",
			}))
		}
	}
}
