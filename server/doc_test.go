package server_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests that doc.go names as watchers exist, whoever renames them.
func TestTheTestsThatTheDocumentationNamesExist(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	files, err := filepath.Glob("*_test.go")
	require.NoError(t, err)
	inside, err := filepath.Glob("*/*_test.go")
	require.NoError(t, err)
	known := map[string]bool{}
	for _, file := range append(files, inside...) {
		code, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllSubmatch(code, -1) {
			known[string(m[1])] = true
		}
	}
	named := regexp.MustCompile(`\bTest\w+`).FindAllString(string(doc), -1)
	assert.NotEmpty(t, named)
	for _, name := range named {
		assert.True(t, known[name], "server/doc.go names %s, which is no test", name)
	}
}
