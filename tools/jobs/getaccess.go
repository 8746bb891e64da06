package jobs

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// GetAccessInput names one thing: a project, whose people are told, or a user, a
// group or the public, whose projects are.
type GetAccessInput struct {
	ProjectID     hexapi.UUID `json:"projectId,omitempty"`
	User          string      `json:"user,omitempty" jsonschema_description:"Email, name or id: what the user can reach."`
	Group         string      `json:"group,omitempty" jsonschema_description:"Name or id: what the group can reach."`
	Public        bool        `json:"public,omitempty" jsonschema:"default=false" jsonschema_description:"What anybody on the web can reach."`
	WorkspaceWide bool        `json:"workspaceWide,omitempty" jsonschema:"default=false" jsonschema_description:"With user or group: list projects that they reach as everybody in the workspace does, too."`
	Limit         int         `json:"limit,omitempty" jsonschema:"minimum=1,maximum=500,default=50" jsonschema_description:"Stop after so many projects."`
	Cursor        string      `json:"cursor,omitempty" jsonschema_description:"next of the last answer, to go on."`
	Patience
}

// GotAccess says who reaches what, and through what. The coverage is of groups
// whose members are read, and then of projects.
type GotAccess struct {
	Of            string             `json:"of" jsonschema_description:"project, user, group or public"`
	ID            hexapi.UUID        `json:"id,omitempty"`
	Name          string             `json:"name,omitempty" jsonschema_description:"title, email or name"`
	Owner         string             `json:"owner,omitempty"`
	Workspace     hexapi.Access      `json:"workspace,omitempty" jsonschema_description:"access of everybody in the workspace"`
	PublicWeb     hexapi.Access      `json:"publicWeb,omitempty" jsonschema_description:"access of anybody on the web"`
	Support       hexapi.Access      `json:"support,omitempty" jsonschema_description:"access of Hex's support"`
	People        []PersonAccess     `json:"people,omitempty" jsonschema_description:"with more than the workspace's access, or a way of their own to it"`
	Groups        []Entry            `json:"groups,omitempty" jsonschema_description:"that hold the user"`
	Collections   []CollectionAccess `json:"collections,omitempty"`
	Projects      []ProjectAccess    `json:"projects,omitempty"`
	WorkspaceWide int                `json:"workspaceWide,omitempty" jsonschema_description:"projects of this call that they reach only as everybody in the workspace does, and that are not listed"`
	Coverage
}

// PersonAccess is the access of one person to a project.
type PersonAccess struct {
	ID      hexapi.UUID   `json:"id,omitempty"`
	Email   string        `json:"email"`
	Access  hexapi.Access `json:"access" jsonschema_description:"the highest"`
	Through []string      `json:"through"`
}

// CollectionAccess is what somebody may do with a collection.
type CollectionAccess struct {
	Entry
	Access string `json:"access" jsonschema_description:"MEMBER or MANAGER"`
}

// ProjectAccess is the access of somebody to one project.
type ProjectAccess struct {
	ID       hexapi.UUID   `json:"id"`
	Title    string        `json:"title"`
	Access   hexapi.Access `json:"access" jsonschema_description:"the highest"`
	Through  []string      `json:"through"`
	Archived bool          `json:"archived,omitempty"`
	Trashed  bool          `json:"trashed,omitempty" jsonschema_description:"only with user"`
}

// GetAccess tells who reaches a project, or what somebody reaches.
func GetAccess(ctx context.Context, c *hexapi.Client, in GetAccessInput) (hexapi.Answer[GotAccess], error) {
	given := 0
	for _, is := range []bool{in.ProjectID != "", in.User != "", in.Group != "", in.Public} {
		if is {
			given++
		}
	}
	if given != 1 {
		return hexapi.Answer[GotAccess]{}, refuse("projectId", "give exactly one of projectId (who reaches it), user, group or public true (what they reach)")
	}
	if in.ProjectID != "" {
		return whoReaches(ctx, c, in)
	}
	return whatIsReached(ctx, c, in)
}

// levels are the accesses in their order.
var levels = []hexapi.Access{"", hexapi.NoAccess, hexapi.AppOnly, hexapi.CanView, hexapi.CanEdit, hexapi.FullAccess}

func level(a hexapi.Access) int { return slices.Index(levels, a) }

// gives reports whether a level of access gives any. One that is not known here does.
func gives(a hexapi.Access) bool { return a != "" && a != hexapi.NoAccess }

// higher is the higher of two accesses.
func higher(a, b hexapi.Access) hexapi.Access {
	if level(b) > level(a) {
		return b
	}
	return a
}

// way is one way to a project: what it is, and the access that it gives.
type way struct {
	through string
	access  hexapi.Access
}

func (w way) String() string { return w.through + ": " + string(w.access) }

// of are the ways in words, and the highest access of them.
func sum(ways []way) (access hexapi.Access, through []string) {
	for _, w := range ways {
		access = higher(access, w.access)
		through = append(through, w.String())
	}
	return access, through
}

// reach is who is looked at, and which ways they have.
type reach struct {
	email       string             // of a user; "" for a group or the public
	groups      []hexapi.Group     // that they are, or are in
	collections []CollectionAccess // that they see
	shared      map[string]bool    // ways of a name that others have, too
}

// through is a group or a collection as a way to a project. Projects know them by name
// only, so it says so where others have the same name.
func (r reach) through(kind, name string) string {
	through := kind + " " + name
	if r.shared[through] {
		return through + ", or another of this name"
	}
	return through
}

// share notes which names of their own groups or collections others have, too.
func (r *reach) share(kind string, all, own []string) {
	if r.shared == nil {
		r.shared = make(map[string]bool)
	}
	left := make(map[string]int)
	for _, name := range all {
		left[name]++
	}
	for _, name := range own {
		left[name]--
	}
	for _, name := range own {
		if left[name] > 0 {
			r.shared[kind+" "+name] = true
		}
	}
}

// errUntold is a project without its sharing, which was asked for.
var errUntold = &FailedError{NotUsable, "Hex does not say whom it is shared with"}

// ways are the ways to a project, but for those of the whole workspace and the web.
func (r reach) ways(p hexapi.Project) (ways []way) {
	if r.email != "" && strings.EqualFold(p.Owner.Email, r.email) {
		ways = append(ways, way{"owner", hexapi.FullAccess})
	}
	s := cmp.Or(p.ProjectSharing, &hexapi.ProjectSharing{})
	for _, u := range s.Users {
		if r.email != "" && strings.EqualFold(u.User.Email, r.email) && gives(u.Access) {
			ways = append(ways, way{"directly", u.Access})
		}
	}
	for _, g := range s.Groups {
		if gives(g.Access) && slices.ContainsFunc(r.groups, func(in hexapi.Group) bool { return in.Name == g.Group.Name }) {
			ways = append(ways, way{r.through("group", g.Group.Name), g.Access})
		}
	}
	for _, c := range s.Collections {
		if gives(c.Access) && slices.ContainsFunc(r.collections, func(in CollectionAccess) bool { return in.Name == c.Collection.Name }) {
			ways = append(ways, way{r.through("collection", c.Collection.Name), c.Access})
		}
	}
	return ways
}

// isMember reports whether a level of access makes somebody a member of a collection.
func isMember(access string) bool { return access != "" && access != "NONE" }

// collectionsOf are the collections that a user or groups see.
func collectionsOf(all []hexapi.Collection, user hexapi.UUID, groups []hexapi.Group, inWorkspace bool) (found []CollectionAccess) {
	in := make(map[hexapi.UUID]bool)
	for _, g := range groups {
		in[g.ID] = true
	}
	for _, c := range all {
		access := ""
		if w := c.Sharing.Workspace; inWorkspace && !w.IsZero() && isMember(w.Members) {
			access = w.Members
		}
		for _, m := range slices.Concat(c.Sharing.Users, c.Sharing.Groups) {
			if isMember(m.Access) && (m.ID == user || in[m.ID]) && access != "MANAGER" {
				access = m.Access
			}
		}
		if access != "" {
			found = append(found, CollectionAccess{Entry{c.ID, c.Name}, access})
		}
	}
	return found
}
