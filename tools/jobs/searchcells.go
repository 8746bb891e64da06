package jobs

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// CellSearch says which cells of which projects are looked through, and for what.
type CellSearch struct {
	Text             string            `json:"text,omitempty" jsonschema_description:"What the source holds, or give pattern."`
	MatchCase        bool              `json:"matchCase,omitempty" jsonschema:"default=false" jsonschema_description:"Tell capital and small letters of text apart."`
	Pattern          string            `json:"pattern,omitempty" jsonschema_description:"Regular expression (RE2); (?i) ignores case, (?s) lets . match line breaks."`
	CellTypes        []hexapi.CellType `json:"cellTypes,omitempty" jsonschema_description:"Default: all three."`
	DataConnectionID hexapi.UUID       `json:"dataConnectionId,omitempty"`
	ProjectIDs       []hexapi.UUID     `json:"projectIds,omitempty" jsonschema:"maxItems=500" jsonschema_description:"Default: all projects and components but archived ones, 25 a minute."`
	IncludeArchived  bool              `json:"includeArchived,omitempty" jsonschema:"default=false" jsonschema_description:"Add archived projects."`
	Collection       string            `json:"collection,omitempty" jsonschema_description:"Only projects of this collection; exact name or id."`
}

// SearchCellsInput is a search, and how much of it to return.
type SearchCellsInput struct {
	CellSearch
	Context *int   `json:"context,omitempty" jsonschema:"minimum=0,maximum=10,default=2" jsonschema_description:"Lines around each hit."`
	Limit   int    `json:"limit,omitempty" jsonschema:"minimum=1,maximum=200,default=30" jsonschema_description:"Stop after the project that makes so many cells."`
	Cursor  string `json:"cursor,omitempty" jsonschema_description:"next of the last answer, to go on."`
	Patience
}

// FoundCells are the cells that fit, in the order of projects and notebooks.
type FoundCells struct {
	Cells     []FoundCell `json:"cells"`
	Hits      int         `json:"hits" jsonschema_description:"in the cells of this call"`
	CellsRead int         `json:"cellsRead" jsonschema_description:"in this call"`
	Coverage
}

// FoundCell is a cell that fits, with the places where it does.
type FoundCell struct {
	ProjectID        hexapi.UUID  `json:"projectId"`
	Project          string       `json:"project,omitempty" jsonschema_description:"title; absent with projectIds"`
	CellID           hexapi.UUID  `json:"cellId"`
	CellType         string       `json:"cellType"`
	Label            *string      `json:"label,omitempty"`
	DataConnectionID *hexapi.UUID `json:"dataConnectionId,omitempty"`
	Hits             int          `json:"hits,omitempty"`
	Lines            string       `json:"lines,omitempty" jsonschema_description:"numbered; > marks those with a hit"`
}

const (
	defaultContext = 2
	defaultCells   = 30
)

// SearchCells looks through the sources of cells of many projects.
func SearchCells(ctx context.Context, c *hexapi.Client, in SearchCellsInput) (hexapi.Answer[FoundCells], error) {
	var none hexapi.Answer[FoundCells]
	s, err := newCellSearcher(c, in.CellSearch)
	if err != nil {
		return none, err
	}
	if in.Text == "" && in.Pattern == "" && in.DataConnectionID == "" {
		return none, refuse("text", "nothing says what is looked for: give text, pattern or dataConnectionId")
	}
	f := cellFinder{search: s, around: defaultContext, most: cmp.Or(in.Limit, defaultCells)}
	if in.Context != nil {
		f.around = *in.Context
	}
	w, err := s.walk(ctx, in.Cursor, in.Patience, f.look)
	if err != nil {
		return none, err
	}
	if f.out.Coverage, err = w.run(ctx); err == nil && len(in.ProjectIDs) > 0 {
		err = f.out.nothingRead()
	}
	if err != nil {
		return none, err
	}
	if f.out.Cells == nil {
		f.out.Cells = []FoundCell{}
	}
	return answer(f.out)
}

// cellFinder is a search under way.
type cellFinder struct {
	search *cellSearcher
	around int
	most   int
	out    FoundCells
}

// look reads the cells of a project, and keeps those that fit.
func (f *cellFinder) look(ctx context.Context, p hexapi.Project) (enough bool, err error) {
	found, size, err := f.find(ctx, p)
	if err == nil {
		err = keep(ctx, size)
	}
	if err != nil {
		return false, err
	}
	f.out.Cells = append(f.out.Cells, found...)
	for _, c := range found {
		f.out.Hits += c.Hits
	}
	return len(f.out.Cells) >= f.most, nil
}

// find reads the cells of a project, and returns those that fit, and their size.
func (f *cellFinder) find(ctx context.Context, p hexapi.Project) (found []FoundCell, size int, err error) {
	defer letGo(ctx)()
	cells, err := f.search.cells(ctx, p.ID)
	if err != nil {
		return nil, 0, err
	}
	f.out.CellsRead += len(cells)
	for _, c := range cells {
		hits, fits := f.search.hits(c)
		if !fits {
			continue
		}
		found = append(found, FoundCell{
			ProjectID: p.ID, Project: p.Title, CellID: c.ID, CellType: c.CellType, Label: c.Label, DataConnectionID: c.DataConnectionID,
			Hits: len(hits), Lines: excerpt(c.Source(), hits, f.around),
		})
		size += kept(p.Title, found[len(found)-1].Lines, orNone(c.Label), c.CellType)
	}
	return found, size, nil
}

// cellSearcher knows which cells fit.
type cellSearcher struct {
	client *hexapi.Client
	in     CellSearch
	wanted *regexp.Regexp // nil: any source
}

func newCellSearcher(c *hexapi.Client, in CellSearch) (*cellSearcher, error) {
	s := &cellSearcher{client: c, in: in}
	switch {
	case in.Text != "" && in.Pattern != "":
		return nil, refuse("pattern", "text and pattern say the same in two ways: give one of them")
	case in.Text != "":
		s.wanted = textPattern(in)
	case in.Pattern != "":
		wanted, err := regexp.Compile(in.Pattern)
		if err != nil {
			return nil, refuse("pattern", "pattern must be a regular expression of RE2, which has no look-around and no back-references: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		s.wanted = wanted
	}
	return s, nil
}

// textPattern matches the text itself.
func textPattern(in CellSearch) *regexp.Regexp {
	flags := "(?i)"
	if in.MatchCase {
		flags = ""
	}
	return regexp.MustCompile(flags + regexp.QuoteMeta(in.Text))
}

// walk is the way through the projects of the search.
func (s *cellSearcher) walk(ctx context.Context, cursor string, p Patience, look func(context.Context, hexapi.Project) (bool, error)) (*walk[hexapi.Project], error) {
	at, err := placeOf(cursor)
	if err != nil {
		return nil, err
	}
	filter := hexapi.ListProjectsInput{IncludeComponents: true, IncludeArchived: s.in.IncludeArchived}
	if s.in.Collection != "" {
		if filter.CollectionID, err = collectionNamed(ctx, s.client, s.in.Collection); err != nil {
			return nil, err
		}
	}
	pages := named(s.in.ProjectIDs)
	if len(s.in.ProjectIDs) == 0 {
		pages = listed(s.client, filter)
	}
	w := ofProjects(pages, at, p.end(ctx), look)
	w.counts = true
	return w, nil
}

// cells reads the cells of a project's draft.
func (s *cellSearcher) cells(ctx context.Context, project hexapi.UUID) ([]hexapi.Cell, error) {
	return all(ctx, atTheMost, func(after string) (hexapi.Answer[hexapi.Page[hexapi.Cell]], error) {
		return s.client.ListCells(ctx, hexapi.ListCellsInput{ProjectID: project, Limit: 100, Cursor: hexapi.Cursor{After: after}})
	})
}

// mostHits is how many hits of a cell are counted: each takes a hundred bytes.
const mostHits = 10_000

// hits are where the source of a cell fits; not fits where the cell does not.
func (s *cellSearcher) hits(c hexapi.Cell) (at [][]int, fits bool) {
	if len(s.in.CellTypes) > 0 && !slices.Contains(s.in.CellTypes, hexapi.CellType(c.CellType)) {
		return nil, false
	}
	if id := s.in.DataConnectionID; id != "" && (c.DataConnectionID == nil || !strings.EqualFold(string(*c.DataConnectionID), string(id))) {
		return nil, false
	}
	if s.wanted == nil {
		return nil, true
	}
	at = s.wanted.FindAllStringIndex(c.Source(), mostHits)
	return at, len(at) > 0
}
