package hexcontract

import (
	"bytes"
	"fmt"
	"go/build"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEachOperationIsStatedWhole(t *testing.T) {
	c := Open(t)
	for _, o := range c.Operations() {
		t.Run(o.ID, func(t *testing.T) {
			where := fmt.Sprintf("%s/%s: %s", folder, o.File, o.ID)
			assert.Contains(t, []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, o.Method, where)
			assert.True(t, strings.HasPrefix(o.Path, "/v1/"), where)
			assert.Contains(t, []Generation{Old, New}, o.Generation, where)
			if o.RateGroup != "" {
				assert.NotEmpty(t, c.RateGroup(o.RateGroup).Allows, "%s: rateGroup is not in api.json", where)
			}
			if o.Source != "" {
				assert.NotEmpty(t, o.Unsure, "%s: what is in no document is unsure", where)
			}
			assert.NotEmpty(t, o.Success, where)
			bodiless := len(o.Success) == 1 && o.Success[0] == http.StatusNoContent
			assert.Equal(t, bodiless, o.Answer == nil, "%s: 204 has no answer, all else has one", where)
			for _, status := range o.Errors {
				assert.Contains(t, c.api.Statuses, strconv.Itoa(status), where)
			}
		})
	}
}

func TestPathParametersAreThoseOfThePath(t *testing.T) {
	param := regexp.MustCompile(`\{(\w+)\}`)
	for _, o := range Open(t).Operations() {
		var inPath []string
		for _, m := range param.FindAllStringSubmatch(o.Path, -1) {
			inPath = append(inPath, m[1])
		}
		slices.Sort(inPath)
		assert.Equal(t, inPath, o.PathParameters.names(), "%s/%s: %s", folder, o.File, o.ID)
		if inPath != nil {
			assert.ElementsMatch(t, inPath, o.PathParameters.Required, o.ID)
		}
	}
}

func TestEachSchemaCanBeUsed(t *testing.T) {
	c := Open(t)
	for _, o := range c.Operations() {
		var keys []string
		for key, there := range map[string]bool{
			"pathParameters": o.PathParameters != nil, "query": o.Query != nil, "header": o.Header != nil,
			"body": o.Body != nil, "answer": o.Answer != nil,
		} {
			if there {
				keys = append(keys, key)
			}
		}
		for status := range o.ErrorBodies {
			keys = append(keys, "errorBodies/"+status)
		}
		for _, key := range keys {
			_, err := c.compile(o.File + "#/" + o.ID + "/" + key)
			assert.NoError(t, err)
		}
	}
}

func TestListsInQueriesSayHowTheyAreWritten(t *testing.T) {
	for _, o := range Open(t).Operations() {
		if o.Query == nil {
			continue
		}
		for name, a := range o.Query.Properties {
			isList := strings.Contains(string(a.Schema), `"array"`)
			assert.Equal(t, isList, slices.Contains([]string{"repeat", "commas"}, a.Style), "%s/%s: %s.query.%s", folder, o.File, o.ID, name)
		}
	}
}

func TestNoTwoOperationsHaveOneRoute(t *testing.T) {
	mux := http.NewServeMux() // panics where two routes conflict
	c := Open(t)
	for _, o := range c.Operations() {
		mux.Handle(o.Route(), http.NotFoundHandler())
		found, ok := c.Find(o.Method, "/api"+o.Path)
		assert.True(t, ok)
		assert.Equal(t, o.ID, found.ID)
	}
}

// The facts are ours: they hold no sentence of anybody's documentation.
func TestFactsHoldNoProse(t *testing.T) {
	files, err := filepath.Glob("../../" + folder + "/*.json")
	require.NoError(t, err)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, key := range []string{"description", "summary", "example", "examples", "title"} {
			prose := regexp.MustCompile(`"` + key + `": "`)
			assert.False(t, prose.Match(raw), "%s: %s", file, key)
		}
		assert.NotContains(t, string(raw), "\t", file)
		assert.True(t, bytes.HasSuffix(raw, []byte("\n")), file)
	}
}

func TestOnlyTestsImportTheJudge(t *testing.T) {
	packages := 0
	err := filepath.WalkDir("../..", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if d.Name() == "node_modules" || d.Name() == ".git" {
			return filepath.SkipDir
		}
		p, err := build.ImportDir(dir, 0)
		if err != nil {
			return nil // a folder without Go files
		}
		packages++
		assert.NotContains(t, p.Imports, "hexmcp/hexapi/hexcontract", dir)
		return nil
	})
	require.NoError(t, err)
	assert.Greater(t, packages, 5)
}

func TestFactsThatCannotBeReadAreTold(t *testing.T) {
	const op = `"method": "GET", "path": "/v1/x", "generation": "new", "success": [204]`
	for name, test := range map[string]struct{ file, content, says string }{
		"no JSON":        {"x.json", `{`, "testdata/hex/x.json: "},
		"a misspelt key": {"x.json", `{"X": {` + op + `, "scope": []}}`, `unknown field "scope"`},
		"no operations":  {"types.json", `{}`, "no operations in "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, test.file), []byte(test.content), 0o600))
			_, err := Load(dir)
			assert.ErrorContains(t, err, test.says)
		})
	}
}
