package hexsim

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

// order lists the ids of a project's cells.
func (c caller) order(p hexapi.UUID) []hexapi.UUID {
	c.t.Helper()
	ids, _ := listed(c.get("/v1/cells?limit=100&projectId=" + string(p)))
	return ids
}

func newCode(location string) string {
	if location != "" {
		location = `,"location":` + location
	}
	return fmt.Sprintf(`{"projectId":%q,"cellType":"CODE","contents":{"codeCell":{"source":"1 + 1"}}%s}`, ProjectRevenue, location)
}

func TestCellsAreListedInTheOrderOfTheNotebook(t *testing.T) {
	c := open(t)
	order := c.order(ProjectRevenue)
	assert.Equal(t, []hexapi.UUID{CellRevenueIntro, CellRevenueSection, CellRevenueSQL, CellRevenueCode}, order[:4])
	assert.Equal(t, CellRevenueChart, order[len(order)-1])

	c.get("/v1/cells").want(400)
	c.get("/v1/cells?projectId=" + string(nobody)).want(404)
	assert.Empty(t, c.order(ProjectSupport))
}

func TestACellShowsItsSourceByType(t *testing.T) {
	c := open(t)
	sql := as[hexapi.Cell](c.get("/v1/cells/" + string(CellRevenueSQL)).want(200))
	assert.Equal(t, "revenue", *sql.Contents.SQLCell.OutputDataframe)
	assert.Equal(t, ConnectionWarehouse, *sql.DataConnectionID)
	assert.NotEqual(t, sql.ID, sql.StaticID)

	chart := c.get("/v1/cells/" + string(CellRevenueChart)).want(200)
	assert.Contains(t, chart.body, `"contents":{"codeCell":null,"sqlCell":null,"markdownCell":null}`)
	assert.Contains(t, chart.body, `"dataConnectionId":null`)
	c.get("/v1/cells/" + string(nobody)).want(404)
}

func TestANewCellGoesWhereItIsTold(t *testing.T) {
	last := len(open(t).order(ProjectRevenue))
	for _, test := range []struct {
		name, location string
		at             int
	}{
		{"nowhere in particular", "", last},
		{"an empty location", `{}`, last},
		{"after a cell", fmt.Sprintf(`{"insertAfterCellId":%q}`, CellRevenueIntro), 1},
		{"after a cell in a section", fmt.Sprintf(`{"insertAfterCellId":%q}`, CellRevenueSQL), 3},
		{"after a section and what is in it", fmt.Sprintf(`{"insertAfterCellId":%q}`, CellRevenueSection), 4},
		{"in a section", fmt.Sprintf(`{"parentCellId":%q}`, CellRevenueSection), 4},
		{"last in a section", fmt.Sprintf(`{"parentCellId":%q,"childPosition":"LAST"}`, CellRevenueSection), 4},
		{"first in a section", fmt.Sprintf(`{"parentCellId":%q,"childPosition":"FIRST"}`, CellRevenueSection), 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := open(t)
			want := c.order(ProjectRevenue)
			made := as[hexapi.Cell](c.send("POST", "/v1/cells", newCode(test.location)).want(200))
			assert.Equal(t, slices.Insert(want, test.at, made.ID), c.order(ProjectRevenue))
			assert.Equal(t, made, as[hexapi.Cell](c.get("/v1/cells/"+string(made.ID))))
		})
	}
}

func TestTheEndOfASectionAndThePlaceBehindItDiffer(t *testing.T) {
	c := open(t)
	within := as[hexapi.Cell](c.send("POST", "/v1/cells", newCode(fmt.Sprintf(`{"parentCellId":%q}`, CellRevenueSection)))).ID
	beside := as[hexapi.Cell](c.send("POST", "/v1/cells", newCode(fmt.Sprintf(`{"insertAfterCellId":%q}`, CellRevenueSQL)))).ID
	behind := as[hexapi.Cell](c.send("POST", "/v1/cells", newCode(fmt.Sprintf(`{"insertAfterCellId":%q}`, CellRevenueSection)))).ID
	c.send("DELETE", "/v1/cells/"+string(CellRevenueSection), nil).want(200)
	c.get("/v1/cells/" + string(within)).want(404)
	c.get("/v1/cells/" + string(beside)).want(404)
	c.get("/v1/cells/" + string(CellRevenueSQL)).want(404)
	c.get("/v1/cells/" + string(behind)).want(200)
	assert.Equal(t, []hexapi.UUID{CellRevenueIntro, behind}, c.order(ProjectRevenue)[:2])
}

func TestCellsThatCannotBeMade(t *testing.T) {
	const project = `"projectId":"` + string(ProjectRevenue) + `"`
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"no project":                          {`{"cellType":"CODE","contents":{"codeCell":{"source":""}}}`, 400},
		"unknown project":                     {`{"projectId":"` + string(nobody) + `","cellType":"CODE","contents":{"codeCell":{"source":""}}}`, 404},
		"a type that cannot be made":          {`{` + project + `,"cellType":"CHART","contents":{"codeCell":{"source":""}}}`, 400},
		"no contents":                         {`{` + project + `,"cellType":"CODE"}`, 400},
		"empty contents":                      {`{` + project + `,"cellType":"CODE","contents":{}}`, 400},
		"contents of another type":            {`{` + project + `,"cellType":"CODE","contents":{"markdownCell":{"source":""}}}`, 400},
		"two contents":                        {`{` + project + `,"cellType":"CODE","contents":{"codeCell":{"source":""},"markdownCell":{"source":""}}}`, 400},
		"no source":                           {`{` + project + `,"cellType":"CODE","contents":{"codeCell":{}}}`, 400},
		"a connection and dataframes":         {`{` + project + `,"cellType":"SQL","contents":{"sqlCell":{"source":"","isDataframeSql":true,"dataConnectionId":"` + string(ConnectionOrders) + `"}}}`, 400},
		"an unknown connection":               {`{` + project + `,"cellType":"SQL","contents":{"sqlCell":{"source":"","dataConnectionId":"` + string(nobody) + `"}}}`, 400},
		"after an unknown cell":               {newCode(`{"insertAfterCellId":"` + string(nobody) + `"}`), 400},
		"after a cell of another project":     {newCode(`{"insertAfterCellId":"` + string(CellForecastInput) + `"}`), 400},
		"in what is no section":               {newCode(`{"parentCellId":"` + string(CellRevenueSQL) + `"}`), 400},
		"in an unknown section":               {newCode(`{"parentCellId":"` + string(nobody) + `"}`), 400},
		"at an unknown position":              {newCode(`{"parentCellId":"` + string(CellRevenueSection) + `","childPosition":"MIDDLE"}`), 400},
		"at an unknown position after a cell": {newCode(`{"insertAfterCellId":"` + string(CellRevenueIntro) + `","childPosition":"MIDDLE"}`), 400},
		"at a position of no section":         {newCode(`{"childPosition":"FIRST"}`), 400},
		"in a section and after some cell":    {newCode(`{"parentCellId":"` + string(CellRevenueSection) + `","insertAfterCellId":"` + string(CellRevenueSQL) + `"}`), 400},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			before := c.order(ProjectRevenue)
			as[newerError](c.send("POST", "/v1/cells", test.body).want(test.status))
			assert.Equal(t, before, c.order(ProjectRevenue))
		})
	}
}

func TestAQueryGetsANameForItsResult(t *testing.T) {
	c := open(t)
	name := func(sql string) string {
		body := fmt.Sprintf(`{"projectId":%q,"cellType":"SQL","label":"Q","contents":{"sqlCell":%s}}`, ProjectRevenue, sql)
		made := as[hexapi.Cell](c.send("POST", "/v1/cells", body).want(200))
		assert.Equal(t, "Q", *made.Label)
		return *made.Contents.SQLCell.OutputDataframe
	}
	assert.Equal(t, "dataframe", name(`{"source":"select 1"}`))
	assert.Equal(t, "dataframe_2", name(`{"source":"select 1","isDataframeSql":true}`))
	assert.Equal(t, "orders", name(`{"source":"select 1","outputDataframe":"orders","dataConnectionId":"`+string(ConnectionOrders)+`"}`))
}

func TestACellUpdateChangesWhatItNames(t *testing.T) {
	c := open(t)
	path := "/v1/cells/" + string(CellRevenueSQL)
	update := func(body string) hexapi.Cell {
		t.Helper()
		changed := as[hexapi.Cell](c.send("PATCH", path, body).want(200))
		assert.Equal(t, as[hexapi.Cell](c.get(path)), changed)
		return changed
	}
	cell := update(`{"dataConnectionId":"` + string(ConnectionOrders) + `"}`)
	assert.Equal(t, ConnectionOrders, *cell.DataConnectionID)
	assert.Contains(t, cell.Contents.SQLCell.Source, "fct_orders")

	cell = update(`{"contents":{"sqlCell":{"source":"select a < b and c > d"}}}`)
	assert.Equal(t, ConnectionOrders, *cell.DataConnectionID, "absent leaves it")
	assert.Equal(t, "revenue", *cell.Contents.SQLCell.OutputDataframe)
	assert.Contains(t, c.get(path).body, `select a < b and c > d`)

	cell = update(`{"dataConnectionId":null,"contents":{"sqlCell":{"source":"select 2","outputDataframe":"two"}}}`)
	assert.Nil(t, cell.DataConnectionID)
	assert.Equal(t, "two", *cell.Contents.SQLCell.OutputDataframe)

	assert.Equal(t, cell, update(`{}`))
	edited := as[hexapi.Project](c.get("/v1/projects/" + string(ProjectRevenue))).LastEditedAt
	assert.Equal(t, stamp(c.clock.Now()), edited)
}

func TestCellUpdatesThatAreRefusedChangeNothing(t *testing.T) {
	for name, test := range map[string]struct {
		cell   hexapi.UUID
		body   string
		status int
	}{
		"contents of another type":                  {CellRevenueSQL, `{"contents":{"codeCell":{"source":"x"}}}`, 400},
		"two contents":                              {CellRevenueCode, `{"contents":{"codeCell":{"source":"x"},"sqlCell":{"source":"x"}}}`, 400},
		"a query without source":                    {CellRevenueSQL, `{"contents":{"sqlCell":{"outputDataframe":"x"}}}`, 400},
		"a connection of a code cell":               {CellRevenueCode, `{"dataConnectionId":null}`, 400},
		"an unknown connection, with good contents": {CellRevenueSQL, `{"dataConnectionId":"` + string(nobody) + `","contents":{"sqlCell":{"source":"x"}}}`, 400},
		"contents of a chart":                       {CellRevenueChart, `{"contents":{"codeCell":{"source":"x"}}}`, 400},
		"an unknown cell":                           {nobody, `{}`, 404},
		"null contents":                             {CellRevenueCode, `{"contents":null}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			before := c.get("/v1/cells?limit=100&projectId=" + string(ProjectRevenue)).body
			as[newerError](c.send("PATCH", "/v1/cells/"+string(test.cell), test.body).want(test.status))
			assert.Equal(t, before, c.get("/v1/cells?limit=100&projectId="+string(ProjectRevenue)).body)
		})
	}
}

func TestADeletedCellIsGone(t *testing.T) {
	c := open(t)
	path := "/v1/cells/" + string(CellRevenueCode)
	a := c.send("DELETE", path, nil).want(200)
	assert.JSONEq(t, fmt.Sprintf(`{"cellId":%q}`, CellRevenueCode), a.body)
	c.get(path).want(404)
	c.send("DELETE", path, nil).want(404)
	assert.NotContains(t, c.order(ProjectRevenue), CellRevenueCode)
}
