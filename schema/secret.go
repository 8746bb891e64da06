package schema

import (
	"slices"

	"github.com/invopop/jsonschema"
)

// A type marks a secret by writeOnly in its schema, the keyword of JSON Schema for
// values that are only written and never returned. Messages repeat neither these values
// nor what stands beside or around them, because a credential may have been put into
// the wrong field.

// notShown stands in a message for a value that it must not repeat.
const notShown = "a value that is not shown here"

// holdsSecret reports whether a value of s may be or contain a secret.
func holdsSecret(s *jsonschema.Schema) bool {
	return s.WriteOnly || slices.ContainsFunc(children(s), holdsSecret)
}

// isBesideSecret reports whether a property of s itself is a secret, so that the other
// properties stand beside one.
func isBesideSecret(s *jsonschema.Schema) bool {
	s, _ = unwrap(s)
	if s.Properties == nil {
		return false
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		if p.Value.WriteOnly {
			return true
		}
	}
	return false
}

// isSecret reports whether messages must not repeat the value of p.
func (p place) isSecret() bool {
	return holdsSecret(p.schema()) || len(p.at) > 0 && isBesideSecret(p.to(p.at[:len(p.at)-1]).schema())
}

// given shows the value of p, unless it must not be repeated.
func (p place) given() string {
	if p.isSecret() {
		return notShown
	}
	return given(p.value())
}
