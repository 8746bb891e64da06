package hexsim

import (
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
)

func TestProjectsAreFiltered(t *testing.T) {
	visible := []hexapi.UUID{
		ProjectRevenue, ProjectForecast, ProjectFails, ProjectDraft, ProjectSlow, ProjectAttribution,
		ProjectInventory, ProjectExperiment, ProjectSupport, ProjectRetention,
	}
	for query, want := range map[string][]hexapi.UUID{
		"":                                     visible,
		"includeArchived=false":                visible,
		"includeArchived=true":                 append(slices.Clone(visible), ProjectArchived),
		"includeTrashed=true":                  append(slices.Clone(visible), ProjectTrashed),
		"includeComponents=true":               append(slices.Clone(visible), ProjectComponent),
		"includeUnlisted=true":                 append(slices.Clone(visible), ProjectUnlisted),
		"includeUnlisted=false":                visible,
		"statuses=Production":                  {ProjectRevenue, ProjectSlow, ProjectInventory},
		"statuses=Exploratory&statuses=Draft":  {ProjectDraft},
		"statuses=Approved&statuses=In+review": {ProjectForecast, ProjectAttribution, ProjectFails, ProjectExperiment},
		"statuses=production":                  {},
		"categories=Finance":                   {ProjectRevenue, ProjectFails},
		"categories=Customer&categories=Machine+learning": {ProjectDraft, ProjectRetention, ProjectSlow, ProjectForecast},
		"statuses=Production&categories=Finance":          {ProjectRevenue},
		"creatorEmail=elif.aydin@tidewater.example":       {ProjectFails},
		"ownerEmail=Bruno.Castell@tidewater.example":      {ProjectInventory},
		"ownerEmail=elif.aydin@tidewater.example":         {},
		"collectionId=" + string(CollectionExecutive):     {ProjectRevenue, ProjectInventory},
		"collectionId=" + string(ProjectRevenue):          {},
	} {
		t.Run(query, func(t *testing.T) {
			got, _ := listed(open(t).get("/v1/projects?" + query))
			assert.ElementsMatch(t, want, got)
		})
	}
}

func TestProjectsAreSorted(t *testing.T) {
	published := func(p hexapi.Project) string {
		if p.LastPublished == nil {
			return ""
		}
		return *p.LastPublished
	}
	created := func(p hexapi.Project) string { return p.CreatedAt }
	edited := func(p hexapi.Project) string { return p.LastEditedAt }
	for _, test := range []struct {
		query string
		key   func(hexapi.Project) string
		down  bool
	}{
		{"", created, true},
		{"sortBy=CREATED_AT&sortDirection=ASC", created, false},
		{"sortBy=LAST_EDITED_AT", edited, true},
		{"sortBy=LAST_EDITED_AT&sortDirection=ASC", edited, false},
		{"sortBy=LAST_PUBLISHED_AT&sortDirection=DESC", published, true},
		{"sortBy=LAST_PUBLISHED_AT&sortDirection=ASC", published, false},
	} {
		t.Run(test.query, func(t *testing.T) {
			var keys []string
			for _, p := range as[hexapi.Page[hexapi.Project]](open(t).get("/v1/projects?" + test.query).want(200)).Values {
				keys = append(keys, test.key(p))
			}
			if test.down {
				slices.Reverse(keys)
			}
			assert.True(t, slices.IsSorted(keys), keys)
		})
	}
	open(t).get("/v1/projects?sortBy=TITLE").want(400)
	open(t).get("/v1/projects?sortDirection=UP").want(400)
	open(t).get("/v1/projects?includeArchived=yes").want(400)
}

func TestSharingIsShownOnlyWhenAskedFor(t *testing.T) {
	c := open(t)
	for _, path := range []string{"/v1/projects?limit=100", "/v1/projects/" + string(ProjectRevenue)} {
		assert.NotContains(t, c.get(path).want(200).body, `"sharing"`)
		assert.NotContains(t, c.get(with(path, "includeSharing", "false")).want(200).body, `"sharing"`)
		assert.Contains(t, c.get(with(path, "includeSharing", "true")).want(200).body, `"sharing"`)
	}
	p := as[hexapi.Project](c.get("/v1/projects/" + string(ProjectRevenue) + "?includeSharing=true"))
	assert.Equal(t, &hexapi.ProjectSharing{
		Users: []hexapi.UserAccess{
			{User: hexapi.Person{Email: "chiara.lindqvist@tidewater.example"}, Access: hexapi.FullAccess},
			{User: hexapi.Person{Email: "elif.aydin@tidewater.example"}, Access: hexapi.CanView},
		},
		Groups: []hexapi.GroupAccess{
			{Group: hexapi.NameReference{Name: "Analytics"}, Access: hexapi.CanEdit},
			{Group: hexapi.NameReference{Name: "Leadership"}, Access: hexapi.AppOnly},
		},
		Collections: []hexapi.CollectionAccess{{Collection: hexapi.NameReference{Name: "Executive metrics"}, Access: hexapi.AppOnly}},
		Workspace:   hexapi.ScopeAccess{Access: hexapi.AppOnly},
		PublicWeb:   hexapi.ScopeAccess{Access: hexapi.NoAccess},
		Support:     hexapi.ScopeAccess{Access: hexapi.NoAccess},
	}, p.ProjectSharing)
}

func TestRequiredKeysAreThereWhenTheyAreNullOrEmpty(t *testing.T) {
	body := open(t).get("/v1/projects/" + string(ProjectSupport)).want(200).body
	for _, key := range []string{
		`"status":null`, `"categories":[]`, `"lastViewedAt":null`, `"publishedResultsUpdatedAt":null`,
		`"lastPublishedAt":null`, `"archivedAt":null`, `"trashedAt":null`, `"schedules":[]`,
	} {
		assert.Contains(t, body, key)
	}
	scheduled := open(t).get("/v1/projects/" + string(ProjectForecast)).want(200).body
	assert.Contains(t, scheduled, `"hourly":null,"daily":null,"weekly":{"dayOfWeek":"MONDAY","hour":4,"minute":30,"timezone":"+01:00"},"monthly":null,"custom":null`)
}

func TestAStatusIsSetRemovedOrLeft(t *testing.T) {
	c := open(t)
	path := "/v1/projects/" + string(ProjectDraft)
	status := func(body string) *hexapi.ProjectStatus {
		t.Helper()
		changed := as[hexapi.Project](c.send("PATCH", path, body).want(200))
		assert.Equal(t, as[hexapi.Project](c.get(path)), changed)
		return changed.Status
	}
	assert.Equal(t, &hexapi.ProjectStatus{Name: "Approved"}, status(`{"status":"Approved"}`))
	assert.Equal(t, &hexapi.ProjectStatus{Name: "Approved"}, status(`{}`))
	assert.Nil(t, status(`{"status":null}`))

	e := as[newerError](c.send("PATCH", path, `{"status":"Golden"}`).want(400))
	require.Len(t, e.Issues, 1)
	assert.Contains(t, e.Issues[0].Message, `"Golden"`)
	c.send("PATCH", path, `{"status":3}`).want(400)
	c.send("PATCH", path, nil).want(400)
	c.send("PATCH", "/v1/projects/nowhere", `{"status":null}`).want(404)
}

func TestTheDemoHasAProjectOfEachKind(t *testing.T) {
	c := open(t)
	all := map[hexapi.UUID]hexapi.Project{}
	query := url.Values{"limit": {"100"}, "includeArchived": {"true"}, "includeTrashed": {"true"}, "includeComponents": {"true"}, "includeUnlisted": {"true"}}
	for _, p := range as[hexapi.Page[hexapi.Project]](c.get("/v1/projects?" + query.Encode())).Values {
		all[p.ID] = p
	}
	assert.Len(t, all, 14)
	assert.Nil(t, all[ProjectDraft].LastPublished)
	assert.NotNil(t, all[ProjectArchived].ArchivedAt)
	assert.NotNil(t, all[ProjectTrashed].TrashedAt)
	assert.Equal(t, hexapi.TypeComponent, all[ProjectComponent].Type)
	for _, p := range all {
		assert.LessOrEqual(t, p.CreatedAt, p.LastEditedAt, p.Title)
		assert.Less(t, p.LastEditedAt, stamp(c.clock.Now()), p.Title)
	}
}
