package hexapi

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/schema/cost"
)

func TestIDsAreEscapedInOnePlace(t *testing.T) {
	for id, want := range map[UUID]string{
		"a/b":           "/api/v1/cells/a%2Fb",
		"a b":           "/api/v1/cells/a%20b",
		"a?b=c#d":       "/api/v1/cells/a%3Fb=c%23d",
		"a%2Fb":         "/api/v1/cells/a%252Fb",
		"../projects":   "/api/v1/cells/..%2Fprojects",
		"%2e%2e":        "/api/v1/cells/%252e%252e",
		"{id}":          "/api/v1/cells/%7Bid%7D",
		"a\r\nHost: x":  "/api/v1/cells/a%0D%0AHost:%20x",
		"//evil.com/":   "/api/v1/cells/%2F%2Fevil.com%2F",
		"\xff\x00é":     "/api/v1/cells/%FF%00%C3%A9",
		UUID(projectID): "/api/v1/cells/" + string(projectID),
	} {
		h := playing(ok())
		_, err := client(t, h).GetCell(t.Context(), GetCellInput{CellID: id})
		require.NoError(t, err, id)
		assert.Equal(t, want, h.seen[0].Path)
		assert.Empty(t, h.seen[0].Query)
	}
}

func TestIDsThatWouldChangeThePathAreRefused(t *testing.T) {
	for _, id := range []UUID{"", ".", ".."} {
		h := playing(ok())
		_, err := client(t, h).GetCell(t.Context(), GetCellInput{CellID: id})
		require.ErrorIs(t, err, ErrInvalidArgument)
		require.ErrorContains(t, err, fmt.Sprintf("%q is not an id", id))
		assert.Equal(t, NotSent, asError[*Error](t, err).Outcome)
		assert.Zero(t, h.requests())
	}
}

func TestOperationsAreKnownWithoutTheirIDs(t *testing.T) {
	_, err := client(t, playing(missing)).CancelRun(t.Context(), CancelRunInput{projectID, runID})
	assert.Equal(t, "DELETE /v1/projects/{id}/runs/{id}", asError[*Error](t, err).Operation)
}

func FuzzPath(f *testing.F) {
	for _, seed := range []string{"", "..", "a/../../b", "%2e%2e%2f", "a?b", "a#b", "a;b", "\\..\\", "{x}", "\x00", "\xff", "é", "//h", "http://evil/"} {
		f.Add(seed)
	}
	cost.Large(f, strings.Repeat("../%2f", 20_000))
	f.Fuzz(func(t *testing.T, id string) {
		var r route
		cost.Bound(t, len(id), func() { r = path("projects", UUID(id), "runs") })
		if r.invalid != nil {
			return
		}
		u, err := url.Parse("https://app.hex.tech/api" + r.path)
		require.NoError(t, err)
		assert.Equal(t, "app.hex.tech", u.Host)
		assert.Empty(t, u.RawQuery+u.Fragment)
		segments := strings.Split(u.JoinPath().EscapedPath(), "/") // JoinPath resolves dots
		require.Len(t, segments, 6)
		assert.Equal(t, []string{"", "api", "v1", "projects"}, segments[:4])
		assert.Equal(t, "runs", segments[5])
		got, err := url.PathUnescape(segments[4])
		require.NoError(t, err)
		assert.Equal(t, id, got)
	})
}
