// Package stdio is the transport over standard input and output: one message a
// line, one client a process.
package stdio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"hexmcp/server/rpc"
	"hexmcp/server/stream"
)

// What may wait: beyond it the reader pauses until a call is answered, and with
// it the reading of cancels.
const (
	maxBytes    = 64 << 20
	maxRequests = 4096
)

// Serve serves one client that writes a message a line to in and reads answers,
// a line each, from out. It returns nil when the input has ended and every call
// that was read is answered, and when ctx has ended: then it reads no more,
// gives the running calls the grace period, cancels the rest and answers them
// too. It returns an error when in cannot be read or out cannot be written; the
// latter cancels all calls.
//
// A blocked Read cannot be interrupted. When Serve returns before the end of
// the input it closes in where in is an io.Closer; if that does not wake the
// Read, one goroutine stays in it until the process ends.
func Serve(ctx context.Context, d rpc.Dispatcher, in io.Reader, out io.Writer, o stream.Options) error {
	o = o.WithDefaults()
	c := &connection{
		client: stream.NewClient(context.WithoutCancel(ctx), d, &lineWriter{w: out}, o,
			stream.Limits{Bytes: maxBytes, Requests: maxRequests}),
		lines: newLineReader(in, o.MaxMessage),
		ended: make(chan error, 1),
		turn:  make(chan struct{}),
	}
	defer c.client.Stop(nil)
	err := errors.Join(c.listen(ctx, in), c.client.Drain(ctx))
	if cause := context.Cause(c.client.Context()); cause != nil && !errors.Is(cause, rpc.ErrStopping) {
		return cause
	}
	return err
}

// connection reads what the client sends.
type connection struct {
	client *stream.Client
	lines  *lineReader
	ended  chan error // gets why reading has ended: nil at the end of the input

	turn      chan struct{} // wakes a goroutine that waits to read
	followers atomic.Int32  // goroutines that wait to read
}

// listen reads until the input or ctx ends, or the output is broken.
func (c *connection) listen(ctx context.Context, in io.Reader) error {
	go c.read(ctx)
	select {
	case err := <-c.ended:
		return err
	case <-ctx.Done():
	case <-c.client.Context().Done():
	}
	if closer, ok := in.(io.Closer); ok {
		_ = closer.Close() // nothing more is wanted of it
	}
	return nil
}

// read deals with lines until there are none. It follows the pattern leader and
// followers: whoever has read a call makes it, and another goroutine reads on. To
// wake another one for the call instead takes a tenth of the time that the
// fastest answer takes.
func (c *connection) read(ctx context.Context) {
	for {
		line, err := c.lines.next()
		if c.client.Context().Err() != nil {
			return // serving has ended without this goroutine
		}
		if long, ok := errors.AsType[*lineTooLongError](err); ok {
			c.client.Refuse(&rpc.Message{ID: rpc.FindID(long.head, long.tail)}, rpc.TooLong(c.lines.max))
			continue
		}
		if err != nil {
			c.ended <- endOf(err)
			return
		}
		if work := c.takeLine(ctx, line); work != nil {
			c.letAnotherRead(ctx)
			work()
			if !c.awaitTurn() {
				return
			}
		}
	}
}

// maxFollowers is how many goroutines that have made their calls wait to read.
const maxFollowers = 64

// letAnotherRead lets a goroutine read that has made a call, or a new one. What a
// call needs has grown the stack of the former already, which is a tenth of what the
// server itself does for a small call.
func (c *connection) letAnotherRead(ctx context.Context) {
	select {
	case c.turn <- struct{}{}:
	default:
		go c.read(ctx)
	}
}

// awaitTurn reports whether it is this goroutine's turn to read, once it is: false
// where enough others wait, or serving has ended.
func (c *connection) awaitTurn() bool {
	defer c.followers.Add(-1)
	if c.followers.Add(1) > maxFollowers {
		return false
	}
	select {
	case <-c.turn:
		return true
	case <-c.client.Context().Done():
		return false
	}
}

// endOf is nil at the end of the input.
func endOf(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return fmt.Errorf("read input: %w", err)
}

// takeLine deals with the messages of a line, and returns what makes the last
// call. Calls before it, which only a batch can hold, run in goroutines of
// their own.
func (c *connection) takeLine(ctx context.Context, line []byte) (work func()) {
	if len(line) == 0 {
		return nil
	}
	for _, raw := range rpc.Split(line) {
		if work != nil {
			go work()
		}
		work = c.take(ctx, raw)
	}
	return work
}

// take deals with one message, after waiting until a request can be kept.
func (c *connection) take(ctx context.Context, raw []byte) (work func()) {
	m, err := rpc.Parse(raw)
	if err == nil && !c.client.Admit(ctx, m) {
		err = rpc.Stopping()
	}
	if err != nil {
		c.client.Refuse(m, err)
		return nil
	}
	return c.client.Schedule(m)
}
