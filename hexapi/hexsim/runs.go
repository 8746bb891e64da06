package hexsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"hexmcp/hexapi"
)

// keptRuns is how many runs a project remembers.
const keptRuns = 1000

// started is the answer to RunProject; its version is a number.
type started struct {
	ProjectID      hexapi.UUID          `json:"projectId"`
	RunID          hexapi.UUID          `json:"runId"`
	RunURL         string               `json:"runUrl"`
	RunStatusURL   string               `json:"runStatusUrl"`
	TraceID        string               `json:"traceId"`
	ProjectVersion int                  `json:"projectVersion"`
	Notifications  []hexapi.RunNotified `json:"notifications,omitempty"`
}

// dryRunID stands for the run that a dry run does not make.
const dryRunID hexapi.UUID = "00000000-0000-0000-0000-000000000000"

// newRun is the body of RunProject.
type newRun struct {
	InputParams            map[string]json.RawMessage `json:"inputParams"`
	ViewID                 hexapi.UUID                `json:"viewId"`
	DryRun                 boolean                    `json:"dryRun"`
	UseCachedSQLResults    boolean                    `json:"useCachedSqlResults"` // changes nothing here
	UpdatePublishedResults boolean                    `json:"updatePublishedResults"`
	UpdateCache            boolean                    `json:"updateCache"` // its predecessor
	Notifications          []notification             `json:"notifications"`
}

// publishes reports whether the run is to write the results of the published app.
func (in newRun) publishes() bool { return bool(in.UpdatePublishedResults || in.UpdateCache) }

// boolean is true or false, also as a string: a sample of Hex's overview of its
// API sends the flags of a run so.
type boolean bool

// UnmarshalJSON reads the words with or without quotes.
func (b *boolean) UnmarshalJSON(raw []byte) error {
	if s := string(raw); s == `"true"` || s == `"false"` {
		raw = bytes.Trim(raw, `"`)
	}
	return json.Unmarshal(raw, (*bool)(b))
}

func (h *Hex) runProject(r *request) (any, error) {
	p, err := h.project(r)
	if err != nil {
		return nil, err
	}
	var in newRun
	if len(r.body) > 0 {
		in, err = decode[newRun](r, "inputParams")
	}
	if err != nil {
		return nil, err
	}
	told, err := h.checkRun(p, in, r)
	if err != nil {
		return nil, err
	}
	if in.DryRun {
		return h.started(p, dryRunID, told, r), nil
	}
	if h.kernels(r.who.user(), r.now) >= MaxKernels {
		return nil, &failure{
			status:  http.StatusServiceUnavailable,
			message: fmt.Sprintf("The limit of %d running kernels is reached", MaxKernels),
		}
	}
	return h.started(p, h.startRun(p, in, told, r), told, r), nil
}

func (h *Hex) started(p *project, id hexapi.UUID, told []hexapi.RunNotified, r *request) started {
	return started{
		ProjectID:      p.ID,
		RunID:          id,
		RunURL:         runURL(p.ID, id),
		RunStatusURL:   fmt.Sprintf("%s/v1/projects/%s/runs/%s", h.base(r.Request), p.ID, id),
		TraceID:        r.trace,
		ProjectVersion: p.version,
		Notifications:  told,
	}
}

// checkRun refuses what a run cannot be started with, and says who will be told.
func (h *Hex) checkRun(p *project, in newRun, r *request) ([]hexapi.RunNotified, error) {
	told, err := h.notified(in.Notifications)
	switch {
	case err != nil:
		return nil, err
	case p.LastPublished == nil:
		return nil, unprocessable("The project has never been published")
	case p.Type == hexapi.TypeComponent:
		return nil, unprocessable("A component cannot be run")
	case p.ArchivedAt != nil || p.TrashedAt != nil:
		return nil, unprocessable("The project is archived or in the trash")
	case len(in.InputParams) > 0 && in.ViewID != "":
		return nil, unprocessable("viewId and inputParams cannot be combined")
	case len(in.InputParams) > 0 && in.publishes():
		return nil, unprocessable("updatePublishedResults and inputParams cannot be combined")
	case in.ViewID != "" && !slices.Contains(p.views, lower(in.ViewID)):
		return nil, unprocessable("The project has no view with this viewId")
	}
	return told, p.checkInputs(in.InputParams, r.trace)
}

// kernels counts the runs under way that a user has started, and forgets those
// that have ended.
func (h *Hex) kernels(user string, now time.Time) int {
	n := 0
	h.underway = slices.DeleteFunc(h.underway, func(one *run) bool { return one.at(now).ended() })
	for _, one := range h.underway {
		if one.user == user {
			n++
		}
	}
	return n
}

func (h *Hex) startRun(p *project, in newRun, told []hexapi.RunNotified, r *request) hexapi.UUID {
	one := &run{
		id:        h.ids.uuid(),
		version:   p.version,
		trigger:   hexapi.TriggerAPI,
		asked:     r.now,
		runFor:    p.runFor,
		outcome:   p.outcome,
		user:      r.who.user(),
		trace:     r.trace,
		flags:     r.Header.Get("flag-config-override"),
		publishes: in.publishes(),
		told:      told,
	}
	p.addRun(one)
	h.underway = append(h.underway, one)
	return one.id
}

// addRun keeps a run and lets go of the oldest, so that a workspace that serves
// for days does not grow.
func (p *project) addRun(one *run) {
	p.runs.add(one.id, one)
	if len(p.runs.order) > keptRuns {
		p.runs.remove(p.runs.order[0])
	}
}

func (h *Hex) getProjectRuns(r *request) (any, error) {
	p, err := h.project(r)
	if err != nil {
		return nil, err
	}
	q := r.query()
	limit, offset := q.int("limit", 25, 1, 100), q.int("offset", 0, 0, 1<<31-1)
	keep := runFilter(q)
	if err := q.err(); err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(h.history(p, r.now), func(one *run) bool { return !keep(one.at(r.now).status, one.trigger) })
	slices.Reverse(found) // newest first
	from := min(offset, len(found))
	to := min(from+limit, len(found))
	page := hexapi.ProjectRuns{Runs: []hexapi.ProjectRun{}, TraceID: r.trace}
	for _, one := range found[from:to] {
		page.Runs = append(page.Runs, one.show(p, r.now, false))
	}
	if to < len(found) {
		page.NextPage = new(h.runsPage(r, limit, to))
	}
	if offset > 0 {
		page.PreviousPage = new(h.runsPage(r, limit, max(from-limit, 0)))
	}
	return page, nil
}

// runFilter reads which runs to list.
func runFilter(q *query) func(hexapi.RunStatus, hexapi.RunTrigger) bool {
	status := choice(q, "statusFilter", "", hexapi.RunPending, hexapi.RunRunning, hexapi.RunErrored,
		hexapi.RunCompleted, hexapi.RunKilled, hexapi.RunNoKernel)
	trigger := choice(q, "runTriggerFilter", hexapi.AnyTrigger, hexapi.TriggerSchedule, hexapi.TriggerAPI,
		hexapi.TriggerAppRefresh, hexapi.AnyTrigger)
	return func(s hexapi.RunStatus, t hexapi.RunTrigger) bool {
		return (status == "" || s == status) && (trigger == hexapi.AnyTrigger || t == trigger)
	}
}

// runsPage is the address of another page of the same list.
func (h *Hex) runsPage(r *request, limit, offset int) string {
	values := url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(offset)}}
	for _, filter := range []string{"statusFilter", "runTriggerFilter"} {
		if v := r.URL.Query().Get(filter); v != "" {
			values.Set(filter, v)
		}
	}
	return h.base(r.Request) + r.URL.Path + "?" + values.Encode()
}

// findRun finds the run that the path names.
func (h *Hex) findRun(r *request) (*project, *run, error) {
	p, err := h.project(r)
	if err != nil {
		return nil, nil, err
	}
	id, err := r.id("runId")
	if err != nil {
		return nil, nil, err
	}
	if one := h.runOf(p, id, r.now); one != nil {
		return p, one, nil
	}
	return nil, nil, notFound("Run")
}

func (h *Hex) getRunStatus(r *request) (any, error) {
	p, one, err := h.findRun(r)
	if err != nil {
		return nil, err
	}
	return one.show(p, r.now, r.Header.Get("enable-expanded-stats") == "true"), nil
}

// cancelRun stops a run at once, which frees its kernel.
func (h *Hex) cancelRun(r *request) (any, error) {
	p, one, err := h.findRun(r)
	if err != nil {
		return nil, err
	}
	if one.at(r.now).ended() {
		return nil, unprocessable("The run has already finished")
	}
	p.keepRun(one)
	one.killed = new(r.now)
	return nil, nil
}
