package jobs

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"

	"hexmcp/hexapi"
	"hexmcp/tools/progress"
)

// whatIsReached finds the projects that a user, a group or the public can reach:
// first the groups of a user, whose members are to be read, and then the list of
// projects.
func whatIsReached(ctx context.Context, c *hexapi.Client, in GetAccessInput) (hexapi.Answer[GotAccess], error) {
	var none hexapi.Answer[GotAccess]
	w := whatWalk{client: c, in: in}
	if err := w.read(in.Cursor); err != nil {
		return none, err
	}
	if err := w.subject(ctx); err != nil {
		return none, err
	}
	ctx, w.steps = progress.Count(ctx) // of both phases, as progress may not go back
	for _, phase := range []func(context.Context) error{w.memberships, w.projects} {
		if err := phase(ctx); err != nil {
			return none, err
		}
		if w.out.Next != nil {
			break
		}
	}
	return answer(w.out)
}

// whatWalk collects the projects that somebody reaches.
type whatWalk struct {
	client *hexapi.Client
	in     GetAccessInput
	user   hexapi.UUID
	all    []hexapi.Group // to look for the user in
	reach  reach
	at     whatPlace
	steps  *progress.Steps
	out    GotAccess
}

// whatPlace is where the search stopped, with the groups of the user that it knows.
type whatPlace struct {
	Groups   *place        `json:"g,omitempty"` // nil: all are read
	In       []hexapi.UUID `json:"i,omitempty"`
	Projects place         `json:"p,omitzero"`
}

// read takes the place from a cursor.
func (w *whatWalk) read(cursor string) error {
	if cursor == "" {
		w.at.Groups = new(place)
		return nil
	}
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || json.Unmarshal(b, &w.at) != nil {
		_, err = placeOf("%") // says what a cursor must be
		return err
	}
	return nil
}

// stop keeps the place to go on from.
func (w *whatWalk) stop() {
	b, _ := json.Marshal(w.at) // strings and numbers cannot fail
	cursor := base64.RawURLEncoding.EncodeToString(b)
	w.out.Next = &cursor
}

// subject finds who is meant.
func (w *whatWalk) subject(ctx context.Context) (err error) {
	if w.in.Public {
		w.at.Groups, w.out.Of = nil, "public"
		return nil
	}
	if w.all, err = readGroups(ctx, w.client); err != nil {
		return err
	}
	if w.in.Group != "" {
		g, why := lookUp(w.in.Group, "group", w.all, groupNames, groupID)
		if why != "" {
			return refuse("group", "group %q: %s", w.in.Group, why)
		}
		w.at.Groups, w.reach.groups = nil, []hexapi.Group{g}
		w.out.Of, w.out.ID, w.out.Name = "group", g.ID, g.Name
		return nil
	}
	users, err := readUsers(ctx, w.client, hexapi.ListUsersInput{})
	if err != nil {
		return err
	}
	u, why := lookUp(w.in.User, "active user", users, userNames, userID)
	if why != "" {
		return refuse("user", "user %q: %s", w.in.User, why)
	}
	w.user, w.reach.email = u.ID, u.Email
	w.out.Of, w.out.ID, w.out.Name = "user", u.ID, u.Email
	return nil
}

// memberships finds the groups of the user.
func (w *whatWalk) memberships(ctx context.Context) error {
	if w.at.Groups != nil {
		through := walk[hexapi.Group]{
			pages: onePage(w.all), of: "groups", entry: func(g hexapi.Group) Entry { return Entry{g.ID, g.Name} },
			at: *w.at.Groups, counts: true, end: w.in.end(ctx), look: w.isIn, steps: w.steps,
		}
		var err error
		if w.out.Coverage, err = through.run(ctx); err != nil {
			return err
		}
		w.at.Groups = nil
		if w.out.Next != nil {
			w.at.Groups = &through.at
			w.stop()
		}
	}
	for _, g := range w.all {
		if slices.Contains(w.at.In, g.ID) {
			w.reach.groups = append(w.reach.groups, g)
			w.out.Groups = append(w.out.Groups, Entry{g.ID, g.Name})
			if err := keep(ctx, kept(g.Name)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *whatWalk) isIn(ctx context.Context, g hexapi.Group) (enough bool, err error) {
	defer letGo(ctx)()
	users, err := readUsers(ctx, w.client, hexapi.ListUsersInput{GroupID: g.ID, UserIDs: []hexapi.UUID{w.user}})
	if has(users, w.user) {
		w.at.In = append(w.at.In, g.ID)
	}
	return false, err
}

// projects goes through all projects with their sharing, which Hex lists a
// hundred at a time.
func (w *whatWalk) projects(ctx context.Context) error {
	if !w.in.Public {
		all, err := readCollections(ctx, w.client)
		if err != nil {
			return err
		}
		w.reach.collections = collectionsOf(all, w.user, w.reach.groups, w.user != "")
		w.out.Collections = w.reach.collections
		w.reach.share("group", namesOf(w.all, func(g hexapi.Group) string { return g.Name }), namesOf(w.reach.groups, func(g hexapi.Group) string { return g.Name }))
		w.reach.share("collection", namesOf(all, func(c hexapi.Collection) string { return c.Name }), namesOf(w.reach.collections, func(c CollectionAccess) string { return c.Name }))
		for _, c := range w.out.Collections {
			if err := keep(ctx, kept(c.Name)); err != nil {
				return err
			}
		}
	}
	left := w.out.LeftOut
	filter := hexapi.ListProjectsInput{
		IncludeSharing: true, IncludeArchived: true, IncludeComponents: true, IncludeUnlisted: true,
		IncludeTrashed: w.user != "", // what is there belongs to somebody, who may leave
	}
	through := ofProjects(listed(w.client, filter), w.at.Projects, w.in.end(ctx), w.look)
	through.steps = w.steps
	var err error
	if w.out.Coverage, err = through.run(ctx); err != nil {
		return err
	}
	w.out.LeftOut = append(left, w.out.LeftOut...)
	if w.out.Next != nil {
		w.at.Projects = through.at
		w.stop()
	}
	slices.SortStableFunc(w.out.Projects, func(a, b ProjectAccess) int {
		return cmp.Or(cmp.Compare(level(b.Access), level(a.Access)), strings.Compare(a.Title, b.Title))
	})
	return nil
}

func namesOf[T any](all []T, name func(T) string) []string {
	names := make([]string, len(all))
	for i, v := range all {
		names[i] = name(v)
	}
	return names
}

// look keeps a project that is reached.
func (w *whatWalk) look(ctx context.Context, p hexapi.Project) (enough bool, err error) {
	s := p.ProjectSharing
	if s == nil {
		return false, errUntold
	}
	ways := w.reach.ways(p)
	own := len(ways) > 0
	if a := s.Workspace.Access; !w.in.Public && gives(a) {
		ways = append(ways, way{"workspace", a})
	}
	if a := s.PublicWeb.Access; gives(a) {
		ways = append(ways, way{"web", a})
		own = own || w.in.Public
	}
	switch {
	case len(ways) == 0:
	case !own && !w.in.WorkspaceWide:
		w.out.WorkspaceWide++
	default:
		reached := ProjectAccess{ID: p.ID, Title: p.Title, Archived: p.ArchivedAt != nil, Trashed: p.TrashedAt != nil}
		reached.Access, reached.Through = sum(ways)
		w.out.Projects = append(w.out.Projects, reached)
		if err := keep(ctx, kept(p.Title)+kept(reached.Through...)+16*len(reached.Through)); err != nil {
			return false, err
		}
	}
	return len(w.out.Projects) >= cmp.Or(w.in.Limit, defaultReached), nil
}

const defaultReached = 50
