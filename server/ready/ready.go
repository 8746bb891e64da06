// Package ready says whether calls could be made now. Hex is asked in the
// background and not by whoever wants to know, because probes come often and
// from anybody.
package ready

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// How often Hex is asked, and how long it may take.
const (
	whileReady = 30 * time.Second
	whileNot   = 5 * time.Second
	patience   = 10 * time.Second
)

// Reason says in a few words why no calls could be made. Anybody may read it.
type Reason string

// The reasons of the check itself.
const (
	notAsked Reason = "Hex was not asked yet"
	stopping Reason = "the server is stopping"
)

// Check asks again and again whether calls could be made.
type Check struct {
	serving context.Context

	// Degraded says what is missing although calls can be made; "" for nothing. Nil for
	// nothing ever. It is set before the check is used.
	Degraded func() Reason

	ask func(context.Context) (Reason, error)
	log *slog.Logger
	now atomic.Pointer[Reason] // "" where calls can be made

	first  sync.Once
	wanted chan struct{} // closed when somebody wants to know
}

// New returns a check of a server that begins to stop when serving ends: from that
// moment on nothing is ready. It asks by the function, which returns why no calls
// can be made, "" where they can, and for the log the error behind it.
func New(serving context.Context, ask func(context.Context) (Reason, error), log *slog.Logger) *Check {
	c := &Check{serving: serving, ask: ask, log: log, wanted: make(chan struct{})}
	c.set(notAsked)
	return c
}

func (c *Check) set(why Reason) (before Reason) {
	if old := c.now.Swap(&why); old != nil {
		return *old
	}
	return ""
}

// Run asks until ctx ends, from when somebody wants to know for the first time:
// each time costs a call of Hex.
func (c *Check) Run(ctx context.Context) {
	select {
	case <-ctx.Done():
		return
	case <-c.wanted:
	}
	for {
		wait := whileReady
		if c.once(ctx) != "" {
			wait = whileNot
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// once asks, and logs what has changed.
func (c *Check) once(ctx context.Context) Reason {
	asking, stop := context.WithTimeout(ctx, patience)
	defer stop()
	why, err := c.ask(asking)
	if ctx.Err() != nil {
		return ""
	}
	before := c.set(why)
	switch {
	case why == before:
	case why != "":
		c.log.WarnContext(ctx, "not ready", "why", why, "error", err)
	default:
		c.log.InfoContext(ctx, "ready: Hex answers, and calls can be made")
	}
	return why
}

// ServeHTTP answers 200 where calls can be made, else 503 and why not. A degraded
// server is ready.
func (c *Check) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	c.first.Do(func() { close(c.wanted) })
	answer, status := struct {
		Status string `json:"status"`
		Reason Reason `json:"reason,omitempty"`

		Degraded Reason `json:"degraded,omitempty"`
	}{Status: "ready", Reason: *c.now.Load()}, http.StatusOK
	if c.Degraded != nil {
		answer.Degraded = c.Degraded()
	}
	if c.serving.Err() != nil {
		answer.Reason = stopping
	}
	if answer.Reason != "" {
		answer.Status, status = "not ready", http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // a prober that left needs no answer
}
