package hexsim

import (
	"fmt"
	"strconv"
	"time"

	"hexmcp/hexapi"
)

// run is one run of a project. Where it stands is told from the clock, so that
// nothing has to happen while nobody looks.
type run struct {
	id        hexapi.UUID
	version   int
	draft     bool // of the draft, not of a version
	trigger   hexapi.RunTrigger
	asked     time.Time
	runFor    time.Duration
	outcome   hexapi.RunStatus
	killed    *time.Time
	user      string // who holds the kernel; empty for Hex itself
	trace     string
	flags     string // flag-config-override
	publishes bool   // writes the results of the published app
	told      []hexapi.RunNotified
}

// life is where a run stands at some time. Zero times are still to come.
type life struct {
	status     hexapi.RunStatus
	start, end time.Time
}

func (l life) ended() bool { return !l.end.IsZero() }

// at follows the run's life up to now.
func (r *run) at(now time.Time) life {
	if r.killed != nil {
		l := r.alive(*r.killed)
		return life{hexapi.RunKilled, l.start, *r.killed}
	}
	return r.alive(now)
}

// alive follows a run that nobody has killed.
func (r *run) alive(now time.Time) life {
	kernel := r.asked.Add(PendingFor)
	end := kernel.Add(r.runFor)
	switch {
	case now.Before(kernel):
		return life{status: hexapi.RunPending}
	case r.outcome == hexapi.RunNoKernel:
		return life{status: hexapi.RunNoKernel, end: kernel}
	case now.Before(end):
		return life{status: hexapi.RunRunning, start: kernel}
	default:
		return life{r.outcome, kernel, end}
	}
}

// elapsed is how long the run has had its kernel, in milliseconds.
func (l life) elapsed(now time.Time) *float64 {
	if l.start.IsZero() {
		return nil
	}
	if l.ended() {
		now = l.end
	}
	return new(float64(now.Sub(l.start).Milliseconds()))
}

// events are the statuses that the run has gone through.
func (l life) events(asked time.Time) []hexapi.RunStateEvent {
	event := func(s hexapi.RunStatus, at time.Time) hexapi.RunStateEvent {
		return hexapi.RunStateEvent{Type: "STATUS", Value: string(s), Timestamp: stamp(at)}
	}
	all := []hexapi.RunStateEvent{event(hexapi.RunPending, asked)}
	if !l.start.IsZero() {
		all = append(all, event(hexapi.RunRunning, l.start))
	}
	if l.ended() {
		all = append(all, event(l.status, l.end))
	}
	return all
}

// show is the run as it is answered; expanded adds what Hex keeps for those who
// ask for it by header.
func (r *run) show(p *project, now time.Time, expanded bool) hexapi.ProjectRun {
	l := r.at(now)
	shown := hexapi.ProjectRun{
		ProjectID:      p.ID,
		ProjectVersion: r.shownVersion(),
		RunID:          r.id,
		RunURL:         runURL(p.ID, r.id),
		Status:         l.status,
		RunTrigger:     r.trigger,
		StartTime:      stampOrNull(l.start),
		EndTime:        stampOrNull(l.end),
		ElapsedTime:    l.elapsed(now),
		TraceID:        r.trace,
		Notifications:  r.told,
	}
	if expanded {
		shown.StateEvents = l.events(r.asked)
		shown.FlagConfigOverride = r.flags
	}
	return shown
}

// shownVersion is what was run: the number of a version, or the draft.
func (r *run) shownVersion() hexapi.Version {
	if r.draft {
		return "draft"
	}
	return hexapi.Version(strconv.Itoa(r.version))
}

func runURL(project, run hexapi.UUID) string {
	return fmt.Sprintf("https://app.hex.tech/%s/app/%s/%s", Workspace, project, run)
}
