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

// walk goes through projects from a place on, in the order in which Hex lists
// them. Look sees each project once, and says whether that is enough.
type walk struct {
	pages func(ctx context.Context, after string) (hexapi.Page[hexapi.Project], error)
	from  place
	end   time.Time
	look  func(context.Context, hexapi.Project) (enough bool, err error)
}

// listed are the pages of the projects that fit a filter of Hex.
func listed(c *hexapi.Client, filter hexapi.ListProjectsInput) func(context.Context, string) (hexapi.Page[hexapi.Project], error) {
	filter.Limit = pageSize
	return func(ctx context.Context, after string) (hexapi.Page[hexapi.Project], error) {
		filter.After = after
		return read(c.ListProjects(hexapi.AllowRecent(ctx), filter))
	}
}

// named is one page of projects of which nothing is known but their ids.
func named(ids []hexapi.UUID) func(context.Context, string) (hexapi.Page[hexapi.Project], error) {
	return func(context.Context, string) (page hexapi.Page[hexapi.Project], err error) {
		for _, id := range ids {
			page.Values = append(page.Values, hexapi.Project{ID: id})
		}
		return page, nil
	}
}

// covered is how far a walk has come.
type covered struct {
	projects int    // that were looked at
	next     *place // nil at the end of the list
}

// cursor is where to go on; nil at the end of the list.
func (c covered) cursor() *string {
	if c.next == nil {
		return nil
	}
	text := c.next.String()
	return &text
}

// run walks until the list or the time is over, or look has seen enough. At
// least one project is looked at, so that each call gets on.
func (w *walk) run(ctx context.Context) (covered, error) {
	ctx, steps := progress.Count(ctx)
	at, done := w.from, covered{}
	for {
		page, err := w.pages(ctx, at.After)
		if err != nil {
			return done, err
		}
		for _, p := range page.Values[min(at.Done, len(page.Values)):] {
			enough, err := w.step(ctx, p, &done)
			if err != nil {
				return done, err
			}
			at.Done++
			steps.Step(fmt.Sprintf("Looked at %d projects.", done.projects))
			if enough {
				done.next = &at
				return done, nil
			}
		}
		if page.Pagination.After == nil {
			return done, nil
		}
		at = place{After: *page.Pagination.After}
	}
}

// step looks at a project, and says whether to stop behind it.
func (w *walk) step(ctx context.Context, p hexapi.Project, done *covered) (bool, error) {
	enough, err := w.look(ctx, p)
	done.projects++
	return enough || isOver(w.end), err
}

// eachPage reads a list to its end. Lists of users, groups and collections are
// short enough for that: 500 an answer.
func eachPage[T any](list func(after string) (hexapi.Page[T], error), look func(T) error) error {
	for after := ""; ; {
		page, err := list(after)
		if err != nil {
			return err
		}
		for _, v := range page.Values {
			if err := look(v); err != nil {
				return err
			}
		}
		if page.Pagination.After == nil || *page.Pagination.After == after {
			return nil
		}
		after = *page.Pagination.After
	}
}
