package hexsim

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync"

	"go.yaml.in/yaml/v3"

	"hexmcp/hexapi"
)

// exportRoute is the POST that only reads.
const exportRoute = "POST /v1/projects/export"

// exportedNotebook is the YAML of a project, roughly as Hex writes it.
type exportedNotebook struct {
	SchemaVersion int            `yaml:"schemaVersion"`
	Meta          exportedMeta   `yaml:"meta"`
	Cells         []exportedCell `yaml:"cells"`
}

type exportedMeta struct {
	ProjectID   hexapi.UUID        `yaml:"projectId"`
	Title       string             `yaml:"title"`
	Description *string            `yaml:"description"`
	HexType     hexapi.ProjectType `yaml:"hexType"`
}

type exportedCell struct {
	CellType  string         `yaml:"cellType"`
	CellID    hexapi.UUID    `yaml:"cellId"` // static
	CellLabel *string        `yaml:"cellLabel"`
	Config    exportedConfig `yaml:"config"`
}

type exportedConfig struct {
	Source           *string      `yaml:"source,omitempty"`
	DataConnectionID *hexapi.UUID `yaml:"dataConnectionId,omitempty"`
	ResultVariable   *string      `yaml:"resultVariableName,omitempty"`
}

// exportRequest is the body of ExportProject; version is a number or a word.
type exportRequest struct {
	ProjectID hexapi.UUID     `json:"projectId"`
	Version   json.RawMessage `json:"version"`
}

// exportProject writes a version of a project as YAML.
func (h *Hex) exportProject(r *request) (any, error) {
	in, err := decode[exportRequest](r)
	if err != nil {
		return nil, err
	}
	p := h.projects.get(in.ProjectID)
	switch {
	case p == nil:
		return nil, notFound("Project")
	case !p.hasVersion(string(in.Version)):
		return nil, badRequestf("version %s does not exist: give draft, latest or the number of a version", in.Version)
	}
	return hexapi.Notebook{Filename: p.Title + ".yaml", Content: h.notebook(p, string(in.Version))}, nil
}

// hasVersion reports whether a version that a body names, in JSON, is there.
func (p *project) hasVersion(version string) bool {
	switch version {
	case "", `"draft"`:
		return true
	case `"latest"`:
		return p.LastPublished != nil
	}
	n, err := strconv.Atoi(version)
	return err == nil && n >= 1 && n <= p.version
}

// notebook is the YAML of a version that is there. Of those before the oldest that
// was kept it is that one.
func (h *Hex) notebook(p *project, version string) string {
	n := p.version
	switch version {
	case "", `"draft"`:
		return written(p.exported(h.cellsOf(p)))
	case `"latest"`:
	default:
		n, _ = strconv.Atoi(version) // it is there
	}
	for ; n < p.version && p.published[n] == nil; n++ {
	}
	if kept := p.published[n]; kept != nil {
		return kept()
	}
	if p.crowd != nil {
		return written(p.exported(h.computedCells(p)))
	}
	return ""
}

// keepVersions is how many published versions of a project are kept.
const keepVersions = 20

// keepPublished keeps a notebook as the latest published version. It is
// written when somebody wants it: most are wanted by nobody.
func (p *project) keepPublished(book exportedNotebook) {
	if p.published == nil {
		p.published = make(map[int]func() string)
	}
	p.published[p.version] = sync.OnceValue(func() string { return written(book) })
	delete(p.published, p.version-keepVersions)
}

// written is a notebook as YAML, of which no part can fail to be written.
func written(book exportedNotebook) string {
	content, _ := yaml.Marshal(book)
	return string(content)
}

// exported is what of the cells is exported. It does not change with them.
func (p *project) exported(cells []*cell) exportedNotebook {
	book := exportedNotebook{SchemaVersion: 3, Meta: exportedMeta{p.ID, p.Title, p.Description, p.Type}, Cells: []exportedCell{}}
	for _, c := range cells {
		cell := exportedCell{CellType: c.CellType, CellID: c.StaticID, CellLabel: c.Label, Config: exportedConfig{DataConnectionID: c.DataConnectionID}}
		switch contents := c.Contents; {
		case contents.CodeCell != nil:
			cell.Config.Source = new(contents.CodeCell.Source)
		case contents.MarkdownCell != nil:
			cell.Config.Source = new(contents.MarkdownCell.Source)
		case contents.SQLCell != nil:
			cell.Config.Source, cell.Config.ResultVariable = new(contents.SQLCell.Source), contents.SQLCell.OutputDataframe
		}
		book.Cells = append(book.Cells, cell)
	}
	return book
}

// importProject makes a draft of exported YAML. Cells of sections stand beside them.
func (h *Hex) importProject(r *request) (any, error) {
	in, err := decode[hexapi.ImportProjectInput](r)
	if err != nil {
		return nil, err
	}
	var book exportedNotebook
	if yaml.Unmarshal([]byte(in.Content), &book) != nil || book.Meta.Title == "" {
		return nil, badRequest("content is not the YAML of an exported project")
	}
	p := h.addProject(book.Meta.Title, r)
	p.Description = book.Meta.Description
	lost := []string{}
	for _, c := range book.Cells {
		s := seedCell{id: h.ids.uuid(), kind: c.CellType}
		copyText(&s.label, c.CellLabel)
		copyText(&s.source, c.Config.Source)
		copyText(&s.dataframe, c.Config.ResultVariable)
		if id := c.Config.DataConnectionID; id != nil && h.connections.get(*id) != nil {
			s.connection = lower(*id)
		} else if id != nil && !slices.Contains(lost, string(*id)) {
			lost = append(lost, string(*id))
		}
		h.addCells(p, nil, []seedCell{s})
	}
	return imported{p.ID, h.ids.uuid(), importWarnings{unlessEmpty(lost), nil}}, nil
}

func copyText(to, from *string) {
	if from != nil {
		*to = *from
	}
}

// imported is the answer to ImportProject.
type imported struct {
	ProjectID    hexapi.UUID    `json:"projectId"`
	HexVersionID hexapi.UUID    `json:"hexVersionId"`
	Warnings     importWarnings `json:"warnings"`
}

// importWarnings are two of the kinds that Hex has; what is in them is made up.
type importWarnings struct {
	DataConnections []string `json:"missingDataConnections"`
	Components      []string `json:"missingComponents"`
}

func unlessEmpty(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
