package schema

import (
	"slices"
	"strings"
	"unicode"

	"github.com/invopop/jsonschema"
)

// A tidier corrects arguments whose meaning is certain although their form is not
// what the schema asks for. It does not change what the schema accepts, nor anything
// inside free-form values.
type tidier struct {
	at       []string // the path of the value that is being tidied
	hints    Hints
	changed  bool
	problems []problem
}

// fix notes that v replaces what was given.
func (t *tidier) fix(v any) any {
	t.changed = true
	return v
}

// value returns v in the form that s asks for. It changes objects and lists in place.
func (t *tidier) value(s *jsonschema.Schema, v any) any {
	s, nullable := unwrap(s)
	if nullable && v == "" && isFreeText(s) {
		return t.fix(nil) // an empty text for a nullable one means null
	}
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

// within tidies v, which stands under name in the current value.
func (t *tidier) within(name string, s *jsonschema.Schema, v any) any {
	t.at = append(t.at, name)
	v = t.value(s, v)
	t.at = t.at[:len(t.at)-1]
	return v
}

// object tidies an object: it parses one that was given in another form, corrects the
// spelling of names, and drops values that can only mean "not given".
func (t *tidier) object(s *jsonschema.Schema, v any) any {
	object, ok := t.asObject(s, v)
	if !ok {
		return v
	}
	if len(t.at) == 0 {
		t.dropHostKeys(s, object)
	}
	t.names(s, object)
	for name, value := range object {
		child, declared := property(s, name)
		switch {
		case child == nil:
		case declared && isNotGiven(s, name, child, value):
			t.drop(object, name)
		default:
			wasEmpty := isEmptyObject(value)
			object[name] = t.within(name, child, value)
			if !wasEmpty && isEmptyObject(object[name]) && isOptional(s, name) {
				t.empty(object, name, child) // tidying dropped all members
			}
		}
	}
	return object
}

// empty drops an object all of whose members were dropped. If it is nullable it becomes
// null instead, because something was given for it.
func (t *tidier) empty(object map[string]any, name string, s *jsonschema.Schema) {
	if _, nullable := unwrap(s); nullable {
		object[name] = t.fix(nil)
		return
	}
	t.drop(object, name)
}

func (t *tidier) drop(object map[string]any, name string) {
	delete(object, name)
	t.changed = true
}

// asObject returns v as an object. It parses JSON in a string, and the list of names and
// values that comes from hosts which cannot send an object with arbitrary names.
func (t *tidier) asObject(s *jsonschema.Schema, v any) (map[string]any, bool) {
	if parsed, ok := parseText[map[string]any](v); ok {
		t.changed = true
		return parsed, true
	}
	if isFreeForm(s) {
		if parsed, ok := parseText[[]any](v); ok {
			v = parsed
		}
		if pairs, ok := v.([]any); ok {
			return t.fromPairs(pairs)
		}
	}
	object, ok := v.(map[string]any)
	return object, ok
}

// isFreeForm reports whether an object may hold any names with any values.
func isFreeForm(s *jsonschema.Schema) bool {
	return s.Type == "object" && s.Properties == nil && freeSchema(s) == nil
}

// fromPairs makes an object from a list of {name, value}. It fails if an entry has
// another form.
func (t *tidier) fromPairs(pairs []any) (map[string]any, bool) {
	object := make(map[string]any, len(pairs))
	for _, p := range pairs {
		pair, _ := p.(map[string]any)
		name, named := pair["name"].(string)
		value, valued := pair["value"]
		if len(pair) != 2 || !named || !valued {
			return nil, false
		}
		if _, taken := object[name]; taken {
			t.problems = append(t.problems, trouble(append(slices.Clone(t.at), name), "is given twice; give it once"))
		}
		object[name] = value
	}
	t.changed = true
	return object, true
}

// isNotGiven reports whether the value of a declared property means that it is absent:
// null, or an empty string where no empty string can be meant. Models send these with
// hosts that make all arguments required.
func isNotGiven(s *jsonschema.Schema, name string, child *jsonschema.Schema, v any) bool {
	value, nullable := unwrap(child)
	switch v {
	case nil:
		return !nullable && !isAnything(child)
	case "":
		return isOptional(s, name) && !isNumeric(value) && !isFreeText(value)
	}
	return false
}

func isOptional(s *jsonschema.Schema, name string) bool { return !slices.Contains(s.Required, name) }

func isNumeric(s *jsonschema.Schema) bool { return s.Type == "integer" || s.Type == "number" }

// isFreeText reports whether s allows any text, so that an empty one may be meant.
func isFreeText(s *jsonschema.Schema) bool {
	return isAnything(s) || s.Type == "string" && s.Format == "" && len(s.Enum) == 0
}

func isEmptyObject(v any) bool {
	object, ok := v.(map[string]any)
	return ok && len(object) == 0
}

// property returns the schema of the named property, nil if there is none, and whether
// s declares the name.
func property(s *jsonschema.Schema, name string) (child *jsonschema.Schema, declared bool) {
	if s.Properties != nil {
		if child, ok := s.Properties.Get(name); ok {
			return child, true
		}
	}
	return freeSchema(s), false
}

// names renames project_id, ProjectId and project-id to projectId. Without this,
// encoding/json, which ignores case, would accept names that the check does not know.
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

// spellings returns the names of the properties of s by their folded form.
func spellings(s *jsonschema.Schema) map[string]string {
	folded := make(map[string]string, s.Properties.Len())
	for _, name := range propertyNames(s) {
		folded[fold(name)] = name
	}
	return folded
}

// fold removes what spellings of the same word differ in: case, dashes, underscores and
// spaces. It converts to upper case first, because encoding/json accepts the long s (ſ)
// for s and the Kelvin sign for k.
func fold(word string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return unicode.ToLower(unicode.ToUpper(r))
	}, word)
}
