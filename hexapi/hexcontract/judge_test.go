package hexcontract_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi/hexcontract"
	"hexmcp/hexapi/hexsim"
)

const (
	projects = "/api/v1/projects"
	project  = projects + "/" + string(hexsim.ProjectRevenue)
	groups   = "/api/v1/groups"
	nobody   = "/019990d4-0000-7000-8000-000000000000"
)

// exchange sends a request, given as "METHOD /path" and its body, to a simulated
// workspace.
func exchange(t *testing.T, line, body string) hexcontract.Exchange {
	t.Helper()
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, "https://app.hex.tech"+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+hexsim.DemoToken)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	var e hexcontract.Exchange
	hexcontract.Watch(hexsim.New(), func(seen hexcontract.Exchange) { e = seen }).ServeHTTP(httptest.NewRecorder(), r)
	return e
}

// broken is a good exchange, how it is broken, and what must be found.
type broken struct {
	line, body string
	harm       func(*hexcontract.Exchange)
	finding    string // how it begins
	facts      string // file and key that it names
}

// replace changes the body of an answer.
func replace(old, with string) func(*hexcontract.Exchange) {
	return func(e *hexcontract.Exchange) { e.Received = []byte(strings.Replace(string(e.Received), old, with, 1)) }
}

func target(path string) func(*hexcontract.Exchange) {
	return func(e *hexcontract.Exchange) {
		r := httptest.NewRequest(e.Request.Method, path, nil)
		r.Header, e.Request = e.Request.Header, r
	}
}

func sends(body string) func(*hexcontract.Exchange) {
	return func(e *hexcontract.Exchange) { e.Sent = []byte(body) }
}

func status(code int) func(*hexcontract.Exchange) {
	return func(e *hexcontract.Exchange) { e.Status = code }
}

func asks(name, value string) func(*hexcontract.Exchange) {
	return func(e *hexcontract.Exchange) { e.Request.Header.Set(name, value) }
}

func says(name, value string) func(*hexcontract.Exchange) {
	return func(e *hexcontract.Exchange) { e.Header.Set(name, value) }
}

var brokenRequests = map[string]broken{
	"another path":        {"GET " + groups, "", target("/api/v1/teams"), "GET /api/v1/teams: request: there is no operation", "testdata/hex/*.json"},
	"another method":      {"GET " + groups, "", func(e *hexcontract.Exchange) { e.Request.Method = "PUT" }, "PUT /api/v1/groups: request: there is no operation", "testdata/hex/*.json"},
	"no UUID in the path": {"GET " + groups + "/" + string(hexsim.GroupFinance), "", target(groups + "/finance"), "GetGroup: path: groupId: ", "groups.json: GetGroup.pathParameters"},
	"unknown parameter":   {"GET " + projects, "", target(projects + "?search=x"), "ListProjects: query: search: ", "projects.json: ListProjects.query"},
	"out of range":        {"GET " + projects, "", target(projects + "?limit=101"), "ListProjects: query: limit: maximum: ", "projects.json: ListProjects.query"},
	"no number":           {"GET " + projects, "", target(projects + "?limit=ten"), "ListProjects: query: limit: got string, want integer", "projects.json: ListProjects.query"},
	"no boolean":          {"GET " + projects, "", target(projects + "?includeSharing=1"), "ListProjects: query: includeSharing: got string, want boolean", "projects.json: ListProjects.query"},
	"no choice":           {"GET " + projects, "", target(projects + "?sortBy=TITLE"), "ListProjects: query: sortBy: value must be one of ", "projects.json: ListProjects.query"},
	"given twice":         {"GET " + projects, "", target(projects + "?limit=1&limit=2"), "ListProjects: query: limit: is given more than once", "projects.json: ListProjects.query"},
	"commas repeated":     {"GET /api/v1/users", "", target("/api/v1/users?userIds=a&userIds=b"), "ListUsers: query: userIds: is given more than once", "users.json: ListUsers.query"},
	"parameter missing":   {"GET /api/v1/cells?projectId=" + string(hexsim.ProjectRevenue), "", target("/api/v1/cells"), "ListCells: query: projectId: missing property", "cells.json: ListCells.query"},
	"query where none is": {"GET " + groups + "/" + string(hexsim.GroupFinance), "", target(groups + "/" + string(hexsim.GroupFinance) + "?full=true"), "GetGroup: query: full: the operation takes no query", "groups.json: GetGroup.query"},
	"header of another":   {"GET " + groups, "", asks("Enable-Expanded-Stats", "true"), "ListGroups: header: enable-expanded-stats: the operation takes no header", "groups.json: ListGroups.header"},
	"header of no choice": {"GET " + project + "/runs", "", func(e *hexcontract.Exchange) {
		target(project + "/runs" + nobody)(e)
		asks("Enable-Expanded-Stats", "yes")(e)
	}, "GetRunStatus: header: enable-expanded-stats: value must be one of ", "runs.json: GetRunStatus.header"},
	"unknown header":       {"GET " + groups, "", asks("X-Debug", "1"), "ListGroups: header: x-debug: no operation takes it", "api.json: requestHeaders"},
	"body missing":         {"POST " + groups, `{"name":"x"}`, sends(""), "CreateGroup: body: is missing", "groups.json: CreateGroup.bodyRequired"},
	"body where none is":   {"GET " + groups, "", sends(`{}`), "ListGroups: body: the operation takes no body", "groups.json: ListGroups.body"},
	"body no JSON":         {"POST " + groups, `{"name":"x"}`, sends(`{"name"`), "CreateGroup: body: is no JSON", "groups.json: CreateGroup.body"},
	"body of another type": {"POST " + groups, `{"name":"x"}`, asks("Content-Type", "text/plain"), "CreateGroup: header: content-type: ", "groups.json: CreateGroup.body"},
	"field misspelt":       {"POST " + groups, `{"name":"x"}`, sends(`{"name":"x","member":{}}`), "CreateGroup: body: member: additional properties 'member' not allowed", "groups.json: CreateGroup.body"},
	"field missing":        {"POST " + groups, `{"name":"x"}`, sends(`{}`), "CreateGroup: body: name: missing property", "groups.json: CreateGroup.body"},
	"field deep down":      {"POST " + groups, `{"name":"x"}`, sends(`{"name":"x","members":{"users":[{"id":"ada"}]}}`), "CreateGroup: body: members.users[0].id: ", "groups.json: CreateGroup.body"},
}

var brokenAnswers = map[string]broken{
	"no success":            {"POST " + groups, `{"name":"x"}`, status(200), "CreateGroup: status: 200 is no success of it, [201] is", "groups.json: CreateGroup.success"},
	"no error":              {"POST " + groups, `{}`, status(418), "CreateGroup: status: 418 is not known as an error", "groups.json: CreateGroup.errors"},
	"field gone":            {"GET " + project, "", replace(`"title":`, `"name":`), "GetProject: answer: title: missing property", "projects.json: GetProject.answer"},
	"field too much":        {"GET " + project, "", replace(`"title":`, `"name":"x","title":`), "GetProject: answer: name: additional properties", "projects.json: GetProject.answer"},
	"field of another type": {"GET " + projects, "", replace(`"allTime":`, `"allTime":"many","lastSevenDays":`), "ListProjects: answer: values[0].analytics.appViews.allTime: got string, want integer", "projects.json: ListProjects.answer"},
	"no time":               {"GET " + project, "", replace(`"createdAt":"`, `"createdAt":"about `), "GetProject: answer: createdAt: ", "projects.json: GetProject.answer"},
	"no JSON":               {"GET " + project, "", replace(`}`, ``), "GetProject: answer: is no JSON", "projects.json: GetProject.answer"},
	"no JSON by name":       {"GET " + project, "", says("Content-Type", "text/html"), "GetProject: header: content-type: is not application/json", "projects.json: GetProject.answer"},
	"a body with 204":       {"DELETE " + groups + "/" + string(hexsim.GroupFinance), "", func(e *hexcontract.Exchange) { e.Received = []byte("{}") }, "DeleteGroup: answer: has a body", "groups.json: DeleteGroup.answer"},
	"no trace id":           {"GET " + groups, "", func(e *hexcontract.Exchange) { e.Header.Del("X-Trace-Id") }, "ListGroups: header: x-trace-id: is missing", "api.json: traceHeader"},
	"error of the new":      {"GET " + groups + nobody, "", func(e *hexcontract.Exchange) { e.Received = []byte(`{"code":"NOT_FOUND","message":"x"}`) }, "GetGroup: error: reason: missing property", "groups.json: GetGroup.generation"},
	"error of the old":      {"GET " + projects + nobody, "", func(e *hexcontract.Exchange) { e.Received = []byte(`{"reason":"x"}`) }, "GetProject: error: code: missing propert", "projects.json: GetProject.generation"},
	"error no JSON":         {"GET " + projects + nobody, "", func(e *hexcontract.Exchange) { e.Received = []byte(`gone`) }, "GetProject: error: ", "projects.json: GetProject.generation"},
	"error of another code": {"GET " + projects + nobody, "", replace("NOT_FOUND", "FORBIDDEN"), "GetProject: error: code: is FORBIDDEN, not NOT_FOUND", "api.json: statuses.404"},
	"another trace id":      {"GET " + groups + nobody, "", replace(`"traceId":"`, `"traceId":"x`), "GetGroup: error: traceId: differs from the header's", "api.json: traceHeader"},
	"refused by the edge": {"GET " + groups, "", func(e *hexcontract.Exchange) {
		e.Status, e.Header, e.Received = 401, http.Header{"Content-Type": {"text/plain"}, "X-Trace-Id": {"x"}, "Www-Authenticate": {"Basic"}}, []byte("Unauthorized")
	}, `ListGroups: header: WWW-Authenticate: is for "Basic"`, "api.json: edge"},
	"edge in other words": {"GET " + groups, "", func(e *hexcontract.Exchange) {
		e.Status, e.Header, e.Received = 401, http.Header{"Content-Type": {"text/plain"}, "X-Trace-Id": {"x"}, "Www-Authenticate": {"Bearer"}}, []byte("Who?")
	}, `ListGroups: error: is "Who?", not "Unauthorized"`, "api.json: edge"},
	"an answer of nothing": {"GET /api/v1/dashboards", "", status(200), "GET /api/v1/dashboards: request: there is no operation", "testdata/hex/*.json"},
}

func TestTheContractNoticesWhatIsBroken(t *testing.T) {
	contract := hexcontract.Open(t)
	for side, table := range map[string]struct {
		cases map[string]broken
		judge func(hexcontract.Exchange) []hexcontract.Finding
	}{"request": {brokenRequests, contract.Request}, "answer": {brokenAnswers, contract.Answer}} {
		for name, b := range table.cases {
			t.Run(side+": "+name, func(t *testing.T) {
				e := exchange(t, b.line, b.body)
				require.Empty(t, contract.JudgeWorkspace(e), "as it came")
				b.harm(&e)
				found := table.judge(e)
				require.NotEmpty(t, found)
				assert.Truef(t, strings.HasPrefix(found[0].String(), b.finding), "found: %s", found[0])
				assert.Contains(t, found[0].Facts, b.facts)
			})
		}
	}
}

func TestAWrongRequestMustNotSucceed(t *testing.T) {
	e := exchange(t, "POST "+groups, `{"name":"x"}`)
	e.Sent = []byte(`{"name":7}`)
	assert.Len(t, hexcontract.Open(t).JudgeWorkspace(e), 1)
}

func TestWhatIsRightIsNotFound(t *testing.T) {
	contract := hexcontract.Open(t)
	for _, line := range []string{
		"GET " + projects + "?statuses=a&statuses=b&limit=5&includeSharing=true", "GET /v1/groups",
		"GET /api/v1/users?userIds=" + string(hexsim.UserAda) + "," + string(hexsim.UserDev), "GET /api/v1/users/me", "GET /api/v1/data-connections",
	} {
		assert.Empty(t, contract.Judge(exchange(t, line, "")), line)
	}
}

// A document that lacks an operation breaks nothing where the facts or a quirk say
// that it lacks it.
func TestWhatADocumentLacksIsExplained(t *testing.T) {
	c := hexcontract.Open(t)
	for path, explained := range map[string]bool{
		"/v1/cells/1/run":    true,  // in no document
		"/v1/cells/1/output": true,  // by a quirk
		"/v1/cells/1":        false, // all have it
	} {
		method := http.MethodGet
		if strings.HasSuffix(path, "/run") {
			method = http.MethodPost
		}
		op, ok := c.Find(method, path)
		require.True(t, ok, path)
		assert.Equal(t, explained, c.Explains("openapi-2026-05.json", op, "request: "+method+" Path '"+path+"' not found"), path)
	}
	output, _ := c.Find(http.MethodGet, "/v1/cells/1/output")
	assert.False(t, c.Explains("openapi-2026-05.json", output, "answer: cellId: missing"), "a quirk of the operation is not one of its fields")
	assert.False(t, c.Explains("openapi-2026-07.json", output, "request: GET Path '/v1/cells/1/output' not found"), "this document has it")
}
