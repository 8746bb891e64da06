package server_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"hexmcp/server/rpc"
)

// MCP_SCHEMAS names the folder that holds the specification's own schemas, which
// are no part of this project. Without it nothing is compared with them.
func TestConversationsFollowTheSpecification(t *testing.T) {
	schemas := os.Getenv("MCP_SCHEMAS")
	if schemas == "" {
		t.Log("MCP_SCHEMAS is not set: no conversation is compared with the specification's schemas")
		return
	}
	for _, version := range []string{"2025-11-25", "2026-07-28"} {
		t.Run(version, func(t *testing.T) {
			spec := openSpecification(t, schemas, version)
			archive, err := txtar.ParseFile(filepath.Join("../testdata/conversations", version+".txtar"))
			require.NoError(t, err)
			for _, section := range archive.Files {
				if section.Name == "both versions on one connection" {
					continue
				}
				t.Run(section.Name, func(t *testing.T) { spec.check(t, string(section.Data)) })
			}
		})
	}
}

// specification finds the definition for each message of the server.
type specification struct {
	url      string
	compiler *jsonschema.Compiler
}

func openSpecification(t *testing.T, schemas, version string) *specification {
	t.Helper()
	file, err := os.Open(filepath.Join(schemas, version+".json"))
	require.NoError(t, err)
	defer file.Close()
	doc, err := jsonschema.UnmarshalJSON(file)
	require.NoError(t, err)
	s := &specification{url: "mcp:" + version, compiler: jsonschema.NewCompiler()}
	require.NoError(t, s.compiler.AddResource(s.url, doc))
	return s
}

// results name the definition of each method's result.
var results = map[string]string{
	"initialize":               "InitializeResult",
	"ping":                     "EmptyResult",
	"completion/complete":      "CompleteResult",
	"prompts/get":              "GetPromptResult",
	"prompts/list":             "ListPromptsResult",
	"resources/read":           "ReadResourceResult",
	"resources/list":           "ListResourcesResult",
	"resources/templates/list": "ListResourceTemplatesResult",
	"server/discover":          "DiscoverResult",
	"subscriptions/listen":     "SubscriptionsListenResult",
	"tools/call":               "CallToolResult",
	"tools/list":               "ListToolsResult",
}

func (s *specification) check(t *testing.T, conversation string) {
	asked := make(map[string]string) // id to method
	for line := range strings.Lines(conversation) {
		said, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if said == ">" {
			for _, raw := range rpc.Split([]byte(text)) {
				m, _ := rpc.Parse(raw)
				asked[string(m.ID)] = m.Method
			}
			continue
		}
		var m rpc.Message
		if json.Unmarshal([]byte(text), &m) != nil {
			continue
		}
		switch {
		case m.Method == "notifications/progress":
			s.validate(t, "ProgressNotification", text)
		case m.Method != "":
			s.validate(t, "JSONRPCNotification", text)
		case m.Error != nil:
			s.validate(t, "JSONRPCErrorResponse", text)
		default:
			s.validate(t, "JSONRPCResultResponse", text)
			require.Contains(t, results, asked[string(m.ID)])
			s.validate(t, results[asked[string(m.ID)]], string(m.Result))
		}
	}
}

func (s *specification) validate(t *testing.T, definition, text string) {
	t.Helper()
	schema, err := s.compiler.Compile(s.url + "#/$defs/" + definition)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value), "%s: %s", definition, text)
}
