package schema

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// list tidies a list: it parses one that was given as JSON in a string, and makes a list
// of a single value.
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

// single makes a list of one value. If v is a text with commas and no entry may contain
// a comma, as with ids, it splits v into entries. Otherwise v becomes the only entry, if
// it has the type of an entry.
func (t *tidier) single(s *jsonschema.Schema, v any) any {
	wanted, _ := unwrap(s.Items)
	if text, ok := v.(string); ok && strings.HasPrefix(strings.TrimSpace(text), "[") {
		return v // a list with invalid JSON, of which the checker tells
	} else if ok && wanted.Type == "string" && !isFreeText(wanted) && strings.Contains(text, ",") {
		return t.list(s, t.fix(split(text)))
	}
	attempt := tidier{hints: t.hints, at: append(slices.Clone(t.at), "0")}
	item := attempt.value(wanted, v)
	if !isKind(item, wanted.Type) {
		return v
	}
	t.problems = append(t.problems, attempt.problems...)
	return t.fix([]any{item})
}

// split splits a text at its commas, and drops white space and empty entries.
func split(text string) []any {
	var entries []any
	for entry := range strings.SplitSeq(text, ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			entries = append(entries, entry)
		}
	}
	return entries
}

// parseText parses the JSON object or list that a string holds.
func parseText[T map[string]any | []any](v any) (T, bool) {
	text, _ := v.(string)
	if !beginsAsJSON(text) {
		return nil, false
	}
	parsed, err := read(json.RawMessage(text), true)
	if err != nil {
		return nil, false
	}
	value, ok := parsed.(T)
	return value, ok
}

// beginsAsJSON reports whether text may be a JSON object or list.
func beginsAsJSON(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
}
