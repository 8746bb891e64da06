package hexsim

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func TestRunsAreListedNewestFirst(t *testing.T) {
	c := open(t)
	newest := c.start(ProjectRevenue)
	c.clock.advance(time.Second)
	runs := as[hexapi.ProjectRuns](c.get(runsOf(ProjectRevenue)).want(200))
	assert.Len(t, runs.Runs, 25)
	assert.Equal(t, []hexapi.UUID{newest, RunFinished, RunScheduled}, []hexapi.UUID{runs.Runs[0].RunID, runs.Runs[1].RunID, runs.Runs[2].RunID})
	starts := []string{}
	for _, r := range slices.Backward(runs.Runs) {
		if r.StartTime != nil {
			starts = append(starts, *r.StartTime)
		}
	}
	assert.True(t, slices.IsSorted(starts), starts)
	assert.Greater(t, starts[0], stamp(c.clock.Now().Add(-31*day)))
}

func TestWalkingRunsMeetsEachOnceInBothDirections(t *testing.T) {
	c := open(t)
	follow := func(url *string) hexapi.ProjectRuns {
		path, found := strings.CutPrefix(*url, "http://hex.test/api")
		require.True(t, found, *url)
		return as[hexapi.ProjectRuns](c.get(path).want(200))
	}
	page := as[hexapi.ProjectRuns](c.get(runsOf(ProjectRevenue) + "?limit=7&runTriggerFilter=SCHEDULED"))
	assert.Nil(t, page.PreviousPage)
	forth := idsOf(page.Runs)
	for page.NextPage != nil && len(forth) <= 30 {
		page = follow(page.NextPage)
		forth = append(forth, idsOf(page.Runs)...)
	}
	assert.Len(t, forth, 30)
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(forth))), 30)
	back := idsOf(page.Runs)
	for page.PreviousPage != nil && len(back) <= 30 {
		page = follow(page.PreviousPage)
		back = append(idsOf(page.Runs), back...)
	}
	assert.Equal(t, forth, back)
}

func idsOf(runs []hexapi.ProjectRun) []hexapi.UUID {
	var ids []hexapi.UUID
	for _, r := range runs {
		ids = append(ids, r.RunID)
	}
	return ids
}

func TestRunsAreFiltered(t *testing.T) {
	c := open(t)
	for query, want := range map[string]int{
		"":                                            34,
		"runTriggerFilter=ALL":                        34,
		"runTriggerFilter=SCHEDULED":                  30,
		"runTriggerFilter=API":                        3,
		"runTriggerFilter=APP_REFRESH":                1,
		"statusFilter=ERRORED":                        1,
		"statusFilter=KILLED":                         1,
		"statusFilter=UNABLE_TO_ALLOCATE_KERNEL":      1,
		"statusFilter=COMPLETED":                      31,
		"statusFilter=PENDING":                        0,
		"statusFilter=COMPLETED&runTriggerFilter=API": 1,
		"offset=30":                                   4,
		"offset=900":                                  0,
	} {
		a := c.get(runsOf(ProjectRevenue) + "?limit=100&" + query).want(200)
		assert.Len(t, as[hexapi.ProjectRuns](a).Runs, want, query)
		assert.NotContains(t, a.body, `"runs":null`)
	}
	for _, bad := range []string{"limit=0", "limit=101", "offset=-1", "offset=x", "statusFilter=DONE", "runTriggerFilter=CRON"} {
		as[newerError](c.get(runsOf(ProjectRevenue) + "?" + bad).want(400))
	}
	assert.Equal(t, 1, strings.Count(c.get(runsOf(ProjectSlow)+"?statusFilter=RUNNING").body, string(RunRunning)+`","runUrl"`))
	c.get(runsOf(ProjectDraft)).want(200)
}
