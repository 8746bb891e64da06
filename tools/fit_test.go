package tools

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// callBounded makes a call of a Hex and returns the answer and the queries that
// Hex got.
func callBounded(t *testing.T, hex http.Handler, maxResult int, tool, arguments string) (Envelope, []string) {
	t.Helper()
	var queries []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, r.URL.RawQuery)
		hex.ServeHTTP(w, r)
	}))
	defer srv.Close()
	c, err := hexapi.New(hexapi.Config{BaseURL: srv.URL, Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, ok := Find(tool)
	require.True(t, ok)
	return a.Bounded(maxResult, DefaultMaxRows).Call(t.Context(), c, json.RawMessage(arguments)), queries
}

func TestAPageThatIsTooLargeIsFetchedAgainWithTheEntriesThatFit(t *testing.T) {
	hex := hexsim.New()
	whole, queries := callBounded(t, hex, 0, "HEX_LIST_PROJECTS", `{"limit":10}`)
	require.Len(t, queries, 1)
	require.Greater(t, len(whole.Data), 5_000)

	e, queries := callBounded(t, hex, 5_000, "HEX_LIST_PROJECTS", `{"limit":10}`)
	require.True(t, e.Successful(), e.Error)
	assert.LessOrEqual(t, len(e.AppendJSON(nil)), 5_000)
	require.Len(t, queries, 2)
	page, err := hexapi.Answer[hexapi.Page[hexapi.Project]]{Body: e.Data}.Decode()
	require.NoError(t, err)
	require.NotEmpty(t, page.Values)
	require.NotNil(t, page.Pagination.After, "the next page begins where this one ends")
	assert.Equal(t, []string{fmt.Sprintf("The page was read again with limit %d: its 10 entries were more than the 4000 bytes that an answer has room for. "+
		"For the next entries call with limit %[1]d and, as after, pagination.after of this answer (with before: pagination.before).", len(page.Values))}, e.Notes)

	next, _ := callBounded(t, hex, 0, "HEX_LIST_PROJECTS", `{"limit":10,"after":"`+*page.Pagination.After+`"}`)
	rest, err := hexapi.Answer[hexapi.Page[hexapi.Project]]{Body: next.Data}.Decode()
	require.NoError(t, err)
	assert.Contains(t, string(whole.Data), string(rest.Values[0].ID))
	assert.NotContains(t, string(e.Data), string(rest.Values[0].ID), "no project comes twice")
}

// The first page of a thread is the newest, so that older messages are before it.
func TestAShorterPageOfMessagesLeadsToTheOlderOnes(t *testing.T) {
	hex := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		message := `{"type":"text","text":"` + strings.Repeat("x", 900) + `"}`
		_, _ = io.WriteString(w, `{"content":[`+strings.TrimSuffix(strings.Repeat(message+",", 9), ",")+`],"pagination":{"after":null,"before":"b"}}`)
	})
	const thread = `{"threadId":"` + string(hexsim.Workspace) + `"`
	e, _ := callBounded(t, hex, 5_000, "HEX_GET_THREAD_MESSAGES", thread+`}`)
	assert.Contains(t, e.Notes[0], "For the entries before these call with limit 3 and, as before, pagination.before of this answer.")
	e, _ = callBounded(t, hex, 5_000, "HEX_GET_THREAD_MESSAGES", thread+`,"after":"a"}`)
	assert.Contains(t, e.Notes[0], "as after, pagination.after of this answer")
}

// A page that was whole has no cursor, and the shorter one has: that must not cost
// an entry a field.
func TestAShorterPageLosesNoFieldsToItsCursor(t *testing.T) {
	hex := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entries, after := 9, "null"
		if limit, err := strconv.Atoi(r.URL.Query().Get("limit")); err == nil && limit < entries {
			entries, after = limit, `"`+strings.Repeat("c", 300)+`"`
		}
		page := strings.TrimSuffix(strings.Repeat(`{"id":"`+strings.Repeat("x", 500)+`"},`, entries), ",")
		_, _ = w.Write([]byte(`{"values":[` + page + `],"pagination":{"after":` + after + `,"before":null}}`))
	})
	for size := 3_500; size < 5_000; size += 10 {
		e, _ := callBounded(t, hex, size, "HEX_LIST_GROUPS", `{}`)
		require.Len(t, e.Notes, 1, size)
		require.NotContains(t, string(e.Data), "{}", size)
	}
}

func TestAPageByOffsetIsFetchedAgainToo(t *testing.T) {
	e, queries := callBounded(t, hexsim.New(), 4_000, "HEX_GET_PROJECT_RUNS", `{"projectId":"`+string(hexsim.ProjectRevenue)+`","limit":25,"offset":3}`)
	require.True(t, e.Successful(), e.Error)
	assert.Len(t, queries, 2)
	assert.LessOrEqual(t, len(e.AppendJSON(nil)), 4_000)
	page, err := hexapi.Answer[hexapi.ProjectRuns]{Body: e.Data}.Decode()
	require.NoError(t, err)
	n := len(page.Runs)
	assert.Contains(t, e.Notes[0], fmt.Sprintf("For the next entries call with limit %d and offset %d.", n, 3+n))
}

func TestOfASingleThingWholeFieldsAreLeftOut(t *testing.T) {
	source := strings.Repeat("select 1;\n", 10_000)
	hex := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"id": "1", "cellType": "SQL", "contents": map[string]any{"sqlCell": map[string]any{"source": source, "outputDataframe": "df"}},
		})
	})
	e, queries := callBounded(t, hex, DefaultMaxResult, "HEX_GET_CELL", `{"cellId":"`+string(hexsim.CellRevenueSQL)+`"}`)
	require.True(t, e.Successful(), e.Error)
	assert.Len(t, queries, 1)
	assert.JSONEq(t, `{"id":"1","cellType":"SQL","contents":{"sqlCell":{"outputDataframe":"df"}}}`, string(e.Data))
	assert.Equal(t, []string{"Left out, because the answer has room for 39000 bytes: contents.sqlCell.source (110002 bytes). hexmcp call prints them, and so does a server with a larger --max-result-bytes."}, e.Notes)

	whole, _ := callBounded(t, hex, 0, "HEX_GET_CELL", `{"cellId":"`+string(hexsim.CellRevenueSQL)+`"}`)
	assert.Contains(t, string(whole.Data), "select 1;")
	assert.Empty(t, whole.Notes)
}

func TestOneEntryThatIsTooLargeLosesFieldsAndNotItsPlace(t *testing.T) {
	hex := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entry := `{"id":"1","name":"` + strings.Repeat("x", 9_000) + `"}`
		page := strings.TrimSuffix(strings.Repeat(entry+",", 3), ",")
		if r.URL.Query().Get("limit") == "1" {
			page = entry
		}
		_, _ = w.Write([]byte(`{"values":[` + page + `],"pagination":{"after":"a","before":null}}`))
	})
	e, queries := callBounded(t, hex, 5_000, "HEX_LIST_GROUPS", `{"limit":3}`)
	assert.Equal(t, []string{"limit=3", "limit=1"}, queries)
	assert.Equal(t, `{"values":[{"id":"1"}],"pagination":{"after":"a","before":null}}`, string(e.Data))
	assert.Len(t, e.Notes, 2)
}

func TestAnAnswerOfAWriteIsNeverFetchedAgain(t *testing.T) {
	hex := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"id":"1","name":"g","members":{"users":[` + strings.TrimSuffix(strings.Repeat(`{"id":"2"},`, 2_000), ",") + `]}}`))
	})
	e, queries := callBounded(t, hex, 5_000, "HEX_CREATE_GROUP", `{"name":"g"}`)
	assert.Len(t, queries, 1)
	assert.Equal(t, `{"id":"1","name":"g","members":{}}`, string(e.Data))
}
