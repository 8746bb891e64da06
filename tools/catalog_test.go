package tools

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A golden file is a promise: its tool stays, with the effect that stands in it.
func TestEachGoldenFileHasItsTool(t *testing.T) {
	files, err := filepath.Glob(goldenFile("*"))
	require.NoError(t, err)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		a, ok := Find(name)
		if !ok {
			t.Errorf("testdata/tools/%s.json: there is no such tool. Users may call it: put the row back, or delete the file if the end of the tool is meant", name)
			continue
		}
		assert.Equal(t, name, a.Name)
	}
	_, ok := Find("HEX_NOPE")
	assert.False(t, ok)
}

func TestNoTwoToolsHaveOneName(t *testing.T) {
	seen := make(map[string]bool)
	for _, a := range All() {
		assert.False(t, seen[a.Name], "%s: two rows of tools have this name", a.Name)
		seen[a.Name] = true
	}
}

// A number of tools that is written down is wrong when the next tool comes.
func TestNoNumberOfToolsIsWrittenDown(t *testing.T) {
	counted := regexp.MustCompile(fmt.Sprintf(`\b%d (Hex )?(tools|actions|definitions)\b`, len(All())))
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules" || d.Name() == "bin"):
			return filepath.SkipDir
		case d.IsDir() || !slices.Contains([]string{".go", ".md", ".mjs", ".txtar"}, filepath.Ext(file)):
			return nil
		}
		text, err := os.ReadFile(file)
		if found := counted.Find(text); found != nil {
			t.Errorf("%s says %q: say it without the number", file, found)
		}
		return err
	})
	require.NoError(t, err)
}

func TestGoldenDefinitions(t *testing.T) {
	for _, a := range All() {
		t.Run(a.Name, func(t *testing.T) {
			definition := map[string]any{
				"name": a.Name, "title": a.Title, "description": a.Description, "effect": a.Effect.String(),
				"inputSchema": a.Input(), "outputSchema": a.Output(),
			}
			if a.Offer != OfferedInCore {
				definition["optional"] = true
			}
			if a.Effect.OpenWorld {
				definition["reachesPeople"] = true
			}
			got, err := json.MarshalIndent(definition, "", "  ")
			require.NoError(t, err)
			golden(t, goldenFile(a.Name), append(got, '\n'))
		})
	}
}

func TestSchemasArePortable(t *testing.T) {
	for _, a := range All() {
		assert.NoError(t, schema.Portable(a.Input(), "inputParams"), "%s input", a.Name)
	}
}

// budgets are how many bytes the definitions of a set may take, as DefinitionSize
// counts. Every user pays for them in every conversation. Where a new tool goes
// beyond it, shorten descriptions or keep the tool out of the set by a trait of its
// row; a larger budget needs a reason.
var budgets = map[string]int{SetCore: 27_000, SetDefault: 40_000, SetSmall: 14_000}

func TestDefinitionsStayWithinTheirBudget(t *testing.T) {
	for set, budget := range budgets {
		if total := DefinitionSizes(Choice{Toolsets: []string{set}}.Select()); total > budget {
			t.Errorf("definitions of the set %s take %d bytes, %d are allowed: shorten descriptions (the row in tools, the arguments in hexapi) "+
				"or keep a tool out of it by a trait of its row (optional, byDefault, mostUsed); the budgets stand in tools/catalog_test.go", set, total, budget)
		}
	}
}

func TestTheSmallSetHasFewTools(t *testing.T) {
	const most = 15
	assert.LessOrEqual(t, len(Choice{Toolsets: []string{SetSmall}}.Select()), most)
}

// Tools join core by a trait of their rows, and nobody loses one by accident.
func TestGoldenCore(t *testing.T) {
	core := Choice{Toolsets: []string{SetCore}}.Select()
	slices.SortFunc(core, func(a, b Action) int { return strings.Compare(a.Name, b.Name) })
	var names strings.Builder
	for _, a := range core {
		names.WriteString(a.Name + "\n")
	}
	golden(t, filepath.Join("testdata", "core.txt"), []byte(names.String()))
}

func goldenFile(tool string) string { return filepath.Join("..", "testdata", "tools", tool+".json") }

// golden compares got with a file, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, got, 0o644))
		return
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err, "run make generate")
	assert.Equal(t, string(want), string(got), "run make generate if the change is meant")
}
