package hexsim

import (
	"fmt"
	"slices"

	"hexmcp/hexapi"
)

// The cell types that the simulator tells apart beside those that can be created.
const (
	inputCell   = "INPUT"
	chartCell   = "CHART"
	sectionCell = "COLLAPSIBLE"
)

// cell is a cell with the section that holds it, if any.
type cell struct {
	hexapi.Cell
	parent    *cell
	formerIDs []hexapi.UUID // oldest first; kept in a workspace WithCellVersions only
	executed  *execution    // nil: it never ran
	rows      int           // of what an SQL cell returns; 0: usualRows
}

func (c *cell) key() hexapi.UUID { return c.ID }

// within reports whether c is section or in it, at any depth.
func (c *cell) within(section *cell) bool {
	return c == section || c.parent != nil && c.parent.within(section)
}

func (h *Hex) cell(r *request) (*cell, error) {
	id, err := r.id("cellId")
	if err != nil {
		return nil, err
	}
	if c := h.cellOf(id, !r.op.reads()); c != nil {
		return c, nil
	}
	return nil, h.cellRefusal(id)
}

func (h *Hex) listCells(r *request) (any, error) {
	q := r.query()
	if !q.values.Has("projectId") {
		q.issues = append(q.issues, "projectId is required")
	}
	if err := q.err(); err != nil {
		return nil, err
	}
	p := h.projects.get(hexapi.UUID(q.values.Get("projectId")))
	if p == nil {
		return nil, notFound("Project")
	}
	page, err := list[*cell]{"cells:" + string(p.ID), slices.Clone(h.cellsOf(p)), (*cell).key}.page(q, 100)
	if err != nil {
		return nil, err
	}
	return mapPage(page, func(c *cell) hexapi.Cell { return c.Cell }), nil
}

func (h *Hex) getCell(r *request) (any, error) {
	c, err := h.cell(r)
	if err != nil {
		return nil, err
	}
	return c.Cell, nil
}

// newCell is the body of CreateCell.
type newCell struct {
	ProjectID hexapi.UUID          `json:"projectId"`
	CellType  hexapi.CellType      `json:"cellType"`
	Label     *string              `json:"label"`
	Contents  *sources             `json:"contents"`
	Location  *hexapi.CellLocation `json:"location"`
}

func (h *Hex) createCell(r *request) (any, error) {
	in, err := decode[newCell](r)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	p := h.projects.get(in.ProjectID)
	if p == nil {
		return nil, notFound("Project")
	}
	if err := h.checkConnection(in.Contents.connection()); err != nil {
		return nil, err
	}
	h.keepCells(p)
	at, parent, err := p.place(in.Location)
	if err != nil {
		return nil, err
	}
	c := &cell{parent: parent, Cell: hexapi.Cell{
		ID: h.ids.uuid(), StaticID: h.ids.uuid(), CellType: string(in.CellType), Label: in.Label,
		DataConnectionID: in.Contents.connection(), ProjectID: p.ID,
	}}
	c.Contents = p.write(*in.Contents, c.Contents)
	p.cells = slices.Insert(p.cells, at, c)
	p.LastEditedAt = stamp(r.now)
	return h.cells.add(c.ID, c).Cell, nil
}

func (in newCell) check() error {
	types := []hexapi.CellType{hexapi.CodeCell, hexapi.SQLCell, hexapi.MarkdownCell}
	switch {
	case in.ProjectID == "":
		return badRequest("projectId is required")
	case !slices.Contains(types, in.CellType):
		return badRequestf("cellType must be one of %s", join(types))
	case in.Contents == nil:
		return badRequest("contents is required")
	}
	return in.Contents.check(string(in.CellType))
}

// place finds where a new cell goes, and the section that will hold it.
func (p *project) place(l *hexapi.CellLocation) (at int, parent *cell, err error) {
	switch {
	case l == nil || *l == hexapi.CellLocation{}:
		return len(p.cells), nil, nil
	case !slices.Contains([]hexapi.ChildPosition{"", hexapi.FirstChild, hexapi.LastChild}, l.ChildPosition):
		return 0, nil, badRequestf("location: childPosition must be one of %s, %s", hexapi.FirstChild, hexapi.LastChild)
	case l.InsertAfterCellID != "" && l.ParentCellID != "":
		return 0, nil, badRequest("location: insertAfterCellId and parentCellId cannot be combined")
	case l.InsertAfterCellID != "":
		return p.placeAfter(l.InsertAfterCellID)
	default:
		return p.placeWithin(l.ParentCellID, l.ChildPosition)
	}
}

// placeAfter is the place behind a cell and all that is in it.
func (p *project) placeAfter(id hexapi.UUID) (int, *cell, error) {
	i := p.index(id)
	if i < 0 {
		return 0, nil, badRequest("location: insertAfterCellId is not a cell of the project")
	}
	return p.end(i), p.cells[i].parent, nil
}

// placeWithin is the first or last place in a section.
func (p *project) placeWithin(id hexapi.UUID, position hexapi.ChildPosition) (int, *cell, error) {
	i := p.index(id)
	switch {
	case id == "":
		return 0, nil, badRequest("location: childPosition needs parentCellId")
	case i < 0 || !p.cells[i].IsSection():
		return 0, nil, badRequest("location: parentCellId is not a section of the project")
	case position == hexapi.FirstChild:
		return i + 1, p.cells[i], nil
	default:
		return p.end(i), p.cells[i], nil
	}
}

func (p *project) index(id hexapi.UUID) int {
	return slices.IndexFunc(p.cells, func(c *cell) bool { return c.ID == lower(id) })
}

// end is the place behind the cell at i and all that is in it.
func (p *project) end(i int) int {
	end := i + 1
	for end < len(p.cells) && p.cells[end].within(p.cells[i]) {
		end++
	}
	return end
}

// cellUpdate is the body of UpdateCell.
type cellUpdate struct {
	DataConnectionID hexapi.Nullable[hexapi.UUID] `json:"dataConnectionId"`
	Contents         *sources                     `json:"contents"`
}

// updateCell checks all of an edit before it changes anything.
func (h *Hex) updateCell(r *request) (any, error) {
	c, err := h.cell(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[cellUpdate](r, "dataConnectionId")
	if err != nil {
		return nil, err
	}
	if in.Contents != nil {
		if err := in.Contents.check(c.CellType); err != nil {
			return nil, err
		}
	}
	if err := h.reconnect(c, in.DataConnectionID); err != nil {
		return nil, err
	}
	p := h.projects.get(c.ProjectID)
	if in.Contents != nil {
		c.Contents = p.write(*in.Contents, c.Contents)
	}
	h.renew(c)
	p.LastEditedAt = stamp(r.now)
	return c.Cell, nil
}

// reconnect sets or removes a cell's connection, or leaves it.
func (h *Hex) reconnect(c *cell, to hexapi.Nullable[hexapi.UUID]) error {
	if to.IsZero() {
		return nil
	}
	if c.CellType != string(hexapi.SQLCell) {
		return badRequest("dataConnectionId is for SQL cells only")
	}
	var connection *hexapi.UUID
	if id, ok := to.Get(); ok {
		connection = new(lower(id))
	}
	if err := h.checkConnection(connection); err != nil {
		return err
	}
	c.DataConnectionID = connection
	return nil
}

func (h *Hex) checkConnection(id *hexapi.UUID) error {
	if id != nil && h.connections.get(*id) == nil {
		return badRequestf("data connection %s not found", *id)
	}
	return nil
}

type cellDeleted struct {
	CellID hexapi.UUID `json:"cellId"`
}

// deleteCell removes a cell and, of a section, all that is in it.
func (h *Hex) deleteCell(r *request) (any, error) {
	c, err := h.cell(r)
	if err != nil {
		return nil, err
	}
	p := h.projects.get(c.ProjectID)
	i := p.index(c.ID)
	end := p.end(i)
	for _, gone := range p.cells[i:end] {
		h.cells.remove(gone.ID)
	}
	p.cells = slices.Delete(p.cells, i, end)
	p.LastEditedAt = stamp(r.now)
	return cellDeleted{c.ID}, nil
}

// dataframe invents a name for a query's result that no cell of the project has.
func (p *project) dataframe() *string {
	taken := map[string]bool{}
	for _, c := range p.cells {
		if sql := c.Contents.SQLCell; sql != nil {
			taken[*sql.OutputDataframe] = true
		}
	}
	name := "dataframe"
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("dataframe_%d", n)
	}
	return &name
}
