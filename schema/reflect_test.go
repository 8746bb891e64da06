package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

func TestInputIsCompactAndInTheOrderOfTheStruct(t *testing.T) {
	type arguments struct {
		ProjectID id     `json:"projectId" jsonschema:"required" jsonschema_description:"From LIST, \"quoted\" <b> & é."`
		Limit     int    `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25"`
		Level     access `json:"level,omitempty"`
		Dry       bool   `json:"dry" jsonschema:"default=false"`
	}
	want := `{"type":"object","properties":{` +
		`"projectId":{"type":"string","description":"From LIST, \"quoted\" <b> & é."},` +
		`"limit":{"type":"integer","minimum":1,"maximum":100,"default":25},` +
		`"level":{"type":"string","enum":["NONE","CAN_VIEW","FULL_ACCESS"]},` +
		`"dry":{"type":"boolean"}},` +
		`"required":["projectId"]}`
	assert.Equal(t, want, string(schema.Input[arguments]()))
}

func TestInputOfNoArgumentsHasPropertiesAllTheSame(t *testing.T) {
	assert.Equal(t, `{"type":"object","properties":{}}`, string(schema.Input[struct{}]()))
}

func TestInputOfEachKindOfField(t *testing.T) {
	for name, want := range map[string]string{
		"projectId": `{"type":"string","description":"Project to run, from LIST_PROJECTS."}`,
		"inputs":    `{"type":"object","description":"Values by name, <any> & all."}`,
		"cached":    `{"type":"boolean","default":true}`,
		"status":    `{"type":"string"}`,
		"ids":       `{"type":"array","items":{"type":"string"}}`,
		"anything":  `{"description":"Any JSON."}`,
		"files": `{"type":"array","items":{"type":"object","required":["path"],"properties":{
			"path":{"type":"string"},"kind":{"type":"string","enum":["NONE","CAN_VIEW","FULL_ACCESS"]}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			assert.JSONEq(t, want, string(properties(t, schema.Input[runInput]())[name]))
		})
	}
}

// Hosts check other formats themselves, in words that help less than ours.
func TestInputTellsNoFormatButDateTime(t *testing.T) {
	type arguments struct {
		At    string `json:"at" jsonschema:"format=date-time"`
		Email string `json:"email" jsonschema:"format=email"`
	}
	told := properties(t, schema.Input[arguments]())
	assert.JSONEq(t, `{"type":"string","format":"date-time"}`, string(told["at"]))
	assert.JSONEq(t, `{"type":"string"}`, string(told["email"]))
	_, err := schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(`{"email":"ada"}`))
	assert.EqualError(t, err, `email must be an e-mail address; "ada" was given`)
}

// Nothing but the type's own name must decide what the root is.
func TestInputKeepsItsRootWhenANestedTypeHasTheSameName(t *testing.T) {
	type outer = struct {
		Inner jsonNamesake `json:"inner"`
	}
	assert.Contains(t, properties(t, schema.Input[outer]()), "inner")
}

type jsonNamesake struct {
	Depth int `json:"depth"`
}

func TestOutputRefusesNothingThatTheAPIMayAnswer(t *testing.T) {
	type answer struct {
		ID      id                         `json:"id" jsonschema:"required"`
		Level   access                     `json:"level" jsonschema_description:"what it may do"`
		Count   int                        `json:"count" jsonschema:"minimum=1,default=3"`
		Note    nullable                   `json:"note"`
		Users   []user                     `json:"users"`
		Extra   json.RawMessage            `json:"extra"`
		Weights map[string]float64         `json:"weights"`
		Any     map[string]json.RawMessage `json:"any"`
	}
	want := `{"type":["object","null"],"properties":{
		"id":{"type":["string","null"]},
		"level":{"type":["string","null"]},
		"count":{"type":["integer","null"]},
		"note":{"type":["string","null"]},
		"users":{"type":["array","null"],"items":{"type":["object","null"],"properties":{"id":{"type":["string","null"]}}}},
		"extra":{},
		"weights":{"type":["object","null"],"additionalProperties":{"type":["number","null"]}},
		"any":{"type":["object","null"]}}}`
	assert.JSONEq(t, want, string(schema.Output[answer]()))
}

// What lies deeper is paid for by every client, and checked by none that we know.
func TestOutputTellsTwoLevelsOfProperties(t *testing.T) {
	type deep struct {
		Deep user `json:"deep"`
	}
	type answer struct {
		Values []deep `json:"values"`
	}
	want := `{"type":["object","null"],"properties":{"values":{"type":["array","null"],"items":
		{"type":["object","null"],"properties":{"deep":{"type":["object","null"]}}}}}}`
	assert.JSONEq(t, want, string(schema.Output[answer]()))
}

func TestOutputLeavesSharedSchemasAlone(t *testing.T) {
	before := schema.Input[sharesItsSchema]()
	schema.Output[sharesItsSchema]()
	assert.Equal(t, string(before), string(schema.Input[sharesItsSchema]()))
}

type sharesItsSchema struct {
	Level sharedLevel `json:"level"`
}

type sharedLevel string

var levelSchema = &jsonschema.Schema{Type: "string", Enum: []any{"LOW", "HIGH"}}

func (sharedLevel) JSONSchema() *jsonschema.Schema { return levelSchema }

func TestCompleteFindsKeywordsThatWouldBeLost(t *testing.T) {
	require.NoError(t, schema.NewDecoder[runInput]().Complete())
	err := schema.NewDecoder[struct {
		List []string `json:"list" jsonschema:"uniqueItems"`
		Old  int      `json:"old" jsonschema:"title=Age"`
	}]().Complete()
	assert.ErrorContains(t, err, "lacks keywords")
}

func properties(t *testing.T, raw json.RawMessage) map[string]json.RawMessage {
	t.Helper()
	var s struct {
		Properties map[string]json.RawMessage `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(raw, &s))
	return s.Properties
}

func BenchmarkNewDecoder(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		schema.NewDecoder[runInput]()
	}
}

func BenchmarkOutput(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		schema.Output[runInput]()
	}
}

// The model need not be told that an object is closed; the decoder holds it to
// that all the same.
func TestObjectsAreClosedWithoutSayingSo(t *testing.T) {
	type inner struct {
		Name string `json:"name"`
	}
	type outer struct {
		Inner inner `json:"inner"`
	}
	d := schema.NewDecoder[outer]()
	assert.JSONEq(t, `{"type":"object","properties":{"inner":{"type":"object","properties":{"name":{"type":"string"}}}}}`,
		string(d.Schema()))
	_, err := d.Decode(t.Context(), json.RawMessage(`{"inner":{"nope":1}}`))
	assert.ErrorContains(t, err, "inner.nope")
}
