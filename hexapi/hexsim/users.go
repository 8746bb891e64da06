package hexsim

import (
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// user is a user of the workspace. One who was deactivated is kept, as projects
// still name them, but no longer listed.
type user struct {
	hexapi.User
	deactivated bool
}

func (u *user) key() hexapi.UUID { return u.ID }

func (u *user) displayName() string {
	if u.Name == nil {
		return u.Email
	}
	return *u.Name
}

// activeUser finds a user who was not deactivated.
func (h *Hex) activeUser(id hexapi.UUID) *user {
	if u := h.users.get(id); u != nil && !u.deactivated {
		return u
	}
	return nil
}

// holder finds a user who may be given access, or one from whom it is taken: that
// may be one who was deactivated.
func (h *Hex) holder(id hexapi.UUID, taken bool) *user {
	if taken {
		return h.users.get(id)
	}
	return h.activeUser(id)
}

func (h *Hex) listUsers(r *request) (any, error) {
	q := r.query()
	by := choice(q, "sortBy", hexapi.UsersByName, hexapi.UsersByName, hexapi.UsersByEmail)
	dir := q.direction(hexapi.Ascending)
	keep, err := h.userFilter(q)
	if err != nil {
		return nil, err
	}
	found := slices.DeleteFunc(h.users.all(), func(u *user) bool { return u.deactivated || !keep(u.ID) })
	page, err := list[*user]{"users", found, (*user).key}.sorted(dir, func(u *user) string {
		if by == hexapi.UsersByEmail {
			return strings.ToLower(u.Email)
		}
		return strings.ToLower(u.displayName())
	}).page(q, 500)
	if err != nil {
		return nil, err
	}
	return mapPage(page, func(u *user) hexapi.User { return u.User }), nil
}

// userFilter reads which users to list.
func (h *Hex) userFilter(q *query) (func(hexapi.UUID) bool, error) {
	groupID, ids := hexapi.UUID(q.values.Get("groupId")), q.values.Get("userIds")
	members := h.groups.get(groupID)
	if groupID != "" && members == nil {
		return nil, notFound("Group")
	}
	wanted := strings.Split(strings.ToLower(ids), ",")
	return func(id hexapi.UUID) bool {
		return (members == nil || slices.Contains(members.members, id)) &&
			(ids == "" || slices.Contains(wanted, string(id)))
	}, nil
}

type userDeactivated struct {
	User hexapi.User `json:"user"`
}

// deactivateUser ends a user's access for good. Doing so again changes nothing.
func (h *Hex) deactivateUser(r *request) (any, error) {
	id, err := r.id("userId")
	if err != nil {
		return nil, err
	}
	u := h.users.get(id)
	if u == nil {
		return nil, notFound("User")
	}
	u.deactivated = true
	return userDeactivated{u.User}, nil
}
