package stdio

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/stream"
)

// FuzzStdio feeds arbitrary bytes to the stdio loop. Whatever they are, it
// ends, and each line it writes is a JSON-RPC message.
func FuzzStdio(f *testing.F) {
	for _, seed := range []string{
		servertest.Request(1, "ping", "{}") + "\n" + servertest.Call("a", "echo"),
		servertest.CallWithToken("progress") + "\r\n\r\n" + servertest.Cancel("1"),
		servertest.Stateless(1, "server/discover", "") + "\n[]\nnull\n{}\n\xff\n",
		servertest.Call(1, "panic") + "\n" + servertest.Call(1, "noted") + "\n" + servertest.Call(1, "fail"),
		servertest.Stateless(1, "subscriptions/listen", `"notifications":{"toolsListChanged":true}`),
		`{"jsonrpc":"2.0","id":1e400,"method":"tools/list","params":{"cursor":"%"}}`,
		`{"jsonrpc":"2.0","ID":"é","method":"resources/read","params":null}`,
		strings.Repeat("["+servertest.Request(1, "ping", "{}")+"]\n", 200), `{"id":8,"x":` + strings.Repeat("[", 10_001),
		"{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\\q\"}\n{\"id\":10,\x00}\n{\"id\":11,\"\xff\":1}\n", strings.Repeat("{}\n", 1000),
		`{"id":7,"x":"` + string(bytes.Repeat([]byte("x"), 300)),
		servertest.Request(1, "tools/call", `{"name":"echo","arguments":[1,"\u0000\ud800"],"task":{"ttl":1}}`),
	} {
		f.Add([]byte(seed))
	}
	fx := servertest.New()
	s := server.New(server.Info{Name: "fuzz", Version: "1"}, fx.Tools()[:5], server.Options{})
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		cost.Bound(t, len(in), func() {
			require.NoError(t, Serve(t.Context(), s, iotest.HalfReader(bytes.NewReader(in)), &out, stream.Options{MaxMessage: 300}))
		})
		for line := range bytes.Lines(out.Bytes()) {
			requireMessage(t, line)
		}
	})
}

func requireMessage(t *testing.T, line []byte) {
	require.True(t, bytes.HasSuffix(line, []byte("}\n")), "%s", line)
	var raw map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(line, &raw), "%s", line)
	require.JSONEq(t, `"2.0"`, string(raw["jsonrpc"]))
	_, method := raw["method"]
	_, result := raw["result"]
	_, fault := raw["error"]
	kinds := 0
	for _, is := range []bool{method, result, fault} {
		if is {
			kinds++
		}
	}
	require.Equal(t, 1, kinds, "a notification, a result or an error: %s", line)
}
