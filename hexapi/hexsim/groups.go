package hexsim

import (
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// maxMembers is how many users one list of an edit may have.
const maxMembers = 100

// group is a group with the ids of its members.
type group struct {
	hexapi.Group
	members []hexapi.UUID
}

func (g *group) key() hexapi.UUID { return g.ID }

// groupCreated is the answer to CreateGroup.
type groupCreated struct {
	ID      hexapi.UUID `json:"id"`
	Name    string      `json:"name"`
	Members userRefs    `json:"members"`
}

type userRefs struct {
	Users []hexapi.IDReference `json:"users"`
}

func (h *Hex) group(r *request) (*group, error) {
	id, err := r.id("groupId")
	if err != nil {
		return nil, err
	}
	if g := h.groups.get(id); g != nil {
		return g, nil
	}
	return nil, notFound("Group")
}

func (h *Hex) listGroups(r *request) (any, error) {
	q := r.query()
	by := choice(q, "sortBy", hexapi.GroupsByName, hexapi.GroupsByCreation, hexapi.GroupsByName)
	dir := q.direction(hexapi.Ascending)
	page, err := list[*group]{"groups", h.groups.all(), (*group).key}.sorted(dir, func(g *group) string {
		if by == hexapi.GroupsByCreation {
			return g.CreatedAt
		}
		return strings.ToLower(g.Name)
	}).page(q, 500)
	if err != nil {
		return nil, err
	}
	return mapPage(page, func(g *group) hexapi.Group { return g.Group }), nil
}

func (h *Hex) getGroup(r *request) (any, error) {
	g, err := h.group(r)
	if err != nil {
		return nil, err
	}
	return g.Group, nil
}

func (h *Hex) createGroup(r *request) (any, error) {
	in, err := decode[hexapi.CreateGroupInput](r)
	if err != nil {
		return nil, err
	}
	if in.Name == "" {
		return nil, badRequest("name must not be empty")
	}
	members, err := h.memberIDs(r, "members.users", in.Members, false)
	if err != nil {
		return nil, err
	}
	g := &group{Group: hexapi.Group{ID: h.ids.uuid(), Name: in.Name, CreatedAt: stamp(r.now)}}
	g.add(members)
	h.groups.add(g.ID, g)
	made := groupCreated{ID: g.ID, Name: g.Name, Members: userRefs{Users: []hexapi.IDReference{}}}
	for _, id := range g.members {
		made.Members.Users = append(made.Members.Users, hexapi.IDReference{ID: id})
	}
	return made, nil
}

func (g *group) add(members []hexapi.UUID) {
	for _, id := range members {
		if !slices.Contains(g.members, id) {
			g.members = append(g.members, id)
		}
	}
}

func (g *group) remove(members []hexapi.UUID) {
	g.members = slices.DeleteFunc(g.members, func(id hexapi.UUID) bool { return slices.Contains(members, id) })
}

// memberIDs checks a list of users who become members or leave; who becomes one
// must be active.
func (h *Hex) memberIDs(r *request, at string, in *hexapi.GroupMembers, leave bool) ([]hexapi.UUID, error) {
	if in == nil {
		return nil, nil
	}
	if len(in.Users) > maxMembers {
		return nil, badRequestf("%s must have at most %d entries", at, maxMembers)
	}
	var ids []hexapi.UUID
	for i, ref := range in.Users {
		if err := r.checkID(ref.ID); err != nil {
			return nil, err
		}
		u := h.holder(ref.ID, leave)
		if u == nil {
			return nil, badRequestf("%s[%d]: user %s not found", at, i, ref.ID)
		}
		ids = append(ids, u.ID)
	}
	return ids, nil
}

// editGroup checks all of an edit before it changes anything.
func (h *Hex) editGroup(r *request) (any, error) {
	g, err := h.group(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[hexapi.GroupEdit](r)
	if err != nil {
		return nil, err
	}
	if in.Name != nil && *in.Name == "" {
		return nil, badRequest("name must not be empty")
	}
	added, removed, err := h.memberEdit(r, in.Members)
	if err != nil {
		return nil, err
	}
	g.add(added)
	g.remove(removed)
	if in.Name != nil {
		g.Name = *in.Name
	}
	return g.Group, nil
}

func (h *Hex) memberEdit(r *request, in *hexapi.GroupMemberEdit) (added, removed []hexapi.UUID, err error) {
	if in == nil {
		return nil, nil, nil
	}
	added, err = h.memberIDs(r, "members.add.users", in.Add, false)
	if err != nil {
		return nil, nil, err
	}
	removed, err = h.memberIDs(r, "members.remove.users", in.Remove, true)
	return added, removed, err
}

// deleteGroup removes a group, and with it what was shared through it.
func (h *Hex) deleteGroup(r *request) (any, error) {
	g, err := h.group(r)
	if err != nil {
		return nil, err
	}
	for _, p := range h.projects.all() {
		p.sharing.groups.set(g.ID, hexapi.NoAccess)
	}
	for _, c := range h.collections.all() {
		c.Sharing.Groups = withoutMember(c.Sharing.Groups, g.ID)
	}
	for _, c := range h.connections.all() {
		c.withoutGroup(g.ID)
	}
	h.groups.remove(g.ID)
	return nil, nil
}
