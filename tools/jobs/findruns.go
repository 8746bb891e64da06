package jobs

import (
	"cmp"
	"context"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// FindRunsInput says which runs are looked for, in which projects.
type FindRunsInput struct {
	ProjectIDs []hexapi.UUID      `json:"projectIds,omitempty" jsonschema:"maxItems=500" jsonschema_description:"Default: all projects that were ever published, but archived and unlisted ones."`
	Since      When               `json:"since,omitempty" jsonschema_description:"Start of the time that matters: a time, date, \"-24h\", \"today\" or \"yesterday\". Default: -24h; what still runs counts whenever it began."`
	Until      When               `json:"until,omitempty" jsonschema_description:"End of it. Default: now."`
	TimeZone   string             `json:"timeZone,omitempty" jsonschema:"default=UTC" jsonschema_description:"Of days and times without a zone, such as Europe/Berlin."`
	Statuses   []hexapi.RunStatus `json:"statuses,omitempty" jsonschema_description:"Any of these. Failed: ERRORED, KILLED, UNABLE_TO_ALLOCATE_KERNEL. Running now, holding kernels: PENDING, RUNNING."`
	Trigger    hexapi.RunTrigger  `json:"trigger,omitempty" jsonschema_description:"What started them."`
	Limit      int                `json:"limit,omitempty" jsonschema:"minimum=1,maximum=500,default=50" jsonschema_description:"Stop after the project that makes so many runs."`
	Cursor     string             `json:"cursor,omitempty" jsonschema_description:"next of the last answer, to go on."`
	Patience
}

// FoundRuns are the runs that fit, newest first.
type FoundRuns struct {
	Runs  []FoundRun     `json:"runs"`
	Found map[string]int `json:"found" jsonschema_description:"how many by status, in this call"`
	Since string         `json:"since"`
	Coverage
}

// FoundRun is what a next call needs to know of a run.
type FoundRun struct {
	ProjectID hexapi.UUID       `json:"projectId"`
	Project   string            `json:"project,omitempty" jsonschema_description:"title; absent with projectIds"`
	RunID     hexapi.UUID       `json:"runId"`
	Status    hexapi.RunStatus  `json:"status"`
	Trigger   hexapi.RunTrigger `json:"trigger"`
	StartTime *string           `json:"startTime"`
	EndTime   *string           `json:"endTime"`
	RunURL    string            `json:"runUrl"`
}

const (
	defaultSince = When("-24h")
	defaultRuns  = 50
)

// FindRuns finds runs of many projects.
func FindRuns(ctx context.Context, c *hexapi.Client, in FindRunsInput) (hexapi.Answer[FoundRuns], error) {
	var none hexapi.Answer[FoundRuns]
	at, err := placeOf(in.Cursor)
	if err != nil {
		return none, err
	}
	f, err := newRunFinder(in, at.now())
	if err != nil {
		return none, err
	}
	f.client = c
	pages := named(in.ProjectIDs)
	if len(in.ProjectIDs) == 0 {
		pages = listed(c, hexapi.ListProjectsInput{})
	}
	w := ofProjects(pages, at, in.end(ctx), f.look)
	w.counts = true
	covered, err := w.run(ctx)
	if err == nil && len(in.ProjectIDs) > 0 {
		err = covered.nothingRead()
	}
	if err != nil {
		return none, err
	}
	return answer(f.result(covered))
}

// runFinder is a search under way.
type runFinder struct {
	client       *hexapi.Client
	in           FindRunsInput
	since, until time.Time
	found        []FoundRun
}

func newRunFinder(in FindRunsInput, now time.Time) (*runFinder, error) {
	f := &runFinder{in: in}
	zone, err := zoneOf(in.TimeZone)
	if err != nil {
		return nil, err
	}
	if f.since, err = cmp.Or(in.Since, defaultSince).at("since", now, zone); err != nil {
		return nil, err
	}
	if f.until, err = cmp.Or(in.Until, "now").at("until", now, zone); err != nil {
		return nil, err
	}
	if !f.since.Before(f.until) {
		return nil, refuse("since", "since must be earlier than until, which is now where it is not given")
	}
	return f, nil
}

// look reads the runs of a project that can have some.
func (f *runFinder) look(ctx context.Context, p hexapi.Project) (enough bool, err error) {
	if !f.mayHaveRun(p) {
		return false, nil
	}
	found, err := f.runsOf(ctx, p)
	f.found = append(f.found, found...)
	return len(f.found) >= cmp.Or(f.in.Limit, defaultRuns), err
}

// mayHaveRun leaves out what the list of projects tells: what was never published
// cannot run. A schedule that is off now may have been on then.
func (f *runFinder) mayHaveRun(p hexapi.Project) bool {
	return len(f.in.ProjectIDs) > 0 || p.LastPublished != nil && p.Type != hexapi.TypeComponent
}

// runsOf pages through the runs of a project until they are too old. Hex lists
// them newest first; one that has not begun has no time yet.
func (f *runFinder) runsOf(ctx context.Context, p hexapi.Project) ([]FoundRun, error) {
	filter := hexapi.RunFilter{Limit: 100, RunTriggerFilter: f.in.Trigger}
	if len(f.in.Statuses) == 1 {
		filter.StatusFilter = f.in.Statuses[0]
	}
	var found []FoundRun
	var before []hexapi.UUID // the page before
	for {
		page, err := hexapi.Decoded(f.client.GetProjectRuns(ctx, hexapi.GetProjectRunsInput{ProjectID: p.ID, RunFilter: filter}))
		if err != nil {
			return nil, err
		}
		old, size, known := 0, 0, 0
		for _, r := range page.Runs {
			switch {
			case slices.Contains(before, r.RunID): // runs that have begun meanwhile move the others on
				known++
			case f.isTooOld(r):
				old++
			case f.fits(r):
				found = append(found, foundRun(p, r))
				size += kept(p.Title, string(r.Status), string(r.RunTrigger), r.RunURL, orNone(r.StartTime), orNone(r.EndTime))
			}
		}
		if err := keep(ctx, size); err != nil {
			return nil, err
		}
		switch {
		case page.NextPage == nil || len(page.Runs) == 0 || old > 0 && old+known == len(page.Runs):
			return found, nil
		case known == len(page.Runs):
			return nil, &FailedError{NotUsable, "Hex lists the same runs of a project on page after page, so that the others cannot be read: give HEX_GET_PROJECT_RUNS a filter."}
		}
		filter.Offset += len(page.Runs)
		before = ids(page.Runs, func(r hexapi.ProjectRun) hexapi.UUID { return r.RunID })
	}
}

func (f *runFinder) isTooOld(r hexapi.ProjectRun) bool {
	at := timeOf(r.StartTime, r.EndTime)
	return at != nil && isBefore(at, f.since) && !r.Status.GoesOn()
}

// timeOf is when a run began, or ended without a kernel; nil where it has not begun yet.
func timeOf(start, end *string) *string { return cmp.Or(start, end) }

func (f *runFinder) fits(r hexapi.ProjectRun) bool {
	if len(f.in.Statuses) > 0 && !slices.Contains(f.in.Statuses, r.Status) {
		return false
	}
	at := timeOf(r.StartTime, r.EndTime)
	return at == nil || isBefore(at, f.until)
}

func foundRun(p hexapi.Project, r hexapi.ProjectRun) FoundRun {
	return FoundRun{
		ProjectID: p.ID, Project: p.Title, RunID: r.RunID, Status: r.Status, Trigger: r.RunTrigger,
		StartTime: r.StartTime, EndTime: r.EndTime, RunURL: r.RunURL,
	}
}

// result puts the newest first; what has not begun yet is newest.
func (f *runFinder) result(done Coverage) FoundRuns {
	began := func(r FoundRun) string {
		if at := timeOf(r.StartTime, r.EndTime); at != nil {
			return *at
		}
		return "~" // after all digits
	}
	slices.SortStableFunc(f.found, func(a, b FoundRun) int { return cmp.Compare(began(b), began(a)) })
	out := FoundRuns{Runs: f.found, Found: map[string]int{}, Since: f.since.UTC().Format(time.RFC3339), Coverage: done}
	for _, r := range f.found {
		out.Found[string(r.Status)]++
	}
	if out.Runs == nil {
		out.Runs = []FoundRun{}
	}
	return out
}
