package hexsim

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

func TestANewProjectIsAnEmptyDraft(t *testing.T) {
	c := open(t)
	made := as[hexapi.Project](c.send("POST", "/v1/projects", hexapi.CreateProjectInput{Title: "Delivery slots", Description: "Why"}).want(201))
	assert.Equal(t, "Delivery slots", made.Title)
	assert.Nil(t, made.LastPublished)
	assert.Contains(t, titles(c.get("/v1/projects?limit=1")), "Delivery slots", "newest first")
	assert.Empty(t, as[hexapi.Page[hexapi.Cell]](c.get("/v1/cells?projectId="+string(made.ID)).want(200)).Values)
	c.send("POST", runsOf(made.ID), nil).want(422)
	c.send("POST", "/v1/projects", map[string]string{"title": ""}).want(400)
}

func TestTablesAreThoseThatThePublishedCellsQuery(t *testing.T) {
	c := open(t)
	tables := as[hexapi.QueriedTables](c.get("/v1/projects/" + string(ProjectInventory) + "/queriedTables").want(200))
	var names []string
	for _, table := range tables.Values {
		names = append(names, table.TableName)
		assert.Equal(t, ConnectionWarehouse, table.DataConnectionID)
	}
	assert.Equal(t, []string{"marts.fct_orders", "marts.fct_stock"}, names)
	c.get("/v1/projects/" + string(ProjectDraft) + "/queriedTables").want(422)
	c.get("/v1/projects/nope/queriedTables").want(400)
}

func TestComputeProfilesAreSetForAllProjectsOrNone(t *testing.T) {
	c := open(t)
	profile := hexapi.ComputeProfile{Size: "LARGE"}
	set := func(ids ...hexapi.UUID) answered {
		return c.send("POST", "/v1/projects/compute-profile/batch", hexapi.BatchComputeProfileInput{ProjectIDs: ids, ComputeProfile: profile})
	}
	set(ProjectRevenue, Workspace).want(404)
	assert.Zero(t, c.hex.projects.get(ProjectRevenue).compute)
	set(ProjectRevenue, ProjectDraft).want(200)
	assert.Equal(t, profile, c.hex.projects.get(ProjectDraft).compute)
}

func TestADraftRunsThoughItWasNeverPublished(t *testing.T) {
	c := open(t)
	started := as[hexapi.DraftRunStarted](c.send("POST", "/v1/projects/"+string(ProjectDraft)+"/notebook/run", nil).want(200))
	assert.Equal(t, hexapi.RunPending, started.Status)
	run := c.look(ProjectDraft, started.RunID)
	assert.Equal(t, hexapi.Version("draft"), run.ProjectVersion)
	c.clock.advance(PendingFor + RunFor)
	assert.Equal(t, hexapi.RunCompleted, c.look(ProjectDraft, started.RunID).Status)
	c.send("POST", "/v1/projects/"+string(ProjectArchived)+"/notebook/run", nil).want(422)
	c.send("POST", "/v1/projects/"+string(ProjectDraft)+"/notebook/run", `{"useCachedSqlResults":1}`).want(400)
}

func TestDraftsTakeKernels(t *testing.T) {
	c := open(t)
	for range MaxKernels {
		c.send("POST", "/v1/projects/"+string(ProjectSlow)+"/notebook/run", nil).want(200)
	}
	c.send("POST", "/v1/projects/"+string(ProjectSlow)+"/notebook/run", nil).want(503)
	c.send("POST", "/v1/cells/"+string(CellRevenueSQL)+"/run", nil).want(200)
}

func TestACellRunsAlone(t *testing.T) {
	c := open(t)
	path := "/v1/cells/" + string(CellRevenueSQL) + "/run"
	dry := as[cellRunStarted](c.send("POST", path, `{"dryRun":true}`).want(200))
	assert.True(t, dry.DryRun)
	assert.Nil(t, dry.RunID)
	started := as[cellRunStarted](c.send("POST", path, nil).want(200))
	assert.Equal(t, hexapi.RunPending, c.look(ProjectRevenue, *started.RunID).Status)
	c.clock.advance(PendingFor + cellRunFor)
	assert.Equal(t, hexapi.RunCompleted, c.look(ProjectRevenue, *started.RunID).Status)
	c.send("POST", "/v1/cells/"+string(Workspace)+"/run", nil).want(404)
}
