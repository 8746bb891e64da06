package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"hexmcp/server/rpc"
	"hexmcp/server/stream"
)

// ErrNotLoopback says that an address would let other machines in, which must
// be asked for by name where the server does not ask who calls.
var ErrNotLoopback = errors.New("not a loopback address")

// Listen opens a TCP address such as 127.0.0.1:8765. An address that other
// machines can reach is refused with [ErrNotLoopback] unless exposed.
func Listen(address string, exposed bool) (net.Listener, error) {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", address, err)
	}
	if !exposed && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("listen on %q: %w", address, ErrNotLoopback)
	}
	ln, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", address, err)
	}
	return ln, nil
}

// Serve serves HTTP on ln until ctx ends and [Options.DrainDelay] has passed. Then
// it accepts nothing more, answers what runs within the grace period, cancels and answers the rest, and
// returns nil. It closes ln.
func Serve(ctx context.Context, d rpc.Dispatcher, ln net.Listener, o Options) error {
	t := newTransport(d, o)
	defer t.stop(rpc.ErrStopping)
	h := t.httpServer()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	t.options.LogStopping()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-time.After(o.DrainDelay):
	}
	t.shutdown(h)
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// httpServer limits the time that requests and answers take on the wire, the
// latter by [stallLimit], but not the time between: a call may take as long as
// it does.
func (t *transport) httpServer() *http.Server {
	h := &http.Server{
		Handler:           t.routes(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       stallLimit, // ends with the body
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(t.options.Logger.Handler(), slog.LevelDebug),
	}
	h.RegisterOnShutdown(sync.OnceFunc(func() { close(t.draining) })) // Shutdown may run twice
	h.RegisterOnShutdown(t.questions.Close)
	return h
}

func (t *transport) shutdown(h *http.Server) {
	if shutdownWithin(h, t.options.Grace) {
		return
	}
	t.stop(rpc.ErrStopping)
	if !shutdownWithin(h, stream.LastWait) {
		_ = h.Close() // what did not notice its end is cut off
	}
}

func shutdownWithin(h *http.Server, d time.Duration) bool {
	ctx, done := context.WithTimeout(context.Background(), d)
	defer done()
	return h.Shutdown(ctx) == nil
}
