package hexsim

import (
	"encoding/json"
	"slices"

	"hexmcp/hexapi"
)

// listGuideDrafts lists what has a draft, or is marked for deletion, by path.
func (h *Hex) listGuideDrafts(r *request) (any, error) {
	q := r.query()
	if !q.values.Has("limit") {
		q.values.Set("limit", "100") // elsewhere a page has 25 unless told otherwise
	}
	drafts := slices.DeleteFunc(h.guides.all(), func(g *guide) bool { return !g.changed() })
	if text := q.values.Get("externalSource"); text != "" {
		var place hexapi.ExternalSource
		if json.Unmarshal([]byte(text), &place) != nil || place.Source == "" {
			q.issues = append(q.issues, "externalSource must be the JSON of a source")
		}
		drafts = slices.DeleteFunc(drafts, func(g *guide) bool { return origin(g.source) != origin(place) })
	}
	page, err := list[*guide]{"guides", drafts, func(g *guide) hexapi.UUID { return g.ID }}.
		sorted(hexapi.Ascending, func(g *guide) string { return g.FilePath }).page(q, 100)
	if err != nil {
		return nil, err
	}
	return mapPage(page, func(g *guide) hexapi.Guide { return g.Guide }), nil
}
