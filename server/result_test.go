package server_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/server"
	"hexmcp/server/internal/servertest"
	"hexmcp/server/rpc"
	"hexmcp/server/stdio"
	"hexmcp/server/stream"
	"hexmcp/tools"
)

func TestAnEnvelopeIsEncodedAsEncodingJSONWould(t *testing.T) {
	s := servertest.New().Server()
	failed := servertest.Refuse(t.Context(), nil)
	tests := map[string]*tools.Envelope{
		"success": {Data: json.RawMessage(`{"n":9007199254740993,"s":"\"\\ü "}`)},
		"notes":   {Data: json.RawMessage(`{}`), Notes: []string{"one", "<two> \"2\""}},
		"picture": {Data: json.RawMessage(`{}`), Content: []tools.Content{
			tools.Image{MIMEType: "image/png", Data: []byte("\x89PNG")}, tools.Image{MIMEType: "image/<x>"},
		}},
		"failure": &failed,
	}
	for name, e := range tests {
		for version, kind := range map[string]mcp.ResultType{"negotiated": "", "stateless": mcp.ResultTypeComplete} {
			t.Run(name+" "+version, func(t *testing.T) {
				r := &mcp.CallToolResult{StructuredContent: e, IsError: !e.Successful()}
				r.ResultType = kind
				plain := *r
				plain.StructuredContent = json.RawMessage(e.AppendJSON(nil))
				plain.Content = contentOf(t, e)
				if kind != "" {
					plain.EnsureResultMeta().SetServerInfo(mcp.Implementation{Name: "fixture", Title: "Fixture", Version: "1.0"})
				}
				want, err := json.Marshal(plain)
				require.NoError(t, err)

				got := rpc.Answer{Result: s.ResultOf(e, kind != "")}.Encode(nil, json.RawMessage(`"a"`))

				assert.JSONEq(t, `{"jsonrpc":"2.0","id":"a","result":`+string(want)+`}`, string(got))
			})
		}
	}
}

func contentOf(t *testing.T, e *tools.Envelope) []mcp.Content {
	t.Helper()
	var text string
	require.NoError(t, json.Unmarshal(e.AppendText(nil), &text))
	content := []mcp.Content{mcp.NewTextContent(text)}
	for _, block := range e.Content {
		image := block.(tools.Image)
		content = append(content, mcp.NewImageContent(base64.StdEncoding.EncodeToString(image.Data), image.MIMEType))
	}
	return content
}

func TestTheIDIsEchoedAsItCame(t *testing.T) {
	for _, id := range []string{`9007199254740993`, `"1"`, `1`, `-0.10`, `1e3`, `"A\/"`} {
		t.Run(id, func(t *testing.T) {
			var out bytes.Buffer
			in := strings.NewReader(servertest.CallWithID(id, "echo") + "\n" + `{"jsonrpc":"2.0","method":"nope","id":` + id + `}`)
			require.NoError(t, stdio.Serve(t.Context(), servertest.New().Server(), in, &out, stream.Options{}))
			for line := range strings.Lines(out.String()) {
				assert.Contains(t, line, `"id":`+id+`,`)
			}
		})
	}
}

// unmarshalable fails as a result that a future handler might return.
type unmarshalable struct{}

func (unmarshalable) MarshalJSON() ([]byte, error) { return nil, errors.New(servertest.Secret) }

func TestAResultThatCannotBeEncodedIsLoggedAndStillAnswered(t *testing.T) {
	var log bytes.Buffer
	s := servertest.New().ServerWith(server.Options{Logger: servertest.Logged(&log)})
	got := rpc.Answer{Result: s.OtherResultOf(unmarshalable{})}.Encode([]byte("before "), json.RawMessage("1"))
	assert.Equal(t, string(rpc.Internal().Encode([]byte("before "), json.RawMessage("1"))), string(got))
	assert.Contains(t, log.String(), "answer cannot be encoded")
}

func TestArgumentsAndBodyPassUntouched(t *testing.T) {
	arguments := `{"n":12345678901234567890,"f":1.10,"s":"\u00e9<&>"}`
	var out bytes.Buffer
	in := strings.NewReader(servertest.Request(1, "tools/call", `{"name":"echo","arguments":`+arguments+`}`))

	require.NoError(t, stdio.Serve(t.Context(), servertest.New().Server(), in, &out, stream.Options{}))

	assert.Contains(t, out.String(), `"structuredContent":{"data":`+arguments+`,"error":null,"successful":true}`)
}

func TestAToolIsEncodedOnceForAllLists(t *testing.T) {
	var made atomic.Int32
	all := servertest.New().Tools()
	first := all[0].Input
	all[0].Input = func() json.RawMessage { made.Add(1); return first() }
	s := server.New(server.Info{}, all, server.Options{})
	of2026 := `{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"t","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}`
	for _, params := range []string{"{}", of2026, "{}"} {
		assert.Contains(t, dispatched(t, s, servertest.Request(1, "tools/list", params)), `"name":"`+all[0].Name+`"`)
	}
	assert.EqualValues(t, 1, made.Load())
}

func TestTheListSaysOfEachToolWhatItsDefinitionSays(t *testing.T) {
	s := server.New(server.Info{}, server.Tools(tools.All(), server.OneClient(nil)), server.Options{})
	var answer struct {
		Result struct{ Tools []json.RawMessage }
	}
	require.NoError(t, json.Unmarshal([]byte(dispatched(t, s, servertest.Request(1, "tools/list", "{}"))), &answer))
	listed := map[string]json.RawMessage{}
	for _, definition := range answer.Result.Tools {
		var named struct{ Name string }
		require.NoError(t, json.Unmarshal(definition, &named))
		listed[named.Name] = definition
	}
	assert.Len(t, answer.Result.Tools, len(tools.All()))
	for _, a := range tools.All() {
		want, err := json.Marshal(server.Definition(a))
		require.NoError(t, err)
		require.Contains(t, listed, a.Name)
		assert.JSONEq(t, string(want), string(listed[a.Name]))
	}
}

// dispatched is the answer to a request, encoded.
func dispatched(t *testing.T, s *server.Server, request string) string {
	t.Helper()
	m, e := rpc.Parse([]byte(request))
	require.Nil(t, e)
	r, ctx := rpc.NewRequest(t.Context(), m, nil, 0)
	return string(s.Dispatch(ctx, r).Encode(nil, m.ID))
}
