package watch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hexmcp/hexapi"
	"hexmcp/tools/visible"
)

// Kind is the kind of an event.
type Kind string

// The kinds of events.
const (
	Started   Kind = "started"   // a run has got its kernel
	Completed Kind = "completed" // a run has succeeded
	Errored   Kind = "errored"   // a run has failed, or got no kernel
	Killed    Kind = "killed"    // a run was canceled
	Published Kind = "published" // a project has a new published version
	Created   Kind = "created"   // there is a new project
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{Started, Completed, Errored, Killed, Published, Created} }

// isOfRuns reports whether events of the kind are about runs.
func (k Kind) isOfRuns() bool { return k != Published && k != Created }

// Event is something that happened in Hex. Its JSON is a payload of Standard
// Webhooks: https://www.standardwebhooks.com.
type Event struct {
	ID        string `json:"id"`        // made of what happened, so that a repeat has the same; of letters, digits, - and _
	Type      string `json:"type"`      // such as run.errored or project.published
	Timestamp string `json:"timestamp"` // when it happened, as Hex says
	Summary   string `json:"summary"`   // one sentence
	Data      Data   `json:"data"`
}

// Data is the project or run that the event is about. Events of projects lack the fields
// of runs.
type Data struct {
	ProjectID      hexapi.UUID       `json:"projectId"`
	Project        string            `json:"project"` // its title, with invisible characters made visible
	Owner          string            `json:"owner,omitempty"`
	RunID          hexapi.UUID       `json:"runId,omitempty"`
	RunURL         string            `json:"runUrl,omitempty"`
	Status         hexapi.RunStatus  `json:"status,omitempty"`
	Trigger        hexapi.RunTrigger `json:"trigger,omitempty"`
	ProjectVersion hexapi.Version    `json:"projectVersion,omitempty"`
	StartTime      *string           `json:"startTime,omitempty"`
	EndTime        *string           `json:"endTime,omitempty"`
	ElapsedTime    *float64          `json:"elapsedTime,omitempty"` // milliseconds
}

// encode writes the event as one line of JSON, without a line break.
func (e Event) encode() ([]byte, error) {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(e)
	return bytes.TrimSuffix(line.Bytes(), []byte("\n")), err
}

func created(p hexapi.Project) Event {
	return ofProject(Created, p, p.CreatedAt, "project_"+string(p.ID)+"_created",
		fmt.Sprintf("%s created the project %s.", visible.Text(p.Creator.Email), quoted(p.Title)))
}

// published makes an event of a publication. Its id contains the time, because the list
// of projects has nothing else that differs between publications.
func published(p hexapi.Project) Event {
	id := fmt.Sprintf("project_%s_published_%d", p.ID, timeOf(p.LastPublished).UnixMilli())
	return ofProject(Published, p, *p.LastPublished, id, fmt.Sprintf("The project %s was published.", quoted(p.Title)))
}

func ofProject(kind Kind, p hexapi.Project, at, id, summary string) Event {
	return Event{ID: id, Type: "project." + string(kind), Timestamp: at, Summary: summary, Data: Data{
		ProjectID: p.ID, Project: visible.Text(p.Title), Owner: visible.Text(p.Owner.Email),
	}}
}

// started makes the event that a run has started; ended makes another one when it ends.
func started(title string, r hexapi.ProjectRun) Event {
	summary := fmt.Sprintf("A run of %s has started, %s.", quoted(title), cause(r.RunTrigger))
	e := ofRun(Started, title, r, *r.StartTime, summary)
	e.Data.Status, e.Data.EndTime, e.Data.ElapsedTime = hexapi.RunRunning, nil, nil // as at its start, even if it has ended
	return e
}

func ended(kind Kind, title string, r hexapi.ProjectRun) Event {
	at := r.StartTime
	if r.EndTime != nil {
		at = r.EndTime
	}
	if at == nil {
		at = new("")
	}
	summary := fmt.Sprintf("A run of %s %s%s; it was started %s.", quoted(title), outcomes[r.Status], after(r.ElapsedTime), cause(r.RunTrigger))
	return ofRun(kind, title, r, *at, summary)
}

func ofRun(kind Kind, title string, r hexapi.ProjectRun, at, summary string) Event {
	return Event{ID: "run_" + string(r.RunID) + "_" + string(kind), Type: "run." + string(kind), Timestamp: at, Summary: summary, Data: Data{
		ProjectID: r.ProjectID, Project: visible.Text(title), RunID: r.RunID, RunURL: visible.Text(r.RunURL), Status: r.Status,
		Trigger: r.RunTrigger, ProjectVersion: r.ProjectVersion, StartTime: r.StartTime, EndTime: r.EndTime, ElapsedTime: r.ElapsedTime,
	}}
}

// kindOf is the kind of event for a final status; "" for other statuses.
func kindOf(status hexapi.RunStatus) Kind {
	switch status {
	case hexapi.RunCompleted:
		return Completed
	case hexapi.RunErrored, hexapi.RunNoKernel:
		return Errored
	case hexapi.RunKilled:
		return Killed
	}
	return ""
}

var outcomes = map[hexapi.RunStatus]string{
	hexapi.RunCompleted: "completed",
	hexapi.RunErrored:   "failed",
	hexapi.RunNoKernel:  "got no kernel",
	hexapi.RunKilled:    "was canceled",
}

func cause(trigger hexapi.RunTrigger) string {
	switch trigger {
	case hexapi.TriggerAPI:
		return "by the API"
	case hexapi.TriggerSchedule:
		return "by its schedule"
	case hexapi.TriggerAppRefresh:
		return "by a refresh of the app"
	}
	return "by " + visible.Text(strings.ToLower(string(trigger)))
}

func after(milliseconds *float64) string {
	if milliseconds == nil {
		return ""
	}
	return " after " + (time.Duration(*milliseconds) * time.Millisecond).Round(time.Second).String()
}

func quoted(title string) string { return `"` + visible.Text(title) + `"` }

// timeOf parses a time of Hex; it is zero if there is none or it cannot be parsed.
func timeOf(text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	at, _ := time.Parse(time.RFC3339, *text)
	return at
}
