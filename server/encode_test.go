package server

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/tools"
)

func TestAnEnvelopeIsEncodedAsEncodingJSONWould(t *testing.T) {
	s := newFixture().server(Options{})
	failed := refuse(t.Context(), nil)
	tests := map[string]*tools.Envelope{
		"success": {Data: json.RawMessage(`{"n":9007199254740993,"s":"\"\\ü "}`)},
		"notes":   {Data: json.RawMessage(`{}`), Notes: []string{"one", "<two> \"2\""}},
		"picture": {Data: json.RawMessage(`{}`), Content: []tools.Content{
			tools.Image{MIMEType: "image/png", Data: []byte("\x89PNG")}, tools.Image{MIMEType: "image/<x>"},
		}},
		"failure": &failed,
	}
	for name, e := range tests {
		for era, kind := range map[string]mcp.ResultType{"legacy": "", "modern": mcp.ResultTypeComplete} {
			t.Run(name+" "+era, func(t *testing.T) {
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

				got := s.appendAnswer(nil, json.RawMessage(`"a"`), r, nil)

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
			in := strings.NewReader(callWithID(id, "echo") + "\n" + `{"jsonrpc":"2.0","method":"nope","id":` + id + `}`)
			require.NoError(t, newFixture().server(Options{}).ServeStdio(t.Context(), in, &out))
			for line := range strings.Lines(out.String()) {
				assert.Contains(t, line, `"id":`+id+`,`)
			}
		})
	}
}

// unmarshalable fails as a result that a future handler might return.
type unmarshalable struct{}

func (unmarshalable) MarshalJSON() ([]byte, error) { return nil, errors.New(secret) }

func TestAResultThatCannotBeEncodedIsStillAnswered(t *testing.T) {
	s := newFixture().server(Options{})
	got := s.appendAnswer([]byte("before "), json.RawMessage("1"), unmarshalable{}, nil)
	assert.Equal(t, `before {"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"`+broken+`"}}`, string(got))
}

func TestArgumentsAndBodyPassUntouched(t *testing.T) {
	arguments := `{"n":12345678901234567890,"f":1.10,"s":"\u00e9<&>"}`
	var out bytes.Buffer
	in := strings.NewReader(rpc(1, "tools/call", `{"name":"echo","arguments":`+arguments+`}`))

	require.NoError(t, newFixture().server(Options{}).ServeStdio(t.Context(), in, &out))

	assert.Contains(t, out.String(), `"structuredContent":{"data":`+arguments+`,"error":null,"successful":true}`)
}

func TestTheListIsEncodedOnce(t *testing.T) {
	s := newFixture().server(Options{})
	m, f := parse([]byte(rpc(1, "tools/list", "{}")))
	require.Nil(t, f)
	ask := func() string {
		result, f := s.handle(t.Context(), newCall(m, nil, nil), m)
		require.Nil(t, f)
		return string(s.appendAnswer(nil, m.ID, result, nil))
	}
	first := ask()
	require.NotNil(t, s.lists[0].Load())
	assert.Nil(t, s.lists[1].Load(), "the other era has a list of its own")
	assert.Equal(t, first, ask())
	assert.Contains(t, first, `"name":"echo"`)
}
