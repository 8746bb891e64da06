package hexsim

import "hexmcp/hexapi"

// Publish publishes a project, as somebody does in Hex's editor: the API has no
// operation for it. A project that there is not stays one.
func (h *Hex) Publish(id hexapi.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p := h.projects.get(id); p != nil {
		p.LastPublished = new(stamp(h.now()))
		p.version++
		p.keepPublished(p.exported(h.cellsOf(p)))
	}
}
