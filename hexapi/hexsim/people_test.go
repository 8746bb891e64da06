package hexsim

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"hexmcp/hexapi"
)

// refs writes references to users.
func refs(ids ...hexapi.UUID) string {
	var list []string
	for _, id := range ids {
		list = append(list, fmt.Sprintf(`{"id":%q}`, id))
	}
	return "[" + strings.Join(list, ",") + "]"
}

// members lists the users of a group.
func (c caller) members(g hexapi.UUID) []hexapi.UUID {
	c.t.Helper()
	ids, _ := listed(c.get("/v1/users?groupId=" + string(g)))
	return ids
}

func TestUsersAreSortedAndFiltered(t *testing.T) {
	c := open(t)
	byName, _ := listed(c.get("/v1/users"))
	assert.Equal(t, []hexapi.UUID{UserAda, UserBruno, UserChiara, UserDev, UserElif, UserFemi, UserGina, UserPortal}, byName)
	byEmail, _ := listed(c.get("/v1/users?sortBy=EMAIL"))
	assert.Equal(t, UserGina, byEmail[6])
	down, _ := listed(c.get("/v1/users?sortDirection=DESC"))
	slices.Reverse(down)
	assert.Equal(t, byName, down)

	assert.Equal(t, []hexapi.UUID{UserBruno, UserElif}, c.members(GroupFinance))
	some, _ := listed(c.get("/v1/users?userIds=" + string(UserDev) + "," + strings.ToUpper(string(UserAda)) + "," + string(nobody)))
	assert.Equal(t, []hexapi.UUID{UserAda, UserDev}, some)
	c.get("/v1/users?groupId=" + string(nobody)).want(404)
	assert.Contains(t, c.get("/v1/users").body, `"name":null,"email":"supplier-portal@tidewater.example","role":"EMBEDDED_USER","lastLoginDate":null`)
}

func TestADeactivatedUserIsNoLongerListedOrGivenAccess(t *testing.T) {
	c := open(t)
	path := "/v1/users/" + string(UserElif) + "/deactivate"
	got := as[userDeactivated](c.send("POST", path, nil).want(200))
	assert.Equal(t, UserElif, got.User.ID)
	assert.Equal(t, got, as[userDeactivated](c.send("POST", path, nil).want(200)), "it may be repeated")

	ids, _ := listed(c.get("/v1/users"))
	assert.NotContains(t, ids, UserElif)
	assert.Equal(t, []hexapi.UUID{UserBruno}, c.members(GroupFinance))
	edited := as[hexapi.SharingEdited](c.send("PATCH", sharingPath("users"), edit("users", grant{UserElif, hexapi.CanEdit})))
	assert.Equal(t, []string{string(UserElif)}, edited.Errors[0].UserIDs)
	c.send("POST", "/v1/users/"+string(nobody)+"/deactivate", nil).want(404)
}

func TestADeactivatedUserCanStillLoseAccess(t *testing.T) {
	c := open(t)
	elif := `{"id":"` + string(UserElif) + `"`
	made := as[hexapi.Collection](c.send("POST", "/v1/collections", `{"name":"Board","sharing":{"users":[`+elif+`,"access":"MEMBER"}]}}`).want(201))
	c.send("PATCH", sharingPath("users"), edit("users", grant{UserElif, hexapi.CanEdit})).want(200)
	c.send("POST", "/v1/users/"+string(UserElif)+"/deactivate", nil).want(200)

	edited := as[hexapi.SharingEdited](c.send("PATCH", sharingPath("users"), edit("users", grant{UserElif, hexapi.NoAccess})).want(200))
	assert.Empty(t, edited.Errors)
	c.send("PATCH", "/v1/groups/"+string(GroupFinance), `{"members":{"remove":{"users":[`+elif+`}]}}}`).want(200)
	collection := c.send("PATCH", "/v1/collections/"+string(made.ID), `{"sharing":{"upsert":{"users":[`+elif+`,"access":"NONE"}]}}}`).want(200)
	assert.NotContains(t, collection.body, UserElif)
	c.send("PATCH", "/v1/groups/"+string(GroupFinance), `{"members":{"add":{"users":[`+elif+`}]}}}`).want(400)
}

func TestGroupsAreSorted(t *testing.T) {
	c := open(t)
	for query, want := range map[string][]hexapi.UUID{
		"":                                     {GroupAnalytics, GroupFinance, GroupLeadership, GroupMarketing},
		"?sortBy=NAME&sortDirection=DESC":      {GroupMarketing, GroupLeadership, GroupFinance, GroupAnalytics},
		"?sortBy=CREATED_AT":                   {GroupAnalytics, GroupFinance, GroupMarketing, GroupLeadership},
		"?sortBy=CREATED_AT&sortDirection=ASC": {GroupAnalytics, GroupFinance, GroupMarketing, GroupLeadership},
	} {
		got, _ := listed(c.get("/v1/groups" + query))
		assert.Equal(t, want, got, query)
	}
	as[olderError](c.get("/v1/groups?sortBy=SIZE").want(400))
}

func TestANewGroupHasItsMembers(t *testing.T) {
	c := open(t)
	body := `{"name":"Finance","members":{"users":` + refs(UserDev, UserAda, UserDev) + `}}`
	made := as[groupCreated](c.send("POST", "/v1/groups", body).want(201))
	assert.Equal(t, []hexapi.IDReference{{ID: UserDev}, {ID: UserAda}}, made.Members.Users)
	assert.Equal(t, []hexapi.UUID{UserAda, UserDev}, c.members(made.ID))
	assert.Equal(t, hexapi.Group{ID: made.ID, Name: "Finance", CreatedAt: stamp(c.clock.Now())},
		as[hexapi.Group](c.get("/v1/groups/"+string(made.ID)).want(200)))

	twin := c.send("POST", "/v1/groups", `{"name":"Finance"}`).want(201)
	assert.NotEqual(t, made.ID, as[groupCreated](twin).ID, "names are not unique")
	assert.Contains(t, twin.body, `"members":{"users":[]}`)
}

func TestGroupEditsThatAreRefusedChangeNothing(t *testing.T) {
	for name, body := range map[string]string{
		"empty name":       `{"name":""}`,
		"101 to add":       `{"members":{"add":{"users":` + refs(slices.Repeat([]hexapi.UUID{UserDev}, 101)...) + `}}}`,
		"101 to remove":    `{"members":{"remove":{"users":` + refs(slices.Repeat([]hexapi.UUID{UserDev}, 101)...) + `}}}`,
		"unknown to add":   `{"name":"New","members":{"remove":{"users":` + refs(UserElif) + `},"add":{"users":` + refs(nobody) + `}}}`,
		"list for members": `{"members":` + refs(UserDev) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			as[olderError](c.send("PATCH", "/v1/groups/"+string(GroupFinance), body).want(400))
			assert.Equal(t, []hexapi.UUID{UserBruno, UserElif}, c.members(GroupFinance))
			assert.Equal(t, "Finance", as[hexapi.Group](c.get("/v1/groups/"+string(GroupFinance))).Name)
		})
	}
	c := open(t)
	most := refs(slices.Repeat([]hexapi.UUID{UserDev}, maxMembers)...)
	c.send("PATCH", "/v1/groups/"+string(GroupFinance), `{"members":{"add":{"users":`+most+`},"remove":{"users":`+most+`}}}`).want(200)
	for _, body := range []string{`{}`, `{"name":""}`, `{"name":"x","members":{"users":` + refs(slices.Repeat([]hexapi.UUID{UserDev}, 101)...) + `}}`, `{"name":"x","members":{"users":` + refs(nobody) + `}}`} {
		as[olderError](c.send("POST", "/v1/groups", body).want(400))
	}
}

func TestAGroupEditChangesWhatItNames(t *testing.T) {
	c := open(t)
	path := "/v1/groups/" + string(GroupFinance)
	body := `{"members":{"add":{"users":` + refs(UserDev, UserBruno) + `},"remove":{"users":` + refs(UserElif, UserGina) + `}}}`
	for range 2 { // the same end state
		edited := as[hexapi.Group](c.send("PATCH", path, body).want(200))
		assert.Equal(t, "Finance", edited.Name)
		assert.Equal(t, []hexapi.UUID{UserBruno, UserDev}, c.members(GroupFinance))
	}
	assert.Equal(t, "Controlling", as[hexapi.Group](c.send("PATCH", path, `{"name":"Controlling"}`).want(200)).Name)
	assert.Equal(t, []hexapi.UUID{UserBruno, UserDev}, c.members(GroupFinance))
}

func TestADeletedGroupTakesItsAccessAlong(t *testing.T) {
	c := open(t)
	path := "/v1/groups/" + string(GroupAnalytics)
	a := c.send("DELETE", path, nil).want(204)
	assert.Empty(t, a.body)
	c.get(path).want(404)
	c.send("DELETE", path, nil).want(404)
	for _, p := range []string{"/v1/projects?includeSharing=true&includeComponents=true", "/v1/collections", "/v1/data-connections"} {
		body := c.get(p).want(200).body
		assert.NotContains(t, body, string(GroupAnalytics), p)
		assert.NotContains(t, body, `"name":"Analytics"`, p)
	}
}

func TestCollectionsAreSortedByName(t *testing.T) {
	c := open(t)
	up, _ := listed(c.get("/v1/collections"))
	assert.Equal(t, []hexapi.UUID{CollectionPlatform, CollectionExecutive, CollectionGrowth, CollectionSupport}, up)
	down, _ := listed(c.get("/v1/collections?sortBy=NAME&sortDirection=DESC"))
	assert.Equal(t, []hexapi.UUID{CollectionSupport, CollectionGrowth, CollectionExecutive, CollectionPlatform}, down)
	as[olderError](c.get("/v1/collections?sortBy=CREATED_AT").want(400))
}

func TestANewCollectionIsSharedAsTold(t *testing.T) {
	c := open(t)
	body := fmt.Sprintf(`{"name":"Board","description":"Quarterly","sharing":{"users":[{"id":%q,"access":"MANAGER"}],"groups":[{"id":%q,"access":"MEMBER"}],"workspace":{"members":"NONE"}}}`, UserBruno, GroupLeadership)
	made := as[hexapi.Collection](c.send("POST", "/v1/collections", body).want(201))
	assert.Equal(t, hexapi.Collection{
		ID: made.ID, Name: "Board", Description: "Quarterly",
		Creator: hexapi.CollectionCreator{ID: UserAda, Email: "ada.okafor@tidewater.example"},
		Sharing: hexapi.CollectionSharing{
			Users:     []hexapi.CollectionMember{{ID: UserBruno, Access: "MANAGER"}},
			Groups:    []hexapi.CollectionMember{{ID: GroupLeadership, Access: "MEMBER"}},
			Workspace: &hexapi.CollectionWorkspace{Members: "NONE"},
		},
	}, made)
	assert.Equal(t, made, as[hexapi.Collection](c.get("/v1/collections/"+string(made.ID)).want(200)))
	assert.Contains(t, c.send("POST", "/v1/collections", `{"name":"Bare"}`).want(201).body, `"sharing":{}`)
	c.send("POST", "/v1/collections", `{"name":""}`).want(201)
	c.send("POST", "/v1/collections", `{"description":"nameless"}`).want(400)
}

func TestACollectionEditChangesWhatItNames(t *testing.T) {
	c := open(t)
	path := "/v1/collections/" + string(CollectionExecutive)
	body := fmt.Sprintf(`{"sharing":{"upsert":{"users":[{"id":%q,"access":"NONE"},{"id":%q,"access":"MEMBER"}],"groups":[{"id":%q,"access":"MANAGER"}]}}}`, UserChiara, UserDev, GroupFinance)
	want := hexapi.CollectionSharing{
		Users:     []hexapi.CollectionMember{{ID: UserDev, Access: "MEMBER"}},
		Groups:    []hexapi.CollectionMember{{ID: GroupLeadership, Access: "MEMBER"}, {ID: GroupFinance, Access: "MANAGER"}},
		Workspace: &hexapi.CollectionWorkspace{Members: "NONE"},
	}
	for range 2 {
		assert.Equal(t, want, as[hexapi.Collection](c.send("PATCH", path, body).want(200)).Sharing)
	}
	edited := as[hexapi.Collection](c.send("PATCH", path, `{"name":"Board metrics","description":""}`).want(200))
	assert.Equal(t, "Board metrics", edited.Name)
	assert.Empty(t, edited.Description)
	assert.Equal(t, want, edited.Sharing)
	assert.Contains(t, c.get("/v1/projects/"+string(ProjectRevenue)+"?includeSharing=true").body, `"Board metrics"`)
}

func TestCollectionEditsThatAreRefusedChangeNothing(t *testing.T) {
	for name, body := range map[string]string{
		"empty name":        `{"name":"","description":"x"}`,
		"unknown user":      fmt.Sprintf(`{"name":"x","sharing":{"upsert":{"users":[{"id":%q,"access":"MEMBER"}]}}}`, nobody),
		"unknown group":     fmt.Sprintf(`{"name":"x","sharing":{"upsert":{"groups":[{"id":%q,"access":"MEMBER"}]}}}`, nobody),
		"unknown word":      fmt.Sprintf(`{"name":"x","sharing":{"upsert":{"users":[{"id":%q,"access":"CAN_VIEW"}]}}}`, UserDev),
		"unknown workspace": `{"name":"x","sharing":{"upsert":{"workspace":{"members":"ALL"}}}}`,
		"sharing as create": fmt.Sprintf(`{"sharing":{"users":[{"id":%q,"access":"MEMBER"}]}}`, UserDev),
	} {
		t.Run(name, func(t *testing.T) {
			c := open(t)
			path := "/v1/collections/" + string(CollectionGrowth)
			before := c.get(path).want(200).body
			as[olderError](c.send("PATCH", path, body).want(400))
			assert.Equal(t, before, c.get(path).body)
		})
	}
	as[olderError](open(t).send("PATCH", "/v1/collections/"+string(nobody), `{}`).want(404))
	as[olderError](open(t).send("POST", "/v1/collections", `{"description":"x"}`).want(400))
}
