package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
	"hexmcp/server"
	"hexmcp/server/confirm"
	"hexmcp/server/rpc"
	"hexmcp/tools"
)

const (
	ada     = "0199cd48-a720-7c61-a7b7-a5f7ef01d411"
	finance = "019a5bc8-2325-7c4f-95cc-122dcafd24c8"
)

func confirming(t *testing.T, when confirm.When) *server.Server {
	hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hexcontract.Workspace(t, hexsim.New())})
	require.NoError(t, err)
	return server.New(server.HexInfo("test"), server.Tools(tools.All(), server.OneClient(hex)), server.Options{Confirm: when})
}

// callAsking makes a call of a client with the given capabilities, with further params.
func callAsking(capabilities, tool, arguments, more string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":%q,"arguments":%s%s,"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":%s}}}`,
		tool, arguments, more, capabilities)
}

const forms = `{"elicitation":{"form":{}}}`

// question is what the server asks; "" where it asks nothing.
func question(t *testing.T, answer string) (message, state string) {
	t.Helper()
	var a struct {
		Result struct {
			ResultType    string
			RequestState  string
			InputRequests map[string]struct{ Params struct{ Message string } }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(answer), &a))
	if a.Result.ResultType != "input_required" {
		return "", ""
	}
	return a.Result.InputRequests["confirm"].Params.Message, a.Result.RequestState
}

func answering(state, action, name string) string {
	return fmt.Sprintf(`,"requestState":%q,"inputResponses":{"confirm":{"action":%q,"content":{"name":%q}}}`, state, action, name)
}

func TestWhatCannotBeUndoneIsMadeAfterAYes(t *testing.T) {
	s := confirming(t, "")
	arguments := `{"groupId":"` + finance + `"}`
	get := callAsking(forms, "HEX_GET_GROUP", arguments, "")
	message, state := question(t, ask(t, s, callAsking(forms, "HEX_DELETE_GROUP", arguments, "")))
	assert.Equal(t, "Delete the group “Finance” for good? Access that was shared through it goes too.", message)
	assert.Contains(t, ask(t, s, get), `\"successful\":true`, "nothing is sent before a yes")

	for said, want := range map[string]string{
		answering(state, "decline", ""):       "did not agree",
		answering(state, "accept", "finance"): "typed another one",
	} {
		answer := ask(t, s, callAsking(forms, "HEX_DELETE_GROUP", arguments, said))
		assert.Contains(t, answer, want)
		assert.Contains(t, answer, `"kind":"declined","retryable":false`)
		assert.Contains(t, ask(t, s, get), `\"successful\":true`)
	}
	other, _ := question(t, ask(t, s, callAsking(forms, "HEX_DEACTIVATE_USER", `{"userId":"`+ada+`"}`, answering(state, "accept", "Finance"))))
	assert.Contains(t, other, "ada.okafor@tidewater.example", "a yes to something else is none")

	assert.Contains(t, ask(t, s, callAsking(forms, "HEX_DELETE_GROUP", arguments, answering(state, "accept", "Finance"))), `\"successful\":true`)
	assert.Contains(t, ask(t, s, get), `\"kind\":\"not_found\"`)
}

func TestWhoIsAskedDependsOnTheSettingAndTheClient(t *testing.T) {
	public := func(access string) string {
		return `{"projectId":"019971cc-509e-72f6-9ce7-7e830ab98eec","sharing":{"publicWeb":"` + access + `"}}`
	}
	for name, tt := range map[string]struct {
		when                          confirm.When
		capabilities, tool, arguments string
		asks                          string
	}{
		"public":                   {confirm.Destructive, forms, "HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC", public("APP_ONLY"), "Show the project “Churn model training” to anybody on the internet"},
		"no longer public":         {confirm.Destructive, forms, "HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC", public("NONE"), ""},
		"no longer public, of all": {confirm.All, forms, "HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC", public("NONE"), "Make the call HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC"},
		"a write":                  {confirm.Destructive, forms, "HEX_CREATE_GROUP", `{"name":"New"}`, ""},
		"a write, of all":          {confirm.All, forms, "HEX_CREATE_GROUP", `{"name":"New"}`, "Make the call HEX_CREATE_GROUP"},
		"a read, of all":           {confirm.All, forms, "HEX_LIST_GROUPS", `{}`, ""},
		"never":                    {confirm.Never, forms, "HEX_DELETE_GROUP", `{"groupId":"` + finance + `"}`, ""},
		"a client without forms":   {confirm.All, `{"elicitation":{"url":{}}}`, "HEX_DELETE_GROUP", `{"groupId":"` + finance + `"}`, ""},
		"wrong arguments":          {confirm.Destructive, forms, "HEX_DELETE_GROUP", `{"groupId":"nothing"}`, ""},
		"what is not there":        {confirm.Destructive, forms, "HEX_DELETE_GROUP", `{"groupId":"019a5bc8-0000-7c4f-95cc-122dcafd24c8"}`, "019a5bc8-0000-7c4f"},
	} {
		t.Run(name, func(t *testing.T) {
			asked, _ := question(t, ask(t, confirming(t, tt.when), callAsking(tt.capabilities, tt.tool, tt.arguments, "")))
			assert.Equal(t, tt.asks == "", asked == "", asked)
			assert.Contains(t, asked, tt.asks)
		})
	}
}

// A client that names a task, or answers a question that nobody asked, is asked all
// the same.
func TestNothingGoesAroundTheQuestion(t *testing.T) {
	s := confirming(t, "")
	arguments := `{"groupId":"` + finance + `"}`
	for _, more := range []string{`,"task":{}`, `,"inputResponses":{}`, answering("", "accept", "Finance"), answering(strings.Repeat("A", 54), "accept", "Finance")} {
		asked, _ := question(t, ask(t, s, callAsking(forms, "HEX_DELETE_GROUP", arguments, more)))
		assert.NotEmpty(t, asked, more)
	}
	narrowed, err := s.Narrow(rpc.Wish{ReadOnly: true})
	require.NoError(t, err)
	assert.Contains(t, ask(t, narrowed, callAsking(forms, "HEX_DELETE_GROUP", arguments, "")), "leaves only tools that read")
}
