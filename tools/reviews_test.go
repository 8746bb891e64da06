package tools

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

// answered calls a tool of a Hex that answers anything with one body.
func answered(t *testing.T, tool, arguments, body string) Envelope {
	t.Helper()
	return answeredWith(t, tool, arguments, http.StatusOK, body)
}

// Errors of a shape that nobody knows are shown as they are.
func TestErrorsOfASharingEditAreToldWhateverTheirShape(t *testing.T) {
	const edit = `{"projectId":"{project}","sharing":{"upsert":{"users":[{"user":{"id":"{ada}"},"access":"CAN_VIEW"},{"user":{"id":"{nobody}"},"access":"NONE"}]}}}`
	for errors, want := range map[string]string{
		`[]`: "", `null`: "", `{}`: "", `""`: "",
		`[{"userIds":["{nobody}"],"reason":"Gone."}]`:  `Not everything was applied. Hex refused: {nobody} ("Gone"). Of the other entries it names no error: HEX_GET_PROJECT with includeSharing shows them.`,
		`[{"userIds":["{nobody}"],"reason":{"a":1}}]`:  `Hex reports errors, so not everything may have been applied: {"userIds":["{nobody}"],"reason":{"a":1}}. Check with HEX_GET_PROJECT and includeSharing.`,
		`[{"userIds":"{nobody}","reason":"x"}]`:        `Hex reports errors, so not everything may have been applied: {"userIds":"{nobody}","reason":"x"}. Check with HEX_GET_PROJECT and includeSharing.`,
		`["no"]`:                                       `Hex reports errors, so not everything may have been applied: "no". Check with HEX_GET_PROJECT and includeSharing.`,
		`{"message":"x"}`:                              `Hex reports errors, so not everything may have been applied: {"message":"x"}. Check with HEX_GET_PROJECT and includeSharing.`,
		`"failed"`:                                     `Hex reports errors, so not everything may have been applied: "failed". Check with HEX_GET_PROJECT and includeSharing.`,
		`[{"userIds":["{nobody}"],"reason":"Gone"},7]`: `Hex reports errors, so not everything may have been applied: {nobody} ("Gone"); 7. Check with HEX_GET_PROJECT and includeSharing.`,
	} {
		e := answered(t, "HEX_EDIT_PROJECT_SHARING_USERS", edit, demoIDs.Replace(`{"project":{},"errors":`+errors+`}`))
		require.True(t, e.Successful(), "%s: %s", errors, e.Error)
		if want == "" {
			assert.Empty(t, e.Notes, errors)
			continue
		}
		assert.Equal(t, []string{demoIDs.Replace(want)}, e.Notes, errors)
	}
}

func TestASharingEditOfWhichNothingWasAppliedFails(t *testing.T) {
	const edit = `{"projectId":"{project}","sharing":{"upsert":{"users":[{"user":{"id":"{ada}"},"access":"CAN_VIEW"},{"user":{"id":"{nobody}"},"access":"NONE"}]}}}`
	e := answered(t, "HEX_EDIT_PROJECT_SHARING_USERS", edit,
		demoIDs.Replace(`{"project":{},"errors":[{"userIds":["{nobody}"],"reason":"Gone"},{"userIds":["{ada}"],"reason":""}]}`))
	assert.Equal(t, demoIDs.Replace(`HEX_EDIT_PROJECT_SHARING_USERS failed: Hex applied nothing: it refused {nobody} ("Gone"); {ada}. Correct this and call again; ids come from HEX_LIST_USERS.`), e.Error)
	assert.Equal(t, &ErrorDetail{
		Kind: Unprocessable, Issues: []Issue{{Message: demoIDs.Replace(`{nobody} ("Gone")`)}, {Message: demoIDs.Replace("{ada}")}},
	}, e.Detail)
}

// Hex was reported to answer a sharing edit with success and to change nothing.
func TestALevelThatIsNotAsItWasSetIsTold(t *testing.T) {
	const edit = `{"projectId":"{project}","sharing":{"publicWeb":"NONE","workspace":"CAN_VIEW"}}`
	for answer, want := range map[string][]string{
		`{"project":{}}`: nil,
		`{"project":{"sharing":{"workspace":{"access":"CAN_VIEW"},"publicWeb":{"access":"NONE"}}}}`: nil,
		`{"project":{"sharing":{"workspace":{"access":"CAN_VIEW"},"publicWeb":{"access":"APP_ONLY"}}}}`: {
			`Hex answered with success, but the project in its answer has publicWeb "APP_ONLY" and not NONE: check with HEX_GET_PROJECT and includeSharing.`,
		},
		`{"project":{"sharing":{"workspace":{"access":"CAN_VIEW"},"publicWeb":{"access":"APP_ONLY"}}},"errors":[{"type":"publicWeb","reason":"no"}]}`: {
			`Not everything was applied. Hex refused: "publicWeb" ("no"). Of the other entries it names no error: HEX_GET_PROJECT with includeSharing shows them.`,
		},
	} {
		e := answered(t, "HEX_EDIT_PROJECT_SHARING_ORG_AND_PUBLIC", edit, answer)
		require.True(t, e.Successful(), e.Error)
		assert.Equal(t, want, e.Notes, answer)
	}
}

// Nobody can be brought back, so it must be known who was deactivated.
func TestAnotherUserThanWasMeantIsTold(t *testing.T) {
	const user = `{"userId":"{ada}"}`
	for answer, want := range map[string][]string{
		``: nil, `{"user":{"id":"{ada}"}}`: nil, `{"user":{"email":"x@y.z"}}`: nil,
		`{"user":{"id":"{nobody}","email":"x@y.z"}}`: {`Hex answered with another user than was named: {nobody} ("x@y.z"). Look at both with HEX_LIST_USERS, and tell the user.`},
	} {
		e := answered(t, "HEX_DEACTIVATE_USER", user, demoIDs.Replace(answer))
		require.True(t, e.Successful(), e.Error)
		for i := range want {
			want[i] = demoIDs.Replace(want[i])
		}
		assert.Equal(t, want, e.Notes, answer)
	}
}

// Hex was reported to let runs fail of Jinja in markdown, and to find nothing by values in quotes.
func TestJinjaThatGoesWrongIsTold(t *testing.T) {
	for contents, want := range map[string][]string{
		`"MARKDOWN","contents":{"markdownCell":{"source":"Up {{ rate }}"}}`:                {jinjaInMarkdown},
		`"MARKDOWN","contents":{"markdownCell":{"source":"Up {rate}"}}`:                    nil,
		`"CODE","contents":{"codeCell":{"source":"f'{{ x }}'"}}`:                           nil,
		`"SQL","contents":{"sqlCell":{"source":"select {{ x }}","isDataframeSql":true}}`:   nil,
		`"SQL","contents":{"sqlCell":{"source":"select '{{ x }}'","isDataframeSql":true}}`: {fmt.Sprintf(quotesFindNothing, "'{{ x }}'")},
	} {
		e := answered(t, "HEX_CREATE_CELL", `{"projectId":"{project}","cellType":`+contents+`}`, `{"id":"x"}`)
		require.True(t, e.Successful(), e.Error)
		assert.Equal(t, want, e.Notes, contents)
	}
	assert.Equal(t, []string{jinjaInMarkdown}, jinjaInChange(cellChange{Contents: hexapi.SetTo(hexapi.CellContentsUpdate{MarkdownCell: &hexapi.CellSource{Source: "{{ x }}"}})}, hexapi.Cell{}))
}

func TestAnAgentThatFailsWithoutAReasonHasFailed(t *testing.T) {
	const failed = "The agent has failed (Hex does not say why): tell the user, or ask anew in another thread."
	e := answered(t, "HEX_GET_THREAD", `{"threadId":"{run}"}`, `{"status":"ERROR","error":null,"response":null}`)
	assert.Equal(t, []string{failed}, e.Notes)
	e = answered(t, "HEX_ASK", `{"threadId":"{run}"}`, `{"status":"ERROR","error":null,"response":null}`)
	assert.Equal(t, []string{failed}, e.Notes)
}

// Hex may take inputs beside updatePublishedResults, and not heed them.
func TestInputsThatHexMayIgnoreAreTold(t *testing.T) {
	const inputs, published, started = `"inputParams":{"days":7}`, `"updatePublishedResults":true`, `{"runId":"{run}"}`
	for given, want := range map[string][]string{
		inputs: nil, published: nil, `"inputParams":{},` + published: nil, inputs + `,` + published: {inputsIgnored},
	} {
		e := answered(t, "HEX_RUN_PROJECT", `{"projectId":"{project}",`+given+`}`, demoIDs.Replace(started))
		require.True(t, e.Successful(), e.Error)
		assert.Equal(t, want, e.Notes, given)
	}
}

func TestAStatusThatHexHasAddedSaysWhatToDo(t *testing.T) {
	const run = `{"projectId":"{project}","runId":"{run}"}`
	e := answered(t, "HEX_GET_RUN_STATUS", run, `{"status":"PAUSED"}`)
	require.True(t, e.Successful())
	assert.Equal(t, []string{`The status "PAUSED" is not known here. If endTime is set the run has ended; otherwise ask again after 5 seconds or more, and if it stays, give the user runUrl.`}, e.Notes)
	for _, known := range []string{"PENDING", "RUNNING", "ERRORED", "COMPLETED", "KILLED", "UNABLE_TO_ALLOCATE_KERNEL"} {
		assert.Empty(t, answered(t, "HEX_GET_RUN_STATUS", run, `{"status":"`+known+`"}`).Notes)
	}
}

// The address of a run's page gives both ids.
func TestAddressesAreTakenForIDs(t *testing.T) {
	const page = "https://app.hex.tech/{workspace}/app/{project}/{run}"
	e := answered(t, "HEX_GET_RUN_STATUS", `{"projectId":"`+page+`","runId":"`+page+`"}`, `{"status":"RUNNING"}`)
	assert.True(t, e.Successful(), e.Error)
}

// A detached connection is detached only on purpose.
func TestNullDetachesAConnectionOnlyByItself(t *testing.T) {
	const source = `"contents":{"sqlCell":{"source":"select 1"}}`
	for arguments, want := range map[string]string{
		`"dataConnectionId":null`:                                        `{"dataConnectionId":null}`,
		`"detachDataConnection":true`:                                    `{"dataConnectionId":null}`,
		`"detachDataConnection":true,"contents":null`:                    `{"dataConnectionId":null}`,
		source + `,"dataConnectionId":null`:                              `{` + source + `}`,
		source + `,"dataConnectionId":null,"detachDataConnection":false`: `{` + source + `}`,
		source + `,"dataConnectionId":null,"detachDataConnection":true`:  `{` + source + `,"dataConnectionId":null}`,
		source + `,"dataConnectionId":"{warehouse}"`:                     `{` + source + `,"dataConnectionId":"{warehouse}"}`,
		`"dataConnectionId":"{warehouse}","contents":null`:               `{"dataConnectionId":"{warehouse}"}`,
	} {
		made := exchange(t, "HEX_UPDATE_CELL", json.RawMessage(demoIDs.Replace(`{"cellId":"{sql}",`+arguments+`}`)))
		assert.JSONEq(t, demoIDs.Replace(want), string(made[len(made)-1].Sent), arguments)
	}
}

// A default that a host spells out changes nothing.
func TestTheDefaultPlaceOfACellMayBeSpelledOut(t *testing.T) {
	const cell = `"projectId":"{project}","cellType":"CODE","contents":{"codeCell":{"source":"1"}}`
	for location, want := range map[string]string{
		`{"childPosition":"LAST"}`:                              ``,
		`{"childPosition":"LAST","insertAfterCellId":"{code}"}`: `,"location":{"insertAfterCellId":"{code}"}`,
		`{"childPosition":"LAST","parentCellId":"{section}"}`:   `,"location":{"childPosition":"LAST","parentCellId":"{section}"}`,
		`{"childPosition":"","parentCellId":null}`:              ``,
		`null`: ``,
	} {
		made := exchange(t, "HEX_CREATE_CELL", json.RawMessage(demoIDs.Replace(`{`+cell+`,"location":`+location+`}`)))
		assert.JSONEq(t, demoIDs.Replace(`{`+cell+want+`}`), string(made[0].Sent), location)
	}
}

// Hex wants the passphrase of a key, and not every key has one.
func TestAnEmptyCredentialThatHexWantsIsSent(t *testing.T) {
	for kind, details := range map[string]string{
		"postgres":  `"hostname":"h","port":1,"database":"d","username":"u","password":""`,
		"redshift":  `"host":"h","port":1,"database":"d","username":"u","password":""`,
		"snowflake": `"accountName":"a","warehouse":"w","database":"d","username":"u","privateKey":"k","passphrase":""`,
	} {
		body := `{"name":"n","type":"` + kind + `","connectionDetails":{"` + kind + `":{` + details + `}}}`
		made := exchange(t, "HEX_CREATE_DATA_CONNECTION", json.RawMessage(body))
		assert.JSONEq(t, body, string(made[0].Sent))
	}
}

// An empty string is no filter.
func TestEmptyFiltersAreNone(t *testing.T) {
	for tool, arguments := range map[string]string{
		"HEX_LIST_PROJECTS": `{"ownerEmail":"","creatorEmail":"","collectionId":"","after":"","before":"","sortBy":"","statuses":[]}`,
		"HEX_LIST_USERS":    `{"groupId":"","userIds":[],"after":""}`,
	} {
		made := exchange(t, tool, json.RawMessage(arguments))
		assert.Empty(t, made[0].Request.URL.RawQuery, tool)
	}
	made := exchange(t, "HEX_RUN_PROJECT", json.RawMessage(demoIDs.Replace(`{"projectId":"{project}","viewId":""}`)))
	assert.JSONEq(t, `{}`, string(made[0].Sent))
}
