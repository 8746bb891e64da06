package hexapi

import (
	"encoding/json"

	"github.com/invopop/jsonschema"
)

// Nullable is absent, null or a value, where the API means three things: leave
// as it is, remove, and set. The zero value is absent; tag the field omitzero.
// [SetTo] and [SetToNull] make the others.
type Nullable[T any] struct {
	value   T
	present bool
	null    bool
}

// SetTo is the value v, which the API sets.
func SetTo[T any](v T) Nullable[T] { return Nullable[T]{present: true, value: v} }

// SetToNull is null, with which the API removes what there is.
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
