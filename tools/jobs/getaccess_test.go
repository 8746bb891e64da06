package jobs

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

func throughOf(people []PersonAccess) map[string][]string {
	all := make(map[string][]string)
	for _, p := range people {
		name, _, _ := strings.Cut(p.Email, "@")
		all[name] = p.Through
	}
	return all
}

func TestWhoReachesAProjectIsToldDownToPeople(t *testing.T) {
	_, c := open(t)
	out, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{ProjectID: hexsim.ProjectRevenue}))
	require.NoError(t, err)
	assert.Equal(t, hexapi.AppOnly, out.Workspace)
	assert.Equal(t, hexapi.NoAccess, out.PublicWeb)
	assert.Nil(t, out.Next)
	assert.Equal(t, map[string][]string{
		"chiara.lindqvist": {"owner: FULL_ACCESS", "directly: FULL_ACCESS", "collection Executive metrics: APP_ONLY", "group Analytics: CAN_EDIT"},
		"ada.okafor":       {"group Analytics: CAN_EDIT", "group Leadership: APP_ONLY", "collection Executive metrics (group Leadership): APP_ONLY"},
		"dev.ramanathan":   {"group Analytics: CAN_EDIT"},
		"elif.aydin":       {"directly: CAN_VIEW", "collection Executive metrics (group Finance): APP_ONLY"},
		"bruno.castell":    {"group Leadership: APP_ONLY", "collection Executive metrics (group Leadership): APP_ONLY", "collection Executive metrics (group Finance): APP_ONLY"},
	}, throughOf(out.People))
	assert.Equal(t, hexapi.FullAccess, out.People[0].Access)
	assert.Equal(t, hexsim.UserChiara, out.People[0].ID)
}

func TestWhatAUserReachesComesWithTheWaysToIt(t *testing.T) {
	_, c := open(t)
	out, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{User: "elif.aydin@tidewater.example"}))
	require.NoError(t, err)
	assert.Equal(t, []Entry{{hexsim.GroupFinance, "Finance"}}, out.Groups)
	reached := make(map[string][]string)
	for _, p := range out.Projects {
		reached[p.Title] = p.Through
	}
	assert.Equal(t, []string{"directly: CAN_VIEW", "collection Executive metrics: APP_ONLY", "workspace: APP_ONLY"}, reached["Weekly revenue review"])
	assert.Equal(t, []string{"group Finance: CAN_EDIT"}, reached["Supplier invoice reconciliation"])
	assert.NotContains(t, reached, "Churn model training")
	assert.Contains(t, out.Projects, ProjectAccess{
		ID: hexsim.ProjectTrashed, Title: "Copy of Weekly revenue review", Access: hexapi.FullAccess,
		Through: []string{"owner: FULL_ACCESS", "directly: FULL_ACCESS"}, Trashed: true,
	}, "what is in the trash is somebody's, too")
	assert.Positive(t, out.WorkspaceWide)
	wide, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{User: "Elif Aydin", WorkspaceWide: true}))
	require.NoError(t, err)
	assert.Len(t, wide.Projects, len(out.Projects)+out.WorkspaceWide)
}

func TestWhatAGroupAndThePublicReach(t *testing.T) {
	w, c := open(t)
	out, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{Group: "leadership"}))
	require.NoError(t, err)
	assert.Equal(t, []CollectionAccess{{Entry{hexsim.CollectionExecutive, "Executive metrics"}, "MEMBER"}}, out.Collections)
	assert.NotEmpty(t, out.Projects)
	public, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{Public: true}))
	require.NoError(t, err)
	require.Len(t, public.Projects, 1)
	assert.Equal(t, "Customer retention cohorts", public.Projects[0].Title)
	_, err = c.EditProjectSharingOrgAndPublic(t.Context(), hexapi.EditProjectSharingOrgAndPublicInput{
		ProjectID: hexsim.ProjectRevenue, GeneralSharingEdit: hexapi.GeneralSharingEdit{Sharing: hexapi.GeneralSharing{PublicWeb: hexapi.AppOnly}},
	})
	require.NoError(t, err)
	w.seen = nil
	public, err = hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{Public: true}))
	require.NoError(t, err)
	require.Len(t, public.Projects, 2, "a write forgets what was read before")
	assert.Equal(t, []string{"web: APP_ONLY"}, public.Projects[1].Through)
	assert.Equal(t, []string{"GET /api/v1/projects"}, w.seen)
}

// Projects name groups and collections, and names need not be unique.
func TestANameThatOthersHaveIsNoSureWay(t *testing.T) {
	_, c := open(t)
	_, err := c.CreateGroup(t.Context(), hexapi.CreateGroupInput{Name: "Finance"})
	require.NoError(t, err)
	_, err = c.CreateCollection(t.Context(), hexapi.CreateCollectionInput{Name: "Executive metrics"})
	require.NoError(t, err)
	out, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{User: "elif.aydin@tidewater.example"}))
	require.NoError(t, err)
	reached := make(map[string][]string)
	for _, p := range out.Projects {
		reached[p.Title] = p.Through
	}
	assert.Equal(t, []string{"group Finance, or another of this name: CAN_EDIT"}, reached["Supplier invoice reconciliation"])
	assert.Contains(t, reached["Weekly revenue review"], "collection Executive metrics, or another of this name: APP_ONLY")
}

// Without a word on sharing nobody can tell that there is none.
func TestSharingThatHexDoesNotTellIsNotNone(t *testing.T) {
	w, c := open(t)
	const project = `{"id":"` + string(hexsim.ProjectRevenue) + `","title":"Weekly revenue review","owner":{"email":"a@b.c"}}`
	w.turn = func(r *http.Request) *http.Response {
		switch {
		case r.URL.Path == "/api/v1/projects":
			return answered(200, `{"values":[`+project+`],"pagination":{"after":null}}`)
		case strings.HasPrefix(r.URL.Path, "/api/v1/projects/"):
			return answered(200, project)
		}
		return nil
	}
	_, err := GetAccess(t.Context(), c, GetAccessInput{ProjectID: hexsim.ProjectRevenue})
	require.ErrorContains(t, err, "which is not to say nobody")
	left := []string{"Hex does not say whom it is shared with"}
	out, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{User: "Elif Aydin"}))
	require.NoError(t, err)
	assert.Equal(t, left, whysOf(out.LeftOut))
	found, err := hexapi.Decoded(FindProjects(t.Context(), c, FindProjectsInput{Public: true}))
	require.NoError(t, err)
	assert.Equal(t, left, whysOf(found.LeftOut))
}

func whysOf(left []LeftOut) (whys []string) {
	for _, l := range left {
		whys = append(whys, l.Why)
	}
	return whys
}

func TestAccessOfNobodyInParticularIsRefused(t *testing.T) {
	for want, in := range map[string]GetAccessInput{
		"give exactly one of":         {},
		"exactly one of projectId":    {User: "a", Public: true},
		"no active user is called so": {User: "zebra"},
		"no group is called so":       {Group: "zebra"},
	} {
		_, c := open(t)
		_, err := GetAccess(t.Context(), c, in)
		assert.ErrorContains(t, err, want)
	}
}

func TestASearchForAccessGoesOnWhereItStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := open(t)
		whole, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{User: "Elif Aydin"}))
		require.NoError(t, err)
		var pieces []ProjectAccess
		calls := 0
		for cursor := ""; ; calls++ {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // no time for more than one
			out, err := hexapi.Decoded(GetAccess(ctx, c, GetAccessInput{User: "Elif Aydin", Cursor: cursor}))
			cancel()
			require.NoError(t, err)
			pieces = append(pieces, out.Projects...)
			if out.Next == nil {
				assert.Equal(t, whole.Groups, out.Groups)
				break
			}
			cursor = *out.Next
		}
		assert.Greater(t, calls, 10, "four groups and a dozen projects")
		assert.ElementsMatch(t, whole.Projects, pieces)
	})
}

func TestACollectionThatCannotBeToldIsNamed(t *testing.T) {
	w, c := open(t)
	w.turn = func(r *http.Request) *http.Response {
		if r.URL.Path == "/api/v1/collections" {
			return answered(200, `{"values":[{"id":"a","name":"Executive metrics","creator":{},"sharing":{}},{"id":"b","name":"Executive metrics","creator":{},"sharing":{}}],"pagination":{"after":null,"before":null}}`)
		}
		return nil
	}
	out, err := hexapi.Decoded(GetAccess(t.Context(), c, GetAccessInput{ProjectID: hexsim.ProjectRevenue}))
	require.NoError(t, err)
	require.Len(t, out.LeftOut, 1)
	assert.Equal(t, "its people are not told: 2 collections have this name", out.LeftOut[0].Why)
}
