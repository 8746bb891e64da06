package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/web"
	"hexmcp/tools"
)

// openChosen serves a choice of the tools over HTTP, of which clients may want fewer.
func openChosen(t *testing.T, c tools.Choice) *servertest.HTTPClient {
	s := chosenServer(t, c)
	return servertest.OpenHTTP(t, web.Handler(s, web.Options{Narrow: s.Narrow}))
}

// listed are the names in the list that a client gets with the headers.
func listed(t *testing.T, h *servertest.HTTPClient, headers ...string) []string {
	t.Helper()
	resp, body := h.Do(h.Request(t.Context(), "/mcp", servertest.Request(1, "tools/list", "{}"), headers...))
	require.Equal(t, http.StatusOK, resp.StatusCode, body)
	var answer struct {
		Result struct{ Tools []struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal([]byte(body), &answer))
	var names []string
	for _, tool := range answer.Result.Tools {
		names = append(names, tool.Name)
	}
	return names
}

func TestHeadersNarrowTheTools(t *testing.T) {
	h := openChosen(t, tools.Choice{})
	assert.ElementsMatch(t, []string{"HEX_LIST_USERS", "HEX_DEACTIVATE_USER"}, listed(t, h, "X-MCP-Toolsets", "users"))
	assert.ElementsMatch(t, []string{"HEX_LIST_USERS"}, listed(t, h, "X-MCP-Toolsets", " users ,", "X-MCP-Readonly", "TRUE"))
	assert.ElementsMatch(t, []string{"HEX_GET_CELL"}, listed(t, h, "X-MCP-Tools", "HEX_GET_CELL"))
	assert.ElementsMatch(t, []string{"HEX_LIST_USERS", "HEX_DEACTIVATE_USER", "HEX_GET_CELL"}, listed(t, h, "X-MCP-Toolsets", "users", "X-MCP-Tools", "HEX_GET_CELL"))
	assert.Len(t, listed(t, h, "X-MCP-Readonly", "false"), len(tools.OnByDefault()))
	assert.Len(t, listed(t, h), len(tools.OnByDefault()), "the next client has all again")
}

// What the operator has off stays off, whatever a client says.
func TestHeadersCannotWiden(t *testing.T) {
	h := openChosen(t, tools.Choice{Toolsets: []string{"runs"}, ReadOnly: true})
	own := listed(t, h)
	for _, headers := range [][]string{
		{"X-MCP-Toolsets", "all"}, {"X-MCP-Readonly", "false"}, {"X-MCP-Toolsets", "all,users", "X-MCP-Tools", "HEX_DELETE_CELL,HEX_GET_ME", "X-MCP-Readonly", "0"},
	} {
		assert.ElementsMatch(t, own, listed(t, h, headers...))
	}
	assert.Empty(t, listed(t, h, "X-MCP-Toolsets", "users"))
}

func TestACallOfWhatAHeaderLeavesOutSaysSo(t *testing.T) {
	h := openChosen(t, tools.Choice{})
	call := servertest.Call(1, "HEX_DELETE_GROUP")
	for header, message := range map[string]string{"X-MCP-Readonly": "true", "X-MCP-Toolsets": "users", "X-MCP-Tools": "HEX_GET_ME"} {
		resp, body := h.Do(h.Request(t.Context(), "/mcp", call, header, message))
		assert.Equal(t, http.StatusOK, resp.StatusCode)
		assert.Contains(t, body, `"kind":"disabled"`)
		assert.Contains(t, body, "the header "+header)
	}
	_, body := h.Do(h.Request(t.Context(), "/mcp", "["+call+"]", "X-MCP-Readonly", "true"))
	assert.Contains(t, body, "the header X-MCP-Readonly", "in a batch too")
	_, body = h.Do(h.Request(t.Context(), "/mcp", servertest.Call(1, "HEX_LIST_PROJECTS"), "X-MCP-Tools", "HEX_FIND_PROJECTS"))
	assert.Contains(t, body, "call HEX_FIND_PROJECTS in its place")
	_, body = h.Do(h.Request(t.Context(), "/mcp", servertest.Call(1, "HEX_LIST_PROJECTS"), "X-MCP-Toolsets", "users"))
	assert.Contains(t, body, "do without it", "what it would be sent to is off for this client")
}

func TestInstructionsFollowTheHeaders(t *testing.T) {
	h := openChosen(t, tools.Choice{})
	initialize := servertest.Request(1, "initialize", `{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"c","version":"1"}}`)
	_, body := h.Do(h.Request(t.Context(), "/mcp", initialize))
	require.Contains(t, body, "HEX_RUN_AND_WAIT")
	_, body = h.Do(h.Request(t.Context(), "/mcp", initialize, "X-MCP-Readonly", "true"))
	assert.NotContains(t, body, "HEX_RUN_AND_WAIT")
	assert.NotContains(t, body, "Dangerous")
	for _, method := range []string{"server/discover", "tools/list"} {
		headers := []string{"Mcp-Protocol-Version", "2026-07-28", "Mcp-Method", method}
		_, body = h.Do(h.Request(t.Context(), "/mcp", servertest.Stateless(1, method, ""), headers...))
		assert.Contains(t, body, `"cacheScope":"public"`)
		_, body = h.Do(h.Request(t.Context(), "/mcp", servertest.Stateless(1, method, ""), append(headers, "X-MCP-Readonly", "true")...))
		assert.NotContains(t, body, "HEX_RUN_AND_WAIT")
		assert.Contains(t, body, `"cacheScope":"private"`, "another client has another list")
	}
}

func TestWrongHeadersOfTheChoiceAreRefused(t *testing.T) {
	h := openChosen(t, tools.Choice{})
	for _, tt := range [][3]string{
		{"X-MCP-Toolsets", "runz", "did you mean runs?"},
		{"X-MCP-Tools", "list_cells", "did you mean HEX_LIST_CELLS?"},
		{"X-MCP-Readonly", "maybe", "the header X-MCP-Readonly must be true or false"},
	} {
		for _, message := range []string{servertest.Call(7, "HEX_LIST_USERS"), "[" + servertest.Call(7, "HEX_LIST_USERS") + "]"} {
			resp, body := h.Do(h.Request(t.Context(), "/mcp", message, tt[0], tt[1]))
			assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
			if !strings.HasPrefix(message, "[") {
				assert.Contains(t, body, tt[2])
				assert.Contains(t, body, `"id":7`)
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.URL+"/sse", http.NoBody)
		require.NoError(t, err)
		r.Header.Set(tt[0], tt[1])
		resp, body := h.Do(r)
		assert.Equal(t, http.StatusBadRequest, resp.StatusCode)
		assert.Contains(t, body, tt[2])
	}
}

// A client of SSE says what it wants when it connects.
func TestHeadersOfAnSSEClientNarrowTheTools(t *testing.T) {
	h := openChosen(t, tools.Choice{})
	c := h.Connect("X-MCP-Toolsets", "users", "X-MCP-Readonly", "true")
	c.Send(servertest.Request(1, "tools/list", "{}"))
	list := c.Message()
	assert.Contains(t, list, "HEX_LIST_USERS")
	assert.NotContains(t, list, "HEX_DEACTIVATE_USER")
	c.Send(servertest.Call(2, "HEX_DEACTIVATE_USER"), "X-MCP-Readonly", "false")
	assert.Contains(t, c.Message(), "the header X-MCP-Readonly leaves only tools that read")
}

func TestAWishIsCheckedByName(t *testing.T) {
	_, err := chosenServer(t, tools.Choice{}).Narrow(rpc.Wish{Tools: []string{"HEX_NOPE"}})
	assert.ErrorContains(t, err, `there is no tool "HEX_NOPE"`)
}

// Whoever may not write is told of nothing that writes, and no less for a wish.
func TestACallerSeesTheToolsThatItMayCall(t *testing.T) {
	s := chosenServer(t, tools.Choice{})
	seen := func(may rpc.Withheld, headers ...string) []string {
		o := web.Options{Narrow: s.Narrow, Withheld: func(*http.Request) rpc.Withheld { return may }}
		return listed(t, servertest.OpenHTTP(t, web.Handler(s, o)), headers...)
	}
	reading, writing := seen(rpc.Withheld{Writing: true, Destroying: true}), seen(rpc.Withheld{Destroying: true})
	assert.Contains(t, reading, "HEX_LIST_USERS")
	assert.NotContains(t, reading, "HEX_RUN_PROJECT")
	assert.Contains(t, writing, "HEX_RUN_PROJECT")
	assert.NotContains(t, writing, "HEX_DEACTIVATE_USER")
	assert.Len(t, seen(rpc.Withheld{}), len(tools.OnByDefault()))
	assert.Equal(t, []string{"HEX_LIST_USERS"}, seen(rpc.Withheld{Writing: true}, "X-MCP-Toolsets", "users", "X-MCP-Readonly", "false"))
}
