package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"hexmcp/hexapi"
)

// ReplaceInCellsInput is a search, and what replaces its hits.
type ReplaceInCellsInput struct {
	CellSearch
	Replacement string   `json:"replacement" jsonschema:"required" jsonschema_description:"New text for each hit; with pattern, $1 and ${name} stand for its groups, and $$ for $."`
	Apply       bool     `json:"apply,omitempty" jsonschema:"default=false" jsonschema_description:"Write the edits. Without it they are only shown."`
	Edits       []string `json:"edits,omitempty" jsonschema:"maxItems=500" jsonschema_description:"edit of those shown before: only these are written, and only if their cells are as they were shown."`
	Limit       int      `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=20" jsonschema_description:"Stop after so many cells."`
	Cursor      string   `json:"cursor,omitempty" jsonschema_description:"next of the last answer, to go on."`
	Patience
}

// ReplacedCells are the edits of cells, and what became of them.
type ReplacedCells struct {
	Cells  []ReplacedCell    `json:"cells"`
	States map[EditState]int `json:"states" jsonschema_description:"how many by state, in this call"`
	Coverage
}

// ReplacedCell is the edit of one cell.
type ReplacedCell struct {
	Edit      string      `json:"edit" jsonschema_description:"names this edit of this source"`
	State     EditState   `json:"state"`
	Why       string      `json:"why,omitempty"`
	ProjectID hexapi.UUID `json:"projectId"`
	Project   string      `json:"project,omitempty" jsonschema_description:"title; absent with projectIds"`
	CellID    hexapi.UUID `json:"cellId" jsonschema_description:"as it is now"`
	Label     *string     `json:"label,omitempty"`
	Hits      int         `json:"hits"`
	Diff      string      `json:"diff" jsonschema_description:"numbered; - the lines as they were, + as they are to be"`
	OldSource string      `json:"oldSource,omitempty" jsonschema_description:"whole; where it may be overwritten"`
}

// EditState is what became of an edit.
type EditState string

// The states of edits.
const (
	EditShown   EditState = "shown"   // nothing was written
	EditWritten EditState = "written" // Hex has confirmed it
	EditSkipped EditState = "skipped" // the source is not as it was seen: nothing was written
	EditRefused EditState = "refused" // Hex has refused it: nothing was written
	EditUnknown EditState = "unknown" // it may have been written, or not: the answer got lost
)

const defaultEdits = 20

// ReplaceInCells shows or makes edits of many cells. What was written is in the
// answer however the call ends.
func ReplaceInCells(ctx context.Context, c *hexapi.Client, in ReplaceInCellsInput) (hexapi.Answer[ReplacedCells], error) {
	var none hexapi.Answer[ReplacedCells]
	r, err := newReplacer(c, in)
	if err != nil {
		return none, err
	}
	if r.walk, err = r.search.walk(ctx, in.Cursor, in.Patience, r.look); err != nil {
		return none, onlyRead(err)
	}
	done, err := r.walk.run(ctx)
	if err == nil && len(in.ProjectIDs) > 0 {
		err = done.nothingRead()
	}
	r.out.Coverage = done
	if err != nil && !r.wrote {
		return none, onlyRead(err)
	}
	return answer(r.out)
}

// onlyRead says of a failure that nothing can have been written: what failed was
// a read.
func onlyRead(err error) error {
	failed, ok := errors.AsType[*hexapi.Error](err)
	if !ok {
		return err
	}
	read := *failed
	read.Outcome = min(read.Outcome, hexapi.Refused)
	return &read
}

// replacer edits cells, one after another.
type replacer struct {
	client *hexapi.Client
	search *cellSearcher
	in     ReplaceInCellsInput
	walk   *walk[hexapi.Project]
	wrote  bool // at least one write was sent
	size   int  // of the edits of a project
	out    ReplacedCells
}

func newReplacer(c *hexapi.Client, in ReplaceInCellsInput) (*replacer, error) {
	if in.Text == "" && in.Pattern == "" {
		return nil, refuse("text", "nothing says what is replaced: give text or pattern")
	}
	s, err := newCellSearcher(c, in.CellSearch)
	if err != nil {
		return nil, err
	}
	if err := checkTemplate(s.wanted, in); err != nil {
		return nil, err
	}
	return &replacer{client: c, search: s, in: in, out: ReplacedCells{Cells: []ReplacedCell{}, States: map[EditState]int{}}}, nil
}

// look edits the cells of a project from the place on where it has stopped before.
func (r *replacer) look(ctx context.Context, p hexapi.Project) (enough bool, err error) {
	let := letGo(ctx)
	err = r.edits(ctx, p)
	let()
	size := r.size
	r.size = 0
	return err == nil && r.isEnough(), cmp.Or(err, hold(ctx, size)) // which was held before
}

func (r *replacer) edits(ctx context.Context, p hexapi.Project) error {
	cells, err := r.search.cells(ctx, p.ID)
	if err != nil {
		return err
	}
	if cells, err = behind(cells, r.walk.at.Part); err != nil {
		return err
	}
	for _, c := range cells {
		if err := r.cell(ctx, p, c); err != nil {
			return err
		}
	}
	return nil
}

// behind returns the cells that follow the one edited last. It fails where that cell is
// gone: nobody can tell which cells are left then.
func behind(cells []hexapi.Cell, part string) ([]hexapi.Cell, error) {
	if part == "" {
		return cells, nil
	}
	i := slices.IndexFunc(cells, func(c hexapi.Cell) bool { return string(c.StaticID) == part })
	if i < 0 {
		return nil, refuse("cursor", "the cell at which the last call has stopped was deleted since: begin anew without cursor, and look at the edits before they are written")
	}
	return cells[i+1:], nil
}

func (r *replacer) isEnough() bool { return len(r.out.Cells) >= cmp.Or(r.in.Limit, defaultEdits) }

// cell shows or makes the edit of a cell that fits. An error comes before anything
// was written.
func (r *replacer) cell(ctx context.Context, p hexapi.Project, c hexapi.Cell) error {
	hits, fits := r.search.hits(c)
	if !fits || len(hits) == 0 {
		return nil
	}
	e := r.edit(c)
	if !e.changes() && !e.isTooLarge || !r.isAskedFor(e) {
		return nil
	}
	if len(r.out.Cells) > 0 && (r.isEnough() || isOver(r.walk.end)) {
		return errStop
	}
	shown := ReplacedCell{
		Edit: e.name(), State: EditShown, ProjectID: p.ID, Project: p.Title, CellID: c.ID, Label: c.Label, Hits: len(hits), Diff: e.diff(),
	}
	size := kept(p.Title, orNone(c.Label), shown.Diff, c.Source())
	if err := hold(ctx, size); err != nil {
		return err
	}
	switch {
	case e.isTooLarge:
		shown.State, shown.Why = EditSkipped, fmt.Sprintf("with what replaces its parts it has more than %d bytes, or more than %d hits: replace less of it, or write it with HEX_UPDATE_CELL", mostSource, mostHits)
	case r.in.Apply:
		if err := r.apply(ctx, e, &shown); err != nil {
			return err
		}
	}
	r.size += size
	r.out.Cells = append(r.out.Cells, shown)
	r.out.States[shown.State]++
	r.walk.at.Part = string(c.StaticID)
	return nil
}

// isAskedFor reports whether the edit of a cell is to be made.
func (r *replacer) isAskedFor(e cellEdit) bool {
	return len(r.in.Edits) == 0 || slices.ContainsFunc(r.in.Edits, e.isOfCell)
}

// apply writes an edit, once, if the cell is as it was seen. Whatever comes of
// that is its state; an error means that it was not tried.
func (r *replacer) apply(ctx context.Context, e cellEdit, shown *ReplacedCell) error {
	if len(r.in.Edits) > 0 && !slices.Contains(r.in.Edits, e.name()) {
		shown.State, shown.Why = EditSkipped, "its source has changed since the edit was shown"
		return nil
	}
	now, err := hexapi.Decoded(r.client.GetCell(ctx, hexapi.GetCellInput{CellID: e.cell.ID}))
	switch left, own := leftOut(Entry{}, err); {
	case own:
		shown.State, shown.Why = EditSkipped, "it cannot be read any more: "+left.Why
		return nil
	case err != nil:
		return err
	case now.Source() != e.cell.Source() || now.CellType != e.cell.CellType:
		shown.State, shown.Why = EditSkipped, "somebody has changed it meanwhile"
		return nil
	}
	return r.write(ctx, e, shown)
}

func (r *replacer) write(ctx context.Context, e cellEdit, shown *ReplacedCell) error {
	written, err := hexapi.Decoded(r.client.UpdateCell(ctx, hexapi.UpdateCellInput{CellID: e.cell.ID, CellUpdate: hexapi.CellUpdate{Contents: e.contents()}}))
	failed, isHex := errors.AsType[*hexapi.Error](err)
	_, limited := limitOf(err)
	switch {
	case limited, isHex && failed.Outcome == hexapi.NotSent:
		return err
	case isHex && failed.Outcome == hexapi.Refused:
		shown.State, shown.Why = EditRefused, why(failed)
	case err != nil:
		shown.State, shown.Why, shown.OldSource = EditUnknown, err.Error(), e.cell.Source()
	default:
		shown.State, shown.CellID, shown.OldSource = EditWritten, cmp.Or(written.ID, e.cell.ID), e.cell.Source()
	}
	r.wrote = true
	return nil
}
