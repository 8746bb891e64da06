package rpc

import (
	"context"
	"fmt"
	"sync"
	"time"

	"hexmcp/tools/memory"
)

// Why a request ends early. To whoever carries it out each but ErrLate is a
// cancellation.
var (
	ErrCanceled = fmt.Errorf("canceled by the client: %w", context.Canceled)
	ErrGone     = fmt.Errorf("the client went away: %w", context.Canceled)
	ErrStopping = fmt.Errorf("the server is stopping: %w", context.Canceled)
	ErrLate     = fmt.Errorf("the time of the call is over: %w", context.DeadlineExceeded)
)

// Request is a request that is being answered: the message, what may be sent
// to the client before the answer, and whether an answer is still wanted.
type Request struct {
	*Message
	// Memory is what the call holds of the process's memory, until its answer is
	// written; nil is not bounded.
	Memory *memory.Reservation

	// Connection is where its client hears of what happens after the answer; nil where
	// it hears nothing.
	Connection *Connection
	// Draining is closed when the server takes nothing more: what would go on for ever
	// ends. Nil is never closed.
	Draining <-chan struct{}

	out  Sender          // for notifications; nil where the client can receive none
	ctx  context.Context // ends with the request, but not when its time is over
	stop context.CancelCauseFunc
	time time.Duration // that the call may take from when it came; 0: not limited

	asked asked
	held  []Slots
	lent  []Slots // while it waits for an answer of its client

	mu       sync.Mutex
	finished bool // answered, or not to be answered
}

// NewRequest prepares to answer the message, and returns the context to do it
// in, which is derived from ctx and ends with [Request.Stop]. Notifications go
// to out; nil drops them. A call gets so much time from when it came, its waits
// included; zero does not limit it.
func NewRequest(ctx context.Context, m *Message, out Sender, limit time.Duration) (*Request, context.Context) {
	ctx, stop := context.WithCancelCause(ctx)
	r := &Request{Message: m, out: out, ctx: ctx, stop: stop}
	if limit > 0 && m.ReachesHex() {
		var release context.CancelFunc
		ctx, release = context.WithDeadlineCause(ctx, m.Came.Add(limit), ErrLate)
		r.time, r.stop = limit, func(cause error) { stop(cause); release() }
	}
	return r, ctx
}

// IsLate reports whether a call has waited so long that less than a tenth of
// its time is left, which may not be enough to hear of what it has done.
func (r *Request) IsLate() bool {
	return r.time > 0 && time.Since(r.Came) > r.time-r.time/10
}

// WantsProgress reports whether the client asked for progress and can receive it.
func (r *Request) WantsProgress() bool {
	return r.out != nil && r.Params.Meta.ProgressToken != nil
}

// Notify sends a notification, a whole message, before the answer and never
// after it.
func (r *Request) Notify(notification []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.out != nil && !r.finished {
		_ = r.out.Send(notification) // a broken client is noticed by its transport
	}
}

// Finish reports whether the request is still to be answered. It does so once:
// whoever hears true sends the answer.
func (r *Request) Finish() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	first := !r.finished
	r.finished = true
	return first
}

// IsFinished reports whether the request is answered or not to be answered.
func (r *Request) IsFinished() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.finished
}

// Cancel ends the request at the client's wish, without an answer.
func (r *Request) Cancel() {
	r.Finish()
	r.stop(ErrCanceled)
}

// Stop ends the context of the request. The cause is one of the errors above,
// or nil when the request is over.
func (r *Request) Stop(cause error) { r.stop(cause) }
