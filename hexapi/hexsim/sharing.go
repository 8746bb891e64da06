package hexsim

import (
	"fmt"
	"slices"

	"hexmcp/hexapi"
)

// maxGrants is how many entries a sharing edit may have.
const maxGrants = 25

// sharing is who has access to a project, by id.
type sharing struct {
	users, groups, collections    grants
	workspace, publicWeb, support hexapi.Access
}

// showSharing names by email and name what is kept by id.
func (h *Hex) showSharing(s sharing) hexapi.ProjectSharing {
	shown := hexapi.ProjectSharing{
		Users:       []hexapi.UserAccess{},
		Groups:      []hexapi.GroupAccess{},
		Collections: []hexapi.CollectionAccess{},
		Workspace:   hexapi.ScopeAccess{Access: s.workspace},
		PublicWeb:   hexapi.ScopeAccess{Access: s.publicWeb},
		Support:     hexapi.ScopeAccess{Access: s.support},
	}
	for _, g := range s.users {
		shown.Users = append(shown.Users, hexapi.UserAccess{User: hexapi.Person{Email: h.users.get(g.id).Email}, Access: g.access})
	}
	for _, g := range s.groups {
		shown.Groups = append(shown.Groups, hexapi.GroupAccess{Group: hexapi.NameReference{Name: h.groups.get(g.id).Name}, Access: g.access})
	}
	for _, g := range s.collections {
		shown.Collections = append(shown.Collections, hexapi.CollectionAccess{Collection: hexapi.NameReference{Name: h.collections.get(g.id).Name}, Access: g.access})
	}
	return shown
}

// sharingEdited is the answer to a sharing edit. Hex leaves errors out when
// there are none.
type sharingEdited struct {
	Project hexapi.Project        `json:"project"`
	Errors  []hexapi.SharingError `json:"errors,omitempty"`
}

func (h *Hex) edited(p *project, r *request, errors ...hexapi.SharingError) sharingEdited {
	return sharingEdited{Project: h.show(p, true, r.now), Errors: errors}
}

func (h *Hex) shareWithUsers(r *request) (any, error) {
	return shareWith(h, r, holders[hexapi.UserSharingEdit]{
		wanted: func(in hexapi.UserSharingEdit) ([]grant, error) {
			return wantedGrants("users", in.Sharing.Upsert.Users, func(g hexapi.UserGrant) grant { return grant{g.User.ID, g.Access} })
		},
		of:    func(p *project) *grants { return &p.sharing.users },
		known: func(g grant) bool { return h.holder(g.id, g.access == hexapi.NoAccess) != nil },
		refused: func(ids []string) hexapi.SharingError {
			return hexapi.SharingError{UserIDs: ids, Reason: "User not found"}
		},
	})
}

func (h *Hex) shareWithGroups(r *request) (any, error) {
	return shareWith(h, r, holders[hexapi.GroupSharingEdit]{
		wanted: func(in hexapi.GroupSharingEdit) ([]grant, error) {
			return wantedGrants("groups", in.Sharing.Upsert.Groups, func(g hexapi.GroupGrant) grant { return grant{g.Group.ID, g.Access} })
		},
		of:    func(p *project) *grants { return &p.sharing.groups },
		known: func(g grant) bool { return h.groups.get(g.id) != nil },
		refused: func(ids []string) hexapi.SharingError {
			return hexapi.SharingError{GroupIDs: ids, Reason: "Group not found"}
		},
	})
}

func (h *Hex) shareWithCollections(r *request) (any, error) {
	return shareWith(h, r, holders[hexapi.CollectionSharingEdit]{
		wanted: func(in hexapi.CollectionSharingEdit) ([]grant, error) {
			return wantedGrants("collections", in.Sharing.Upsert.Collections, func(g hexapi.CollectionGrant) grant { return grant{g.Collection.ID, g.Access} })
		},
		of:    func(p *project) *grants { return &p.sharing.collections },
		known: func(g grant) bool { return h.collections.get(g.id) != nil },
		refused: func(ids []string) hexapi.SharingError {
			return hexapi.SharingError{CollectionIDs: ids, Reason: "Collection not found"}
		},
	})
}

// holders is what differs between users, groups and collections in an edit
// with the body B.
type holders[B any] struct {
	wanted  func(B) ([]grant, error)
	of      func(*project) *grants
	known   func(grant) bool
	refused func(ids []string) hexapi.SharingError
}

// shareWith applies the valid entries of an edit and answers which were refused.
func shareWith[B any](h *Hex, r *request, who holders[B]) (any, error) {
	p, err := h.project(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[B](r)
	if err != nil {
		return nil, err
	}
	wanted, err := who.wanted(in)
	if err != nil {
		return nil, err
	}
	for _, g := range wanted {
		if err := r.checkID(g.id); err != nil {
			return nil, err
		}
	}
	if refused := who.of(p).apply(wanted, who.known); refused != nil {
		return h.edited(p, r, who.refused(refused)), nil
	}
	return h.edited(p, r), nil
}

// wantedGrants checks the entries of an edit as a whole: one that is malformed
// refuses them all, while an unknown id refuses itself only.
func wantedGrants[T any](name string, entries []T, read func(T) grant) ([]grant, error) {
	at := "sharing.upsert." + name
	if entries == nil {
		return nil, badRequest(at + " is required")
	}
	if len(entries) > maxGrants {
		return nil, badRequestf("%s must have at most %d entries", at, maxGrants)
	}
	wanted := make([]grant, len(entries))
	for i, e := range entries {
		wanted[i] = read(e)
		if wanted[i].id == "" {
			return nil, badRequestf("%s[%d]: the id is required", at, i)
		}
		if err := checkAccess(fmt.Sprintf("%s[%d].access", at, i), wanted[i].access); err != nil {
			return nil, err
		}
	}
	return wanted, nil
}

var accessLevels = []hexapi.Access{hexapi.NoAccess, hexapi.AppOnly, hexapi.CanView, hexapi.CanEdit, hexapi.FullAccess}

func checkAccess(at string, a hexapi.Access) error {
	if slices.Contains(accessLevels, a) {
		return nil
	}
	return badRequestf("%s must be one of %s", at, join(accessLevels))
}

// apply sets what is known and returns the ids of the rest.
func (g *grants) apply(wanted []grant, known func(grant) bool) (refused []string) {
	for _, w := range wanted {
		if known(w) {
			g.set(lower(w.id), w.access)
		} else {
			refused = append(refused, string(w.id))
		}
	}
	return refused
}

// generalSharing is the body of an edit of the workspace's and the public
// access; what is absent stays.
type generalSharing struct {
	Sharing *struct {
		Workspace *hexapi.Access `json:"workspace"`
		PublicWeb *hexapi.Access `json:"publicWeb"`
	} `json:"sharing"`
}

func (in generalSharing) check() error {
	if in.Sharing == nil {
		return badRequest("sharing is required")
	}
	if a := in.Sharing.Workspace; a != nil && checkAccess("sharing.workspace", *a) != nil {
		return checkAccess("sharing.workspace", *a)
	}
	if a := in.Sharing.PublicWeb; a != nil {
		return checkAccess("sharing.publicWeb", *a)
	}
	return nil
}

// shareWithAll sets general access. Nobody on the internet can edit, so a level
// above CAN_VIEW is refused for the public web, and the workspace's still set.
func (h *Hex) shareWithAll(r *request) (any, error) {
	p, err := h.project(r)
	if err != nil {
		return nil, err
	}
	in, err := decode[generalSharing](r)
	if err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if a := in.Sharing.Workspace; a != nil {
		p.sharing.workspace = *a
	}
	switch a := in.Sharing.PublicWeb; {
	case a == nil:
	case *a == hexapi.CanEdit || *a == hexapi.FullAccess:
		return h.edited(p, r, hexapi.SharingError{Type: "publicWeb", Reason: "Public web access can be CAN_VIEW at most"}), nil
	default:
		p.sharing.publicWeb = *a
	}
	return h.edited(p, r), nil
}
