package tools

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"hexmcp/hexapi"
	"hexmcp/schema"
)

// This file makes answers short: fields says which fields of an answer are wanted.
// It is an argument of all tools that read, beside those of their schemas. To name it
// in each would cost 744 bytes of definitions in core, and the instructions name it
// once in about 105.

// fieldsArgument is the name of the argument.
const fieldsArgument = "fields"

// fields are the fields that are wanted of an object, with those that are wanted
// within each. Nil is all.
type fields map[string]fields

func (a *Action) mayHaveFields(arguments json.RawMessage) bool {
	return a.Effect.ReadOnly && bytes.Contains(arguments, []byte(`"`+fieldsArgument+`"`))
}

// weightOfFields is about how many bytes it takes to find the argument.
func (a *Action) weightOfFields(arguments json.RawMessage) int64 {
	if len(arguments) <= hexapi.FirstRead || !a.mayHaveFields(arguments) {
		return 0
	}
	return weightOfTree(arguments)
}

// takeFields separates fields from the other arguments of an action that reads. What
// is no JSON object is left as it is, for whoever reads the arguments to explain.
func (a *Action) takeFields(arguments json.RawMessage) (fields, json.RawMessage, error) {
	if !a.mayHaveFields(arguments) {
		return nil, arguments, nil
	}
	root, err := readTree(newDecoder(arguments), arguments)
	if err != nil {
		return nil, arguments, nil
	}
	for i := range root.children {
		n := &root.children[i]
		if n.name == fieldsArgument && root.kind == jsontext.KindBeginObject {
			want, err := readFields(arguments[n.start:n.end])
			return want, n.cutFrom(arguments), err
		}
	}
	return nil, arguments, nil
}

// What fields may name: a level takes some hundred bytes of memory, and two of text.
const (
	maxFieldsSize  = 16 << 10 // bytes in all
	maxFieldLevels = 50
)

// readFields reads names that are joined by commas, or a list of them.
func readFields(value []byte) (fields, error) {
	if len(value) > maxFieldsSize {
		return nil, invalidFields("fields may have 16,384 bytes: name fewer, or leave it out to get all")
	}
	var text string
	var list []string
	if json.Unmarshal(value, &text) == nil {
		list = strings.Split(text, ",")
	} else if json.Unmarshal(value, &list) != nil {
		return nil, invalidFields("fields must be names of fields joined by commas, with dots for those within others, such as id,title,status.name")
	}
	var want fields
	for _, path := range list {
		if path = strings.TrimSpace(path); path == "" {
			continue
		}
		if strings.Count(path, ".") >= maxFieldLevels {
			return nil, invalidFields("fields may name what is up to 50 levels deep")
		}
		if want == nil {
			want = make(fields)
		}
		want.add(strings.Split(path, "."))
	}
	return want, nil
}

func invalidFields(why string) error {
	return &schema.InvalidError{Issues: []schema.Issue{{Path: fieldsArgument, Message: why}}}
}

// add adds a path. A field that is wanted whole stays so.
func (f fields) add(path []string) {
	within, there := f[path[0]]
	switch {
	case len(path) == 1:
		f[path[0]] = nil
	case there && within == nil:
	default:
		if within == nil {
			within = make(fields)
			f[path[0]] = within
		}
		within.add(path[1:])
	}
}

// want adds what is wanted within the field at a path; nil is all of it.
func (f fields) want(within fields, path ...string) {
	if within == nil {
		f.add(path)
	}
	for name, inner := range within {
		f.want(inner, append(slices.Clone(path), name)...)
	}
}
