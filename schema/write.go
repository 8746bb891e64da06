package schema

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// This file writes schemas as JSON. The library's own MarshalJSON encodes each level
// again for each level above it, which took most of the start-up time of a program with
// many tools. It also writes {} as true, which model providers refuse.

// marshal writes s as compact JSON.
func marshal(s *jsonschema.Schema) json.RawMessage {
	var w writer
	w.schema(s)
	return w.Bytes()
}

// marshalShort writes the schema that the model sees, without keywords that cause
// trouble. It leaves out null as an alternative, because Genkit, LangChain and others
// lose an argument or a whole tool over a union of types. It leaves out formats other
// than date-time, because some hosts check these themselves, and the model then does not
// see our error message. To save bytes, it leaves out that objects allow no further
// properties, that false is the default, and that a text must not be empty. A Decoder
// checks all of these nevertheless.
func marshalShort(s *jsonschema.Schema) json.RawMessage {
	w := writer{short: true}
	w.schema(s)
	return w.Bytes()
}

// marshalOpen writes only the types of s. Hosts check answers by them but show their
// schema to no model, and the whole schemas of answers were 71 % of the list of tools.
func marshalOpen(s *jsonschema.Schema) json.RawMessage {
	var w writer
	w.open(s)
	return w.Bytes()
}

// A writer writes the keywords that this package knows; Decoder.Complete finds out
// whether a type uses others.
type writer struct {
	bytes.Buffer
	short bool // as marshalShort has it
	depth int  // levels of objects around the schema that is being written
}

func (w *writer) schema(s *jsonschema.Schema) {
	if s == jsonschema.FalseSchema {
		w.WriteString("false")
		return
	}
	description := s.Description
	if w.short {
		s, _ = unwrap(s)
	}
	w.WriteByte('{')
	w.text("type", s.Type)
	w.text("description", description)
	w.limits(s)
	w.value("writeOnly", true, s.WriteOnly && !w.short)
	w.value("default", s.Default, s.Default != nil && (!w.short || s.Default != false))
	w.depth++
	w.children(s)
	w.depth--
	w.more(s)
	w.value("required", s.Required, len(s.Required) > 0)
	w.WriteByte('}')
}

// more writes additionalProperties, if it must be written.
func (w *writer) more(s *jsonschema.Schema) {
	closed := s.AdditionalProperties == jsonschema.FalseSchema
	if s.AdditionalProperties == nil || closed && w.short {
		return
	}
	w.name("additionalProperties")
	w.schema(s.AdditionalProperties)
}

func (w *writer) limits(s *jsonschema.Schema) {
	w.value("enum", s.Enum, len(s.Enum) > 0)
	if !w.short || s.Format == "date-time" {
		w.text("format", s.Format)
	}
	w.text("pattern", s.Pattern)
	if !w.short || s.MinLength == nil || *s.MinLength > 1 {
		w.count("minLength", s.MinLength)
	}
	w.count("maxLength", s.MaxLength)
	w.count("minItems", s.MinItems)
	w.count("maxItems", s.MaxItems)
	w.number("minimum", s.Minimum)
	w.number("maximum", s.Maximum)
	w.number("exclusiveMinimum", s.ExclusiveMinimum)
	w.number("exclusiveMaximum", s.ExclusiveMaximum)
	w.number("multipleOf", s.MultipleOf)
}

func (w *writer) children(s *jsonschema.Schema) {
	if len(s.AnyOf) > 0 {
		w.name("anyOf")
		w.WriteByte('[')
		for i, choice := range s.AnyOf {
			if i > 0 {
				w.WriteByte(',')
			}
			w.schema(choice)
		}
		w.WriteByte(']')
	}
	if s.Items != nil {
		w.name("items")
		w.schema(s.Items)
	}
	w.properties(s, w.schema)
}

func (w *writer) properties(s *jsonschema.Schema, write func(*jsonschema.Schema)) {
	if s.Properties == nil {
		return
	}
	w.name("properties")
	w.WriteByte('{')
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		w.name(p.Key)
		write(p.Value)
	}
	w.WriteByte('}')
}

// openLevels is how many levels of properties the schema of an answer has: those of the
// answer itself, and those of its items or members.
const openLevels = 2

// open writes the types of s and of what is in it, each of which may be null.
func (w *writer) open(s *jsonschema.Schema) {
	value, _ := unwrap(s)
	w.WriteByte('{')
	if value.Type != "" {
		w.name("type")
		w.WriteString(`["` + value.Type + `","null"]`)
	}
	if value.Items != nil && !isAnything(value.Items) {
		w.name("items")
		w.open(value.Items)
	}
	if w.depth < openLevels {
		w.depth++
		w.properties(value, w.open)
		w.depth--
	}
	if more := freeSchema(value); more != nil {
		w.name("additionalProperties")
		w.open(more)
	}
	w.WriteByte('}')
}

// name starts a member, after a comma unless it is the first.
func (w *writer) name(name string) {
	if b := w.Bytes(); b[len(b)-1] != '{' {
		w.WriteByte(',')
	}
	w.quote(name)
	w.WriteByte(':')
}

func (w *writer) text(name, value string) {
	if value != "" {
		w.name(name)
		w.quote(value)
	}
}

func (w *writer) number(name string, n json.Number) {
	if n != "" {
		w.name(name)
		w.WriteString(n.String())
	}
}

func (w *writer) count(name string, n *uint64) {
	if n != nil {
		w.name(name)
		w.WriteString(strconv.FormatUint(*n, 10))
	}
}

// value writes a keyword with any value, if given is true. It panics on a value that
// cannot be encoded. Only the schema of one of our types could hold one, and then every
// start of the program would show it.
func (w *writer) value(name string, v any, given bool) {
	if !given {
		return
	}
	raw, err := json.Marshal(v)
	if err != nil {
		panic("schema: " + err.Error())
	}
	w.name(name)
	w.Write(raw)
}

// quote writes a string without the HTML escapes of encoding/json, which take six bytes
// for one character.
func (w *writer) quote(text string) {
	if !strings.ContainsFunc(text, needsEscape) {
		w.WriteString(`"` + text + `"`)
		return
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(text)      // cannot fail for a string
	w.Truncate(w.Len() - 1) // the line break that Encode adds
}

func needsEscape(r rune) bool {
	return r < ' ' || r > '~' || r == '"' || r == '\\'
}
