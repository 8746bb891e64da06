package hexapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Answer is what Hex answered. It keeps the body as it came, because decoding would
// lose fields that T does not have, and round large numbers.
type Answer[T any] struct {
	// Body is valid JSON, "{}" where Hex sent no body.
	Body json.RawMessage
	// Status is the HTTP status, some 2xx.
	Status int

	room func() error             // reserves the memory of the decoded value; nil reserves none
	fail func(cause error) *Error // makes an error of the request; nil when the request is not known
}

// Decode decodes the body into a T by the rules of encoding/json, in half its time: a
// search over a workspace mostly decodes. It fails with an [Error] of the request:
// with [ErrShape] when the body is no T, and with [ErrNoMemory] when
// [Config.ReserveDecoded] refuses the memory for the value.
func (a Answer[T]) Decode() (T, error) {
	var v T
	if a.room != nil {
		if err := a.room(); err != nil {
			return v, a.failed(err)
		}
	}
	if err := jsonv2.Unmarshal(a.Body, &v, jsonv1.DefaultOptionsV1()); err != nil {
		return v, a.failed(fmt.Errorf("%w: %w", ErrShape, err))
	}
	if l, holdsList := any(v).(listed); holdsList {
		if name, there := l.list(); !there && !bytes.Contains(a.Body, []byte(`"`+name+`"`)) {
			return v, a.failed(fmt.Errorf("%w: it has no %s", ErrShape, name)) // else it would look like an empty list
		}
	}
	return v, nil
}

// listed is an answer that holds a list; list returns the name of its field, and
// whether it is there.
type listed interface {
	list() (name string, there bool)
}

// Decoded decodes what a method returns, as in Decoded(c.GetCell(ctx, in)).
func Decoded[T any](a Answer[T], err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return a.Decode()
}

// failed is the error for an answer that cannot be used. The request was carried out.
func (a Answer[T]) failed(cause error) error {
	if a.fail == nil {
		return fmt.Errorf("decode answer: %w", cause)
	}
	e := a.fail(cause)
	e.Status = a.Status
	return e
}

// Empty is the answer of operations that answer without a body.
type Empty struct{}

// Anything is the answer of operations whose answer Hex does not document: any JSON,
// or no body.
type Anything json.RawMessage

// JSONSchema allows any JSON.
func (Anything) JSONSchema() *Schema { return &Schema{} }

// bodyRule says what the body of a success must be.
type bodyRule int

const (
	needsBody   bodyRule = iota // a JSON object with at least one member
	mayLackBody                 // a JSON object, or no body
	needsNoBody                 // any JSON, or no body
)

// bodyRuleOf is the rule for answers of type T.
func bodyRuleOf[T any]() bodyRule {
	switch any(*new(T)).(type) {
	case Empty, Anything:
		return needsNoBody
	}
	return needsBody
}

// inPlaceOfBody says what came where the body of a success was expected.
func inPlaceOfBody(body []byte) error {
	switch body = bytes.TrimSpace(body); {
	case len(body) == 0, body[0] == '{', string(body) == "null":
		return ErrNoBody
	}
	return ErrNoObject
}

// admits reports whether a success may have this body. All bodies that Hex
// documents are objects, and each has a member that is always there.
func (b bodyRule) admits(body []byte) bool {
	body = bytes.TrimSpace(body)
	object := len(body) > 0 && body[0] == '{'
	says := object && !bytes.HasPrefix(bytes.TrimSpace(body[1:]), []byte("}"))
	missing := len(body) == 0 || string(body) == "null"
	return b == needsNoBody || b == mayLackBody && (missing || object) || says
}
