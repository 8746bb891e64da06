package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/invopop/jsonschema"
)

// This file checks values against those keywords of JSON Schema that the types of
// arguments use. A library for all of JSON Schema took twice the time and memory, had to
// compile a schema for each tool at the start, and collected all of a million mistakes.
// Tests compare this code with such a library.

// fault is a keyword of JSON Schema that a value breaks.
type fault struct {
	keyword string
	names   []string // names that are missing, or not known
	got     int      // how many characters or entries there are
	want    uint64   // how many are allowed or needed
}

// value checks one value and those inside it, until isDone. It checks nothing more of
// a value whose type is wrong.
func (c *checker) value(s *jsonschema.Schema, v any) {
	s, nullable := unwrap(s)
	text, isText := v.(string)
	switch {
	case nullable && v == nil:
	case s.Type != "" && !hasType(v, s.Type):
		c.found(fault{keyword: "type"})
	case len(s.Enum) > 0 && !slices.Contains(s.Enum, v):
		c.found(fault{keyword: "enum"})
	case isText && s.Format != "" && !hasFormat(text, s.Format):
		c.found(fault{keyword: "format"})
	default:
		c.inside(s, v)
	}
}

func (c *checker) inside(s *jsonschema.Schema, v any) {
	switch v := v.(type) {
	case map[string]any:
		c.object(s, v)
	case []any:
		c.list(s, v)
	case string:
		c.count("Length", utf8.RuneCountInString(v), s.MinLength, s.MaxLength)
	case json.Number:
		c.number(s, v)
	}
}

func (c *checker) object(s *jsonschema.Schema, object map[string]any) {
	if missing := absent(s.Required, object); len(missing) > 0 {
		c.found(fault{keyword: "required", names: missing})
	}
	if s.Properties != nil {
		for p := s.Properties.Oldest(); p != nil && !c.isDone(); p = p.Next() {
			if v, given := object[p.Key]; given {
				c.below(p.Key, p.Value, v)
			}
		}
	}
	c.others(s, object)
}

// absent returns those of the names that an object does not have.
func absent(names []string, object map[string]any) (missing []string) {
	for _, name := range names {
		if _, given := object[name]; !given {
			missing = append(missing, name)
		}
	}
	return missing
}

// others checks the properties that the schema does not declare.
func (c *checker) others(s *jsonschema.Schema, object map[string]any) {
	if s.AdditionalProperties == nil {
		return
	}
	others := strangers(s, object)
	if s.Properties == nil {
		others = slices.Sorted(maps.Keys(object))
	}
	if s.AdditionalProperties == jsonschema.FalseSchema {
		if len(others) > 0 {
			c.found(fault{keyword: "additionalProperties", names: others})
		}
		return
	}
	for _, name := range others {
		if c.isDone() {
			return
		}
		c.below(name, s.AdditionalProperties, object[name])
	}
}

// list checks a list. Of one that is too short or too long it checks only the first
// maxProblems entries.
func (c *checker) list(s *jsonschema.Schema, list []any) {
	if c.count("Items", len(list), s.MinItems, s.MaxItems) {
		list = list[:min(len(list), maxProblems)]
	}
	if s.Items == nil || isAnything(s.Items) {
		return
	}
	for i, v := range list {
		if c.isDone() {
			return
		}
		c.below(strconv.Itoa(i), s.Items, v)
	}
}

// count checks a number of characters or entries, and reports whether it is wrong.
func (c *checker) count(of string, n int, least, most *uint64) bool {
	given := uint64(n) //nolint:gosec // no count is negative
	switch {
	case least != nil && given < *least:
		c.found(fault{keyword: "min" + of, got: n, want: *least})
	case most != nil && given > *most:
		c.found(fault{keyword: "max" + of, got: n, want: *most})
	default:
		return false
	}
	return true
}

func (c *checker) number(s *jsonschema.Schema, n json.Number) {
	f := float(n)
	switch {
	case s.Minimum != "" && f < float(s.Minimum):
		c.found(fault{keyword: "minimum"})
	case s.Maximum != "" && f > float(s.Maximum):
		c.found(fault{keyword: "maximum"})
	case s.ExclusiveMinimum != "" && f <= float(s.ExclusiveMinimum):
		c.found(fault{keyword: "exclusiveMinimum"})
	case s.ExclusiveMaximum != "" && f >= float(s.ExclusiveMaximum):
		c.found(fault{keyword: "exclusiveMaximum"})
	case s.MultipleOf != "" && math.Mod(f, float(s.MultipleOf)) != 0:
		c.found(fault{keyword: "multipleOf"})
	}
}

// float is the value of a number. A float64 is exact enough, because limits are small,
// and ParseFloat returns infinity for numbers beyond its range.
func float(n json.Number) float64 {
	f, _ := strconv.ParseFloat(n.String(), 64)
	return f
}

func hasType(v any, want string) bool {
	n, isNumber := v.(json.Number)
	if want == "integer" && isNumber {
		return float(n) == math.Trunc(float(n))
	}
	return kindOf(v) == want
}

// checks are the formats that are checked, with the functions that do so.
var checks = map[string]func(string) bool{
	"uuid":      isUUID,
	"email":     isEmail,
	"date-time": isTime,
}

func hasFormat(text, format string) bool {
	check := checks[format]
	return check == nil || check(text)
}

func isUUID(text string) bool {
	const length = 36
	for i := range text {
		isDash := i == 8 || i == 13 || i == 18 || i == 23
		if isDash != (text[i] == '-') || !isDash && !strings.ContainsRune("0123456789abcdefABCDEF", rune(text[i])) {
			return false
		}
	}
	return len(text) == length
}

func isEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text
}

// isTime reports whether a text is a time as RFC 3339 defines it. time.Parse accepts
// more: 9:00 for 09:00, a comma before fractions of seconds, and offsets of 24 hours.
func isTime(text string) bool {
	_, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	if err != nil || text[len("2006-01-02T15")] != ':' || strings.Contains(text, ",") {
		return false
	}
	zone, isUTC := strings.CutSuffix(strings.ToUpper(text), "Z")
	_, err = time.Parse("15:04", zone[len(zone)-len("15:04"):])
	return isUTC || err == nil
}

// unsupported returns an error for each keyword in a schema that would not be checked.
func unsupported(s *jsonschema.Schema) error {
	value, _ := unwrap(s)
	var errs []error
	if len(value.AnyOf) > 0 {
		errs = append(errs, errors.New("schema has a union that is not with null"))
	}
	if value.Pattern != "" {
		errs = append(errs, fmt.Errorf("schema has a pattern, %s, which is not checked", value.Pattern))
	}
	if value.Format != "" && checks[value.Format] == nil {
		errs = append(errs, fmt.Errorf("schema has the format %s, which is not checked", value.Format))
	}
	for _, child := range children(value) {
		errs = append(errs, unsupported(child))
	}
	return errors.Join(errs...)
}
