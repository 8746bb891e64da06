package hexsim

import (
	"slices"

	"hexmcp/hexapi"
)

// WithCellVersions gives a cell a new id with each write, while its static id
// stays, and answers 403 to an id that it had before and to a static id.
//
// This is how one connector saw Hex behave in July 2026; it is in no document
// of Hex. Without this option a cell keeps its id, and any other id is not
// found, as the documents have it.
func WithCellVersions() Option { return func(h *Hex) { h.cellVersions = true } }

// renew gives a cell that was written a new id, in a workspace that does so.
func (h *Hex) renew(c *cell) {
	if !h.cellVersions {
		return
	}
	h.cells.remove(c.ID)
	c.formerIDs = append(c.formerIDs, c.ID)
	c.ID = h.ids.uuid()
	h.cells.add(c.ID, c)
}

// cellRefusal says why there is no cell of an id.
func (h *Hex) cellRefusal(id hexapi.UUID) error {
	if h.cellVersions && slices.ContainsFunc(h.cells.all(), func(c *cell) bool { return c.outdated(lower(id)) }) {
		return forbidden()
	}
	return notFound("Cell")
}

// outdated reports whether id is the static id of c, or one that c had before its
// last write.
func (c *cell) outdated(id hexapi.UUID) bool {
	return c.StaticID == id || slices.Contains(c.formerIDs, id)
}
