package hexsim

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

// Files replace what a semantic project holds; what has the same name keeps its
// status. A dry run, and files of which one is wrong, change nothing.
func TestFilesReplaceASemanticProject(t *testing.T) {
	h := New()
	c, err := hexapi.New(hexapi.Config{Token: DemoToken, Transport: h})
	require.NoError(t, err)
	ingest := func(dry bool, files ...hexapi.SemanticFile) (hexapi.SemanticProjectIngested, error) {
		answer, err := c.IngestSemanticProject(t.Context(), hexapi.IngestSemanticProjectInput{SemanticProjectID: SemanticShop, Files: files, DryRun: dry})
		if err != nil {
			return hexapi.SemanticProjectIngested{}, err
		}
		return answer.Decode()
	}
	orders, view := hexapi.SemanticFile{FilePath: "orders.yml", Contents: "id: orders"}, hexapi.SemanticFile{FilePath: "v/top.yaml", Contents: "type: view"}
	p := h.semantics.get(SemanticShop)
	before := len(p.objects)

	done, err := ingest(true, orders, view)
	require.NoError(t, err)
	assert.Equal(t, []string{"dataset orders", "view top"}, done.Contents)
	assert.Len(t, p.objects, before, "a dry run")
	_, err = ingest(false, orders, hexapi.SemanticFile{FilePath: "bad.yml", Contents: "a: [b"})
	var refused *hexapi.Error
	require.ErrorAs(t, err, &refused)
	assert.Contains(t, refused.Issues[0], "bad.yml")
	assert.Len(t, p.objects, before, "one file is wrong")

	done, err = ingest(false, orders, view, hexapi.SemanticFile{FilePath: "README.md", Contents: "# Shop"})
	require.NoError(t, err)
	assert.Contains(t, done.Skipped, "README.md")
	require.Len(t, p.objects, 2)
	assert.Equal(t, "Production", *findStatused(p.objects, "DATASET", "orders").status)
	assert.Nil(t, findStatused(p.objects, "VIEW", "top").status)
}
