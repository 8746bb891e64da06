package schema

import "github.com/invopop/jsonschema"

// A Describer returns the description of an argument, at any depth, given its
// name and the description that its type has. It lets the same type serve where
// other words are needed.
type Describer func(argument, description string) string

func (d Describer) describe(s *jsonschema.Schema) {
	if s.Properties != nil {
		for p := s.Properties.Oldest(); p != nil; p = p.Next() {
			p.Value.Description = d(p.Key, p.Value.Description)
		}
	}
	for _, child := range children(s) {
		d.describe(child)
	}
}
