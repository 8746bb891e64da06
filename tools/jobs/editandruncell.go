package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// EditAndRunCellInput names a cell, and says what it is to hold when it runs.
type EditAndRunCellInput struct {
	CellID         hexapi.UUID `json:"cellId" jsonschema:"required"`
	Source         string      `json:"source,omitempty" jsonschema_description:"New source, whole, of a CODE or SQL cell. Without it the cell runs as it is."`
	ExpectedSource string      `json:"expectedSource,omitempty" jsonschema_description:"Old source: change and run nothing if it is another now."`
	CancelRun      bool        `json:"cancelRun,omitempty" jsonschema:"default=false" jsonschema_description:"Cancel the run when this call is canceled."`
	Patience
}

// EditedAndRunCell is what became of a cell and of its run.
type EditedAndRunCell struct {
	ProjectID   hexapi.UUID        `json:"projectId"`
	CellID      hexapi.UUID        `json:"cellId" jsonschema_description:"as it is now"`
	StaticID    hexapi.UUID        `json:"staticId"`
	CellType    string             `json:"cellType"`
	Edited      bool               `json:"edited"`
	OldSource   *string            `json:"oldSource,omitempty" jsonschema_description:"where it was overwritten"`
	Run         CellRunState       `json:"run"`
	Why         string             `json:"why,omitempty" jsonschema_description:"why it did not run, or why what it returned could not be read"`
	RunID       hexapi.UUID        `json:"runId,omitempty"`
	Status      hexapi.RunStatus   `json:"status,omitempty"`
	ElapsedTime *float64           `json:"elapsedTime,omitempty" jsonschema_description:"milliseconds"`
	RunURL      string             `json:"runUrl,omitempty"`
	Result      *hexapi.CellResult `json:"result,omitempty" jsonschema_description:"of an SQL cell: a table, or message and traceback of an error"`
	ResultOf    hexapi.UUID        `json:"resultOf,omitempty" jsonschema_description:"run that the result is of, where that is another"`
	Pictures    []Picture          `json:"pictures,omitempty" jsonschema_description:"of a chart cell"`
}

// CellRunState is what became of the run of a cell.
type CellRunState string

// The states of runs of cells.
const (
	CellRunEnded   CellRunState = "ended"
	CellRunGoesOn  CellRunState = "goesOn" // or its end is not known
	CellNotRun     CellRunState = "notRun" // Hex has refused it, or it was not sent
	CellRunUnknown CellRunState = "unknown"
)

// Picture is a picture that travels as an image beside the answer.
type Picture struct {
	CellID      hexapi.UUID `json:"cellId"`
	MIMEType    string      `json:"mimeType"`
	Bytes       int         `json:"bytes,omitempty" jsonschema_description:"size of the picture, which follows as an image"`
	ImageBase64 string      `json:"imageBase64,omitempty" jsonschema_description:"absent: it follows as an image"`
	LeftOut     string      `json:"leftOut,omitempty" jsonschema_description:"why it does not follow"`
}

// EditAndRunCell changes a cell, runs it once and waits for what it returns. What
// was written is in the answer whatever becomes of the run.
func EditAndRunCell(ctx context.Context, c *hexapi.Client, in EditAndRunCellInput) (hexapi.Answer[EditedAndRunCell], error) {
	var none hexapi.Answer[EditedAndRunCell]
	r := cellRunner{client: c, end: in.end(ctx), cancel: in.CancelRun}
	before, err := CellBefore(ctx, c, in.CellID, in.ExpectedSource)
	if err != nil {
		return none, err
	}
	r.out = EditedAndRunCell{ProjectID: before.ProjectID, CellID: cmp.Or(before.ID, in.CellID), StaticID: before.StaticID, CellType: before.CellType}
	if err := r.edit(ctx, before, in.Source); err != nil {
		return none, err
	}
	if err := r.run(ctx); err != nil {
		return none, err
	}
	return answer(r.out)
}

// cellRunner changes and runs a cell.
type cellRunner struct {
	client *hexapi.Client
	end    time.Time
	cancel bool
	out    EditedAndRunCell
}

// edit writes the source where it is another one.
func (r *cellRunner) edit(ctx context.Context, before hexapi.Cell, source string) error {
	switch {
	case before.CellType == string(hexapi.MarkdownCell):
		return &FailedError{NotUsable, "a markdown cell does not run, and nothing was changed: change it with HEX_UPDATE_CELL."}
	case source == "": // what hosts send that make all arguments required
		return nil
	case before.Contents.CodeCell == nil && before.Contents.SQLCell == nil:
		return &FailedError{NotUsable, fmt.Sprintf("a %s cell has no source that could be changed, and nothing was: leave source out to run it as it is.", before.CellType)}
	case source == before.Source():
		return nil
	}
	update := hexapi.CellUpdate{Contents: contentsOf(before, source)}
	written, err := hexapi.Decoded(r.client.UpdateCell(ctx, hexapi.UpdateCellInput{CellID: r.out.CellID, CellUpdate: update}))
	if err != nil {
		return err
	}
	r.out.CellID = cmp.Or(written.ID, r.out.CellID)
	r.out.Edited, r.out.OldSource = true, new(before.Source())
	return nil
}

// run runs the cell, once. Where the cell was edited, a run that fails is no failure
// of the call: what was written must be told.
func (r *cellRunner) run(ctx context.Context) error {
	started, err := hexapi.Decoded(r.client.RunCell(ctx, hexapi.RunCellInput{CellID: r.out.CellID}))
	if err != nil {
		return r.notRun(err)
	}
	r.out.Run = CellRunGoesOn
	if started.RunID == nil {
		r.out.Run, r.out.Why = CellRunUnknown, "Hex has not said which run it is"
		return nil
	}
	f := follower{client: r.client, end: r.end, cancel: r.cancel, mayBeUntold: true, run: FollowedRun{ProjectID: r.out.ProjectID, RunID: *started.RunID, Status: started.Status}}
	if started.RunURL != nil {
		f.run.RunURL = *started.RunURL
	}
	if err := f.await(ctx); err != nil {
		return err
	}
	r.out.RunID, r.out.Status, r.out.ElapsedTime, r.out.RunURL, r.out.Why = f.run.RunID, f.run.Status, f.run.ElapsedTime, f.run.RunURL, f.run.NotRead
	if f.run.Ended {
		r.out.Run = CellRunEnded
	}
	if f.run.Ended || f.missed > 0 {
		r.readOutput(ctx)
	}
	return nil
}

// notRun is a run that did not come to be, as far as is known.
func (r *cellRunner) notRun(err error) error {
	failed, ok := errors.AsType[*hexapi.Error](err)
	if !ok || !r.out.Edited || errors.Is(err, context.Canceled) {
		return err
	}
	r.out.Run, r.out.Why = CellNotRun, err.Error()
	if failed.Outcome.MayHaveHappened() {
		r.out.Run = CellRunUnknown
	}
	return nil
}

// readOutput reads what the run has returned, as far as Hex has an operation for it.
func (r *cellRunner) readOutput(ctx context.Context) {
	var err error
	switch {
	case r.out.CellType == string(hexapi.SQLCell):
		err = r.readTable(ctx)
	case slices.Contains(chartCells, r.out.CellType):
		err = r.readChart(ctx)
	}
	if err != nil {
		r.out.Why = err.Error()
	}
}

// readTable reads rows or an error. They may come a moment after the end of the run.
func (r *cellRunner) readTable(ctx context.Context) error {
	const again = 2
	for n := 0; ; n++ {
		out, err := hexapi.Decoded(r.client.GetCellOutput(ctx, hexapi.GetCellOutputInput{CellID: r.out.CellID}))
		if err == nil {
			r.take(out)
			return nil
		}
		if failed, ok := errors.AsType[*hexapi.Error](err); !ok || failed.Status != 404 || n == again || isOver(r.end) {
			return err
		}
		if err := sleep(ctx, 2*time.Second); err != nil {
			return err
		}
	}
}

// take notes the output. One of this very run shows that the run has ended.
func (r *cellRunner) take(out hexapi.CellOutput) {
	r.out.Result = &out.Result
	if out.RunID != r.out.RunID {
		r.out.ResultOf = out.RunID
		return
	}
	r.out.Run, r.out.Why = CellRunEnded, ""
}

// chartCells are the types of cells that are charts.
var chartCells = []string{"CHART", "VEGA_CHART"}

func (r *cellRunner) readChart(ctx context.Context) error {
	chart, err := hexapi.Decoded(r.client.GetChartImageFromLogic(ctx, hexapi.GetChartImageFromLogicInput{CellID: r.out.CellID}))
	if err != nil {
		return err
	}
	r.out.Pictures = []Picture{{CellID: r.out.CellID, MIMEType: chart.MIMEType, ImageBase64: chart.ImageBase64}}
	return nil
}
