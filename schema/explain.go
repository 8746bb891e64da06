package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// place is the path of a value that is wrong, with what is needed to explain it.
type place struct {
	root  *jsonschema.Schema
	hints Hints
	tree  any      // all arguments
	at    []string // the path
}

// below returns the place at a path from p.
func (p place) below(path []string) place {
	return p.to(slices.Concat(p.at, path))
}

// to returns the place at a path from the root.
func (p place) to(at []string) place {
	p.at = at
	return p
}

// explain puts a fault of the value at p into words.
func (p place) explain(f fault) []problem {
	switch f.keyword {
	case "required":
		return p.each(f.names, place.missing)
	case "additionalProperties":
		return p.each(f.names, place.unknown)
	}
	return []problem{{p.at, func() string { return p.complaint(f) }}}
}

// each returns a problem for each of the names inside p, up to maxProblems of them.
func (p place) each(names []string, say func(place) string) []problem {
	found := make([]problem, min(len(names), maxProblems))
	for i := range found {
		there := p.below(names[i : i+1])
		found[i] = problem{there.at, func() string { return say(there) }}
	}
	return found
}

func (p place) complaint(f fault) string {
	switch f.keyword {
	case "minLength":
		if f.want == 1 {
			return "must not be empty" + p.orLeaveOut()
		}
		return fmt.Sprintf("has %d characters; at least %d are needed", f.got, f.want)
	case "maxLength":
		return fmt.Sprintf("has %d characters; at most %d are allowed", f.got, f.want)
	case "minItems":
		return fmt.Sprintf("has %s; at least %d must be given", entries(f.got), f.want)
	case "maxItems":
		return fmt.Sprintf("has %s; at most %d are allowed", entries(f.got), f.want)
	}
	return fmt.Sprintf("must be %s; %s was given%s", p.wanted(f), p.given(), p.remark())
}

// orLeaveOut says that an optional argument can be left out, so that the model does not
// make up a value for it.
func (p place) orLeaveOut() string {
	parent, name := p.at[:len(p.at)-1], p.at[len(p.at)-1]
	s, _ := unwrap(p.to(parent).schema())
	if s.Type != "object" || slices.Contains(s.Required, name) {
		return ""
	}
	return ": leave it out if it is not meant"
}

// remark adds to the message about a wrong value: why it is no id and where ids come
// from, that one value is wanted and not a list, or where a text that begins as JSON
// stops being valid.
func (p place) remark() string {
	s, _ := unwrap(p.schema())
	if list, ok := p.value().([]any); ok && s.Type != "array" && s.Type != "object" && len(list) > 0 {
		return ", and it takes one value" + p.sourceOfID(s)
	}
	text, _ := p.value().(string)
	if s.Format == "uuid" {
		_, why := p.hints.id(p.at, text)
		if why != "" {
			why = ": " + why
		}
		return why + p.sourceOfID(s)
	}
	if wantsJSON := s.Type == "object" || s.Type == "array"; wantsJSON && beginsAsJSON(text) && !json.Valid([]byte(text)) {
		return ", which is not valid JSON: " + broken([]byte(text), p.isSecret())
	}
	return ""
}

func (p place) sourceOfID(s *jsonschema.Schema) string {
	if s.Format != "uuid" {
		return ""
	}
	return p.source()
}

// source is the description of the id at p, or else that of the nearest argument around
// it which has one.
func (p place) source() string {
	for n := len(p.at); n > 0; n-- {
		if said := hint(p.to(p.at[:n]).schema()); said != "" {
			return said
		}
	}
	return ""
}

// wanted says what the value must be to keep to the keyword that it breaks.
func (p place) wanted(f fault) string {
	s := p.schema()
	value, _ := unwrap(s)
	switch f.keyword {
	case "minimum", "maximum":
		return span(value.Minimum, value.Maximum)
	case "exclusiveMinimum":
		return "more than " + value.ExclusiveMinimum.String()
	case "exclusiveMaximum":
		return "less than " + value.ExclusiveMaximum.String()
	case "multipleOf":
		return "a multiple of " + value.MultipleOf.String()
	}
	return p.allowed(s)
}

// allowed says what values s allows, and what an id may be given by besides.
func (p place) allowed(s *jsonschema.Schema) string {
	if value, _ := unwrap(s); value.Format == "uuid" {
		if name := p.hints.orByName(p.at); name != "" {
			return name + " or " + describe(s)
		}
	}
	return describe(s)
}

func span(least, most json.Number) string {
	switch {
	case most == "":
		return "at least " + least.String()
	case least == "":
		return "at most " + most.String()
	}
	return "from " + least.String() + " to " + most.String()
}

// missing says what to give for a required argument. It adds the description of the
// argument, which says where the value comes from.
func (p place) missing() string {
	s := p.schema()
	said := cmp.Or(p.sourceOfID(s), hint(s))
	text := "is missing; give " + p.allowed(s) + said
	if near := p.misspelt(); near != "" {
		text += "; " + quote(near) + " was given: rename it to " + p.at[len(p.at)-1] + " if that is meant"
	}
	return text
}

// misspelt is the name under which p was probably given; "" for none. It looks only in
// objects that allow any name, because elsewhere the unknown name is a problem of its own.
func (p place) misspelt() string {
	parent, name := p.at[:len(p.at)-1], p.at[len(p.at)-1]
	there := p.to(parent)
	s, _ := unwrap(there.schema())
	object, ok := there.value().(map[string]any)
	if !ok || s.AdditionalProperties != nil {
		return "" // the unknown name is reported anyway
	}
	return Nearest(name, strangers(s, object))
}

// hint is the description in the schema, in parentheses; "" if there is none.
func hint(s *jsonschema.Schema) string {
	if s.Description == "" {
		return ""
	}
	return " (" + strings.TrimSuffix(cut(s.Description, maxHint), ".") + ")"
}

// maxHint is how many runes of a description a message repeats.
const maxHint = 160

// unknown says that an argument does not exist, which one was probably meant, and which
// ones there are.
func (p place) unknown() string {
	parent, name := p.at[:len(p.at)-1], p.at[len(p.at)-1]
	there := p.to(parent)
	s, _ := unwrap(there.schema())
	known := propertyNames(s)
	if p.wraps(s) {
		return "is not known; leave it out, and give what it holds directly"
	}
	if meant := p.hints.instead(p.at, known); meant != "" {
		return "is not known; " + meant
	}
	if len(known) == 0 {
		return "is not known; nothing is taken here"
	}
	list := "known are " + strings.Join(known, ", ")
	if len(known) == 1 {
		list = "known is " + known[0]
	}
	if source, only := there.onlyID(s); only {
		return "is not known; " + list + source // only an id fits here, even if the name exists elsewhere
	}
	meant := cmp.Or(Nearest(name, known), alternatives(find(p.root, name, nil)))
	if meant == "" {
		return "is not known; " + list
	}
	return "is not known; did you mean " + meant + "? (" + list + ")"
}

// wraps reports whether p is an object whose members all belong one level higher, into
// the object of schema s that p stands in.
func (p place) wraps(s *jsonschema.Schema) bool {
	object, ok := p.value().(map[string]any)
	return ok && len(object) > 0 && len(strangers(s, object)) == 0
}

// onlyID reports whether the only property of s is an id, and says where such ids come
// from.
func (p place) onlyID(s *jsonschema.Schema) (source string, only bool) {
	id := s.Properties.Oldest()
	if id.Value.Format != "uuid" || id.Next() != nil || len(p.at) == 0 {
		return "", false
	}
	return p.to(append(slices.Clip(p.at), id.Key)).source(), true
}

// alternatives joins up to three paths by "or".
func alternatives(paths [][]string) string {
	const most = 3
	texts := make([]string, min(len(paths), most))
	for i := range texts {
		texts[i] = pathOrEmpty(paths[i])
	}
	return strings.Join(texts, " or ")
}

// schema returns the schema of the value at p; an empty one if there is none.
func (p place) schema() *jsonschema.Schema {
	s := p.root
	for _, name := range p.at {
		s, _ = unwrap(s)
		child := s.Items
		if s.Type != "array" {
			child, _ = property(s, name)
		}
		if child == nil {
			return new(jsonschema.Schema)
		}
		s = child
	}
	return s
}

// value returns what was given at p.
func (p place) value() any {
	v := p.tree
	for _, name := range p.at {
		switch inside := v.(type) {
		case map[string]any:
			v = inside[name]
		case []any:
			i, _ := strconv.Atoi(name)
			v = inside[i]
		}
	}
	return v
}
