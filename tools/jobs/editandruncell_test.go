package jobs

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/tools/progress"
)

// Hex calls the output unstable: what is no text today is told as it is.
func TestRowsAreToldWhateverTheirValues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rows = `[{"n":7,"exact":12345678901234567890,"list":[1],"text":"a","none":null}]`
		w, c := open(t)
		w.turn = func(r *http.Request) *http.Response {
			if !strings.HasSuffix(r.URL.Path, "/output") {
				return nil
			}
			return answered(200, `{"result":{"type":"table","rows":`+rows+`}}`)
		}
		a, err := EditAndRunCell(t.Context(), c, EditAndRunCellInput{CellID: hexsim.CellRevenueSQL})
		require.NoError(t, err)
		var out struct {
			Result struct{ Rows json.RawMessage }
		}
		require.NoError(t, json.Unmarshal(a.Body, &out))
		assert.Equal(t, `[{"exact":12345678901234567890,"list":[1],"n":7,"none":null,"text":"a"}]`, string(out.Result.Rows))
	})
}

func TestACellIsChangedAndRunOnceAndItsRowsAreRead(t *testing.T) {
	for source, kind := range map[string]string{"select week from weeks": hexapi.TableResult, "selct 1": hexapi.ErrorResult} {
		synctest.Test(t, func(t *testing.T) {
			w, c := open(t, hexsim.WithCellVersions())
			var heard []string
			ctx := progress.With(t.Context(), func(_, _ float64, message string) { heard = append(heard, message) })
			out, err := hexapi.Decoded(EditAndRunCell(ctx, c, EditAndRunCellInput{CellID: hexsim.CellRevenueSQL, Source: source}))
			require.NoError(t, err)
			assert.True(t, out.Edited)
			assert.NotEqual(t, hexsim.CellRevenueSQL, out.CellID, "the id that the write has given it")
			assert.Contains(t, *out.OldSource, "marts.fct_orders")
			assert.Equal(t, CellRunEnded, out.Run)
			require.NotNil(t, out.Result)
			assert.Equal(t, kind, out.Result.Type)
			assert.Empty(t, out.ResultOf)
			assert.Equal(t, 1, count(w.seen, "PATCH"))
			assert.Equal(t, 1, count(w.seen, "POST"))
			assert.NotEmpty(t, heard)
		})
	}
}

func TestAChartCellIsRunAndDrawn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		out, err := hexapi.Decoded(EditAndRunCell(t.Context(), c, EditAndRunCellInput{CellID: hexsim.CellRevenueChart}))
		require.NoError(t, err)
		require.Len(t, out.Pictures, 1)
		assert.Equal(t, "image/png", out.Pictures[0].MIMEType)
		assert.False(t, out.Edited)
		assert.Equal(t, 0, count(w.seen, "PATCH"))
	})
}

// A cell that is not as the caller expects is neither changed nor run.
func TestACellThatSomebodyHasChangedIsNotRun(t *testing.T) {
	w, c := open(t)
	_, err := EditAndRunCell(t.Context(), c, EditAndRunCellInput{CellID: hexsim.CellRevenueSQL, Source: "select 1", ExpectedSource: "select 2"})
	var failed *FailedError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, Conflict, failed.Reason)
	for _, cell := range []hexapi.UUID{hexsim.CellRevenueIntro, hexsim.CellRevenueSection} {
		_, err = EditAndRunCell(t.Context(), c, EditAndRunCellInput{CellID: cell, Source: "select 1"})
		require.ErrorAs(t, err, &failed)
		assert.Equal(t, NotUsable, failed.Reason)
	}
	assert.Equal(t, len(w.seen), count(w.seen, "GET"), "nothing was sent that changes")
}

// What was written is told, whatever becomes of the run; and nothing runs twice.
func TestAnEditIsToldWhateverBecomesOfItsRun(t *testing.T) {
	for name, test := range map[string]struct {
		answer *http.Response
		run    CellRunState
	}{
		"refused":  {answered(422, `{"code":"UNPROCESSABLE","message":"no"}`), CellNotRun},
		"doubtful": {answered(502, `<html>`), CellRunUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			w, c := open(t)
			w.turn = func(r *http.Request) *http.Response {
				if r.Method == http.MethodPost {
					return test.answer
				}
				return nil
			}
			out, err := hexapi.Decoded(EditAndRunCell(t.Context(), c, EditAndRunCellInput{CellID: hexsim.CellRevenueSQL, Source: "select 1"}))
			require.NoError(t, err)
			assert.Equal(t, test.run, out.Run)
			assert.NotEmpty(t, out.OldSource)
			assert.NotEmpty(t, out.Why)
			assert.Equal(t, 1, count(w.seen, "POST"))
			_, err = EditAndRunCell(t.Context(), c, EditAndRunCellInput{CellID: hexsim.CellRevenueCode})
			require.Error(t, err, "nothing was written")
		})
	}
}

// Hex may not tell of the runs of cells: what the cell has returned shows the end.
func TestTheOutputShowsTheEndOfARunThatHexDoesNotTellOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		w.turn = func(r *http.Request) *http.Response {
			if strings.Contains(r.URL.Path, "/runs/") {
				return answered(404, `{"reason":"no such run"}`)
			}
			return nil
		}
		begun := time.Now()
		out, err := hexapi.Decoded(EditAndRunCell(t.Context(), c, EditAndRunCellInput{CellID: hexsim.CellRevenueSQL}))
		require.NoError(t, err)
		assert.Equal(t, CellRunEnded, out.Run)
		assert.NotNil(t, out.Result)
		assert.Less(t, time.Since(begun), 30*time.Second)
	})
}

func TestACanceledCallCancelsTheRunOfACellOnlyIfTold(t *testing.T) {
	for _, told := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w, c := open(t)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			begun := time.Now()
			_, err := EditAndRunCell(ctx, c, EditAndRunCellInput{CellID: hexsim.CellRevenueSQL, CancelRun: told})
			require.ErrorIs(t, err, context.Canceled)
			assert.Less(t, time.Since(begun), 2*time.Second)
			assert.Equal(t, map[bool]int{false: 0, true: 1}[told], count(w.seen, "DELETE"))
		})
	}
}
