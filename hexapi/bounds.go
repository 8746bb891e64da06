package hexapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// This file confines a client to some projects. Before a request of any method is
// sent, everything that it names is checked. A request for something that lies outside
// of the bounds fails as if that did not exist.

// Bounds are the projects and collections that a client is confined to. The zero
// value confines nothing.
type Bounds struct {
	Projects    []string // ids or exact titles
	Collections []string // ids or exact names: their projects are within, too
}

// IsZero reports whether nothing is confined.
func (b Bounds) IsZero() bool { return len(b.Projects)+len(b.Collections) == 0 }

// ErrBounds means that [Config.Bounds] do not allow a call, or that a name in them
// stands for no project or collection, or for several. The text of the error that
// matches it says which.
var ErrBounds = errors.New("the client is confined")

type boundsError string

func (e boundsError) Error() string { return string(e) }

// Is makes it an ErrBounds.
func (boundsError) Is(target error) bool { return target == ErrBounds }

// mayBeEmpty is how many further pages of a list one call reads while the pages hold
// nothing within the bounds.
const mayBeEmpty = 10

type lookupKey struct{}

// lookup returns a context for the client's own requests that find out what lies
// within the bounds. They are not checked themselves, and may use answers that are up
// to a minute old. So a change of a collection's projects takes effect within a minute.
func lookup(ctx context.Context) context.Context {
	return AllowRecent(context.WithValue(ctx, lookupKey{}, true))
}

func isLookup(ctx context.Context) bool { return ctx.Value(lookupKey{}) != nil }

// within sends a request if all that it names lies within the bounds, and leaves
// out of the answer what does not.
func (c *Client) within(ctx context.Context, r *request, send func(*request) (*response, *Error)) (*response, *Error) {
	if c.bounds.IsZero() || isLookup(ctx) || r.invalid != nil {
		return send(r)
	}
	if r.makesOutside() {
		return nil, r.fail(NotSent, boundsError("what is made here would lie outside of the projects and collections that the server is confined to"))
	}
	if r.reachesAnything() {
		return nil, r.fail(NotSent, boundsError("a thread with Hex's agent reaches all that the token may see, and cannot be confined to some projects"))
	}
	for _, t := range r.things() {
		in, err := c.holds(ctx, t)
		switch {
		case err != nil:
			return nil, err.insteadOf(r)
		case !in:
			return c.notFound(ctx, r, t, send)
		}
	}
	if those := c.listed(r); those != nil {
		return c.filtered(ctx, r, those, send)
	}
	return send(r)
}

// makesOutside reports whether the request makes a project or a collection. A new one
// always lies outside of the bounds.
func (r *request) makesOutside() bool {
	makes := r.template == "/v1/projects" || r.template == "/v1/projects/import" || r.template == "/v1/collections"
	return makes && r.method != http.MethodGet
}

// reachesAnything reports whether the request gives Hex's agent a prompt or reads its
// answers. The agent may look at everything that the token may see.
func (r *request) reachesAnything() bool {
	return r.template == "/v1/threads" || strings.HasPrefix(r.template, "/v1/threads/")
}

// holds reports whether a thing lies within the bounds.
func (c *Client) holds(ctx context.Context, t thing) (bool, *Error) {
	ctx = lookup(ctx)
	switch t.kind {
	case ofCell:
		cell, err := decoded(c.GetCell(ctx, GetCellInput{CellID: t.id}))
		if err != nil {
			return false, err
		}
		return c.holdsProject(ctx, cell.ProjectID)
	case ofRun:
		run, err := decoded(c.GetRunStatus(ctx, GetRunStatusInput{ProjectID: t.project, RunID: t.id}))
		return err == nil && same(run.ProjectID, t.project), err
	case ofCollection:
		return c.holdsCollection(ctx, t.id)
	}
	return c.holdsProject(ctx, t.id)
}

func (c *Client) holdsProject(ctx context.Context, id UUID) (bool, *Error) {
	ids, err := c.named(ctx, "project", c.bounds.Projects, c.projectsTitled)
	if err != nil || slices.ContainsFunc(ids, func(own UUID) bool { return same(own, id) }) {
		return err == nil, err
	}
	all, err := c.projectsWithin(ctx)
	return all.has(id), err
}

func (c *Client) holdsCollection(ctx context.Context, id UUID) (bool, *Error) {
	ids, err := c.collectionsWithin(ctx)
	return ids.has(id), err
}

// mostWithin is how many projects may lie within the bounds: about a hundred times
// what the largest collections have. Further ones count as outside.
const mostWithin = 20_000

// ids is a set of ids, in lower case.
type ids map[string]bool

func (i ids) add(id UUID) {
	if len(i) < mostWithin && len(id) <= len("019b2284-db34-76cd-8a28-02bb0564c5a6") {
		i[strings.ToLower(string(id))] = true
	}
}

func (i ids) has(id UUID) bool { return i[strings.ToLower(string(id))] }

// projectsWithin are the projects of the bounds and those of their collections.
func (c *Client) projectsWithin(ctx context.Context) (ids, *Error) {
	all := ids{}
	own, err := c.named(ctx, "project", c.bounds.Projects, c.projectsTitled)
	if err != nil {
		return nil, err
	}
	for _, id := range own {
		all.add(id)
	}
	collections, err := c.named(ctx, "collection", c.bounds.Collections, c.collectionsNamed)
	if err != nil {
		return nil, err
	}
	for _, collection := range collections {
		filter := everything
		filter.CollectionID = collection
		if err := c.eachProject(ctx, filter, func(p Project) { all.add(p.ID) }); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c *Client) collectionsWithin(ctx context.Context) (ids, *Error) {
	all := ids{}
	named, err := c.named(ctx, "collection", c.bounds.Collections, c.collectionsNamed)
	for _, id := range named {
		all.add(id)
	}
	return all, err
}

func same(a, b UUID) bool { return strings.EqualFold(string(a), string(b)) }

// named turns bounds into ids. A bound that is no id is a name, which find looks up.
func (c *Client) named(ctx context.Context, kind string, bounds []string, find func(context.Context, string) ([]UUID, *Error)) ([]UUID, *Error) {
	var ids []UUID
	for _, bound := range bounds {
		if IsUUID(bound) {
			ids = append(ids, UUID(bound))
			continue
		}
		found, err := find(ctx, bound)
		switch {
		case err != nil:
			return nil, err
		case len(found) == 0:
			return nil, &Error{Err: boundsError(fmt.Sprintf("the server is confined to the %s %q, and the token may see none that is called exactly so", kind, bound))}
		case len(found) > 1:
			return nil, &Error{Err: boundsError(fmt.Sprintf("the server is confined to the %s %q, which is the name of %d: it must be given by its id", kind, bound, len(found)))}
		}
		ids = append(ids, found[0])
	}
	return ids, nil
}

// everything lists all projects, those that Hex leaves out by default included.
var everything = ListProjectsInput{Limit: 100, IncludeArchived: true, IncludeTrashed: true, IncludeComponents: true, IncludeUnlisted: true}

// mostNamed is how many things of the same name are collected. It only bounds memory:
// two are an error already.
const mostNamed = 100

func (c *Client) projectsTitled(ctx context.Context, title string) (ids []UUID, err *Error) {
	err = c.eachProject(ctx, everything, func(p Project) {
		if p.Title == title && len(ids) < mostNamed {
			ids = append(ids, p.ID)
		}
	})
	return ids, err
}

func (c *Client) eachProject(ctx context.Context, filter ListProjectsInput, look func(Project)) *Error {
	return eachOf(func(after string) (Page[Project], *Error) {
		filter.After = after
		return decoded(c.ListProjects(ctx, filter))
	}, look)
}

func (c *Client) collectionsNamed(ctx context.Context, name string) (ids []UUID, err *Error) {
	err = eachOf(func(after string) (Page[Collection], *Error) {
		return decoded(c.ListCollections(ctx, ListCollectionsInput{Limit: 100, Cursor: Cursor{After: after}}))
	}, func(found Collection) {
		if found.Name == name && len(ids) < mostNamed {
			ids = append(ids, found.ID)
		}
	})
	return ids, err
}

// eachOf reads all pages of a list and calls look with each entry.
func eachOf[T any](list func(after string) (Page[T], *Error), look func(T)) *Error {
	var trail Trail
	for after, more := "", true; more; more = after != "" {
		page, err := list(after)
		if err != nil {
			return err
		}
		for _, v := range page.Values {
			look(v)
		}
		if after, err = trail.next(page.Pagination); err != nil {
			return err
		}
	}
	return nil
}

// decoded is [Decoded] with an error of type *Error.
func decoded[T any](a Answer[T], err error) (T, *Error) {
	v, err := Decoded(a, err)
	if err == nil {
		return v, nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return v, e
	}
	return v, &Error{Err: err}
}
