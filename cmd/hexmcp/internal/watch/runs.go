package watch

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// A list of runs is read from its newest end until a page has no news: runs are
// told oldest first, so that what is not told yet is always at the newer end.
const (
	runsPage = 100            // as many as Hex gives at once
	mostNews = 10_000         // runs that are told at once; the next reading finds the others
	longest  = 24 * time.Hour // at first, runs are looked for that began so long before
)

// poll asks for the runs of a project, and tells what is new.
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

// reading is a list of runs as far as it was read.
type reading struct {
	news   []hexapi.ProjectRun // newest first
	met    map[hexapi.UUID]bool
	latest time.Time // end of a run
	above  time.Time // of the run before in the list, which is newer
	cut    bool      // there are more news
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

// take looks at a page, and says whether the next one may have news.
func (got *reading) take(p *project, runs []hexapi.ProjectRun) (more bool) {
	for _, r := range runs {
		if got.met[r.RunID] { // runs that began meanwhile have moved it
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

// timeOf is when a run ended, began, or at the latest was asked for.
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

// add keeps a run, and of too many the oldest.
func (got *reading) add(r hexapi.ProjectRun) {
	r.Notifications, r.StateEvents = nil, nil
	got.news = append(got.news, r)
	if len(got.news) >= 2*mostNews {
		got.news, got.cut = append([]hexapi.ProjectRun(nil), got.news[mostNews:]...), true
	}
}

// addMissed asks for open runs that are further down the list, one by one.
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

// tell delivers what has happened to a run and was not told.
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

// tellStart tells that a run has its kernel, unless it had it before the watch.
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

// leaveOut says once why a project is asked less often.
func (w *watcher) leaveOut(f *followed, err error) {
	f.every = f.most
	if !f.refused {
		f.refused = true
		w.Log.Warn("the runs of a project cannot be read; asking now and then", "project", f.title, "id", f.id, "error", err)
	}
}

// ofOne are the statuses that say something of one project and nothing of others.
var ofOne = []int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity}

func isOfOne(err error) bool { return isStatus(err, ofOne...) }

// isStatus reports whether Hex has answered with one of the statuses.
func isStatus(err error, statuses ...int) bool {
	failed, ok := errors.AsType[*hexapi.Error](err)
	return ok && failed.FromHex && slices.Contains(statuses, failed.Status)
}
