package server

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

// HTTPOptions are what an operator may change about the HTTP door. A zero
// field means its default.
type HTTPOptions struct {
	// Hosts are names, with or without a port, by which clients may address the
	// server besides localhost and loopback addresses.
	Hosts []string
	// Origins are origins, such as https://app.example.com, whose web pages may
	// use the server besides pages of the server's own host.
	Origins []string
	// InsecureNoAuth admits addresses other than loopback ones, both to listen
	// on and in the Host header. Whoever reaches the port may call every tool.
	InsecureNoAuth bool
	// Calls is how many calls run side by side, 1,024 by default. At /mcp
	// further requests wait a moment and are then told to come back.
	Calls int
	// Sessions is how many SSE clients may be connected, 128 by default.
	Sessions int
	// KeepAlive is how often a silent event stream gets a comment, so that
	// nothing in between closes it. 15 seconds by default.
	KeepAlive time.Duration
}

func (o HTTPOptions) withDefaults() HTTPOptions {
	o.Calls = cmp.Or(o.Calls, 1024)
	o.Sessions = cmp.Or(o.Sessions, 128)
	o.KeepAlive = cmp.Or(o.KeepAlive, 15*time.Second)
	return o
}

// front is the HTTP door.
type front struct {
	server   *Server
	options  HTTPOptions
	ctx      context.Context // of all calls; ends when the server must stop
	stop     context.CancelCauseFunc
	slots    *semaphore.Weighted // one for each call that may run
	bodies   *semaphore.Weighted // bytes of the long bodies that are held
	running  *running
	sessions *sessions
	draining chan struct{} // closed when no more is accepted
}

func (s *Server) newFront(o HTTPOptions) *front {
	o = o.withDefaults()
	f := &front{
		server:   s,
		options:  o,
		slots:    semaphore.NewWeighted(int64(o.Calls)),
		bodies:   semaphore.NewWeighted(max(longBodies, int64(s.options.MaxMessage))),
		running:  newRunning(),
		sessions: newSessions(o.Sessions),
		draining: make(chan struct{}),
	}
	f.ctx, f.stop = context.WithCancelCause(context.Background())
	return f
}

// Handler returns the HTTP door: Streamable HTTP at /mcp, HTTP with SSE at
// /sse and /message, and /healthz. It keeps no state between requests except
// for the calls that run and the SSE clients that are connected. [Server.Serve] adds the http.Server.
func (s *Server) Handler(o HTTPOptions) http.Handler { return s.newFront(o).handler() }

func (f *front) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /mcp", f.post)
	mux.HandleFunc("GET /sse", f.connect)
	mux.HandleFunc("POST /message", f.message)
	mux.HandleFunc("GET /healthz", health)
	return newGuard(f.options, mux)
}

func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"status":"ok"}`+"\n") // a prober that left needs no answer
}
