package rpc

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A message that cannot be decoded is answered with its id, or its client waits
// for ever.
func TestTheIDOfAMessageThatIsNoJSONIsFound(t *testing.T) {
	deep := strings.Repeat("[", 10_001)
	tests := map[string]struct{ raw, id string }{
		"bad escape":                {`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"\x"}}`, `7`},
		"bad escape before the id":  {`{"jsonrpc":"2.0","params":{"name":"\x"},"id":7,"method":"ping","x":{}}`, `7`},
		"invalid UTF-8":             {"{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"\xff\"}", `"a"`},
		"NUL":                       {"{\"id\":7,\"method\":\"ping\",\x00}", `7`},
		"NUL in a string":           {"{\"method\":\"a\x00\",\"id\":7}", `7`},
		"10,001 levels":             {`{"jsonrpc":"2.0","id":-1.5e3,"params":` + deep, `-1.5e3`},
		"10,001 levels, id last":    {`{"params":` + deep + strings.Repeat("]", 10_001) + `,"id":7}`, `7`},
		"cut off":                   {`{"jsonrpc":"2.0","id":7,"meth`, `7`},
		"cut off within the id":     {`{"jsonrpc":"2.0","id":7`, ``},
		"cut off within a string":   {`{"jsonrpc":"2.0","id":"a`, ``},
		"an id of something inside": {`{"params":{"id":7,"x":"\x"}}`, ``},
		"an id in a text":           {`{"params":"\"id\":7,\x"}`, ``},
		"a value that says id":      {`{"method":"id","x":\x}`, ``},
		"an id that is no id":       {`{"id":[7],"x":"\x"}`, ``},
		"an id that is not UTF-8":   {"{\"id\":\"\xff\"}", ``},
		"an id with a bad escape":   {`{"id":"\x","method":"ping"}`, ``},
		"no number":                 {`{"id":1-2,"method":"ping"}`, ``},
		"no object":                 {`\x`, ``},
		"nothing":                   {`{`, ``},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m, err := Parse([]byte(tt.raw))
			require.NotNil(t, err)
			assert.Equal(t, -32700, err.Code)
			assert.Equal(t, tt.id, string(m.ID))
		})
	}
}
