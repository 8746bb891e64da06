package hexapi

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// operationCase is a call of one method and the request that it makes.
type operationCase struct {
	name   string
	call   func(context.Context, *Client) (json.RawMessage, error)
	method string
	path   string // after /api/v1
	query  string
	body   string // "" for none
	header map[string]string
}

// calling binds a method to its input.
func calling[In, Out any](method func(*Client, context.Context, In) (Answer[Out], error), in In) func(context.Context, *Client) (json.RawMessage, error) {
	return func(ctx context.Context, c *Client) (json.RawMessage, error) {
		a, err := method(c, ctx, in)
		return a.Body, err
	}
}

func TestOperationsSendWhatTheContractSays(t *testing.T) {
	covered := map[string]bool{}
	for _, tc := range operations() {
		operation, _, _ := strings.Cut(tc.name, ":")
		covered[operation] = true
		t.Run(tc.name, func(t *testing.T) {
			const answered = `{"new":1, "id":12345678901234567890}`
			h := playing(answers(http.StatusOK, answered))
			got, err := tc.call(t.Context(), client(t, h))
			require.NoError(t, err)
			assert.Equal(t, answered, string(got), "the body passes as it came")
			require.Len(t, h.seen, 1)
			tc.check(t, h.seen[0])
		})
	}
	assert.Len(t, covered, 31)
	for method := range reflect.TypeFor[*Client]().Methods() {
		assert.True(t, covered[method.Name] || method.Name == "WithToken", "%s has no case", method.Name)
	}
}

func (tc operationCase) check(t *testing.T, got sent) {
	assert.Equal(t, tc.method, got.Method)
	assert.Equal(t, "/api/v1"+tc.path, got.Path)
	want, err := url.ParseQuery(tc.query)
	require.NoError(t, err)
	assert.Equal(t, want, got.Query)
	if tc.body == "" {
		assert.Empty(t, got.Body)
		assert.Empty(t, got.Header.Get("Content-Type"))
	} else {
		assert.JSONEq(t, tc.body, got.Body)
		assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	}
	header := map[string]string{"Accept": "application/json", "Authorization": "Bearer " + token.Reveal(), "User-Agent": "hexapi"}
	maps.Copy(header, tc.header)
	got.Header.Del("Content-Type")
	assert.Len(t, got.Header, len(header), "no other headers: %v", got.Header)
	for name, value := range header {
		assert.Equal(t, value, got.Header.Get(name), name)
	}
}

func operations() []operationCase {
	cursor := Cursor{After: "a+/=&?"}
	return append(append(append(projectOperations(cursor), sharingOperations()...), runOperations()...), append(cellOperations(cursor), workspaceOperations(cursor)...)...)
}

const (
	p = "/projects/" + string(projectID)
	r = "/runs/" + string(runID)
)

func projectOperations(cursor Cursor) []operationCase {
	return []operationCase{
		{"ListProjects: minimal", calling((*Client).ListProjects, ListProjectsInput{}), "GET", "/projects", "", "", nil},
		{"ListProjects: full", calling((*Client).ListProjects, ListProjectsInput{
			Limit: 100, Cursor: cursor, SortBy: ProjectsByEdit, SortDirection: Descending,
			Statuses: []string{"In review", "a,b"}, Categories: []string{"x&y"}, CreatorEmail: "a+b@c.d", OwnerEmail: "o@c.d",
			CollectionID: "c1", IncludeArchived: true, IncludeTrashed: true, IncludeComponents: true, IncludeSharing: true,
		}), "GET", "/projects", "limit=100&after=a%2B%2F%3D%26%3F&sortBy=LAST_EDITED_AT&sortDirection=DESC&statuses=In+review&statuses=a,b" +
			"&categories=x%26y&creatorEmail=a%2Bb@c.d&ownerEmail=o@c.d&collectionId=c1" +
			"&includeArchived=true&includeTrashed=true&includeComponents=true&includeSharing=true", "", nil},
		{"GetProject: minimal", calling((*Client).GetProject, GetProjectInput{ProjectID: projectID}), "GET", p, "", "", nil},
		{"GetProject: full", calling((*Client).GetProject, GetProjectInput{projectID, ProjectView{IncludeSharing: true}}), "GET", p, "includeSharing=true", "", nil},
		{"UpdateProject: set", calling((*Client).UpdateProject, UpdateProjectInput{projectID, ProjectUpdate{SetTo("Approved")}}), "PATCH", p, "", `{"status":"Approved"}`, nil},
		{"UpdateProject: remove", calling((*Client).UpdateProject, UpdateProjectInput{projectID, ProjectUpdate{SetToNull[string]()}}), "PATCH", p, "", `{"status":null}`, nil},
		{"UpdateProject: leave", calling((*Client).UpdateProject, UpdateProjectInput{ProjectID: projectID}), "PATCH", p, "", `{}`, nil},
	}
}

func sharingOperations() []operationCase {
	return []operationCase{
		{
			"EditProjectSharingUsers", calling((*Client).EditProjectSharingUsers, EditProjectSharingUsersInput{projectID, UserSharingEdit{
				SharingUpsert[UserGrants]{UserGrants{[]UserGrant{{IDReference{otherID}, CanEdit}, {IDReference{runID}, NoAccess}}}},
			}}), "PATCH", p + "/sharing/users", "",
			`{"sharing":{"upsert":{"users":[{"user":{"id":"` + string(otherID) + `"},"access":"CAN_EDIT"},{"user":{"id":"` + string(runID) + `"},"access":"NONE"}]}}}`, nil,
		},
		{"EditProjectSharingGroups", calling((*Client).EditProjectSharingGroups, EditProjectSharingGroupsInput{projectID, GroupSharingEdit{
			SharingUpsert[GroupGrants]{GroupGrants{[]GroupGrant{{IDReference{otherID}, AppOnly}}}},
		}}), "PATCH", p + "/sharing/groups", "", `{"sharing":{"upsert":{"groups":[{"group":{"id":"` + string(otherID) + `"},"access":"APP_ONLY"}]}}}`, nil},
		{"EditProjectSharingCollections", calling((*Client).EditProjectSharingCollections, EditProjectSharingCollectionsInput{projectID, CollectionSharingEdit{
			SharingUpsert[CollectionGrants]{CollectionGrants{[]CollectionGrant{{IDReference{otherID}, FullAccess}}}},
		}}), "PATCH", p + "/sharing/collections", "", `{"sharing":{"upsert":{"collections":[{"collection":{"id":"` + string(otherID) + `"},"access":"FULL_ACCESS"}]}}}`, nil},
		{"EditProjectSharingOrgAndPublic", calling((*Client).EditProjectSharingOrgAndPublic, EditProjectSharingOrgAndPublicInput{
			projectID, GeneralSharingEdit{GeneralSharing{CanView, NoAccess}},
		}), "PATCH", p + "/sharing/workspaceAndPublic", "", `{"sharing":{"workspace":"CAN_VIEW","publicWeb":"NONE"}}`, nil},
	}
}

func runOperations() []operationCase {
	return []operationCase{
		{"RunProject: minimal", calling((*Client).RunProject, RunProjectInput{ProjectID: projectID}), "POST", p + "/runs", "", `{}`, nil},
		{
			"RunProject: full", calling((*Client).RunProject, RunProjectInput{
				ProjectID: projectID, FlagConfigOverride: "x=1",
				RunOptions: RunOptions{
					InputParams: map[string]json.RawMessage{"days": json.RawMessage(`12345678901234567890`), "sql": json.RawMessage(`"a<b && c>d"`)},
					ViewID:      "v1", DryRun: true, UseCachedSQLResults: new(false), UpdatePublishedResults: true,
					Notifications: []RunNotification{{
						Type: NotifyFailure, IncludeSuccessScreenshot: true, ScreenshotFormat: ScreenshotPDF,
						SlackChannelIDs: []string{"C1"}, UserIDs: []string{"u"}, GroupIDs: []string{"g"}, Subject: "s", Body: "b",
					}},
				},
			}), "POST", p + "/runs", "", `{"inputParams":{"days":12345678901234567890,"sql":"a<b && c>d"},"viewId":"v1","dryRun":true,
			"useCachedSqlResults":false,"updatePublishedResults":true,"notifications":[{"type":"FAILURE","includeSuccessScreenshot":true,
			"screenshotFormat":"pdf","slackChannelIds":["C1"],"userIds":["u"],"groupIds":["g"],"subject":"s","body":"b"}]}`,
			map[string]string{"Flag-Config-Override": "x=1"},
		},
		{"GetProjectRuns: minimal", calling((*Client).GetProjectRuns, GetProjectRunsInput{ProjectID: projectID}), "GET", p + "/runs", "", "", nil},
		{
			"GetProjectRuns: full", calling((*Client).GetProjectRuns, GetProjectRunsInput{projectID, RunFilter{5, 10, RunNoKernel, AnyTrigger}}),
			"GET", p + "/runs", "limit=5&offset=10&statusFilter=UNABLE_TO_ALLOCATE_KERNEL&runTriggerFilter=ALL", "", nil,
		},
		{"GetRunStatus: minimal", calling((*Client).GetRunStatus, GetRunStatusInput{ProjectID: projectID, RunID: runID}), "GET", p + r, "", "", nil},
		{
			"GetRunStatus: full", calling((*Client).GetRunStatus, GetRunStatusInput{projectID, runID, true}), "GET", p + r, "", "",
			map[string]string{"Enable-Expanded-Stats": "true"},
		},
		{"CancelRun", calling((*Client).CancelRun, CancelRunInput{projectID, runID}), "DELETE", p + r, "", "", nil},
	}
}

func cellOperations(cursor Cursor) []operationCase {
	cell := "/cells/" + string(otherID)
	project := `"projectId":"` + string(projectID) + `"`
	return []operationCase{
		{"ListCells: minimal", calling((*Client).ListCells, ListCellsInput{ProjectID: projectID}), "GET", "/cells", "projectId=" + string(projectID), "", nil},
		{"ListCells: full", calling((*Client).ListCells, ListCellsInput{projectID, 3, cursor}), "GET", "/cells", "projectId=" + string(projectID) + "&limit=3&after=a%2B%2F%3D%26%3F", "", nil},
		{"GetCell", calling((*Client).GetCell, GetCellInput{otherID}), "GET", cell, "", "", nil},
		{"CreateCell: minimal", calling((*Client).CreateCell, CreateCellInput{
			ProjectID: projectID, CellType: MarkdownCell, Contents: NewCellContents{MarkdownCell: &CellSource{"# <b>"}},
		}), "POST", "/cells", "", `{` + project + `,"cellType":"MARKDOWN","contents":{"markdownCell":{"source":"# <b>"}}}`, nil},
		{"CreateCell: full", calling((*Client).CreateCell, CreateCellInput{
			projectID, SQLCell, NewCellContents{SQLCell: &NewSQLCell{"select 1", otherID, true, "df"}}, new("L"), &CellLocation{runID, otherID, FirstChild},
		}), "POST", "/cells", "", `{` + project + `,"cellType":"SQL","label":"L","contents":{"sqlCell":{"source":"select 1","dataConnectionId":"` + string(otherID) +
			`","isDataframeSql":true,"outputDataframe":"df"}},"location":{"insertAfterCellId":"` + string(runID) + `","parentCellId":"` + string(otherID) + `","childPosition":"FIRST"}}`, nil},
		{"UpdateCell: source", calling((*Client).UpdateCell, UpdateCellInput{otherID, CellUpdate{
			Contents: &CellContentsUpdate{SQLCell: &SQLCellUpdate{"select 2", new("df")}},
		}}), "PATCH", cell, "", `{"contents":{"sqlCell":{"source":"select 2","outputDataframe":"df"}}}`, nil},
		{"UpdateCell: attach", calling((*Client).UpdateCell, UpdateCellInput{otherID, CellUpdate{DataConnectionID: SetTo(runID)}}), "PATCH", cell, "", `{"dataConnectionId":"` + string(runID) + `"}`, nil},
		{"UpdateCell: detach", calling((*Client).UpdateCell, UpdateCellInput{otherID, CellUpdate{DataConnectionID: SetToNull[UUID]()}}), "PATCH", cell, "", `{"dataConnectionId":null}`, nil},
		{"DeleteCell", calling((*Client).DeleteCell, DeleteCellInput{otherID}), "DELETE", cell, "", "", nil},
	}
}

func workspaceOperations(cursor Cursor) []operationCase {
	o := "/" + string(otherID)
	member := `[{"id":"` + string(otherID) + `","access":"MEMBER"}]`
	sharing := CollectionSharing{[]CollectionMember{{otherID, "MEMBER"}}, []CollectionMember{{otherID, "MEMBER"}}, &CollectionWorkspace{"NONE"}}
	shared := `{"users":` + member + `,"groups":` + member + `,"workspace":{"members":"NONE"}}`
	users := &GroupMembers{[]IDReference{{otherID}}}
	const page = "limit=7&before=b&sortBy=NAME&sortDirection=ASC"
	before := Cursor{Before: "b"}
	return []operationCase{
		{"ListDataConnections: full", calling((*Client).ListDataConnections, ListDataConnectionsInput{7, before, ConnectionsByName, Ascending}), "GET", "/data-connections", page, "", nil},
		{"ListDataConnections: minimal", calling((*Client).ListDataConnections, ListDataConnectionsInput{}), "GET", "/data-connections", "", "", nil},
		{"ListUsers: full", calling((*Client).ListUsers, ListUsersInput{7, before, UsersByName, Ascending, otherID}), "GET", "/users", page + "&groupId=" + string(otherID), "", nil},
		{"ListUsers: minimal", calling((*Client).ListUsers, ListUsersInput{Cursor: cursor}), "GET", "/users", "after=a%2B%2F%3D%26%3F", "", nil},
		{"DeactivateUser", calling((*Client).DeactivateUser, DeactivateUserInput{otherID}), "POST", "/users" + o + "/deactivate", "", "", nil},
		{"ListGroups: full", calling((*Client).ListGroups, ListGroupsInput{7, before, GroupsByName, Ascending}), "GET", "/groups", page, "", nil},
		{"ListGroups: minimal", calling((*Client).ListGroups, ListGroupsInput{}), "GET", "/groups", "", "", nil},
		{"GetGroup", calling((*Client).GetGroup, GetGroupInput{otherID}), "GET", "/groups" + o, "", "", nil},
		{"CreateGroup: minimal", calling((*Client).CreateGroup, CreateGroupInput{Name: "G"}), "POST", "/groups", "", `{"name":"G"}`, nil},
		{"CreateGroup: full", calling((*Client).CreateGroup, CreateGroupInput{"G", users}), "POST", "/groups", "", `{"name":"G","members":{"users":[{"id":"` + string(otherID) + `"}]}}`, nil},
		{"EditGroup: minimal", calling((*Client).EditGroup, EditGroupInput{GroupID: otherID}), "PATCH", "/groups" + o, "", `{}`, nil},
		{
			"EditGroup: full", calling((*Client).EditGroup, EditGroupInput{otherID, GroupEdit{new("N"), &GroupMemberEdit{users, &GroupMembers{}}}}), "PATCH", "/groups" + o, "",
			`{"name":"N","members":{"add":{"users":[{"id":"` + string(otherID) + `"}]},"remove":{}}}`, nil,
		},
		{"DeleteGroup", calling((*Client).DeleteGroup, DeleteGroupInput{otherID}), "DELETE", "/groups" + o, "", "", nil},
		{"ListCollections: full", calling((*Client).ListCollections, ListCollectionsInput{7, before, CollectionsByName, Ascending}), "GET", "/collections", page, "", nil},
		{"ListCollections: minimal", calling((*Client).ListCollections, ListCollectionsInput{}), "GET", "/collections", "", "", nil},
		{"GetCollection", calling((*Client).GetCollection, GetCollectionInput{otherID}), "GET", "/collections" + o, "", "", nil},
		{"CreateCollection: minimal", calling((*Client).CreateCollection, CreateCollectionInput{Name: "C"}), "POST", "/collections", "", `{"name":"C"}`, nil},
		{"CreateCollection: full", calling((*Client).CreateCollection, CreateCollectionInput{"C", "D", &sharing}), "POST", "/collections", "", `{"name":"C","description":"D","sharing":` + shared + `}`, nil},
		{"EditCollection: minimal", calling((*Client).EditCollection, EditCollectionInput{CollectionID: otherID}), "PATCH", "/collections" + o, "", `{}`, nil},
		{
			"EditCollection: full", calling((*Client).EditCollection, EditCollectionInput{otherID, CollectionEdit{new("N"), new(""), &SharingUpsert[CollectionSharing]{sharing}}}), "PATCH", "/collections" + o, "",
			`{"name":"N","description":"","sharing":{"upsert":` + shared + `}}`, nil,
		},
		{"UpsertGuideDraft: minimal", calling((*Client).UpsertGuideDraft, UpsertGuideDraftInput{Files: []GuideFile{{FilePath: "a.md"}}}), "PUT", "/guides/draft", "", `{"files":[{"filePath":"a.md","contents":""}]}`, nil},
		{"UpsertGuideDraft: full", calling((*Client).UpsertGuideDraft, UpsertGuideDraftInput{[]GuideFile{{
			"a.md", "# A", &ExternalSource{"github", "", "o", "r", "main", "c0ffee", "a.md", "https://g"}, map[string]json.RawMessage{"owner": json.RawMessage(`{"n":1}`)},
		}}, true}), "PUT", "/guides/draft", "", `{"forceWrite":true,"files":[{"filePath":"a.md","contents":"# A","owner":{"n":1},
			"externalSource":{"source":"github","owner":"o","repo":"r","branch":"main","commitHash":"c0ffee","path":"a.md","base":"https://g"}}]}`, nil},
		{"PublishGuideDrafts: minimal", calling((*Client).PublishGuideDrafts, PublishGuideDraftsInput{}), "POST", "/guides/publish", "", `{}`, nil},
		{"PublishGuideDrafts: full", calling((*Client).PublishGuideDrafts, PublishGuideDraftsInput{true, []UUID{otherID}}), "POST", "/guides/publish", "", `{"publishAllDraftGuides":true,"orgGuideFileIds":["` + string(otherID) + `"]}`, nil},
		{"DeleteGuideDraft", calling((*Client).DeleteGuideDraft, DeleteGuideDraftInput{otherID}), "DELETE", "/guides/draft" + o, "", "", nil},
	}
}
