package tasks

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// The statuses of a task. None of ours waits for input: what a person must agree to
// is asked before it is begun.
const (
	working   = "working"
	completed = "completed"
	cancelled = "cancelled"
	failed    = "failed"
)

// task is a call that goes on after its request is answered.
type task struct {
	id, caller string
	begun      time.Time
	cancel     context.CancelCauseFunc
	ended      chan struct{} // closed when the work has ended

	mu      sync.Mutex
	updated time.Time
	status  string
	message string
	made    bool // a client knows of it
	result  json.RawMessage
	failure *rpc.Error
}

func (k *task) goesOn() bool {
	select {
	case <-k.ended:
		return false
	default:
		return true
	}
}

// report keeps how far the work is.
func (k *task) report(_, _ float64, message string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if message != "" {
		k.message, k.updated = message, time.Now()
	}
}

// end keeps what came of the work.
func (k *task) end(o Outcome) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.updated, k.message = time.Now(), o.Sentence
	switch {
	case o.Canceled:
		k.status = cancelled
	case len(o.Result) > maxResult:
		k.status, k.message = failed, fmt.Sprintf("the answer of %d bytes is too large to be kept for a task; call again without the capability %s", len(o.Result), Extension)
		k.failure = &rpc.Error{Code: mcp.INTERNAL_ERROR, Message: k.message}
	default:
		k.status = completed
	}
	k.result = o.Result
	k.forget()
	close(k.ended)
}

// forget drops a result that no client of the task will get.
func (k *task) forget() {
	if k.made && k.status != completed {
		k.result = nil
	}
}

// state is a task as clients see it.
type state struct {
	ResultType   mcp.ResultType  `json:"resultType"`
	Meta         json.RawMessage `json:"_meta,omitempty"`
	TaskID       string          `json:"taskId"`
	Status       string          `json:"status"`
	Message      string          `json:"statusMessage,omitempty"`
	CreatedAt    string          `json:"createdAt"`
	UpdatedAt    string          `json:"lastUpdatedAt"`
	TTL          int64           `json:"ttlMs"`
	PollInterval int64           `json:"pollIntervalMs"`
	Result       json.RawMessage `json:"result,omitempty"`
	Error        *failure        `json:"error,omitempty"`
}

type failure struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

const iso = "2006-01-02T15:04:05.000Z07:00"

// is returns the state of the task as clients see it, without its result.
func (k *task) is(of mcp.ResultType, meta json.RawMessage) state {
	return state{
		ResultType: of, Meta: meta, TaskID: k.id, Status: k.status, Message: k.message,
		CreatedAt: k.begun.UTC().Format(iso), UpdatedAt: k.updated.UTC().Format(iso),
		TTL: lifetime.Milliseconds(), PollInterval: pollEvery.Milliseconds(),
	}
}

// created is the answer to the call that began the task, which goes on whatever
// has come of it meanwhile.
func (k *task) created(meta json.RawMessage) rpc.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.made = true
	if !k.goesOn() {
		k.forget()
	}
	return encoded{k.is(resultTypeTask, meta)}
}

// resultTypeTask says that an answer is a task.
const resultTypeTask mcp.ResultType = "task"

// detailed is the task with what came of it.
func (k *task) detailed(meta json.RawMessage) rpc.Result {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.is(mcp.ResultTypeComplete, meta)
	switch k.status {
	case completed:
		s.Result = k.result
	case failed:
		s.Error = &failure{k.failure.Code, k.failure.Message}
	}
	return encoded{s}
}

// answered is what came of the work, in place of a task that nobody needs.
func (k *task) answered(t *Tasks) rpc.Result {
	t.remove(k)
	return raw(k.result)
}

// raw is a result that was encoded before.
type raw []byte

// AppendResult appends the result.
func (r raw) AppendResult(dst []byte) ([]byte, error) { return append(dst, r...), nil }

// encoded is a result as encoding/json writes it.
type encoded struct{ value any }

// AppendResult appends the result.
func (e encoded) AppendResult(dst []byte) ([]byte, error) {
	b, err := json.Marshal(e.value)
	return append(dst, b...), err
}
