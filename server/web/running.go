package web

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// running are the requests that clients of /mcp can cancel by a message. Each
// client is given a session id when it initializes, so that its request ids are
// not mixed up with another client's; nothing else is known of a session, and
// any session id is accepted. Clients of a stateless protocol version have none:
// they cancel by closing the connection.
type running struct {
	mu       sync.Mutex
	requests map[requestKey]*rpc.Request
}

// elicits ends the ids of sessions whose clients show forms to a person: what a
// client can do is known by its id alone, whichever process it reaches.
const elicits = "-elicits"

// newSession is an id that nobody can guess.
func newSession(initialize *rpc.Message) string {
	if rpc.Elicits(initialize.Params.Client) {
		return rand.Text() + elicits
	}
	return rand.Text()
}

// mayAsk reports whether the client can be asked while its call is carried out. In
// stateless protocol versions the answer asks.
func mayAsk(m *rpc.Message, h http.Header) bool {
	return m.IsCall() && !m.IsStateless() && strings.HasSuffix(h.Get(mcp.HeaderSessionID), elicits)
}

// partyOf is whom the sender of a request is asked as.
func (t *transport) partyOf(r *http.Request) rpc.Party {
	return rpc.Party{Caller: t.options.CallerOf(r), Session: r.Header.Get(mcp.HeaderSessionID)}
}

type requestKey struct{ caller, session, id string }

func newRunning() *running { return &running{requests: make(map[requestKey]*rpc.Request)} }

// add takes a request of a caller in and returns what takes it out.
func (t *running) add(caller string, h http.Header, r *rpc.Request) (remove func()) {
	session := h.Get(mcp.HeaderSessionID)
	if session == "" {
		return func() {}
	}
	key := requestKey{caller, session, string(r.ID)}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests[key] = r
	return func() { t.remove(key, r) }
}

// remove takes a request out, unless another one has its id by now.
func (t *running) remove(key requestKey, r *rpc.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.requests[key] == r {
		delete(t.requests, key)
	}
}

func (t *running) cancel(caller string, h http.Header, id json.RawMessage) {
	session := h.Get(mcp.HeaderSessionID)
	t.mu.Lock()
	r := t.requests[requestKey{caller, session, string(id)}]
	t.mu.Unlock()
	if r != nil {
		r.Cancel()
	}
}
