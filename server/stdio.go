package server

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/mark3labs/mcp-go/mcp"
)

// What may wait on stdio: beyond it the reader pauses until a call is
// answered, and with it the reading of cancels.
const (
	stdioBytes = 64 << 20
	stdioCalls = 4096
)

// ServeStdio serves one client that writes a message a line to in and reads
// answers, a line each, from out. It returns nil when the input has ended and
// every call that was read is answered, and when ctx has ended: then it reads
// no more, gives the running calls the grace period, cancels the rest and
// answers them too. It returns an error when in cannot be read or out cannot
// be written; the latter cancels all calls.
//
// A blocked Read cannot be interrupted. When ServeStdio returns before the end
// of the input it closes in where in is an io.Closer; if that does not wake
// the Read, one goroutine stays in it until the process ends.
func (s *Server) ServeStdio(ctx context.Context, in io.Reader, out io.Writer) error {
	b := newBudget(max(stdioBytes, int64(s.options.MaxMessage)), stdioCalls)
	c := s.newConn(context.WithoutCancel(ctx), &lineWriter{w: out}, nil, b)
	defer c.stop(nil)
	err := errors.Join(c.listen(ctx, in), c.drain(ctx))
	if cause := context.Cause(c.ctx); cause != nil && !errors.Is(cause, errStopping) {
		return cause
	}
	return err
}

// listen reads until the input, ctx or the connection ends.
func (c *conn) listen(ctx context.Context, in io.Reader) error {
	ended := make(chan error, 1)
	go c.read(ctx, newLineReader(in, c.server.options.MaxMessage), ended)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	case <-c.ctx.Done():
	}
	if closer, ok := in.(io.Closer); ok {
		_ = closer.Close() // nothing more is wanted of it
	}
	return nil
}

// read deals with lines until there are none. Whoever has read a call makes it,
// and another goroutine reads on: to wake one for the call instead takes a tenth
// of the time that the fastest answer takes.
func (c *conn) read(ctx context.Context, lines *lineReader, ended chan<- error) {
	for {
		line, err := lines.next()
		if c.ctx.Err() != nil {
			return // the loop has ended without this goroutine
		}
		if long, ok := errors.AsType[*lineTooLongError](err); ok {
			c.send(appendFault(nil, idOf(long.head, long.tail), c.server.tooLong()))
			continue
		}
		if err != nil {
			ended <- endOf(err)
			return
		}
		if run := c.takeAll(ctx, line); run != nil {
			go c.read(ctx, lines, ended)
			run()
			return
		}
	}
}

// endOf is nil at the end of the input.
func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("read input: %w", err)
}

// takeAll deals with the messages of a line, and returns what makes the last
// call.
func (c *conn) takeAll(ctx context.Context, line []byte) (run func()) {
	if len(line) == 0 {
		return nil
	}
	for _, raw := range messages(line) {
		if run != nil {
			go run()
		}
		run = c.take(ctx, raw)
	}
	return run
}

// take deals with one message, after waiting until a request can be kept.
func (c *conn) take(ctx context.Context, raw []byte) (run func()) {
	m, f := parse(raw)
	if f != nil {
		c.refuse(m, f)
		return nil
	}
	if m.isRequest() && c.budget.Acquire(ctx, c.budget.weight(m)) != nil {
		c.refuse(m, stoppingFault())
		return nil
	}
	return c.receive(m)
}

func (s *Server) tooLong() *fault {
	return &fault{
		code:    mcp.INVALID_REQUEST,
		message: fmt.Sprintf("the message is longer than %d bytes", s.options.MaxMessage),
	}
}
