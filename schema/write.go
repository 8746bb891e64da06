package schema

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// The library's own MarshalJSON reads each level again for each level above
// it, which took most of the start of a program with many tools. It also writes
// {} as true, which providers refuse.

// marshal writes s as compact JSON.
func marshal(s *jsonschema.Schema) json.RawMessage {
	var w writer
	w.schema(s)
	return w.Bytes()
}

// marshalShort writes what a model is told of s. It leaves out what hosts and
// model APIs stumble over: that a value may be null instead (Genkit, LangChain
// and others lose an argument or a whole tool over a union of types), and formats
// other than date-time, which some hosts check themselves before our sentence
// can be read. For the same reason, and to save 29 bytes each time, it leaves out
// what goes without saying: that objects are closed, that false is the default,
// that a text is not empty. The decoder holds arguments to all of it just the same.
func marshalShort(s *jsonschema.Schema) json.RawMessage {
	w := writer{short: true}
	w.schema(s)
	return w.Bytes()
}

// marshalOpen writes of s only the types, which is all that hosts check: none
// gives a model the schema of an answer, and it was 71 % of the list of tools.
func marshalOpen(s *jsonschema.Schema) json.RawMessage {
	var w writer
	w.open(s)
	return w.Bytes()
}

// A writer writes the keywords that this package knows; Decoder.Compile finds
// out whether a type uses others.
type writer struct {
	bytes.Buffer
	short bool
	depth int
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

// more says what further properties an object may have.
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

// openLevels is how many levels of properties the schema of an answer tells:
// those of the answer, and those of its items or of what is within it.
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

// value panics on a value that has no JSON, which only a type's own schema
// could bring in, and which the first run of the program shows.
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

// quote does without the HTML escapes of encoding/json, which cost a model six
// bytes for one.
func (w *writer) quote(text string) {
	if !strings.ContainsFunc(text, needsEscape) {
		w.WriteString(`"` + text + `"`)
		return
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(text)      // a string always has JSON
	w.Truncate(w.Len() - 1) // the line break that Encode adds
}

func needsEscape(r rune) bool {
	return r < ' ' || r > '~' || r == '"' || r == '\\'
}
