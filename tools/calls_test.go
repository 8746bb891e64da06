package tools

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
)

// calls are the example calls of each tool.
func calls(t *testing.T) map[string]hexcontract.Examples {
	t.Helper()
	all := hexcontract.ReadExamples(t)
	for _, a := range All() {
		if all[a.Name]["minimal"] == nil || all[a.Name]["full"] == nil {
			t.Errorf(`%s: write example arguments there, {"minimal": {"arguments": {…}}, "full": {"arguments": {…}}}, then run make generate`,
				hexcontract.ExamplesFile(a.Name))
		}
	}
	for name := range all {
		if _, ok := Find(name); !ok {
			t.Errorf("%s: there is no such tool: delete the file, or put the row back into tools", hexcontract.ExamplesFile(name))
			delete(all, name)
		}
	}
	return all
}

// Each example call succeeds in a simulated workspace, and makes the requests that
// stand beside it. With -update they are written anew.
func TestGoldenCalls(t *testing.T) {
	contract := hexcontract.Open(t)
	for tool, examples := range calls(t) {
		for size, example := range examples {
			var made []hexcontract.Request
			for _, e := range exchange(t, tool, example.Arguments) {
				made = append(made, contract.Record(e))
			}
			if !*update {
				assert.Equal(t, asJSON(t, example.Requests), asJSON(t, made),
					"%s: %s: mend the method in hexapi, or run make generate if the change is meant", hexcontract.ExamplesFile(tool), size)
			}
			example.Requests = made
		}
		if *update && !t.Failed() {
			hexcontract.WriteExamples(t, tool, examples)
		}
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.MarshalIndent(v, "", "  ")
	require.NoError(t, err)
	return string(b)
}

// exchange makes a call of a fresh workspace that must succeed, and returns what
// went over the wire.
func exchange(t *testing.T, tool string, arguments json.RawMessage) []hexcontract.Exchange {
	t.Helper()
	var seen []hexcontract.Exchange
	srv := httptest.NewServer(hexcontract.Watch(hexsim.New(), func(e hexcontract.Exchange) { seen = append(seen, e) }))
	defer srv.Close()
	hex, err := hexapi.New(hexapi.Config{BaseURL: srv.URL, Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, ok := Find(tool)
	require.True(t, ok, tool)
	e := a.Call(t.Context(), hex, arguments)
	require.True(t, e.Successful(), "%s: the simulated workspace refused it: %s", hexcontract.ExamplesFile(tool), e.Error)
	return seen
}
