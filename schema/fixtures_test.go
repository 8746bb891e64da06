package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

// The types below have the forms that argument types have in this program.

type id string

func (id) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Format: "uuid"}
}

type access string

func (access) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{Type: "string", Enum: []any{"NONE", "CAN_VIEW", "FULL_ACCESS"}}
}

// nullable is absent, null or a string.
type nullable struct {
	value   string
	present bool
	null    bool
}

func (n nullable) IsZero() bool { return !n.present }

func (n nullable) MarshalJSON() ([]byte, error) {
	if n.null {
		return []byte("null"), nil
	}
	return json.Marshal(n.value)
}

func (n *nullable) UnmarshalJSON(b []byte) error {
	*n = nullable{present: true, null: string(b) == "null"}
	return json.Unmarshal(b, &n.value)
}

func (nullable) JSONSchema() *jsonschema.Schema {
	return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Type: "string"}, {Type: "null"}}}
}

type runInput struct {
	ProjectID id `json:"projectId" jsonschema:"required" jsonschema_description:"Project to run, from LIST_PROJECTS."`
	runOptions
}

type runOptions struct {
	Inputs   map[string]json.RawMessage `json:"inputs,omitempty" jsonschema_description:"Values by name, <any> & all."`
	DryRun   bool                       `json:"dryRun,omitempty" jsonschema:"default=false"`
	Cached   *bool                      `json:"cached,omitempty" jsonschema:"default=true"`
	Limit    int                        `json:"limit,omitempty" jsonschema:"minimum=1,maximum=100,default=25"`
	Offset   int                        `json:"offset,omitempty" jsonschema:"minimum=0"`
	Ratio    float64                    `json:"ratio,omitempty" jsonschema:"maximum=1"`
	Status   nullable                   `json:"status,omitzero"`
	Name     string                     `json:"name,omitempty" jsonschema:"minLength=1,maxLength=20"`
	Code     string                     `json:"code,omitempty" jsonschema:"minLength=3"`
	Email    string                     `json:"email,omitempty" jsonschema:"format=email"`
	Tags     []string                   `json:"tags,omitempty"`
	IDs      []id                       `json:"ids,omitempty"`
	Sharing  *sharing                   `json:"sharing,omitempty"`
	Files    []file                     `json:"files,omitempty"`
	Anything json.RawMessage            `json:"anything,omitempty" jsonschema_description:"Any JSON."`
}

type sharing struct {
	Upsert upsert `json:"upsert" jsonschema:"required"`
}

type upsert struct {
	Users []grant `json:"users" jsonschema:"required,minItems=1,maxItems=25"`
}

type grant struct {
	User   user   `json:"user" jsonschema:"required"`
	Access access `json:"access" jsonschema:"required"`
}

type user struct {
	ID id `json:"id" jsonschema:"required"`
}

// file may have more keys than it declares.
type file struct {
	Path string `json:"path" jsonschema:"required"`
	Kind access `json:"kind,omitempty"`
}

func (file) JSONSchemaExtend(s *jsonschema.Schema) { s.AdditionalProperties = nil }

const projectID = "01234567-89ab-cdef-0123-456789abcdef"

// decode returns what arguments become, as JSON.
func decode(t *testing.T, arguments string) string {
	t.Helper()
	v, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(arguments))
	require.NoError(t, err)
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return string(out)
}

// refuse returns what is said of bad arguments.
func refuse(t *testing.T, arguments string) []schema.Issue {
	t.Helper()
	v, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(arguments))
	var invalid *schema.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Zero(t, v, "a value beside an error")
	return invalid.Issues
}

// with returns valid arguments and one more member.
func with(member string) string {
	return `{"projectId":"` + projectID + `",` + member + `}`
}
