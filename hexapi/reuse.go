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

// This file keeps a request from getting what belongs to another. When an answer
// has ended, net/http lends its connection out again before it looks whether
// more has come, such as a body of a 204 or a second answer; that would be taken
// for the answer to the next request. Therefore the next request waits until all
// that has come was looked at, and a connection is not used again after an answer
// without a body, because one may be on its way.
//
// One thing remains: a second whole answer that arrives after the next request
// was written cannot be told from the answer to that.

// maxIdle is how long a connection may be idle and be used again, for reads as
// well as for writes: balancers and firewalls forget idle connections after a
// minute or more, and a write over one that is forgotten may have happened.
const maxIdle = 30 * time.Second

var errUnasked = errors.New("bytes came that belong to no request")

// dialer is what net/http dials with.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// watched dials connections that tell what their reader does.
func (d dialer) watched(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return newWatchedConn(conn), nil
}

// watchedConn lies below TLS and above the socket. Who waits in its Read has
// dealt with all that it has read before.
type watchedConn struct {
	net.Conn

	mu      sync.Mutex
	changed sync.Cond
	reading bool // somebody waits in Read
	ended   bool // Read has failed, or net/http has closed it
	lent    bool // to a request that has not given it back
	quiet   bool // nothing may come before something is written
	spent   bool // it must not be used again
}

func newWatchedConn(conn net.Conn) *watchedConn {
	c := &watchedConn{Conn: conn}
	c.changed.L = &c.mu
	return c
}

// watchedConnOf finds the connection below TLS; nil where it is not one of ours.
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

// Read fails where bytes come that nobody asked for.
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

// Close is how net/http ends the connection, which it uses no more.
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

// spend closes the connection, and has nothing read of it that is not read yet.
func (c *watchedConn) spend() {
	c.set(func() { c.spent = true })
	_ = c.Conn.Close()
}

// lend waits until the request before has given the connection back and all that
// came was looked at. A connection that is no good by then fails before anything
// is written, and net/http takes another.
func (c *watchedConn) lend(ctx context.Context, used bool) {
	if used && !c.settle(ctx) {
		c.spend()
	}
	c.set(func() { c.lent = true })
}

// settle reports whether the connection has come to rest before ctx ended.
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

// giveBack ends the use of the connection, for good where more may come.
func (c *watchedConn) giveBack(moreMayCome bool) {
	if moreMayCome {
		c.spend()
	}
	c.set(func() { c.lent = false })
}

// connectionTrace tells whether a request may have left this machine: it may,
// unless it asked for a connection and got none. A transport that does not ask
// is not trusted. It also hands the connection from one request to the next.
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
