package server_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/tools"
)

type caller struct{}

// Each call gets its client from its context, so callers can have tokens of
// their own.
func TestACallGetsItsClientFromItsContext(t *testing.T) {
	sim := hexsim.New()
	clientOf := func(ctx context.Context) (*hexapi.Client, error) {
		token, ok := ctx.Value(caller{}).(hexapi.Secret)
		if !ok {
			return nil, errors.New("log in first")
		}
		return hexapi.New(hexapi.Config{Token: token, Transport: sim})
	}
	s := server.New(server.HexInfo("test"), server.Tools(tools.All(), clientOf), server.Options{})
	call := func(ctx context.Context) tools.Envelope {
		e, err := s.CallTool(ctx, "HEX_LIST_USERS", nil)
		require.NoError(t, err)
		return e
	}
	assert.True(t, call(context.WithValue(t.Context(), caller{}, hexapi.Secret(hexsim.DemoToken))).Successful())
	assert.Equal(t, tools.Unauthorized, call(context.WithValue(t.Context(), caller{}, hexapi.Secret("wrong"))).Detail.Kind)
	stranger := call(t.Context())
	assert.Equal(t, tools.Unauthorized, stranger.Detail.Kind)
	assert.Equal(t, "log in first", stranger.Error)
}
