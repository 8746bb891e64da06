package tools

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// overwrite changes the source of a cell of a simulated workspace, and returns the
// methods of the requests that were made. Before may change an answer.
func overwrite(t *testing.T, a Action, more string, before func(*http.Request) *http.Response) (Envelope, []string) {
	t.Helper()
	var made []string
	hex := hexsim.New()
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: roundTrips(func(r *http.Request) (*http.Response, error) {
		made = append(made, r.Method)
		if before != nil {
			if res := before(r); res != nil {
				return res, nil
			}
		}
		return hex.RoundTrip(r)
	})})
	require.NoError(t, err)
	e := a.Call(t.Context(), c, json.RawMessage(demoIDs.Replace(`{"cellId":"{code}","contents":{"codeCell":{"source":"x = 2"}}`+more+`}`)))
	return e, made
}

const oldCode = "plan = revenue.groupby('week')['net_revenue'].sum().rolling(4).mean()\nrevenue['gap'] = revenue['net_revenue'] - revenue['week'].map(plan)"

func TestAChangeOfACellTellsItsOldSource(t *testing.T) {
	a, _ := Find("HEX_UPDATE_CELL")
	for more, ok := range map[string]bool{
		"": true,
		`,"expectedSource":` + asJSON(t, oldCode):                                                 true,
		`,"expectedSource":` + asJSON(t, strings.ReplaceAll(oldCode, "\n", "\r\n")+"\n"):          true,
		`,"expectedSource":` + asJSON(t, strings.Replace(oldCode, "rolling(4)", "rolling(5)", 1)): false,
		`,"expectedSource":null`: true,
	} {
		e, made := overwrite(t, a, more, nil)
		require.Equal(t, ok, e.Successful(), more)
		if ok {
			assert.Contains(t, e.Notes, "The old source was "+asJSON(t, oldCode)+".")
			assert.Equal(t, []string{"GET", "PATCH"}, made)
		} else {
			assert.Equal(t, Conflict, e.Detail.Kind)
			assert.Equal(t, []string{"GET"}, made, "nothing was changed")
		}
	}
}

// A cell that cannot be read is changed all the same, unless its source is expected.
func TestOnlyAnExpectedSourceMustBeReadable(t *testing.T) {
	a, _ := Find("HEX_UPDATE_CELL")
	unreadable := func(r *http.Request) *http.Response {
		if r.Method == http.MethodGet {
			return &http.Response{StatusCode: http.StatusInternalServerError, Header: http.Header{}, Body: http.NoBody}
		}
		return nil
	}
	e, made := overwrite(t, a, "", unreadable)
	assert.True(t, e.Successful(), e.Error)
	assert.Contains(t, made, "PATCH")
	e, made = overwrite(t, a, `,"expectedSource":"x = 1"`, unreadable)
	assert.False(t, e.Successful())
	assert.NotContains(t, made, "PATCH")
	assert.NotContains(t, e.Error, "may have", "nothing was changed")
}

func TestAnOldSourceThatHasNoRoomIsLeftOutWhole(t *testing.T) {
	a, _ := Find("HEX_UPDATE_CELL")
	long := strings.Repeat("x = 1\n", 2000)
	e, _ := overwrite(t, *a.Bounded(10_000, 0), "", func(r *http.Request) *http.Response {
		if r.Method != http.MethodGet {
			return nil
		}
		body := asJSON(t, hexapi.Cell{ID: hexsim.CellRevenueCode, Contents: hexapi.CellContents{CodeCell: &hexapi.CellSource{Source: long}}})
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}
	})
	require.True(t, e.Successful(), e.Error)
	assert.Contains(t, e.Notes, "The old source of 12000 bytes has no room in this answer; a server with a larger --max-result-bytes has it.")
	assert.Less(t, len(e.AppendJSON(nil)), 10_000)
}
