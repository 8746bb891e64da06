package hexsim

import (
	"slices"
	"time"

	"hexmcp/hexapi"
)

// timetable is when a schedule starts runs of a project.
type timetable struct {
	next  time.Time // the next run; all before were started
	every time.Duration
	lasts time.Duration // about how long a run has its kernel
}

var weekdays = []string{"MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"}

// newTimetable reads an hourly, daily or weekly schedule from now on. Zones of
// schedules are offsets, so that each day has 24 hours.
func newTimetable(s hexapi.Schedule, lasts time.Duration, now time.Time) *timetable {
	t := &timetable{lasts: lasts}
	var first time.Time
	switch {
	case s.Hourly != nil:
		t.every = time.Hour
		first = someMonday(0, 0, s.Hourly.Minute, s.Hourly.Timezone)
	case s.Daily != nil:
		t.every = day
		first = someMonday(0, s.Daily.Hour, s.Daily.Minute, s.Daily.Timezone)
	case s.Weekly != nil:
		t.every = 7 * day
		first = someMonday(slices.Index(weekdays, s.Weekly.DayOfWeek), s.Weekly.Hour, s.Weekly.Minute, s.Weekly.Timezone)
	}
	t.next = first.Add(now.Sub(first).Truncate(t.every) + t.every)
	return t
}

// someMonday is a time of a week long ago, some days after its Monday.
func someMonday(days, hour, minute int, offset string) time.Time {
	at, err := time.Parse("-07:00", offset)
	if err != nil {
		panic(err) // the demo's own schedules have offsets
	}
	_, seconds := at.Zone() // its location may be that of the machine, with summer time
	return time.Date(1996, time.January, 1+days, hour, minute, 0, 0, time.FixedZone(offset, seconds))
}

// run is the run that was due at a time. Its length differs from those around it.
func (t *timetable) run(due time.Time) pastRun {
	vary := due.Unix() / int64(t.every.Seconds()) % 9
	return pastRun{
		asked: due, trigger: hexapi.TriggerSchedule, outcome: hexapi.RunCompleted,
		runFor: t.lasts + time.Duration(vary)*time.Second, publishes: true,
	}
}

// past are the latest n runs, oldest first.
func (t *timetable) past(n int) []pastRun {
	var all []pastRun
	for i := n; i > 0; i-- {
		all = append(all, t.run(t.next.Add(-time.Duration(i)*t.every)))
	}
	return all
}

// keepSchedules starts the runs that have come due, so that the history goes on
// while a workspace is served.
func (h *Hex) keepSchedules(now time.Time) {
	for _, p := range h.scheduled {
		for t := p.timetable; !t.next.After(now); t.next = t.next.Add(t.every) {
			one := t.run(t.next)
			one.outcome = p.outcome
			p.addRun(one.made(p, &h.scheduleIDs))
		}
	}
}
