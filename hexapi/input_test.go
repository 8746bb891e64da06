package hexapi

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
)

func TestNullableIsAbsentNullOrAValue(t *testing.T) {
	for sent, want := range map[string]Nullable[string]{`{}`: {}, `{"status":null}`: SetToNull[string](), `{"status":""}`: SetTo(""), `{"status":"x"}`: SetTo("x")} {
		var got ProjectUpdate
		require.NoError(t, json.Unmarshal([]byte(sent), &got))
		assert.Equal(t, ProjectUpdate{want}, got)
		b, err := encodeBody(got)
		require.NoError(t, err)
		assert.Equal(t, sent, string(b))
	}
	var wrong ProjectUpdate
	require.Error(t, json.Unmarshal([]byte(`{"status":7}`), &wrong))
}

func TestNullableGivesItsValue(t *testing.T) {
	v, ok := SetTo("x").Get()
	assert.Equal(t, "x", v)
	assert.True(t, ok)
	for _, n := range []Nullable[string]{{}, SetToNull[string]()} {
		_, ok := n.Get()
		assert.False(t, ok)
	}
}

func TestGuideFileKeepsFurtherKeys(t *testing.T) {
	const file = `{"filePath":"a.md","contents":"1 < 2 && 3 > 2","externalSource":{"source":"unknown","id":"x"},"big":12345678901234567890,"tags":["a"]}`
	var f GuideFile
	require.NoError(t, json.Unmarshal([]byte(file), &f))
	assert.Equal(t, "a.md", f.FilePath)
	assert.Len(t, f.Extra, 2)
	b, err := encodeBody(f)
	require.NoError(t, err)
	assert.Equal(t, file, string(b))
}

func TestGuideFileRefusesWhatIsNoJSON(t *testing.T) {
	_, err := json.Marshal(GuideFile{Extra: map[string]json.RawMessage{"x": json.RawMessage("{")}})
	require.Error(t, err)
	require.Error(t, new(GuideFile).UnmarshalJSON([]byte(`{"filePath":7}`)))
	require.Error(t, new(GuideFile).UnmarshalJSON([]byte(`[]`)))
}

func TestBodyThatCannotBeEncodedIsNotSent(t *testing.T) {
	h := playing(ok())
	_, err := client(t, h).RunProject(t.Context(), RunProjectInput{projectID, RunOptions{InputParams: map[string]json.RawMessage{"x": json.RawMessage("{")}}, ""})
	require.ErrorContains(t, err, "encode body")
	assert.Zero(t, h.requests())
}

func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "abc", "a+b/c==", "a&before=b", "a b", "%2B", "<>&\u2028", "é", "\x00", `"\`, "#;="} {
		f.Add(seed)
	}
	cost.Large(f, strings.Repeat("é%\u2028", 20_000))
	f.Fuzz(func(t *testing.T, cursor string) {
		if !utf8.ValidString(cursor) {
			return // no JSON argument can hold it
		}
		var query url.Values
		var err error
		cost.Bound(t, len(cursor), func() { query, err = encodeQuery(ListUsersInput{Limit: 5, Cursor: Cursor{After: cursor}}) })
		require.NoError(t, err)
		got, err := url.ParseQuery(query.Encode())
		require.NoError(t, err)
		want := url.Values{"limit": {"5"}}
		if cursor != "" {
			want.Set("after", cursor)
		}
		assert.Equal(t, want, got)
	})
}

func TestArgumentThatCannotTravelInItsHeaderIsRefused(t *testing.T) {
	h := playing(ok())
	_, err := client(t, h, budgeted).RunProject(t.Context(), RunProjectInput{ProjectID: projectID, FlagConfigOverride: "{\n}"})
	assert.Equal(t, "flagConfigOverride", asError[*Error](t, err).Argument)
	assert.False(t, mayHaveHappened(err))
	assert.Zero(t, h.requests())
}
