package stream

import (
	"context"
	"errors"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// ErrUnread says that the client did not take its answers.
var ErrUnread = errors.New("the client does not read its answers; some are lost")

// ErrGone says, as the cause of the end of the context with which a client is
// served, that the client is gone.
var ErrGone = rpc.ErrGone

// Close takes no further request. Those in flight go on, but wait no longer for what
// the client was asked.
func (c *Client) Close() {
	c.questions.Close()
	c.connection.Close()
	c.inflight.close()
}

// Idle is closed when, after [Client.Close], no request is in flight.
func (c *Client) Idle() <-chan struct{} { return c.inflight.idle }

// Drain takes no further request and waits for those in flight: without limit
// while ctx lasts, then for the grace period. What still runs is canceled, and
// answers in its own words or, when it does not notice, with an error. Drain
// returns [ErrUnread] when answers could not be written. Where ctx ended because
// the client is gone, the grace period is [GoneGrace] at the most.
func (c *Client) Drain(ctx context.Context) error {
	c.Close()
	grace := c.options.Grace
	select {
	case <-c.Idle():
		return nil
	case <-c.ctx.Done():
	case <-ctx.Done():
		grace = c.options.graceAfter(ctx)
	}
	if c.inflight.isIdle(c.ctx, grace) {
		return nil
	}
	c.stop(rpc.ErrStopping)
	if c.inflight.isIdle(context.Background(), LastWait) {
		return nil
	}
	if c.writes.Load() > 0 {
		return ErrUnread
	}
	c.abandon()
	return nil
}

// graceAfter is how long calls may go on after ctx has ended.
func (o Options) graceAfter(ctx context.Context) time.Duration {
	if errors.Is(context.Cause(ctx), ErrGone) {
		return min(o.Grace, GoneGrace)
	}
	o.LogStopping()
	return o.Grace
}

// abandon answers the calls that did not notice that they were canceled.
func (c *Client) abandon() {
	for _, r := range c.inflight.rest() {
		if r.Finish() {
			c.Refuse(r.Message, &rpc.Error{
				Code:    mcp.INTERNAL_ERROR,
				Message: "the server is stopping and the call did not end in time; it may have reached Hex",
			})
		}
	}
}
