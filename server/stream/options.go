package stream

import (
	"cmp"
	"log/slog"
	"time"

	"hexmcp/tools/memory"
)

// DefaultCallsPerClient is how many calls of one client run side by side where
// nothing else is said.
const DefaultCallsPerClient = 64

// LastWait is how long canceled calls may take to notice that they are, before
// they are given up.
const LastWait = time.Second

// GoneGrace is how long running calls may go on when the client is gone: a write
// that Hex is carrying out may end, and nothing keeps the process for longer.
const GoneGrace = 3 * time.Second

// Options are what every transport bounds. A zero field means its default.
type Options struct {
	// Logger hears that the server is stopping. Default: discard.
	Logger *slog.Logger
	// MaxMessage is how many bytes one message may have, 4 MiB by default.
	MaxMessage int
	// CallsPerClient is how many calls of one client over stdio or SSE run side by
	// side, [DefaultCallsPerClient] by default. Further calls wait.
	CallsPerClient int
	// CallTime is how long a call may take from when its message came, the wait
	// for a slot included. Zero does not limit it.
	CallTime time.Duration
	// Memory bounds what all clients hold together; nil does not.
	Memory *memory.Budget
	// Grace is how long running calls may go on when the server is told to
	// stop, 10 seconds by default. What still runs then is canceled.
	Grace time.Duration
}

// WithDefaults fills the fields that are zero.
func (o Options) WithDefaults() Options {
	o.Logger = cmp.Or(o.Logger, slog.New(slog.DiscardHandler))
	o.MaxMessage = cmp.Or(o.MaxMessage, 4<<20)
	o.CallsPerClient = cmp.Or(o.CallsPerClient, DefaultCallsPerClient)
	o.Grace = cmp.Or(o.Grace, 10*time.Second)
	return o
}

// LogStopping tells the operator that the server heard the signal.
func (o Options) LogStopping() {
	o.Logger.Info("stopping: answering what was accepted", "grace", o.Grace)
}
