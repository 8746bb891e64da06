package hexsim

import (
	"regexp"
	"strings"
	"sync"

	"hexmcp/hexapi"
)

// queried is a table in the form in which it is listed.
type queried hexapi.QueriedTable

// key tells tables apart in cursors.
func (q *queried) key() hexapi.UUID {
	return hexapi.UUID(string(q.DataConnectionID) + "/" + q.TableName)
}

// getQueriedTables lists the tables in the SQL cells of a published project.
func (h *Hex) getQueriedTables(r *request) (any, error) {
	p, err := h.project(r)
	switch {
	case err != nil:
		return nil, err
	case p.LastPublished == nil:
		return nil, unprocessable("The project has never been published")
	}
	page, err := list[*queried]{"queriedTables:" + string(p.ID), h.tablesOf(p), (*queried).key}.
		sorted(hexapi.Ascending, func(q *queried) string { return q.TableName }).page(r.query(), 100)
	if err != nil {
		return nil, err
	}
	shown := mapPage(page, func(q *queried) hexapi.QueriedTable { return hexapi.QueriedTable(*q) })
	return hexapi.QueriedTables{Page: shown, TraceID: r.trace}, nil
}

// fromTable is a table as queries name it, with its schema.
var fromTable = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\b(?:from|join)\s+(\w+(?:\.\w+)*)`) })

// tablesOf are the tables that cells of a project query over data connections.
func (h *Hex) tablesOf(p *project) []*queried {
	var found []*queried
	seen := map[hexapi.UUID]bool{}
	for _, c := range h.cellsOf(p) {
		if c.DataConnectionID == nil || c.Contents.SQLCell == nil {
			continue
		}
		connection := h.connections.get(*c.DataConnectionID)
		for _, m := range fromTable().FindAllStringSubmatch(c.Contents.SQLCell.Source, -1) {
			q := &queried{connection.ID, connection.Name, strings.ToLower(m[1])}
			if !seen[q.key()] {
				seen[q.key()] = true
				found = append(found, q)
			}
		}
	}
	return found
}
