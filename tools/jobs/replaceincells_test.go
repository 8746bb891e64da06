package jobs

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

func renameOrders() ReplaceInCellsInput {
	return ReplaceInCellsInput{CellSearch: CellSearch{Text: "marts.fct_orders"}, Replacement: "marts.fct_orders_v2"}
}

func sources(t *testing.T, c *hexapi.Client, text string) (cells int) {
	t.Helper()
	out, err := hexapi.Decoded(SearchCells(t.Context(), c, SearchCellsInput{CellSearch: CellSearch{Text: text}, Limit: 200}))
	require.NoError(t, err)
	return len(out.Cells)
}

func TestEditsAreShownBeforeTheyAreWritten(t *testing.T) {
	w, c := open(t)
	shown, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, renameOrders()))
	require.NoError(t, err)
	require.Len(t, shown.Cells, 5)
	assert.Zero(t, count(w.seen, "PATCH"))
	assert.Equal(t, map[EditState]int{EditShown: 5}, shown.States)
	for _, e := range shown.Cells {
		assert.Contains(t, e.Diff, "marts.fct_orders_v2")
		assert.Contains(t, e.Diff, "\n+")
	}
	in := renameOrders()
	in.Apply, in.Edits = true, []string{shown.Cells[0].Edit, shown.Cells[2].Edit}
	made, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
	require.NoError(t, err)
	assert.Equal(t, map[EditState]int{EditWritten: 2}, made.States)
	assert.Equal(t, 2, count(w.seen, "PATCH"))
	assert.Contains(t, made.Cells[0].OldSource, "fct_orders")
	assert.NotContains(t, made.Cells[0].OldSource, "_v2")
	assert.Equal(t, 2, sources(t, c, "fct_orders_v2"))
}

func TestGroupsOfAPatternAreFilledIn(t *testing.T) {
	_, c := open(t)
	in := ReplaceInCellsInput{
		CellSearch:  CellSearch{Pattern: `dateadd\('(\w+)', (-\d+), current_date\)`, ProjectIDs: []hexapi.UUID{hexsim.ProjectSlow}},
		Replacement: "current_date + interval '$2 ${1}s'",
	}
	out, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
	require.NoError(t, err)
	require.Len(t, out.Cells, 1)
	assert.Equal(t, "-3 where ordered_at >= dateadd('year', -2, current_date)\n+3 where ordered_at >= current_date + interval '-2 years'", out.Cells[0].Diff)
	in.Replacement = "$1s"
	_, err = ReplaceInCells(t.Context(), c, in)
	assert.ErrorContains(t, err, "names the group $1s, which pattern has not")
}

func TestATextIsReplacedAsItIs(t *testing.T) {
	_, c := open(t)
	in := renameOrders()
	in.Replacement = "$1 $$"
	out, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
	require.NoError(t, err)
	assert.Contains(t, out.Cells[0].Diff, "$1 $$")
}

// edited answers the re-read of a cell as if somebody had changed it meanwhile.
func edited(w *workspace, after int) {
	reads := 0
	w.turn = func(r *http.Request) *http.Response {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.URL.Path, "/api/v1/cells/") {
			return nil
		}
		if reads++; reads <= after {
			return nil
		}
		return answered(200, `{"id":"x","staticId":"x","cellType":"SQL","contents":{"sqlCell":{"source":"select 1"}}}`)
	}
}

func TestACellThatSomebodyChangedMeanwhileIsSkipped(t *testing.T) {
	w, c := open(t)
	edited(w, 2)
	in := renameOrders()
	in.Apply = true
	out, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
	require.NoError(t, err)
	assert.Equal(t, map[EditState]int{EditWritten: 2, EditSkipped: 3}, out.States)
	assert.Equal(t, 2, count(w.seen, "PATCH"))
	assert.Equal(t, "somebody has changed it meanwhile", out.Cells[4].Why)
}

func TestAnEditOfASourceThatHasChangedSinceItWasShownIsSkipped(t *testing.T) {
	w, c := open(t)
	in := renameOrders()
	in.ProjectIDs = []hexapi.UUID{hexsim.ProjectSlow}
	shown, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
	require.NoError(t, err)
	_, err = c.UpdateCell(t.Context(), hexapi.UpdateCellInput{CellID: shown.Cells[0].CellID, CellUpdate: hexapi.CellUpdate{
		Contents: &hexapi.CellContentsUpdate{SQLCell: &hexapi.SQLCellUpdate{Source: "select 2 from marts.fct_orders"}},
	}})
	require.NoError(t, err)
	in.Apply, in.Edits = true, []string{shown.Cells[0].Edit}
	out, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
	require.NoError(t, err)
	assert.Equal(t, map[EditState]int{EditSkipped: 1}, out.States)
	assert.Equal(t, 1, count(w.seen, "PATCH"), "that of somebody else")
}

// What became of a write whose answer got lost nobody knows: it is neither
// repeated nor kept from the answer.
func TestALostAnswerIsToldOfItsCellAndNotRepeated(t *testing.T) {
	w, c := open(t)
	writes := 0
	w.turn = func(r *http.Request) *http.Response {
		if r.Method != http.MethodPatch {
			return nil
		}
		switch writes++; writes {
		case 2:
			return answered(502, `bad gateway`)
		case 3:
			return answered(403, `{"code":"FORBIDDEN","message":"no"}`)
		}
		return nil
	}
	in := renameOrders()
	in.Apply = true
	out, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
	require.NoError(t, err)
	assert.Equal(t, map[EditState]int{EditWritten: 3, EditUnknown: 1, EditRefused: 1}, out.States)
	assert.Equal(t, 5, count(w.seen, "PATCH"))
	assert.Equal(t, EditUnknown, out.Cells[1].State)
	assert.NotEmpty(t, out.Cells[1].OldSource)
	assert.Equal(t, `Hex answered 403 "no"`, out.Cells[2].Why)
}

func TestACallThatIsCanceledInTheMiddleTellsWhatWasWritten(t *testing.T) {
	w, c := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	writes := 0
	w.turn = func(r *http.Request) *http.Response {
		if r.Method == http.MethodPatch {
			if writes++; writes == 3 {
				cancel()
			}
		}
		return nil
	}
	in := renameOrders()
	in.Apply = true
	out, err := hexapi.Decoded(ReplaceInCells(ctx, c, in))
	require.NoError(t, err)
	assert.Equal(t, 3, out.States[EditWritten]+out.States[EditUnknown])
	assert.Equal(t, 3, count(w.seen, "PATCH"))
	assert.NotNil(t, out.Next)
	assert.Contains(t, out.Stopped, "canceled")
}

// A hit in what replaced it is not replaced again: the next call goes on behind
// the cell that was edited last, be it in the middle of a project.
func TestReplacingGoesOnBehindTheCellThatWasEditedLast(t *testing.T) {
	for name, options := range map[string][]hexsim.Option{"": nil, "with new ids": {hexsim.WithCellVersions()}} {
		t.Run(name, func(t *testing.T) {
			_, c := open(t, options...)
			in := renameOrders()
			in.Text, in.Replacement = "e", "e¤"
			in.ProjectIDs = []hexapi.UUID{hexsim.ProjectRevenue, hexsim.ProjectSlow}
			in.Limit = 100
			whole, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
			require.NoError(t, err)
			in.Apply, in.Limit = true, 1
			written := 0
			for {
				out, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
				require.NoError(t, err)
				written += out.States[EditWritten]
				for _, e := range out.Cells {
					assert.NotContains(t, e.OldSource, "¤", "edited twice")
				}
				if out.Next == nil {
					break
				}
				require.Len(t, out.Cells, 1)
				in.Cursor = *out.Next
			}
			assert.Greater(t, written, 4)
			assert.Equal(t, len(whole.Cells), written)
		})
	}
}

func TestALimitInTheMiddleOfAProjectLosesNoEdit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t, hexsim.WithRateLimits())
		in := renameOrders()
		in.Apply, in.WaitSeconds = true, 600
		for range 27 { // what is left does for the list and one edit
			_, err := c.ListCells(t.Context(), hexapi.ListCellsInput{ProjectID: hexsim.ProjectDraft})
			require.NoError(t, err)
		}
		begun := time.Now()
		out, err := hexapi.Decoded(ReplaceInCells(t.Context(), c, in))
		require.NoError(t, err)
		assert.Equal(t, map[EditState]int{EditWritten: 5}, out.States)
		assert.Equal(t, 5, count(w.seen, "PATCH"))
		assert.GreaterOrEqual(t, time.Since(begun), time.Minute)
	})
}

func TestAFailureBeforeAnyWriteSaysThatNothingWasWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		w.turn = func(r *http.Request) *http.Response { return answered(503, `{"code":"X","message":"down"}`) }
		in := renameOrders()
		in.Apply = true
		_, err := ReplaceInCells(t.Context(), c, in)
		failed, ok := errors.AsType[*hexapi.Error](err)
		require.True(t, ok)
		assert.False(t, failed.Outcome.MayHaveHappened())
	})
}
