package hexapi

import "github.com/invopop/jsonschema"

// UUID is the id of anything in Hex: 36 hexadecimal digits and dashes.
type UUID string

// JSONSchema is a string of format uuid.
func (UUID) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Format: "uuid"}
}

// oneOf is the schema of a string with the given choices.
func oneOf[T ~string](choices ...T) *jsonschema.Schema {
	s := &jsonschema.Schema{Type: "string"}
	for _, c := range choices {
		s.Enum = append(s.Enum, string(c))
	}
	return s
}
