package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/invopop/jsonschema"
)

// Decoder turns tool arguments into a T. It is safe for concurrent use.
type Decoder[T any] struct{ arguments }

// arguments is the part of a decoder that has no type parameter. So the compiler
// makes its methods once, and not once for each tool.
type arguments struct {
	root   *jsonschema.Schema
	raw    json.RawMessage // the schema for the model
	hints  Hints
	secret bool // messages must not repeat the arguments, because they may hold a secret
}

// NewDecoder returns a decoder for arguments of type T, a struct. The describers
// replace the descriptions of its schema.
func NewDecoder[T any](describers ...Describer) *Decoder[T] {
	root := reflectInput(reflect.TypeFor[T]())
	for _, d := range describers {
		d.describe(nil, root)
	}
	return &Decoder[T]{arguments{root: root, raw: marshalShort(root), secret: holdsSecret(root)}}
}

// Schema returns the schema for the model: [Input] of T with the describers' descriptions.
func (a *arguments) Schema() json.RawMessage { return a.raw }

// Complete fails if the schema of T has a keyword that this package would leave out of
// Schema or would not check in Decode. Tests should call it for every type.
func (a *arguments) Complete() error {
	whole, err := json.Marshal(a.root)
	if err != nil {
		return fmt.Errorf("write schema: %w", err)
	}
	var want, got any
	written := marshal(a.root)
	if err := errors.Join(json.Unmarshal(whole, &want), json.Unmarshal(written, &got)); err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Errorf("schema lacks keywords of its type: %s instead of %s", written, whole)
	}
	return unsupported(a.root)
}

// Decode tidies and validates raw and returns it as a T. Empty or null arguments count
// as {}. The error is an [*InvalidError] or, when ctx has ended, its cause; the T is
// the zero value then.
func (d *Decoder[T]) Decode(ctx context.Context, raw json.RawMessage) (T, error) {
	var v, none T
	tidied, err := d.check(ctx, raw)
	if err != nil {
		return none, err
	}
	if err := json.Unmarshal(tidied, &v); err != nil {
		return none, invalid(d.misfit(err))
	}
	return v, nil
}

// check returns the arguments tidied, or says what is wrong with them. If nothing had
// to be tidied it returns raw itself, so that free-form values keep their exact bytes.
func (a *arguments) check(ctx context.Context, raw json.RawMessage) (json.RawMessage, error) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
		raw = json.RawMessage("{}")
	}
	tree, err := read(raw, a.secret)
	if err != nil {
		return nil, err
	}
	t := tidier{hints: a.hints}
	tree = t.value(a.root, tree)
	c := checker{ctx: ctx, root: a.root, hints: a.hints, tree: tree, problems: t.problems}
	c.value(a.root, tree)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case len(c.problems) > 0:
		return nil, invalid(c.problems...)
	case !t.changed:
		return raw, nil
	}
	return write(tree)
}

// repeatedName returns the path of the first name in valid JSON that its object has
// twice; nil when there is none. Such names are refused, because the check sees only
// the last value, while encoding/json merges all of them into the Go value.
func repeatedName(raw json.RawMessage) []string {
	d := jsontext.NewDecoder(bytes.NewBuffer(raw), jsontext.AllowInvalidUTF8(true))
	_, err := d.ReadValue()
	if wrong, ok := errors.AsType[*jsontext.SyntacticError](err); ok && errors.Is(err, jsontext.ErrDuplicateName) {
		return slices.Collect(wrong.JSONPointer.Tokens())
	}
	return nil
}

// write encodes the arguments. It does not escape <, > and &, which free-form values
// may hold.
func write(tree any) (json.RawMessage, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return nil, invalid(trouble(nil, "cannot be written as JSON: "+err.Error()))
	}
	return b.Bytes(), nil
}

// misfit explains a value that the schema allows but the Go type cannot hold, such as
// 1e30 for an int.
func (a *arguments) misfit(err error) problem {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return trouble(nil, "cannot be read: "+cut(err.Error(), maxHint))
	}
	at := a.visible(strings.Split(wrong.Field, "."))
	value := strings.TrimPrefix(wrong.Value, "number ")
	return trouble(at, "is out of range; "+cut(value, maxQuoted)+" was given")
}

// visible is a path of encoding/json without the names of embedded structs, which the
// caller does not know.
func (a *arguments) visible(fields []string) []string {
	var at []string
	s := a.root
	for _, name := range fields {
		s, _ = unwrap(s)
		for s.Type == "array" {
			s = s.Items
		}
		if child, _ := property(s, name); child != nil {
			s, at = child, append(at, name)
		}
	}
	return at
}
