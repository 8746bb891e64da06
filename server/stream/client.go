package stream

import (
	"cmp"
	"context"
	"fmt"
	"sync/atomic"

	"github.com/mark3labs/mcp-go/mcp"
	"golang.org/x/sync/semaphore"

	"hexmcp/server/rpc"
)

// Client is one client that sends many messages. Each message passes [Client.Admit]
// or [Client.AdmitAll], then [Client.Schedule].
type Client struct {
	dispatcher rpc.Dispatcher
	options    Options
	out        rpc.Sender
	ctx        context.Context // ends when nobody can or should be answered
	stop       context.CancelCauseFunc
	inflight   *inflight
	backlog    backlog
	slots      *semaphore.Weighted // one for each call of this client that may run
	shared     *semaphore.Weighted // one for each call of all clients that may run; nil does not limit
	connection *rpc.Connection
	questions  *rpc.Questions
	party      rpc.Party
	elicits    atomic.Bool  // the client shows forms to a person
	writes     atomic.Int32 // messages that are being written
}

// Limits bound one client.
type Limits struct {
	// Bytes and Requests bound the requests that were read and are not answered
	// yet. Bytes is at least [Options.MaxMessage], whatever is set.
	Bytes, Requests int64
	// Shared has one slot for each call of all clients that may run side by side;
	// nil does not limit. It must outlive the client.
	Shared *semaphore.Weighted
	// Questions are those that clients are asked, this one as Party; by default it
	// has a table of its own.
	Questions *rpc.Questions
	Party     rpc.Party
}

// NewClient prepares to serve a client whose answers go to out. The context of
// its requests is derived from ctx.
func NewClient(ctx context.Context, d rpc.Dispatcher, out rpc.Sender, o Options, l Limits) *Client {
	o = o.WithDefaults()
	c := &Client{
		dispatcher: d, options: o, out: out,
		inflight:  newInflight(),
		backlog:   newBacklog(max(l.Bytes, int64(o.MaxMessage)), l.Requests),
		slots:     semaphore.NewWeighted(int64(o.CallsPerClient)),
		shared:    l.Shared,
		questions: cmp.Or(l.Questions, rpc.NewQuestions()), party: l.Party,
	}
	c.ctx, c.stop = context.WithCancelCause(ctx)
	c.connection = rpc.NewConnection(c.ctx, out)
	return c
}

// Context ends when nothing can be written to the client any more, and with
// [Client.Stop]. Its cause says why.
func (c *Client) Context() context.Context { return c.ctx }

// Stop cancels all requests of the client.
func (c *Client) Stop(cause error) { c.stop(cause) }

// Schedule deals with an admitted message. All but calls is quick and done at
// once, in the order in which it came. A call is entered into the table of
// requests in flight, so that a later message can cancel it; what makes it is
// returned, for the caller to run beside whatever comes next.
func (c *Client) Schedule(m *rpc.Message) (work func()) {
	switch {
	case m.IsCancel():
		c.inflight.cancel(m.Params.RequestID)
		return nil
	case m.IsAnswer():
		c.questions.Answer(c.party, m)
		return nil
	case !m.IsRequest(): // nothing here depends on other notifications
		return nil
	}
	r, ctx, err := c.register(m)
	if err != nil {
		c.leave(m)
		c.Refuse(m, err)
		return nil
	}
	if m.ReachesHex() {
		return func() { c.await(ctx, r) }
	}
	if m.Listens() {
		return func() { c.finish(ctx, r) }
	}
	if m.Method == string(mcp.MethodInitialize) {
		c.elicits.Store(rpc.Elicits(m.Params.Client))
	}
	c.finish(ctx, r)
	return nil
}

// finish answers a request and forgets it.
func (c *Client) finish(ctx context.Context, r *rpc.Request) {
	c.answer(ctx, r)
	c.remove(r)
}

// register enters a request into the table of those in flight.
func (c *Client) register(m *rpc.Message) (*rpc.Request, context.Context, *rpc.Error) {
	if err := m.CheckVersion(); err != nil {
		return nil, nil, err
	}
	r, ctx := rpc.NewRequest(c.ctx, m, c.out, c.options.CallTime)
	r.Draining, r.Connection = c.questions.Closed(), c.connection
	if c.elicits.Load() && !r.IsStateless() {
		r.MayAsk(c.questions, c.party)
	}
	if err := c.inflight.add(r); err != nil {
		r.Stop(nil)
		return nil, nil, err
	}
	return r, ctx, nil
}

// remove forgets a request that is over.
func (c *Client) remove(r *rpc.Request) {
	r.Stop(nil)
	c.inflight.remove(r)
	c.leave(r.Message)
}

// await waits for a slot and answers the call. One that was canceled while it
// waited is dropped; one that waits when the server stops is answered without
// a slot.
func (c *Client) await(ctx context.Context, r *rpc.Request) {
	defer c.remove(r)
	defer r.Release(c.slots)
	_ = r.Hold(ctx, c.slots) // the answer says why there was none
	if !r.IsFinished() {
		c.answer(ctx, r)
	}
}

// answer has the request carried out, and sends its answer.
func (c *Client) answer(ctx context.Context, r *rpc.Request) {
	r.Memory = c.options.Memory.Reserve()
	defer r.Memory.End()
	a := c.dispatch(ctx, r)
	if !r.Finish() {
		return
	}
	c.inflight.free(r)
	b := rpc.GetBuffer()
	defer rpc.PutBuffer(b)
	*b = a.Encode(*b, r.ID)
	r.Memory.Encoded(len(*b))
	c.send(*b)
}

// dispatch holds a slot that clients share until there is an answer and not
// until it is sent: a client that reads nothing holds up its own calls only.
func (c *Client) dispatch(ctx context.Context, r *rpc.Request) rpc.Answer {
	if c.shared != nil && r.ReachesHex() && r.Hold(ctx, c.shared) == nil {
		defer r.Release(c.shared)
	}
	return c.dispatcher.Dispatch(ctx, r)
}

// Refuse answers a message with an error. The message may have no id.
func (c *Client) Refuse(m *rpc.Message, err *rpc.Error) { c.send(err.Encode(nil, m.ID)) }

// send writes a message. Where it cannot, the client is gone.
func (c *Client) send(message []byte) {
	c.writes.Add(1)
	defer c.writes.Add(-1)
	if err := c.out.Send(message); err != nil {
		c.stop(fmt.Errorf("write to the client: %w", err))
	}
}
