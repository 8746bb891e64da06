// Package hexfault is a Hex that goes wrong: a server on a loopback port that
// plays one fault and counts what reaches it. It is for tests of whatever
// stands between a caller and Hex.
package hexfault

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Upstream answers some requests with a fault, and all others with 200
// {"ok":true}.
type Upstream struct {
	faulty    func(request int64) Fault // which one, from 1 on, goes how wrong; "" is well
	players   map[Fault]player
	listener  net.Listener
	other     *httptest.Server // the host that redirects point to
	stolen    atomic.Int64
	requests  atomic.Int64
	accepted  atomic.Int64
	ctx       context.Context
	cancel    context.CancelFunc
	listening sync.WaitGroup
}

// New starts an upstream all of whose requests go wrong.
func New(f Fault) *Upstream {
	return start(func(int64) Fault { return f }, f)
}

// Once starts an upstream whose first request goes wrong. ([ResetReused] needs
// two: the first is answered.)
func Once(f Fault) *Upstream {
	times := int64(1)
	if f == ResetReused {
		times = 2
	}
	return start(func(request int64) Fault {
		if request > times {
			return ""
		}
		return f
	}, f)
}

// Sometimes starts an upstream of whose requests one in every goes wrong, with
// the faults in turns.
func Sometimes(every int64, faults ...Fault) *Upstream {
	return start(func(request int64) Fault {
		if request%every != 0 {
			return ""
		}
		return faults[request/every%int64(len(faults))]
	}, faults...)
}

func start(faulty func(int64) Fault, faults ...Fault) *Upstream {
	u := &Upstream{faulty: faulty, players: make(map[Fault]player), listener: httptest.NewUnstartedServer(nil).Listener}
	for _, f := range faults {
		u.players[f] = f.player()
	}
	u.ctx, u.cancel = context.WithCancel(context.Background())
	u.other = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { u.stolen.Add(1) }))
	u.listening.Go(u.accept)
	return u
}

// URL is the upstream's address: http, a loopback address and a port.
func (u *Upstream) URL() string { return "http://" + u.listener.Addr().String() }

// Requests is how many requests have come, read or not.
func (u *Upstream) Requests() int { return int(u.requests.Load()) }

// Connections is how many connections have come.
func (u *Upstream) Connections() int { return int(u.accepted.Load()) }

// Stolen is how many requests came to the host that redirects point to.
func (u *Upstream) Stolen() int { return int(u.stolen.Load()) }

// Close ends all connections and waits until they have ended.
func (u *Upstream) Close() {
	u.cancel()
	_ = u.listener.Close()
	u.other.Close()
	u.listening.Wait()
}

func (u *Upstream) accept() {
	for {
		conn, err := u.listener.Accept()
		if err != nil {
			return
		}
		u.accepted.Add(1)
		u.listening.Go(func() { u.serve(conn) })
	}
}

// serve answers the requests of one connection.
func (u *Upstream) serve(conn net.Conn) {
	defer conn.Close()
	defer context.AfterFunc(u.ctx, func() { _ = conn.Close() })()
	in := bufio.NewReader(conn)
	for nth := 1; ; nth++ {
		if _, err := in.Peek(1); err != nil {
			return
		}
		x := &exchange{Conn: conn, in: in, ctx: u.ctx, nth: nth, request: u.requests.Add(1), elsewhere: u.other.URL}
		if !u.exchange(x, u.faulty(x.request)) {
			return
		}
	}
}

// exchange reads and answers one request; false ends the connection.
func (u *Upstream) exchange(x *exchange, f Fault) bool {
	if f == ResetBeforeRead {
		return x.reset()
	}
	req, err := http.ReadRequest(x.in)
	if err != nil {
		return false
	}
	if _, err := io.Copy(io.Discard, req.Body); err != nil {
		return false
	}
	if play, ok := u.players[f]; ok {
		return play(x)
	}
	return healthy(x)
}

// exchange is one request and its answer.
type exchange struct {
	net.Conn
	in        *bufio.Reader
	ctx       context.Context // ends with the upstream
	nth       int             // of the requests on this connection
	request   int64           // of all requests
	elsewhere string
}

func (x *exchange) raw(s string) bool {
	_, err := io.WriteString(x.Conn, s)
	return err == nil
}

// reset ends the connection with RST in place of FIN.
func (x *exchange) reset() bool {
	_ = x.Conn.(*net.TCPConn).SetLinger(0)
	return false
}

// stall waits until the other side goes away, or the upstream ends.
func (x *exchange) stall() bool {
	_, _ = x.in.ReadByte()
	return false
}

// hints writes informational answers until the other side goes away.
func (x *exchange) hints() bool {
	for x.ctx.Err() == nil && x.raw(strings.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 100)) {
	}
	return false
}

// drip writes body a byte every few milliseconds.
func (x *exchange) drip(body string) bool {
	x.begin(len(body), "")
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for i := range len(body) {
		select {
		case <-tick.C:
		case <-x.ctx.Done():
			return false
		}
		if !x.raw(body[i : i+1]) {
			return false
		}
	}
	return false
}
