package web

import (
	"net/http"
	"sync"
	"time"

	"hexmcp/server/rpc"
)

// stallLimit is how long a client may take to read [stallBytes] of what is written
// to it, and to send a body. One that stalls must not hold a slot for ever.
const stallLimit = 30 * time.Second

// eventStream writes messages as server-sent events. The response turns into
// a stream with the first event or comment; until then it can still become
// a plain answer with a status of its own.
type eventStream struct {
	mu      sync.Mutex
	w       http.ResponseWriter
	control *http.ResponseController
	started bool
	closed  bool
}

func newEventStream(w http.ResponseWriter) *eventStream {
	return &eventStream{w: w, control: http.NewResponseController(w)}
}

// Send writes a message as one event. It has no line breaks of its own.
func (e *eventStream) Send(message []byte) error {
	return e.write([]byte("event: message\ndata: "), message, []byte("\n\n"))
}

func (e *eventStream) endpoint(path string) error {
	return e.write([]byte("event: endpoint\ndata: " + path + "\n\n"))
}

func (e *eventStream) ping() error { return e.write([]byte(": keepalive\n\n")) }

func (e *eventStream) write(parts ...[]byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return rpc.ErrGone
	}
	e.start()
	if err := e.flush(parts); err != nil {
		e.closed = true
		return err
	}
	return nil
}

func (e *eventStream) start() {
	if e.started {
		return
	}
	e.started = true
	h := e.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-cache, no-transform")
	h.Set("X-Accel-Buffering", "no") // tells nginx not to collect events
	e.w.WriteHeader(http.StatusOK)
}

func (e *eventStream) flush(parts [][]byte) error {
	e.limit(stallLimit)
	if err := writeParts(e.w, parts); err != nil {
		return err
	}
	return e.control.Flush()
}

// limit sets how long writing may take from now on. Test recorders have no such
// thing.
func (e *eventStream) limit(d time.Duration) { _ = e.control.SetWriteDeadline(time.Now().Add(d)) }

// finish answers the request: as the last event of a stream that has begun or
// must begin, else as plain JSON.
func (e *eventStream) finish(status int, body []byte, asEvent bool) error {
	if e.isStarted() || asEvent && status == http.StatusOK {
		return e.Send(body)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	writeJSON(e.w, status, body)
	return nil
}

// acceptUnanswered ends a request whose client has canceled it and waits for no
// answer: with the status 202 or, where events have been sent already, without
// another one.
func (e *eventStream) acceptUnanswered() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.started && !e.closed {
		e.w.WriteHeader(http.StatusAccepted)
	}
}

func (e *eventStream) isStarted() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.started
}

// close waits for a write under way and lets no other follow, because
// net/http forbids any after the handler has returned.
func (e *eventStream) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
}

// keepAlive sends a comment at intervals until the returned function is
// called or a comment cannot be sent.
func (e *eventStream) keepAlive(every time.Duration) (stop func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				if e.ping() != nil {
					return
				}
			}
		}
	})
	return sync.OnceFunc(func() { close(done); running.Wait() })
}
