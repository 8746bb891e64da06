package jobs

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/tools/memory"
)

// counted is a context of a call with as little memory as there may be, whose part is
// a quarter of 64 MiB, and a client that asks for it.
func counted(t *testing.T, turn func(*http.Request) *http.Response) (context.Context, *hexapi.Client) {
	w := &workspace{hex: hexsim.New(), turn: turn}
	c, err := hexapi.New(hexapi.Config{
		Token: hexsim.DemoToken, Transport: w,
		Reserve:        func(ctx context.Context, n int64) error { return memory.Of(ctx).Answer(ctx, n) },
		ReserveDecoded: func(ctx context.Context, n int64) error { return memory.Of(ctx).Work(ctx, n) },
	})
	require.NoError(t, err)
	r := memory.NewBudget(memory.Least).Reserve()
	t.Cleanup(r.End)
	return memory.With(t.Context(), r), c
}

// endless answers lists with an entry many times, and always names another page.
func endless(path, entry string, times int) func(*http.Request) *http.Response {
	n := 0
	return func(r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, path) {
			return nil
		}
		n++
		return answered(200, fmt.Sprintf(`{"values":[%s],"runs":[%[1]s],"pagination":{"after":"%d"},"nextPage":"x"}`,
			strings.TrimSuffix(strings.Repeat(entry+",", times), ","), n))
	}
}

func TestAListWithoutEndEndsWithTheMemoryOfACall(t *testing.T) {
	for path, job := range map[string]func(context.Context, *hexapi.Client) error{
		"/users": func(ctx context.Context, c *hexapi.Client) error {
			_, err := FindPeople(ctx, c, FindPeopleInput{Text: "Ada"})
			return err
		},
		"/groups": func(ctx context.Context, c *hexapi.Client) error {
			_, err := GetAccess(ctx, c, GetAccessInput{Group: "Finance"})
			return err
		},
		"/collections": func(ctx context.Context, c *hexapi.Client) error {
			_, err := FindProjects(ctx, c, FindProjectsInput{Collection: "Finance"})
			return err
		},
	} {
		ctx, c := counted(t, endless(path, `{"id":"x","name":"n","email":"e@x.example"}`, 2000))
		require.ErrorIs(t, job(ctx, c), memory.ErrTooLarge, path)
	}
}

// One page may hold what takes more than a call may have.
func TestAPageThatTakesTooMuchIsNotRead(t *testing.T) {
	ctx, c := counted(t, endless("/projects", "1", 100_000))
	_, err := FindProjects(ctx, c, FindProjectsInput{Text: "churn"})
	require.ErrorIs(t, err, memory.ErrTooLarge)
}

// A search that has found as much as it may keep says so, and where to go on.
func TestASearchStopsWithTheMemoryOfACall(t *testing.T) {
	run := `{"projectId":"p","runId":"r","status":"COMPLETED","runUrl":"` + strings.Repeat("x", 100_000) + `","startTime":"` + time.Now().UTC().Format(time.RFC3339) + `"}`
	asked := 0
	ctx, c := counted(t, func(r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/runs") {
			return nil
		}
		asked++
		return answered(200, `{"runs":[`+strings.TrimSuffix(strings.Repeat(run+",", 10), ",")+`]}`)
	})
	out, err := hexapi.Decoded(FindRuns(ctx, c, FindRunsInput{Limit: 500}))
	require.NoError(t, err)
	require.NotNil(t, out.Next)
	assert.Contains(t, out.Stopped, "a quarter of --max-memory")
	assert.Greater(t, asked, 1)
	assert.Len(t, out.Runs, 10*(asked-1))
}

func TestANotebookThatTakesTooMuchIsNotCompared(t *testing.T) {
	ctx, c := counted(t, nil)
	_, err := readNotebook(ctx, draft, "cells: ["+strings.Repeat("a,", 50_000)+"a]")
	require.ErrorIs(t, err, memory.ErrTooLarge)
	_, err = CompareProject(ctx, c, CompareProjectInput{ProjectID: hexsim.ProjectRevenue})
	require.NoError(t, err, "what is usual fits beside it")
}

// oneCell is a workspace whose only cell has this source.
func oneCell(source string) func(*http.Request) *http.Response {
	return func(r *http.Request) *http.Response {
		if !strings.HasSuffix(r.URL.Path, "/cells") {
			return nil
		}
		return answered(200, fmt.Sprintf(`{"values":[{"id":"c","staticId":"s","cellType":"CODE","contents":{"codeCell":{"source":%q}}}],"pagination":{"after":null}}`, source))
	}
}

var oneProject = []hexapi.UUID{hexsim.ProjectRevenue}

func TestHitsAreCountedUpToALimit(t *testing.T) {
	ctx, c := counted(t, oneCell(strings.Repeat("a\n", 200_000)))
	begin := time.Now()
	out, err := hexapi.Decoded(SearchCells(ctx, c, SearchCellsInput{CellSearch: CellSearch{Text: "a", ProjectIDs: oneProject}}))
	require.NoError(t, err)
	require.Len(t, out.Cells, 1)
	assert.Equal(t, mostHits, out.Cells[0].Hits)
	assert.Equal(t, shownLines, strings.Count(out.Cells[0].Lines, ">"))
	assert.Less(t, time.Since(begin), 5*time.Second, "lines are counted once, not once a hit")
}

func TestAnEditThatMakesTooMuchIsNotMade(t *testing.T) {
	for name, in := range map[string]ReplaceInCellsInput{
		"text":    {CellSearch: CellSearch{Text: "a"}, Replacement: strings.Repeat("x", 100_000)},
		"groups":  {CellSearch: CellSearch{Pattern: "a+"}, Replacement: strings.Repeat("$0", 100_000)},
		"nothing": {CellSearch: CellSearch{Text: "a"}},
	} {
		source := strings.Repeat("a", 2000)
		if name == "nothing" {
			source = strings.Repeat("a", 100_000)
		}
		ctx, c := counted(t, oneCell(source))
		in.ProjectIDs, in.Apply = oneProject, true
		out, err := hexapi.Decoded(ReplaceInCells(ctx, c, in))
		require.NoError(t, err, name)
		require.Len(t, out.Cells, 1, name)
		assert.Equal(t, EditSkipped, out.Cells[0].State, name)
		assert.Contains(t, out.Cells[0].Why, "replace less of it", name)
		assert.Empty(t, out.Cells[0].Diff, name)
	}
}
