package hexapi

import (
	"context"
	"encoding/json"
	"net/http"
)

// RunStatus is where a run stands. All but PENDING and RUNNING are final.
type RunStatus string

// The run statuses.
const (
	RunPending   RunStatus = "PENDING"
	RunRunning   RunStatus = "RUNNING"
	RunErrored   RunStatus = "ERRORED"
	RunCompleted RunStatus = "COMPLETED"
	RunKilled    RunStatus = "KILLED"
	RunNoKernel  RunStatus = "UNABLE_TO_ALLOCATE_KERNEL"
)

// GoesOn reports whether a run of this status has not ended yet.
func (s RunStatus) GoesOn() bool { return s == RunPending || s == RunRunning }

// IsFinal reports whether a run of this status has ended. For a status that is not
// known here, because Hex added it later, both GoesOn and IsFinal are false.
func (s RunStatus) IsFinal() bool {
	return s == RunErrored || s == RunCompleted || s == RunKilled || s == RunNoKernel
}

// JSONSchema lists the statuses.
func (RunStatus) JSONSchema() *Schema {
	return oneOf(RunPending, RunRunning, RunErrored, RunCompleted, RunKilled, RunNoKernel)
}

// RunTrigger is what started a run.
type RunTrigger string

// The run triggers; AnyTrigger is for filters only.
const (
	TriggerAPI        RunTrigger = "API"
	TriggerSchedule   RunTrigger = "SCHEDULED"
	TriggerAppRefresh RunTrigger = "APP_REFRESH"
	AnyTrigger        RunTrigger = "ALL"
)

// JSONSchema lists the triggers.
func (RunTrigger) JSONSchema() *Schema {
	return oneOf(TriggerAPI, TriggerSchedule, TriggerAppRefresh, AnyTrigger)
}

// ProjectRun is one run of a project.
type ProjectRun struct {
	ProjectID          UUID            `json:"projectId"`
	ProjectVersion     Version         `json:"projectVersion"`
	RunID              UUID            `json:"runId"`
	RunURL             string          `json:"runUrl" jsonschema_description:"web page of the run"`
	Status             RunStatus       `json:"status"`
	RunTrigger         RunTrigger      `json:"runTrigger"`
	StartTime          *string         `json:"startTime"`
	EndTime            *string         `json:"endTime"`
	ElapsedTime        *float64        `json:"elapsedTime" jsonschema_description:"milliseconds"`
	FlagConfigOverride string          `json:"flagConfigOverride,omitempty"`
	TraceID            string          `json:"traceId"`
	Notifications      []RunNotified   `json:"notifications,omitempty"`
	StateEvents        []RunStateEvent `json:"stateEvents,omitempty" jsonschema_description:"only with enableExpandedStats"`
}

// Version is a project version: "1", "2", … or "draft". Hex has sent it as a
// number and as a string.
type Version string

// UnmarshalJSON reads a number or a string.
func (v *Version) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, (*string)(v))
	}
	*v = Version(b)
	return nil
}

// JSONSchema allows numbers and strings.
func (Version) JSONSchema() *Schema {
	return &Schema{Description: "number, numeric string or draft"}
}

// RunStateEvent is a change of the state of a run.
type RunStateEvent struct {
	Type      string `json:"type"`
	Value     string `json:"value"`
	Timestamp string `json:"timestamp"`
}

// RunNotified says who is told about a run.
type RunNotified struct {
	Type                     string       `json:"type"`
	RecipientType            string       `json:"recipientType"`
	IncludeSuccessScreenshot bool         `json:"includeSuccessScreenshot"`
	ScreenshotFormat         []string     `json:"screenshotFormat,omitempty"`
	Subject                  string       `json:"subject,omitempty"`
	Body                     string       `json:"body,omitempty"`
	Recipient                RunRecipient `json:"recipient"`
}

// RunRecipient is a user, a group or a Slack channel.
type RunRecipient struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	IsPrivate bool   `json:"isPrivate,omitempty"`
}

// RunStarted is the answer to RunProject. It has no status: ask GetRunStatus.
type RunStarted struct {
	ProjectID      UUID          `json:"projectId"`
	RunID          UUID          `json:"runId"`
	RunURL         string        `json:"runUrl" jsonschema_description:"web page of the run"`
	RunStatusURL   string        `json:"runStatusUrl"`
	TraceID        string        `json:"traceId"`
	ProjectVersion Version       `json:"projectVersion"`
	Notifications  []RunNotified `json:"notifications,omitempty"`
}

// RunProjectInput says which project to run, which must be published, and how.
type RunProjectInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	RunOptions
	FlagConfigOverride string `json:"flagConfigOverride,omitempty" jsonschema_description:"Hex-internal feature flags; leave out."`
}

// RunOptions is the body of RunProject.
type RunOptions struct {
	InputParams            map[string]json.RawMessage `json:"inputParams,omitempty" jsonschema_description:"Values by input variable name, such as {\"region\":\"EU\",\"days\":30}. The names show as {{ name }} or variables in the sources of its cells; dryRun tells which are refused."`
	ViewID                 string                     `json:"viewId,omitempty" jsonschema_description:"Saved view whose inputs to use."`
	DryRun                 bool                       `json:"dryRun,omitempty" jsonschema:"default=false" jsonschema_description:"Check only: nothing starts, the runId is a dummy."`
	Notifications          []RunNotification          `json:"notifications,omitempty" jsonschema_description:"Who to tell when the run ends."`
	UseCachedSQLResults    *bool                      `json:"useCachedSqlResults,omitempty" jsonschema:"default=true" jsonschema_description:"false runs all SQL afresh."`
	UpdatePublishedResults bool                       `json:"updatePublishedResults,omitempty" jsonschema:"default=false" jsonschema_description:"Show this run's results in the published app."`
}

// RunNotification asks to tell somebody when a run ends.
type RunNotification struct {
	Type                     NotificationType `json:"type" jsonschema:"required" jsonschema_description:"Outcome to tell about."`
	IncludeSuccessScreenshot bool             `json:"includeSuccessScreenshot" jsonschema:"required" jsonschema_description:"Attach a picture of the app."`
	ScreenshotFormat         ScreenshotFormat `json:"screenshotFormat,omitempty" jsonschema_description:"Format of the picture."`
	SlackChannelIDs          []string         `json:"slackChannelIds,omitempty" jsonschema_description:"Ids, not names."`
	UserIDs                  []string         `json:"userIds,omitempty"`
	GroupIDs                 []string         `json:"groupIds,omitempty"`
	Subject                  string           `json:"subject,omitempty" jsonschema_description:"Title of the message."`
	Body                     string           `json:"body,omitempty" jsonschema_description:"Message text."`
}

// NotificationType is the outcome of a run that people are notified of.
type NotificationType string

// The notification types.
const (
	NotifySuccess NotificationType = "SUCCESS"
	NotifyFailure NotificationType = "FAILURE"
	NotifyAll     NotificationType = "ALL"
)

// JSONSchema lists the types.
func (NotificationType) JSONSchema() *Schema {
	return oneOf(NotifySuccess, NotifyFailure, NotifyAll)
}

// ScreenshotFormat is the file format of a screenshot.
type ScreenshotFormat string

// The screenshot formats.
const (
	ScreenshotPNG ScreenshotFormat = "png"
	ScreenshotPDF ScreenshotFormat = "pdf"
)

// JSONSchema lists the formats.
func (ScreenshotFormat) JSONSchema() *Schema { return oneOf(ScreenshotPNG, ScreenshotPDF) }

// RunProject starts a run of the project's latest published version. It is not sent
// again when it may have started a run. It takes a run out of the client's [Budget],
// unless it is a dry run. When all kernels are in use, Hex answers 503 and starts
// nothing.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/RunProject
func (c *Client) RunProject(ctx context.Context, in RunProjectInput) (Answer[RunStarted], error) {
	return post[RunStarted](ctx, c, path("projects", in.ProjectID, "runs"), in.RunOptions,
		header("flag-config-override", in.FlagConfigOverride), startsRun(in.DryRun), refusedDoesNothing(http.StatusServiceUnavailable), countedIn(kernelRate))
}

// GetProjectRunsInput names a project and filters and pages its runs.
type GetProjectRunsInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	RunFilter
}

// RunFilter filters and pages runs. This list is paged by offset, not by cursor.
type RunFilter struct {
	Limit            int        `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25" jsonschema_description:"Page size."`
	Offset           int        `json:"offset,omitempty" jsonschema:"minimum=0,default=0" jsonschema_description:"Runs to skip; add limit for the next page."`
	StatusFilter     RunStatus  `json:"statusFilter,omitempty" jsonschema_description:"One status; leave out for all."`
	RunTriggerFilter RunTrigger `json:"runTriggerFilter,omitempty" jsonschema_description:"What started the run."`
}

// PageLimit points to the size of the page; zero means the default of Hex.
func (in *RunFilter) PageLimit() *int { return &in.Limit }

// PageOffset is how many runs come before the page.
func (in *RunFilter) PageOffset() (offset int, ok bool) { return in.Offset, true }

// ProjectRuns is one page of runs. The neighbouring pages are given as URLs.
type ProjectRuns struct {
	Runs         []ProjectRun `json:"runs"`
	NextPage     *string      `json:"nextPage"`
	PreviousPage *string      `json:"previousPage"`
	TraceID      string       `json:"traceId"`
}

func (r ProjectRuns) list() (name string, there bool) { return "runs", r.Runs != nil }

// GetProjectRuns lists a project's runs, newest first.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetProjectRuns
func (c *Client) GetProjectRuns(ctx context.Context, in GetProjectRunsInput) (Answer[ProjectRuns], error) {
	return get[ProjectRuns](ctx, c, path("projects", in.ProjectID, "runs"), in.RunFilter, countedIn(standardRate))
}

// GetRunStatusInput names a run.
type GetRunStatusInput struct {
	ProjectID           UUID `json:"projectId" jsonschema:"required"`
	RunID               UUID `json:"runId" jsonschema:"required"`
	EnableExpandedStats bool `json:"enableExpandedStats,omitempty" jsonschema:"default=false" jsonschema_description:"Add stateEvents: each status change with its time."`
}

// GetRunStatus reads one run.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/GetRunStatus
func (c *Client) GetRunStatus(ctx context.Context, in GetRunStatusInput) (Answer[ProjectRun], error) {
	return get[ProjectRun](ctx, c, path("projects", in.ProjectID, "runs", in.RunID), nil,
		flag("enable-expanded-stats", in.EnableExpandedStats), countedIn(standardRate))
}

// CancelRunInput names a run.
type CancelRunInput struct {
	ProjectID UUID `json:"projectId" jsonschema:"required"`
	RunID     UUID `json:"runId" jsonschema:"required"`
}

// CancelRun asks a run to stop. The run ends as KILLED some time later and can
// still be read; one that has already ended is refused with 422.
//
// API: https://learn.hex.tech/docs/api/api-reference#operation/CancelRun
func (c *Client) CancelRun(ctx context.Context, in CancelRunInput) (Answer[Empty], error) {
	return remove[Empty](ctx, c, path("projects", in.ProjectID, "runs", in.RunID))
}
