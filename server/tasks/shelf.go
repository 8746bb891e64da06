package tasks

import (
	"context"
	"encoding/json"
	"time"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// Shelf is where processes find each other's tasks. Names hold the id of a task, which
// nobody can guess. Its methods are called by many goroutines at once.
type Shelf interface {
	rpc.Post // brings cancels

	// Keep keeps what is to be said of a task for so long, in place of what was said
	// before.
	Keep(name string, state []byte, lasts time.Duration)
	// Find returns it, nil where there is nothing.
	Find(ctx context.Context, name string) []byte
}

const (
	tellEvery = 2 * time.Second  // what has become of a task is told, and cancels are looked for
	toldFor   = 15 * time.Second // what is told of a task that goes on holds: its process may die
)

// nameOf is the name of a task on the shelf.
func nameOf(id, caller string) string { return "task\x00" + caller + "\x00" + id }

// cancelOf is the name by which its cancel comes.
func cancelOf(id, caller string) string { return "cancel\x00" + caller + "\x00" + id }

// share puts a task on the shelf before its client hears of it, and follows it.
func (t *Tasks) share(k *task) {
	if t.shelf == nil {
		return
	}
	t.shelf.Collect(context.Background(), cancelOf(k.id, k.caller)) // from now on a cancel can be left
	t.tell(k)
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.work.Go(func() { t.follow(k) })
	}
}

// follow tells what becomes of a task until it has ended.
func (t *Tasks) follow(k *task) {
	tick := time.NewTicker(tellEvery)
	defer tick.Stop()
	for {
		select {
		case <-k.ended:
			t.tell(k)
			return
		case <-tick.C:
			if t.shelf.Collect(context.Background(), cancelOf(k.id, k.caller)) != nil {
				k.cancel(rpc.ErrCanceled)
			}
			t.tell(k)
		}
	}
}

// tell puts the task on the shelf as it is.
func (t *Tasks) tell(k *task) {
	lasts := toldFor
	if !k.goesOn() {
		lasts = time.Until(k.begun.Add(lifetime))
	}
	if state, err := k.detailed(t.meta).AppendResult(nil); err == nil {
		t.shelf.Keep(nameOf(k.id, k.caller), state, lasts)
	}
}

// elsewhere answers for a task of another process.
func (t *Tasks) elsewhere(ctx context.Context, r *rpc.Request, caller string) rpc.Answer {
	var state []byte
	if t.shelf != nil {
		state = t.shelf.Find(ctx, nameOf(r.Params.TaskID, caller))
	}
	switch {
	case state == nil:
		return rpc.Answer{Error: rpc.InvalidParams("there is no such task: its time is over, the server was started anew, or it is somebody else's")}
	case r.Method == "tasks/get":
		return rpc.Answer{Result: raw(state)}
	case r.Method == "tasks/cancel":
		t.shelf.Leave(cancelOf(r.Params.TaskID, caller), []byte(cancelled))
	}
	return t.acknowledged()
}

func (t *Tasks) acknowledged() rpc.Answer {
	return rpc.Answer{Result: encoded{acknowledgement{mcp.ResultTypeComplete, t.meta}}}
}

type acknowledgement struct {
	ResultType mcp.ResultType  `json:"resultType"`
	Meta       json.RawMessage `json:"_meta,omitempty"`
}
