package server_test

import (
	"encoding/json"
	"fmt"
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
)

func readAt(uri string) string {
	return servertest.Request(1, "resources/read", fmt.Sprintf(`{"uri":%q}`, uri))
}

// firstValue is the first value that completes an argument.
func firstValue(t *testing.T, d rpc.Dispatcher, request string) string {
	t.Helper()
	var answer struct{ Result mcp.CompleteResult }
	require.NoError(t, json.Unmarshal([]byte(ask(t, d, request)), &answer))
	require.NotEmpty(t, answer.Result.Completion.Values)
	return answer.Result.Completion.Values[0]
}

func templates(t *testing.T, d rpc.Dispatcher) (all []string) {
	t.Helper()
	var answer struct {
		Result struct {
			ResourceTemplates []struct{ URITemplate string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(ask(t, d, servertest.Request(1, "resources/templates/list", `{}`))), &answer))
	for _, r := range answer.Result.ResourceTemplates {
		all = append(all, r.URITemplate)
	}
	return all
}

func TestWhatATitleLeadsToCanBeRead(t *testing.T) {
	s := promptServer(t, tools.Choice{})
	const projectAt, runAt = "hex://projects/{id}", "hex://runs/{projectId}/{runId}"
	id := firstValue(t, s, complete("ref/resource", projectAt, "id", "demand forecast"))
	assert.Contains(t, ask(t, s, readAt("hex://projects/"+id)), `\"title\":\"Demand forecast\"`)
	assert.Contains(t, ask(t, s, readAt("hex://projects/"+id+"/cells")), `\"cellType\":`)

	assert.Equal(t, id, firstValue(t, s, complete("ref/resource", runAt, "projectId", "demand forecast")))
	run := firstValue(t, s, servertest.Request(1, "completion/complete", fmt.Sprintf(
		`{"ref":{"type":"ref/resource","uri":%q},"argument":{"name":"runId","value":""},"context":{"arguments":{"projectId":%q}}}`, runAt, id)))
	assert.Contains(t, ask(t, s, readAt("hex://runs/"+id+"/"+run)), `\"status\":`)
	assert.Contains(t, ask(t, s, complete("ref/resource", runAt, "runId", "")), `"values":[]`, "of no project")
}

func TestWhatCannotBeReadSaysSo(t *testing.T) {
	s := promptServer(t, tools.Choice{})
	for uri, want := range map[string]string{
		"hex://projects/0199ae89-0000-76f5-b961-4542460039d3": `"code":-32002`,
		"hex://projects/nothing":                              `"code":-32602`,
		"hex://projects/..":                                   `"code":-32602`,
		"hex://users/me":                                      `there is nothing to read at \"hex://users/me\"`,
		"file:///etc/passwd":                                  `there is nothing to read`,
	} {
		assert.Contains(t, ask(t, s, readAt(uri)), want, uri)
	}
}

// What the tools do not reach cannot be read either.
func TestResourcesReachNoFurtherThanTools(t *testing.T) {
	s := promptServer(t, tools.Choice{})
	assert.Equal(t, []string{"hex://projects/{id}/cells", "hex://projects/{id}", "hex://runs/{projectId}/{runId}"}, templates(t, s))
	id := firstValue(t, s, complete("ref/resource", "hex://projects/{id}", "id", "demand forecast"))

	off := promptServer(t, tools.Choice{Toolsets: []string{"guides"}})
	assert.Empty(t, templates(t, off))
	assert.Contains(t, ask(t, off, readAt("hex://projects/"+id)), `"error"`)

	narrowed, err := s.Narrow(rpc.Wish{Tools: []string{"HEX_GET_PROJECT"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"hex://projects/{id}"}, templates(t, narrowed))
	assert.Contains(t, ask(t, narrowed, readAt("hex://projects/"+id)), `Demand forecast`)
	assert.Contains(t, ask(t, narrowed, readAt("hex://projects/"+id+"/cells")), `there is nothing to read`)
	assert.Contains(t, ask(t, narrowed, complete("ref/resource", "hex://projects/{id}", "id", "demand")), `"values":[]`, "what finds projects is off")

	hex, err := hexapi.New(hexapi.Config{
		Token: hexsim.DemoToken, Transport: hexcontract.Workspace(t, hexsim.New()),
		Bounds: hexapi.Bounds{Projects: []string{"019971cc-509e-72f6-9ce7-7e830ab98eec"}},
	})
	require.NoError(t, err)
	confined := server.New(server.HexInfo("test"), server.Tools(tools.Choice{Confined: true}.Select(), server.OneClient(hex)), server.Options{})
	assert.Contains(t, ask(t, confined, readAt("hex://projects/"+id)), `"error"`)
	assert.Contains(t, ask(t, confined, complete("ref/resource", "hex://projects/{id}", "id", "demand forecast")), `"values":[]`)
}

func TestAnswersOfResourcesAreNobodyElses(t *testing.T) {
	s := promptServer(t, tools.Choice{})
	id := firstValue(t, s, complete("ref/resource", "hex://projects/{id}", "id", "demand forecast"))
	answer := ask(t, s, servertest.Stateless(1, "resources/read", fmt.Sprintf(`"uri":%q`, "hex://projects/"+id)))
	assert.Contains(t, answer, `"ttlMs":0,"cacheScope":"private"`)
}

// What is completed is found in lists, however the tools answer with them.
func TestIDsAreCompletedWhereListsAreTables(t *testing.T) {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexcontract.Workspace(t, hexsim.New())})
	require.NoError(t, err)
	s := server.New(server.HexInfo("test"), server.Tools(tools.Listing(tools.OnByDefault(), tools.ListAsCSV), server.OneClient(hex)), server.Options{})
	id := firstValue(t, s, complete("ref/resource", "hex://projects/{id}", "id", "demand forecast"))
	assert.Contains(t, ask(t, s, servertest.Request(1, "tools/call", fmt.Sprintf(`{"name":"HEX_GET_PROJECT_RUNS","arguments":{"projectId":%q}}`, id))), `\"csv\":\"`)
	firstValue(t, s, servertest.Request(1, "completion/complete", fmt.Sprintf(
		`{"ref":{"type":"ref/resource","uri":"hex://runs/{projectId}/{runId}"},"argument":{"name":"runId","value":""},"context":{"arguments":{"projectId":%q}}}`, id)))
}
