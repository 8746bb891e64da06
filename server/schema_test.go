package server

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// MCP_SCHEMAS names the folder that holds the specification's own schemas, which
// are no part of this project. Without it nothing is compared with them.
func TestConversationsFollowTheSpecification(t *testing.T) {
	schemas := os.Getenv("MCP_SCHEMAS")
	if schemas == "" {
		t.Log("MCP_SCHEMAS is not set: no conversation is compared with the specification's schemas")
		return
	}
	for file, revision := range map[string]string{"legacy.txtar": "2025-11-25", "modern.txtar": "2026-07-28"} {
		t.Run(revision, func(t *testing.T) {
			spec := openSpecification(t, schemas, revision)
			archive, err := txtar.ParseFile(filepath.Join("../testdata/conversations", file))
			require.NoError(t, err)
			for _, section := range archive.Files {
				if section.Name == "both eras on one connection" {
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

func openSpecification(t *testing.T, schemas, revision string) *specification {
	t.Helper()
	file, err := os.Open(filepath.Join(schemas, revision+".json"))
	require.NoError(t, err)
	defer file.Close()
	doc, err := jsonschema.UnmarshalJSON(file)
	require.NoError(t, err)
	s := &specification{url: "mcp:" + revision, compiler: jsonschema.NewCompiler()}
	require.NoError(t, s.compiler.AddResource(s.url, doc))
	return s
}

// results name the definition of each method's result.
var results = map[string]string{
	"initialize":           "InitializeResult",
	"ping":                 "EmptyResult",
	"server/discover":      "DiscoverResult",
	"subscriptions/listen": "SubscriptionsListenResult",
	"tools/call":           "CallToolResult",
	"tools/list":           "ListToolsResult",
}

func (s *specification) check(t *testing.T, conversation string) {
	asked := make(map[string]string) // id to method
	for line := range strings.Lines(conversation) {
		said, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if said == ">" {
			for _, raw := range messages([]byte(text)) {
				m, _ := parse(raw)
				asked[string(m.ID)] = m.Method
			}
			continue
		}
		var m message
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
