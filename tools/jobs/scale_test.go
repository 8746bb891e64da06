package jobs

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
	"hexmcp/tools/progress"
)

// crowded is a large workspace that keeps to Hex's limits, and counts what it
// refuses.
type crowded struct {
	*hexsim.Hex
	requests, refused int
}

func (w *crowded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.Hex.RoundTrip(r)
	w.requests++
	if err == nil && res.StatusCode == http.StatusTooManyRequests {
		w.refused++
	}
	return res, err
}

// search is one of the tools that look through a workspace: it answers with what it
// has found, by name, and how far it is.
type search func(ctx context.Context, c *hexapi.Client, patience int, cursor string) (found []string, done Coverage, err error)

func searches() map[string]search {
	return map[string]search{
		"projects that nobody has run": func(ctx context.Context, c *hexapi.Client, patience int, cursor string) (found []string, done Coverage, err error) {
			out, err := hexapi.Decoded(FindProjects(ctx, c, FindProjectsInput{NotViewedSince: "-30d", NotRunSince: "-20d", Limit: 100, Cursor: cursor, Patience: Patience{patience}}))
			return titles(out), out.Coverage, err
		},
		"runs that failed": func(ctx context.Context, c *hexapi.Client, patience int, cursor string) (found []string, done Coverage, err error) {
			out, err := hexapi.Decoded(FindRuns(ctx, c, FindRunsInput{Since: "-30h", Statuses: []hexapi.RunStatus{hexapi.RunErrored, hexapi.RunNoKernel}, Limit: 500, Cursor: cursor, Patience: Patience{patience}}))
			for _, r := range out.Runs {
				found = append(found, string(r.RunID))
			}
			return found, out.Coverage, err
		},
		"cells that read a table": func(ctx context.Context, c *hexapi.Client, patience int, cursor string) (found []string, done Coverage, err error) {
			out, err := hexapi.Decoded(SearchCells(ctx, c, SearchCellsInput{CellSearch: CellSearch{Text: "fct_refunds"}, Limit: 200, Cursor: cursor, Patience: Patience{patience}}))
			for _, one := range out.Cells {
				found = append(found, string(one.CellID))
			}
			return found, out.Coverage, err
		},
		"who can reach a project": func(ctx context.Context, c *hexapi.Client, patience int, cursor string) (found []string, done Coverage, err error) {
			out, err := hexapi.Decoded(GetAccess(ctx, c, GetAccessInput{ProjectID: "01940000-0000-744c-84fd-6901b438ad13", Cursor: cursor, Patience: Patience{patience}}))
			for _, p := range out.People {
				found = append(found, p.Email)
			}
			return found, out.Coverage, err
		},
		"what a user can reach": func(ctx context.Context, c *hexapi.Client, patience int, cursor string) (found []string, done Coverage, err error) {
			out, err := hexapi.Decoded(GetAccess(ctx, c, GetAccessInput{User: "boris.abel@tidewater.example", Limit: 10, Cursor: cursor, Patience: Patience{patience}}))
			for _, p := range out.Projects {
				found = append(found, string(p.ID))
			}
			return found, out.Coverage, err
		},
	}
}

// What is kept of a search is what its answer holds, however many titles have the word.
func TestAWordThatManyTitlesHaveFillsNoMemory(t *testing.T) {
	f := projectFinder{in: FindProjectsInput{Limit: 5}, title: titleOf("forecast")}
	for range 3000 {
		_, err := f.look(t.Context(), hexapi.Project{Title: "Forecast of returns"})
		require.NoError(t, err)
		assert.LessOrEqual(t, len(f.found), 10)
	}
	_, err := f.look(t.Context(), hexapi.Project{Title: "Forecast"})
	require.NoError(t, err)
	out := f.result(Coverage{})
	assert.Equal(t, 3001, out.Found)
	assert.Len(t, out.Projects, 5)
	assert.Equal(t, "Forecast", out.Projects[0].Title, "the best was the last")
}

// outcome is what a search of a large workspace came to.
type outcome struct {
	found    []string
	calls    int
	heard    int // reports of progress
	requests int
	refused  int
	took     time.Duration
}

// through searches a large workspace to the end, in calls of so many seconds.
func through(t *testing.T, by search, patience int) (got outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &crowded{Hex: hexsim.New(hexsim.WithScale(hexsim.LargeScale()), hexsim.WithRateLimits())}
		c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: w, CallsPerMinute: hexapi.DefaultCallsPerMinute})
		require.NoError(t, err)
		last := -1.0
		begun := time.Now()
		for cursor := ""; ; {
			ctx := progress.With(t.Context(), func(done, _ float64, _ string) {
				assert.Greater(t, done, last)
				last = done
				got.heard++
			})
			at := time.Now()
			last = -1
			found, done, err := by(ctx, c, patience, cursor)
			require.NoError(t, err)
			assert.LessOrEqual(t, time.Since(at), time.Duration(patience)*time.Second+lastRequests, "a call keeps its time")
			got.found = append(got.found, found...)
			got.calls++
			if done.Next == nil {
				break
			}
			require.Empty(t, done.Stopped)
			require.NotEqual(t, cursor, *done.Next)
			cursor = *done.Next
			time.Sleep(time.Duration(done.WaitFirst) * time.Second)
		}
		got.requests, got.refused, got.took = w.requests, w.refused, time.Since(begun)
	})
	return got
}

// A workspace of 2,000 projects and 50,000 runs is searched within Hex's limits.
// What calls of three quarters of a minute find, one after another, is what a call
// of hours finds, each once.
func TestALargeWorkspaceIsSearchedWithinHexsLimits(t *testing.T) {
	for name, by := range searches() {
		t.Run(name, func(t *testing.T) {
			whole, pieces := through(t, by, 3*3600), through(t, by, 45)
			assert.NotEmpty(t, whole.found)
			assert.ElementsMatch(t, whole.found, pieces.found)
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(pieces.found))), len(pieces.found), "each once")
			assert.Positive(t, whole.heard)
			for _, one := range []outcome{whole, pieces} {
				assert.LessOrEqual(t, one.refused, 1, "Hex tells once how many calls it takes of a kind whose limit differs")
			}
		})
	}
}

// Whoever makes a single call does not wait for the minute that a search of the same
// token has used up. That Hex limits a kind of calls shows in the search's first call.
func TestASearchLeavesRoomForSingleCalls(t *testing.T) {
	search := searches()["runs that failed"]
	synctest.Test(t, func(t *testing.T) {
		hex := hexsim.New(hexsim.WithScale(hexsim.LargeScale()), hexsim.WithRateLimits())
		c, err := hexapi.New(hexapi.Config{Token: hexsim.DemoToken, Transport: hex, CallsPerMinute: hexapi.DefaultCallsPerMinute})
		require.NoError(t, err)
		_, done, err := search(t.Context(), c, 50, "")
		require.NoError(t, err)
		time.Sleep(time.Duration(done.WaitFirst) * time.Second)
		_, done, err = search(t.Context(), c, 50, *done.Next)
		require.NoError(t, err)
		require.Positive(t, done.WaitFirst)
		before := time.Now()
		projects, err := hexapi.Decoded(c.ListProjects(t.Context(), hexapi.ListProjectsInput{Limit: 1}))
		require.NoError(t, err)
		_, err = c.GetProjectRuns(t.Context(), hexapi.GetProjectRunsInput{ProjectID: projects.Values[0].ID})
		require.NoError(t, err)
		assert.Zero(t, time.Since(before))
	})
}
