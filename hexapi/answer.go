package hexapi

import (
	"bytes"
	"encoding/json"
	"fmt"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// Answer is what Hex answered: the body as it came, so that fields which T does
// not know and numbers which Go would round are kept.
type Answer[T any] struct {
	// Body is valid JSON, "{}" where Hex sent no body.
	Body json.RawMessage
	// Status is the HTTP status, some 2xx.
	Status int

	room func() error             // asks for the memory of the value; nil asks for none
	fail func(cause error) *Error // of the request that was answered; nil where it is not known
}

// Decode reads the body as a T, as encoding/json would and in half its time: a search
// over a workspace is mostly this. It fails with an [Error] of the request: with
// [ErrShape] where Hex's answer is none, and with [ErrNoMemory] where
// [Config.ReserveDecoded] gives no memory for it.
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
			return v, a.failed(fmt.Errorf("%w: it has no %s", ErrShape, name)) // for which none would be taken
		}
	}
	return v, nil
}

// listed is an answer whose list is what it was asked for.
type listed interface {
	list() (name string, there bool)
}

// Decoded is what the answer of a method holds, as in Decoded(c.GetCell(ctx, in)).
func Decoded[T any](a Answer[T], err error) (T, error) {
	if err != nil {
		var none T
		return none, err
	}
	return a.Decode()
}

// failed is the error of an answer of no use to a request that was carried out.
func (a Answer[T]) failed(cause error) error {
	if a.fail == nil {
		return fmt.Errorf("decode answer: %w", cause)
	}
	e := a.fail(cause)
	e.Status = a.Status
	return e
}

// Empty is the answer of operations that send no body.
type Empty struct{}

// Anything is the answer of operations of which nobody has told what they
// answer: any JSON, or no body.
type Anything json.RawMessage

// JSONSchema leaves the type open.
func (Anything) JSONSchema() *Schema { return &Schema{} }

// bodyRule says what the body of a success must be.
type bodyRule int

const (
	needsBody   bodyRule = iota // a JSON object that says something
	mayLackBody                 // a JSON object or nothing
	needsNoBody                 // any JSON or nothing
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
// declares are objects, with members that they always have.
func (b bodyRule) admits(body []byte) bool {
	body = bytes.TrimSpace(body)
	object := len(body) > 0 && body[0] == '{'
	says := object && !bytes.HasPrefix(bytes.TrimSpace(body[1:]), []byte("}"))
	missing := len(body) == 0 || string(body) == "null"
	return b == needsNoBody || b == mayLackBody && (missing || object) || says
}
