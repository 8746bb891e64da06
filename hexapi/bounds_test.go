package hexapi

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// boundTo is a client that is confined, of a Hex that answers by path; "" answers
// what is not named otherwise.
func boundTo(t *testing.T, b Bounds, said map[string]string) (*Client, *hex) {
	h := playing(func(r *http.Request) (*http.Response, error) {
		path := strings.TrimPrefix(r.URL.Path, "/api/v1")
		for _, key := range []string{r.Method + " " + path + "?" + r.URL.RawQuery, r.Method + " " + path} {
			if body, ok := said[key]; ok {
				return answers(200, body)(r)
			}
		}
		return answers(404, `{"code":"NOT_FOUND","message":"no `+path+`","traceId":"t"}`)(r)
	})
	c, err := New(Config{Token: token, Transport: h, Bounds: b})
	require.NoError(t, err)
	return c, h
}

const (
	inBounds = UUID("0190c0de-0000-7000-8000-00000000aaaa")
	outside  = UUID("0190c0de-0000-7000-8000-00000000bbbb")
)

// Hex may find a run by its id alone. One of another project is not found, and not
// canceled.
func TestARunOfAnotherProjectIsNotFound(t *testing.T) {
	c, h := boundTo(t, Bounds{Projects: []string{string(inBounds)}}, map[string]string{
		"GET /projects/" + string(inBounds) + "/runs/" + string(runID): `{"projectId":"` + string(outside) + `","runId":"` + string(runID) + `"}`,
	})
	_, err := c.CancelRun(t.Context(), CancelRunInput{ProjectID: inBounds, RunID: runID})
	e := asError[*Error](t, err)
	assert.Equal(t, http.StatusNotFound, e.Status)
	assert.Equal(t, Refused, e.Outcome)
	assert.Equal(t, "DELETE /v1/projects/{id}/runs/{id}", e.Operation)
	assert.Contains(t, e.Message, string(runID), "the id that was asked for")
	_, err = c.GetRunStatus(t.Context(), GetRunStatusInput{ProjectID: inBounds, RunID: runID})
	assert.Equal(t, http.StatusNotFound, asError[*Error](t, err).Status)
	for _, s := range h.seen {
		assert.Equal(t, http.MethodGet, s.Method)
	}
}

// What the lookup cannot find out is not taken for granted.
func TestALookupThatFailsFailsTheCall(t *testing.T) {
	c, h := boundTo(t, Bounds{Collections: []string{string(otherID)}}, map[string]string{})
	_, err := c.UpdateProject(t.Context(), UpdateProjectInput{ProjectID: inBounds})
	assert.False(t, asError[*Error](t, err).Outcome.MayHaveHappened())
	for _, s := range h.seen {
		assert.Equal(t, http.MethodGet, s.Method)
	}
}

// Of a list, entries outside are left out with all that surrounds the others kept;
// pages of which nothing is left are passed over.
func TestListsAreCutToWhatLiesWithin(t *testing.T) {
	page := func(after string, ids ...UUID) string {
		var entries []string
		for _, id := range ids {
			entries = append(entries, `{"id":"`+string(id)+`","new":1}`)
		}
		return `{"values":[` + strings.Join(entries, ",") + `],"pagination":{"after":` + after + `,"before":null},"more":true}`
	}
	c, h := boundTo(t, Bounds{Projects: []string{strings.ToUpper(string(inBounds))}}, map[string]string{
		"GET /projects?":                  page(`"a"`, outside),
		"GET /projects?after=a":           page(`"b"`, outside, otherID),
		"GET /projects?after=b":           page(`"c"`, inBounds, outside),
		"GET /projects?before=x":          page(`"a"`, outside),
		"GET /collections?":               page("null", otherID),
		"GET /projects?sortBy=CREATED_AT": `{"unknown":"shape"}`,
	})
	got, err := c.ListProjects(t.Context(), ListProjectsInput{})
	require.NoError(t, err)
	assert.JSONEq(t, page(`"c"`, inBounds), string(got.Body))
	assert.Len(t, h.seen, 3)
	got, err = c.ListProjects(t.Context(), ListProjectsInput{Cursor: Cursor{Before: "x"}})
	require.NoError(t, err)
	assert.JSONEq(t, page(`"a"`), string(got.Body))
	got, err = c.ListProjects(t.Context(), ListProjectsInput{SortBy: ProjectsByCreation})
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(got.Body), "what cannot be told to lie within is not told")
	collections, err := c.ListCollections(t.Context(), ListCollectionsInput{})
	require.NoError(t, err)
	assert.JSONEq(t, page("null"), string(collections.Body))
}

// Membership is read once a minute, and anew after a write.
func TestTheMembersOfACollectionAreAtMostAMinuteOld(t *testing.T) {
	c, h := boundTo(t, Bounds{Collections: []string{"Finance"}}, map[string]string{
		"GET /collections":                    `{"values":[{"id":"` + string(otherID) + `","name":"Finance"}],"pagination":{"after":null}}`,
		"GET /projects":                       `{"values":[{"id":"` + string(inBounds) + `"}],"pagination":{"after":null}}`,
		"GET /projects/" + string(inBounds):   `{"id":"` + string(inBounds) + `"}`,
		"PATCH /projects/" + string(inBounds): `{"id":"` + string(inBounds) + `"}`,
	})
	for range 3 {
		_, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: inBounds})
		require.NoError(t, err)
	}
	assert.Len(t, h.seen, 2+3)
	_, err := c.UpdateProject(t.Context(), UpdateProjectInput{ProjectID: inBounds, ProjectUpdate: ProjectUpdate{Status: SetToNull[string]()}})
	require.NoError(t, err)
	_, err = c.GetProject(t.Context(), GetProjectInput{ProjectID: inBounds})
	require.NoError(t, err)
	assert.Len(t, h.seen, 2+3+1+2+1)
}

func TestNamesOfBoundsMustBeThoseOfOne(t *testing.T) {
	twice := `{"values":[{"id":"` + string(inBounds) + `","title":"A"},{"id":"` + string(outside) + `","title":"A"}],"pagination":{"after":null}}`
	for title, says := range map[string]string{"A": "is the name of 2: it must be given by its id", "a": "called exactly so"} {
		c, _ := boundTo(t, Bounds{Projects: []string{title}}, map[string]string{"GET /projects": twice})
		_, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: inBounds})
		e := asError[*Error](t, err)
		assert.ErrorIs(t, e, ErrBounds)
		assert.ErrorContains(t, e, says)
		assert.Equal(t, NotSent, e.Outcome)
	}
}

func TestNothingIsMadeOutsideOfBounds(t *testing.T) {
	c, h := boundTo(t, Bounds{Projects: []string{string(inBounds)}}, nil)
	_, err := c.CreateCollection(t.Context(), CreateCollectionInput{Name: "x"})
	assert.ErrorIs(t, err, ErrBounds)
	_, err = c.CreateProject(t.Context(), CreateProjectInput{Title: "x"})
	assert.ErrorIs(t, err, ErrBounds)
	assert.Empty(t, h.seen)
}
