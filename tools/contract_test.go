package tools

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"
	"github.com/pb33f/libopenapi-validator/errors"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

// documents are Hex's own descriptions of its API, oldest first.
var documents = []string{may, july}

// quirk is a finding that is known and right: where Hex's API of today, which
// the actions and the simulated workspace follow, differs from a document.
type quirk struct{ document, tool, finding, why string }

const may, july = "openapi-2026-05.json", "openapi-2026-07.json"

var quirks = []quirk{
	{may, "HEX_GET_PROJECT_RUNS", "projectVersion: got string, want integer", "became a string, which can be draft"},
	{july, "HEX_GET_PROJECT_RUNS", "projectVersion: got string, want integer", "became a string, which can be draft"},
	{may, "HEX_GET_RUN_STATUS", "projectVersion: got string, want integer", "became a string, which can be draft"},
	{july, "HEX_GET_RUN_STATUS", "projectVersion: got string, want integer", "became a string, which can be draft"},
	{may, "HEX_LIST_USERS", "name: got null, want string", "became required and nullable"},
	{may, "HEX_CREATE_CELL", "response code '200' does not exist", "success became 200, was 201"},
	{may, "HEX_DELETE_CELL", "response code '200' does not exist", "success became 200 with a body, was 204"},
}

// Every request that the tools send, and every answer of the simulated
// workspace, must be valid under Hex's own documents.
func TestRequestsAndAnswersFollowHexsOwnDocuments(t *testing.T) {
	for _, document := range documents {
		t.Run(document, func(t *testing.T) {
			findings := newContract(t, document)
			met := make(map[quirk]bool)
			for tool, call := range calls(t) {
				for size, arguments := range call {
					req, res := exchange(t, tool, arguments)
					for _, f := range findings(req, res) {
						i := slices.IndexFunc(quirks, func(q quirk) bool { return q.explains(document, tool, f) })
						if assert.GreaterOrEqual(t, i, 0, "%s, %s arguments: %s", tool, size, f) {
							met[quirks[i]] = true
						}
					}
				}
			}
			for _, q := range quirks {
				assert.Equal(t, q.document == document, met[q], "is this quirk still one? %v", q)
			}
		})
	}
}

func TestTheContractNoticesWhatIsBroken(t *testing.T) {
	findings := newContract(t, july)
	req, res := exchange(t, "HEX_CREATE_GROUP", json.RawMessage(`{"name":"Data champions"}`))
	require.Empty(t, findings(req, res))

	req.Body = io.NopCloser(strings.NewReader(`{"name":7}`))
	res.Body = io.NopCloser(strings.NewReader(`{"id":"7"}`))
	assert.NotEmpty(t, findings(req, &http.Response{StatusCode: http.StatusTeapot, Header: res.Header, Body: http.NoBody}), "status")
	assert.NotEmpty(t, findings(req, res), "bodies")
}

// calls are the valid calls of each tool, by size: minimal and full.
func calls(t *testing.T) map[string]map[string]json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile("../testdata/calls.json")
	require.NoError(t, err)
	var all map[string]map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(raw, &all))
	require.Len(t, all, len(promised))
	return all
}

// exchange makes a call and returns what went over the wire.
func exchange(t *testing.T, tool string, arguments json.RawMessage) (*http.Request, *http.Response) {
	t.Helper()
	w := &wiretap{next: hexsim.New()}
	e := callThrough(t, w, tool, arguments)
	require.True(t, e.Successful(), "%s: %s", tool, e.Error)
	require.Len(t, w.seen, 1, "requests sent")
	return w.seen[0].request, w.seen[0].response
}

func callThrough(t *testing.T, handler http.Handler, tool string, arguments json.RawMessage) Envelope {
	t.Helper()
	srv := httptest.NewServer(handler)
	t.Cleanup(srv.Close)
	hex, err := hexapi.New(hexapi.Config{BaseURL: srv.URL, Token: hexsim.DemoToken})
	require.NoError(t, err)
	a, ok := Find(tool)
	require.True(t, ok, tool)
	return a.Call(t.Context(), hex, arguments)
}

// wiretap keeps copies of requests and answers.
type wiretap struct {
	next http.Handler
	seen []struct {
		request  *http.Request
		response *http.Response
	}
}

func (w *wiretap) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	rec := httptest.NewRecorder()
	w.next.ServeHTTP(rec, r)
	answer := rec.Body.Bytes()

	copied := r.Clone(r.Context())
	copied.Body = io.NopCloser(bytes.NewReader(body))
	copied.URL = &url.URL{Scheme: "https", Host: "app.hex.tech", Path: r.URL.Path, RawQuery: r.URL.RawQuery}
	copied.Host = "app.hex.tech"
	w.seen = append(w.seen, struct {
		request  *http.Request
		response *http.Response
	}{copied, &http.Response{StatusCode: rec.Code, Header: rec.Header(), Body: io.NopCloser(bytes.NewReader(answer))}})

	maps.Copy(rw.Header(), rec.Header())
	rw.WriteHeader(rec.Code)
	_, _ = rw.Write(answer)
}

// contract finds where an exchange breaks a document.
type contract func(*http.Request, *http.Response) []string

func newContract(t *testing.T, document string) contract {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "hex-api", document))
	if os.IsNotExist(err) {
		t.Skipf("Hex's document %s is not beside the project", document)
	}
	require.NoError(t, err)
	doc, err := libopenapi.NewDocument(raw)
	require.NoError(t, err)
	v, errs := validator.NewValidator(doc)
	require.Empty(t, errs)
	return func(req *http.Request, res *http.Response) []string {
		_, wrongRequest := v.ValidateHttpRequest(req)
		_, wrongAnswer := v.ValidateHttpResponse(req, res)
		return append(reasons("request", wrongRequest), reasons("answer", wrongAnswer)...)
	}
}

// reasons takes findings apart into single ones.
func reasons(where string, found []*errors.ValidationError) []string {
	var all []string
	for _, f := range found {
		if len(f.SchemaValidationErrors) == 0 {
			all = append(all, where+": "+f.Message)
		}
		for _, s := range f.SchemaValidationErrors {
			all = append(all, where+": "+s.FieldPath+": "+s.Reason)
		}
	}
	return all
}

func (q quirk) explains(document, tool, finding string) bool {
	return q.document == document && q.tool == tool && strings.Contains(finding, q.finding)
}
