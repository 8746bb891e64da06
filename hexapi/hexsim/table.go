package hexsim

import (
	"slices"
	"strings"

	"hexmcp/hexapi"
)

// table keeps things in the order in which they came, and finds them by id.
type table[T any] struct {
	order []hexapi.UUID
	byID  map[hexapi.UUID]*T
}

func (t *table[T]) add(id hexapi.UUID, v *T) *T {
	if t.byID == nil {
		t.byID = make(map[hexapi.UUID]*T)
	}
	t.order = append(t.order, id)
	t.byID[id] = v
	return v
}

// get finds id in upper or lower case, or returns nil.
func (t *table[T]) get(id hexapi.UUID) *T { return t.byID[lower(id)] }

func (t *table[T]) remove(id hexapi.UUID) {
	id = lower(id)
	delete(t.byID, id)
	t.order = slices.DeleteFunc(t.order, func(o hexapi.UUID) bool { return o == id })
}

func (t *table[T]) all() []*T {
	all := make([]*T, len(t.order))
	for i, id := range t.order {
		all[i] = t.byID[id]
	}
	return all
}

func lower(id hexapi.UUID) hexapi.UUID { return hexapi.UUID(strings.ToLower(string(id))) }
