package servertest

import (
	"bufio"
	"context"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// LineClient speaks to a server through pipes, a message a line.
type LineClient struct {
	In   *io.PipeWriter
	Done chan error // gets what the server returned
	Stop context.CancelFunc

	t     *testing.T
	lines *bufio.Scanner
}

// StartLines serves a client with a function such as stdio.Serve.
func StartLines(t *testing.T, serve func(ctx context.Context, in io.Reader, out io.Writer) error) *LineClient {
	ctx, stop := context.WithCancel(t.Context())
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	c := &LineClient{t: t, In: inW, lines: bufio.NewScanner(outR), Done: make(chan error, 1), Stop: stop}
	c.lines.Buffer(nil, 64<<20)
	go func() {
		err := serve(ctx, inR, outW)
		outW.Close()
		c.Done <- err
	}()
	t.Cleanup(func() { stop(); inW.Close(); outR.Close() })
	return c
}

// Send writes one line.
func (c *LineClient) Send(line string) {
	c.t.Helper()
	_, err := io.WriteString(c.In, line+"\n")
	require.NoError(c.t, err)
}

// Line reads the server's next line.
func (c *LineClient) Line() string {
	c.t.Helper()
	require.True(c.t, c.lines.Scan(), "the server wrote no more")
	return c.lines.Text()
}

// Rest reads what the server writes until it ends.
func (c *LineClient) Rest() []string {
	var rest []string
	for c.lines.Scan() {
		rest = append(rest, c.lines.Text())
	}
	return rest
}

// Listen keeps what the server writes.
func (c *LineClient) Listen() <-chan string {
	heard := make(chan string, 100)
	go func() {
		for c.lines.Scan() {
			heard <- c.lines.Text()
		}
	}()
	return heard
}
