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
// is one of the known differences: its words name the field or the status.
func (c *Contract) Explains(document, operation, finding string) bool {
	return slices.ContainsFunc(c.quirks, func(q Quirk) bool {
		field := q.Place[strings.LastIndexAny(q.Place, ".: ")+1:]
		if q.Place == "success" {
			field = "response code"
		}
		return slices.Contains(q.Documents, document) && slices.Contains(q.Operations, operation) && strings.Contains(finding, field)
	})
}
