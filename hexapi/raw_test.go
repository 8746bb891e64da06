package hexapi

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnyPathOfTheAPICanBeRead(t *testing.T) {
	h := playing(answers(http.StatusOK, `[1]`))
	c, err := New(Config{Token: token, Transport: h})
	require.NoError(t, err)
	answer, err := Read(t.Context(), c, ReadInput{Path: "/v1/new/a%2Fb?x=1&x=2&y=%26"})
	require.NoError(t, err)
	assert.Equal(t, `[1]`, string(answer.Body))
	require.Len(t, h.seen, 1)
	assert.Equal(t, http.MethodGet, h.seen[0].Method)
	assert.Equal(t, []string{"1", "2"}, h.seen[0].Query["x"])
	assert.Equal(t, []string{"&"}, h.seen[0].Query["y"])
}

// Nothing but the API is asked, whatever the path looks like.
func TestAPathThatLeadsElsewhereIsNotSent(t *testing.T) {
	for _, target := range []string{
		"", "v1/projects", "/v2/projects", "/v1", "/v1/", "/v1/..", "/v1/../admin", "/v1/%2e%2e/admin", "/v1/a%2f..%2f..%2fb", "/v1//projects",
		"/v1/./projects", "/v1/projects/", "//evil.example/v1/x", "https://evil.example/v1/x", "http:/v1/x", "/v1/x#y", "/v1/%zz", "/v1/x?a=%zz", "/v1/x?a;b", "\t/v1/x",
	} {
		h := playing(ok())
		_, err := Read(t.Context(), client(t, h), ReadInput{Path: target})
		assert.ErrorIs(t, err, ErrInvalidArgument, target)
		assert.Error(t, ReadInput{Path: target}.Check(), target)
		assert.Empty(t, h.seen, target)
	}
}

func TestWhatCannotBeConfinedIsNotReadUnderBounds(t *testing.T) {
	c, h := boundTo(t, Bounds{Projects: []string{string(inBounds)}}, nil)
	_, err := Read(t.Context(), c, ReadInput{Path: "/v1/projects/" + string(inBounds)})
	require.ErrorIs(t, err, ErrBounds)
	assert.Empty(t, h.seen)
}
