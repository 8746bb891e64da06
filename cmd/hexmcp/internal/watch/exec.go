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

// Command is what is run with each event on its standard input.
type Command struct {
	Line     string        // for the shell
	Limit    time.Duration // after which a run of it has failed, and is repeated
	Out, Err io.Writer
}

// stopTime is how long a command may take to end that was told to.
const stopTime = 2 * time.Second

// Deliver runs the command. It has succeeded when its exit status is 0.
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
		endGroup(cmd) // what the shell has started may not heed that it was told to end
	}
	switch {
	case errors.Is(err, exec.ErrWaitDelay): // it succeeded, and left something behind that holds the output open
		return nil
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("the command failed: %w", context.Cause(ctx))
	case err != nil:
		return fmt.Errorf("the command failed: %w", err)
	}
	return nil
}
