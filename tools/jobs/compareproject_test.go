package jobs

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

func TestADraftIsComparedWithWhatIsPublished(t *testing.T) {
	w, c := open(t)
	out, err := hexapi.Decoded(CompareProject(t.Context(), c, CompareProjectInput{ProjectID: forecast}))
	require.NoError(t, err)
	require.Len(t, out.Added, 1)
	assert.Equal(t, "Forecast", out.Added[0].Label)
	assert.Equal(t, "CODE Fit and forecast", *out.Added[0].After)
	require.Len(t, out.Removed, 1)
	assert.Equal(t, "How to read this", out.Removed[0].Label)
	assert.Empty(t, out.Removed[0].CellID, "it is not in the draft")
	require.Len(t, out.Moved, 1)
	assert.Equal(t, "Start", out.Moved[0].Label)
	require.Len(t, out.Changed, 1)
	assert.Contains(t, out.Changed[0].Diff, "\n-model = fit(history)\n+model = fit(history, promos=include_promos)\n")
	assert.Equal(t, 6, out.Unchanged)
	cell, err := hexapi.Decoded(c.GetCell(t.Context(), hexapi.GetCellInput{CellID: out.Changed[0].CellID}))
	require.NoError(t, err, "the id is one that other tools take")
	assert.Equal(t, out.Changed[0].StaticID, cell.StaticID)
	assert.Equal(t, 2, count(w.seen, "POST /api/v1/projects/export"))
}

func TestVersionsThatAreAlikeAreSaidToBe(t *testing.T) {
	w, c := open(t)
	w.hex.Publish(forecast)
	out, err := hexapi.Decoded(CompareProject(t.Context(), c, CompareProjectInput{ProjectID: forecast}))
	require.NoError(t, err)
	assert.False(t, out.Differs())
	assert.Equal(t, 9, out.Unchanged)
	assert.Equal(t, 0, count(w.seen, "GET"), "nothing to name in the draft")
	before, err := hexapi.Decoded(CompareProject(t.Context(), c, CompareProjectInput{ProjectID: forecast, From: "9", To: "10"}))
	require.NoError(t, err)
	assert.Len(t, before.Changed, 1)
}

// Without its list of cells a comparison is as right.
func TestAComparisonDoesWithoutIdsOfTheDraft(t *testing.T) {
	w, c := open(t)
	w.turn = func(r *http.Request) *http.Response {
		if r.URL.Path == "/api/v1/cells" {
			return answered(403, `{"code":"FORBIDDEN","message":"no"}`)
		}
		return nil
	}
	out, err := hexapi.Decoded(CompareProject(t.Context(), c, CompareProjectInput{ProjectID: forecast}))
	require.NoError(t, err)
	require.Len(t, out.Changed, 1)
	assert.Empty(t, out.Changed[0].CellID)
	assert.NotEmpty(t, out.Changed[0].StaticID)
}

// compared compares two texts of notebooks.
func compared(t *testing.T, from, to string) ComparedProject {
	t.Helper()
	older, err := readNotebook(t.Context(), published, from)
	require.NoError(t, err)
	newer, err := readNotebook(t.Context(), draft, to)
	require.NoError(t, err)
	var out ComparedProject
	newComparison(older, newer).describe(&out)
	return out
}

func TestACellWithoutALabelHasNone(t *testing.T) {
	out := compared(t, "cells: []\n", "cells:\n- {cellType: SQL, cellId: a, cellLabel: null}\n- {cellType: CODE, cellId: b, cellLabel: ~}\n- {cellType: CODE, cellId: c, cellLabel: \"null\"}\n")
	require.Len(t, out.Added, 3)
	assert.Empty(t, out.Added[0].Label)
	assert.Equal(t, "SQL", *out.Added[1].After, "and not as one called null")
	assert.Empty(t, out.Added[1].Label)
	assert.Equal(t, "null", out.Added[2].Label, "somebody has called it so")
}

func TestSettingsAndWhatIsOutsideOfCellsAreCompared(t *testing.T) {
	out := compared(t,
		"meta: {title: A}\ncells:\n- {cellType: CHART, cellId: a, cellLabel: Old, config: {spec: {x: week, layers: [1, 2]}}}\n",
		"meta: {title: B}\ncells:\n- {cellType: CHART, cellId: a, cellLabel: New, config: {spec: {x: day, layers: [1, 3], y: units}}}\n")
	require.Len(t, out.Changed, 1)
	assert.Empty(t, out.Changed[0].Diff)
	assert.Equal(t, []ChangedSetting{
		{"cellLabel", new("Old"), new("New")},
		{"config.spec.layers", new("[1, 2]"), new("[1, 3]")},
		{"config.spec.x", new("week"), new("day")},
		{"config.spec.y", nil, new("units")},
	}, out.Changed[0].Settings)
	assert.Equal(t, []ChangedSetting{{"meta.title", new("A"), new("B")}}, out.Other)
}

func TestACellThatChangesItsSectionIsMoved(t *testing.T) {
	const section = "- {cellType: COLLAPSIBLE, cellId: s, config: {cells: [%s]}}\n"
	const inner = "{cellType: CODE, cellId: a, config: {source: x = 1}}"
	out := compared(t, "cells:\n"+fmt.Sprintf(section, inner), "cells:\n"+strings.Replace(section, "%s", "{cellType: CODE, cellId: b}", 1)+"- "+inner+"\n")
	require.Len(t, out.Moved, 1)
	assert.EqualValues(t, "a", out.Moved[0].StaticID)
	assert.Len(t, out.Added, 1)
	assert.Empty(t, out.Changed, "what is within a section is not a part of it")
	assert.Equal(t, 1, out.Unchanged)
}

func TestCellsWithoutIdsInCommonAreToldByName(t *testing.T) {
	out := compared(t,
		"cells:\n- {cellType: CODE, cellId: a, cellLabel: Fit, config: {source: x = 1}}\n- {cellType: CODE, cellId: b}\n- {cellType: CODE, cellId: b}\n",
		"cells:\n- {cellType: CODE, cellId: c, cellLabel: Fit, config: {source: x = 2}}\n- {cellType: CODE}\n- {cellType: CODE}\n")
	assert.True(t, out.ByName)
	require.Len(t, out.Changed, 1)
	assert.Empty(t, out.Changed[0].StaticID)
	assert.Equal(t, "@@ -1,1 +1,1 @@\n-x = 1\n+x = 2", out.Changed[0].Diff)
	assert.Equal(t, 2, out.Unchanged)
}

func TestALongComparisonIsShort(t *testing.T) {
	var from, to strings.Builder
	from.WriteString("cells:\n")
	to.WriteString("cells:\n")
	for i := range 200 {
		long := strings.Repeat("x", 5000) + `\n`
		fmt.Fprintf(&from, "- {cellType: CODE, cellId: %d, config: {source: \"%sa\"}}\n", i, strings.Repeat(long, 3))
		fmt.Fprintf(&to, "- {cellType: CODE, cellId: %d, config: {source: \"%sb\"}}\n", 199-i, strings.Repeat(long, 2))
	}
	short, err := readNotebook(t.Context(), draft, "cells: []")
	require.NoError(t, err)
	_, err = readNotebook(t.Context(), draft, from.String())
	require.ErrorContains(t, err, "can be compared", "three megabytes are too many")
	half := func(text string) string { return text[:strings.Index(text, "- {cellType: CODE, cellId: 60,")] }
	newer, err := readNotebook(t.Context(), draft, half(from.String()))
	require.NoError(t, err)
	var out ComparedProject
	newComparison(short, newer).describe(&out)
	assert.Len(t, out.Added, shownCells)
	assert.Equal(t, 60-shownCells, out.NotShown)
	a, err := answer(out)
	require.NoError(t, err)
	assert.Less(t, len(a.Body), 60_000)
}

func TestWhatIsNoNotebookCannotBeCompared(t *testing.T) {
	for _, content := range []string{"", "- a", "a: [", "\t", "text"} {
		_, err := readNotebook(t.Context(), draft, content)
		var failed *FailedError
		require.ErrorAs(t, err, &failed, content)
		assert.Equal(t, NotUsable, failed.Reason)
	}
	_, c := open(t)
	_, err := CompareProject(t.Context(), c, CompareProjectInput{ProjectID: hexsim.ProjectDraft})
	require.ErrorContains(t, err, "400")
}
