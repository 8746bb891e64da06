package hexsim

import (
	"fmt"
	"net/http"
	"time"

	"hexmcp/hexapi"
)

// cellRunFor is how long a cell runs once its draft has a kernel.
const cellRunFor = time.Second

// execution is the last time that a cell ran in its draft.
type execution struct {
	run    hexapi.UUID
	source string // of an SQL cell, as it was then
	ends   time.Time
}

// draftRun is the body of RunNotebook.
type draftRun struct {
	UseCachedSQLResults boolean `json:"useCachedSqlResults"` // changes nothing here
}

// runNotebook runs all cells of a draft.
func (h *Hex) runNotebook(r *request) (any, error) {
	p, err := h.project(r)
	if err != nil {
		return nil, err
	}
	if len(r.body) > 0 {
		if _, err := decode[draftRun](r); err != nil {
			return nil, err
		}
	}
	if err := h.checkDraftRun(p, r); err != nil {
		return nil, err
	}
	one := h.startDraftRun(p, p.runFor, r)
	h.underway = append(h.underway, one)
	h.keepCells(p)
	for _, c := range p.cells {
		c.execute(one)
	}
	return hexapi.DraftRunStarted{
		ProjectID: p.ID, RunID: one.id, Status: one.at(r.now).status, URL: logicURL(p.ID), TraceID: r.trace,
	}, nil
}

// checkDraftRun refuses what has no draft to run, and one kernel too many.
func (h *Hex) checkDraftRun(p *project, r *request) error {
	switch {
	case p.ArchivedAt != nil || p.TrashedAt != nil:
		return unprocessable("The project is archived or in the trash")
	case h.kernels(r.who.user(), r.now) >= MaxKernels:
		return &failure{
			status:  http.StatusServiceUnavailable,
			message: fmt.Sprintf("The limit of %d running kernels is reached", MaxKernels),
		}
	}
	return nil
}

// startDraftRun adds a run of the draft to the runs of its project.
func (h *Hex) startDraftRun(p *project, runFor time.Duration, r *request) *run {
	one := &run{
		id: h.ids.uuid(), draft: true, trigger: hexapi.TriggerAPI, asked: r.now,
		runFor: runFor, outcome: p.outcome, user: r.who.user(), trace: r.trace,
	}
	p.addRun(one)
	return one
}

// execute notes that the cell runs as part of a run.
func (c *cell) execute(one *run) {
	c.executed = &execution{run: one.id, ends: one.asked.Add(PendingFor + one.runFor)}
	if sql := c.Contents.SQLCell; sql != nil {
		c.executed.source = sql.Source
	}
}

// cellRun is the body of RunCell.
type cellRun struct {
	DryRun boolean `json:"dryRun"`
}

// cellRunStarted is the answer to RunCell; of a dry run, all about the run is null.
type cellRunStarted struct {
	CellID       hexapi.UUID      `json:"cellId"`
	RunID        *hexapi.UUID     `json:"runId"`
	Status       hexapi.RunStatus `json:"status"`
	RunURL       *string          `json:"runUrl"`
	RunStatusURL *string          `json:"runStatusUrl"`
	TraceID      string           `json:"traceId"`
	DryRun       bool             `json:"dryRun"`
}

// runCell runs one cell in the kernel of its draft.
func (h *Hex) runCell(r *request) (any, error) {
	c, err := h.cell(r)
	if err != nil {
		return nil, err
	}
	var in cellRun
	if len(r.body) > 0 {
		if in, err = decode[cellRun](r); err != nil {
			return nil, err
		}
	}
	p := h.projects.get(c.ProjectID)
	if p.ArchivedAt != nil || p.TrashedAt != nil {
		return nil, unprocessable("The project is archived or in the trash")
	}
	started := cellRunStarted{CellID: c.ID, Status: hexapi.RunPending, TraceID: r.trace, DryRun: bool(in.DryRun)}
	if in.DryRun {
		return started, nil
	}
	one := h.startDraftRun(p, cellRunFor, r)
	c.execute(one)
	started.RunID, started.RunURL = new(one.id), new(runURL(p.ID, one.id))
	started.RunStatusURL = new(fmt.Sprintf("%s/v1/projects/%s/runs/%s", h.base(r.Request), p.ID, one.id))
	return started, nil
}

// logicURL is the address of a project's draft.
func logicURL(project hexapi.UUID) string {
	return fmt.Sprintf("https://app.hex.tech/%s/hex/%s/draft/logic", Workspace, project)
}
