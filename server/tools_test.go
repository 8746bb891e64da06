package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/server/rpc"
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

// Some hosts hand the model both forms of an answer, so that it pays twice.
func TestTextOnlyLeavesOutTheStructuredFormAndItsSchema(t *testing.T) {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexsim.New()})
	require.NoError(t, err)
	s := server.New(server.HexInfo("test"), server.Tools(tools.OnByDefault(), server.OneClient(hex)), server.Options{TextOnly: true})
	for request, wanted := range map[string]string{
		`{"jsonrpc":"2.0","id":1,"method":"tools/list"}`:                                                         "HEX_LIST_GROUPS",
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"HEX_LIST_GROUPS","arguments":{}}}`:      `\"successful\":true`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"HEX_LIST_GROUPS","arguments":{"x":1}}}`: `\"successful\":false`,
	} {
		m, fault := rpc.Parse([]byte(request))
		require.Nil(t, fault)
		r, ctx := rpc.NewRequest(t.Context(), m, nil, 0)
		answer := string(s.Dispatch(ctx, r).Encode(nil, m.ID))
		assert.Contains(t, answer, wanted)
		assert.NotContains(t, answer, "structuredContent")
		assert.NotContains(t, answer, "outputSchema")
	}
}

func TestDefinitionsSayHowLargeAnswersCanBe(t *testing.T) {
	a, ok := tools.Find("HEX_LIST_GROUPS")
	require.True(t, ok)
	assert.Nil(t, server.Definition(a).Meta)
	definition, err := json.Marshal(server.Definition(*a.Bounded(tools.DefaultMaxResult, tools.DefaultMaxRows)))
	require.NoError(t, err)
	assert.Contains(t, string(definition), `"_meta":{"anthropic/maxResultSizeChars":40000}`)
}
