package server

import (
	"encoding/json"
	"net/http"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// running are the calls that clients of /mcp can cancel by a message. Each
// client is given a session id when it initializes, so that its ids meet no
// other client's; nothing else is known of a session, and any id is taken.
// Clients of 2026-07-28 have none: they close the connection.
type running struct {
	mu    sync.Mutex
	calls map[requestKey]*call
}

type requestKey struct{ session, id string }

func newRunning() *running { return &running{calls: make(map[requestKey]*call)} }

// add takes a call in and returns what takes it out.
func (r *running) add(h http.Header, k *call) (remove func()) {
	session := h.Get(mcp.HeaderSessionID)
	if session == "" {
		return func() {}
	}
	key := requestKey{session, string(k.id)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls[key] = k
	return func() { r.remove(key, k) }
}

// remove takes a call out, unless another one has its id by now.
func (r *running) remove(key requestKey, k *call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls[key] == k {
		delete(r.calls, key)
	}
}

func (r *running) cancel(h http.Header, id json.RawMessage) {
	session := h.Get(mcp.HeaderSessionID)
	r.mu.Lock()
	k := r.calls[requestKey{session, string(id)}]
	r.mu.Unlock()
	if k != nil {
		k.cancel()
	}
}
