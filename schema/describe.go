package schema

import (
	"slices"

	"github.com/invopop/jsonschema"
)

// A Describer returns the description of an argument, at any depth, given the
// names that lead to it, lists left out, and the description that its type has.
// It lets the same type serve where other words are needed.
type Describer func(path []string, description string) string

func (d Describer) describe(path []string, s *jsonschema.Schema) {
	if s.Properties != nil {
		for p := s.Properties.Oldest(); p != nil; p = p.Next() {
			here := append(slices.Clip(path), p.Key)
			p.Value.Description = d(here, p.Value.Description)
			d.describe(here, p.Value)
		}
	}
	for _, child := range append(slices.Clone(s.AnyOf), s.Items, freeSchema(s)) {
		if child != nil {
			d.describe(path, child)
		}
	}
}
