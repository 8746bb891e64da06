package hexapi

import "context"

// Cell is a cell of a project's draft.
type Cell struct {
	ID               UUID         `json:"id" jsonschema_description:"id within this version"`
	StaticID         UUID         `json:"staticId" jsonschema_description:"id across versions"`
	CellType         string       `json:"cellType"`
	Label            *string      `json:"label"`
	DataConnectionID *UUID        `json:"dataConnectionId"`
	Contents         CellContents `json:"contents" jsonschema_description:"at most one is not null"`
	ProjectID        UUID         `json:"projectId"`
}

// IsSection reports whether other cells can be within the cell.
func (c Cell) IsSection() bool { return c.CellType == "COLLAPSIBLE" || c.CellType == "CELL_GROUP" }

// CellContents holds the source of a code, SQL or markdown cell; all are null
// for other cells.
type CellContents struct {
	CodeCell     *CellSource    `json:"codeCell"`
	SQLCell      *SQLCellSource `json:"sqlCell"`
	MarkdownCell *CellSource    `json:"markdownCell"`
}

// Source is the source of a code, SQL or markdown cell, and "" of any other.
func (c Cell) Source() string {
	switch in := c.Contents; {
	case in.CodeCell != nil:
		return in.CodeCell.Source
	case in.SQLCell != nil:
		return in.SQLCell.Source
	case in.MarkdownCell != nil:
		return in.MarkdownCell.Source
	}
	return ""
}

// CellSource is Python code or markdown.
type CellSource struct {
	Source string `json:"source" jsonschema:"required" jsonschema_description:"Python code or markdown."`
}

// SQLCellSource is a query and the dataframe that holds its result.
type SQLCellSource struct {
	Source          string  `json:"source"`
	OutputDataframe *string `json:"outputDataframe"`
}

// CellType is a type of cell that can be created.
type CellType string

// The types of cells that can be created.
const (
	CodeCell     CellType = "CODE"
	SQLCell      CellType = "SQL"
	MarkdownCell CellType = "MARKDOWN"
)

// JSONSchema lists the types.
func (CellType) JSONSchema() *Schema { return oneOf(CodeCell, SQLCell, MarkdownCell) }

// ListCellsInput names a project and pages its cells.
type ListCellsInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	Limit     int  `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Cursor
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *ListCellsInput) PageLimit() *int { return &in.Limit }

// ListCells lists the cells of a project's draft with their sources.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ListCells
func (c *Client) ListCells(ctx context.Context, in ListCellsInput) (Answer[Page[Cell]], error) {
	return get[Page[Cell]](ctx, c, path("cells"), in, countedIn(fixedRate))
}

// GetCellInput names a cell.
type GetCellInput struct {
	CellID UUID `json:"cellId" jsonschema:"required"`
}

// GetCell reads one cell of a draft.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetCell
func (c *Client) GetCell(ctx context.Context, in GetCellInput) (Answer[Cell], error) {
	return get[Cell](ctx, c, path("cells", in.CellID), nil, countedIn(fixedRate))
}

// CreateCellInput is a new cell: its body is the whole request.
type CreateCellInput struct {
	ProjectID UUID            `json:"projectId" jsonschema:"required"`
	CellType  CellType        `json:"cellType" jsonschema:"required" jsonschema_description:"Kind of cell."`
	Contents  NewCellContents `json:"contents" jsonschema:"required" jsonschema_description:"Exactly one of the three, matching cellType."`
	Label     *string         `json:"label,omitempty" jsonschema_description:"Title of the cell."`
	Location  *CellLocation   `json:"location,omitempty" jsonschema_description:"Default: the end of the notebook."`
}

// NewCellContents holds the source of a new cell, in the one field that
// matches its type.
type NewCellContents struct {
	CodeCell     *CellSource `json:"codeCell,omitempty" jsonschema_description:"Python, for CODE."`
	SQLCell      *NewSQLCell `json:"sqlCell,omitempty" jsonschema_description:"A query, for SQL."`
	MarkdownCell *CellSource `json:"markdownCell,omitempty" jsonschema_description:"Text, for MARKDOWN."`
}

// NewSQLCell is a query and where to run it.
type NewSQLCell struct {
	Source           string `json:"source" jsonschema:"required" jsonschema_description:"SQL; Jinja such as {{ x }} without quotes."`
	DataConnectionID UUID   `json:"dataConnectionId,omitempty" jsonschema_description:"Database to query; without it or isDataframeSql the cell cannot run."`
	IsDataframeSQL   bool   `json:"isDataframeSql,omitempty" jsonschema:"default=false" jsonschema_description:"Query dataframes of other cells instead."`
	OutputDataframe  string `json:"outputDataframe,omitempty" jsonschema_description:"Variable for the result; default: Hex names it."`
}

// CellLocation says where a new cell goes.
type CellLocation struct {
	InsertAfterCellID UUID          `json:"insertAfterCellId,omitempty" jsonschema_description:"A cell of the same project."`
	ParentCellID      UUID          `json:"parentCellId,omitempty" jsonschema_description:"A section (COLLAPSIBLE, CELL_GROUP) to put it into; not with insertAfterCellId."`
	ChildPosition     ChildPosition `json:"childPosition,omitempty" jsonschema:"default=LAST" jsonschema_description:"Place in parentCellId."`
}

// ChildPosition is a place within a section cell.
type ChildPosition string

// The child positions.
const (
	FirstChild ChildPosition = "FIRST"
	LastChild  ChildPosition = "LAST"
)

// JSONSchema lists the positions.
func (ChildPosition) JSONSchema() *Schema { return oneOf(FirstChild, LastChild) }

// CreateCell adds a cell to a project's draft.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CreateCell
func (c *Client) CreateCell(ctx context.Context, in CreateCellInput) (Answer[Cell], error) {
	return post[Cell](ctx, c, path("cells"), in, countedIn(fixedRate))
}

// UpdateCellInput names a cell and what changes.
type UpdateCellInput struct {
	CellID UUID `json:"cellId" jsonschema:"required"`
	CellUpdate
}

// CellUpdate changes a cell's source, its connection, or both.
type CellUpdate struct {
	Contents         *CellContentsUpdate `json:"contents,omitempty" jsonschema_description:"Exactly one of the three, matching the cell's type; replaces the whole source."`
	DataConnectionID Nullable[UUID]      `json:"dataConnectionId,omitzero"`
}

// CellContentsUpdate holds the new source, in the one field that matches the
// cell's type.
type CellContentsUpdate struct {
	CodeCell     *CellSource    `json:"codeCell,omitempty" jsonschema_description:"For a CODE cell."`
	SQLCell      *SQLCellUpdate `json:"sqlCell,omitempty" jsonschema_description:"For an SQL cell."`
	MarkdownCell *CellSource    `json:"markdownCell,omitempty" jsonschema_description:"For a MARKDOWN cell."`
}

// SQLCellUpdate is a query; its source is needed even to rename the dataframe.
type SQLCellUpdate struct {
	Source          string  `json:"source" jsonschema:"required" jsonschema_description:"SQL, needed even to rename the dataframe."`
	OutputDataframe *string `json:"outputDataframe,omitempty" jsonschema_description:"Variable for the result."`
}

// UpdateCell overwrites a cell's source or changes its connection.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/UpdateCell
func (c *Client) UpdateCell(ctx context.Context, in UpdateCellInput) (Answer[Cell], error) {
	return patch[Cell](ctx, c, path("cells", in.CellID), in.CellUpdate, countedIn(fixedRate))
}

// DeleteCellInput names a cell.
type DeleteCellInput struct {
	CellID UUID `json:"cellId" jsonschema:"required"`
}

// CellDeleted names the cell that is gone. Older servers answer without a body.
type CellDeleted struct {
	CellID UUID `json:"cellId"`
}

// DeleteCell removes a cell from the draft for good.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/DeleteCell
func (c *Client) DeleteCell(ctx context.Context, in DeleteCellInput) (Answer[CellDeleted], error) {
	return remove[CellDeleted](ctx, c, path("cells", in.CellID), olderAnswersEmpty, countedIn(fixedRate))
}
