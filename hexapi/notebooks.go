package hexapi

import (
	"context"
	"encoding/json"
)

// ExportProjectInput names a project and which of its versions to export.
type ExportProjectInput struct {
	ProjectID UUID          `json:"projectId" jsonschema:"required"`
	Version   ExportVersion `json:"version,omitempty" jsonschema:"default=draft" jsonschema_description:"draft, latest for the newest published version, or the number of a version such as 3."`
}

// ExportVersion is "draft", "latest", or the number of a version.
type ExportVersion string

// MarshalJSON writes the number of a version as a JSON number, as Hex wants it.
func (v ExportVersion) MarshalJSON() ([]byte, error) {
	if v.IsNumber() {
		return []byte(v), nil
	}
	return json.Marshal(string(v))
}

// IsNumber reports whether v is the number of a version, from 1.
func (v ExportVersion) IsNumber() bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return v != "" && v[0] != '0' && len(v) < 10
}

// Notebook is an exported project.
type Notebook struct {
	Filename string `json:"filename"`
	Content  string `json:"content" jsonschema_description:"YAML, as ImportProject takes it"`
}

// ExportProject reads a whole project: its cells of all types, its inputs and its
// layout. Hex enables it for some organisations only.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/ExportProject
func (c *Client) ExportProject(ctx context.Context, in ExportProjectInput) (Answer[Notebook], error) {
	return post[Notebook](ctx, c, path("projects", "export"), in, onlyReads, countedIn(standardRate))
}

// ImportProjectInput is an exported notebook.
type ImportProjectInput struct {
	Content string `json:"content" jsonschema:"required,minLength=1" jsonschema_description:"The whole YAML of a notebook, as an export has it."`
}

// ProjectImported names the project that an import has made.
type ProjectImported struct {
	ProjectID    UUID                       `json:"projectId"`
	HexVersionID UUID                       `json:"hexVersionId"`
	Warnings     map[string]json.RawMessage `json:"warnings" jsonschema_description:"what could not be taken over, by kind; null where there is nothing"`
}

// ImportProject makes a project from an exported notebook.
//
// API: in no document of Hex.
func (c *Client) ImportProject(ctx context.Context, in ImportProjectInput) (Answer[ProjectImported], error) {
	return post[ProjectImported](ctx, c, path("projects", "import"), in)
}
