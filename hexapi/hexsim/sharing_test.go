package hexsim

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

// nobody is an id that nothing has.
const nobody hexapi.UUID = "00000000-0000-7000-8000-000000000000"

// edit writes a sharing edit of users, groups or collections.
func edit(kind string, grants ...grant) string {
	var entries []string
	for _, g := range grants {
		entries = append(entries, fmt.Sprintf(`{%q:{"id":%q},"access":%q}`, strings.TrimSuffix(kind, "s"), g.id, g.access))
	}
	return fmt.Sprintf(`{"sharing":{"upsert":{%q:[%s]}}}`, kind, strings.Join(entries, ","))
}

func sharingPath(kind string) string {
	return "/v1/projects/" + string(ProjectRevenue) + "/sharing/" + kind
}

// who lists who has access, by email or name, in short.
func who(s *hexapi.ProjectSharing) map[string]hexapi.Access {
	all := map[string]hexapi.Access{}
	for _, u := range s.Users {
		all[strings.Split(u.User.Email, ".")[0]] = u.Access
	}
	for _, g := range s.Groups {
		all[g.Group.Name] = g.Access
	}
	for _, c := range s.Collections {
		all[c.Collection.Name] = c.Access
	}
	return all
}

func TestASharingEditAppliesWhatIsValidAndNamesTheRest(t *testing.T) {
	for _, test := range []struct {
		kind            string
		change, remove  hexapi.UUID
		add             hexapi.UUID
		changed, gone   string
		added           string
		refused         hexapi.SharingError
		untouchedAccess string
	}{
		{
			"users", UserElif, UserChiara, UserDev, "elif", "chiara", "dev",
			hexapi.SharingError{UserIDs: []string{string(nobody)}, Reason: "User not found"},
			"Analytics",
		},
		{
			"groups", GroupLeadership, GroupAnalytics, GroupMarketing, "Leadership", "Analytics", "Marketing",
			hexapi.SharingError{GroupIDs: []string{string(nobody)}, Reason: "Group not found"},
			"elif",
		},
		{
			"collections", CollectionExecutive, CollectionPlatform, CollectionGrowth, "Executive metrics", "Data platform", "Growth",
			hexapi.SharingError{CollectionIDs: []string{string(nobody)}, Reason: "Collection not found"},
			"elif",
		},
	} {
		t.Run(test.kind, func(t *testing.T) {
			c := open(t)
			body := edit(test.kind, grant{test.change, hexapi.CanEdit}, grant{nobody, hexapi.CanView}, grant{test.remove, hexapi.NoAccess}, grant{test.add, hexapi.AppOnly})
			a := c.send("PATCH", sharingPath(test.kind), body).want(200)
			got := as[hexapi.SharingEdited](a)
			assert.Equal(t, []hexapi.SharingError{test.refused}, got.Errors)

			access := who(got.Project.ProjectSharing)
			assert.Equal(t, hexapi.CanEdit, access[test.changed])
			assert.Equal(t, hexapi.AppOnly, access[test.added])
			assert.NotContains(t, access, test.gone)
			assert.Contains(t, access, test.untouchedAccess)

			again := as[hexapi.Project](c.get("/v1/projects/" + string(ProjectRevenue) + "?includeSharing=true"))
			assert.Equal(t, got.Project, again, "it lasts")
		})
	}
}

func TestASharingEditWithoutRefusalsHasNoErrors(t *testing.T) {
	a := open(t).send("PATCH", sharingPath("users"), edit("users", grant{UserDev, hexapi.CanView})).want(200)
	assert.NotContains(t, a.body, `"errors"`)
}

func TestASharingEditIsRefusedAsAWhole(t *testing.T) {
	var many []grant
	for range maxGrants + 1 {
		many = append(many, grant{nobody, hexapi.CanView})
	}
	for _, kind := range []string{"users", "groups", "collections"} {
		one := strings.TrimSuffix(kind, "s")
		for name, body := range map[string]string{
			"26 entries":     edit(kind, many...),
			"no list":        `{"sharing":{"upsert":{}}}`,
			"no upsert":      `{"sharing":{}}`,
			"unknown access": edit(kind, grant{UserDev, "OWNER"}),
			"no access":      fmt.Sprintf(`{"sharing":{"upsert":{%q:[{%q:{"id":%q}}]}}}`, kind, one, UserDev),
			"no id":          fmt.Sprintf(`{"sharing":{"upsert":{%q:[{%q:{},"access":"NONE"}]}}}`, kind, one),
			"one bad entry":  edit(kind, grant{UserElif, hexapi.NoAccess}, grant{UserDev, "OWNER"}),
		} {
			t.Run(kind+", "+name, func(t *testing.T) {
				c := open(t)
				before := c.get("/v1/projects/" + string(ProjectRevenue) + "?includeSharing=true").body
				c.send("PATCH", sharingPath(kind), body).want(400)
				assert.Equal(t, before, c.get("/v1/projects/"+string(ProjectRevenue)+"?includeSharing=true").body)
			})
		}
		open(t).send("PATCH", sharingPath(kind), edit(kind, many[:maxGrants]...)).want(200)
		open(t).send("PATCH", "/v1/projects/"+string(nobody)+"/sharing/"+kind, edit(kind, many[:1]...)).want(404)
	}
}

func TestGeneralAccessIsSetByScope(t *testing.T) {
	c := open(t)
	path := sharingPath("workspaceAndPublic")
	got := as[hexapi.SharingEdited](c.send("PATCH", path, `{"sharing":{"workspace":"CAN_EDIT","publicWeb":"APP_ONLY"}}`).want(200))
	assert.Equal(t, hexapi.CanEdit, got.Project.ProjectSharing.Workspace.Access)
	assert.Equal(t, hexapi.AppOnly, got.Project.ProjectSharing.PublicWeb.Access)

	got = as[hexapi.SharingEdited](c.send("PATCH", path, `{"sharing":{"workspace":"NONE"}}`).want(200))
	assert.Equal(t, hexapi.NoAccess, got.Project.ProjectSharing.Workspace.Access)
	assert.Equal(t, hexapi.AppOnly, got.Project.ProjectSharing.PublicWeb.Access, "what is absent stays")

	got = as[hexapi.SharingEdited](c.send("PATCH", path, `{"sharing":{"workspace":"CAN_VIEW","publicWeb":"CAN_EDIT"}}`).want(200))
	assert.Equal(t, hexapi.CanView, got.Project.ProjectSharing.Workspace.Access)
	assert.Equal(t, hexapi.AppOnly, got.Project.ProjectSharing.PublicWeb.Access)
	assert.Equal(t, []hexapi.SharingError{{Type: "publicWeb", Reason: "Public web access can be CAN_VIEW at most"}}, got.Errors)

	got = as[hexapi.SharingEdited](c.send("PATCH", path, `{"sharing":{"publicWeb":"NONE"}}`).want(200))
	assert.Equal(t, hexapi.CanView, got.Project.ProjectSharing.Workspace.Access, "what is absent stays")
	assert.Equal(t, hexapi.NoAccess, got.Project.ProjectSharing.PublicWeb.Access)

	for _, bad := range []string{`{}`, `{"sharing":{"workspace":"ALL"}}`, `{"sharing":{"publicWeb":""}}`, `{"sharing":{"workspace":null}}`} {
		c.send("PATCH", path, bad).want(400)
	}
}

func TestAProjectMovesBetweenCollections(t *testing.T) {
	c := open(t)
	inGrowth := "/v1/projects?collectionId=" + string(CollectionGrowth)
	assert.NotContains(t, titles(c.get(inGrowth)), "Weekly revenue review")
	c.send("PATCH", sharingPath("collections"), edit("collections", grant{CollectionGrowth, hexapi.CanView})).want(200)
	assert.Contains(t, titles(c.get(inGrowth)), "Weekly revenue review")
	c.send("PATCH", sharingPath("collections"), edit("collections", grant{CollectionGrowth, hexapi.NoAccess})).want(200)
	assert.NotContains(t, titles(c.get(inGrowth)), "Weekly revenue review")
}
