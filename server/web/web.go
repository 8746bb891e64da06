// Package web is the transport over HTTP: Streamable HTTP at /mcp, and HTTP with
// SSE at /sse and /message for older clients. It checks where requests come
// from, bounds bodies, calls and clients, and keeps no state between requests
// except for the calls that run and the SSE clients that are connected.
package web

import (
	"cmp"
	"context"
	"io"
	"net/http"
	"time"

	"github.com/mark3labs/mcp-go/mcp"
	"golang.org/x/sync/semaphore"

	"hexmcp/server/rpc"
	"hexmcp/server/stream"
)

// Options are what an operator may change about HTTP. A zero field means its
// default.
type Options struct {
	stream.Options
	// HeaderTool returns the definition of the tool of that name if some of its
	// arguments also travel in headers, else nil. Default: no tool has any.
	HeaderTool func(name string) *mcp.Tool
	// Narrow returns the server as a client sees it whose headers ask for fewer
	// tools. Its errors are sentences for the client. Default: such headers are ignored.
	Narrow func(rpc.Wish) (rpc.Dispatcher, error)
	// Hosts are names, with or without a port, by which clients may address the
	// server besides localhost and loopback addresses. See [IsHost].
	Hosts []string
	// Origins are origins, such as https://app.example.com, whose web pages may
	// use the server besides pages of the server's own host. See [IsOrigin].
	Origins []string
	// Exposed admits addresses other than loopback ones in the Host header. It is
	// for servers that other machines reach.
	Exposed bool
	// Admit stands before /mcp, /sse and /message. It passes a request on, or
	// answers itself. Default: all requests pass.
	Admit func(next http.HandlerFunc) http.HandlerFunc
	// Carry adds to the context of calls what they must know of the request that
	// brings them, such as who calls. Default: nothing.
	Carry func(calls context.Context, r *http.Request) context.Context
	// CallerOf names who has sent a request that was admitted, so that nobody can
	// cancel another's call or speak in another's session. Default: all are one.
	CallerOf func(r *http.Request) string
	// Allow reports whether the caller of a request may call a tool, or answers
	// why not. Default: everybody may call all.
	Allow func(w http.ResponseWriter, r *http.Request, tool string) bool
	// Withheld is what the caller of a request may not do, so that it is not told of
	// tools that it may not call. Default: nothing is withheld.
	Withheld func(r *http.Request) rpc.Withheld
	// Receive stands before everything, the check of Host and Origin included.
	// Default: requests come as they were sent.
	Receive func(next http.Handler) http.Handler
	// Post brings answers of clients of /mcp from the process that they reached to the
	// one that asked. Default: there is one process.
	Post rpc.Post
	// NoSSE says why /sse is not served, in a sentence. Default: it is served.
	NoSSE string
	// Refused hears the status of each request that is refused. Default: nobody hears.
	Refused func(status int)
	// Pages are further paths without a slash at their end (so "" is the root) that
	// answer GET, before anybody is asked for a token.
	Pages map[string]http.HandlerFunc
	// Calls is how many calls of all clients run side by side, 1,024 by default.
	// At /mcp further calls wait a moment and are then told to come back.
	Calls int
	// Sessions is how many SSE clients may be connected, 128 by default.
	Sessions int
	// DrainDelay is how long requests are still let in after the server was told to
	// stop, so that who sends them hears of it first. Default: none.
	DrainDelay time.Duration
	// KeepAlive is how often a silent event stream gets a comment, so that
	// nothing in between closes it. 15 seconds by default.
	KeepAlive time.Duration
}

// WithDefaults fills the fields that are zero.
func (o Options) WithDefaults() Options {
	o.Options = o.Options.WithDefaults()
	if o.HeaderTool == nil {
		o.HeaderTool = func(string) *mcp.Tool { return nil }
	}
	if o.Admit == nil {
		o.Admit = func(next http.HandlerFunc) http.HandlerFunc { return next }
	}
	if o.Carry == nil {
		o.Carry = func(calls context.Context, _ *http.Request) context.Context { return calls }
	}
	if o.CallerOf == nil {
		o.CallerOf = func(*http.Request) string { return "" }
	}
	if o.Allow == nil {
		o.Allow = func(http.ResponseWriter, *http.Request, string) bool { return true }
	}
	if o.Withheld == nil {
		o.Withheld = func(*http.Request) rpc.Withheld { return rpc.Withheld{} }
	}
	if o.Receive == nil {
		o.Receive = func(next http.Handler) http.Handler { return next }
	}
	if o.Refused == nil {
		o.Refused = func(int) {}
	}
	o.Calls = cmp.Or(o.Calls, 1024)
	o.Sessions = cmp.Or(o.Sessions, 128)
	o.KeepAlive = cmp.Or(o.KeepAlive, 15*time.Second)
	return o
}

// transport is what the routes share.
type transport struct {
	dispatcher rpc.Dispatcher
	options    Options
	ctx        context.Context // of all calls; ends when the server must stop
	stop       context.CancelCauseFunc
	slots      *semaphore.Weighted // one for each call that may run
	running    *running
	questions  *rpc.Questions
	sessions   *sessions
	draining   chan struct{} // closed when no more is accepted
}

func newTransport(d rpc.Dispatcher, o Options) *transport {
	o = o.WithDefaults()
	t := &transport{
		dispatcher: d,
		options:    o,
		slots:      semaphore.NewWeighted(int64(o.Calls)),
		running:    newRunning(),
		questions:  rpc.NewQuestions(),
		sessions:   newSessions(o.Sessions),
		draining:   make(chan struct{}),
	}
	t.questions.Post = o.Post
	t.ctx, t.stop = context.WithCancelCause(context.Background())
	return t
}

// Handler returns the routes /mcp, /sse, /message and /healthz. [Serve] adds the
// http.Server.
func Handler(d rpc.Dispatcher, o Options) http.Handler { return newTransport(d, o).routes() }

func health(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"status":"ok"}`+"\n") // a prober that left needs no answer
}
