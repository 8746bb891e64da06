package server_test

import (
	"context"
	"flag"
	"io"
	"log"
	"testing"

	"go.uber.org/goleak"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/stdio"
	"hexmcp/server/stream"
	"hexmcp/server/web"
)

var update = flag.Bool("update", false, "write the server's lines of the conversations anew")

// startStdio serves a client over standard input and output.
func startStdio(t *testing.T, s *server.Server, o stream.Options) *servertest.LineClient {
	return servertest.StartLines(t, func(ctx context.Context, in io.Reader, out io.Writer) error {
		return stdio.Serve(ctx, s, in, out, o)
	})
}

// openHTTP serves clients over HTTP.
func openHTTP(t *testing.T, s *server.Server) *servertest.HTTPClient {
	return servertest.OpenHTTP(t, web.Handler(s, web.Options{}))
}

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http quotes answers that nobody asked for
	goleak.VerifyTestMain(m)
}
