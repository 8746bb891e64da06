// Hexmcp is an MCP server that lets AI agents work with Hex, the data workspace. It
// serves over standard input and output, or over HTTP.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"hexmcp/cmd/hexmcp/internal/profile"
	"hexmcp/tools/visible"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // the call failed, or the server had to end
	exitUsage  = 2 // the command line or the configuration is wrong
)

func main() {
	kept := restGC()
	log.SetOutput(io.Discard) // net/http logs unexpected answers there, whose text may hold secrets
	hung, _ := hangUp(context.Background())
	ctx := untilSignal(hung, os.Interrupt, syscall.SIGTERM)
	streams := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv, keyring: profile.System()}
	status := run(ctx, streams, os.Args[1:])
	runtime.KeepAlive(kept)
	os.Exit(status)
}

// untilSignal returns a context that ends with the first of the signals. A second signal
// then ends the program at once, because the handler is removed before the context ends.
// With signal.NotifyContext, a second signal that follows soon would be lost.
func untilSignal(ctx context.Context, signals ...os.Signal) context.Context {
	ctx, end := context.WithCancel(ctx)
	first := make(chan os.Signal, 1)
	signal.Notify(first, signals...)
	go func() {
		defer end()
		defer signal.Stop(first)
		select {
		case <-first:
		case <-ctx.Done():
		}
	}()
	return ctx
}

// hangUp returns a context that ends with SIGHUP, when the terminal is closed. The kernel
// and the shell may both send that signal, so a second one must not end the program at
// once. A program that was started to ignore it, as by nohup, goes on.
func hangUp(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return context.WithCancel(ctx)
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

// streams are what the program uses of its process. Tests pass their own.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	env func(string) (string, bool)

	keyring profile.Keyring // nil for none
}

// run is the whole program; it returns the exit status. It writes to standard error
// through a queue, so that it never waits for whoever reads that.
func run(ctx context.Context, s streams, args []string) int {
	said := newQueue(s.err)
	defer said.close()
	s.err = said
	cmd := newRoot(s)
	cmd.SetArgs(args)
	cmd, err := cmd.ExecuteContextC(ctx)
	var failed *failure
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errSaid):
		return exitUsage
	case errors.As(err, &failed):
		if failed.err != nil {
			fmt.Fprintln(s.err, "hexmcp:", visible.Text(failed.err.Error()))
		}
		return exitFailed
	default:
		fmt.Fprintln(s.err, "hexmcp:", visible.Text(err.Error()))
		fmt.Fprintf(s.err, "See: %s --help\n", cmd.CommandPath())
		return exitUsage
	}
}

// survivePipes ignores SIGPIPE, which would end the server when the process that reads
// its log or its answers ends. Writing then fails with an error instead.
func survivePipes() { signal.Ignore(syscall.SIGPIPE) }

// failure is an error that ends the program with exitFailed. If err is nil, the program
// prints nothing more, because standard output has said it already.
type failure struct{ err error }

func (f *failure) Error() string { return fmt.Sprint(f.err) }

func failed(err error) error {
	if err == nil {
		return nil
	}
	return &failure{err}
}
