package hexsim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"hexmcp/hexapi"
)

// maxOutputRows is how many rows of a table Hex sends here.
const maxOutputRows = 1000

// usualRows is how many rows a query has unless its cell says otherwise.
const usualRows = 12

// tableOutput is the result of a query.
type tableOutput struct {
	Type          string                `json:"type"`
	RowLimit      int                   `json:"rowLimit"`
	RowsReturned  int                   `json:"rowsReturned"`
	TotalRows     int                   `json:"totalRows"`
	TotalRowsKind string                `json:"totalRowsKind"`
	Truncated     bool                  `json:"truncated"`
	Columns       []hexapi.OutputColumn `json:"columns"`
	Rows          []map[string]string   `json:"rows"`
}

// errorOutput is the result of a query that the database refused.
type errorOutput struct {
	Type      string  `json:"type"`
	Message   string  `json:"message"`
	Traceback *string `json:"traceback"`
}

type cellOutput struct {
	ProjectID hexapi.UUID       `json:"projectId"`
	RunID     hexapi.UUID       `json:"runId"`
	Cell      hexapi.OutputCell `json:"cell"`
	Result    any               `json:"result"`
}

// getCellOutput answers for SQL cells that have run in their draft.
func (h *Hex) getCellOutput(r *request) (any, error) {
	c, err := h.executedCell(r)
	switch {
	case err != nil:
		return nil, err
	case c.Contents.SQLCell == nil:
		return nil, badRequest("output is there for SQL cells only")
	}
	return cellOutput{
		ProjectID: c.ProjectID, RunID: c.executed.run,
		Cell:   hexapi.OutputCell{ID: c.ID, StaticID: c.StaticID, CellType: c.CellType},
		Result: c.output(),
	}, nil
}

// executedCell finds the cell that the path names by its id or its static id,
// where it has run.
func (h *Hex) executedCell(r *request) (*cell, error) {
	id, err := r.id("cellId")
	if err != nil {
		return nil, err
	}
	c := h.cellOf(id, false)
	if i := slices.IndexFunc(h.cells.all(), func(c *cell) bool { return c.StaticID == lower(id) }); c == nil && i >= 0 {
		c = h.cells.all()[i]
	}
	switch {
	case c == nil:
		return nil, h.cellRefusal(id)
	case c.executed == nil || r.now.Before(c.executed.ends):
		return nil, notFound("Output of a finished run in a session of the draft")
	}
	return c, nil
}

// isQuery tells what a database would run.
var isQuery = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)^\s*(select|with)\b`) })

// output is what the query returned: always the same of the same query.
func (c *cell) output() any {
	query := c.executed.source
	if !isQuery().MatchString(query) {
		first, _, _ := strings.Cut(strings.TrimSpace(query), " ")
		return errorOutput{Type: hexapi.ErrorResult, Message: fmt.Sprintf("SQL compilation error: syntax error line 1 at position 0 unexpected '%s'.", first)}
	}
	total := usualRows
	if c.rows > 0 {
		total = c.rows
	}
	t := tableOutput{
		Type: hexapi.TableResult, RowLimit: maxOutputRows, RowsReturned: min(total, maxOutputRows), TotalRows: total,
		TotalRowsKind: "EXACT", Truncated: total > maxOutputRows, Rows: []map[string]string{},
	}
	for _, name := range selected(query) {
		t.Columns = append(t.Columns, hexapi.OutputColumn{Name: name, Type: columnType(name)})
	}
	for i := range t.RowsReturned {
		t.Rows = append(t.Rows, row(t.Columns, i))
	}
	return t
}

var (
	selectList = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?is)\bselect\s+(?:distinct\s+)?(.*?)\s+from\b`) })
	alias      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)(?:\bas\s+)?(\w+)\s*$`) })
)

// selected names the columns of a query's last select, roughly as a database
// would.
func selected(query string) []string {
	all := selectList().FindAllStringSubmatch(query, -1)
	if len(all) == 0 {
		return []string{"value"}
	}
	var names []string
	for _, expression := range splitList(all[len(all)-1][1]) {
		name := alias().FindStringSubmatch(expression)
		switch {
		case strings.HasSuffix(strings.TrimSpace(expression), "*"):
			names = append(names, "id", "day", "value")
		case name == nil:
			names = append(names, fmt.Sprintf("column_%d", len(names)+1))
		default:
			names = append(names, strings.ToLower(name[1]))
		}
	}
	return names
}

// splitList splits at the commas that no bracket holds.
func splitList(list string) []string {
	depth, from := 0, 0
	var parts []string
	for i, c := range list {
		switch {
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			parts = append(parts, list[from:i])
			from = i + 1
		}
	}
	return append(parts, list[from:])
}
