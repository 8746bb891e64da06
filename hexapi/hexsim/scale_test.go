package hexsim

import (
	"encoding/json"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

const everyKind = "/v1/projects?limit=100&includeArchived=true&includeTrashed=true&includeComponents=true&includeUnlisted=true&includeSharing=true&after="

// crowd are the projects that a scale has added, as they are listed.
func (c caller) crowd() (all []hexapi.Project) {
	c.t.Helper()
	demo := map[hexapi.UUID]bool{}
	for _, s := range demoProjects() {
		demo[s.id] = true
	}
	for after := ""; ; {
		page := as[hexapi.Page[hexapi.Project]](c.get(everyKind + url.QueryEscape(after)).want(200))
		for _, p := range page.Values {
			if !demo[p.ID] {
				all = append(all, p)
			}
		}
		if page.Pagination.After == nil {
			return all
		}
		after = *page.Pagination.After
	}
}

// runsOf are all runs of a project.
func (c caller) runsOf(id hexapi.UUID) (all []hexapi.ProjectRun) {
	c.t.Helper()
	for {
		page := as[hexapi.ProjectRuns](c.get(fmt.Sprintf("/v1/projects/%s/runs?limit=100&offset=%d", id, len(all))).want(200))
		all = append(all, page.Runs...)
		if page.NextPage == nil {
			return all
		}
	}
}

func TestAScaledWorkspaceHasTheProjectsAndRunsThatWereAskedFor(t *testing.T) {
	c := open(t, WithScale(Scale{Projects: 300, Runs: 6000}))
	projects := c.crowd()
	assert.Len(t, projects, 300)
	count := func(of map[string]bool) int {
		seen := map[hexapi.UUID]bool{}
		runs := 0
		for _, p := range projects {
			for _, r := range c.runsOf(p.ID) {
				runs++
				of[string(r.Status)] = true
				of[string(r.RunTrigger)] = true
				assert.False(t, seen[r.RunID], "each run is listed once")
				seen[r.RunID] = true
			}
		}
		return runs
	}
	kinds := map[string]bool{}
	assert.Equal(t, 6000, count(kinds))
	for _, kind := range []string{"COMPLETED", "ERRORED", "KILLED", "UNABLE_TO_ALLOCATE_KERNEL", "RUNNING", "API", "SCHEDULED", "APP_REFRESH"} {
		assert.Contains(t, kinds, kind)
	}
	c.clock.advance(30 * time.Hour)
	assert.Equal(t, 6000, count(kinds), "for each that a schedule starts, one is forgotten")
}

func TestAScaledWorkspaceIsMixedAsARealOneIs(t *testing.T) {
	kinds := map[string]int{}
	for _, p := range open(t, WithScale(Scale{Projects: 300, Runs: 6000})).crowd() {
		count := func(kind string, is bool) {
			if is {
				kinds[kind]++
			}
		}
		kinds["owner "+p.Owner.Email]++
		kinds["title "+p.Title]++
		count("archived", p.ArchivedAt != nil)
		count("component", p.Type == hexapi.TypeComponent)
		count("never published", p.LastPublished == nil)
		count("without status", p.Status == nil)
		count("scheduled", len(p.Schedules) > 0 && p.Schedules[0].Enabled)
		count("public", gives(p.ProjectSharing.PublicWeb.Access))
		count("in a collection", len(p.ProjectSharing.Collections) > 0)
	}
	for kind, least := range map[string]int{"archived": 10, "component": 3, "never published": 50, "without status": 50, "scheduled": 30, "public": 1, "in a collection": 80} {
		assert.GreaterOrEqual(t, kinds[kind], least, kind)
		assert.Less(t, kinds[kind], 200, kind)
	}
	assert.Greater(t, len(kinds), 300+25, "titles of their own, and many owners")
}

func gives(a hexapi.Access) bool { return a != hexapi.NoAccess }

// What is computed is the same each time, and in each workspace of that scale.
func TestAScaledWorkspaceIsAlwaysTheSame(t *testing.T) {
	tell := func() string {
		c := open(t, WithScale(Scale{Projects: 40, Runs: 900}))
		c.clock.advance(7 * time.Hour)
		var all strings.Builder
		for _, p := range c.crowd() {
			told, err := json.Marshal(p)
			require.NoError(t, err)
			all.Write(told)
			all.WriteString(c.get("/v1/cells?projectId=" + string(p.ID)).body)
			for _, r := range c.runsOf(p.ID) {
				fmt.Fprintln(&all, r.RunID, r.Status)
			}
		}
		return all.String()
	}
	assert.Equal(t, tell(), tell())
}

func TestAComputedRunCanBeReadAndCanceled(t *testing.T) {
	c := open(t, WithScale(Scale{Projects: 61, Runs: 2000}))
	found := false
	for _, p := range c.crowd() {
		for i, r := range c.runsOf(p.ID) {
			at := fmt.Sprintf("/v1/projects/%s/runs/%s", p.ID, r.RunID)
			if r.Status != hexapi.RunRunning {
				continue
			}
			found = true
			assert.Equal(t, r.RunID, as[hexapi.ProjectRun](c.get(at).want(200)).RunID)
			c.send("DELETE", at, nil).want(204)
			assert.Equal(t, hexapi.RunKilled, as[hexapi.ProjectRun](c.get(at).want(200)).Status)
			assert.Equal(t, r.RunID, c.runsOf(p.ID)[i].RunID, "it keeps its place")
		}
	}
	assert.True(t, found)
}

// A write keeps the cells of its project, and changes nothing else about them.
func TestAComputedCellCanBeReadAndWritten(t *testing.T) {
	c := open(t, WithScale(Scale{Projects: 30, Runs: 100}))
	for _, p := range c.crowd()[:12] {
		list := "/v1/cells?limit=100&projectId=" + string(p.ID)
		before := as[hexapi.Page[hexapi.Cell]](c.get(list).want(200)).Values
		for i, one := range before {
			at := "/v1/cells/" + string(one.ID)
			assert.Equal(t, one, as[hexapi.Cell](c.get(at).want(200)))
			if one.CellType != string(hexapi.CodeCell) {
				continue
			}
			c.send("PATCH", at, `{"contents":{"codeCell":{"source":"changed"}}}`).want(200)
			before[i].Contents.CodeCell.Source = "changed"
			assert.Equal(t, before, as[hexapi.Page[hexapi.Cell]](c.get(list).want(200)).Values)
		}
	}
	c.get("/v1/cells/0195ffff-0000-7000-8000-000000000000").want(404)
}

// heap is what is in use, in bytes.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// What is read is not kept: a workspace takes as much memory after it was read
// through as before, and little for each of its projects.
func TestAScaledWorkspaceDoesNotGrowWhileItIsRead(t *testing.T) {
	before := heap()
	c := newClock()
	h := New(WithClock(c.Now), WithScale(LargeScale()))
	made := heap()
	assert.Less(t, made-before, int64(12<<20), "bytes of %s", LargeScale())
	runs := 0
	for _, p := range h.projects.all() {
		runs += len(h.history(p, c.Now()))
		h.cellsOf(p)
		c.advance(time.Minute)
	}
	assert.Greater(t, runs, 50_000)
	assert.Less(t, heap()-made, int64(1<<20))
	runtime.KeepAlive(h)
}

func TestScalesAreReadOrRefusedInASentence(t *testing.T) {
	s, err := ParseScale("2000,50000")
	require.NoError(t, err)
	assert.Equal(t, LargeScale(), s)
	for text, why := range map[string]string{
		"":          "a scale is two numbers, projects and runs, such as 2000,50000",
		"many":      "a scale is two numbers, projects and runs, such as 2000,50000",
		"2000":      "a scale is two numbers, projects and runs, such as 2000,50000",
		"2000,5,7":  "a scale is two numbers, projects and runs, such as 2000,50000",
		"0,5":       "a workspace has between 1 and 100000 projects, not 0",
		"-1,5":      "a workspace has between 1 and 100000 projects, not -1",
		"100001,5":  "a workspace has between 1 and 100000 projects, not 100001",
		"10,-5":     "10 projects have between 0 and 2000 runs, not -5",
		"10,999999": "10 projects have between 0 and 2000 runs, not 999999",
	} {
		_, err := ParseScale(text)
		assert.EqualError(t, err, why, text)
	}
}
