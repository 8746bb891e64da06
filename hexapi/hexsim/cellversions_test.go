package hexsim

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

// cellCalls calls each operation that takes a cell's id.
func (c caller) cellCalls(id hexapi.UUID) map[string]answered {
	path := "/v1/cells/" + string(id)
	return map[string]answered{
		"GET":    c.get(path),
		"PATCH":  c.send("PATCH", path, `{}`),
		"DELETE": c.send("DELETE", path, nil),
	}
}

func (c caller) cell(id hexapi.UUID) hexapi.Cell {
	c.t.Helper()
	return as[hexapi.Cell](c.get("/v1/cells/" + string(id)).want(200))
}

func (c caller) rewrite(id hexapi.UUID) hexapi.Cell {
	c.t.Helper()
	return as[hexapi.Cell](c.send("PATCH", "/v1/cells/"+string(id), `{"contents":{"codeCell":{"source":"2"}}}`).want(200))
}

func TestACellKeepsItsIDUnlessAskedOtherwise(t *testing.T) {
	c := open(t)
	before := c.cell(CellRevenueCode)
	assert.Equal(t, before.ID, c.rewrite(CellRevenueCode).ID)
	for method, a := range c.cellCalls(before.StaticID) {
		assert.Equal(t, newerError{Code: "NOT_FOUND", Message: "Cell not found"}, as[newerError](a.want(404)), method)
	}
}

func TestEachWriteGivesACellANewID(t *testing.T) {
	c := open(t, WithCellVersions())
	order := c.order(ProjectRevenue)
	first := c.cell(CellRevenueCode)
	second := c.rewrite(first.ID)
	third := c.rewrite(second.ID)

	assert.Len(t, slices.Compact(slices.Sorted(slices.Values([]hexapi.UUID{first.ID, second.ID, third.ID}))), 3)
	assert.Equal(t, first.StaticID, second.StaticID)
	assert.Equal(t, first.StaticID, third.StaticID)
	assert.Equal(t, third, c.cell(third.ID))

	order[slices.Index(order, first.ID)] = third.ID
	assert.Equal(t, order, c.order(ProjectRevenue), "the place of the cell and the ids of all others stay")

	for _, id := range []hexapi.UUID{first.ID, second.ID, first.StaticID, hexapi.UUID(strings.ToUpper(string(first.ID)))} {
		for method, a := range c.cellCalls(id) {
			assert.Equal(t, newerError{Code: "FORBIDDEN", Message: "Insufficient access"}, as[newerError](a.want(http.StatusForbidden)), "%s %s", method, id)
		}
	}
	for _, a := range c.cellCalls(nobody) {
		a.want(404)
	}
	assert.Equal(t, third, c.cell(third.ID), "what was refused changed nothing")
}

func TestARefusedWriteLeavesTheIDOfACell(t *testing.T) {
	c := open(t, WithCellVersions())
	c.send("PATCH", "/v1/cells/"+string(CellRevenueCode), `{"contents":{"sqlCell":{"source":"x"}}}`).want(400)
	c.cell(CellRevenueCode)
}

func TestASectionKeepsItsCellsThroughTheirNewIDs(t *testing.T) {
	c := open(t, WithCellVersions())
	section := as[hexapi.Cell](c.send("PATCH", "/v1/cells/"+string(CellRevenueSection), `{}`).want(200)).ID
	code := c.rewrite(CellRevenueCode).ID
	made := as[hexapi.Cell](c.send("POST", "/v1/cells", newCode(`{"parentCellId":"`+string(section)+`"}`)).want(200)).ID
	as[newerError](c.send("POST", "/v1/cells", newCode(`{"insertAfterCellId":"`+string(CellRevenueCode)+`"}`)).want(400))

	c.send("DELETE", "/v1/cells/"+string(section), nil).want(200)
	for _, id := range []hexapi.UUID{section, code, made, CellRevenueSQL} {
		c.get("/v1/cells/" + string(id)).want(404)
	}
}
