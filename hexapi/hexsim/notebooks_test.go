package hexsim

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func TestWhatIsExportedCanBeImported(t *testing.T) {
	c := open(t)
	export := func(p hexapi.UUID) string {
		return as[hexapi.Notebook](c.send("POST", "/v1/projects/export", map[string]any{"projectId": p}).want(200)).Content
	}
	book := export(ProjectForecast)
	made := as[imported](c.send("POST", "/v1/projects/import", hexapi.ImportProjectInput{Content: book}).want(200))
	assert.Nil(t, made.Warnings.DataConnections)
	copied, original := c.hex.projects.get(made.ProjectID), c.hex.projects.get(ProjectForecast)
	assert.Equal(t, original.Title, copied.Title)
	assert.Nil(t, copied.LastPublished)
	assert.Len(t, copied.cells, len(original.cells))
	for i, cell := range copied.cells {
		assert.Equal(t, original.cells[i].Contents, cell.Contents)
		assert.Equal(t, original.cells[i].DataConnectionID, cell.DataConnectionID)
	}
	c.send("POST", "/v1/projects/import", map[string]string{"content": "hello"}).want(400)
}

func TestVersionsThatThereAreCanBeExported(t *testing.T) {
	c := open(t)
	c.careless = true
	for version, status := range map[any]int{"draft": 200, "latest": 200, 1: 200, 9999: 400, 0: 400, "newest": 400, "1": 400} {
		c.send("POST", "/v1/projects/export", map[string]any{"projectId": ProjectRevenue, "version": version}).want(status)
	}
	c.send("POST", "/v1/projects/export", map[string]any{"projectId": ProjectDraft, "version": "latest"}).want(400)
}

// A token that may only read may export: the POST changes nothing.
func TestAReadOnlyTokenMayExport(t *testing.T) {
	const reader = "hxtw_reader0123456789"
	c, err := hexapi.New(hexapi.Config{Token: reader, Transport: New(WithReadOnlyToken(reader))})
	require.NoError(t, err)
	_, err = c.ExportProject(t.Context(), hexapi.ExportProjectInput{ProjectID: ProjectRevenue})
	require.NoError(t, err)
	_, err = c.ImportProject(t.Context(), hexapi.ImportProjectInput{Content: "meta: {title: x}"})
	require.ErrorContains(t, err, "403")
}
