package web

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"sync"

	"hexmcp/server/rpc"
	"hexmcp/server/stream"
)

// What one SSE client may have running and waiting: a request beyond it waits, and
// is sent away with 503 after [bodyWait].
const (
	sseBytes    = 8 << 20
	sseRequests = 256
)

// sessions are the SSE clients that are connected, by an id that nobody can
// guess: who knows it may send messages in the client's name.
type sessions struct {
	mu      sync.Mutex
	clients map[string]session
	max     int
}

// session is a connected client and who it is.
type session struct {
	*stream.Client
	caller string
}

func newSessions(most int) *sessions {
	return &sessions{clients: make(map[string]session), max: most}
}

func (s *sessions) add(id string, c session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.clients) >= s.max {
		return false
	}
	s.clients[id] = c
	return true
}

func (s *sessions) remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, id)
}

// find returns the client of that id, nil where the caller has none.
func (s *sessions) find(id, caller string) *stream.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found := s.clients[id]; found.caller == caller {
		return found.Client
	}
	return nil
}

// connect is the stream of one client of the protocol's first HTTP transport.
// It carries every answer, each written by the call that makes it, so that
// a slow reader holds up its own calls and nothing piles up.
func (t *transport) connect(w http.ResponseWriter, r *http.Request) {
	if why := t.options.NoSSE; why != "" {
		t.options.refuse(w, r, refusal{status: http.StatusNotImplemented, err: rpc.Invalid(why)})
		return
	}
	d, wrong := t.dispatcherOf(r)
	if wrong != nil {
		t.options.refuse(w, r, refusal{status: http.StatusBadRequest, err: wrong})
		return
	}
	events := newEventStream(w)
	defer events.close()
	id, caller := rand.Text(), t.options.CallerOf(r)
	c := stream.NewClient(t.options.Carry(t.ctx, r), d, events, t.options.Options,
		stream.Limits{Bytes: sseBytes, Requests: sseRequests, Shared: t.slots, Questions: t.questions, Party: rpc.Party{Caller: caller, Session: id}})
	defer c.Stop(rpc.ErrGone)
	if !t.sessions.add(id, session{c, caller}) {
		writeBusy(w, "too many clients are connected")
		return
	}
	defer t.sessions.remove(id)
	if events.endpoint(endpointFrom(r.URL.Path)+"?sessionId="+id) != nil {
		return
	}
	defer events.keepAlive(t.options.KeepAlive)()
	t.linger(r, c)
}

// endpointFrom is where messages go, seen from where the client connected: a
// proxy may serve us below a path that only the client knows.
func endpointFrom(path string) string {
	if strings.HasSuffix(path, "/") {
		return "../message"
	}
	return "message"
}

// linger returns when the client has gone or, once the server drains, when its
// last call is answered.
func (t *transport) linger(r *http.Request, c *stream.Client) {
	select {
	case <-r.Context().Done():
		return
	case <-t.draining:
		c.Close()
	case <-c.Context().Done(): // nothing can be written to the client
		if t.ctx.Err() == nil {
			return
		}
	}
	select {
	case <-r.Context().Done():
	case <-c.Idle():
	}
}

// message takes a message of a client that is connected to /sse. Headers of
// later protocol versions are ignored: some clients send them here as well.
func (t *transport) message(w http.ResponseWriter, r *http.Request) {
	c := t.sessions.find(r.URL.Query().Get("sessionId"), t.options.CallerOf(r))
	if c == nil {
		t.options.refuse(w, r, refusal{status: http.StatusNotFound, err: rpc.Invalid("unknown sessionId: connect to /sse first")})
		return
	}
	body, ok := t.read(w, r)
	if !ok {
		return
	}
	defer body.release()
	all, id, err := rpc.ParseAll(rpc.Split(body.raw))
	if err != nil {
		t.options.refuse(w, r, refusal{status: http.StatusBadRequest, id: id, err: err})
		return
	}
	for _, m := range all {
		if m.ReachesHex() && !t.options.Allow(w, r, m.Params.Name) {
			return
		}
	}
	if !admit(r.Context(), c, all, body) {
		writeBusy(w, "too many requests of this client are running")
		return
	}
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusAccepted)
	_ = http.NewResponseController(w).Flush() // the answer goes to the stream
	for _, m := range all {
		if work := c.Schedule(m); work != nil {
			go work()
		}
	}
}

// admit waits for room for the messages of a body, as long as their client is there.
// The room of the body is theirs then.
func admit(ctx context.Context, c *stream.Client, all []*rpc.Message, b *body) bool {
	ctx, done := context.WithTimeout(ctx, bodyWait)
	defer done()
	defer context.AfterFunc(c.Context(), done)()
	admitted := c.AdmitAll(ctx, all, b.held)
	if admitted {
		b.held = 0
	}
	return admitted
}
