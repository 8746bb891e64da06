package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
)

func TestErrorsOfMCPGoAreToldByTypeAndCode(t *testing.T) {
	tests := map[string]struct {
		request string
		code    int
		says    string
	}{
		"unknown tool":        {servertest.Call(1, "nope"), -32602, `unknown tool "nope"; tools/list names the tools`},
		"a tool named so":     {servertest.Call(1, "tool not found"), -32602, `unknown tool "tool not found"; tools/list names the tools`},
		"no tool":             {servertest.Request(1, "tools/call", `{"arguments":{}}`), -32602, "the call names no tool: give it as params.name; tools/list names the tools"},
		"unknown tool's task": {servertest.Request(1, "tools/call", `{"name":"nope","task":{"ttl":1}}`), -32602, `unknown tool "nope"; tools/list names the tools`},
		"bad cursor":          {servertest.Request(1, "tools/list", `{"cursor":"%"}`), -32602, "the cursor is not one that tools/list has given"},
		"params of a form":    {servertest.Request(1, "initialize", `{"capabilities":5}`), -32602, "the params of initialize do not have the form that the protocol wants"},
		"unknown method":      {servertest.Request(1, "nope", `{}`), -32601, "nope"},
		"unknown prompt":      {servertest.Request(1, "prompts/get", `{"name":"x"}`), -32602, `unknown prompt "x"; prompts/list names the prompts`},
		"argument missing":    {servertest.Request(1, "prompts/get", `{"name":"greet"}`), -32602, "the prompt greet needs the argument project: whose project it is"},
		"argument unknown":    {servertest.Request(1, "prompts/get", `{"name":"greet","arguments":{"project":"a","who":"b"}}`), -32602, "it has project, tone"},
		"completion of what":  {servertest.Request(1, "completion/complete", `{"ref":{"type":"ref/tool","name":"x"},"argument":{"name":"a","value":""}}`), -32602, "do not have the form"},
		"prompt to complete":  {servertest.Request(1, "completion/complete", `{"ref":{"type":"ref/prompt","name":"x"},"argument":{"name":"a","value":""}}`), -32602, "unknown prompt"},
	}
	s := servertest.New().Server()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m, e := rpc.Parse([]byte(tt.request))
			require.Nil(t, e)
			r, ctx := rpc.NewRequest(t.Context(), m, nil, 0)
			answer := s.Dispatch(ctx, r)
			require.NotNil(t, answer.Error)
			assert.Equal(t, tt.code, answer.Error.Code)
			assert.Contains(t, answer.Error.Message, tt.says)
		})
	}
}
