package hexapi

import (
	"github.com/google/uuid"
	"github.com/invopop/jsonschema"
)

// Schema is a JSON Schema. A type that allows fewer values than its Go type has, such
// as an enumeration, has a method JSONSchema that returns its own.
type Schema = jsonschema.Schema

// UUID is the id of anything in Hex: 36 hexadecimal digits and dashes.
type UUID string

// IsUUID reports whether a text is a [UUID] and nothing else, in upper or lower case.
func IsUUID(text string) bool { return len(text) == uuidLength && uuid.Validate(text) == nil }

// uuidLength is the length of the only form that Hex uses; uuid.Validate accepts others.
const uuidLength = 36

// JSONSchema is a string of format uuid.
func (UUID) JSONSchema() *Schema { return &Schema{Type: "string", Format: "uuid"} }

// oneOf is the schema of a string with the given choices.
func oneOf[T ~string](choices ...T) *Schema {
	s := &Schema{Type: "string"}
	for _, c := range choices {
		s.Enum = append(s.Enum, string(c))
	}
	return s
}
