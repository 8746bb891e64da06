// Package tasks is the extension io.modelcontextprotocol/tasks of protocol version
// 2026-07-28: a call that takes long is answered with a task, which goes on by
// itself and whose result the client fetches. Tasks live in the process and end
// with it; a [Shelf] lets clients ask other processes for them.
package tasks

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"sync"
	"time"

	"hexmcp/server/rpc"
	"hexmcp/tools/progress"
)

// Extension is how client and server name the extension among their capabilities.
const Extension = "io.modelcontextprotocol/tasks"

// How long things take.
const (
	lifetime  = 2 * time.Hour          // a task is kept from its creation on, and its id is good
	workTime  = 65 * time.Minute       // the work of a task may take: more than the longest job
	atOnce    = 250 * time.Millisecond // work that takes no longer is answered without a task
	pollEvery = 5 * time.Second        // a client should ask for the status
	lastWait  = 3 * time.Second        // canceled work may take to notice it when the process ends
)

// How much is kept. Where there is no room a call is answered when it ends.
const (
	maxRunning = 64        // tasks of all callers that go on
	maxOf      = 32        // tasks of one caller that are kept
	maxKept    = 256       // tasks of all callers that are kept
	maxResult  = 128 << 10 // bytes of a result
	// MaxRequest is how many bytes a message may have whose call becomes a task, which
	// keeps its arguments.
	MaxRequest = 64 << 10
)

// Declared reports whether a client takes tasks, by its capabilities.
func Declared(capabilities json.RawMessage) bool {
	var c struct {
		Extensions map[string]json.RawMessage `json:"extensions"`
	}
	return json.Unmarshal(capabilities, &c) == nil && c.Extensions[Extension] != nil
}

// Outcome is what comes of the work of a task.
type Outcome struct {
	Result   []byte // as the call would have been answered
	Sentence string // what went wrong; "" for nothing
	Canceled bool   // it ended because it was canceled
}

// Tasks are the tasks of a process.
type Tasks struct {
	meta  json.RawMessage // of results
	shelf Shelf           // nil where there is one process

	mu     sync.Mutex
	all    map[string]*task
	closed bool
	work   sync.WaitGroup
}

// New makes a table without tasks, whose results have the given _meta. The shelf is
// where other processes find them; nil where there are none.
func New(meta json.RawMessage, shelf Shelf) *Tasks {
	return &Tasks{meta: meta, shelf: shelf, all: make(map[string]*task)}
}

// Run begins work for a caller. Its answer is that of the work where this ends at
// once, and else a task, which goes on when ctx has ended; it reports false where
// there is no room for one, and nothing was begun.
func (t *Tasks) Run(ctx context.Context, caller string, work func(context.Context) Outcome) (rpc.Answer, bool) {
	k, ok := t.begin(ctx, caller, work)
	if !ok {
		return rpc.Answer{}, false
	}
	soon := time.NewTimer(atOnce)
	defer soon.Stop()
	select {
	case <-k.ended:
		return rpc.Answer{Result: k.answered(t)}, true
	case <-soon.C:
		answer := rpc.Answer{Result: k.created(t.meta)}
		t.share(k)
		return answer, true
	case <-ctx.Done(): // nobody would hear of the task
		k.cancel(context.Cause(ctx))
		<-k.ended
		return rpc.Answer{Result: k.answered(t)}, true
	}
}

// begin enters a task and sets its work going.
func (t *Tasks) begin(ctx context.Context, caller string, work func(context.Context) Outcome) (*task, bool) {
	now := time.Now()
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	k := &task{id: rand.Text(), caller: caller, begun: now, updated: now, status: working, cancel: cancel, ended: make(chan struct{})}
	if !t.add(k) {
		cancel(nil)
		return nil, false
	}
	go func() {
		defer t.work.Done()
		defer cancel(nil)
		ctx, release := context.WithDeadlineCause(ctx, now.Add(workTime), rpc.ErrLate)
		defer release()
		k.end(work(progress.InBackground(progress.With(ctx, k.report))))
	}()
	return k, true
}

// add takes a task in if there is room, after those have gone whose time is over.
func (t *Tasks) add(k *task) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	running, own := 0, 0
	for id, other := range t.all {
		if time.Since(other.begun) > lifetime {
			delete(t.all, id)
			continue
		}
		if other.goesOn() {
			running++
		}
		if other.caller == k.caller {
			own++
		}
	}
	if t.closed || running >= maxRunning || own >= maxOf || len(t.all) >= maxKept {
		return false
	}
	t.all[k.id] = k
	t.work.Add(1)
	return true
}

// find returns the task of a caller.
func (t *Tasks) find(id, caller string) (*task, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.all[id]
	return k, ok && k.caller == caller && time.Since(k.begun) <= lifetime
}

func (t *Tasks) remove(k *task) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.all, k.id)
}

// Close cancels what goes on, lets it notice that for a moment, and begins no other
// task.
func (t *Tasks) Close() {
	t.mu.Lock()
	t.closed = true
	for _, k := range t.all {
		k.cancel(rpc.ErrStopping)
	}
	t.mu.Unlock()
	ended := make(chan struct{})
	go func() { t.work.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(lastWait):
	}
}
