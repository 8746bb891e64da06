package jobs

import (
	"context"
	"fmt"
	"time"

	"hexmcp/hexapi"
	"hexmcp/tools/progress"
)

// pageSize is how many projects Hex lists at once at the most.
const pageSize = 100

// pages are the pages of a list.
type pages[T any] func(ctx context.Context, after string) (hexapi.Page[T], error)

// walk goes through a list from a place on, in the order in which Hex lists it.
// Look sees each entry once, or again where Hex's limits held it back; it says
// whether that is enough.
type walk[T any] struct {
	pages  pages[T]
	of     string // what the entries are: "projects"
	entry  func(T) Entry
	at     place
	trail  hexapi.Trail
	counts bool // the entries first, where looking at one costs more than that
	end    time.Time
	look   func(context.Context, T) (enough bool, err error)

	covered Coverage
	steps   *progress.Steps // nil: the walk is all of the job
}

// listed are the pages of the projects that fit a filter of Hex.
func listed(c *hexapi.Client, filter hexapi.ListProjectsInput) pages[hexapi.Project] {
	filter.Limit = pageSize
	return func(ctx context.Context, after string) (hexapi.Page[hexapi.Project], error) {
		filter.After = after
		return hexapi.Decoded(c.ListProjects(hexapi.AllowRecent(ctx), filter))
	}
}

// named is one page of projects of which nothing is known but their ids.
func named(ids []hexapi.UUID) pages[hexapi.Project] {
	projects := make([]hexapi.Project, len(ids))
	for i, id := range ids {
		projects[i].ID = id
	}
	return onePage(projects)
}

// onePage is a list that is there already.
func onePage[T any](all []T) pages[T] {
	return func(context.Context, string) (hexapi.Page[T], error) { return hexapi.Page[T]{Values: all}, nil }
}

// ofProjects is a walk through projects.
func ofProjects(pages pages[hexapi.Project], at place, end time.Time, look func(context.Context, hexapi.Project) (bool, error)) *walk[hexapi.Project] {
	return &walk[hexapi.Project]{
		pages: pages, at: at, end: end, look: look, of: "projects",
		entry: func(p hexapi.Project) Entry { return Entry{p.ID, p.Title} },
	}
}

// run walks until the list or the time is over, or look has seen enough. At
// least one entry is looked at, so that each call gets on. What keeps it from
// going on after that is no failure: the answer says where it stopped.
func (w *walk[T]) run(ctx context.Context) (Coverage, error) {
	if w.steps == nil {
		ctx, w.steps = progress.Count(ctx)
	}
	ctx, cancel := context.WithDeadline(hexapi.LeaveRoom(ctx), w.end.Add(lastRequests)) // so that no wait for a limit goes beyond it
	defer cancel()
	err := w.count(ctx)
	from := w.at
	for more := true; more && err == nil; {
		more, err = w.page(ctx)
	}
	w.covered.SoFar, w.covered.Of, w.covered.Unit = w.at.SoFar, w.at.Total, w.of
	if err == nil {
		return w.covered, nil
	}
	w.stop()
	w.covered.stoppedBy(err)
	if w.at == from || isCanceled(ctx) {
		return w.covered, err
	}
	return w.covered, nil
}

// count finds out how many entries there are, in the first call of a search.
func (w *walk[T]) count(ctx context.Context) error {
	if w.counts && w.at.isStart() {
		err := eachPage(func(after string) (hexapi.Page[T], error) { return w.pages(ctx, after) },
			func(T) error { w.at.Total++; return nil })
		if err != nil {
			return err
		}
	}
	w.steps.Expect(w.at.Total - w.at.SoFar)
	return nil
}

// page looks at the entries of a page, and says whether there is another one to
// look at.
func (w *walk[T]) page(ctx context.Context) (more bool, err error) {
	page, err := w.pages(ctx, w.at.After)
	if err != nil {
		return false, err
	}
	after, circles := w.trail.Next(page.Pagination)
	for w.at.Done < len(page.Values) {
		enough, err := w.step(ctx, page.Values[w.at.Done])
		isLast := after == "" && circles == nil && w.at.Done == len(page.Values)
		if enough && !isLast {
			w.stop()
		}
		if err != nil || enough {
			return false, err
		}
	}
	if after == "" {
		return false, circles
	}
	w.at = w.at.page(after)
	return true, nil
}

// stop keeps the place to go on from.
func (w *walk[T]) stop() {
	cursor := w.at.String()
	w.covered.Next = &cursor
}

// step looks at an entry, and says whether to stop behind it.
func (w *walk[T]) step(ctx context.Context, v T) (enough bool, err error) {
	enough, err = w.patiently(ctx, v)
	if err != nil {
		left, ok := leftOut(w.entry(v), err)
		if !ok {
			return false, err
		}
		w.covered.LeftOut = append(w.covered.LeftOut, left)
	}
	w.covered.LookedAt++
	w.at.Done, w.at.Part = w.at.Done+1, ""
	w.at.SoFar++
	w.steps.Step(w.far())
	return enough || isOver(w.end), nil
}

// patiently looks at an entry, and waits for Hex's limits where there is time.
func (w *walk[T]) patiently(ctx context.Context, v T) (enough bool, err error) {
	for {
		enough, err = w.look(ctx, v)
		wait, limited := limitOf(err)
		if !limited || !time.Now().Add(wait).Before(w.end) {
			return enough, err
		}
		progress.Of(ctx)(0, 0, fmt.Sprintf("%s Waiting %d seconds for Hex's rate limit.", w.far(), seconds(wait)))
		if err := sleep(ctx, wait); err != nil {
			return false, err
		}
	}
}

// far says how far the search is.
func (w *walk[T]) far() string {
	if w.at.Total > 0 {
		return fmt.Sprintf("Looked at %d of %d %s.", w.at.SoFar, w.at.Total, w.of)
	}
	return fmt.Sprintf("Looked at %d %s.", w.at.SoFar, w.of)
}

// eachPage reads a list to its end. Lists of users, groups and collections are
// short enough for that: 500 an answer.
func eachPage[T any](list func(after string) (hexapi.Page[T], error), look func(T) error) error {
	var trail hexapi.Trail
	for after, more := "", true; more; more = after != "" {
		page, err := list(after)
		if err != nil {
			return err
		}
		for _, v := range page.Values {
			if err := look(v); err != nil {
				return err
			}
		}
		if after, err = trail.Next(page.Pagination); err != nil {
			return err
		}
	}
	return nil
}
