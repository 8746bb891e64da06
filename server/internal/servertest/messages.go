package servertest

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Request writes a request of a protocol version before 2026-07-28.
func Request(id any, method, params string) string {
	raw, err := json.Marshal(id)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":%q,"params":%s}`, raw, method, params)
}

// Stateless writes a request of protocol version 2026-07-28. Params are members
// of an object, or empty.
func Stateless(id any, method, params string) string {
	meta := `"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}`
	if params != "" {
		meta += ","
	}
	return Request(id, method, "{"+meta+params+"}")
}

// Call writes a call without arguments.
func Call(id any, tool string) string {
	return Request(id, "tools/call", fmt.Sprintf(`{"name":%q,"arguments":{}}`, tool))
}

// CallWithID writes a call whose id is the given JSON.
func CallWithID(id, tool string) string {
	return `{"jsonrpc":"2.0","id":` + id + `,"method":"tools/call","params":{"name":"` + tool + `"}}`
}

// CallWithToken writes a call of id 1 whose client wants progress.
func CallWithToken(tool string) string {
	return Request(1, "tools/call", fmt.Sprintf(`{"name":%q,"_meta":{"progressToken":"t"}}`, tool))
}

// Cancel writes the message that takes back the request whose id is the given
// JSON.
func Cancel(id string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":%s}}`, id)
}

// Response is the part of an answer that tests look at.
type Response struct {
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

// Decode reads an answer.
func Decode(t *testing.T, line string) Response {
	t.Helper()
	var r Response
	require.NoError(t, json.Unmarshal([]byte(line), &r), line)
	return r
}
