package hexapi

import (
	"context"
	"encoding/json"
)

// CellOutput is what a cell of a draft returned when it last ran.
type CellOutput struct {
	ProjectID UUID       `json:"projectId"`
	RunID     UUID       `json:"runId"`
	Cell      OutputCell `json:"cell"`
	Result    CellResult `json:"result" jsonschema_description:"a table, or message and traceback of an error"`
}

// OutputCell names the cell of an output.
type OutputCell struct {
	ID       UUID   `json:"id"`
	StaticID UUID   `json:"staticId"`
	CellType string `json:"cellType"`
}

// The types of results.
const (
	TableResult = "table"
	ErrorResult = "cell_run_error"
)

// CellResult is a table or an error, as its type says. Only the fields of that
// type are there.
type CellResult struct {
	Type          string                       `json:"type" jsonschema_description:"table or cell_run_error"`
	RowLimit      *float64                     `json:"rowLimit,omitempty"`
	RowsReturned  *float64                     `json:"rowsReturned,omitempty"`
	TotalRows     *float64                     `json:"totalRows,omitempty"`
	TotalRowsKind string                       `json:"totalRowsKind,omitempty" jsonschema_description:"EXACT, LOWER_BOUND or UNKNOWN"`
	Truncated     bool                         `json:"truncated,omitempty" jsonschema_description:"Hex holds more rows than it has sent"`
	Columns       []OutputColumn               `json:"columns,omitempty"`
	Rows          []map[string]json.RawMessage `json:"rows,omitempty" jsonschema_description:"values by column; all are text, as far as is known"`
	Message       string                       `json:"message,omitempty"`
	Traceback     *string                      `json:"traceback,omitempty"`
}

// OutputColumn is a column of a table.
type OutputColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// GetCellOutputInput names a cell by its id or its static id.
type GetCellOutputInput struct {
	CellID UUID `json:"cellId" jsonschema:"required"`
}

// GetCellOutput reads what an SQL cell returned when it last ran in its draft,
// which must have a session. Hex calls the operation unstable.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetCellOutput
func (c *Client) GetCellOutput(ctx context.Context, in GetCellOutputInput) (Answer[CellOutput], error) {
	return get[CellOutput](ctx, c, path("cells", in.CellID, "output"), nil, countedIn(standardRate))
}
