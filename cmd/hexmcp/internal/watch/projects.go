package watch

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"hexmcp/hexapi"
)

// projectsPage is how many projects Hex returns in a page at the most.
const projectsPage = 100

// list reads the projects, delivers events of those that are new or newly published, and
// decides whose runs to follow.
func (w *watcher) list(ctx context.Context) error {
	began := time.Now()
	requests := 0
	err := w.eachProject(ctx, &requests, func(p hexapi.Project) error {
		if err := w.meet(ctx, p, began); err != nil {
			return err
		}
		w.follow(p, began)
		return nil
	})
	if err != nil {
		return err
	}
	w.forgetUnlisted(began)
	w.state.Listed, w.changed = began, true
	w.listDue = began.Add(max(listEvery*w.Every, time.Duration(requests)*w.between()*listShare))
	return w.saveChanges()
}

// How often the projects are listed.
const (
	listEvery = 6 // the least time between two lists is so many times Options.Every
	listShare = 4 // lists take at most one of so many requests
)

// eachProject calls do with each project that is watched: it reads the chosen ones one by
// one or, if none are chosen, lists all. It adds what it sends to requests.
func (w *watcher) eachProject(ctx context.Context, requests *int, do func(hexapi.Project) error) error {
	if err := w.findChosen(ctx); err != nil {
		return err
	}
	if len(w.chosen) == 0 {
		return w.eachListed(ctx, requests, do)
	}
	for _, id := range w.chosen {
		*requests++
		p, err := call(ctx, w, (*hexapi.Client).GetProject, hexapi.GetProjectInput{ProjectID: id, ProjectView: hexapi.ProjectView{IncludeUnlisted: true}})
		if isOfOne(err) {
			err = w.missing(id, err)
		} else if err == nil {
			err = do(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *watcher) eachListed(ctx context.Context, requests *int, do func(hexapi.Project) error) error {
	in := hexapi.ListProjectsInput{Limit: projectsPage}
	var trail hexapi.Trail
	for {
		*requests++
		page, err := call(ctx, w, (*hexapi.Client).ListProjects, in)
		if err != nil {
			return err
		}
		for _, p := range page.Values {
			if err := do(p); err != nil {
				return err
			}
		}
		if in.After, err = trail.Next(page.Pagination); err != nil || in.After == "" {
			return err
		}
	}
}

// findChosen sets chosen to the ids of the chosen projects. It looks up titles, once.
func (w *watcher) findChosen(ctx context.Context) error {
	if len(w.chosen) > 0 || len(w.IDs)+len(w.Titles) == 0 {
		return nil
	}
	chosen := slices.Clone(w.IDs)
	ids, err := w.idsByTitle(ctx)
	if err != nil {
		return err
	}
	for _, title := range w.Titles {
		id, err := theOnly(title, ids[title])
		if err != nil {
			return err
		}
		chosen = append(chosen, id)
	}
	slices.Sort(chosen)
	w.chosen = slices.Compact(chosen)
	return nil
}

func (w *watcher) idsByTitle(ctx context.Context) (map[string][]hexapi.UUID, error) {
	ids := map[string][]hexapi.UUID{}
	if len(w.Titles) == 0 {
		return ids, nil
	}
	err := w.eachListed(ctx, new(int), func(p hexapi.Project) error {
		if slices.Contains(w.Titles, p.Title) {
			ids[p.Title] = append(ids[p.Title], p.ID)
		}
		return nil
	})
	return ids, err
}

// theOnly is the id of the only project with a title, or an error if there is none or
// several.
func theOnly(title string, found []hexapi.UUID) (hexapi.UUID, error) {
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", &EndError{fmt.Sprintf("no project has the title %q: give the whole title as Hex shows it, or the id", title)}
	}
	return "", &EndError{fmt.Sprintf("%d projects have the title %q: give the id of one, such as %s", len(found), title, found[0])}
}

// missing returns the error that ends the watch if a chosen project cannot be read the
// first time. If it was read before it returns nil, because the project may come back.
func (w *watcher) missing(id hexapi.UUID, err error) error {
	if w.state.Projects[id] == nil {
		if isStatus(err, http.StatusNotFound) {
			return &EndError{fmt.Sprintf("there is no project %s, or the token may not see it", id)}
		}
		return &EndError{fmt.Sprintf("the project %s cannot be watched: %v", id, err)}
	}
	return nil
}

// meet delivers the events that a project is new or was published, if they are news.
func (w *watcher) meet(ctx context.Context, p hexapi.Project, began time.Time) error {
	w.listed[p.ID] = began
	known := w.state.Projects[p.ID]
	if known == nil {
		floor := w.state.floor()
		if err := w.tellNew(ctx, p, floor); err != nil {
			return err
		}
		known = w.state.Projects[p.ID]
		if timeOf(p.LastPublished).Before(floor) {
			known.setPublished(p)
		}
	}
	if !known.Gone.IsZero() {
		known.Gone, w.changed = time.Time{}, true
	}
	if p.LastPublished == nil || *p.LastPublished == known.Published {
		return nil
	}
	return w.deliver(ctx, Published, func() Event { return published(p) }, func() { known.setPublished(p) })
}

func (p *project) setPublished(now hexapi.Project) {
	if now.LastPublished != nil {
		p.Published = *now.LastPublished
	}
}

func (w *watcher) tellNew(ctx context.Context, p hexapi.Project, floor time.Time) error {
	begin := func() { w.state.begin(p.ID) }
	if timeOf(&p.CreatedAt).Before(floor) {
		begin()
		w.changed = true
		return nil
	}
	return w.deliver(ctx, Created, func() Event { return created(p) }, begin)
}

// forgetUnlisted stops following projects that were not in the list which began at began.
// It deletes from the state those that have been missing for longer than rememberIt.
func (w *watcher) forgetUnlisted(began time.Time) {
	for id, p := range w.state.Projects {
		switch {
		case w.listed[id].Equal(began):
			continue
		case p.Gone.IsZero():
			p.Gone = began
		case began.Sub(p.Gone) > rememberIt:
			delete(w.state.Projects, id)
		}
		delete(w.listed, id)
	}
	for id, f := range w.followed {
		if !f.met.Equal(began) {
			delete(w.followed, id)
		}
	}
}
