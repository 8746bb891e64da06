package jobs

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hexmcp/hexapi"
	"hexmcp/hexapi/hexsim"
)

func TestPeopleAreFoundByEmailNameAndID(t *testing.T) {
	for text, want := range map[string]struct {
		match  Match
		emails []string
		groups []string
	}{
		"ada.okafor@TIDEWATER.example": {MatchEmail, []string{"ada.okafor@tidewater.example"}, nil},
		"ada.okafor@tidewatr.example":  {MatchSimilar, []string{"ada.okafor@tidewater.example"}, nil},
		"Okafor Ada":                   {MatchWords, []string{"ada.okafor@tidewater.example"}, nil},
		"finance":                      {MatchTitle, nil, []string{"Finance"}},
		"Analysts":                     {MatchSimilar, nil, []string{"Analytics"}},
		string(hexsim.UserElif):        {MatchID, []string{"elif.aydin@tidewater.example"}, nil},
		"supplier-portal":              {MatchStart, []string{"supplier-portal@tidewater.example"}, nil},
		"zebra crossing":               {matchesNone, nil, nil},
	} {
		t.Run(text, func(t *testing.T) {
			_, c := open(t)
			out, err := hexapi.Decoded(FindPeople(t.Context(), c, FindPeopleInput{Text: text}))
			require.NoError(t, err)
			var emails, groups []string
			for _, u := range out.Users {
				emails = append(emails, u.Email)
				assert.Equal(t, want.match, u.Match)
			}
			for _, g := range out.Groups {
				groups = append(groups, g.Name)
				assert.Equal(t, want.match, g.Match)
			}
			assert.Equal(t, want.emails, emails)
			assert.Equal(t, want.groups, groups)
			assert.Equal(t, 12, out.Among)
			assert.Nil(t, out.Next)
		})
	}
}

func TestMembershipsAreFoundInBothDirections(t *testing.T) {
	w, c := open(t)
	out, err := hexapi.Decoded(FindPeople(t.Context(), c, FindPeopleInput{Text: "bruno"}))
	require.NoError(t, err)
	require.Len(t, out.Users, 1)
	assert.ElementsMatch(t, []Entry{{hexsim.GroupFinance, "Finance"}, {hexsim.GroupLeadership, "Leadership"}}, out.Users[0].Groups)
	assert.Equal(t, 4, out.SoFar)
	assert.Equal(t, 4, out.Of)
	out, err = hexapi.Decoded(FindPeople(t.Context(), c, FindPeopleInput{Text: "Marketing"}))
	require.NoError(t, err)
	require.Len(t, out.Groups, 1)
	assert.Equal(t, 2, *out.Groups[0].Members)
	assert.Len(t, out.Groups[0].Users, 2)
	before := len(w.seen)
	_, err = hexapi.Decoded(FindPeople(t.Context(), c, FindPeopleInput{Text: "bruno", WithoutGroups: true}))
	require.NoError(t, err)
	assert.Len(t, w.seen, before, "all that it needs was read within the minute")
}

func TestMembershipsGoOnWhereTheyStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := open(t)
		var found []Entry
		calls := 0
		for cursor := ""; ; calls++ {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second) // no time for more than one
			out, err := hexapi.Decoded(FindPeople(ctx, c, FindPeopleInput{Text: "ada.okafor", Cursor: cursor}))
			cancel()
			require.NoError(t, err)
			found = append(found, out.Users[0].Groups...)
			if out.Next == nil {
				break
			}
			cursor = *out.Next
		}
		assert.Equal(t, 3, calls)
		assert.ElementsMatch(t, []Entry{{hexsim.GroupAnalytics, "Analytics"}, {hexsim.GroupLeadership, "Leadership"}}, found)
	})
}

func TestAGroupThatCannotBeReadIsNamed(t *testing.T) {
	w, c := open(t)
	w.turn = func(r *http.Request) *http.Response {
		if r.URL.Query().Get("groupId") == string(hexsim.GroupFinance) {
			return answered(403, `{"code":"FORBIDDEN","message":"no"}`)
		}
		return nil
	}
	out, err := hexapi.Decoded(FindPeople(t.Context(), c, FindPeopleInput{Text: "bruno"}))
	require.NoError(t, err)
	assert.Equal(t, []Entry{{hexsim.GroupLeadership, "Leadership"}}, out.Users[0].Groups)
	require.Len(t, out.LeftOut, 1)
	assert.Equal(t, "Finance", out.LeftOut[0].Name)
	assert.Equal(t, `Hex answered 403 "no"`, out.LeftOut[0].Why)
}
