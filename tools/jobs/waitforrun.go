package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"hexmcp/hexapi"
	"hexmcp/tools/progress"
)

// WaitForRunInput names a run.
type WaitForRunInput struct {
	ProjectID hexapi.UUID `json:"projectId" jsonschema:"required"`
	RunID     hexapi.UUID `json:"runId" jsonschema:"required"`
	CancelRun bool        `json:"cancelRun,omitempty" jsonschema:"default=false" jsonschema_description:"Cancel the run when this call is canceled."`
	Patience
}

// RunAndWaitInput says what to run, as for a run alone.
type RunAndWaitInput struct {
	hexapi.RunProjectInput
	OnlyIfIdle bool `json:"onlyIfIdle,omitempty" jsonschema:"default=false" jsonschema_description:"If a run of the project goes on, wait for that one instead."`
	CancelRun  bool `json:"cancelRun,omitempty" jsonschema:"default=false" jsonschema_description:"Cancel the run when this call is canceled."`
	Patience
}

// FollowedRun is a run, and whether it has ended.
type FollowedRun struct {
	ProjectID   hexapi.UUID      `json:"projectId"`
	RunID       hexapi.UUID      `json:"runId"`
	Started     bool             `json:"started" jsonschema_description:"by this call"`
	Ended       bool             `json:"ended" jsonschema_description:"false: it goes on; wait for it again"`
	Status      hexapi.RunStatus `json:"status,omitempty" jsonschema_description:"absent: not known yet"`
	StartTime   *string          `json:"startTime"`
	EndTime     *string          `json:"endTime"`
	ElapsedTime *float64         `json:"elapsedTime" jsonschema_description:"milliseconds"`
	RunURL      string           `json:"runUrl,omitempty"`
	NotRead     string           `json:"notRead,omitempty" jsonschema_description:"why the status could not be read last"`
}

// RunAndWait starts a run and follows it. Whatever happens to the reading of its
// status, it is started once, and its id is in the answer.
func RunAndWait(ctx context.Context, c *hexapi.Client, in RunAndWaitInput) (hexapi.Answer[FollowedRun], error) {
	f := follower{client: c, end: in.end(ctx), cancel: in.CancelRun, run: FollowedRun{ProjectID: in.ProjectID}}
	if in.OnlyIfIdle && !in.DryRun {
		running, err := f.running(ctx)
		if err != nil {
			return hexapi.Answer[FollowedRun]{}, err
		}
		if running {
			return f.follow(ctx)
		}
	}
	started, err := hexapi.Decoded(c.RunProject(ctx, in.RunProjectInput))
	if err != nil {
		return hexapi.Answer[FollowedRun]{}, err
	}
	f.run.RunID, f.run.RunURL, f.run.Started = started.RunID, started.RunURL, !in.DryRun
	if in.DryRun {
		return answer(f.run)
	}
	return f.follow(ctx)
}

// WaitForRun follows a run that was started before.
func WaitForRun(ctx context.Context, c *hexapi.Client, in WaitForRunInput) (hexapi.Answer[FollowedRun], error) {
	f := follower{client: c, end: in.end(ctx), cancel: in.CancelRun, run: FollowedRun{ProjectID: in.ProjectID, RunID: in.RunID}}
	if err := f.read(ctx); err != nil {
		return hexapi.Answer[FollowedRun]{}, err
	}
	return f.follow(ctx)
}

// follower waits for the end of a run.
type follower struct {
	client *hexapi.Client
	end    time.Time
	cancel bool // the run, when the call is canceled
	run    FollowedRun

	mayBeUntold bool // Hex may not know the run by its id
	missed      int  // how often it did not
}

// running finds a run of the project that goes on, the latest one.
func (f *follower) running(ctx context.Context) (bool, error) {
	for _, status := range []hexapi.RunStatus{hexapi.RunRunning, hexapi.RunPending} {
		runs, err := hexapi.Decoded(f.client.GetProjectRuns(ctx, hexapi.GetProjectRunsInput{
			ProjectID: f.run.ProjectID, RunFilter: hexapi.RunFilter{Limit: 1, StatusFilter: status},
		}))
		if err != nil {
			return false, err
		}
		if len(runs.Runs) > 0 {
			f.take(runs.Runs[0])
			return true, nil
		}
	}
	return false, nil
}

// follow waits for the end of the run, and answers with what is known of it.
func (f *follower) follow(ctx context.Context) (hexapi.Answer[FollowedRun], error) {
	if err := f.await(ctx); err != nil {
		return hexapi.Answer[FollowedRun]{}, err
	}
	return answer(f.run)
}

// await asks for the status at Hex's pace until the run or the time has ended.
// A status that cannot be read is no failure: the run is there all the same.
func (f *follower) await(ctx context.Context) error {
	ctx, steps := progress.Count(ctx)
	begun := time.Now()
	for !f.run.Ended && time.Now().Add(pace(begun)).Before(f.end) {
		if err := sleep(ctx, pace(begun)); err != nil {
			return f.interrupted(ctx, err)
		}
		if err := f.read(ctx); err != nil {
			if ctx.Err() != nil {
				return f.interrupted(ctx, context.Cause(ctx))
			}
			f.run.NotRead = err.Error()
			if !mayPass(err) || f.givesUp(err) {
				break
			}
		}
		steps.Step(fmt.Sprintf("The run is %s after %d seconds.", cmp.Or(f.run.Status, "not known"), int(time.Since(begun).Seconds())))
	}
	return nil
}

// givesUp reports whether the run is not found for good, where Hex may not tell of
// such runs.
func (f *follower) givesUp(err error) bool {
	const often = 3
	if failed, ok := errors.AsType[*hexapi.Error](err); ok && failed.Status == http.StatusNotFound {
		f.missed++
	}
	return f.mayBeUntold && f.missed >= often
}

// pace is how long to wait before the status is asked for again: Hex allows 30
// such requests a minute to all calls together.
func pace(begun time.Time) time.Duration {
	switch waited := time.Since(begun); {
	case waited < 10*time.Second:
		return 2 * time.Second
	case waited < 2*time.Minute:
		return 5 * time.Second
	case waited < 10*time.Minute:
		return 10 * time.Second
	}
	return 30 * time.Second
}

// mayPass reports whether the status may be readable a little later. A run that
// was just started may not be found for a moment.
func mayPass(err error) bool {
	failed, ok := errors.AsType[*hexapi.Error](err)
	return ok && (failed.Status == 0 || failed.Status == 404 || failed.Status == 429 || failed.Status >= 500)
}

func (f *follower) read(ctx context.Context) error {
	r, err := hexapi.Decoded(f.client.GetRunStatus(ctx, hexapi.GetRunStatusInput{ProjectID: f.run.ProjectID, RunID: f.run.RunID}))
	if err != nil {
		return err
	}
	f.take(r)
	return nil
}

func (f *follower) take(r hexapi.ProjectRun) {
	f.run.RunID, f.run.Status, f.run.StartTime, f.run.EndTime = r.RunID, r.Status, r.StartTime, r.EndTime
	f.run.ElapsedTime, f.run.RunURL, f.run.NotRead = r.ElapsedTime, r.RunURL, ""
	f.run.Ended = r.Status.IsFinal() || !r.Status.GoesOn() && r.EndTime != nil // one that nobody knows may be final
}

// interrupted ends a call whose time is over, with what is known of the run; or
// one that nobody waits for any more, and its run only where that was asked for.
func (f *follower) interrupted(ctx context.Context, cause error) error {
	if !errors.Is(cause, context.Canceled) {
		f.run.NotRead = "The time of the call was over."
		return nil
	}
	if f.cancel {
		late, stop := context.WithTimeout(context.WithoutCancel(ctx), lastRequests)
		defer stop()
		_, err := f.client.CancelRun(late, hexapi.CancelRunInput{ProjectID: f.run.ProjectID, RunID: f.run.RunID})
		cause = errors.Join(cause, err)
	}
	return cause
}
