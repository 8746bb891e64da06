package hexsim

import (
	"slices"
	"time"

	"hexmcp/hexapi"
)

// pastRun is a run of the history in few words.
type pastRun struct {
	id      hexapi.UUID // empty: made up
	asked   time.Time
	trigger hexapi.RunTrigger
	outcome hexapi.RunStatus
	runFor  time.Duration
	killed  time.Duration // how long after it was asked for; zero: it was not

	publishes bool // writes the results of the published app
}

// made is the run with an id and a trace of its own, of the version that was
// published at the time.
func (s pastRun) made(p *project, ids *sequence) *run {
	one := s.unnamed()
	one.id, one.version, one.trace = s.id, p.version, ids.trace()
	if one.id == "" {
		one.id = ids.uuid()
	}
	if stamp(s.asked) < *p.LastPublished {
		one.version = max(1, p.version-1)
	}
	return one
}

// unnamed is the run without what takes longest to make.
func (s pastRun) unnamed() *run {
	one := &run{trigger: s.trigger, asked: s.asked, runFor: s.runFor, outcome: s.outcome, publishes: s.publishes}
	if s.killed > 0 {
		one.killed = new(one.asked.Add(s.killed))
	}
	return one
}

// seedRuns makes the run history.
func (h *Hex) seedRuns() {
	before := func(d time.Duration) time.Time { return h.start.Add(-d) }
	h.addRuns(ProjectRevenue, append(h.mornings(),
		pastRun{asked: before(80 * time.Hour), trigger: hexapi.TriggerAppRefresh, outcome: hexapi.RunCompleted, runFor: 31 * time.Second},
		pastRun{asked: before(75 * time.Hour), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: time.Minute, killed: 12 * time.Second},
		pastRun{asked: before(70 * time.Hour), trigger: hexapi.TriggerAPI, outcome: hexapi.RunNoKernel},
		pastRun{id: RunFinished, asked: before(20 * time.Minute), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: 37 * time.Second},
	)...)
	h.addRuns(ProjectForecast, h.projects.get(ProjectForecast).timetable.past(8)...)
	h.addRuns(ProjectInventory, h.projects.get(ProjectInventory).timetable.past(48)...)
	h.addRuns(ProjectFails, append(h.nights(),
		pastRun{asked: before(29 * day), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: 52 * time.Second},
	)...)
	h.addRuns(ProjectSlow,
		pastRun{asked: before(14 * day), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: SlowRunFor},
		pastRun{id: RunRunning, asked: before(10 * time.Minute), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: SlowRunFor},
	)
}

// mornings is a month of ProjectRevenue, of which one failed.
func (h *Hex) mornings() []pastRun {
	all := h.projects.get(ProjectRevenue).timetable.past(30)
	all[len(all)-11].outcome = hexapi.RunErrored
	h.latest(all).id = RunScheduled
	return all
}

// nights is a month of ProjectFails. Somebody refreshed its app four evenings
// before the last night, and that failed, as has each night since.
func (h *Hex) nights() []pastRun {
	const failsAfter = 8 * time.Second
	all := h.projects.get(ProjectFails).timetable.past(30)
	all[len(all)-1].runFor = failsAfter
	last := h.latest(all)
	last.id = RunErrored
	refreshed := last.asked.Add(-3*day - 4*time.Hour)
	for i := range all {
		if all[i].asked.After(refreshed) {
			all[i].outcome, all[i].runFor = hexapi.RunErrored, failsAfter
		}
	}
	return append(all, pastRun{asked: refreshed, trigger: hexapi.TriggerAppRefresh, outcome: hexapi.RunErrored, runFor: 9 * time.Second})
}

// latest is the last of some scheduled runs that had ended by the start.
func (h *Hex) latest(all []pastRun) *pastRun {
	last := len(all) - 1
	if h.start.Before(all[last].asked.Add(PendingFor + all[last].runFor)) {
		last--
	}
	return &all[last]
}

// addRuns adds runs in the order of their times.
func (h *Hex) addRuns(id hexapi.UUID, past ...pastRun) {
	slices.SortStableFunc(past, func(a, b pastRun) int { return a.asked.Compare(b.asked) })
	p := h.projects.get(id)
	for _, s := range past {
		p.addRun(s.made(p, &h.ids))
	}
}
