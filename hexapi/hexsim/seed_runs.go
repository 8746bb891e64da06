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
}

// seedRuns makes the run history.
func (h *Hex) seedRuns() {
	before := func(d time.Duration) time.Time { return h.start.Add(-d) }
	h.addRuns(ProjectRevenue, append(h.everyMorning(),
		pastRun{asked: before(80 * time.Hour), trigger: hexapi.TriggerAppRefresh, outcome: hexapi.RunCompleted, runFor: 31 * time.Second},
		pastRun{asked: before(75 * time.Hour), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: time.Minute, killed: 12 * time.Second},
		pastRun{asked: before(70 * time.Hour), trigger: hexapi.TriggerAPI, outcome: hexapi.RunNoKernel},
		pastRun{id: RunFinished, asked: before(20 * time.Minute), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: 37 * time.Second},
	)...)
	h.addRuns(ProjectForecast,
		pastRun{asked: h.monday(2), trigger: hexapi.TriggerSchedule, outcome: hexapi.RunCompleted, runFor: 4 * time.Minute},
		pastRun{asked: h.monday(1), trigger: hexapi.TriggerSchedule, outcome: hexapi.RunCompleted, runFor: 5 * time.Minute},
	)
	h.addRuns(ProjectFails,
		pastRun{asked: before(29 * day), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: 52 * time.Second},
		pastRun{asked: before(4 * day), trigger: hexapi.TriggerAppRefresh, outcome: hexapi.RunErrored, runFor: 9 * time.Second},
		pastRun{id: RunErrored, asked: before(day), trigger: hexapi.TriggerAPI, outcome: hexapi.RunErrored, runFor: 8 * time.Second},
	)
	h.addRuns(ProjectSlow,
		pastRun{asked: before(14 * day), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: SlowRunFor},
		pastRun{id: RunRunning, asked: before(10 * time.Minute), trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: SlowRunFor},
	)
}

// everyMorning is a month of scheduled runs up to yesterday's, of which one failed.
func (h *Hex) everyMorning() []pastRun {
	var all []pastRun
	for days := 1; days <= 30; days++ {
		one := pastRun{
			asked: h.midnight().AddDate(0, 0, -days).Add(5 * time.Hour), trigger: hexapi.TriggerSchedule,
			outcome: hexapi.RunCompleted, runFor: time.Duration(35+days%9) * time.Second,
		}
		switch days {
		case 1:
			one.id = RunScheduled
		case 11:
			one.outcome = hexapi.RunErrored
		}
		all = append(all, one)
	}
	return all
}

func (h *Hex) midnight() time.Time { return h.start.UTC().Truncate(day) }

// monday is the time of the forecast's schedule, some weeks ago.
func (h *Hex) monday(weeks int) time.Time {
	since := (int(h.midnight().Weekday()) + 6) % 7
	return h.midnight().AddDate(0, 0, -since-7*weeks).Add(3*time.Hour + 30*time.Minute)
}

// addRuns adds runs in the order of their times.
func (h *Hex) addRuns(id hexapi.UUID, past ...pastRun) {
	slices.SortFunc(past, func(a, b pastRun) int { return a.asked.Compare(b.asked) })
	p := h.projects.get(id)
	for _, s := range past {
		one := &run{
			id: s.id, version: p.version, trigger: s.trigger, asked: s.asked,
			runFor: s.runFor, outcome: s.outcome, trace: h.ids.trace(),
		}
		if one.id == "" {
			one.id = h.ids.uuid()
		}
		if s.killed > 0 {
			one.killed = new(one.asked.Add(s.killed))
		}
		p.addRun(one)
	}
}
