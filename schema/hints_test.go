package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

type hinted struct {
	ProjectID id `json:"projectId" jsonschema:"required"`
	Users     []struct {
		User struct {
			ID id `json:"id" jsonschema:"required"`
		} `json:"user" jsonschema_description:"From the list of users."`
	} `json:"users,omitempty"`
	Options struct {
		Name string `json:"name,omitempty"`
	} `json:"options,omitzero"`
}

func hintedDecoder() *schema.Decoder[hinted] {
	return schema.NewDecoder[hinted]().Hint(schema.Hints{
		ID: func(path []string, given string) (string, string) {
			argument := path[len(path)-1]
			found, ok := strings.CutPrefix(given, "page/"+argument+"/")
			if !ok {
				return "", "it is no page of a " + argument
			}
			return found, ""
		},
		Instead: func(path, known []string) string {
			if path[len(path)-1] == "search" {
				return "compare names; there are " + strings.Join(known, ", ")
			}
			return ""
		},
	})
}

func TestHintsReadTheIDInAText(t *testing.T) {
	const a, b = "01990762-af2f-7d34-9cb0-00fc4a11ffd3", "01990762-af2f-7d34-9cb0-00fc4a11ffd4"
	v, err := hintedDecoder().Decode(t.Context(), json.RawMessage(`{"projectId":" page/projectId/`+a+`","users":{"user":{"id":"page/id/`+b+`"}}}`))
	require.NoError(t, err)
	assert.Equal(t, id(a), v.ProjectID)
	assert.Equal(t, id(b), v.Users[0].User.ID)
}

func TestHintsSayWhyThereIsNoID(t *testing.T) {
	_, err := hintedDecoder().Decode(t.Context(), json.RawMessage(`{"projectId":"x","users":[{"user":{"id":"y"}},{"user":{}},{"user":{"email":"e"}}]}`))
	const uuid = "a UUID such as 01234567-89ab-cdef-0123-456789abcdef"
	assert.EqualError(t, err, `projectId must be `+uuid+`; "x" was given: it is no page of a projectId; `+
		`users[0].user.id must be `+uuid+`; "y" was given: it is no page of a id (From the list of users); `+
		`users[1].user.id is missing; give `+uuid+` (From the list of users); `+
		`users[2].user.email is not known; known is id (From the list of users); `+
		`users[2].user.id is missing; give `+uuid+` (From the list of users)`)
}

func TestHintsSayByWhatElseThanAnIDIsTaken(t *testing.T) {
	decoder := schema.NewDecoder[hinted]().Hint(schema.Hints{OrByName: func(path []string) string {
		return map[string]string{"users.user.id": "an email"}[strings.Join(path, ".")]
	}})
	_, err := decoder.Decode(t.Context(), json.RawMessage(`{"projectId":"x","users":[{"user":{"id":"y"}},{"user":{}}]}`))
	const uuid = "a UUID such as 01234567-89ab-cdef-0123-456789abcdef"
	assert.EqualError(t, err, `projectId must be `+uuid+`; "x" was given; `+
		`users[0].user.id must be an email or `+uuid+`; "y" was given (From the list of users); `+
		`users[1].user.id is missing; give an email or `+uuid+` (From the list of users)`)
}

func TestHintsSayWhatToDoInstead(t *testing.T) {
	_, err := hintedDecoder().Decode(t.Context(), json.RawMessage(`{"projectId":"01990762-af2f-7d34-9cb0-00fc4a11ffd3","search":"x","options":{"search":"y","nam":"z"}}`))
	assert.EqualError(t, err, `options.nam is not known; did you mean name? (known is name); `+
		`options.search is not known; compare names; there are name; `+
		`search is not known; compare names; there are projectId, users, options`)
}

// Commas can only join entries that hold none.
func TestEntriesThatAreJoinedByCommasAreTakenApart(t *testing.T) {
	type arguments struct {
		IDs   []id     `json:"ids,omitempty"`
		Names []string `json:"names,omitempty"`
	}
	const a, b = "01990762-af2f-7d34-9cb0-00fc4a11ffd3", "01990762-af2f-7d34-9cb0-00fc4a11ffd4"
	v, err := schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(`{"ids":"`+a+`, `+b+`,","names":"x,y"}`))
	require.NoError(t, err)
	assert.Equal(t, arguments{IDs: []id{a, b}, Names: []string{"x,y"}}, v)
	_, err = schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(`{"names":"[\"x\""}`))
	assert.EqualError(t, err, `names must be a list, each entry a string; "[\"x\"" was given, which is not valid JSON: it ends too early, after "[\"x\""`)
}

func TestTextThatBeginsAsJSONIsToldWhereItBreaks(t *testing.T) {
	_, err := schema.NewDecoder[hinted]().Decode(t.Context(), json.RawMessage(`{"projectId":"01990762-af2f-7d34-9cb0-00fc4a11ffd3","users":"[{\"user\": }]","options":"{\"name\":\"x\""}`))
	assert.EqualError(t, err, `options must be an object with any of name; "{\"name\":\"x\"" was given, which is not valid JSON: it ends too early, after "{\"name\":\"x\""; `+
		`users must be a list, each entry an object with any of user; "[{\"user\": }]" was given, which is not valid JSON: at character 11, after "[{\"user\": "`)
}
