package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/tools"
)

// What is optional is neither listed nor called over MCP; hexmcp call has it.
func TestClientsAreOfferedWhatIsOnByDefault(t *testing.T) {
	assert.ElementsMatch(t, names(tools.OnByDefault()), listed(t))
}

func TestClientsAreOfferedWhatTheOperatorChooses(t *testing.T) {
	assert.ElementsMatch(t, []string{"HEX_GET_ME", "HEX_LIST_USERS"}, listed(t, "--toolsets", "users", "--read-only"))
	assert.Equal(t, []string{"HEX_GET_CELL"}, listed(t, "--tools=HEX_GET_CELL,HEX_DELETE_CELL", "--no-destructive"))
}

// A wrong choice does not keep the server from starting, as clients hide why.
func TestAWrongChoiceIsToldInEachCall(t *testing.T) {
	out := serve(t, exitUsage, `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"HEX_LIST_USERS"}}`, "--toolsets", "runz")
	assert.Contains(t, out, `there is no toolset \\\"runz\\\"; did you mean runs?`)
	assert.Contains(t, out, `"kind":"disabled"`)
}

// serve answers one message over standard input and output.
func serve(t *testing.T, status int, message string, args ...string) string {
	t.Helper()
	var out bytes.Buffer
	got := run(t.Context(), streams{in: strings.NewReader(message + "\n"), out: &out, err: io.Discard, env: noEnv}, append([]string{"--demo"}, args...))
	require.Equal(t, status, got)
	return out.String()
}

func listed(t *testing.T, args ...string) []string {
	t.Helper()
	var answer struct {
		Result struct{ Tools []struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal([]byte(serve(t, exitOK, `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`, args...)), &answer))
	var names []string
	for _, tool := range answer.Result.Tools {
		names = append(names, tool.Name)
	}
	return names
}
