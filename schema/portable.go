package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// maxDepth is how many objects and lists OpenAI allows within each other.
const maxDepth = 10

// Portable reports every rule that the schema of a tool's arguments breaks, and
// where. What passes is accepted by Claude, by OpenAI's and Gemini's function
// calling and by MCP Inspector's strict check: one type for each value, choices
// of strings only, null through anyOf alone, and no keyword or format that one
// of them refuses.
func Portable(schema json.RawMessage) error {
	doc, err := validator.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	var l linter
	l.root(doc)
	l.node(nil, doc, 0)
	if _, err := compile(schema); err != nil {
		l.broken = append(l.broken, err.Error())
	}
	slices.Sort(l.broken)
	var errs []error
	for _, text := range slices.Compact(l.broken) {
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}

// linter collects the broken rules.
type linter struct{ broken []string }

func (l *linter) report(at []string, format string, args ...any) {
	where := pathOrEmpty(at)
	if where == "" {
		where = "root"
	}
	l.broken = append(l.broken, where+": "+fmt.Sprintf(format, args...))
}

// root holds the arguments as a whole to what is asked of them beyond any
// object: OpenAI refuses a root without properties.
func (l *linter) root(doc any) {
	root, _ := doc.(map[string]any)
	if root["type"] != "object" {
		l.report(nil, "type must be object")
	}
	if _, ok := root["properties"]; !ok {
		l.report(nil, "properties must be given, if empty")
	}
}

// node checks one schema and those within it.
func (l *linter) node(at []string, v any, depth int) {
	s, ok := v.(map[string]any)
	switch {
	case !ok:
		l.report(at, "schema must be an object, not %s", given(v))
		return
	case depth > maxDepth:
		l.report(at, "nested deeper than %d levels", maxDepth)
		return
	}
	l.keywords(at, s)
	if _, ok := s["anyOf"]; ok {
		l.nullable(at, s, depth)
	}
	switch s["type"] {
	case "string":
		l.text(at, s)
	case "array":
		l.node(append(slices.Clip(at), "items"), s["items"], depth+1)
	case "object":
		l.object(at, s, depth)
	}
	l.preset(at, s)
}

var (
	always   = []string{"type", "description", "default"}
	ofNumber = []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
	keywords = map[string][]string{
		"object":  {"properties", "required", "additionalProperties"},
		"array":   {"items", "minItems", "maxItems"},
		"string":  {"enum", "format", "pattern", "minLength", "maxLength"},
		"integer": ofNumber,
		"number":  ofNumber,
		"boolean": {},
	}
)

// keywords refuses what the type does not have: Gemini refuses properties
// beside any type but object, and enum beside any but string.
func (l *linter) keywords(at []string, s map[string]any) {
	kind, _ := s["type"].(string)
	allowed, known := keywords[kind]
	_, choice := s["anyOf"]
	switch {
	case choice:
		allowed = []string{"anyOf"}
	case s["type"] == nil && s["description"] == nil:
		l.report(at, "type or, for any value, description must be given")
	case s["type"] != nil && !known:
		l.report(at, "type must be one known type, not %s", given(s["type"]))
	}
	for name := range s {
		if !slices.Contains(allowed, name) && !slices.Contains(always, name) || choice && name == "type" {
			l.report(at, "keyword %s is not portable here", name)
		}
	}
}

// nullable allows one use of anyOf: a value or null, for a property.
func (l *linter) nullable(at []string, s map[string]any, depth int) {
	branches, _ := s["anyOf"].([]any)
	if len(branches) != 2 || !isNullSchema(branches[1]) {
		l.report(at, "anyOf must be a schema and {type: null}")
		return
	}
	value, _ := branches[0].(map[string]any)
	if _, nested := value["anyOf"]; nested {
		l.report(at, "anyOf must not hold another anyOf")
	}
	if value != nil && value["type"] == nil {
		l.report(at, "anyOf must hold a schema that has a type")
	}
	l.node(at, branches[0], depth)
}

func isNullSchema(v any) bool {
	s, _ := v.(map[string]any)
	return len(s) == 1 && s["type"] == "null"
}

// text checks choices and formats: Gemini refuses choices that are numbers or
// empty, and OpenAI formats that it does not know.
func (l *linter) text(at []string, s map[string]any) {
	if format, given := s["format"]; given {
		name, _ := format.(string)
		if formats[name] == "" {
			l.report(at, "format %q is not portable", name)
		}
	}
	if enum, given := s["enum"]; given {
		choices, _ := enum.([]any)
		if len(choices) == 0 || slices.ContainsFunc(choices, isBlank) {
			l.report(at, "enum must hold strings that are not empty")
		}
	}
}

func isBlank(choice any) bool {
	text, _ := choice.(string)
	return text == ""
}

func (l *linter) object(at []string, s map[string]any, depth int) {
	properties, _ := s["properties"].(map[string]any)
	for name, child := range properties {
		here := append(slices.Clip(at), name)
		if !isPortableName(name) {
			l.report(here, "name must be 1 to 64 letters, digits, dots, dashes and underscores")
		}
		l.node(here, child, depth+1)
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := properties[fmt.Sprint(name)]; !ok {
			l.report(at, "required %s is not a property", given(name))
		}
	}
	if more, ok := s["additionalProperties"]; ok && more != false {
		l.node(append(slices.Clip(at), "additionalProperties"), more, depth+1)
	}
}

func isPortableName(name string) bool {
	const allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"
	return name != "" && len(name) <= 64 && strings.Trim(name, allowed) == ""
}

// preset checks that a default is a value the schema allows: null, and the
// text of a number, come from mistyped tags.
func (l *linter) preset(at []string, s map[string]any) {
	value, ok := s["default"]
	if !ok {
		return
	}
	if kind, _ := s["type"].(string); !isKind(value, kind) {
		l.report(at, "default %s is not of type %s", given(value), strconv.Quote(kind))
	}
	text, isText := value.(string)
	if choices, _ := s["enum"].([]any); isText && choices != nil && !slices.Contains(choices, any(text)) {
		l.report(at, "default %s is not among the choices", given(value))
	}
}
