package stream

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"hexmcp/server/rpc"
)

// inflight holds the requests of one client that run or wait, by the id as the
// client wrote it.
type inflight struct {
	mu       sync.Mutex
	requests map[string]*rpc.Request
	running  int // requests that are not over, those with an answer under way included
	closed   bool
	idle     chan struct{} // closed when none is running and none may come
}

func newInflight() *inflight {
	return &inflight{requests: make(map[string]*rpc.Request), idle: make(chan struct{})}
}

// add takes a request in, unless its id is in use or the table is closed.
func (t *inflight) add(r *rpc.Request) *rpc.Error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		return rpc.Stopping()
	}
	if _, taken := t.requests[string(r.ID)]; taken {
		return rpc.Invalid("a request with this id is still running")
	}
	t.requests[string(r.ID)] = r
	t.running++
	return nil
}

// free lets the id be used again. It comes before the answer, after which the
// client may do so at once.
func (t *inflight) free(r *rpc.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.freeLocked(r)
}

func (t *inflight) freeLocked(r *rpc.Request) {
	if t.requests[string(r.ID)] == r {
		delete(t.requests, string(r.ID))
	}
}

// remove forgets a request that is over.
func (t *inflight) remove(r *rpc.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.freeLocked(r)
	t.running--
	t.tellIdle()
}

// cancel ends the request with the id. An id that is unknown, or already
// answered, is no error: the answer may have crossed the cancel.
func (t *inflight) cancel(id json.RawMessage) {
	t.mu.Lock()
	r := t.requests[string(id)]
	t.mu.Unlock()
	if r != nil {
		r.Cancel()
	}
}

// close lets no further request in.
func (t *inflight) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = true
	t.tellIdle()
}

// tellIdle closes idle once no request runs and none may come. It is called
// after every change that can bring that about.
func (t *inflight) tellIdle() {
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
func (t *inflight) rest() []*rpc.Request {
	t.mu.Lock()
	defer t.mu.Unlock()
	rest := make([]*rpc.Request, 0, len(t.requests))
	for _, r := range t.requests {
		rest = append(rest, r)
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
