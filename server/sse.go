package server

import (
	"crypto/rand"
	"net/http"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// What one SSE client may have running and waiting: beyond it a request is sent
// away with 503.
const (
	sseBytes = 8 << 20
	sseCalls = 256
)

// sessions are the SSE clients that are connected, by an id that nobody can
// guess: who knows it may send messages in the client's name.
type sessions struct {
	mu    sync.Mutex
	conns map[string]*conn
	max   int
}

func newSessions(most int) *sessions {
	return &sessions{conns: make(map[string]*conn), max: most}
}

func (s *sessions) add(id string, c *conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.conns) >= s.max {
		return false
	}
	s.conns[id] = c
	return true
}

func (s *sessions) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, id)
}

func (s *sessions) find(id string) *conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conns[id]
}

// connect is the stream of one client of the protocol's first HTTP transport.
// It carries every answer, each written by the call that makes it, so that
// a slow reader holds up its own calls and nothing piles up.
func (f *front) connect(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet { // the mux takes HEAD for GET
		w.Header().Set("Allow", http.MethodGet)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	stream := newEventStream(w)
	defer stream.close()
	b := newBudget(max(sseBytes, int64(f.server.options.MaxMessage)), sseCalls)
	c := f.server.newConn(f.ctx, stream, f.slots, b)
	defer c.stop(errGone)
	id := rand.Text()
	if !f.sessions.add(id, c) {
		busy(w, "too many clients are connected")
		return
	}
	defer f.sessions.remove(id)
	if stream.endpoint("/message?sessionId="+id) != nil {
		return
	}
	defer stream.keepAlive(f.options.KeepAlive)()
	f.linger(r, c)
}

// linger returns when the client has gone or, once the server drains, when its
// last call is answered.
func (f *front) linger(r *http.Request, c *conn) {
	select {
	case <-r.Context().Done():
		return
	case <-f.draining:
		c.calls.close()
	case <-c.ctx.Done(): // nothing can be written to the client
		if f.ctx.Err() == nil {
			return
		}
	}
	select {
	case <-r.Context().Done():
	case <-c.calls.idle:
	}
}

// message takes a message of a client that is connected to /sse. Headers of
// newer revisions are ignored: some clients send them here as well.
func (f *front) message(w http.ResponseWriter, r *http.Request) {
	c := f.sessions.find(r.URL.Query().Get("sessionId"))
	if c == nil {
		writeFault(w, http.StatusNotFound, nil, &fault{code: mcp.INVALID_REQUEST, message: "unknown sessionId: connect to /sse first"})
		return
	}
	raw, release, ok := f.read(w, r)
	if !ok {
		return
	}
	defer release()
	all, id, flt := parseAll(messages(raw))
	if flt != nil {
		writeFault(w, http.StatusBadRequest, id, flt)
		return
	}
	if !c.admit(all) {
		busy(w, "too many requests of this client are running")
		return
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusAccepted)
	_ = http.NewResponseController(w).Flush() // the answer goes to the stream
	for _, m := range all {
		if run := c.receive(m); run != nil {
			go run()
		}
	}
}

// admit reports whether the budget lets all of the requests pass.
func (c *conn) admit(all []*message) bool {
	var weight int64
	for _, m := range all {
		if m.isRequest() {
			weight += c.budget.weight(m)
		}
	}
	return c.budget.TryAcquire(weight)
}
