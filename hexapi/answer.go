package hexapi

import (
	"encoding/json"
	"fmt"
)

// Answer is what Hex answered: the body as it came, so that fields which T does
// not know and numbers which Go would round are kept.
type Answer[T any] struct {
	// Body is valid JSON, "{}" where Hex sent no body.
	Body json.RawMessage
	// Status is the HTTP status, some 2xx.
	Status int
}

// Decode reads the body as a T.
func (a Answer[T]) Decode() (T, error) {
	var v T
	if err := json.Unmarshal(a.Body, &v); err != nil {
		return v, fmt.Errorf("decode answer: %w", err)
	}
	return v, nil
}

// Empty is the answer of operations that send no body.
type Empty struct{}
