package hexsim

import (
	"slices"
	"time"

	"hexmcp/hexapi"
)

// computedRuns are the runs of a project of the crowd that nobody has changed.
// Those of a schedule go on with the time: for each that comes due, the oldest is
// forgotten.
func (h *Hex) computedRuns(p *project, now time.Time) []*run {
	var runs []*run
	for _, past := range h.crowdPast(p, now) {
		ids := sequence{salt: random(uint64(past.asked.UnixMilli()), p.crowd.number)}
		past.id = uuidAt(uint64(past.asked.UnixMilli()), ids.next())
		if p.runs.get(past.id) == nil {
			runs = append(runs, past.made(p, &ids))
		}
	}
	return runs
}

// crowdPast is what was run, oldest first.
func (h *Hex) crowdPast(p *project, now time.Time) []pastRun {
	if p.crowd.runs == 0 {
		return nil
	}
	if s := p.schedule(); s != nil {
		all := newTimetable(*s, time.Duration(10+p.crowd.number%300)*time.Second, now).past(p.crowd.runs)
		for i := range all {
			all[i] = p.ending(all[i], now)
		}
		return all
	}
	return h.crowdAsked(p)
}

// crowdAsked are the runs that people and programs have asked for, up to the start
// of the workspace. A few of them go on for a while after that.
func (h *Hex) crowdAsked(p *project) []pastRun {
	d := diceOf(projectIDs, -1-p.crowd.number)
	gap := time.Duration(d.below(200)+2*p.crowd.runs) * day / time.Duration(2*p.crowd.runs)
	asked := h.start.Add(-time.Duration(d.below(int(gap/time.Second))) * time.Second)
	all := make([]pastRun, p.crowd.runs)
	for i := range all {
		past := pastRun{asked: asked, trigger: hexapi.TriggerAPI, outcome: hexapi.RunCompleted, runFor: time.Duration(5+d.below(200)) * time.Second}
		if d.chance(40) {
			past.trigger, past.publishes = hexapi.TriggerAppRefresh, true
		}
		all[len(all)-1-i] = p.ending(past, h.start)
		asked = asked.Add(-gap - time.Duration(d.below(3600))*time.Second)
	}
	if p.crowd.number%60 == 0 {
		last := &all[len(all)-1]
		last.asked, last.runFor, last.killed = h.start.Add(-5*time.Minute), SlowRunFor, 0
	}
	return all
}

// ending decides how a run ends: a few fail, and of a project that is broken all
// of the last five days do.
func (p *project) ending(past pastRun, now time.Time) pastRun {
	d := diceOf(cellIDs, p.crowd.number+int(past.asked.Unix()))
	switch roll := d.below(100); {
	case p.outcome == hexapi.RunErrored && now.Sub(past.asked) < 5*day, roll < 4:
		past.outcome = hexapi.RunErrored
	case roll < 6:
		past.killed = 4 * time.Second
	case roll < 7:
		past.outcome = hexapi.RunNoKernel
	}
	return past
}

// byTime orders runs by when they were asked for.
func byTime(runs []*run) []*run {
	slices.SortStableFunc(runs, func(a, b *run) int { return a.asked.Compare(b.asked) })
	return runs
}
