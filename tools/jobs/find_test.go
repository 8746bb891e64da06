package jobs

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

func titles(out FoundProjects) (all []string) {
	for _, p := range out.Projects {
		all = append(all, p.Title)
	}
	return all
}

func TestProjectsAreFoundByWhatIsKnownOfThem(t *testing.T) {
	for name, test := range map[string]struct {
		in   FindProjectsInput
		want []string
	}{
		"a title":           {FindProjectsInput{Text: "demand FORECAST"}, []string{"Demand forecast"}},
		"some words":        {FindProjectsInput{Text: "revenue forecast"}, []string{"Demand forecast", "Weekly revenue review"}},
		"an address":        {FindProjectsInput{Text: "https://app.hex.tech/x/hex/" + string(forecast)}, []string{"Demand forecast"}},
		"no status":         {FindProjectsInput{Status: "none"}, []string{"Support ticket themes"}},
		"nothing of it all": {FindProjectsInput{Text: "zebra"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, c := open(t)
			out, err := hexapi.Decoded(FindProjects(t.Context(), c, test.in))
			require.NoError(t, err)
			assert.ElementsMatch(t, test.want, titles(out))
			assert.Nil(t, out.Next)
		})
	}
}

func TestACollectionThatIsNotThereIsExplained(t *testing.T) {
	_, c := open(t)
	_, err := FindProjects(t.Context(), c, FindProjectsInput{Collection: "Grwth"})
	var invalid *schema.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Contains(t, invalid.Issues[0].Message, `"Grwth" does not exist; there are: `)
}

// All projects would look like those that were meant.
func TestATextWithoutWordsFindsNothing(t *testing.T) {
	w, c := open(t)
	_, err := FindProjects(t.Context(), c, FindProjectsInput{Text: " …!"})
	assert.ErrorContains(t, err, "text holds no word")
	assert.Empty(t, w.seen)
	out, err := hexapi.Decoded(FindProjects(t.Context(), c, FindProjectsInput{Text: "032CAGbHcPkuGVqEbV6YWR"}))
	require.NoError(t, err)
	assert.Empty(t, out.Projects, "a short id without a title")
}

// A search that stops after each project and goes on from its cursor finds what
// one in a single piece finds, each once.
func TestASearchGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := open(t)
		whole, err := hexapi.Decoded(FindRuns(t.Context(), c, FindRunsInput{Since: "-7d", Limit: 500}))
		require.NoError(t, err)
		require.NotEmpty(t, whole.Runs)
		require.Nil(t, whole.Next)
		var pieces []FoundRun
		calls := 0
		for cursor := ""; ; calls++ {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // no time for more than one
			out, err := hexapi.Decoded(FindRuns(ctx, c, FindRunsInput{Since: "-7d", Limit: 500, Cursor: cursor}))
			cancel()
			require.NoError(t, err)
			pieces = append(pieces, out.Runs...)
			if out.Next == nil {
				break
			}
			assert.Equal(t, 1, out.LookedAt)
			cursor = *out.Next
		}
		assert.Greater(t, calls, 5)
		assert.ElementsMatch(t, whole.Runs, pieces)
	})
}

func TestRunsAreFoundByStatusAndTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(26 * 365 * 24 * time.Hour) // the bubble begins in 2000
		_, c := open(t)
		failed, err := hexapi.Decoded(FindRuns(t.Context(), c, FindRunsInput{Since: "-36h", Statuses: []hexapi.RunStatus{hexapi.RunErrored, hexapi.RunKilled, hexapi.RunNoKernel}}))
		require.NoError(t, err)
		require.NotEmpty(t, failed.Runs, "one failed last night")
		for _, r := range failed.Runs {
			assert.NotContains(t, []hexapi.RunStatus{hexapi.RunCompleted, hexapi.RunRunning}, r.Status)
			assert.NotEmpty(t, r.Project)
		}
	})
}

// A run without a kernel never began, but it has ended.
func TestARunThatGotNoKernelIsOfTheTimeWhenItEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := open(t)
		noKernel := FindRunsInput{Since: "-24h", Statuses: []hexapi.RunStatus{hexapi.RunNoKernel}}
		out, err := hexapi.Decoded(FindRuns(t.Context(), c, noKernel))
		require.NoError(t, err)
		assert.Empty(t, out.Runs, "it was three days ago")
		noKernel.Since = "-4d"
		out, err = hexapi.Decoded(FindRuns(t.Context(), c, noKernel))
		require.NoError(t, err)
		require.Len(t, out.Runs, 1)
		noKernel.Until = "-72h"
		out, err = hexapi.Decoded(FindRuns(t.Context(), c, noKernel))
		require.NoError(t, err)
		assert.Empty(t, out.Runs)
	})
}

// Runs that begin between two pages move the others on, and none is told of twice.
func TestARunOnTwoPagesIsFoundOnce(t *testing.T) {
	w, c := open(t)
	run := func(id string) string {
		return `{"runId":"` + id + `","status":"COMPLETED","startTime":"2026-11-27T08:00:00Z","endTime":"2026-11-27T08:01:00Z"}`
	}
	pages := map[string]string{"": `{"runs":[` + run("a") + `,` + run("b") + `],"nextPage":"x"}`, "2": `{"runs":[` + run("b") + `,` + run("c") + `],"nextPage":null}`}
	w.turn = func(r *http.Request) *http.Response { return answered(200, pages[r.URL.Query().Get("offset")]) }
	in := FindRunsInput{Since: "2026-11-27", Until: "2026-11-28", ProjectIDs: []hexapi.UUID{forecast}}
	out, err := hexapi.Decoded(FindRuns(t.Context(), c, in))
	require.NoError(t, err)
	assert.Len(t, out.Runs, 3)
	pages["2"] = pages[""]
	_, err = FindRuns(t.Context(), c, in)
	require.ErrorContains(t, err, "page after page")
	assert.Len(t, w.seen, 4)
}

func TestACursorThatIsNoneIsExplained(t *testing.T) {
	_, c := open(t)
	_, err := FindRuns(t.Context(), c, FindRunsInput{Cursor: "%%%"})
	assert.ErrorContains(t, err, "cursor must be next of the last answer")
}
