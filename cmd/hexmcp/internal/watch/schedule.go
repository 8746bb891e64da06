package watch

import (
	"context"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// followed is a project whose runs are polled. The less happens in it, the rarer the polls.
type followed struct {
	id      hexapi.UUID
	title   string
	met     time.Time     // start of the list in which the project was last seen
	asked   time.Time     // time of the last poll; zero for none
	every   time.Duration // time between two polls
	most    time.Duration // the most that every may become
	results string        // when the results of its app were last updated, which a run does
	refused bool          // the log says already that its runs cannot be read
}

// The longest time between two polls of a project, as a multiple of Options.Every.
const (
	mostScheduled = 12 // of a project with a schedule
	mostQuiet     = 60 // of any other project
)

// follow adds or updates a project that can have runs. One that was never published, for
// example, has none.
func (w *watcher) follow(p hexapi.Project, began time.Time) {
	if !slices.ContainsFunc(w.On, Kind.isOfRuns) || p.LastPublished == nil || p.Type == hexapi.TypeComponent || p.ArchivedAt != nil || p.TrashedAt != nil {
		return
	}
	f := w.followed[p.ID]
	if f == nil {
		f = &followed{id: p.ID, every: w.Every}
		w.followed[p.ID] = f
	}
	f.title, f.met, f.most = p.Title, began, mostQuiet*w.Every
	if slices.ContainsFunc(p.Schedules, func(s hexapi.Schedule) bool { return s.Enabled }) {
		f.most = mostScheduled * w.Every
	}
	if at := p.Analytics.PublishedResultsUpdatedAt; at != nil && *at != f.results {
		f.results, f.every = *at, w.Every // a run has updated the results, so poll soon
	}
}

// paceBy sets the time until the next poll: the least for a busy project, else twice as
// long as before.
func (f *followed) paceBy(busy bool, least time.Duration) {
	f.refused = false
	if f.every = min(2*f.every, f.most); busy {
		f.every = least
	}
}

// step does what is due: it lists the projects, polls one project, or waits.
func (w *watcher) step(ctx context.Context) error {
	now := time.Now()
	if !now.Before(w.listDue) {
		return w.list(ctx)
	}
	f, wait := w.next(now)
	if f != nil {
		return w.poll(ctx, f)
	}
	sleep(ctx, wait)
	return nil
}

// next is the project to poll: the one that is most overdue, relative to the time between
// its polls. So every project gets its share when there are too many to poll in time. If
// no project is due, late is nil and wait is the time until something is due.
func (w *watcher) next(now time.Time) (late *followed, wait time.Duration) {
	most := 1.0
	wait = w.listDue.Sub(now)
	for _, f := range w.followed {
		waited := float64(now.Sub(f.asked)) / float64(f.every)
		switch {
		case waited < 1:
			wait = min(wait, f.asked.Add(f.every).Sub(now))
		case late == nil, waited > most, waited == most && f.id < late.id:
			late, most = f, waited
		}
	}
	return late, wait
}
