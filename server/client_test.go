package server

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// stdioClient speaks to a server through pipes.
type stdioClient struct {
	t     *testing.T
	in    *io.PipeWriter
	lines *bufio.Scanner
	done  chan error // gets what ServeStdio returned
	stop  context.CancelFunc
}

func startStdio(t *testing.T, s *Server) *stdioClient {
	ctx, stop := context.WithCancel(t.Context())
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	c := &stdioClient{t: t, in: inW, lines: bufio.NewScanner(outR), done: make(chan error, 1), stop: stop}
	c.lines.Buffer(nil, 64<<20)
	go func() {
		err := s.ServeStdio(ctx, inR, outW)
		outW.Close()
		c.done <- err
	}()
	t.Cleanup(func() { stop(); inW.Close(); outR.Close() })
	return c
}

// send writes one line.
func (c *stdioClient) send(line string) {
	c.t.Helper()
	_, err := io.WriteString(c.in, line+"\n")
	require.NoError(c.t, err)
}

// line reads the server's next line.
func (c *stdioClient) line() string {
	c.t.Helper()
	require.True(c.t, c.lines.Scan(), "the server wrote no more")
	return c.lines.Text()
}

// rest reads what the server writes until it ends.
func (c *stdioClient) rest() []string {
	var rest []string
	for c.lines.Scan() {
		rest = append(rest, c.lines.Text())
	}
	return rest
}

// response is the part of an answer that tests look at.
type response struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Result struct {
		IsError           bool            `json:"isError"`
		StructuredContent json.RawMessage `json:"structuredContent"`
	} `json:"result"`
	Error *struct {
		Code    int             `json:"code"`
		Message string          `json:"message"`
		Data    json.RawMessage `json:"data"`
	} `json:"error"`
}

func decode(t *testing.T, line string) response {
	t.Helper()
	var r response
	require.NoError(t, json.Unmarshal([]byte(line), &r), line)
	return r
}
