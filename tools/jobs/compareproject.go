package jobs

import (
	"cmp"
	"context"
	"strings"

	"hexmcp/hexapi"
)

// CompareProjectInput names a project and two of its versions.
type CompareProjectInput struct {
	ProjectID hexapi.UUID          `json:"projectId" jsonschema:"required"`
	From      hexapi.ExportVersion `json:"from,omitempty" jsonschema:"default=latest" jsonschema_description:"Older side: latest (published), draft, or the number of a version."`
	To        hexapi.ExportVersion `json:"to,omitempty" jsonschema:"default=draft" jsonschema_description:"Newer side, likewise."`
}

// The sides where none are named.
const (
	published hexapi.ExportVersion = "latest"
	draft     hexapi.ExportVersion = "draft"
)

// ComparedProject is what differs between two versions.
type ComparedProject struct {
	ProjectID hexapi.UUID      `json:"projectId"`
	From      string           `json:"from"`
	To        string           `json:"to"`
	Added     []ComparedCell   `json:"added" jsonschema_description:"only in to"`
	Removed   []ComparedCell   `json:"removed" jsonschema_description:"only in from"`
	Moved     []ComparedCell   `json:"moved"`
	Changed   []ComparedCell   `json:"changed"`
	Unchanged int              `json:"unchanged" jsonschema_description:"how many cells are the same, and in the same order"`
	Other     []ChangedSetting `json:"other,omitempty" jsonschema_description:"what differs outside of cells"`
	NotShown  int              `json:"notShown,omitempty" jsonschema_description:"differences beyond those that an answer holds"`
	ByName    bool             `json:"byName,omitempty" jsonschema_description:"the versions share no cell ids: cells were told by type and label"`
}

// Differs reports whether anything does.
func (p ComparedProject) Differs() bool {
	return len(p.Added)+len(p.Removed)+len(p.Moved)+len(p.Changed)+len(p.Other) > 0
}

// ComparedCell is a cell that is not in both versions alike.
type ComparedCell struct {
	StaticID     hexapi.UUID      `json:"staticId,omitempty"`
	CellID       hexapi.UUID      `json:"cellId,omitempty" jsonschema_description:"in the draft; cell tools take it"`
	CellType     string           `json:"cellType"`
	Label        string           `json:"label,omitempty"`
	After        *string          `json:"after,omitempty" jsonschema_description:"of moved and added cells: the cell before it; empty: it is the first"`
	Source       string           `json:"source,omitempty" jsonschema_description:"of added and removed cells, its first lines"`
	Diff         string           `json:"diff,omitempty" jsonschema_description:"unified; of the source"`
	Settings     []ChangedSetting `json:"settings,omitempty" jsonschema_description:"what else has changed, by path"`
	MoreSettings int              `json:"moreSettings,omitempty"`
}

// ChangedSetting is a value that differs. One that is absent is null.
type ChangedSetting struct {
	Path string  `json:"path"`
	From *string `json:"from"`
	To   *string `json:"to"`
}

// CompareProject reads two versions of a project whole, and says what differs.
func CompareProject(ctx context.Context, c *hexapi.Client, in CompareProjectInput) (hexapi.Answer[ComparedProject], error) {
	var none hexapi.Answer[ComparedProject]
	in.From, in.To = cmp.Or(in.From, published), cmp.Or(in.To, draft)
	from, err := exported(ctx, c, in.ProjectID, in.From)
	if err != nil {
		return none, err
	}
	to, err := exported(ctx, c, in.ProjectID, in.To)
	if err != nil {
		return none, err
	}
	out := ComparedProject{ProjectID: in.ProjectID, From: string(in.From), To: string(in.To)}
	newComparison(from, to).describe(&out)
	if in.From == draft || in.To == draft {
		out.nameInDraft(ctx, c)
	}
	return answer(out)
}

func exported(ctx context.Context, c *hexapi.Client, project hexapi.UUID, version hexapi.ExportVersion) (notebook, error) {
	book, err := hexapi.Decoded(c.ExportProject(ctx, hexapi.ExportProjectInput{ProjectID: project, Version: version}))
	if err != nil {
		return notebook{}, err
	}
	return readNotebook(ctx, version, book.Content)
}

// nameInDraft adds the ids that cells have in the draft now, which other tools
// take. Without them the answer is as right.
func (p *ComparedProject) nameInDraft(ctx context.Context, c *hexapi.Client) {
	lists := [][]ComparedCell{p.Added, p.Removed, p.Moved, p.Changed}
	if !p.Differs() {
		return
	}
	cells, err := (&cellSearcher{client: c}).cells(ctx, p.ProjectID)
	if err != nil {
		return
	}
	ids := make(map[string]hexapi.UUID)
	for _, c := range cells {
		ids[strings.ToLower(string(c.ID))] = c.ID
	}
	for _, c := range cells { // what an export has are probably static ids
		ids[strings.ToLower(string(c.StaticID))] = c.ID
	}
	for _, list := range lists {
		for i := range list {
			list[i].CellID = ids[strings.ToLower(string(list[i].StaticID))]
		}
	}
}
