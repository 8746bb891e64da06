package hexapi

import (
	"context"
	"encoding/json"
	"strconv"
)

// How much of a semantic project can be sent at once. Hex documents no limit; with
// these the call fits into one message of MCP.
const (
	MaxSemanticFiles = 500     // files
	MaxSemanticBytes = 2 << 20 // of all contents together
)

// IngestSemanticProjectInput holds the files of a semantic project, and options of the
// ingest.
type IngestSemanticProjectInput struct {
	SemanticProjectID UUID           `json:"semanticProjectId" jsonschema:"required"`
	Files             []SemanticFile `json:"files" jsonschema:"required,minItems=1" jsonschema_description:"All files of the project: what is left out is gone. At most 500, 2 MiB in all."`
	DryRun            bool           `json:"dryRun,omitempty" jsonschema:"default=false" jsonschema_description:"Only check; nothing is written."`
	Verbose           *bool          `json:"verbose,omitempty" jsonschema:"default=true" jsonschema_description:"List what was taken in."`
	Debug             bool           `json:"debug,omitempty" jsonschema:"default=false" jsonschema_description:"Return how MetricFlow models were read; can be long."`
}

// SemanticFile is one file of a semantic project.
type SemanticFile struct {
	FilePath string `json:"filePath" jsonschema:"required,minLength=1" jsonschema_description:"Path within the project, such as models/orders.yml."`
	Contents string `json:"contents" jsonschema:"required" jsonschema_description:"The whole text, usually YAML."`
}

// form is the body of the request: a zip file in a form, as Hex's own tools send it.
// Hex's documentation mentions the zip file, but lists only the other fields, as JSON.
func (in IngestSemanticProjectInput) form() form {
	f := form{archive: "file", name: "semantic-project.zip"}
	for _, file := range in.Files {
		f.files = append(f.files, archived{file.FilePath, file.Contents})
	}
	if in.Verbose != nil {
		f.fields = append(f.fields, field{"verbose", strconv.FormatBool(*in.Verbose)})
	}
	if in.Debug {
		f.fields = append(f.fields, field{"debug", "true"})
	}
	if in.DryRun {
		f.fields = append(f.fields, field{"dryRun", "true"})
	}
	return f
}

// SemanticProjectIngested says what Hex took over from the files, and what it skipped.
type SemanticProjectIngested struct {
	TraceID  string                     `json:"traceId"`
	Contents []string                   `json:"contents" jsonschema_description:"what was taken in"`
	Warnings []string                   `json:"warnings,omitempty"`
	Skipped  map[string]json.RawMessage `json:"skipped,omitempty" jsonschema_description:"what was not taken in"`
	Problems []SemanticProblem          `json:"problems,omitempty"`
	Debug    map[string]json.RawMessage `json:"debug,omitempty"`
}

// SemanticProblem is something wrong with the files.
type SemanticProblem struct {
	Severity              string              `json:"severity" jsonschema_description:"fatal, error or warning"`
	Message               string              `json:"message"`
	CausePaths            [][]json.RawMessage `json:"cause_paths"`
	ImpactPaths           [][]json.RawMessage `json:"impact_paths"`
	ValidatedByJSONSchema bool                `json:"validated_by_json_schema,omitempty"`
	Display               string              `json:"display"`
}

// IngestSemanticProject replaces the content of a semantic project by that of the
// files. In which form Hex wants the files is not documented.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/IngestSemanticProject
func (c *Client) IngestSemanticProject(ctx context.Context, in IngestSemanticProjectInput) (Answer[SemanticProjectIngested], error) {
	return post[SemanticProjectIngested](ctx, c, path("semantic-projects", in.SemanticProjectID, "ingest"), in.form(), countedIn(ingestRate))
}
