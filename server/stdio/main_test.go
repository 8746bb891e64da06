package stdio

import (
	"context"
	"io"
	"testing"

	"go.uber.org/goleak"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start serves a client of the fixture's tools.
func start(t *testing.T, f *servertest.Fixture, o stream.Options) *servertest.LineClient {
	return servertest.StartLines(t, func(ctx context.Context, in io.Reader, out io.Writer) error {
		return Serve(ctx, f.Server(), in, out, o)
	})
}
