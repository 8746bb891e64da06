package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/stdio"
	"hexmcp/server/stream"
	"hexmcp/server/web"
	"hexmcp/tools"
)

// transports are the ways in, each tried with a real MCP client.
var transports = map[string]func(*testing.T, *server.Server) *client.Client{
	"stdio": dialStdio,
	"mcp":   dialMCP,
	"sse":   dialSSE,
}

func dialStdio(t *testing.T, s *server.Server) *client.Client {
	fromClient, toServer := io.Pipe()
	fromServer, toClient := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- stdio.Serve(t.Context(), s, fromClient, toClient, stream.Options{})
		toClient.Close()
	}()
	t.Cleanup(func() { assert.NoError(t, <-ended) })
	return start(t, client.NewClient(transport.NewIO(fromServer, toServer, io.NopCloser(strings.NewReader("")))))
}

// The clients over HTTP are those of the server: connections that all tests share are
// closed whenever a server of any of them is.

func dialMCP(t *testing.T, s *server.Server) *client.Client {
	srv := httptest.NewServer(web.Handler(s, web.Options{}))
	t.Cleanup(srv.Close)
	c, err := client.NewStreamableHttpClient(srv.URL+"/mcp", transport.WithHTTPBasicClient(srv.Client()))
	require.NoError(t, err)
	return start(t, c)
}

func dialSSE(t *testing.T, s *server.Server) *client.Client {
	srv := httptest.NewServer(web.Handler(s, web.Options{}))
	t.Cleanup(srv.Close)
	c, err := client.NewSSEMCPClient(srv.URL+"/sse", transport.WithHTTPClient(srv.Client()))
	require.NoError(t, err)
	return start(t, c)
}

func start(t *testing.T, c *client.Client) *client.Client {
	t.Cleanup(func() { _ = c.Close() })
	require.NoError(t, c.Start(t.Context()))
	_, err := c.Initialize(t.Context(), mcp.InitializeRequest{Params: mcp.InitializeParams{
		ProtocolVersion: mcp.LATEST_PROTOCOL_VERSION,
		ClientInfo:      mcp.Implementation{Name: "test", Version: "1"},
	}})
	require.NoError(t, err)
	return c
}

// hexServer serves the catalogue on a simulated workspace.
func hexServer(t *testing.T, token hexapi.Secret, options ...hexsim.Option) *server.Server {
	hex, err := hexapi.New(hexapi.Config{Token: token, Transport: hexcontract.Workspace(t, hexsim.New(options...))})
	require.NoError(t, err)
	return server.New(server.HexInfo("test"), server.Tools(tools.All(), server.OneClient(hex)), server.Options{Logger: slog.New(slog.DiscardHandler)})
}

// envelope is an answer as a client reads it.
type envelope struct {
	Data        json.RawMessage    `json:"data"`
	Error       *string            `json:"error"`
	Successful  bool               `json:"successful"`
	ErrorDetail *tools.ErrorDetail `json:"errorDetail"`
	Notes       []string           `json:"notes"`
}

// callTool makes a call and checks what holds for every answer: the text block
// is the structured content, and isError says whether it failed.
func callTool(t *testing.T, c *client.Client, name string, arguments json.RawMessage) envelope {
	t.Helper()
	res, err := c.CallTool(t.Context(), mcp.CallToolRequest{Params: mcp.CallToolParams{Name: name, Arguments: arguments}})
	require.NoError(t, err)
	structured, err := json.Marshal(res.StructuredContent)
	require.NoError(t, err)
	require.NotEmpty(t, res.Content)
	text, ok := res.Content[0].(mcp.TextContent)
	require.True(t, ok)
	for _, block := range res.Content[1:] {
		_, isImage := block.(mcp.ImageContent)
		assert.True(t, isImage, "what follows the JSON is pictures")
	}
	assert.JSONEq(t, string(structured), text.Text)
	var e envelope
	require.NoError(t, json.Unmarshal([]byte(text.Text), &e))
	assert.Equal(t, res.IsError, !e.Successful)
	return e
}

// calls are the example arguments of each tool, by size: minimal, full and others.
func calls(t *testing.T) map[string]map[string]json.RawMessage {
	t.Helper()
	all := make(map[string]map[string]json.RawMessage)
	for tool, examples := range hexcontract.ReadExamples(t) {
		all[tool] = make(map[string]json.RawMessage)
		for size, example := range examples {
			all[tool][size] = example.Arguments
		}
	}
	return all
}

func throughEachTransport(t *testing.T, token hexapi.Secret, test func(*testing.T, *client.Client), options ...hexsim.Option) {
	for _, name := range slices.Sorted(maps.Keys(transports)) {
		t.Run(name, func(t *testing.T) { test(t, transports[name](t, hexServer(t, token, options...))) })
	}
}

func TestEachToolSucceedsThroughEachTransport(t *testing.T) {
	for name, call := range calls(t) {
		for size, arguments := range call {
			t.Run(name+"/"+size, func(t *testing.T) {
				throughEachTransport(t, hexsim.DemoToken, func(t *testing.T, c *client.Client) {
					e := callTool(t, c, name, arguments)
					require.True(t, e.Successful, "%v", e.Error)
					assert.NotEqual(t, "null", string(e.Data))
					assert.Nil(t, e.ErrorDetail)
				})
			})
		}
	}
}

func TestEveryClientSeesTheWholeCatalogue(t *testing.T) {
	throughEachTransport(t, hexsim.DemoToken, func(t *testing.T, c *client.Client) {
		list, err := c.ListTools(t.Context(), mcp.ListToolsRequest{})
		require.NoError(t, err)
		seen := make(map[string]bool)
		for _, tool := range list.Tools {
			seen[tool.Name] = true
		}
		for _, a := range tools.All() {
			if !seen[a.Name] {
				t.Errorf("%s is not in tools/list: register it in server/tools.go", a.Name)
			}
		}
		assert.Len(t, seen, len(list.Tools), "a name is listed twice")
		for _, tool := range list.Tools {
			if _, ok := tools.Find(tool.Name); !ok {
				t.Errorf("tools/list has %s, which is no row of tools: list the catalogue only", tool.Name)
			}
			h := tool.Annotations
			assert.NotEmpty(t, tool.Title)
			for _, hint := range []*bool{h.ReadOnlyHint, h.DestructiveHint, h.IdempotentHint, h.OpenWorldHint} {
				assert.NotNil(t, hint, "%s: all four hints", tool.Name)
			}
		}
	})
}

// Each kind of bad argument is told to the caller in a sentence that names the
// argument, what is wrong, and what is allowed; and nothing reaches Hex.
func TestBadArgumentsAreExplained(t *testing.T) {
	const project = `"projectId":"01990762-af2f-7d34-9cb0-00fc4a11ffd3"`
	cases := map[string]struct {
		tool, arguments string
		says            []string
	}{
		"missing":             {"HEX_GET_PROJECT", `{}`, []string{"projectId", "HEX_LIST_PROJECTS"}},
		"unknown":             {"HEX_GET_PROJECT", `{` + project + `,"verbose":true}`, []string{"verbose", "includeSharing"}},
		"not a uuid":          {"HEX_GET_PROJECT", `{"projectId":"revenue"}`, []string{"projectId", "revenue", "UUID"}},
		"wrong type":          {"HEX_LIST_PROJECTS", `{"includeSharing":"maybe"}`, []string{"includeSharing", "maybe", "true or false"}},
		"too small":           {"HEX_LIST_PROJECTS", `{"limit":0}`, []string{"limit", "1", "100"}},
		"too large":           {"HEX_LIST_USERS", `{"limit":501}`, []string{"limit", "501", "500"}},
		"not a choice":        {"HEX_LIST_PROJECTS", `{"sortBy":"TITLE"}`, []string{"sortBy", "TITLE", "CREATED_AT", "LAST_EDITED_AT", "LAST_PUBLISHED_AT"}},
		"empty name":          {"HEX_CREATE_GROUP", `{"name":""}`, []string{"name", "empty"}},
		"deep":                {"HEX_EDIT_PROJECT_SHARING_USERS", `{` + project + `,"sharing":{"upsert":{"users":[{"user":{"id":"x"},"access":"OWNER"}]}}}`, []string{"sharing.upsert.users[0].access", "FULL_ACCESS", "sharing.upsert.users[0].user.id"}},
		"null where a value":  {"HEX_GET_PROJECT", `{"projectId":null}`, []string{"projectId"}},
		"status left out":     {"HEX_UPDATE_PROJECT", `{` + project + `}`, []string{"status"}},
		"not an object":       {"HEX_LIST_PROJECTS", `[1]`, []string{"object"}},
		"source of the wrong": {"HEX_CREATE_CELL", `{` + project + `,"cellType":"SQL","contents":{"codeCell":{"source":"1"}}}`, []string{"contents", "sqlCell", "codeCell"}},
		"two sources":         {"HEX_CREATE_CELL", `{` + project + `,"cellType":"SQL","contents":{"codeCell":{"source":"1"},"sqlCell":{"source":"1"}}}`, []string{"exactly sqlCell", "codeCell and sqlCell"}},
		"two databases":       {"HEX_CREATE_CELL", `{` + project + `,"cellType":"SQL","contents":{"sqlCell":{"source":"1","isDataframeSql":true,"dataConnectionId":"019ab77b-90fe-7723-9d3e-6ea1423c3676"}}}`, []string{"dataConnectionId", "isDataframeSql", "not both"}},
		"nothing to update":   {"HEX_UPDATE_CELL", `{"cellId":"019b2284-db34-76cd-8a28-02bb0564c5a6"}`, []string{"contents", "dataConnectionId"}},
		"empty contents":      {"HEX_UPDATE_CELL", `{"cellId":"019b2284-db34-76cd-8a28-02bb0564c5a6","contents":{}}`, []string{"codeCell, sqlCell and markdownCell", "nothing"}},
		"nothing to publish":  {"HEX_PUBLISH_GUIDE_DRAFTS", `{}`, []string{"orgGuideFileIds", "publishAllDraftGuides"}},
		"too many":            {"HEX_EDIT_PROJECT_SHARING_USERS", `{` + project + `,"sharing":{"upsert":{"users":[` + strings.TrimSuffix(strings.Repeat(`{"user":{"id":"0199cd48-a720-7c61-a7b7-a5f7ef01d411"},"access":"NONE"},`, 26), ",") + `]}}}`, []string{"users", "25", "26"}},
		"too long":            {"HEX_UPSERT_GUIDE_DRAFT", `{"files":[{"filePath":"a.md","contents":"` + strings.Repeat("x", 100_001) + `"}]}`, []string{"files[0].contents", "100000"}},
	}
	throughEachTransport(t, hexsim.DemoToken, func(t *testing.T, c *client.Client) {
		for name, bad := range cases {
			e := callTool(t, c, bad.tool, json.RawMessage(bad.arguments))
			require.False(t, e.Successful, name)
			assert.Equal(t, tools.InvalidInput, e.ErrorDetail.Kind, name)
			assert.NotEmpty(t, e.ErrorDetail.Issues, name)
			assert.Zero(t, e.ErrorDetail.Status, "%s: nothing was sent to Hex", name)
			for _, words := range bad.says {
				assert.Contains(t, *e.Error, words, name)
			}
		}
	})
}

// What a model gets slightly wrong and can only mean one thing is put right.
func TestSlightlyWrongArgumentsAreTidied(t *testing.T) {
	throughEachTransport(t, hexsim.DemoToken, func(t *testing.T, c *client.Client) {
		for _, arguments := range []string{
			`{"limit":"2"}`, `{"limit":2.0}`, `{"Limit":2}`, `{"sort_by":"LAST_EDITED_AT"}`, `{"sortBy":"created_at"}`,
			`{"statuses":"Production"}`, `{"include_sharing":"true"}`, `{"after":null}`, `null`,
		} {
			e := callTool(t, c, "HEX_LIST_PROJECTS", json.RawMessage(arguments))
			assert.True(t, e.Successful, "%s: %v", arguments, e.Error)
		}
	})
}

func TestEachKindOfFailureOfHexReachesTheCaller(t *testing.T) {
	const nobody = "019990d4-0000-7000-8000-000000000000"
	cases := map[string]struct {
		token           hexapi.Secret
		tool, arguments string
		kind            tools.Kind
		status          int
		says            []string
	}{
		"unauthorized":  {"wrong", "HEX_LIST_PROJECTS", `{}`, tools.Unauthorized, 401, []string{"HEX_API_TOKEN"}},
		"no token":      {"", "HEX_LIST_PROJECTS", `{}`, tools.Unauthorized, 0, []string{"HEX_API_TOKEN"}},
		"forbidden":     {"readonly", "HEX_CREATE_GROUP", `{"name":"x"}`, tools.Forbidden, 403, []string{"scope"}},
		"not found":     {hexsim.DemoToken, "HEX_GET_PROJECT", `{"projectId":"` + nobody + `"}`, tools.NotFound, 404, []string{"take ids from HEX_LIST_PROJECTS"}},
		"unprocessable": {hexsim.DemoToken, "HEX_RUN_PROJECT", fmt.Sprintf(`{"projectId":%q}`, hexsim.ProjectDraft), tools.Unprocessable, 422, []string{"published"}},
		"bad inputs":    {hexsim.DemoToken, "HEX_RUN_PROJECT", fmt.Sprintf(`{"projectId":%q,"inputParams":{"horizon_days":"soon","nope":1}}`, hexsim.ProjectForecast), tools.Unprocessable, 422, []string{"horizon_days", "nope"}},
		"bad request":   {hexsim.DemoToken, "HEX_UPDATE_PROJECT", fmt.Sprintf(`{"projectId":%q,"status":"Nope"}`, hexsim.ProjectRevenue), tools.InvalidInput, 400, []string{"Correct"}},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			throughEachTransport(t, test.token, func(t *testing.T, c *client.Client) {
				e := callTool(t, c, test.tool, json.RawMessage(test.arguments))
				require.False(t, e.Successful)
				assert.Equal(t, test.kind, e.ErrorDetail.Kind)
				assert.Equal(t, test.status, e.ErrorDetail.Status)
				assert.False(t, e.ErrorDetail.Retryable)
				for _, words := range test.says {
					assert.Contains(t, *e.Error, words)
				}
				if test.status > 401 {
					assert.NotEmpty(t, e.ErrorDetail.TraceID)
					assert.Contains(t, *e.Error, e.ErrorDetail.TraceID)
				}
			}, hexsim.WithReadOnlyToken("readonly"))
		})
	}
}

func TestTheTwentySixthRunFindsNoKernel(t *testing.T) {
	throughEachTransport(t, hexsim.DemoToken, func(t *testing.T, c *client.Client) {
		run := json.RawMessage(fmt.Sprintf(`{"projectId":%q}`, hexsim.ProjectSlow))
		for range hexsim.MaxKernels {
			require.True(t, callTool(t, c, "HEX_RUN_PROJECT", run).Successful)
		}
		e := callTool(t, c, "HEX_RUN_PROJECT", run)
		require.False(t, e.Successful)
		assert.Equal(t, tools.KernelLimit, e.ErrorDetail.Kind)
		assert.True(t, e.ErrorDetail.Retryable)
		assert.Contains(t, *e.Error, "no run was created")
	})
}

func TestPartsOfASharingEditThatHexRefusedAreTold(t *testing.T) {
	throughEachTransport(t, hexsim.DemoToken, func(t *testing.T, c *client.Client) {
		e := callTool(t, c, "HEX_EDIT_PROJECT_SHARING_USERS", json.RawMessage(fmt.Sprintf(
			`{"projectId":%q,"sharing":{"upsert":{"users":[{"user":{"id":%q},"access":"CAN_VIEW"},{"user":{"id":"019990d4-0000-7000-8000-000000000000"},"access":"CAN_VIEW"}]}}}`,
			hexsim.ProjectRevenue, hexsim.UserElif)))
		require.True(t, e.Successful)
		require.Len(t, e.Notes, 1)
		assert.Contains(t, e.Notes[0], "019990d4-0000-7000-8000-000000000000")
	})
}

func TestAnUnknownToolIsToldWhatWasMeant(t *testing.T) {
	s := hexServer(t, hexsim.DemoToken)
	for name, meant := range map[string]string{
		"HEX_LIST_PROJETS": "HEX_LIST_PROJECTS", "list_projects": "HEX_LIST_PROJECTS", "hex_run_project": "HEX_RUN_PROJECT", "weather": "",
	} {
		m, _ := rpc.Parse([]byte(servertest.Call(1, name)))
		r, ctx := rpc.NewRequest(t.Context(), m, nil, 0)
		answer := s.Dispatch(ctx, r)
		require.NotNil(t, answer.Error)
		assert.Equal(t, meant != "", strings.Contains(answer.Error.Message, "did you mean "+meant+"?"), answer.Error.Message)
	}
}

func TestACallWithoutAClientSaysWhy(t *testing.T) {
	for kind, err := range map[tools.Kind]error{
		tools.Unauthorized: errors.New("no token."),
		tools.Disabled:     fmt.Errorf("wrapped: %w", &server.SettingError{Sentence: "the setting is wrong."}),
	} {
		s := server.New(server.HexInfo("test"), server.Tools(tools.All(), func(context.Context) (*hexapi.Client, error) { return nil, err }), server.Options{})
		e, failed := s.CallTool(t.Context(), "HEX_LIST_USERS", nil)
		require.NoError(t, failed)
		assert.Equal(t, err.Error(), e.Error)
		assert.Equal(t, kind, e.Detail.Kind)
	}
}

func TestTheServerTellsAModelHowToWorkWithHex(t *testing.T) {
	srv := httptest.NewServer(web.Handler(hexServer(t, hexsim.DemoToken), web.Options{}))
	t.Cleanup(srv.Close)
	res, err := http.Post(srv.URL+"/mcp", "application/json", strings.NewReader(
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}`))
	require.NoError(t, err)
	defer res.Body.Close()
	var answer struct{ Result mcp.InitializeResult }
	require.NoError(t, json.NewDecoder(res.Body).Decode(&answer))
	assert.Contains(t, answer.Result.ServerInfo.Title, "unofficial", "Hex has not made it")
	assert.Empty(t, answer.Result.ServerInfo.WebsiteURL, "Hex's page is not ours")
	assert.Equal(t, "test", answer.Result.ServerInfo.Version)
	for _, words := range []string{"HEX_FIND_PROJECTS", "HEX_RUN_AND_WAIT", "HEX_WAIT_FOR_RUN", "pagination.after", "Dangerous", "is data"} {
		assert.Contains(t, answer.Result.Instructions, words)
	}
}
