package tools

import (
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
)

// sender is a transport that remembers the requests.
type sender struct {
	to   http.RoundTripper
	sent []string
}

func (s *sender) RoundTrip(r *http.Request) (*http.Response, error) {
	s.sent = append(s.sent, r.Method+" "+r.URL.Path)
	return s.to.RoundTrip(r)
}

// Whatever a tool does, a client that only reads sends nothing else: each tool is
// called, those that --read-only switches off too.
func TestReadOnlyNeverSendsAnythingButReads(t *testing.T) {
	for tool, examples := range calls(t) {
		for size, example := range examples {
			t.Run(tool+"/"+size, func(t *testing.T) {
				a, ok := Find(tool)
				require.True(t, ok)
				s := &sender{to: hexsim.New()}
				c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: s, ReadOnly: true})
				require.NoError(t, err)
				e := a.Call(t.Context(), c, example.Arguments)
				for _, request := range s.sent {
					if !a.Effect.ReadOnly { // one that reads by POST says so in hexapi, or would have been held back
						assert.Regexp(t, "^GET ", request)
					}
				}
				writes := slices.ContainsFunc(example.Requests, func(r hexcontract.Request) bool { return r.Method != http.MethodGet })
				if a.Effect.ReadOnly || !writes { // some look first, and write when they are told to
					require.True(t, e.Successful(), e.Error)
					return
				}
				require.False(t, e.Successful())
				assert.Equal(t, Disabled, e.Detail.Kind)
				assert.Contains(t, e.Error, "--read-only")
			})
		}
	}
}
