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
	var out bytes.Buffer
	in := strings.NewReader(`{"jsonrpc":"2.0","id":1,"method":"tools/list"}` + "\n")
	status := run(t.Context(), streams{in: in, out: &out, err: io.Discard, env: noEnv}, []string{"--demo"})
	require.Equal(t, exitOK, status)
	var answer struct {
		Result struct{ Tools []struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &answer))
	var listed []string
	for _, tool := range answer.Result.Tools {
		listed = append(listed, tool.Name)
	}
	assert.ElementsMatch(t, names(tools.OnByDefault()), listed)
}
