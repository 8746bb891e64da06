package hexsim

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// ofGo matches what only a program in Go says.
var ofGo = regexp.MustCompile(`json:|\bGo\b|unmarshal|struct|invalid character|EOF|looking for|hexapi|hexsim|%!|\\x|\\U|\b[A-Z]\w+\.`)

// said is what a refusal says, in the body of either generation.
func said(a answered) string {
	a.t.Helper()
	if strings.Contains(a.body, `"reason"`) {
		return as[olderError](a).Details
	}
	var all []string
	for _, i := range as[newerError](a).Issues {
		all = append(all, i.Message)
	}
	return strings.Join(all, "; ")
}

func TestABadBodyIsRefusedInWords(t *testing.T) {
	const (
		group, cells, cell = "POST /v1/groups", "POST /v1/cells", "PATCH /v1/cells/" + string(CellRevenueSQL)
		run                = "POST /v1/projects/" + string(ProjectForecast) + "/runs"
		project            = "PATCH /v1/projects/" + string(ProjectRevenue)
		guides, publish    = "PUT /v1/guides/draft", "POST /v1/guides/publish"
		collection         = "POST /v1/collections"
	)
	for _, test := range []struct{ line, body, want string }{
		{group, ``, "the body is required"},
		{group, `  `, "the body is required"},
		{group, `{"name":`, "the body is not valid JSON: it ends too early"},
		{group, `{"name"}`, "the body is not valid JSON at position 8"},
		{group, "{\"name\":\"a\x01\"}", "the body is not valid JSON at position 11"},
		{run, `{'dryRun': True}`, "the body is not valid JSON at position 2"},
		{group, `{"name":"a"} {}`, "the body must be one JSON value"},
		{group, `[]`, "the body must be an object"},
		{group, `"name"`, "the body must be an object"},
		{group, `null`, "the body must be an object"},
		{group, `{"name":7}`, "name must be a string"},
		{group, `{"name":1e999}`, "name must be a string"},
		{group, `{"name":true}`, "name must be a string"},
		{group, `{"name":{}}`, "name must be a string"},
		{group, `{"name":["a"]}`, "name must be a string"},
		{group, `{"name":"a","colour":"red"}`, `"colour" is not a known property`},
		{group, `{"name":"a","a\u200b\u0007\"":1}`, "\"a\u200b\\u0007\\\"\" is not a known property"},
		{group, `{"name":"a","members":null,"colour":null}`, "colour must not be null"},
		{group, `{"name":"a","members":[]}`, "members must be an object"},
		{group, `{"name":"a","members":{"users":{"id":"x"}}}`, "members.users must be an array"},
		{group, `{"name":"a","members":{"users":[{"id":"x"},{"id":5}]}}`, "members.users[1].id must be a string"},
		{group, `{"name":"a","members":{"users":["ada"]}}`, "members.users[0] must be an object"},
		{group, `{"name":"a","members":{"users":[{"id":"x\u200b\u0000"}]}}`, "\"x\u200b\\u0000\" is not a UUID"},
		{collection, `{"name":"a","description":7}`, "description must be a string"},
		{run, `{"inputParams":[1]}`, "inputParams must be an object"},
		{run, `{"viewId":7}`, "viewId must be a string"},
		{run, `{"notifications":{}}`, "notifications must be an array"},
		{run, `{"notifications":[{"type":7}]}`, "notifications[0].type must be a string"},
		{run, `{"notifications":[{"userIds":["a",7]}]}`, "notifications[0].userIds[1] must be a string"},
		{run, `{"notifications":[{"includeSuccessScreenshot":7}]}`, "notifications[0].includeSuccessScreenshot must be a boolean"},
		{project, `{"status":3}`, "status must be a string"},
		{project, `{"status":"a\u200b\"<"}`, "status \"a\u200b\\\"<\" does not exist in the workspace"},
		{cell, `{"dataConnectionId":{}}`, "dataConnectionId must be a string"},
		{cell, `{"contents":{"sqlCell":{"source":3}}}`, "contents.sqlCell.source must be a string"},
		{cell, `{"contents":"select 1"}`, "contents must be an object"},
		{cells, `{"contents":{"sqlCell":{"source":"x","isDataframeSql":"true"}}}`, "contents.sqlCell.isDataframeSql must be a boolean"},
		{guides, `{"files":{}}`, "files must be an array"},
		{guides, `{"files":["a.md"]}`, "files[0] must be an object"},
		{guides, `{"files":[{"filePath":"a.md","contents":"x"},{"filePath":"b.md","contents":7}]}`, "files[1].contents must be a string"},
		{guides, `{"files":[{"filePath":"a.md","contents":"x","externalSource":{"owner":[]}}]}`, "files[0].externalSource.owner must be a string"},
		{publish, `{"orgGuideFileIds":"all"}`, "orgGuideFileIds must be an array"},
		{publish, `{"orgGuideFileIds":[7]}`, "orgGuideFileIds[0] must be a string"},
		{publish, `{"publishAllDraftGuides":1}`, "publishAllDraftGuides must be a boolean"},
	} {
		t.Run(test.line+" "+test.body, func(t *testing.T) {
			method, path, _ := strings.Cut(test.line, " ")
			a := open(t).send(method, path, test.body).want(400)
			assert.Equal(t, test.want, said(a))
			assert.NotRegexp(t, ofGo, a.body)
		})
	}
}

func TestTheFirstNullIsNamedEachTime(t *testing.T) {
	for range 20 {
		a := open(t).send("POST", "/v1/groups", `{"members":null,"name":null,"a":null}`).want(400)
		assert.Equal(t, "a must not be null", said(a))
	}
}
