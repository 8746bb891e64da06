package tools

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// output makes a call of a cell's output with bounds of its own.
func output(t *testing.T, hex *hexsim.Hex, maxResult, maxRows int) Envelope {
	t.Helper()
	c, err := hexapi.New(hexapi.Config{Transport: hex, Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, ok := Find("HEX_GET_CELL_OUTPUT")
	require.True(t, ok)
	e := a.Bounded(maxResult, maxRows).Call(t.Context(), c, json.RawMessage(`{"cellId":"`+string(hexsim.CellRevenueSQL)+`"}`))
	require.True(t, e.Successful(), e.Error)
	return e
}

func rowsOf(t *testing.T, e Envelope) int {
	t.Helper()
	var out hexapi.CellOutput
	require.NoError(t, json.Unmarshal(e.Data, &out))
	assert.Equal(t, "table", out.Result.Type)
	assert.NotEmpty(t, out.Result.Columns)
	return len(out.Result.Rows)
}

func TestNoMoreRowsGetThroughThanTheOperatorLets(t *testing.T) {
	hex := hexsim.New()
	for _, test := range []struct {
		maxRows, rows int
		says          string
	}{
		{DefaultMaxRows, 100, "4 of 104 rows were left out: the operator lets 100 rows"},
		{1, 1, "103 of 104 rows were left out"},
		{104, 104, ""},
		{0, 0, "All 104 rows were left out: the operator lets no rows of data through"},
	} {
		e := output(t, hex, 0, test.maxRows)
		assert.Equal(t, test.rows, rowsOf(t, e))
		assert.Contains(t, strings.Join(e.Notes, " "), test.says)
		if test.says == "" {
			assert.Empty(t, e.Notes)
		}
		if test.maxRows == 0 {
			assert.NotContains(t, string(e.Data), "North", "no value of any row")
		}
	}
}

func TestRowsThatDoNotFitAreLeftOutFromTheEnd(t *testing.T) {
	e := output(t, hexsim.New(), 4_000, 100)
	rows := rowsOf(t, e)
	assert.Greater(t, rows, 20)
	assert.LessOrEqual(t, len(e.Data), 3_000)
	require.Len(t, e.Notes, 2)
	assert.Contains(t, e.Notes[1], "of 100 rows were left out, because the answer has room for 3000 bytes")
}

// What stands where rows should could be rows in another form.
func TestWhatIsNoListOfRowsDoesNotGetThrough(t *testing.T) {
	for body, want := range map[string]string{
		`{"result":{"rows":[1,2,3],"n":1}}`:                `{"result":{"rows":[1],"n":1}}`,
		`{"result":{"rows":[1,2], "rows": [ 3 , 4 ]}}`:     `{"result":{"rows":[1], "rows": [ 3]}}`,
		`{"result":{"rows":[1],"a":[2,3]},"rows":[4,5]}`:   `{"result":{"rows":[1],"a":[2,3]},"rows":[4,5]}`,
		`{"result":{"rows":{"a":["secret"]},"x":2}}`:       `{"result":{"rows":null,"x":2}}`,
		`{"result":{"rows":"secret"},"result":{"rows":9}}`: `{"result":{"rows":null},"result":{"rows":null}}`,
		`{"result":{"rows":null}}`:                         `{"result":{"rows":null}}`,
		`{"result":{"type":"cell_run_error"}}`:             `{"result":{"type":"cell_run_error"}}`,
		`[]`:                                               `[]`,
	} {
		kept, _ := keepRows(json.RawMessage(body), []string{"result", "rows"}, 1)
		assert.Equal(t, want, string(kept))
	}
	none, had := keepRows(json.RawMessage(`{"rows":[[1],[2]]}`), []string{"rows"}, 0)
	assert.Equal(t, `{"rows":[]}`, string(none))
	assert.Equal(t, 2, had)
}

// Whoever has not chosen gets what the setting has as its default.
func TestActionsThatAreNotBoundedHoldTheDefaultOfRows(t *testing.T) {
	for _, a := range All() {
		if a.rowsAt != nil {
			assert.Equal(t, DefaultMaxRows, a.maxRows, a.Name)
		}
	}
}
