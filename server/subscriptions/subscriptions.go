// Package subscriptions tells clients of protocol version 2026-07-28 when a
// resource changes that they listen to. Hex tells nobody: it is asked again and
// again, slowly enough that most of its limits are left to calls.
package subscriptions

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"golang.org/x/time/rate"

	"hexmcp/server/rpc"
)

// How much is listened to, and how often Hex is asked.
const (
	// MaxAddresses is how many addresses one subscription may have.
	MaxAddresses = 20
	maxOf        = 16               // subscriptions of one caller
	maxAll       = 128              // of all callers
	between      = 6 * time.Second  // two looks, of all subscriptions together
	slowly       = 30 * time.Second // between two rounds of a subscription that is old
)

// Look finds out what a resource is like now. A state that is final changes no more,
// and so does what cannot be read for good; otherwise an error may pass.
type Look func(ctx context.Context, address string) (state string, final bool, err error)

// Subscriptions are those of all clients of a process.
type Subscriptions struct {
	meta  json.RawMessage // of results
	looks *rate.Limiter

	mu  sync.Mutex
	of  map[string]int // by caller
	all int
}

// New makes a table without subscriptions, whose results have the given _meta, an
// object with a member at least.
func New(meta json.RawMessage) *Subscriptions {
	return &Subscriptions{meta: meta, looks: rate.NewLimiter(rate.Every(between), 1), of: make(map[string]int)}
}

// Listen tells the client of changes until its request ends or the server drains,
// which is when it returns.
func (s *Subscriptions) Listen(ctx context.Context, r *rpc.Request, caller string, addresses []string, look Look) rpc.Answer {
	if !s.enter(caller) {
		return rpc.Answer{Error: &rpc.Error{Code: mcp.INTERNAL_ERROR, Message: "too many subscriptions are open: end one, or read the resource now and then"}}
	}
	defer s.leave(caller)
	ctx, end := context.WithCancel(ctx)
	defer end()
	go func() {
		select {
		case <-r.Draining:
			end()
		case <-ctx.Done():
		}
	}()
	l := listener{Subscriptions: s, id: r.ID, send: r.Notify, look: look, states: make(map[string]string)}
	l.notify("notifications/subscriptions/acknowledged", map[string]any{"notifications": map[string]any{"resourceSubscriptions": addresses}})
	l.follow(ctx, addresses)
	return rpc.Answer{Result: ended{r.ID, s.meta}}
}

// Follow returns what tells a client of an earlier protocol version of changes of a
// resource until its context ends, and must be called then. It reports false where
// there are too many subscriptions.
func (s *Subscriptions) Follow(caller, address string, look Look, send func([]byte)) (follow func(context.Context), ok bool) {
	if !s.enter(caller) {
		return nil, false
	}
	return func(ctx context.Context) {
		defer s.leave(caller)
		l := listener{Subscriptions: s, send: send, look: look, states: make(map[string]string)}
		l.follow(ctx, []string{address})
	}, true
}

func (s *Subscriptions) enter(caller string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= maxAll || s.of[caller] >= maxOf {
		return false
	}
	s.all++
	s.of[caller]++
	return true
}

func (s *Subscriptions) leave(caller string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	s.of[caller]--
	if s.of[caller] == 0 {
		delete(s.of, caller)
	}
}

// listener is one subscription.
type listener struct {
	*Subscriptions
	id     json.RawMessage // of its request; nil in protocol versions that have none
	send   func([]byte)
	look   Look
	states map[string]string // by address
}

// follow looks at all addresses, round after round, until ctx ends. When nothing can
// change any more it waits for that end: a client that is sent away would come back.
func (l *listener) follow(ctx context.Context, addresses []string) {
	begun := time.Now()
	for len(addresses) > 0 {
		round := time.Now()
		var left []string
		for _, address := range addresses {
			if l.looks.Wait(ctx) != nil {
				return
			}
			if l.goesOn(ctx, address) {
				left = append(left, address)
			}
		}
		addresses = left
		if !sleep(ctx, time.Until(round.Add(pace(begun)))) {
			return
		}
	}
	<-ctx.Done()
}

// goesOn looks at an address, and reports whether it may still change. What is seen
// first is told as well: the client may have read it before it was listened to.
func (l *listener) goesOn(ctx context.Context, address string) bool {
	state, final, err := l.look(ctx, address)
	if before, seen := l.states[address]; err == nil && (!seen || before != state) {
		l.states[address] = state
		l.notify(string(mcp.MethodNotificationResourceUpdated), map[string]any{"uri": address})
	}
	return !final
}

// notify sends a notification that names the subscription.
func (l *listener) notify(method string, params map[string]any) {
	if l.id != nil {
		params["_meta"] = map[string]json.RawMessage{subscriptionID: l.id}
	}
	b, err := json.Marshal(map[string]any{"jsonrpc": mcp.JSONRPC_VERSION, "method": method, "params": params})
	if err == nil { // texts cannot fail
		l.send(b)
	}
}

const subscriptionID = "io.modelcontextprotocol/subscriptionId"

// pace is how long a round takes at least.
func pace(begun time.Time) time.Duration {
	switch age := time.Since(begun); {
	case age < 2*time.Minute:
		return between
	case age < 10*time.Minute:
		return 2 * between
	}
	return slowly
}

// sleep waits, and reports whether ctx has lasted until then.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// ended is the answer of a subscription that the server ends.
type ended struct{ id, meta json.RawMessage }

// AppendResult appends the result.
func (e ended) AppendResult(dst []byte) ([]byte, error) {
	dst = append(dst, `{"resultType":"complete","_meta":{"`+subscriptionID+`":`...)
	dst = append(append(dst, e.id...), ',')
	return append(append(dst, e.meta[1:]...), '}'), nil
}
