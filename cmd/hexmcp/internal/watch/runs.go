package watch

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// A list of runs is read from the newest run until a page has no news. That is enough,
// because events are delivered oldest run first, so that all runs with undelivered events
// are at the newer end of the list.
const (
	runsPage = 100            // how many runs Hex returns in a page at the most
	mostNews = 10_000         // runs with news that are kept at least; the next poll finds those that are dropped
	longest  = 24 * time.Hour // the first poll looks for open runs that began up to so long before the watch
)

// poll reads the runs of a project, and delivers events of what is new.
func (w *watcher) poll(ctx context.Context, f *followed) error {
	f.asked = time.Now()
	p := w.state.Projects[f.id]
	read, err := w.read(ctx, f.id, p)
	if isOfOne(err) {
		w.leaveOut(f, err)
		return nil
	}
	if err != nil {
		return err
	}
	for _, r := range slices.Backward(read.news) {
		if err := w.tell(ctx, f.title, p, r); err != nil {
			return err
		}
	}
	if !read.cut && (!p.Walked || len(read.news) > 0) {
		p.raise(read.latest, read.met)
		w.changed = true
	}
	f.paceBy(len(read.news) > 0 || len(p.Open) > 0, w.Every)
	return w.saveChanges()
}

// reading is what was read of a list of runs.
type reading struct {
	news   []hexapi.ProjectRun  // runs with news, newest first
	met    map[hexapi.UUID]bool // all runs that were read
	latest time.Time            // the latest end of a run
	above  time.Time            // the time of the run before in the list, which is newer
	cut    bool                 // runs with news were left out of news
}

func (w *watcher) read(ctx context.Context, id hexapi.UUID, p *project) (*reading, error) {
	got := &reading{met: map[hexapi.UUID]bool{}}
	if p.Walked {
		got.above = time.Now()
	}
	in := hexapi.GetProjectRunsInput{ProjectID: id, RunFilter: hexapi.RunFilter{Limit: runsPage}}
	for more := true; more; {
		page, err := call(ctx, w, (*hexapi.Client).GetProjectRuns, in)
		if err != nil {
			return nil, err
		}
		more = got.take(p, page.Runs) && page.NextPage != nil
		in.Offset += len(page.Runs)
	}
	return got, w.addMissed(ctx, id, p, got)
}

// take adds the runs of a page, and reports whether the next page may have news.
func (got *reading) take(p *project, runs []hexapi.ProjectRun) (more bool) {
	for _, r := range runs {
		if got.met[r.RunID] { // it was on the page before; new runs have moved it to this one
			continue
		}
		got.met[r.RunID] = true
		at := got.timeOf(r)
		isNews := p.isNews(r, at)
		switch {
		case isNews:
			got.add(r)
		case hasEnded(r) && r.EndTime == nil && r.StartTime == nil:
			p.Done[r.RunID] = time.Time{}
		}
		began := timeOf(r.StartTime)
		more = more || isNews || !p.Walked && began.After(p.Floor.Add(-longest))
	}
	return more
}

// timeOf is when a run ended or else began. A run without times gets the time of the run
// before it in the list, which is newer.
func (got *reading) timeOf(r hexapi.ProjectRun) time.Time {
	for _, text := range []*string{r.EndTime, r.StartTime} {
		if at := timeOf(text); !at.IsZero() {
			got.above = at
			if hasEnded(r) && at.After(got.latest) {
				got.latest = at
			}
			return at
		}
	}
	return got.above
}

// add adds a run to the news. If there are too many, it drops the newer ones: events are
// delivered oldest first, and the next poll finds the dropped runs.
func (got *reading) add(r hexapi.ProjectRun) {
	r.Notifications, r.StateEvents = nil, nil
	got.news = append(got.news, r)
	if len(got.news) >= 2*mostNews {
		got.news, got.cut = append([]hexapi.ProjectRun(nil), got.news[mostNews:]...), true
	}
}

// addMissed reads, one by one, the open runs that are further down the list than it was
// read.
func (w *watcher) addMissed(ctx context.Context, id hexapi.UUID, p *project, got *reading) error {
	for run := range p.Open {
		if got.met[run] {
			continue
		}
		r, err := call(ctx, w, (*hexapi.Client).GetRunStatus, hexapi.GetRunStatusInput{ProjectID: id, RunID: run})
		switch {
		case isStatus(err, http.StatusNotFound):
			delete(p.Open, run)
			w.changed = true
		case err != nil:
			return err
		default:
			got.takeOne(p, r)
		}
	}
	return nil
}

func (got *reading) takeOne(p *project, r hexapi.ProjectRun) {
	got.met[r.RunID] = true
	if p.isNews(r, got.timeOf(r)) {
		got.add(r)
	}
}

// tell delivers the events of a run that have not been delivered.
func (w *watcher) tell(ctx context.Context, title string, p *project, r hexapi.ProjectRun) error {
	if err := w.tellStart(ctx, title, p, r); err != nil || !hasEnded(r) {
		return err
	}
	mark := func() {
		delete(p.Open, r.RunID)
		p.Done[r.RunID] = timeOf(r.EndTime)
		if r.EndTime == nil {
			p.Done[r.RunID] = timeOf(r.StartTime)
		}
	}
	kind := kindOf(r.Status)
	return w.deliver(ctx, kind, func() Event { return ended(kind, title, r) }, mark)
}

// tellStart delivers the event that a run has got its kernel, unless that was before the
// watch.
func (w *watcher) tellStart(ctx context.Context, title string, p *project, r hexapi.ProjectRun) error {
	told, open := p.Open[r.RunID]
	begins := timeOf(r.StartTime)
	switch {
	case told || open && begins.IsZero():
		return nil
	case begins.IsZero() || begins.Before(p.Floor):
		p.Open[r.RunID] = !begins.IsZero()
		w.changed = true
		return nil
	}
	return w.deliver(ctx, Started, func() Event { return started(title, r) }, func() { p.Open[r.RunID] = true })
}

// leaveOut makes polls of a project as rare as possible because its runs cannot be read,
// and logs this once.
func (w *watcher) leaveOut(f *followed, err error) {
	f.every = f.most
	if !f.refused {
		f.refused = true
		w.Log.Warn("the runs of a project cannot be read; asking now and then", "project", f.title, "id", f.id, "error", err)
	}
}

// ofOne are the error statuses that concern only the project that was asked for, so that
// the watch of others goes on.
var ofOne = []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity}

func isOfOne(err error) bool { return isStatus(err, ofOne...) }

// isStatus reports whether Hex has answered with one of the statuses.
func isStatus(err error, statuses ...int) bool {
	failed, ok := errors.AsType[*hexapi.Error](err)
	return ok && failed.FromHex && slices.Contains(statuses, failed.Status)
}
