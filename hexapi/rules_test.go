package hexapi

import (
	"go/ast"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexcontract"
)

// sources are the files of this package, tests left out.
func sources(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob("*.go")
	require.NoError(t, err)
	var files []string
	for _, f := range all {
		if !strings.HasSuffix(f, "_test.go") {
			files = append(files, f)
		}
	}
	require.NotEmpty(t, files)
	return files
}

// The client is of use without MCP: what a tool is called is for package tools
// to say.
func TestTheClientNamesNoTool(t *testing.T) {
	tool := regexp.MustCompile(`HEX_[A-Z]`)
	for _, f := range sources(t) {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		for i, line := range strings.Split(string(text), "\n") {
			assert.NotRegexp(t, tool, line, "%s:%d: say it in a row of package tools", f, i+1)
		}
	}
}

func TestEachOperationLinksToItsPageOfTheAPI(t *testing.T) {
	undocumented := make(map[string]bool)
	for _, o := range hexcontract.Open(t).Operations() {
		undocumented[o.ID] = o.Source != ""
	}
	docs := make(map[string]string) // by method of Client
	for _, f := range sources(t) {
		file, err := parser.ParseFile(gotoken.NewFileSet(), f, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, d := range file.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv != nil {
				docs[fn.Name.Name] = fn.Doc.Text()
			}
		}
	}
	for method := range reflect.TypeFor[*Client]().Methods() {
		if method.Name != "WithToken" {
			link := "API: https://learn.hex.tech/docs/api/api-reference#operation/" + method.Name + "\n"
			if undocumented[method.Name] {
				link = "API: in no document of Hex.\n"
			}
			assert.True(t, strings.HasSuffix(docs[method.Name], link), "the comment of %s ends in %s", method.Name, link)
		}
	}
}
