package watch

import (
	"context"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// followed is a project whose runs are asked for, the less often the less
// happens in it.
type followed struct {
	id      hexapi.UUID
	title   string
	met     time.Time     // the beginning of the list in which it was met
	asked   time.Time     // when its runs were asked for; zero for never
	every   time.Duration // until they are again
	most    time.Duration // that it may become
	results string        // when the results of its app were updated, which runs do
	refused bool          // it was said that its runs cannot be read
}

// How many times the shortest wait a project waits at the most that has a
// schedule, or none.
const (
	mostScheduled = 12
	mostQuiet     = 60
)

// follow adds a project that can have runs: what was never published has none.
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
		f.results, f.every = *at, w.Every // a run has ended
	}
}

// paceBy decides when to ask again.
func (f *followed) paceBy(busy bool, least time.Duration) {
	f.refused = false
	if f.every = min(2*f.every, f.most); busy {
		f.every = least
	}
}

// step lists the projects, asks for the runs of one, or waits until one is due.
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

// next is the project that is late by the largest part of its wait, so that each
// gets its share where there are more than can be asked in time. Where none is
// due it says how long until something is.
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
