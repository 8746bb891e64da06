package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

func TestExplainSaysWhatIsWrongAndWhatIsAllowed(t *testing.T) {
	const uuid = "a UUID such as 01234567-89ab-cdef-0123-456789abcdef"
	const known = "(known are projectId, inputs, dryRun, cached, limit, offset, ratio, status, name, code, email, tags, ids, sharing, files, anything)"
	grants := func(n int) string {
		one := `{"user":{"id":"` + projectID + `"},"access":"NONE"}`
		return `"sharing":{"upsert":{"users":[` + strings.TrimSuffix(strings.Repeat(one+",", n), ",") + `]}}`
	}
	for _, test := range []struct{ problem, arguments, path, want string }{
		{"missing", `{}`, "projectId", "projectId is missing; give " + uuid + " (Project to run, from LIST_PROJECTS)"},
		{"null for missing", `{"projectId":null}`, "projectId", "projectId is missing; give " + uuid + " (Project to run, from LIST_PROJECTS)"},
		{"missing below", with(`"sharing":{}`), "sharing.upsert", "sharing.upsert is missing; give an object with users"},
		{"missing list below", with(`"sharing":{"upsert":{}}`), "sharing.upsert.users", "sharing.upsert.users is missing; give a list, each entry an object with user, access"},
		{"missing choice below", with(`"sharing":{"upsert":{"users":[{"user":{"id":"` + projectID + `"}}]}}`), "sharing.upsert.users[0].access", "sharing.upsert.users[0].access is missing; give one of NONE, CAN_VIEW, FULL_ACCESS"},
		{"unknown", with(`"colour":1`), "colour", "colour is not known; " + known[1:len(known)-1]},
		{"misspelt", with(`"projctIds":1`), "projctIds", "projctIds is not known; did you mean projectId? " + known},
		{"wrapper", with(`"input":{"limit":5}`), "input", "input is not known; leave it out, and give what it holds directly"},
		{"misplaced", with(`"users":[]`), "users", "users is not known; did you mean sharing.upsert.users? " + known},
		{"unknown below", with(`"sharing":{"upsert":{"users":[{"user":{"id":"` + projectID + `","name":"x"},"access":"NONE"}]}}`), "sharing.upsert.users[0].user.name", "sharing.upsert.users[0].user.name is not known; known is id"},
		{"wrong type", with(`"name":5`), "name", "name must be a string; 5 was given"},
		{"list for a string", with(`"name":["a"]`), "name", "name must be a string; a list of 1 entry was given, and it takes one value"},
		{"object for a string", with(`"name":{"a":1}`), "name", "name must be a string; an object was given"},
		{"text for a number", with(`"limit":"many"`), "limit", `limit must be a whole number; "many" was given`},
		{"fraction for a whole number", with(`"limit":2.5`), "limit", "limit must be a whole number; 2.5 was given"},
		{"text for a boolean", with(`"dryRun":"yes"`), "dryRun", `dryRun must be true or false; "yes" was given`},
		{"number for a list", with(`"tags":5`), "tags", "tags must be a list, each entry a string; 5 was given"},
		{"null in a list", with(`"tags":[null]`), "tags[0]", "tags[0] must be a string; null was given"},
		{"list for a map", with(`"inputs":[1]`), "inputs", "inputs must be an object; a list of 1 entry was given"},
		{"number for a nullable string", with(`"status":5`), "status", "status must be a string or null; 5 was given"},
		{"above the range", with(`"limit":500`), "limit", "limit must be from 1 to 100; 500 was given"},
		{"below the range", with(`"limit":0`), "limit", "limit must be from 1 to 100; 0 was given"},
		{"below the least", with(`"offset":-1`), "offset", "offset must be at least 0; -1 was given"},
		{"above the most", with(`"ratio":1.5`), "ratio", "ratio must be at most 1; 1.5 was given"},
		{"empty", with(`"name":""`), "name", "name must not be empty: leave it out if it is not meant"},
		{"too short", with(`"code":"ab"`), "code", "code has 2 characters; at least 3 are needed"},
		{"too long", with(`"name":"` + strings.Repeat("é", 21) + `"`), "name", "name has 21 characters; at most 20 are allowed"},
		{"too few", with(grants(0)), "sharing.upsert.users", "sharing.upsert.users has 0 entries; at least 1 must be given"},
		{"too many", with(grants(26)), "sharing.upsert.users", "sharing.upsert.users has 26 entries; at most 25 are allowed"},
		{"not among the choices", with(`"files":[{"path":"p","kind":"view"}]`), "files[0].kind", `files[0].kind must be one of NONE, CAN_VIEW, FULL_ACCESS; "view" was given`},
		{"bad UUID", with(`"ids":["abc"]`), "ids[0]", "ids[0] must be " + uuid + `; "abc" was given`},
		{"bad UUID whose source is known", `{"projectId":"weekly"}`, "projectId", "projectId must be " + uuid + `; "weekly" was given (Project to run, from LIST_PROJECTS)`},
		{"misspelt where any name may be", with(`"files":[{"pth":"p"}]`), "files[0].path", `files[0].path is missing; give a string; "pth" was given: rename it to path if that is meant`},
		{"bad e-mail", with(`"email":"abc"`), "email", `email must be an e-mail address; "abc" was given`},
	} {
		t.Run(test.problem, func(t *testing.T) {
			assert.Equal(t, []schema.Issue{{Path: test.path, Message: test.want}}, refuse(t, test.arguments))
		})
	}
}

func TestExplainLimitsThatTagsCanSet(t *testing.T) {
	type limits struct {
		More int    `json:"more,omitempty" jsonschema:"exclusiveMinimum=0"`
		Less int    `json:"less,omitempty" jsonschema:"exclusiveMaximum=9"`
		Even int    `json:"even,omitempty" jsonschema:"multipleOf=2"`
		When string `json:"when,omitempty" jsonschema:"format=date-time"`
	}
	_, err := schema.NewDecoder[limits]().Decode(t.Context(), json.RawMessage(`{"more":0,"less":9,"even":3,"when":"now"}`))
	assert.EqualError(t, err, `even must be a multiple of 2; 3 was given; `+
		`less must be less than 9; 9 was given; `+
		`more must be more than 0; 0 was given; `+
		`when must be a date and time such as 2026-01-31T09:00:00Z; "now" was given`)
}

func TestExplainNamesEachPlaceThatMayBeMeant(t *testing.T) {
	type cell struct {
		Source string `json:"source,omitempty"`
	}
	type arguments struct {
		Code     *cell `json:"code,omitempty"`
		SQL      *cell `json:"sql,omitempty"`
		Markdown *cell `json:"markdown,omitempty"`
		Other    *cell `json:"other,omitempty"`
	}
	decoder := schema.NewDecoder[arguments]()
	_, err := decoder.Decode(t.Context(), json.RawMessage(`{"source":"x"}`))
	assert.ErrorContains(t, err, "did you mean code.source or sql.source or markdown.source?")
	_, err = decoder.Decode(t.Context(), json.RawMessage(`{"code":"x"}`))
	assert.ErrorContains(t, err, `code must be an object with any of source; "x" was given`)
}

func TestExplainOfAToolWithoutArguments(t *testing.T) {
	_, err := schema.NewDecoder[struct{}]().Decode(t.Context(), json.RawMessage(`{"limit":1}`))
	assert.EqualError(t, err, "limit is not known; nothing is taken here")
}

func TestExplainSuggestsOnlyWhatIsLikely(t *testing.T) {
	type arguments struct {
		RunID     string `json:"runId,omitempty"`
		UserEmail string `json:"userEmail,omitempty"`
		UserName  string `json:"userName,omitempty"`
		Groups    string `json:"groups,omitempty"`
	}
	for given, want := range map[string]string{
		"id":       "runId",
		"run_ids":  "runId",
		"group":    "groups",
		"Email":    "userEmail",
		"useName":  "userName",
		"user":     "", // as near to two
		"x":        "",
		"password": "",
	} {
		_, err := schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(`{"`+given+`":"x"}`))
		if want == "" {
			assert.EqualError(t, err, given+" is not known; known are runId, userEmail, userName, groups")
		} else {
			assert.EqualError(t, err, given+" is not known; did you mean "+want+"? (known are runId, userEmail, userName, groups)")
		}
	}
}

func TestExplainSuggestsNothingBetweenTwoAsNear(t *testing.T) {
	type arguments struct {
		RunID  string `json:"runId,omitempty"`
		UserID string `json:"userId,omitempty"`
	}
	_, err := schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(`{"id":"x"}`))
	assert.EqualError(t, err, "id is not known; known are runId, userId")
}

func TestExplainNamesEveryProblemInOrder(t *testing.T) {
	arguments := `{"tags":[1,"a",2,"b","c","d","e","f","g","h",3],"limit":0,"DRY_RUN":true,"dryRun":false}`
	paths := func(issues []schema.Issue) (all []string) {
		for _, issue := range issues {
			all = append(all, issue.Path)
		}
		return all
	}
	for range 20 {
		assert.Equal(t, []string{"dryRun", "limit", "projectId", "tags[0]", "tags[2]", "tags[10]"}, paths(refuse(t, arguments)))
	}
}

func TestExplainStopsAfterTenProblems(t *testing.T) {
	issues := refuse(t, with(`"tags":[1,2,3,4,5,6,7,8,9,10,11,12,13]`))
	require.Len(t, issues, 11)
	assert.Equal(t, "tags[9]", issues[9].Path)
	assert.Equal(t, schema.Issue{Message: "and 3 more problems"}, issues[10])
}

func TestExplainQuotesWhatCallersSend(t *testing.T) {
	for given, shown := range map[string]string{
		`a\u0000b\nc`:                      `"a\x00b\nc"`,
		`a\u200b\u202e\udb40\udc41`:        `"a\u200b\u202e\U000e0041"`,
		`say \"hi\"; then`:                 `"say \"hi\"; then"`,
		strings.Repeat(`é`, 100):           `"` + strings.Repeat(`é`, 60) + `…"`,
		strings.Repeat(`\ud83d\ude00`, 61): `"` + strings.Repeat(`😀`, 60) + `…"`,
	} {
		issues := refuse(t, with(`"ids":["`+given+`"]`))
		assert.True(t, strings.HasSuffix(issues[0].Message, "; "+shown+" was given"), issues[0].Message)
	}
}

func TestExplainQuotesUnusualNames(t *testing.T) {
	issues := refuse(t, with(`"a.b\n":1`))
	assert.Equal(t, `["a.b\n"]`, issues[0].Path)
	assert.True(t, strings.HasPrefix(issues[0].Message, `["a.b\n"] is not known; `), issues[0].Message)
}

func TestExplainCutsLongPaths(t *testing.T) {
	deep := strings.Repeat(`{"level":`, 90) + `{"a":1,"a":2}` + strings.Repeat(`}`, 90)
	issues := refuse(t, with(`"inputs":`+deep))
	assert.Equal(t, "inputs"+strings.Repeat(".level", 32)+".l…", issues[0].Path)
	assert.Equal(t, issues[0].Path+" is given twice; give it once", issues[0].Message)
}

func TestInvalidErrorCanBeToldFromOthers(t *testing.T) {
	_, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(`{}`))
	var invalid *schema.InvalidError
	assert.ErrorAs(t, fmt.Errorf("call: %w", err), &invalid)
}
