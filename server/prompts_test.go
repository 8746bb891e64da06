package server_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/tools"
	"hexmcp/tools/prompts"
)

// promptServer serves the chosen tools and all prompts on a simulated workspace.
func promptServer(t *testing.T, choice tools.Choice) *server.Server {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexcontract.Workspace(t, hexsim.New())})
	require.NoError(t, err)
	return server.New(server.HexInfo("test"), server.Tools(choice.Select(), server.OneClient(hex)), server.Options{
		Logger: slog.New(slog.DiscardHandler), WhyOff: choice.WhyOffByName, Prompts: prompts.All(),
	})
}

// ask makes a request and returns its result or its error as JSON.
func ask(t *testing.T, d rpc.Dispatcher, request string) string {
	t.Helper()
	m, wrong := rpc.Parse([]byte(request))
	require.Nil(t, wrong)
	r, ctx := rpc.NewRequest(t.Context(), m, nil, 0)
	defer r.Stop(nil)
	return string(d.Dispatch(ctx, r).Encode(nil, m.ID))
}

func promptNames(t *testing.T, d rpc.Dispatcher) (names []string) {
	t.Helper()
	var answer struct{ Result mcp.ListPromptsResult }
	require.NoError(t, json.Unmarshal([]byte(ask(t, d, servertest.Request(1, "prompts/list", `{}`))), &answer))
	for _, p := range answer.Result.Prompts {
		names = append(names, p.Name)
	}
	return names
}

func TestAPromptIsOfferedWhereAllOfItsToolsAre(t *testing.T) {
	assert.Len(t, promptNames(t, promptServer(t, tools.Choice{})), len(prompts.All()))
	readOnly := []string{"connections_in_use", "empty_collections", "explain_failure", "failed_runs", "find_in_cells", "schedules", "stale_projects", "what_changed", "who_has_access"}
	assert.Equal(t, readOnly, promptNames(t, promptServer(t, tools.Choice{ReadOnly: true})))
	assert.Empty(t, promptNames(t, promptServer(t, tools.Choice{Toolsets: []string{"guides"}})))

	s := promptServer(t, tools.Choice{})
	narrowed, err := s.Narrow(rpc.Wish{ReadOnly: true})
	require.NoError(t, err)
	assert.Equal(t, readOnly, promptNames(t, narrowed))
	offboard := servertest.Request(1, "prompts/get", `{"name":"offboard","arguments":{"user":"ada"}}`)
	assert.Contains(t, ask(t, narrowed, offboard), `unknown prompt`)
	assert.Contains(t, ask(t, s, offboard), `The user \"ada\" leaves.`)
	assert.Contains(t, ask(t, narrowed, complete("ref/prompt", "offboard", "user", "ada")), `unknown prompt`)
}

// A list that was made for one client is no one else's to keep.
func TestTheNarrowedListOfPromptsIsPrivate(t *testing.T) {
	s := promptServer(t, tools.Choice{})
	narrowed, err := s.Narrow(rpc.Wish{ReadOnly: true})
	require.NoError(t, err)
	list := servertest.Stateless(1, "prompts/list", "")
	assert.Contains(t, ask(t, s, list), `"cacheScope":"public"`)
	assert.Contains(t, ask(t, narrowed, list), `"cacheScope":"private"`)
}

func complete(ref, name, argument, typed string) string {
	key := "name"
	if ref == "ref/resource" {
		key = "uri"
	}
	return servertest.Request(1, "completion/complete", fmt.Sprintf(`{"ref":{"type":%q,%q:%q},"argument":{"name":%q,"value":%q}}`, ref, key, name, argument, typed))
}

func TestWhatIsTypedIsCompletedByWhatPeopleSee(t *testing.T) {
	s := promptServer(t, tools.Choice{})
	assert.Contains(t, ask(t, s, complete("ref/prompt", "run_project", "project", "forecast")), `"Demand forecast"`)
	assert.Contains(t, ask(t, s, complete("ref/prompt", "run_project", "project", "")), `"values":["`, "without a word, some projects")
	assert.Contains(t, ask(t, s, complete("ref/prompt", "offboard", "user", "ada")), `ada`)
	for name, request := range map[string]string{
		"no word":      complete("ref/prompt", "offboard", "user", " "),
		"a plain text": complete("ref/prompt", "run_project", "inputs", "a"),
		"no argument":  complete("ref/prompt", "run_project", "nothing", "a"),
	} {
		assert.Contains(t, ask(t, s, request), `"values":[]`, name)
	}
	narrowed, err := promptServer(t, tools.Choice{}).Narrow(rpc.Wish{Tools: []string{"HEX_SEARCH_CELLS"}})
	require.NoError(t, err)
	assert.Contains(t, ask(t, narrowed, complete("ref/prompt", "run_project", "project", "forecast")), "unknown prompt")
}
