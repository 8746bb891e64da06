package schema

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/invopop/jsonschema"
)

// This file puts schemas and values into words.

// given describes a caller's value in a few words.
func given(v any) string {
	switch v := v.(type) {
	case string:
		return quote(v)
	case []any:
		return "a list of " + entries(len(v))
	case map[string]any:
		return "an object"
	case nil:
		return "null"
	default:
		return cut(fmt.Sprint(v), maxQuoted)
	}
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return strconv.Itoa(n) + " entries"
}

// describe says what values s allows.
func describe(s *jsonschema.Schema) string {
	value, nullable := unwrap(s)
	text := cmp.Or(formats[value.Format], kinds[value.Type], "any value")
	switch {
	case len(value.Enum) == 1:
		text = fmt.Sprint(value.Enum[0])
	case len(value.Enum) > 1:
		text = "one of " + joined(value.Enum)
	case value.Type == "array" && value.Items != nil:
		text = "a list, each entry " + describe(value.Items)
	case value.Type == "object" && len(value.Required) > 0:
		text = "an object with " + strings.Join(value.Required, ", ")
	case value.Type == "object" && value.Properties != nil && value.Properties.Len() > 0:
		text = "an object with any of " + strings.Join(propertyNames(value), ", ")
	}
	if nullable {
		text += " or null"
	}
	return text
}

func joined(choices []any) string {
	texts := make([]string, len(choices))
	for i, c := range choices {
		texts[i] = fmt.Sprint(c)
	}
	return strings.Join(texts, ", ")
}

var kinds = map[string]string{
	"object":  "an object",
	"array":   "a list",
	"string":  "a string",
	"integer": "a whole number",
	"number":  "a number",
	"boolean": "true or false",
}

// formats describes the formats of strings.
var formats = map[string]string{
	"uuid":      "a UUID such as 01234567-89ab-cdef-0123-456789abcdef",
	"email":     "an e-mail address",
	"date-time": "a date and time such as 2026-01-31T09:00:00Z",
	"date":      "a date such as 2026-01-31",
	"time":      "a time such as 09:00:00Z",
	"duration":  "an ISO 8601 duration such as PT15M",
	"hostname":  "a host name",
	"ipv4":      "an IPv4 address",
	"ipv6":      "an IPv6 address",
}
