package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// everything has all the keywords that types of arguments use.
type everything struct {
	ID      uuid               `json:"id" jsonschema:"required"`
	When    string             `json:"when,omitempty" jsonschema:"format=date-time"`
	Choice  string             `json:"choice,omitempty" jsonschema:"enum=A,enum=B"`
	Maybe   maybe              `json:"maybe,omitempty"`
	Text    string             `json:"text,omitempty" jsonschema:"minLength=2,maxLength=3"`
	Whole   int                `json:"whole,omitempty" jsonschema:"minimum=1,maximum=100,multipleOf=2"`
	Ratio   float64            `json:"ratio,omitempty" jsonschema:"exclusiveMinimum=0,exclusiveMaximum=1"`
	Yes     bool               `json:"yes,omitempty"`
	List    []entry            `json:"list,omitempty" jsonschema:"minItems=1,maxItems=3"`
	Numbers map[string]float64 `json:"numbers,omitempty"`
	Any     json.RawMessage    `json:"any,omitempty"`
}

type entry struct {
	ID   uuid   `json:"id" jsonschema:"required"`
	Text string `json:"text,omitempty"`
}

type uuid string

func (uuid) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Format: "uuid"}
}

type maybe string

func (maybe) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "null"}}}
}

// FuzzVerdict lets a validator that knows all of JSON Schema judge the same
// values: what one refuses the other must refuse.
func FuzzVerdict(f *testing.F) {
	for _, x := range []string{
		`{}`, `[]`, `null`, `{"id":"01234567-89ab-cdef-0123-456789abcdef"}`, `{"id":"0123456789abcdef0123456789abcdefabcd"}`, `{"id":7,"x":1}`,
	} {
		f.Add([]byte(x))
	}
	for _, x := range []string{
		`"when":"2026-01-31T09:00:00Z"`, `"when":"2026-01-31t09:00:00.5+01:00"`, `"when":"2026-02-31T09:00:00Z"`, `"when":"now"`, `"when":"2026-01-31T9:00:00Z"`, `"when":"2026-01-31T09:00:00,5Z"`, `"when":"2026-01-31T09:00:00+24:00"`, `"when":"2026-01-31T09:00:00-23:60"`, `"when":"2026-01-31T09:00:00.25+23:59"`,
		`"choice":"A"`, `"choice":"a"`, `"choice":1`, `"choice":{"A":1}`, `"maybe":null`, `"maybe":"x"`, `"maybe":1`, `"text":"é"`, `"text":"éé"`, `"text":"abcd"`,
		`"whole":2`, `"whole":2.0`, `"whole":2.5`, `"whole":3`, `"whole":0`, `"whole":102`, `"whole":"2"`, `"ratio":0`, `"ratio":0.5`, `"ratio":1`,
		`"yes":true`, `"yes":"true"`, `"list":[]`, `"list":[{}]`, `"list":[{"id":"01234567-89ab-cdef-0123-456789abcdef"}]`, `"list":[1,2,3,4]`, `"list":{}`, `"numbers":{"a":1}`, `"numbers":{"a":"b"}`, `"any":[1,{"a":null}]`, `"x":1`,
	} {
		f.Add([]byte(`{"id":"01234567-89ab-cdef-0123-456789abcdef",` + x + `}`))
	}
	root := reflectInput(reflect.TypeFor[everything]())
	judge := compile(f, marshal(root))
	f.Fuzz(func(t *testing.T, raw []byte) {
		tree, err := read(raw, false)
		if err != nil {
			return
		}
		tree = (&tidier{}).value(root, tree) // which bounds numbers, as decoding does
		c := checker{ctx: t.Context(), root: root, tree: tree}
		c.value(root, tree)
		require.Equal(t, judge.Validate(tree) == nil, len(c.problems) == 0, "%s", raw)
	})
}

func compile(tb testing.TB, raw json.RawMessage) *validator.Schema {
	tb.Helper()
	doc, err := validator.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(tb, err)
	c := validator.NewCompiler()
	c.DefaultDraft(validator.Draft2020)
	c.AssertFormat()
	require.NoError(tb, c.AddResource("schema:everything", doc))
	compiled, err := c.Compile("schema:everything")
	require.NoError(tb, err)
	return compiled
}
