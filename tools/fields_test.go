package tools

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFieldsLeaveOnlyWhatIsWanted(t *testing.T) {
	list, _ := Find("HEX_LIST_PROJECTS")
	get, _ := Find("HEX_GET_PROJECT")
	find, _ := Find("HEX_FIND_PROJECTS")
	people, _ := Find("HEX_FIND_PEOPLE")
	const found = `{"projects":[{"id":"1","title":"A","owner":"o"}],"found":1,"next":"n"}`
	const page = `{"values": [{"id":"1","title":"A","status":{"name":"x","n":1e400},"new":{"a":null,"b":[null,{"c":null,"d":2}]}},{"id":"2","status":null}], "pagination":{"after":null,"before":"b"}}`
	for _, test := range []struct {
		action     Action
		want, body string
		left       string
	}{
		{list, `"id"`, page, `{"values":[{"id":"1"},{"id":"2"}],"pagination":{"after":null,"before":"b"}}`},
		{list, `" id , status.name,"`, page, `{"values":[{"id":"1","status":{"name":"x"}},{"id":"2"}],"pagination":{"after":null,"before":"b"}}`},
		{list, `["status.n","status"]`, page, `{"values":[{"status":{"name":"x","n":1e400}},{}],"pagination":{"after":null,"before":"b"}}`},
		{list, `"new"`, page, `{"values":[{"new":{"b":[null,{"d":2}]}},{}],"pagination":{"after":null,"before":"b"}}`},
		{list, `"new.b.d"`, page, `{"values":[{"new":{"b":[null,{"d":2}]}},{}],"pagination":{"after":null,"before":"b"}}`},
		{list, `"sharing.users"`, page, `{"values":[{},{}],"pagination":{"after":null,"before":"b"}}`}, // known, and not in this answer
		{list, `"anything"`, `{"values":[]}`, `{"values":[]}`},
		{get, `"id,categories.name"`, `{"id":"1","title":"A","categories":[{"name":"x","description":null}]}`, `{"id":"1","categories":[{"name":"x"}]}`},
		{find, `"id,title"`, found, `{"projects":[{"id":"1","title":"A"}],"next":"n"}`},
		{find, `"found,projects.id,title"`, found, `{"projects":[{"id":"1","title":"A"}],"found":1,"next":"n"}`},
		{find, `"id,projects"`, found, `{"projects":[{"id":"1","title":"A","owner":"o"}],"next":"n"}`},
		{find, `"title"`, `{"projects":[],"leftOut":[{"id":"2","why":"w"}],"found":0}`, `{"projects":[],"leftOut":[{"id":"2","why":"w"}]}`},
		{find, `"title,status.name,owner.email"`, `{"projects":[{"title":"A","status":"x","owner":"o"}]}`, `{"projects":[{"title":"A","status":"x","owner":"o"}]}`},
		{people, `"email"`, `{"users":[{"id":"1","email":"e"}],"groups":[{"id":"2","name":"g"}],"found":2}`, `{"users":[{"email":"e"}]}`},
		{get, `""`, `{"id":null}`, `{"id":null}`},
		{get, `null`, `{"id":null}`, `{"id":null}`},
	} {
		want, rest, err := test.action.takeFields(json.RawMessage(`{"a":1,"fields":` + test.want + `}`))
		require.NoError(t, err)
		assert.JSONEq(t, `{"a":1}`, string(rest))
		left, err := test.action.choose(want, json.RawMessage(test.body), test.action.Name == list.Name)
		require.NoError(t, err, test.want)
		assert.Equal(t, test.left, string(left), test.want)
	}
}

func TestAFieldThatThereIsNotIsNamedWithThoseThatThereAre(t *testing.T) {
	list, _ := Find("HEX_LIST_GROUPS")
	for want, says := range map[string]string{
		"id,titel": `"titel", which the answer does not have: there are "createdAt", "id", "name", "odd".`,
		"odd.z":    `"odd.z", which the answer does not have: there are a.`,
		"id.short": `"id.short", which the answer does not have: it holds no others.`,
	} {
		fields, err := readFields([]byte(`"` + want + `"`))
		require.NoError(t, err)
		_, err = list.choose(fields, json.RawMessage(`{"values":[{"id":"1","name":"n","createdAt":"t","odd":{"a":1}}]}`), true)
		require.ErrorContains(t, err, says)
	}
}

// Every tool that reads takes fields, and no other does.
func TestAllThatReadsTakesFields(t *testing.T) {
	for _, a := range All() {
		assert.NotContains(t, string(a.Input()), `"fields"`, "%s: an argument of its own would be taken for this one", a.Name)
		want, _, err := a.takeFields(json.RawMessage(`{"fields":"id"}`))
		require.NoError(t, err)
		assert.Equal(t, a.Effect.ReadOnly, want != nil, a.Name)
	}
	deep := strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000)
	get, _ := Find("HEX_GET_PROJECT")
	left, err := get.choose(fields{"a": nil}, json.RawMessage(deep), false)
	require.NoError(t, err)
	assert.Equal(t, deep, string(left))
}

// The cursor of a job stays, as its notes name it.
func TestFieldsKeepTheCursorOfAJob(t *testing.T) {
	find, _ := Find("HEX_FIND_PROJECTS")
	left, err := find.choose(fields{"projects": {"id": nil}}, json.RawMessage(`{"projects":[{"id":"1","title":"A"}],"lookedAt":3,"next":"c"}`), false)
	require.NoError(t, err)
	assert.Equal(t, `{"projects":[{"id":"1"}],"next":"c"}`, string(left))
}

// Each level of a field is a map, and its path a text of its own.
func TestFieldsAreFewAndNotDeep(t *testing.T) {
	for value, want := range map[string]string{
		`"` + strings.Repeat("a.", 2_000_000) + `a"`:      "16,384 bytes",
		`[` + strings.Repeat(`"a.b",`, 500_000) + `"id"]`: "16,384 bytes",
		`"` + strings.Repeat("a.", maxFieldLevels) + `a"`: "50 levels",
	} {
		_, err := readFields([]byte(value))
		require.ErrorContains(t, err, want)
	}
	got, err := readFields([]byte(`"` + strings.Repeat("a.", maxFieldLevels-1) + `a"`))
	require.NoError(t, err)
	assert.Len(t, got, 1)
}
