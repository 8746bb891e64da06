package hexsim

import (
	"cmp"

	"hexmcp/hexapi"
)

// sources is the contents of a request: one variant, of the cell's type.
type sources struct {
	CodeCell     *source    `json:"codeCell"`
	SQLCell      *sqlSource `json:"sqlCell"`
	MarkdownCell *source    `json:"markdownCell"`
}

type source struct {
	Source *string `json:"source"`
}

// sqlSource is a query. An update has neither connection nor isDataframeSql here.
type sqlSource struct {
	Source           *string     `json:"source"`
	DataConnectionID hexapi.UUID `json:"dataConnectionId"`
	IsDataframeSQL   bool        `json:"isDataframeSql"`
	OutputDataframe  *string     `json:"outputDataframe"`
}

// variants lists the variants that are given, by the cell type they are for.
func (s sources) variants() map[string]*string {
	given := map[string]*string{}
	if s.CodeCell != nil {
		given[string(hexapi.CodeCell)] = s.CodeCell.Source
	}
	if s.SQLCell != nil {
		given[string(hexapi.SQLCell)] = s.SQLCell.Source
	}
	if s.MarkdownCell != nil {
		given[string(hexapi.MarkdownCell)] = s.MarkdownCell.Source
	}
	return given
}

// check refuses what is not the one variant of the cell's type.
func (s sources) check(cellType string) error {
	given := s.variants()
	text, ok := given[cellType]
	switch {
	case len(given) != 1:
		return badRequest("contents must have exactly one of codeCell, sqlCell and markdownCell")
	case !ok:
		return badRequestf("contents must match the cell type %s", cellType)
	case text == nil:
		return badRequest("contents: source is required")
	case s.SQLCell != nil && s.SQLCell.IsDataframeSQL && s.SQLCell.DataConnectionID != "":
		return badRequest("contents.sqlCell: dataConnectionId and isDataframeSql cannot be combined")
	}
	return nil
}

// connection is the connection that a new SQL cell names.
func (s sources) connection() *hexapi.UUID {
	if s.SQLCell == nil || s.SQLCell.DataConnectionID == "" {
		return nil
	}
	return new(lower(s.SQLCell.DataConnectionID))
}

// write is what a cell with the contents old holds afterwards. A query keeps the
// name of its result, or gets one, when none is given.
func (p *project) write(s sources, old hexapi.CellContents) hexapi.CellContents {
	switch {
	case s.CodeCell != nil:
		return hexapi.CellContents{CodeCell: &hexapi.CellSource{Source: *s.CodeCell.Source}}
	case s.MarkdownCell != nil:
		return hexapi.CellContents{MarkdownCell: &hexapi.CellSource{Source: *s.MarkdownCell.Source}}
	}
	name := s.SQLCell.OutputDataframe
	if old.SQLCell != nil {
		name = cmp.Or(name, old.SQLCell.OutputDataframe)
	}
	if name == nil {
		name = p.dataframe()
	}
	return hexapi.CellContents{SQLCell: &hexapi.SQLCellSource{Source: *s.SQLCell.Source, OutputDataframe: name}}
}
