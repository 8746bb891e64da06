package schema

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// A tidier corrects arguments whose meaning is certain and whose form is not
// what the schema asks for. It leaves alone what the schema accepts as it is,
// and everything inside free-form values.
type tidier struct {
	at       []string // where in the arguments it is
	changed  bool
	problems []problem
}

// fix notes that v stands in for what was given.
func (t *tidier) fix(v any) any {
	t.changed = true
	return v
}

// value returns v as s wants it. Objects and lists are changed in place.
func (t *tidier) value(s *jsonschema.Schema, v any) any {
	s, _ = unwrap(s)
	switch s.Type {
	case "object":
		return t.object(s, v)
	case "array":
		return t.list(s, v)
	case "string":
		return t.text(s, v)
	case "integer", "number":
		return t.number(s, v)
	case "boolean":
		return t.boolean(v)
	}
	return v
}

// within tidies v at the name below where t is.
func (t *tidier) within(name string, s *jsonschema.Schema, v any) any {
	t.at = append(t.at, name)
	v = t.value(s, v)
	t.at = t.at[:len(t.at)-1]
	return v
}

// object reads JSON in a string, corrects the spelling of names, and drops null
// where it can only mean "not given".
func (t *tidier) object(s *jsonschema.Schema, v any) any {
	if parsed, ok := parseText[map[string]any](v); ok {
		v = t.fix(parsed)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return v
	}
	t.names(s, object)
	for name, value := range object {
		child, declared := property(s, name)
		switch {
		case child == nil:
		case value == nil && declared && !allowsNull(child):
			delete(object, name)
			t.changed = true
		default:
			object[name] = t.within(name, child, value)
		}
	}
	return object
}

// property returns what s holds the named property to, nil for nothing, and
// whether s declares the name.
func property(s *jsonschema.Schema, name string) (child *jsonschema.Schema, declared bool) {
	if s.Properties != nil {
		if child, ok := s.Properties.Get(name); ok {
			return child, true
		}
	}
	return freeSchema(s), false
}

func allowsNull(s *jsonschema.Schema) bool {
	_, nullable := unwrap(s)
	return nullable || isAnything(s)
}

// names renames project_id, ProjectId and project-id to projectId. It also
// keeps names from reaching encoding/json that it would match without regard
// to case, past the validator.
func (t *tidier) names(s *jsonschema.Schema, object map[string]any) {
	given := strangers(s, object)
	if len(given) == 0 {
		return
	}
	known := spellings(s)
	for _, stranger := range given {
		if name := known[fold(stranger)]; name != "" {
			t.rename(object, stranger, name)
		}
	}
}

func (t *tidier) rename(object map[string]any, from, to string) {
	if _, taken := object[to]; taken {
		at := append(slices.Clone(t.at), to)
		t.problems = append(t.problems, trouble(at, "is given twice, also as "+quote(from)+"; give it once"))
	} else {
		object[to] = object[from]
	}
	delete(object, from)
	t.changed = true
}

// strangers returns the names in object that s does not have, sorted.
func strangers(s *jsonschema.Schema, object map[string]any) []string {
	if s.Properties == nil {
		return nil
	}
	var names []string
	for name := range object {
		if _, ok := s.Properties.Get(name); !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// spellings returns the properties of s by what all their spellings fold to.
func spellings(s *jsonschema.Schema) map[string]string {
	folded := make(map[string]string, s.Properties.Len())
	for _, name := range propertyNames(s) {
		folded[fold(name)] = name
	}
	return folded
}

// fold takes out what spellings of one word differ in. Upper case comes first
// because encoding/json takes the long s and the Kelvin sign for s and k.
func fold(word string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(unicode.ToUpper(r))
	}, word)
}

// list reads JSON in a string, and takes one value where a list is wanted.
func (t *tidier) list(s *jsonschema.Schema, v any) any {
	if parsed, ok := parseText[[]any](v); ok {
		v = t.fix(parsed)
	}
	list, ok := v.([]any)
	if !ok {
		return t.single(s, v)
	}
	for i, item := range list {
		list[i] = t.within(strconv.Itoa(i), s.Items, item)
	}
	return list
}

// single makes a list of v if v is of the kind that the list holds.
func (t *tidier) single(s *jsonschema.Schema, v any) any {
	wanted, _ := unwrap(s.Items)
	attempt := tidier{at: append(slices.Clone(t.at), "0")}
	item := attempt.value(wanted, v)
	if !isKind(item, wanted.Type) {
		return v
	}
	t.problems = append(t.problems, attempt.problems...)
	return t.fix([]any{item})
}

// parseText parses the JSON object or list that a string holds.
func parseText[T map[string]any | []any](v any) (T, bool) {
	text, ok := v.(string)
	if !ok {
		return nil, false
	}
	parsed, err := validator.UnmarshalJSON(bytes.NewReader([]byte(text)))
	if err != nil {
		return nil, false
	}
	value, ok := parsed.(T)
	return value, ok
}
