package tools

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
)

// freeTexts are optional arguments of which an empty string is a value.
var freeTexts = []string{"password", "description", "label", "body", "subject", "outputDataframe", "name"}

// Null, an empty string that can be no value, and absence are the same in every
// optional argument, at any depth: the same requests are made. Hosts that make all
// arguments required send what they have.
func TestNullEmptyAndAbsentAreTheSameEverywhere(t *testing.T) {
	tried := 0
	for tool, examples := range calls(t) {
		if tool == "HEX_UPDATE_CELL" {
			continue // where null has a meaning of its own
		}
		a, ok := Find(tool)
		require.True(t, ok)
		for size, example := range examples {
			eachOptional(t, a.Input(), func(path []string, isText bool) {
				name := path[len(path)-1]
				values := []any{nil}
				if isText && !slices.Contains(freeTexts, name) {
					values = append(values, "")
				}
				without, there := put(t, example.Arguments, path, noValue{})
				if !there {
					return
				}
				want := outcome(t, a, without)
				for _, value := range values {
					tried++
					with, _ := put(t, example.Arguments, path, value)
					assert.Equal(t, want, outcome(t, a, with), "%s %s: %s as %v", tool, size, strings.Join(path, "."), value)
				}
			})
		}
	}
	assert.Greater(t, tried, 200)
}

// eachOptional visits the arguments that may be left out.
func eachOptional(t *testing.T, schema json.RawMessage, visit func(path []string, isText bool)) {
	t.Helper()
	var root property
	require.NoError(t, json.Unmarshal(schema, &root))
	required := map[string][]string{"": root.Required}
	eachProperty(t, schema, func(path []string, p property) {
		required[strings.Join(path, ".")] = requiredIn(t, p)
		if parent := strings.Join(path[:len(path)-1], "."); !slices.Contains(required[parent], path[len(path)-1]) {
			visit(path, p.Type == "string")
		}
	})
}

// requiredIn are the names that a value, or each entry of a list, must have.
func requiredIn(t *testing.T, p property) []string {
	t.Helper()
	if p.Items != nil {
		require.NoError(t, json.Unmarshal(p.Items, &p))
	}
	return p.Required
}

// noValue stands for no value.
type noValue struct{}

// put returns arguments with a value at path, in the first entry of each list on
// the way; not there where something on the way is missing. What is empty without
// the value is left out, too.
func put(t *testing.T, arguments json.RawMessage, path []string, value any) (changed json.RawMessage, there bool) {
	t.Helper()
	var root map[string]any
	require.NoError(t, json.Unmarshal(arguments, &root))
	if !putInto(root, path, value) {
		return nil, false
	}
	changed, err := json.Marshal(root)
	require.NoError(t, err)
	return changed, true
}

func putInto(object map[string]any, path []string, value any) bool {
	name := path[0]
	if len(path) == 1 {
		object[name] = value
		if value == (noValue{}) {
			delete(object, name)
		}
		return true
	}
	inner := object[name]
	if list, ok := inner.([]any); ok && len(list) > 0 {
		inner = list[0]
	}
	within, ok := inner.(map[string]any)
	if !ok || !putInto(within, path[1:], value) {
		return false
	}
	if len(within) == 0 {
		delete(object, name)
	}
	return true
}

// outcome is what a call of a fresh workspace sends, and the kind of its failure.
// Time is that of the call alone: calls that wait for a run take no time.
func outcome(t *testing.T, a Action, arguments json.RawMessage) []string {
	t.Helper()
	var sent []string
	synctest.Test(t, func(t *testing.T) {
		workspace := hexcontract.Watch(hexsim.New(), func(e hexcontract.Exchange) {
			sent = append(sent, e.Request.Method+" "+e.Request.URL.String()+" "+string(e.Sent))
		})
		hex, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			w := httptest.NewRecorder()
			in := r.Clone(r.Context())
			in.Body = cmp.Or(r.Body, io.ReadCloser(http.NoBody)) // servers always have one
			workspace.ServeHTTP(w, in)
			return w.Result(), nil
		})})
		require.NoError(t, err)
		if e := a.Call(t.Context(), hex, arguments); !e.Successful() {
			sent = append(sent, string(e.Detail.Kind))
		}
	})
	return sent
}
