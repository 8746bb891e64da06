package server

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"
)

// Why a request ends early. To whoever makes the request each is a cancellation.
var (
	errCanceled = fmt.Errorf("canceled by the client: %w", context.Canceled)
	errGone     = fmt.Errorf("the client went away: %w", context.Canceled)
	errStopping = fmt.Errorf("the server is stopping: %w", context.Canceled)
)

func stoppingFault() *fault {
	return &fault{code: mcp.INTERNAL_ERROR, message: "the server is stopping; the request was not looked at"}
}

// sink takes whole messages to a client, in order, one at a time.
type sink interface{ send(message []byte) error }

// call is one request that runs.
type call struct {
	id    json.RawMessage
	token json.RawMessage // of progress; nil when the client wants none
	out   sink
	stop  context.CancelCauseFunc

	mu       sync.Mutex
	finished bool // answered, or not to be answered
	steps    int
	progress float64 // last reported
}

func newCall(m *message, out sink, stop context.CancelCauseFunc) *call {
	return &call{id: m.ID, token: m.Params.Meta.ProgressToken, out: out, stop: stop}
}

// finish reports whether the call is still to be answered, once.
func (k *call) finish() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	first := !k.finished
	k.finished = true
	return first
}

func (k *call) isFinished() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.finished
}

// cancel ends the call without an answer.
func (k *call) cancel() {
	k.finish()
	k.stop(errCanceled)
}

// note sends a message of the call before its answer, never after it.
func (k *call) note(message []byte) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.finished {
		_ = k.out.send(message) // a broken client is noticed by its transport
	}
}
