package limits

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/mark3labs/mcp-go/mcp"

	"hexmcp/server/rpc"
)

// Door keeps callers within their limits over HTTP. Whose a request is must be
// known before it comes here.
type Door struct {
	Calls    Limiter                      // of calls of tools
	Streams  Limiter                      // of event streams at /sse
	CallerOf func(context.Context) string // tells callers apart
	Refused  func(status int)             // hears of each who was kept out; nil for nobody
	Log      *slog.Logger                 // likewise, at warn
}

type leaseKey struct{}

// lease is what a request has taken of the limits, and gives back when it ends.
type lease struct {
	mu   sync.Mutex
	done []func()
}

func (l *lease) add(done func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.done = append(l.done, done)
}

func (l *lease) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, done := range l.done {
		done()
	}
}

// Wrap returns next for requests whose calls are counted by [Door.Allow] and out
// again when the request ends. A call that is sent to an event stream counts as
// ended when it was accepted: the stream bounds how many run.
func (d *Door) Wrap(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		taken := new(lease)
		defer taken.end()
		r = r.WithContext(context.WithValue(r.Context(), leaseKey{}, taken))
		if r.Method == http.MethodGet && strings.TrimSuffix(r.URL.Path, "/") == "/sse" && !d.take(w, r, d.Streams) {
			return
		}
		next(w, r)
	}
}

// Allow counts a call of a request in, or answers why not.
func (d *Door) Allow(w http.ResponseWriter, r *http.Request) bool { return d.take(w, r, d.Calls) }

func (d *Door) take(w http.ResponseWriter, r *http.Request, limiter Limiter) bool {
	caller := d.CallerOf(r.Context())
	done, err := limiter.Take(r.Context(), caller)
	if err != nil {
		d.refuse(w, r, caller, err)
		return false
	}
	if taken, ok := r.Context().Value(leaseKey{}).(*lease); ok {
		taken.add(done)
	}
	return true
}

// refuse answers 429 and when to come back, or 503 where the limits could not be
// asked.
func (d *Door) refuse(w http.ResponseWriter, r *http.Request, caller string, err error) {
	status, seconds, why := http.StatusServiceUnavailable, 1, "the limits of callers cannot be checked now; try again in a second"
	if e, ok := errors.AsType[*ExceededError](err); ok {
		status, seconds, why = http.StatusTooManyRequests, e.Seconds(), e.Error()
	}
	if d.Refused != nil {
		d.Refused(status)
	}
	d.Log.LogAttrs(r.Context(), slog.LevelWarn, "caller kept out", slog.Int("status", status), slog.String("caller", caller), slog.Any("error", err))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write((&rpc.Error{Code: mcp.INTERNAL_ERROR, Message: why}).Encode(nil, nil)) // a client that left needs no answer
}
