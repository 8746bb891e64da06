package watch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// Command is a command that is run for each event, with the event on its standard input.
type Command struct {
	Line     string        // command line for the shell
	Limit    time.Duration // how long a run may take before it is ended and repeated
	Out, Err io.Writer     // for the output of the command
}

// stopTime is how long a command may take to end after it was told to.
const stopTime = 2 * time.Second

// Deliver runs the command. It succeeds if the exit status is 0.
func (c Command) Deliver(ctx context.Context, e Event) error {
	line, err := e.encode()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.Limit, fmt.Errorf("it took longer than %s", c.Limit))
	defer cancel()
	cmd := shell(ctx, c.Line)
	cmd.Stdin = bytes.NewReader(append(line, '\n'))
	cmd.Stdout, cmd.Stderr = c.Out, c.Err
	cmd.WaitDelay = stopTime
	err = cmd.Run()
	if ctx.Err() != nil {
		endGroup(cmd) // processes that the shell has started may have ignored SIGTERM
	}
	switch {
	case errors.Is(err, exec.ErrWaitDelay): // it succeeded, but left a process behind that keeps the output open
		return nil
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("the command failed: %w", context.Cause(ctx))
	case err != nil:
		return fmt.Errorf("the command failed: %w", err)
	}
	return nil
}
