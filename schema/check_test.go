package schema_test

import (
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema"
)

const million = 1_000_000

// listOf returns a list of n times the same entry.
func listOf(n int, entry string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(entry+",", n), ",") + "]"
}

func TestArgumentsMayNotNestWithoutEnd(t *testing.T) {
	within := func(depth int, inside string) string {
		return with(`"inputs":{"x":` + strings.Repeat("[", depth-2) + inside + strings.Repeat("]", depth-2) + `}`)
	}
	_, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(within(100, `"[\"["`)))
	assert.NoError(t, err, "brackets in strings do not count")

	want := []schema.Issue{{Message: "the arguments nest objects and lists deeper than 100 levels"}}
	assert.Equal(t, want, refuse(t, within(101, "")))
	assert.Equal(t, want, refuse(t, with(`"inputs":{"x":`+strings.Repeat("[", 9_900)+strings.Repeat("]", 9_900)+`,"x":1}`)))
}

// The entries of a long list are held to the schema as all others are, each
// with the place where it really stands.
func TestLongListsAreCheckedToTheirEnd(t *testing.T) {
	entries := listOf(5000, `"a"`)
	v, err := schema.NewDecoder[runInput]().Decode(t.Context(), json.RawMessage(with(`"tags":`+entries)))
	require.NoError(t, err)
	assert.Len(t, v.Tags, 5000, "none is lost")

	last := strings.TrimSuffix(listOf(4999, `{"path":"p"}`), "]") + `,{"path":7}]`
	issues := refuse(t, with(`"files":`+last))
	assert.Equal(t, []schema.Issue{{Path: "files[4999].path", Message: "files[4999].path must be a string; 7 was given"}}, issues)
}

func TestALongListWithinALongListIsCheckedToItsEnd(t *testing.T) {
	type arguments struct {
		Rows [][]string `json:"rows"`
	}
	row := strings.TrimSuffix(listOf(300, `"a"`), "]") + `,true]`
	given := `{"rows":` + strings.TrimSuffix(listOf(150, `["a"]`), "]") + "," + row + "]}"
	_, err := schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(given))
	assert.EqualError(t, err, "rows[150][300] must be a string; true was given")

	given = `{"rows":[` + strings.ReplaceAll(row, "true", `"b"`) + `]}`
	v, err := schema.NewDecoder[arguments]().Decode(t.Context(), json.RawMessage(given))
	require.NoError(t, err)
	assert.Len(t, v.Rows[0], 301, "what was cut to be checked is put back")
	assert.Equal(t, "b", v.Rows[0][300])
}

func TestAListThatIsTooLongIsSaidToBeAsLongAsItIs(t *testing.T) {
	grants := listOf(2000, `{"user":{"id":"`+projectID+`"},"access":"NONE"}`)
	issues := refuse(t, with(`"sharing":{"upsert":{"users":`+grants+`}}`))
	assert.Equal(t, "sharing.upsert.users has 2000 entries; at most 25 are allowed", issues[0].Message)
}

func TestCheckingEndsAfterAHundredProblems(t *testing.T) {
	issues := refuse(t, with(`"files":`+listOf(10_000, "{}")))
	assert.Len(t, issues, 11)
	assert.Equal(t, "files[0].path is missing; give a string", issues[0].Message)
	assert.Equal(t, "and at least 90 more problems", issues[10].Message)
}

func TestCheckingEndsWithTheCall(t *testing.T) {
	gone := errors.New("the client went away")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gone)
	v, err := schema.NewDecoder[runInput]().Decode(ctx, json.RawMessage(with(`"limit":5`)))
	assert.ErrorIs(t, err, gone)
	assert.Zero(t, v)
}

// What a message of a few MiB makes the decoder keep at once is bounded by a
// small multiple of it. Each of these took more than a gigabyte once.
func TestCheckingTakesLittleMemory(t *testing.T) {
	decoder := schema.NewDecoder[runInput]()
	for name, arguments := range map[string]string{
		"empty entries":        with(`"files":` + listOf(million, "{}")),
		"empty entries, few":   with(`"sharing":{"upsert":{"users":` + listOf(million, "{}") + `}}`),
		"entries of no type":   with(`"tags":` + listOf(million, "1")),
		"a name repeated deep": with(`"inputs":{"x":` + strings.Repeat("[", 9_900) + strings.Repeat("]", 9_900) + `,"x":1}`),
		"unknown names":        with(unknownNames(300_000)),
	} {
		t.Run(name, func(t *testing.T) {
			before := allocated()
			_, err := decoder.Decode(t.Context(), json.RawMessage(arguments))
			assert.Error(t, err)
			assert.Less(t, allocated()-before, uint64(400<<20), "bytes allocated in all")
		})
	}
}

// allocated is how many bytes the process has allocated in its life.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
