package schema

import (
	"slices"

	"github.com/invopop/jsonschema"
)

// A type marks what it must not show again by writeOnly in its schema, as JSON
// Schema calls what is given and never told. Its values, and what stands beside
// and around them, are not repeated in messages: a credential that was put into
// the wrong field is one still.

// notShown stands in a message for a value that it must not repeat.
const notShown = "a value that is not shown here"

// holdsSecret reports whether a value of s may have a secret in it.
func holdsSecret(s *jsonschema.Schema) bool {
	return s.WriteOnly || slices.ContainsFunc(children(s), holdsSecret)
}

// isBesideSecret reports whether an object of s has a secret right in it.
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
