package hexcontract

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// DocumentsVariable names the environment variable that holds the folder of Hex's
// own OpenAPI documents, which are no part of this project.
const DocumentsVariable = "HEX_API_DOCS"

// Documents are Hex's own OpenAPI documents; none where the variable is not set.
func Documents(t testing.TB) []string {
	t.Helper()
	dir := os.Getenv(DocumentsVariable)
	if dir == "" {
		t.Logf("%s is not set: nothing is compared with Hex's own documents", DocumentsVariable)
		return nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "openapi-*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s=%s holds no openapi-*.json", DocumentsVariable, dir)
	}
	return files
}

// Quirk is a place where the API of today, which the facts state, differs from
// documents of Hex.
type Quirk struct {
	Documents  []string `json:"documents"`  // file names
	Operations []string `json:"operations"` // their names
	Place      string   `json:"place"`      // such as "answer: runs[].projectVersion"
	Why        string   `json:"why"`
}

// Explains reports whether a finding of another judge, who goes by a document,
// is a known difference: the facts say that no document has the operation, or a
// quirk does whose words name the field or the status.
func (c *Contract) Explains(document string, op *Operation, finding string) bool {
	if op.Source != "" {
		return true
	}
	return slices.ContainsFunc(c.quirks, func(q Quirk) bool {
		return slices.Contains(q.Documents, document) && slices.Contains(q.Operations, op.ID) && strings.Contains(finding, q.words())
	})
}

// words are what a finding about the place of the quirk holds.
func (q Quirk) words() string {
	switch q.Place {
	case "operation":
		return "' not found"
	case "success":
		return "response code"
	}
	return q.Place[strings.LastIndexAny(q.Place, ".: ")+1:]
}
