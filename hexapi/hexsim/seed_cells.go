package hexsim

import "hexmcp/hexapi"

// seedCell is a demo cell in few words, with the cells of a section within it.
type seedCell struct {
	id         hexapi.UUID // empty: made up
	kind       string
	label      string
	source     string
	dataframe  string
	connection hexapi.UUID
	within     []seedCell
}

func (h *Hex) seedCells() {
	for _, n := range notebooks() {
		h.addCells(h.projects.get(n.project), nil, n.cells)
	}
}

func (h *Hex) addCells(p *project, parent *cell, seeds []seedCell) {
	for _, s := range seeds {
		c := h.newCell(p, parent, s)
		p.cells = append(p.cells, h.cells.add(c.ID, c))
		h.addCells(p, c, s.within)
	}
}

func (h *Hex) newCell(p *project, parent *cell, s seedCell) *cell {
	static := h.ids.uuid()
	if s.id == "" {
		s.id = h.ids.uuid()
	}
	return madeCell(p, parent, s, static)
}

func madeCell(p *project, parent *cell, s seedCell, static hexapi.UUID) *cell {
	c := &cell{parent: parent, Cell: hexapi.Cell{ID: s.id, StaticID: static, CellType: s.kind, ProjectID: p.ID}}
	if s.label != "" {
		c.Label = new(s.label)
	}
	if s.connection != "" {
		c.DataConnectionID = new(s.connection)
	}
	switch s.kind {
	case string(hexapi.CodeCell):
		c.Contents.CodeCell = &hexapi.CellSource{Source: s.source}
	case string(hexapi.MarkdownCell):
		c.Contents.MarkdownCell = &hexapi.CellSource{Source: s.source}
	case string(hexapi.SQLCell):
		c.Contents.SQLCell = &hexapi.SQLCellSource{Source: s.source, OutputDataframe: new(s.dataframe)}
	}
	return c
}
