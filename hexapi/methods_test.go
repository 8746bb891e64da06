package hexapi

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexcontract"
)

// Each method is the operation of its name in testdata/hex, and makes the request
// that stands beside the example calls in testdata/calls.
func TestMethodsMakeTheRequestsOfTheExampleCalls(t *testing.T) {
	contract := hexcontract.Open(t)
	covered := map[string]bool{}
	for tool, examples := range hexcontract.ReadExamples(t) {
		for size, example := range examples {
			want, ok := ofMethod(example.Requests)
			if example.Job || !ok {
				continue // more than a method makes
			}
			path, _, _ := cutQuery(want.Path)
			op, ok := contract.Find(want.Method, path)
			if !ok {
				t.Errorf("%s: %s: testdata/hex has no operation %s %s", hexcontract.ExamplesFile(tool), size, want.Method, path)
				continue
			}
			covered[op.ID] = true
			t.Run(tool+"/"+size, func(t *testing.T) {
				checkMethod(t, contract, op, example.Arguments, want)
				checkGroup(t, op, example.Arguments)
			})
		}
	}
	for method := range reflect.TypeFor[*Client]().Methods() {
		if method.Name != "WithToken" && !covered[method.Name] {
			t.Errorf("%s: no example in testdata/calls makes its request: write the row in tools and its example, then run make generate", method.Name)
		}
	}
}

// ofMethod finds the request that a method makes: the sole one, or the one write
// among reads of what it will do.
func ofMethod(requests []hexcontract.Request) (r hexcontract.Request, ok bool) {
	if len(requests) == 1 {
		return requests[0], true
	}
	for _, each := range requests {
		if each.Method == http.MethodGet {
			continue
		}
		if ok {
			return r, false
		}
		r, ok = each, true
	}
	return r, ok
}

func cutQuery(target string) (path, query string, err error) {
	u, err := url.Parse(target)
	if err != nil {
		return "", "", err
	}
	return u.EscapedPath(), u.RawQuery, nil
}

func checkMethod(t *testing.T, contract *hexcontract.Contract, op *hexcontract.Operation, arguments json.RawMessage, want hexcontract.Request) {
	const answered = `{"new":1, "id":12345678901234567890}`
	h := playing(answers(http.StatusOK, answered))
	body, err := callByName(t, client(t, h), op.ID, arguments)
	require.NoError(t, err)
	assert.Equal(t, answered, string(body), "the body passes as it came")
	require.Len(t, h.seen, 1)
	assert.Equal(t, "/api", h.seen[0].Path[:4])
	got := contract.Record(h.seen[0].exchange())
	assert.Equal(t, compact(t, want), compact(t, got), "mend the method, or run make generate if the change is meant")
	h.seen[0].checkHeaders(t, want.Headers)
}

// checkGroup wants a method to be counted where Hex counts its operation: a 429
// to it holds the calls of that group back.
func checkGroup(t *testing.T, op *hexcontract.Operation, arguments json.RawMessage) {
	c := client(t, playing(answers(http.StatusTooManyRequests, "", "Retry-After: 3600")))
	_, err := callByName(t, c, op.ID, arguments)
	require.Error(t, err)
	var groups []rateGroup
	for key := range c.limits.holds {
		groups = append(groups, key.group)
	}
	const accountAlone = "%s: %s is counted in no rate group, says testdata/hex: take its option countedIn away, or give the operation a rateGroup there"
	if op.RateGroup == "" {
		assert.Equal(t, []rateGroup{""}, groups, accountAlone, fileOf(t, op.ID), op.ID)
		return
	}
	assert.Equal(t, []rateGroup{rateGroup(op.RateGroup)}, groups, "%s: testdata/hex counts %s in %s: give its call the option countedIn(%s)",
		fileOf(t, op.ID), op.ID, op.RateGroup, rateConstants[rateGroup(op.RateGroup)])
}

// rateConstants are the names of the rate groups in operation.go.
var rateConstants = map[rateGroup]string{
	standardRate: "standardRate", fixedRate: "fixedRate", kernelRate: "kernelRate", chartRate: "chartRate", ingestRate: "ingestRate",
}

// fileOf is the file of this package that declares a method of Client.
func fileOf(t *testing.T, method string) string {
	for _, f := range sources(t) {
		text, err := os.ReadFile(f)
		require.NoError(t, err)
		if strings.Contains(string(text), "(c *Client) "+method+"(") {
			return "hexapi/" + f
		}
	}
	return "hexapi"
}

// callByName calls a method with its input as JSON.
func callByName(t *testing.T, c *Client, name string, arguments json.RawMessage) (json.RawMessage, error) {
	method := reflect.ValueOf(c).MethodByName(name)
	require.True(t, method.IsValid(), "hexapi.Client has no method %s: methods are called as testdata/hex calls their operations", name)
	in := reflect.New(method.Type().In(1))
	require.NoError(t, json.Unmarshal(arguments, in.Interface()))
	out := method.Call([]reflect.Value{reflect.ValueOf(t.Context()), in.Elem()})
	err, _ := reflect.TypeAssert[error](out[1])
	body, _ := reflect.TypeAssert[json.RawMessage](out[0].FieldByName("Body"))
	return body, err
}

// compact writes a request on one line, with its body as it is.
func compact(t *testing.T, r hexcontract.Request) string {
	b, err := json.Marshal(r)
	require.NoError(t, err)
	return string(b)
}

// checkHeaders wants the headers of every request, and special ones, and no others.
func (s sent) checkHeaders(t *testing.T, special map[string]string) {
	want := map[string]string{"Accept": "application/json", "Authorization": "Bearer " + token.Reveal(), "User-Agent": "hexapi"}
	if s.Body != "" {
		want["Content-Type"] = "application/json"
	}
	if form := s.Header.Get("Content-Type"); strings.HasPrefix(form, "multipart/form-data; boundary=") {
		want["Content-Type"] = form
	}
	maps.Copy(want, special)
	delete(s.Header, "Content-Length")
	assert.Len(t, s.Header, len(want), "no other headers: %v", s.Header)
	for name, value := range want {
		assert.Equal(t, value, s.Header.Get(name), name)
	}
}

// What a query could be taken apart by arrives as it was given.
func TestQueriesKeepWhatTheyAreGiven(t *testing.T) {
	h := playing(ok())
	_, err := client(t, h).ListProjects(t.Context(), ListProjectsInput{
		Limit: 100, Cursor: Cursor{After: "a+/=&?"}, SortBy: ProjectsByEdit, SortDirection: Descending,
		Statuses: []string{"In review", "a,b"}, Categories: []string{"x&y"}, CreatorEmail: "a+b@c.d", OwnerEmail: "o@c.d",
		CollectionID: "c1", IncludeArchived: true, IncludeTrashed: true, IncludeComponents: true, IncludeSharing: true,
	})
	require.NoError(t, err)
	assert.Equal(t, "/api/v1/projects", h.seen[0].Path)
	assert.Equal(t, url.Values{
		"limit": {"100"}, "after": {"a+/=&?"}, "sortBy": {"LAST_EDITED_AT"}, "sortDirection": {"DESC"},
		"statuses": {"In review", "a,b"}, "categories": {"x&y"}, "creatorEmail": {"a+b@c.d"}, "ownerEmail": {"o@c.d"},
		"collectionId": {"c1"}, "includeArchived": {"true"}, "includeTrashed": {"true"}, "includeComponents": {"true"}, "includeSharing": {"true"},
	}, h.seen[0].Query)
}

// Bodies keep numbers of any size and characters of SQL, and tell null, empty and
// absent apart.
func TestBodiesKeepWhatTheyAreGiven(t *testing.T) {
	users := &GroupMembers{[]IDReference{{otherID}}}
	for want, call := range map[string]func(context.Context, *Client) error{
		`{"inputParams":{"days":12345678901234567890,"sql":"a<b && c>d"},"viewId":"v1","dryRun":true,"useCachedSqlResults":false,"updatePublishedResults":true}`: func(ctx context.Context, c *Client) error {
			_, err := c.RunProject(ctx, RunProjectInput{ProjectID: projectID, FlagConfigOverride: "x=1", RunOptions: RunOptions{
				InputParams: map[string]json.RawMessage{"days": json.RawMessage(`12345678901234567890`), "sql": json.RawMessage(`"a<b && c>d"`)},
				ViewID:      "v1", DryRun: true, UseCachedSQLResults: new(false), UpdatePublishedResults: true,
			}})
			return err
		},
		`{}`: func(ctx context.Context, c *Client) error {
			_, err := c.UpdateProject(ctx, UpdateProjectInput{ProjectID: projectID})
			return err
		},
		`{"contents":{"sqlCell":{"source":"select 2","outputDataframe":"df"}}}`: func(ctx context.Context, c *Client) error {
			_, err := c.UpdateCell(ctx, UpdateCellInput{otherID, CellUpdate{Contents: &CellContentsUpdate{SQLCell: &SQLCellUpdate{"select 2", new("df")}}}})
			return err
		},
		`{"dataConnectionId":"` + string(runID) + `"}`: func(ctx context.Context, c *Client) error {
			_, err := c.UpdateCell(ctx, UpdateCellInput{otherID, CellUpdate{DataConnectionID: SetTo(runID)}})
			return err
		},
		`{"name":"N","members":{"add":{"users":[{"id":"` + string(otherID) + `"}]},"remove":{}}}`: func(ctx context.Context, c *Client) error {
			_, err := c.EditGroup(ctx, EditGroupInput{otherID, GroupEdit{new("N"), &GroupMemberEdit{users, &GroupMembers{}}}})
			return err
		},
		`{"files":[{"filePath":"a.md","contents":""}]}`: func(ctx context.Context, c *Client) error {
			_, err := c.UpsertGuideDraft(ctx, UpsertGuideDraftInput{Files: []GuideFile{{FilePath: "a.md"}}})
			return err
		},
		`{"files":[{"filePath":"a.md","contents":"# A","owner":{"n":1}}],"forceWrite":true}`: func(ctx context.Context, c *Client) error {
			_, err := c.UpsertGuideDraft(ctx, UpsertGuideDraftInput{[]GuideFile{{FilePath: "a.md", Contents: "# A", Extra: map[string]json.RawMessage{"owner": json.RawMessage(`{"n":1}`)}}}, true})
			return err
		},
	} {
		h := playing(ok())
		require.NoError(t, call(t.Context(), client(t, h)))
		assert.Equal(t, want, h.seen[0].Body)
	}
}

// Some proxies refuse a POST that is chunked, and HTTP wants its length said.
func TestAPostWithoutABodySaysThatItsLengthIsNothing(t *testing.T) {
	var length int64
	var encoding []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		length, encoding = r.ContentLength, r.TransferEncoding
		_, _ = io.WriteString(w, `{"user":{}}`)
	}))
	defer server.Close()
	c := dialed(t, server.URL, time.Minute)
	_, err := c.DeactivateUser(t.Context(), DeactivateUserInput{otherID})
	require.NoError(t, err)
	assert.Zero(t, length)
	assert.Empty(t, encoding)
}

// Where a GET has a body of unknown length net/http waits for its beginning.
func TestAGETHasNoBody(t *testing.T) {
	var body io.ReadCloser
	h := playing(func(r *http.Request) (*http.Response, error) {
		body = r.Body
		return ok()(r)
	})
	_, err := client(t, h).GetGroup(t.Context(), GetGroupInput{otherID})
	require.NoError(t, err)
	assert.True(t, body == nil || body == http.NoBody)
}
