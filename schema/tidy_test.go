package schema_test

import (
	"encoding/json"
	"testing"

	"github.com/invopop/jsonschema"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

func TestTidyCorrectsWhatCanMeanOneThingOnly(t *testing.T) {
	grant := `{"user":{"id":"` + projectID + `"},"access":"CAN_VIEW"}`
	for _, test := range []struct{ means, given, want string }{
		{"a number in a string", `"limit":"42"`, `"limit":42`},
		{"a number in a string, with spaces", `"limit":" 42 "`, `"limit":42`},
		{"a negative number in a string", `"ratio":"-0.5"`, `"ratio":-0.5`},
		{"a whole float", `"limit":25.0`, `"limit":25`},
		{"a whole float in a string", `"limit":"25.0"`, `"limit":25`},
		{"an exponent", `"limit":1e2`, `"limit":100`},
		{"a boolean in a string", `"dryRun":"true"`, `"dryRun":true`},
		{"a boolean as Python writes it", `"cached":"False"`, `"cached":false`},
		{"one value for a list", `"tags":"a"`, `"tags":["a"]`},
		{"one object for a list", `"sharing":{"upsert":{"users":` + grant + `}}`, `"sharing":{"upsert":{"users":[` + grant + `]}}`},
		{"one value for a list, tidied too", `"ids":"{` + projectID + `}"`, `"ids":["` + projectID + `"]`},
		{"a list in a string", `"tags":"[\"a\",\"b\"]"`, `"tags":["a","b"]`},
		{"an object in a string", `"inputs":"{\"n\":18446744073709551617}"`, `"inputs":{"n":18446744073709551617}`},
		{"an object in a string, tidied within", `"sharing":"{\"Upsert\":{\"users\":[` + escaped(grant) + `]}}"`, `"sharing":{"upsert":{"users":[` + grant + `]}}`},
		{"a choice in lower case", `"files":[{"path":"p","kind":"can_view"}]`, `"files":[{"path":"p","kind":"CAN_VIEW"}]`},
		{"a choice in words", `"files":[{"path":"p","kind":"Full access"}]`, `"files":[{"path":"p","kind":"FULL_ACCESS"}]`},
		{"a UUID in spaces", `"ids":["\n` + projectID + ` "]`, `"ids":["` + projectID + `"]`},
		{"a UUID as a URN", `"ids":["URN:uuid:` + projectID + `"]`, `"ids":["` + projectID + `"]`},
		{"null for what was not given", `"limit":null,"inputs":null,"sharing":null`, `"dryRun":false`},
		{"a name in snake case", `"dry_run":true`, `"dryRun":true`},
		{"a name in kebab case", `"dry-run":true`, `"dryRun":true`},
		{"a name in Pascal case", `"DryRun":true`, `"dryRun":true`},
		{"a name below the top", `"sharing":{"UPSERT":{"users":[` + grant + `]}}`, `"sharing":{"upsert":{"users":[` + grant + `]}}`},
		{"a name in an open object", `"files":[{"PATH":"p"}]`, `"files":[{"path":"p"}]`},
		{"a name with a Kelvin sign, which encoding/json takes for a k", `"files":[{"path":"p","\u212aind":"none"}]`, `"files":[{"path":"p","kind":"NONE"}]`},
	} {
		t.Run(test.means, func(t *testing.T) {
			assert.JSONEq(t, decode(t, with(test.want)), decode(t, with(test.given)))
		})
	}
}

// Hosts that make all arguments required let a model send null, or nothing in
// quotes, for what it does not want to give.
func TestTidyTakesWhatSaysNothingForNotGiven(t *testing.T) {
	type place struct {
		After id     `json:"after,omitempty"`
		Side  access `json:"side,omitempty"`
	}
	type arguments struct {
		ID     id                         `json:"id,omitempty"`
		Level  access                     `json:"level,omitempty"`
		Tags   []string                   `json:"tags,omitempty"`
		Dry    bool                       `json:"dry,omitempty"`
		Place  *place                     `json:"place,omitempty"`
		Inputs map[string]json.RawMessage `json:"inputs,omitempty"`
		Status nullable                   `json:"status,omitzero"`
		Title  *string                    `json:"title,omitempty"`
	}
	decoder := schema.NewDecoder[arguments]()
	for _, member := range []string{
		`"id":null`, `"id":""`, `"level":""`, `"tags":""`, `"dry":""`, `"inputs":null`, `"inputs":"{}"`, `"inputs":[]`,
		`"place":null`, `"place":""`, `"place":{"after":null,"side":""}`, `"place":"{\"after\":null}"`,
	} {
		v, err := decoder.Decode(t.Context(), json.RawMessage("{"+member+"}"))
		require.NoError(t, err, member)
		assert.Zero(t, v, member)
	}
	v, err := decoder.Decode(t.Context(), json.RawMessage(`{"title":"","status":"","inputs":{"a":"","b":null}}`))
	require.NoError(t, err)
	assert.Equal(t, arguments{
		Title: new(string), Status: nullable{present: true, null: true},
		Inputs: map[string]json.RawMessage{"a": json.RawMessage(`""`), "b": json.RawMessage("null")},
	}, v, "an empty text may be meant, removes what may be null, and stays in free-form values")
}

func TestTidyRefusesNothingInQuotesForWhatIsRequired(t *testing.T) {
	issues := refuse(t, `{"projectId":""}`)
	assert.Equal(t, `projectId must be a UUID such as 01234567-89ab-cdef-0123-456789abcdef; "" was given (Project to run, from LIST_PROJECTS)`, issues[0].Message)
}

// Some hosts cannot send an object that has no properties of its own.
func TestTidyTakesAListOfNamesAndValuesForAFreeFormObject(t *testing.T) {
	want := decode(t, with(`"inputs":{"region":"EU","days":30}`))
	for _, member := range []string{
		`"inputs":[{"name":"region","value":"EU"},{"value":30,"name":"days"}]`,
		`"inputs":"[{\"name\":\"region\",\"value\":\"EU\"},{\"name\":\"days\",\"value\":30}]"`,
	} {
		assert.JSONEq(t, want, decode(t, with(member)))
	}
	issues := refuse(t, with(`"inputs":[{"name":"a","value":1},{"name":"a","value":2}]`))
	assert.Equal(t, []schema.Issue{{Path: "inputs.a", Message: "inputs.a is given twice; give it once"}}, issues)
	refuse(t, with(`"inputs":[{"name":"a"}]`))
	refuse(t, with(`"sharing":[{"name":"upsert","value":{"users":[]}}]`))
}

func TestTidyDropsWhatHostsAddToTheArgumentsOfEveryTool(t *testing.T) {
	want := decode(t, with(`"limit":5`))
	for _, name := range []string{
		"wait_for_previous", "waitForPreviousTools", "toolAction", "toolSummary", "task_progress", "security_risk",
		"toolCallId", "sessionId", "action", "chatInput", "tool",
	} {
		assert.JSONEq(t, want, decode(t, with(`"limit":5,"`+name+`":{"a":[1]}`)), name)
	}
	issues := refuse(t, with(`"sharing":{"tool":1,"upsert":{"users":[]}}`))
	assert.Equal(t, "sharing.tool", issues[0].Path, "not below the top")

	v, err := schema.NewDecoder[struct {
		Action string `json:"action"`
	}]().Decode(t.Context(), json.RawMessage(`{"action":"ours"}`))
	require.NoError(t, err)
	assert.Equal(t, "ours", v.Action, "a tool's own argument stays")
}

func TestTidyReadsAllArgumentsFromAString(t *testing.T) {
	assert.JSONEq(t, decode(t, with(`"limit":5`)), decode(t, `"`+escaped(with(`"limit":5`))+`"`))
}

func TestTidyLeavesStringsAloneThatTheSchemaAccepts(t *testing.T) {
	for _, member := range []string{
		`"name":"42"`,
		`"name":"true"`,
		`"name":" spaced "`,
		`"name":"{\"a\":1}"`,
		`"name":"[1,2]"`,
		`"status":"null"`,
		`"tags":["1","[2]","{}"]`,
	} {
		assert.JSONEq(t, with(member), decode(t, with(member)))
	}
}

func TestTidyLeavesFreeFormValuesAlone(t *testing.T) {
	for _, member := range []string{
		`"inputs":{"dry_run":"true","limit":"42","n":null,"f":25.0,"o":"{\"a\":1}"}`,
		`"anything":"[1]"`,
		`"anything":null`,
		`"anything":{"project_id":null}`,
	} {
		assert.JSONEq(t, with(member), decode(t, with(member)))
	}
}

func TestTidyDoesNotGuess(t *testing.T) {
	for _, member := range []string{
		`"limit":"many"`,
		`"limit":"0x10"`,
		`"limit":""`,
		`"limit":2.5`,
		`"dryRun":"yes"`,
		`"dryRun":1`,
		`"name":5`,
		`"tags":5`,
		`"tags":{"a":"b"}`,
		`"tags":[null]`,
		`"inputs":"not json"`,
		`"inputs":[1]`,
		`"files":[{"path":"p","kind":"view"}]`,
	} {
		_, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(with(member)))
		assert.Error(t, err, member)
	}
}

func TestTidyRefusesTwoSpellingsOfOneName(t *testing.T) {
	want := []schema.Issue{{Path: "dryRun", Message: `dryRun is given twice, also as "dry_run"; give it once`}}
	assert.Equal(t, want, refuse(t, with(`"dryRun":true,"dry_run":false`)))

	want[0].Message = `dryRun is given twice, also as "dry_run"; give it once`
	assert.Equal(t, want, refuse(t, with(`"DRYRUN":true,"dry_run":false`)))
}

// encoding/json matches names without regard to case, so a name that is unknown
// to the validator could replace a value that it has seen.
func TestTidyLetsNoNameInPastTheValidator(t *testing.T) {
	issues := refuse(t, with(`"files":[{"path":"p","kind":"NONE","KIND":"ANYTHING"}]`))
	assert.Equal(t, []schema.Issue{{Path: "files[0].kind", Message: `files[0].kind is given twice, also as "KIND"; give it once`}}, issues)
}

// encoding/json takes the long s for an s.
func TestTidyLetsNoLongSPastTheValidator(t *testing.T) {
	_, err := schema.NewDecoder[struct {
		Seat openSeat `json:"seat"`
	}]().Decode(t.Context(), json.RawMessage(`{"seat":{"\u017fide":"ANYTHING"}}`))
	assert.EqualError(t, err, `seat.side must be one of NONE, CAN_VIEW, FULL_ACCESS; "ANYTHING" was given`)
}

type openSeat struct {
	Side access `json:"side"`
}

func (openSeat) JSONSchemaExtend(s *jsonschema.Schema) { s.AdditionalProperties = nil }

func TestTidyRefusesTwoSpellingsInOneValueForAList(t *testing.T) {
	issues := refuse(t, with(`"files":{"path":"p","PATH":"q"}`))
	assert.Equal(t, []schema.Issue{{Path: "files[0].path", Message: `files[0].path is given twice, also as "PATH"; give it once`}}, issues)
}

func TestTidyDoesNotChooseBetweenChoicesSpelledAlike(t *testing.T) {
	decoder := schema.NewDecoder[struct {
		Mode string `json:"mode" jsonschema:"enum=READ_ONLY,enum=readonly,enum=FULL"`
	}]()
	_, err := decoder.Decode(t.Context(), json.RawMessage(`{"mode":"ReadOnly"}`))
	assert.EqualError(t, err, `mode must be one of READ_ONLY, readonly, FULL; "ReadOnly" was given`)

	v, err := decoder.Decode(t.Context(), json.RawMessage(`{"mode":"readonly"}`))
	require.NoError(t, err)
	assert.Equal(t, "readonly", v.Mode)
}

func TestANumberIsTakenForTextWhereItMayBeOne(t *testing.T) {
	type versioned struct {
		Version string `json:"version"`
		Title   string `json:"title"`
	}
	decoder := schema.NewDecoder[versioned]().Hint(schema.Hints{Numeric: func(name string) bool { return name == "version" }})
	for given, want := range map[string]string{`3`: "3", `3.0`: "3", `"3"`: "3", `"draft"`: "draft"} {
		v, err := decoder.Decode(t.Context(), json.RawMessage(`{"version":`+given+`,"title":"x"}`))
		require.NoError(t, err)
		assert.Equal(t, want, v.Version)
	}
	_, err := decoder.Decode(t.Context(), json.RawMessage(`{"version":3,"title":2024}`))
	assert.ErrorContains(t, err, "title must be a string; 2024 was given")
}

func escaped(text string) string {
	quoted, _ := json.Marshal(text)
	return string(quoted[1 : len(quoted)-1])
}

func TestTidyTypedMaps(t *testing.T) {
	type weights struct {
		Weights map[string]int `json:"weights"`
	}
	v, err := schema.NewDecoder[weights]().Decode(t.Context(), json.RawMessage(`{"weights":{"a_b":"1","c":2.0}}`))
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"a_b": 1, "c": 2}, v.Weights)
}
