package schema

import (
	"slices"

	"github.com/invopop/jsonschema"
)

// A Describer returns the description of an argument at any depth. It is given the path
// of the argument without indexes, and the description in the tag of its type. So the
// same type can have different descriptions in different tools.
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
