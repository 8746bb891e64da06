package hexapi

import (
	"context"
	"errors"
	"net"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"
)

// This file keeps a request from getting bytes that belong to the answer of an earlier
// one. When an answer has ended, net/http gives its connection to the next request
// before it has checked whether more bytes came, such as the body of a 204 or a second
// answer. Those would be taken for the answer to the next request. Therefore the next
// request waits until net/http has read all that came, and a connection is not used
// again after an answer without a body, because a body may still be on its way.
//
// One case remains: a whole second answer that arrives after the next request was
// written cannot be told from the answer to that request.

// maxIdle is how long a connection may be idle before it is closed. Load balancers and
// firewalls drop idle connections after a minute or more. When a write is sent over a
// dropped one and fails, nobody knows whether it happened.
const maxIdle = 30 * time.Second

var errUnasked = errors.New("bytes came that belong to no request")

// dialer is what net/http dials with.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// watched dials a connection and wraps it in a watchedConn.
func (d dialer) watched(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return newWatchedConn(conn), nil
}

// watchedConn is a connection below TLS and above the socket that knows whether its
// reader waits. A reader that waits in Read has handled all bytes that came before.
type watchedConn struct {
	net.Conn

	mu      sync.Mutex
	changed sync.Cond // signalled when any of the following changes
	reading bool      // a goroutine of net/http waits in Read
	ended   bool      // Read has failed, or net/http has closed the connection
	lent    bool      // a request has it and has not given it back
	quiet   bool      // no byte may arrive before the next request is written
	spent   bool      // it must not be used again
}

func newWatchedConn(conn net.Conn) *watchedConn {
	c := &watchedConn{Conn: conn}
	c.changed.L = &c.mu
	return c
}

// watchedConnOf finds the watchedConn below TLS; nil when there is none.
func watchedConnOf(conn net.Conn) *watchedConn {
	for {
		switch c := conn.(type) {
		case *watchedConn:
			return c
		case interface{ NetConn() net.Conn }:
			conn = c.NetConn()
		default:
			return nil
		}
	}
}

// Read fails when bytes arrive that belong to no request.
func (c *watchedConn) Read(b []byte) (int, error) {
	c.set(func() { c.reading = true })
	n, err := c.Conn.Read(b)
	c.set(func() {
		c.reading = false
		if c.spent || c.quiet && n > 0 {
			n, err = 0, errUnasked
		}
		c.ended = c.ended || err != nil
	})
	return n, err
}

// Write sends a request, so that bytes may come again.
func (c *watchedConn) Write(b []byte) (int, error) {
	c.set(func() { c.quiet = false })
	return c.Conn.Write(b)
}

// Close is called by net/http when it uses the connection no more.
func (c *watchedConn) Close() error {
	err := c.Conn.Close()
	c.set(func() { c.ended = true })
	return err
}

func (c *watchedConn) set(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
	c.changed.Broadcast()
}

// spend closes the connection for good. Read returns nothing more of it.
func (c *watchedConn) spend() {
	c.set(func() { c.spent = true })
	_ = c.Conn.Close()
}

// lend hands the connection to a request. If it was used before, lend first waits until
// the earlier request has given it back and all bytes that came were read. A connection
// that fails in this time fails before the request is written, so that net/http takes
// another one.
func (c *watchedConn) lend(ctx context.Context, used bool) {
	if used && !c.settle(ctx) {
		c.spend()
	}
	c.set(func() { c.lent = true })
}

// settle waits until no request has the connection and its reader waits or has ended.
// It returns false when ctx ends first.
func (c *watchedConn) settle(ctx context.Context) bool {
	defer context.AfterFunc(ctx, func() { c.set(func() {}) })()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.lent || !c.reading && !c.ended {
		if ctx.Err() != nil {
			return false
		}
		c.changed.Wait()
	}
	c.quiet = true
	return true
}

// giveBack ends a request's use of the connection. It closes the connection when more
// bytes may come for that request.
func (c *watchedConn) giveBack(moreMayCome bool) {
	if moreMayCome {
		c.spend()
	}
	c.set(func() { c.lent = false })
}

// connectionTrace tells whether a request may have left this machine: it may, unless
// the transport asked for a connection and got none. A transport that reports neither
// may have sent it. The trace also hands the connection from one request to the next.
type connectionTrace struct {
	asked, connected atomic.Bool
	conn             *watchedConn // nil for none
}

func (t *connectionTrace) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.asked.Store(true) },
		GotConn: func(got httptrace.GotConnInfo) {
			t.connected.Store(true)
			if t.conn = watchedConnOf(got.Conn); t.conn != nil {
				t.conn.lend(ctx, got.Reused)
			}
		},
	})
}

// done gives the connection back after the answer.
func (t *connectionTrace) done(got *received) {
	if t.conn != nil {
		t.conn.giveBack(len(got.body) == 0)
	}
}

func (t *connectionTrace) reached() bool { return t.connected.Load() || !t.asked.Load() }
