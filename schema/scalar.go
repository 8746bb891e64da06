package schema

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode"

	"github.com/invopop/jsonschema"
)

// text corrects the spelling of an enum value, takes a UUID out of braces, a prefix or
// an address, and turns a number into text if the hints allow it. Any other string
// stays as it is.
func (t *tidier) text(s *jsonschema.Schema, v any) any {
	if n, ok := v.(json.Number); ok && t.hints.numeric(t.at) {
		return t.fix(simplify(n, true).String())
	}
	given, ok := v.(string)
	switch {
	case !ok:
	case len(s.Enum) > 0:
		if choice, ok := choose(s.Enum, given); ok && choice != given {
			return t.fix(choice)
		}
	case s.Format == "uuid":
		if id := t.uuid(given); id != given {
			return t.fix(id)
		}
	}
	return v
}

// choose returns the choice that equals given, or else the only one that differs from
// it just in case, dashes, underscores and spaces.
func choose(choices []any, given string) (string, bool) {
	var found []string
	for _, c := range choices {
		choice, _ := c.(string)
		if choice == given {
			return given, true
		}
		if fold(choice) == fold(given) {
			found = append(found, choice)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// uuid returns the id that a text contains, or the text.
func (t *tidier) uuid(given string) string {
	bare := bareUUID(given)
	if id, _ := t.hints.id(t.at, bare); id != "" {
		return id
	}
	return bare
}

// bareUUID removes white space, braces and urn:uuid: around a UUID.
func bareUUID(given string) string {
	const length, prefix = 36, "urn:uuid:"
	bare := strings.TrimSpace(given)
	if len(bare) == length+len(prefix) && strings.EqualFold(bare[:len(prefix)], prefix) {
		return bare[len(prefix):]
	}
	if len(bare) == length+2 && bare[0] == '{' && bare[length+1] == '}' {
		return bare[1 : length+1]
	}
	return bare
}

func (t *tidier) boolean(v any) any {
	given, _ := v.(string)
	switch strings.ToLower(strings.TrimSpace(given)) {
	case "true":
		return t.fix(true)
	case "false":
		return t.fix(false)
	}
	return v
}

// number parses a number that was given as a string, and turns 25.0 into 25 if an
// integer is wanted.
func (t *tidier) number(s *jsonschema.Schema, v any) any {
	if given, ok := v.(string); ok {
		given = strings.TrimSpace(given)
		if !isNumber(given) {
			return v
		}
		v = t.fix(json.Number(given))
	}
	given, ok := v.(json.Number)
	if !ok {
		return v
	}
	if simple := simplify(given, s.Type == "integer"); simple != given {
		return t.fix(simple)
	}
	return v
}

func isNumber(text string) bool {
	return text != "" && (text[0] == '-' || unicode.IsDigit(rune(text[0]))) && json.Valid([]byte(text))
}

// simplify returns 25 for 25.0 if a whole number is wanted. It also replaces numbers
// that are too large or too long, such as 1e9999999, by what fits a float64, so that the
// next reader does not have to work on them.
func simplify(n json.Number, whole bool) json.Number {
	const exact, longest = 1 << 53, 40
	text := n.String()
	if !strings.ContainsAny(text, ".eE") && len(text) <= longest {
		return n
	}
	f, _ := strconv.ParseFloat(text, 64)
	switch {
	case math.IsInf(f, 0):
		f = math.Copysign(math.MaxFloat64, f)
	case whole && f == math.Trunc(f) && math.Abs(f) < exact:
		return json.Number(strconv.FormatInt(int64(f), 10))
	case len(text) <= longest && !strings.ContainsAny(text, "eE"):
		return n
	}
	return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
}

// kindOf returns the JSON type of a parsed value, in the words of JSON Schema.
func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	default:
		return "object"
	}
}

func isKind(v any, want string) bool {
	kind := kindOf(v)
	return kind == want || kind == "number" && want == "integer"
}
