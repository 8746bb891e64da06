package hexapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// This file confines a client to some projects. What a request names is looked at
// before it is sent, whichever method makes it; what lies outside is not found.

// Bounds are the projects and collections that a client is confined to. The zero
// value confines to none.
type Bounds struct {
	Projects    []string // ids or exact titles
	Collections []string // ids or exact names: their projects are within, too
}

// IsZero reports whether nothing is confined.
func (b Bounds) IsZero() bool { return len(b.Projects)+len(b.Collections) == 0 }

// ErrBounds refuses what [Config.Bounds] do not allow or cannot hold, in a sentence
// of its own.
var ErrBounds = errors.New("the client is confined")

type boundsError string

func (e boundsError) Error() string { return string(e) }

// Is makes it an ErrBounds.
func (boundsError) Is(target error) bool { return target == ErrBounds }

// mayBeEmpty is how many pages of a list that hold nothing within the bounds are
// passed over in one call.
const mayBeEmpty = 10

type lookupKey struct{}

// lookup returns a context for requests that find out what lies within. What they
// bring may be a minute old, which is how old the membership of a collection may be.
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

// makesOutside reports whether the request makes a project or a collection, which
// is within no bounds.
func (r *request) makesOutside() bool {
	makes := r.template == "/v1/projects" || r.template == "/v1/projects/import" || r.template == "/v1/collections"
	return makes && r.method != http.MethodGet
}

// reachesAnything reports whether the request asks Hex's agent, who looks where it
// likes, or reads what it has found.
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

// mostWithin is how many projects may lie within the bounds: a hundred times what
// the largest collections have. What is beyond is outside.
const mostWithin = 20_000

// ids are a set of ids, in small letters.
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

// named are the ids of bounds, which may be given by name.
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

// everything lists the projects that lists leave out, too.
var everything = ListProjectsInput{Limit: 100, IncludeArchived: true, IncludeTrashed: true, IncludeComponents: true, IncludeUnlisted: true}

// mostNamed is how many things of one name are counted: two are too many.
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

// eachOf reads a list to its end.
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

// decoded is the value of an answer, or the error as what it is.
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
