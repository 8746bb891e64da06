package rpc

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
)

// asked is the table and the party by which the client of a request is asked. Without
// a table it cannot be asked.
type asked struct {
	*Questions
	Party
}

// MayAsk lets whoever carries the request out ask its client.
func (r *Request) MayAsk(q *Questions, p Party) { r.asked = asked{q, p} }

// CanAsk reports whether the client can be asked while the request is carried out.
func (r *Request) CanAsk() bool { return r.out != nil && r.asked.Questions != nil }

// Ask sends the client a request and waits for its answer, as long as somebody
// waits for ours and for [AnswerTime] at the most. Meanwhile the request holds no
// slot and its time stands still: it goes on in the context that is returned. The
// answer is nil where it is an error. The error is one of those of this package, or
// says that there was no slot to go on.
func (r *Request) Ask(ctx context.Context, method string, params any) (context.Context, json.RawMessage, error) {
	weight := min(max(int64(len(r.Raw)), questionShare), questionBytes)
	if !r.asked.room.TryAcquire(weight) {
		return ctx, nil, ErrManyQuestions
	}
	defer r.asked.room.Release(weight)
	deadline, limited := ctx.Deadline()
	left := time.Until(deadline)
	r.yieldSlots()
	answer, err := r.put(method, params)
	if limited {
		ctx = r.goOn(ctx, left)
	}
	if err != nil {
		return ctx, nil, err
	}
	return ctx, answer, r.takeSlots(ctx)
}

// put sends a question and waits for its answer. One that nobody waits for any
// more is taken back, so that no form stays open.
func (r *Request) put(method string, params any) (json.RawMessage, error) {
	key, answer, err := r.asked.add(r.asked.Party)
	if err != nil {
		return nil, err
	}
	defer r.asked.forget(key)
	b, err := json.Marshal(outgoing{JSONRPC: mcp.JSONRPC_VERSION, ID: json.RawMessage(key.id), Method: method, Params: params})
	if err != nil {
		return nil, err
	}
	r.asked.collect(r.ctx, key) // opens the post before anybody can answer
	r.Notify(b)
	result, err := r.asked.wait(r.ctx, key, answer)
	if err != nil {
		canceled := map[string]json.RawMessage{"requestId": json.RawMessage(key.id)}
		b, _ = json.Marshal(outgoing{JSONRPC: mcp.JSONRPC_VERSION, Method: string(mcp.MethodNotificationCancelled), Params: canceled})
		_ = r.out.Send(b) // who is gone sees no form
	}
	return result, err
}

// outgoing is a message of ours that is no answer.
type outgoing struct {
	JSONRPC string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method"`
	Params  any             `json:"params"`
}

// goOn is the context with so much time as was left before a wait.
func (r *Request) goOn(ctx context.Context, left time.Duration) context.Context {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	context.AfterFunc(r.ctx, func() { cancel(context.Cause(r.ctx)) })
	ctx, release := context.WithDeadlineCause(ctx, time.Now().Add(left), ErrLate)
	context.AfterFunc(ctx, release)
	return ctx
}

// Slots are rights to run, of which a request holds one. A
// golang.org/x/sync/semaphore is.
type Slots interface {
	Acquire(ctx context.Context, n int64) error
	Release(n int64)
}

// Hold takes a slot for the request, after waiting for one.
func (r *Request) Hold(ctx context.Context, s Slots) error {
	if err := s.Acquire(ctx, 1); err != nil {
		return err
	}
	r.Holds(s)
	return nil
}

// Holds says that the request holds a slot, which it lends to others while it waits
// for an answer of its client, and gives back with [Request.Release].
func (r *Request) Holds(s Slots) { r.held = append(r.held, s) }

// Release gives back a slot, if the request holds one of these.
func (r *Request) Release(s Slots) {
	if i := slices.Index(r.held, s); i >= 0 {
		r.held = slices.Delete(r.held, i, i+1)
		s.Release(1)
	}
}

// yieldSlots lends the slots to others.
func (r *Request) yieldSlots() {
	r.lent, r.held = r.held, nil
	for _, s := range r.lent {
		s.Release(1)
	}
}

// takeSlots takes the slots again, as long as ctx lasts.
func (r *Request) takeSlots(ctx context.Context) error {
	for _, s := range r.lent {
		if err := r.Hold(ctx, s); err != nil {
			return err
		}
	}
	return nil
}
