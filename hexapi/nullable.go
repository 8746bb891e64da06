package hexapi

import (
	"encoding/json"

	"github.com/invopop/jsonschema"
)

// Nullable is a field of an edit that is absent, null or a value. The API leaves the
// field as it is, removes it, or sets it. The zero value is absent: give the field the
// tag omitzero. [SetTo] and [SetToNull] make the others.
type Nullable[T any] struct {
	value   T
	present bool
	null    bool
}

// SetTo makes the API set the value v.
func SetTo[T any](v T) Nullable[T] { return Nullable[T]{present: true, value: v} }

// SetToNull makes the API remove the value.
func SetToNull[T any]() Nullable[T] { return Nullable[T]{present: true, null: true} }

// Get returns the value, and whether there is one.
func (n Nullable[T]) Get() (T, bool) { return n.value, n.present && !n.null }

// IsZero reports whether n is absent, for omitzero.
func (n Nullable[T]) IsZero() bool { return !n.present }

// MarshalJSON writes null or the value.
func (n Nullable[T]) MarshalJSON() ([]byte, error) {
	if v, ok := n.Get(); ok {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads null or a value.
func (n *Nullable[T]) UnmarshalJSON(b []byte) error {
	*n = Nullable[T]{present: true, null: string(b) == "null"}
	return json.Unmarshal(b, &n.value)
}

// JSONSchema allows T and null.
func (Nullable[T]) JSONSchema() *Schema {
	var zero T
	value := (&jsonschema.Reflector{Anonymous: true, DoNotReference: true}).Reflect(zero)
	value.Version = ""
	return &Schema{AnyOf: []*Schema{value, {Type: "null"}}}
}
