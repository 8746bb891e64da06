package hexapi

import "context"

// RunNotebookInput names a project whose draft is to run, and how.
type RunNotebookInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	DraftRunOptions
}

// DraftRunOptions is the body of RunNotebook.
type DraftRunOptions struct {
	UseCachedSQLResults *bool `json:"useCachedSqlResults,omitempty" jsonschema_description:"false runs all SQL afresh; without it Hex decides."`
}

// DraftRunStarted is the answer to RunNotebook.
type DraftRunStarted struct {
	ProjectID UUID      `json:"projectId"`
	RunID     UUID      `json:"runId"`
	Status    RunStatus `json:"status"`
	URL       string    `json:"url" jsonschema_description:"web page of the notebook"`
	TraceID   string    `json:"traceId"`
}

// RunNotebook runs all cells of a project's draft. It is not sent again when it may
// have started a run. It takes a run out of the client's [Budget], as runs of published
// projects do, because Hex's limit for it is not known.
//
// API: in no document of Hex.
func (c *Client) RunNotebook(ctx context.Context, in RunNotebookInput) (Answer[DraftRunStarted], error) {
	return post[DraftRunStarted](ctx, c, path("projects", in.ProjectID, "notebook", "run"), in.DraftRunOptions, spendsRun)
}

// RunCellInput names a cell to run.
type RunCellInput struct {
	CellID UUID `json:"cellId" jsonschema:"required"`
	CellRunOptions
}

// CellRunOptions is the body of RunCell.
type CellRunOptions struct {
	DryRun bool `json:"dryRun,omitempty" jsonschema:"default=false" jsonschema_description:"Check only: nothing runs, and there is no runId."`
}

// CellRunStarted is the answer to RunCell. A dry run has no run.
type CellRunStarted struct {
	CellID       UUID      `json:"cellId"`
	RunID        *UUID     `json:"runId"`
	Status       RunStatus `json:"status,omitempty"`
	RunURL       *string   `json:"runUrl" jsonschema_description:"web page of the run"`
	RunStatusURL *string   `json:"runStatusUrl"`
	TraceID      string    `json:"traceId"`
	DryRun       bool      `json:"dryRun,omitempty"`
}

// RunCell runs one cell of a draft. It is not sent again when the cell may have run. It
// takes no run out of the client's [Budget], because the cell runs in the kernel that
// its draft already has.
//
// API: in no document of Hex.
func (c *Client) RunCell(ctx context.Context, in RunCellInput) (Answer[CellRunStarted], error) {
	return post[CellRunStarted](ctx, c, path("cells", in.CellID, "run"), in.CellRunOptions)
}
