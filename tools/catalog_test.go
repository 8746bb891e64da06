package tools

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// The actions and their effects, as the product promises them.
var promised = map[string]string{
	"HEX_CANCEL_RUN":                          "destroys",
	"HEX_CREATE_CELL":                         "writes",
	"HEX_CREATE_COLLECTION":                   "writes",
	"HEX_CREATE_GROUP":                        "writes",
	"HEX_DEACTIVATE_USER":                     "destroys, idempotent",
	"HEX_DELETE_CELL":                         "destroys",
	"HEX_DELETE_GROUP":                        "destroys",
	"HEX_DELETE_GUIDE_DRAFT":                  "destroys",
	"HEX_EDIT_COLLECTION":                     "destroys, idempotent",
	"HEX_EDIT_GROUP":                          "destroys, idempotent",
	"HEX_EDIT_PROJECT_SHARING_COLLECTIONS":    "destroys, idempotent",
	"HEX_EDIT_PROJECT_SHARING_GROUPS":         "destroys, idempotent",
	"HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC": "destroys, idempotent",
	"HEX_EDIT_PROJECT_SHARING_USERS":          "destroys, idempotent",
	"HEX_GET_CELL":                            "reads",
	"HEX_GET_COLLECTION":                      "reads",
	"HEX_GET_GROUP":                           "reads",
	"HEX_GET_PROJECT":                         "reads",
	"HEX_GET_PROJECT_RUNS":                    "reads",
	"HEX_GET_RUN_STATUS":                      "reads",
	"HEX_LIST_CELLS":                          "reads",
	"HEX_LIST_COLLECTIONS":                    "reads",
	"HEX_LIST_DATA_CONNECTIONS":               "reads",
	"HEX_LIST_GROUPS":                         "reads",
	"HEX_LIST_PROJECTS":                       "reads",
	"HEX_LIST_USERS":                          "reads",
	"HEX_PUBLISH_GUIDE_DRAFTS":                "writes",
	"HEX_RUN_PROJECT":                         "writes",
	"HEX_UPDATE_CELL":                         "destroys, idempotent",
	"HEX_UPDATE_PROJECT":                      "destroys, idempotent",
	"HEX_UPSERT_GUIDE_DRAFT":                  "destroys, idempotent",
}

func TestCatalogHoldsThePromisedActions(t *testing.T) {
	effects := make(map[string]string)
	for _, a := range All() {
		effects[a.Name] = a.Effect.String()
	}
	assert.Equal(t, promised, effects)
}

func TestEachActionFindsItselfByName(t *testing.T) {
	for name := range promised {
		a, ok := Find(name)
		assert.True(t, ok)
		assert.Equal(t, name, a.Name)
	}
	_, ok := Find("HEX_NOPE")
	assert.False(t, ok)
}

func TestDefinitionsAreWhatTheGoldenFilesSay(t *testing.T) {
	for _, a := range All() {
		t.Run(a.Name, func(t *testing.T) {
			got, err := json.MarshalIndent(map[string]any{
				"name": a.Name, "title": a.Title, "description": a.Description, "effect": a.Effect.String(),
				"inputSchema": a.Input, "outputSchema": a.Output,
			}, "", "  ")
			require.NoError(t, err)
			golden(t, filepath.Join("..", "testdata", "tools", a.Name+".json"), append(got, '\n'))
		})
	}
}

func TestSchemasArePortable(t *testing.T) {
	for _, a := range All() {
		assert.NoError(t, schema.Portable(a.Input), "%s input", a.Name)
	}
}

// Definitions are paid for in every conversation.
func TestDefinitionsStayWithinTheirBudget(t *testing.T) {
	const budget = 24_000
	total := 0
	for _, a := range All() {
		total += len(a.Name) + len(a.Description) + len(a.Input)
	}
	t.Logf("31 definitions: %d bytes", total)
	assert.LessOrEqual(t, total, budget)
}

// golden compares got with a file, or writes it with -update.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, got, 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err, "run go test ./tools -update")
	assert.Equal(t, string(want), string(got), "run go test ./tools -update if the change is meant")
}
