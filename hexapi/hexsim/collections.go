package hexsim

import (
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// The words for access to a collection that Hex's documents use.
const (
	collectionNone    = "NONE"
	collectionMember  = "MEMBER"
	collectionManager = "MANAGER"
)

func collectionKey(c *hexapi.Collection) hexapi.UUID { return c.ID }

func (h *Hex) collection(r *request) (*hexapi.Collection, error) {
	id, err := r.id("collectionId")
	if err != nil {
		return nil, err
	}
	if c := h.collections.get(id); c != nil {
		return c, nil
	}
	return nil, notFound("Collection")
}

func (h *Hex) listCollections(r *request) (any, error) {
	q := r.query()
	choice(q, "sortBy", hexapi.CollectionsByName, hexapi.CollectionsByName)
	dir := q.direction(hexapi.Ascending)
	return answer(list[*hexapi.Collection]{"collections", h.collections.all(), collectionKey}.
		sorted(dir, func(c *hexapi.Collection) string { return strings.ToLower(c.Name) }).page(q, 100))
}

func (h *Hex) getCollection(r *request) (any, error) { return answer(h.collection(r)) }

// newCollection is the body of CreateCollection. Hex wants a name and takes an
// empty one.
type newCollection struct {
	Name *string `json:"name"`
	hexapi.CreateCollectionInput
}

func (h *Hex) createCollection(r *request) (any, error) {
	in, err := decode[newCollection](r)
	if err != nil {
		return nil, err
	}
	if in.Name == nil {
		return nil, badRequest("name is required")
	}
	c := &hexapi.Collection{Name: *in.Name, Description: in.Description, Creator: h.creator(UserAda)}
	if in.Sharing != nil {
		if err := h.checkCollectionSharing(r, *in.Sharing); err != nil {
			return nil, err
		}
		shareCollection(&c.Sharing, *in.Sharing)
	}
	c.ID = h.ids.uuid()
	return h.collections.add(c.ID, c), nil
}

// editCollection checks all of an edit before it changes anything.
func (h *Hex) editCollection(r *request) (any, error) {
	c, err := h.collection(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[hexapi.CollectionEdit](r)
	if err != nil {
		return nil, err
	}
	if in.Name != nil && *in.Name == "" {
		return nil, badRequest("name must not be empty")
	}
	if in.Sharing != nil {
		if err := h.checkCollectionSharing(r, in.Sharing.Upsert); err != nil {
			return nil, err
		}
		shareCollection(&c.Sharing, in.Sharing.Upsert)
	}
	if in.Name != nil {
		c.Name = *in.Name
	}
	if in.Description != nil {
		c.Description = *in.Description
	}
	return c, nil
}

// checkCollectionSharing refuses unknown users, groups and words.
func (h *Hex) checkCollectionSharing(r *request, s hexapi.CollectionSharing) error {
	for _, m := range s.Users {
		if err := r.checkID(m.ID); err != nil {
			return err
		}
		if h.holder(m.ID, m.Access == collectionNone) == nil {
			return badRequestf("sharing: user %s not found", m.ID)
		}
	}
	for _, m := range s.Groups {
		if err := r.checkID(m.ID); err != nil {
			return err
		}
		if h.groups.get(m.ID) == nil {
			return badRequestf("sharing: group %s not found", m.ID)
		}
	}
	return checkCollectionAccess(s)
}

func checkCollectionAccess(s hexapi.CollectionSharing) error {
	words := []string{collectionNone, collectionMember, collectionManager}
	for _, m := range slices.Concat(s.Users, s.Groups) {
		if !slices.Contains(words, m.Access) {
			return badRequestf("sharing: access must be one of %s", join(words))
		}
	}
	if w := s.Workspace; w != nil && w.Members != "" && !slices.Contains(words, w.Members) {
		return badRequestf("sharing.workspace.members must be one of %s", join(words))
	}
	return nil
}

// shareCollection sets what edit names and leaves the rest.
func shareCollection(s *hexapi.CollectionSharing, edit hexapi.CollectionSharing) {
	for _, m := range edit.Users {
		s.Users = withMember(s.Users, m)
	}
	for _, m := range edit.Groups {
		s.Groups = withMember(s.Groups, m)
	}
	if w := edit.Workspace; w != nil && w.Members != "" {
		s.Workspace = &hexapi.CollectionWorkspace{Members: w.Members}
	}
}

func withMember(members []hexapi.CollectionMember, m hexapi.CollectionMember) []hexapi.CollectionMember {
	m.ID = lower(m.ID)
	i := slices.IndexFunc(members, func(o hexapi.CollectionMember) bool { return o.ID == m.ID })
	switch {
	case m.Access == collectionNone:
		return withoutMember(members, m.ID)
	case i >= 0:
		members[i] = m
		return members
	default:
		return append(members, m)
	}
}

func withoutMember(members []hexapi.CollectionMember, id hexapi.UUID) []hexapi.CollectionMember {
	return slices.DeleteFunc(members, func(m hexapi.CollectionMember) bool { return m.ID == id })
}
