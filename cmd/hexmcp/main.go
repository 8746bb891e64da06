// Hexmcp lets AI agents work with Hex, the data workspace: an MCP server over
// standard input and output or HTTP.
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
	exitFailed = 1 // the call failed, or the server could not go on
	exitUsage  = 2 // the command line or the configuration is wrong
)

func main() {
	kept := restGC()
	log.SetOutput(io.Discard) // net/http quotes answers there that it did not expect
	hung, _ := hangUp(context.Background())
	ctx := told(hung, os.Interrupt, syscall.SIGTERM)
	streams := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv, keyring: profile.System()}
	status := run(ctx, streams, os.Args[1:])
	runtime.KeepAlive(kept)
	os.Exit(status)
}

// told returns a context that ends with the first of the signals. By then the next
// one ends the program at once, as if nobody listened: signal.NotifyContext would
// still swallow one that comes soon after.
func told(ctx context.Context, signals ...os.Signal) context.Context {
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

// hangUp returns a context that ends when the terminal does. Both the kernel and
// a shell may say so, so that a second signal changes nothing. One that was
// started to survive it, as by nohup, does.
func hangUp(ctx context.Context) (context.Context, context.CancelFunc) {
	if signal.Ignored(syscall.SIGHUP) {
		return context.WithCancel(ctx)
	}
	return signal.NotifyContext(ctx, syscall.SIGHUP)
}

// streams are the process's ways in and out, so that tests can be a process.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	env func(string) (string, bool)

	keyring profile.Keyring // nil for none
}

// run is the whole program. What it says on standard error waits for nobody.
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

// survivePipes keeps a server from dying with whoever reads its log or, over
// stdio, its answers: writing fails instead.
func survivePipes() { signal.Ignore(syscall.SIGPIPE) }

// failure is an error that is not the command line's fault. Without err all has
// been said on standard output.
type failure struct{ err error }

func (f *failure) Error() string { return fmt.Sprint(f.err) }

func failed(err error) error {
	if err == nil {
		return nil
	}
	return &failure{err}
}
