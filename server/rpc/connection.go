package rpc

import (
	"context"
	"sync"
)

// Connection is a client that messages reach outside of its requests, and what is
// done for it as long as it is there.
type Connection struct {
	ctx  context.Context // ends when the client is gone or the server drains
	stop context.CancelFunc
	out  Sender

	mu   sync.Mutex
	ends map[string]context.CancelFunc // by what is done
}

// NewConnection makes a connection that ends with ctx or [Connection.Close].
func NewConnection(ctx context.Context, out Sender) *Connection {
	c := &Connection{out: out, ends: make(map[string]context.CancelFunc)}
	c.ctx, c.stop = context.WithCancel(ctx)
	return c
}

// Close ends all that is done.
func (c *Connection) Close() { c.stop() }

// Send sends a message, if the client is there.
func (c *Connection) Send(message []byte) {
	if c.ctx.Err() == nil {
		_ = c.out.Send(message) // a broken client is noticed by its transport
	}
}

// Does reports whether something was begun under a name and not ended.
func (c *Connection) Does(what string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ends[what] != nil
}

// Begin does something until [Connection.End] or the end of the connection, in a
// context with the values of ctx. What was begun under that name ends.
func (c *Connection) Begin(ctx context.Context, what string, do func(context.Context)) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(c.ctx, cancel)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(what)
	c.ends[what] = func() { stop(); cancel() }
	go do(ctx)
}

// End ends what was begun under a name, if anything was.
func (c *Connection) End(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(what)
}

func (c *Connection) end(what string) {
	if end, ok := c.ends[what]; ok {
		end()
		delete(c.ends, what)
	}
}
