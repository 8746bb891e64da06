package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/schema"
)

func TestPortableAcceptsWhatInputMakes(t *testing.T) {
	assert.NoError(t, schema.Portable(schema.Input[sharing]()))
	assert.NoError(t, schema.Portable(schema.Input[struct{}]()))
}

func TestPortableTakesObjectsWithoutPropertiesOnlyWhereTheyAreMeant(t *testing.T) {
	free := json.RawMessage(property(`{"type":"object"}`))
	assert.EqualError(t, schema.Portable(free), "a: an object must have properties")
	assert.NoError(t, schema.Portable(free, "a"))
}

func TestPortableRefusesArgumentsOfAnyType(t *testing.T) {
	err := schema.Portable(schema.Input[runInput](), "inputs")
	assert.EqualError(t, err, "anything: type must be one known type, not null")
}

func TestPortableAcceptsTenLevels(t *testing.T) {
	assert.NoError(t, schema.Portable(nested(10)))
}

func TestPortableRefusesASchemaThatIsNotJSON(t *testing.T) {
	assert.ErrorContains(t, schema.Portable(json.RawMessage(`{`)), "read schema")
}

func TestPortableNamesTheRuleAndThePlace(t *testing.T) {
	for _, test := range []struct{ rule, schema, want string }{
		{"root is an object", `{"type":"array","items":{"type":"string"}}`, "root: type must be object"},
		{"root is a schema", `[]`, "root: schema must be an object, not a list of 0 entries"},
		{"root has properties", `{"type":"object"}`, "root: properties must be given, if empty"},
		{"no anyOf at the root", `{"type":"object","properties":{},"anyOf":[{"type":"object","properties":{}},{"type":"null"}]}`, "root: keyword anyOf is not portable here"},
		{"no oneOf at the root", `{"type":"object","properties":{},"oneOf":[{}]}`, "root: keyword oneOf is not portable here"},
		{"no allOf at the root", `{"type":"object","properties":{},"allOf":[{}]}`, "root: keyword allOf is not portable here"},
		{"no not at the root", `{"type":"object","properties":{},"not":{}}`, "root: keyword not is not portable here"},
		{"no $schema", `{"type":"object","properties":{},"$schema":"https://json-schema.org/draft/2020-12/schema"}`, "root: keyword $schema is not portable here"},
		{"no $id", `{"type":"object","properties":{},"$id":"https://example.com/a"}`, "root: keyword $id is not portable here"},
		{"no $defs", `{"type":"object","properties":{},"$defs":{"a":{"type":"string"}}}`, "root: keyword $defs is not portable here"},
		{"no local $ref", property(`{"description":"d","$ref":"#/properties/a"}`), "a: keyword $ref is not portable here"},
		{"no remote $ref", property(`{"description":"d","$ref":"file:///etc/passwd"}`), "a: keyword $ref is not portable here"},
		{"no type list", property(`{"type":["string","null"]}`), "a: type must be one known type, not a list of 2 entries"},
		{"no unknown type", property(`{"type":"text"}`), `a: type must be one known type, not "text"`},
		{"no null type", property(`{"type":"null"}`), `a: type must be one known type, not "null"`},
		{"no bare true", property(`true`), "a: schema must be an object, not true"},
		{"no bare false", property(`false`), "a: schema must be an object, not false"},
		{"no bare true as items", property(`{"type":"array","items":true}`), "a.items: schema must be an object, not true"},
		{"no additionalProperties true", property(`{"type":"object","additionalProperties":true}`), "a.additionalProperties: schema must be an object, not true"},
		{"any value has a type", property(`{"description":"d"}`), "a: type must be one known type, not null"},
		{"a list has items", property(`{"type":"array"}`), "a.items: schema must be an object, not null"},
		{"items are checked", property(`{"type":"array","items":{"type":"string","format":"uri"}}`), `a.items: format "uri" is not portable`},
		{"a choice is not empty", property(`{"type":"string","enum":[]}`), "a: enum must hold strings that are not empty"},
		{"a choice holds strings", property(`{"type":"string","enum":["x",1]}`), "a: enum must hold strings that are not empty"},
		{"a choice holds no empty string", property(`{"type":"string","enum":["x",""]}`), "a: enum must hold strings that are not empty"},
		{"a choice is of type string", property(`{"type":"integer","enum":[1]}`), "a: keyword enum is not portable here"},
		{"a choice has a type", property(`{"description":"d","enum":["x"]}`), "a: keyword enum is not portable here"},
		{"properties only of an object", property(`{"type":"string","properties":{}}`), "a: keyword properties is not portable here"},
		{"known formats only", property(`{"type":"string","format":"uri"}`), `a: format "uri" is not portable`},
		{"no format but date-time", property(`{"type":"string","format":"uuid"}`), `a: format "uuid" is not portable`},
		{"known keywords only", property(`{"type":"string","contentEncoding":"base64"}`), "a: keyword contentEncoding is not portable here"},
		{"no titles", property(`{"type":"string","title":"A"}`), "a: keyword title is not portable here"},
		{"no uniqueItems", property(`{"type":"array","items":{"type":"string"},"uniqueItems":true}`), "a: keyword uniqueItems is not portable here"},
		{"no union, not even with null", property(`{"anyOf":[{"type":"string"},{"type":"null"}]}`), "a: keyword anyOf is not portable here"},
		{"names of usual letters", `{"type":"object","properties":{"a b":{"type":"string"}}}`, `["a b"]: name must be`},
		{"names of at most 64 letters", `{"type":"object","properties":{"` + strings.Repeat("a", 65) + `":{"type":"string"}}}`, "name must be"},
		{"required names exist", `{"type":"object","properties":{},"required":["a"]}`, `root: required "a" is not a property`},
		{"ten levels", string(nested(11)), "nested deeper than 10 levels"},
		{"no null default", property(`{"type":"string","default":null}`), "a: default null is not of type \"string\""},
		{"a default has the type", property(`{"type":"integer","default":"25"}`), `a: default "25" is not of type "integer"`},
		{"a default is among the choices", property(`{"type":"string","enum":["x"],"default":"y"}`), `a: default "y" is not among the choices`},
		{"a pattern is one", property(`{"type":"string","pattern":"("}`), "a: pattern must be a regular expression"},
		{"limits are numbers", property(`{"type":"integer","minimum":"1"}`), "a: minimum must be a number"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			assert.ErrorContains(t, schema.Portable(json.RawMessage(test.schema)), test.want)
		})
	}
}

func TestPortableReportsAllRulesInAStableOrder(t *testing.T) {
	raw := json.RawMessage(`{"type":"object","properties":{"b":{"type":"string","format":"uri"},"a":true},"title":"T"}`)
	assert.EqualError(t, schema.Portable(raw), "a: schema must be an object, not true\n"+
		"b: format \"uri\" is not portable\n"+
		"root: keyword title is not portable here")
}

func property(s string) string {
	return fmt.Sprintf(`{"type":"object","properties":{"a":%s}}`, s)
}

// nested returns a schema whose innermost value is n levels below the root.
func nested(n int) json.RawMessage {
	s := `{"type":"string"}`
	for range n {
		s = property(s)
	}
	return json.RawMessage(s)
}
