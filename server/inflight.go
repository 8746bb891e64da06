package server

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// inflight holds the requests of one client that run or wait, by the id as the
// client wrote it.
type inflight struct {
	mu      sync.Mutex
	calls   map[string]*call
	running int // requests that did not end, those with an answer under way included
	closed  bool
	idle    chan struct{} // closed when none is running and none may come
}

func newInflight() *inflight {
	return &inflight{calls: make(map[string]*call), idle: make(chan struct{})}
}

// begin takes a request in, unless its id is in use or the table is closed.
func (t *inflight) begin(k *call) *fault {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return stoppingFault()
	}
	if _, taken := t.calls[string(k.id)]; taken {
		return &fault{code: mcp.INVALID_REQUEST, message: "a request with this id is still running"}
	}
	t.calls[string(k.id)] = k
	t.running++
	return nil
}

// free lets the id be used again. It comes before the answer, after which the
// client may do so at once.
func (t *inflight) free(k *call) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.calls[string(k.id)] == k {
		delete(t.calls, string(k.id))
	}
}

func (t *inflight) end(k *call) {
	t.free(k)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running--
	t.settle()
}

// cancel ends the request with the id. An id that is unknown, or already
// answered, is no error: the answer may have crossed the cancel.
func (t *inflight) cancel(id json.RawMessage) {
	t.mu.Lock()
	k := t.calls[string(id)]
	t.mu.Unlock()
	if k != nil {
		k.cancel()
	}
}

// close lets no further request in.
func (t *inflight) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.settle()
}

// settle closes idle at the last step of the way there.
func (t *inflight) settle() {
	if !t.closed || t.running > 0 {
		return
	}
	select {
	case <-t.idle:
	default:
		close(t.idle)
	}
}

// rest returns the requests that are still there.
func (t *inflight) rest() []*call {
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := make([]*call, 0, len(t.calls))
	for _, k := range t.calls {
		rest = append(rest, k)
	}
	return rest
}

// isIdle waits a while for the last request to end, as long as ctx lasts.
func (t *inflight) isIdle(ctx context.Context, while time.Duration) bool {
	ctx, done := context.WithTimeout(ctx, while)
	defer done()
	select {
	case <-t.idle:
		return true
	case <-ctx.Done():
		return false
	}
}
