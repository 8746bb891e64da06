package tools

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// deleteCell deletes a cell and returns the answer and what Hex was asked for.
func deleteCell(t *testing.T, hex http.Handler, id hexapi.UUID) (e Envelope, asked []string) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/api/v1"), "/v1"))
		hex.ServeHTTP(w, r)
	}))
	defer srv.Close()
	c, err := hexapi.New(hexapi.Config{BaseURL: srv.URL, Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, ok := Find("HEX_DELETE_CELL")
	require.True(t, ok)
	return a.Call(t.Context(), c, json.RawMessage(`{"cellId":"`+string(id)+`"}`)), asked
}

// Only a section has anything to count, and one read tells whether a cell is one.
func TestDeletingASectionCountsTheCellsThatGoAlong(t *testing.T) {
	const section = "/cells/" + string(hexsim.CellRevenueSection)
	for name, hex := range map[string]http.Handler{"plain": hexsim.New(), "with versions": hexsim.New(hexsim.WithCellVersions())} {
		e, asked := deleteCell(t, hex, hexsim.CellRevenueSection)
		require.True(t, e.Successful(), e.Error)
		assert.Equal(t, []string{`The section held 2 cells, which were deleted with it: SQL "Revenue by week", CODE "Against plan".`}, e.Notes, name)
		assert.Equal(t, []string{"GET " + section, "GET /cells", "DELETE " + section, "GET /cells"}, asked, name)
	}
}

func TestDeletingAnotherCellReadsThatCellAlone(t *testing.T) {
	e, asked := deleteCell(t, hexsim.New(), hexsim.CellRevenueSQL)
	require.True(t, e.Successful(), e.Error)
	assert.Empty(t, e.Notes)
	assert.Equal(t, []string{"GET /cells/" + string(hexsim.CellRevenueSQL), "DELETE /cells/" + string(hexsim.CellRevenueSQL)}, asked)
}

// Counting never keeps a cell from being deleted.
func TestACellIsDeletedWhateverComesOfCounting(t *testing.T) {
	for name, tc := range map[string]struct {
		fails func(*http.Request) bool
		notes []string
	}{
		"all reads":    {func(r *http.Request) bool { return r.Method == http.MethodGet }, nil},
		"reads of all": {func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/cells") }, []string{notCounted}},
	} {
		sim := hexsim.New()
		e, asked := deleteCell(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if tc.fails(r) {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			sim.ServeHTTP(w, r)
		}), hexsim.CellRevenueSection)
		require.True(t, e.Successful(), "%s: %s", name, e.Error)
		assert.Equal(t, tc.notes, e.Notes, name)
		assert.Contains(t, asked, "DELETE /cells/"+string(hexsim.CellRevenueSection), name)
	}
}

// A section in a Hex that hangs while it is read is deleted all the same, in half
// of the time that the call has.
func TestReadsAroundADeletionLeaveItsTime(t *testing.T) {
	for name, hangs := range map[string]func(*http.Request) bool{
		"all reads":    func(r *http.Request) bool { return r.Method == http.MethodGet },
		"reads of all": func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/cells") },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { deleteWhereReadsHang(t, hangs) })
		})
	}
}

func deleteWhereReadsHang(t *testing.T, hangs func(*http.Request) bool) {
	sim := hexsim.New()
	transport := roundTrips(func(r *http.Request) (*http.Response, error) {
		if hangs(r) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		}
		return sim.RoundTrip(r)
	})
	c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: transport})
	require.NoError(t, err)
	a, ok := Find("HEX_DELETE_CELL")
	require.True(t, ok)
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	began := time.Now()
	e := a.Call(ctx, c, json.RawMessage(`{"cellId":"`+string(hexsim.CellRevenueSection)+`"}`))
	assert.True(t, e.Successful(), e.Error)
	assert.LessOrEqual(t, time.Since(began), 4*time.Second)
}

type roundTrips func(*http.Request) (*http.Response, error)

func (f roundTrips) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestWhatWentAlongIsWhatIsGoneBesideTheSection(t *testing.T) {
	cell := func(id, label string) hexapi.Cell {
		c := hexapi.Cell{StaticID: hexapi.UUID(id), CellType: "CODE"}
		if label != "" {
			c.Label = &label
		}
		return c
	}
	before := []hexapi.Cell{cell("1", ""), cell("2", "A"), cell("3", "")}
	for want, left := range map[string][]hexapi.Cell{
		"The section held no cells: it alone was deleted.":                      {before[1], before[2], cell("4", "")},
		"The section held 1 cell, which was deleted with it: CODE.":             {before[1]},
		`The section held 2 cells, which were deleted with it: CODE "A", CODE.`: nil,
	} {
		assert.Equal(t, want, wentAlong(before, left, "1"))
	}
}
