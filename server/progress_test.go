package server_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/tools"
	"hexmcp/tools/progress"
)

// sent keeps what is sent.
type sent []string

func (s *sent) Send(b []byte) error {
	*s = append(*s, string(b))
	return nil
}

func TestNoProgressAfterTheResult(t *testing.T) {
	var report progress.Report
	tool := servertest.Tool("half", "Leaves its work half done.", func(ctx context.Context, _ json.RawMessage) tools.Envelope {
		report = progress.Of(ctx)
		report(1, 2, "half")
		return tools.Envelope{Data: json.RawMessage(`{}`)}
	})
	s := server.New(server.Info{Name: "f", Version: "1"}, []server.Tool{tool}, server.Options{})
	m, e := rpc.Parse([]byte(servertest.CallWithToken("half")))
	require.Nil(t, e)
	var out sent
	r, ctx := rpc.NewRequest(t.Context(), m, &out, 0)
	s.Dispatch(ctx, r)
	require.True(t, r.Finish())
	report(2, 2, "done")
	assert.Equal(t, sent{`{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"t","progress":1,"total":2,"message":"half"}}`}, out)
}
