// Package record knows of a call what may be written down about it: which
// arguments it had, by name, and what its requests to Hex came to. It keeps no
// value that is no id.
package record

import (
	"context"
	"sync"

	"hexmcp/hexapi"
)

// Record is what the requests of one call came to. It is safe for concurrent use.
type Record struct {
	mu      sync.Mutex
	write   hexapi.Outcome // of all attempts to change something: the one of which most may have happened
	traceID string
}

type key struct{}

// With returns a context whose call is recorded, and its record.
func With(ctx context.Context) (context.Context, *Record) {
	r := new(Record)
	return context.WithValue(ctx, key{}, r), r
}

// Of is the record of a call, an empty one where nobody keeps it.
func Of(ctx context.Context) *Record {
	if r, ok := ctx.Value(key{}).(*Record); ok {
		return r
	}
	return new(Record)
}

// Attempt hears of an attempt. It is an observer of hexapi.
func Attempt(ctx context.Context, a hexapi.Attempt) {
	r := Of(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if a.TraceID != "" {
		r.traceID = a.TraceID
	}
	if !a.ReadOnly {
		r.write = max(r.write, a.Outcome)
	}
}

// MayHaveHappened reports whether the call may have changed something in Hex.
func (r *Record) MayHaveHappened() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.write.MayHaveHappened()
}

// TraceID names the latest request to Hex's support; empty where Hex told none.
func (r *Record) TraceID() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.traceID
}
