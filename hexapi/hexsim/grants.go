package hexsim

import (
	"slices"

	"hexmcp/hexapi"
)

// grants is the access of users, groups or collections, in the order in which
// it was first given.
type grants []grant

type grant struct {
	id     hexapi.UUID
	access hexapi.Access
}

// access is what id was given.
func (g grants) access(id hexapi.UUID) hexapi.Access {
	for _, one := range g {
		if one.id == lower(id) {
			return one.access
		}
	}
	return hexapi.NoAccess
}

// set gives id access, or takes it with NONE.
func (g *grants) set(id hexapi.UUID, access hexapi.Access) {
	i := slices.IndexFunc(*g, func(one grant) bool { return one.id == id })
	switch {
	case access == hexapi.NoAccess && i >= 0:
		*g = slices.Delete(*g, i, i+1)
	case access == hexapi.NoAccess: // there is nothing to take
	case i >= 0:
		(*g)[i].access = access
	default:
		*g = append(*g, grant{id, access})
	}
}
