package jobs

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/schema"
)

// crowd answers as a workspace of n projects with one cell each, which takes 30
// requests for cells a minute.
func crowd(n int) func(*http.Request) *http.Response {
	began, used := time.Time{}, 0
	id := func(i int) hexapi.UUID { return hexapi.UUID(fmt.Sprintf("019a0000-0000-7000-8000-%012d", i)) }
	return func(r *http.Request) *http.Response {
		if r.URL.Path == "/api/v1/projects" {
			var page hexapi.Page[hexapi.Project]
			from, _ := strconv.Atoi(r.URL.Query().Get("after"))
			for i := from; i < min(from+pageSize, n); i++ {
				page.Values = append(page.Values, hexapi.Project{ID: id(i), Title: fmt.Sprint("Project ", i)})
			}
			if next := strconv.Itoa(from + pageSize); from+pageSize < n {
				page.Pagination.After = &next
			}
			return encoded(page)
		}
		if time.Since(began) >= time.Minute {
			began, used = time.Now(), 0
		}
		if used++; used > 30 {
			res := answered(429, `{"code":"RATE_LIMITED","message":"slow down"}`)
			res.Header.Set("Retry-After", strconv.Itoa(seconds(time.Until(began.Add(time.Minute)))))
			return res
		}
		project := hexapi.UUID(r.URL.Query().Get("projectId"))
		return encoded(hexapi.Page[hexapi.Cell]{Values: []hexapi.Cell{{
			ID: project, StaticID: project, ProjectID: project, CellType: "CODE",
			Contents: hexapi.CellContents{CodeCell: &hexapi.CellSource{Source: "orders = 1\nprint(orders)"}},
		}}})
	}
}

func encoded(v any) *http.Response {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return answered(200, string(b))
}

func labels(out FoundCells) (all []string) {
	for _, c := range out.Cells {
		all = append(all, *c.Label)
	}
	return all
}

func TestCellsAreFoundByTextPatternTypeAndConnection(t *testing.T) {
	for name, test := range map[string]struct {
		in   CellSearch
		want []string
	}{
		"text":       {CellSearch{Text: "FCT_STOCK"}, []string{"Days of cover"}},
		"pattern":    {CellSearch{Pattern: `(?i)from\s+shop\.orders`, IncludeArchived: true}, []string{"Orders by the minute"}},
		"type":       {CellSearch{Text: "n_estimators", CellTypes: []hexapi.CellType{hexapi.SQLCell}}, nil},
		"connection": {CellSearch{DataConnectionID: hexsim.ConnectionLegacy, IncludeArchived: true}, []string{"Orders by the minute"}},
		"project":    {CellSearch{Text: "fct_orders", ProjectIDs: []hexapi.UUID{hexsim.ProjectSlow}}, []string{"Two years of orders"}},
		"case":       {CellSearch{Text: "FCT_STOCK", MatchCase: true}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, c := open(t)
			out, err := hexapi.Decoded(SearchCells(t.Context(), c, SearchCellsInput{CellSearch: test.in}))
			require.NoError(t, err)
			assert.ElementsMatch(t, test.want, labels(out))
			assert.Nil(t, out.Next)
			assert.Equal(t, out.Of, out.SoFar)
		})
	}
}

func TestAHitIsShownWithTheLinesAroundIt(t *testing.T) {
	_, c := open(t)
	in := SearchCellsInput{CellSearch: CellSearch{Text: "marts.fct_orders", ProjectIDs: []hexapi.UUID{hexsim.ProjectSlow}}, Context: new(1)}
	out, err := hexapi.Decoded(SearchCells(t.Context(), c, in))
	require.NoError(t, err)
	require.Len(t, out.Cells, 1)
	assert.Equal(t, " 1 select customer_id, ordered_at, net_revenue, slot_minutes_late\n>2 from marts.fct_orders\n 3 where ordered_at >= dateadd('year', -2, current_date)", out.Cells[0].Lines)
}

func TestASearchThatSaysNothingOrNonsenseIsRefused(t *testing.T) {
	for want, in := range map[string]CellSearch{
		"nothing says what is looked for": {},
		"give one of them":                {Text: "a", Pattern: "b"},
		"no look-around":                  {Pattern: "(?=a)"},
	} {
		w, c := open(t)
		_, err := SearchCells(t.Context(), c, SearchCellsInput{CellSearch: in})
		var invalid *schema.InvalidError
		require.ErrorAs(t, err, &invalid)
		assert.Contains(t, invalid.Issues[0].Message, want)
		assert.Empty(t, w.seen)
	}
}

// In 300 projects a search takes ten minutes at Hex's pace. In pieces it finds
// what it finds at once, each cell once.
func TestASearchThroughManyProjectsKeepsToTheLimitsAndFindsAll(t *testing.T) {
	search := func(t *testing.T, p Patience) (found map[hexapi.UUID]int, calls int) {
		w, c := open(t)
		w.turn = crowd(300)
		found = make(map[hexapi.UUID]int)
		begun := time.Now()
		for cursor := ""; ; {
			calls++
			out, err := hexapi.Decoded(SearchCells(t.Context(), c, SearchCellsInput{CellSearch: CellSearch{Text: "orders"}, Limit: 200, Cursor: cursor, Patience: p}))
			require.NoError(t, err)
			assert.Equal(t, 300, out.Of)
			for _, cell := range out.Cells {
				found[cell.CellID]++
			}
			if out.Next == nil {
				break
			}
			cursor = *out.Next
			time.Sleep(time.Duration(out.WaitFirst) * time.Second)
		}
		assert.Less(t, time.Since(begun), 11*time.Minute)
		assert.LessOrEqual(t, count(w.seen, "GET /api/v1/cells"), 311, "each project once, and one refusal a minute")
		return found, calls
	}
	synctest.Test(t, func(t *testing.T) {
		pieces, calls := search(t, Patience{WaitSeconds: 20})
		assert.Greater(t, calls, 9)
		whole, calls := search(t, Patience{WaitSeconds: 3600})
		assert.Equal(t, 2, calls, "a limit of 200 cells ends the first")
		assert.Len(t, whole, 300)
		assert.Equal(t, whole, pieces)
	})
}
