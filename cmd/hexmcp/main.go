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
	"syscall"

	"hexmcp/tools/visible"
)

// The exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // the call failed, or the server could not go on
	exitUsage  = 2 // the command line or the configuration is wrong
)

func main() {
	restGC()
	log.SetOutput(io.Discard) // net/http quotes answers there that it did not expect
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	streams := streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv}
	os.Exit(run(ctx, streams, os.Args[1:])) //nolint:gocritic // a process that ends needs no stop
}

// streams are the process's ways in and out, so that tests can be a process.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
	env func(string) (string, bool)
}

// run is the whole program.
func run(ctx context.Context, s streams, args []string) int {
	cmd := newRoot(s)
	cmd.SetArgs(args)
	cmd, err := cmd.ExecuteContextC(ctx)
	var failed *failure
	switch {
	case err == nil:
		return exitOK
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
