package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// maxDepth is how many objects and lists OpenAI allows within each other.
const maxDepth = 10

// Portable checks that the schema of a tool's arguments can be used everywhere, and
// returns all rules that it breaks, with their paths. A schema that passes is accepted
// by Claude, by OpenAI's and Gemini's function calling, by the converters of the usual
// agent frameworks and by MCP Inspector's strict check: it has exactly one type for each
// value and no union, enums of strings only, and no keyword or format that one of these
// refuses.
//
// An object must have properties, because some hosts always send {} for one without.
// The paths of objects that must allow any name are given as freeForm.
func Portable(schema json.RawMessage, freeForm ...string) error {
	doc, err := parse(schema)
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	l := linter{freeForm: freeForm}
	l.root(doc)
	l.node(nil, doc, 0)
	slices.Sort(l.broken)
	var errs []error
	for _, text := range slices.Compact(l.broken) {
		errs = append(errs, errors.New(text))
	}
	return errors.Join(errs...)
}

// linter collects the broken rules.
type linter struct {
	freeForm []string // paths of the objects that may lack properties
	broken   []string
}

func (l *linter) report(at []string, format string, args ...any) {
	where := pathOrEmpty(at)
	if where == "" {
		where = "root"
	}
	l.broken = append(l.broken, where+": "+fmt.Sprintf(format, args...))
}

// root checks what only the schema of all arguments must have: OpenAI refuses one
// without properties.
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
	switch s["type"] {
	case "string":
		l.text(at, s)
	case "integer", "number":
		l.number(at, s)
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

// keywords reports keywords that do not belong to the type: Gemini refuses properties
// with any type but object, and enum with any but string.
func (l *linter) keywords(at []string, s map[string]any) {
	kind, _ := s["type"].(string)
	allowed, known := keywords[kind]
	if !known {
		l.report(at, "type must be one known type, not %s", given(s["type"]))
	}
	for name := range s {
		if !slices.Contains(allowed, name) && !slices.Contains(always, name) {
			l.report(at, "keyword %s is not portable here", name)
		}
	}
}

// text checks the keywords of a string: Gemini refuses an enum with numbers or empty
// texts, and every format but date-time.
func (l *linter) text(at []string, s map[string]any) {
	if format, given := s["format"]; given && format != "date-time" {
		l.report(at, "format %q is not portable", format)
	}
	if pattern, given := s["pattern"].(string); given {
		if _, err := regexp.Compile(pattern); err != nil {
			l.report(at, "pattern must be a regular expression")
		}
	}
	if enum, given := s["enum"]; given {
		choices, _ := enum.([]any)
		if len(choices) == 0 || slices.ContainsFunc(choices, isBlank) {
			l.report(at, "enum must hold strings that are not empty")
		}
	}
}

func (l *linter) number(at []string, s map[string]any) {
	for _, name := range ofNumber {
		if limit, given := s[name]; given && kindOf(limit) != "number" {
			l.report(at, "%s must be a number", name)
		}
	}
}

func isBlank(choice any) bool {
	text, _ := choice.(string)
	return text == ""
}

func (l *linter) object(at []string, s map[string]any, depth int) {
	properties, _ := s["properties"].(map[string]any)
	if len(properties) == 0 && len(at) > 0 && !slices.Contains(l.freeForm, pathOrEmpty(at)) {
		l.report(at, "an object must have properties")
	}
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

// preset checks that a default is a value that the schema allows. A mistyped tag may
// make null of it, or the text of a number.
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
