package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// ErrNotLoopback says that an address would let other machines in, which must
// be asked for by name as long as the server does not ask who calls.
var ErrNotLoopback = errors.New("not a loopback address")

// Listen opens a TCP address such as 127.0.0.1:8765. An address that other
// machines can reach is refused with [ErrNotLoopback] unless insecureNoAuth.
func Listen(address string, insecureNoAuth bool) (net.Listener, error) {
	tcp, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", address, err)
	}
	if !insecureNoAuth && !tcp.IP.IsLoopback() {
		return nil, fmt.Errorf("listen on %q: %w", address, ErrNotLoopback)
	}
	ln, err := net.ListenTCP("tcp", tcp)
	if err != nil {
		return nil, fmt.Errorf("listen on %q: %w", address, err)
	}
	return ln, nil
}

// Serve serves HTTP on ln until ctx ends. Then it accepts nothing more,
// answers what runs within the grace period, cancels and answers the rest, and
// returns nil. It closes ln.
func (s *Server) Serve(ctx context.Context, ln net.Listener, o HTTPOptions) error {
	f := s.newFront(o)
	defer f.stop(errStopping)
	h := f.httpServer()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(ln) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	s.logStopping()
	f.shutdown(h)
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", ln.Addr(), err)
	}
	return nil
}

// httpServer limits the time that requests and answers take on the wire, the
// latter by [patience], but not the time between: a call may take as long as
// it does.
func (f *front) httpServer() *http.Server {
	h := &http.Server{
		Handler:           f.handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       patience, // ends with the body
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(f.server.log.Handler(), slog.LevelDebug),
	}
	h.RegisterOnShutdown(sync.OnceFunc(func() { close(f.draining) })) // Shutdown may run twice
	return h
}

func (f *front) shutdown(h *http.Server) {
	if shutdownWithin(h, f.server.options.Grace) {
		return
	}
	f.stop(errStopping)
	if !shutdownWithin(h, lastWait) {
		_ = h.Close() // what did not notice its end is cut off
	}
}

func shutdownWithin(h *http.Server, d time.Duration) bool {
	ctx, done := context.WithTimeout(context.Background(), d)
	defer done()
	return h.Shutdown(ctx) == nil
}
