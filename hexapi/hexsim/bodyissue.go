package hexsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// bodyIssue says in words why a body, or the value at a place in it, cannot be
// read. Whoever calls must not see that the simulator is written in Go, so no
// text of an error of Go is passed on.
func bodyIssue(err error, raw []byte, at string) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return misfit(wrong, raw, at) + " must be " + wanted(wrong.Type)
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Sprintf("the body is not valid JSON at position %d", wrong.Offset)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name, _ = strconv.Unquote(name)
		return quoted(name) + " is not a known property"
	}
	if errors.Is(err, io.EOF) {
		return "the body is required"
	}
	return "the body is not valid JSON: it ends too early"
}

// parse reads any JSON value, with numbers of any size.
func parse(dec *json.Decoder) (v any, err error) {
	dec.UseNumber()
	err = dec.Decode(&v)
	return v, err
}

// misfit names the value that could not be read: by its place in the body, such
// as members.add.users[0].id.
func misfit(wrong *json.UnmarshalTypeError, raw []byte, at string) string {
	body, _ := parse(json.NewDecoder(bytes.NewReader(raw))) // it was read before
	kind, _, _ := strings.Cut(wrong.Value, " ")
	steps := properties(wrong.Field)
	name := strings.TrimPrefix(place(body, steps, at, kind), ".")
	if name == "" {
		return "the body"
	}
	return name
}

// properties are the steps of a field's path that stand in the body. Those in
// upper case are embedded types.
func properties(field string) []string {
	var steps []string
	for step := range strings.SplitSeq(field, ".") {
		if step != "" && strings.ToLower(step[:1]) == step[:1] {
			steps = append(steps, step)
		}
	}
	return steps
}

// place finds the value of a kind that the steps lead to, in whatever lists it
// is, and returns its path below at. Without one it returns at and the steps.
func place(v any, steps []string, at, kind string) string {
	if found := find(v, steps, at, kind); found != "" {
		return found
	}
	return strings.Join(append([]string{at}, steps...), ".")
}

func find(v any, steps []string, at, kind string) string {
	if len(steps) == 0 && kindOf(v) == kind {
		return at
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			if found := find(item, steps, fmt.Sprintf("%s[%d]", at, i), kind); found != "" {
				return found
			}
		}
	case map[string]any:
		if len(steps) > 0 {
			return find(v[steps[0]], steps[1:], at+"."+steps[0], kind)
		}
	}
	return ""
}

// kindOf is the kind of a JSON value as [json.UnmarshalTypeError] calls it.
func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "string"
	case json.Number:
		return "number"
	case bool:
		return "bool"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	default:
		return "null"
	}
}

// wanted names the kind of value that t is read from.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "a boolean"
	case reflect.Slice:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	default:
		return "a number"
	}
}

// quoted is a string as JSON writes it.
func quoted[T ~string](s T) string { return string(encode(s)) }
