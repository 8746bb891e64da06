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
	"hexmcp/tools/progress"
)

// many are the pages of a workspace of n projects.
func many(n int) pages[hexapi.Project] {
	return func(_ context.Context, after string) (hexapi.Page[hexapi.Project], error) {
		var page hexapi.Page[hexapi.Project]
		for i := len(after); i < min(len(after)+pageSize, n); i++ {
			page.Values = append(page.Values, hexapi.Project{ID: hexapi.UUID(strings.Repeat("i", i+1))})
		}
		if next := len(after) + pageSize; next < n {
			cursor := strings.Repeat("x", next)
			page.Pagination.After = &cursor
		}
		return page, nil
	}
}

// limited looks as often as Hex's limits allow: 30 a minute.
func limited(seen map[hexapi.UUID]int) func(context.Context, hexapi.Project) (bool, error) {
	var began time.Time
	used := 0
	return func(_ context.Context, p hexapi.Project) (bool, error) {
		if time.Since(began) >= time.Minute {
			began, used = time.Now(), 0
		}
		if used++; used > 30 {
			wait := time.Until(began.Add(time.Minute))
			return false, &hexapi.Error{Limit: "Hex's rate limit", RetryAfter: wait, HasRetryAfter: true}
		}
		seen[p.ID]++
		return false, nil
	}
}

func TestAWalkThroughManyProjectsGoesOnFromCallToCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const all = 350
		seen := make(map[hexapi.UUID]int)
		look := limited(seen)
		begun, calls, at := time.Now(), 0, place{}
		for more := true; more; calls++ {
			w := ofProjects(many(all), at, time.Now().Add(45*time.Second), look)
			w.counts = true
			done, err := w.run(t.Context())
			require.NoError(t, err)
			assert.Equal(t, all, done.Of)
			assert.Len(t, seen, done.SoFar)
			if more = done.Next != nil; more {
				at, err = placeOf(*done.Next)
				require.NoError(t, err)
				assert.Positive(t, done.WaitFirst)
				time.Sleep(time.Duration(done.WaitFirst) * time.Second)
			}
		}
		assert.Len(t, seen, all)
		for id, times := range seen {
			assert.Equal(t, 1, times, id)
		}
		assert.Equal(t, 12, calls)
		assert.Less(t, time.Since(begun), 12*time.Minute, "as fast as 30 a minute allow")
	})
}

func TestAPatientWalkWaitsForTheLimitAndSaysSo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := make(map[hexapi.UUID]int)
		var heard []string
		last := -1.0
		ctx := progress.With(t.Context(), func(done, total float64, message string) {
			assert.Greater(t, done, last)
			assert.InDelta(t, 70, total, 0)
			last = done
			heard = append(heard, message)
		})
		w := ofProjects(many(70), place{}, time.Now().Add(time.Hour), limited(seen))
		w.counts = true
		done, err := w.run(ctx)
		require.NoError(t, err)
		assert.Nil(t, done.Next)
		assert.Len(t, seen, 70)
		assert.Contains(t, heard, "Looked at 30 of 70 projects. Waiting 60 seconds for Hex's rate limit.")
		assert.Equal(t, "Looked at 70 of 70 projects.", heard[len(heard)-1])
	})
}

func TestACanceledWalkEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		begun := time.Now()
		_, err := ofProjects(many(70), place{}, time.Now().Add(time.Hour), limited(map[hexapi.UUID]int{})).run(ctx)
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 10*time.Second, time.Since(begun))
	})
}

func TestAProjectThatCannotBeReadIsLeftOut(t *testing.T) {
	w, c := open(t)
	w.turn = func(r *http.Request) *http.Response {
		if strings.HasSuffix(r.URL.Path, string(forecast)+"/runs") {
			return answered(404, `{"code":"NOT_FOUND","message":"Project not found"}`)
		}
		return nil
	}
	out, err := hexapi.Decoded(FindRuns(t.Context(), c, FindRunsInput{Since: "-7d", Limit: 500}))
	require.NoError(t, err)
	assert.NotEmpty(t, out.Runs)
	assert.Equal(t, out.Of, out.SoFar)
	require.Len(t, out.LeftOut, 1)
	assert.Equal(t, "Demand forecast", out.LeftOut[0].Name)
	_, err = FindRuns(t.Context(), c, FindRunsInput{ProjectIDs: []hexapi.UUID{forecast}})
	require.ErrorContains(t, err, "Project not found", "nothing could be read at all")
	out, err = hexapi.Decoded(FindRuns(t.Context(), c, FindRunsInput{ProjectIDs: []hexapi.UUID{forecast, hexsim.ProjectRevenue}}))
	require.NoError(t, err)
	assert.Len(t, out.LeftOut, 1)
}

// A list that leads in a circle is read once, and its end is not made up.
func TestAListThatLeadsBackIsNoWholeList(t *testing.T) {
	next := map[string]string{"": "x", "x": "y", "y": "x"}
	circling := func(of string) func(*http.Request) *http.Response {
		return func(r *http.Request) *http.Response {
			if r.URL.Path != "/api/v1/"+of {
				return nil
			}
			return answered(200, `{"values":[{"id":"`+string(hexsim.ProjectRevenue)+`","title":"Revenue","email":"a@b.c"}],"pagination":{"after":"`+next[r.URL.Query().Get("after")]+`"}}`)
		}
	}
	w, c := open(t)
	w.turn = circling("projects")
	found, err := hexapi.Decoded(FindProjects(t.Context(), c, FindProjectsInput{Text: "Revenue"}))
	require.NoError(t, err)
	assert.Contains(t, found.Stopped, "lead back")
	assert.NotNil(t, found.Next)
	w.turn = circling("users")
	_, err = FindPeople(t.Context(), c, FindPeopleInput{Text: "Ada"})
	require.ErrorIs(t, err, hexapi.ErrShape)
	assert.Less(t, len(w.seen), 20)
}

func TestAnEmptyCursorIsTheEnd(t *testing.T) {
	w, c := open(t)
	w.turn = func(*http.Request) *http.Response {
		return answered(200, `{"values":[{"id":"`+string(hexsim.ProjectRevenue)+`","title":"Revenue"}],"pagination":{"after":""}}`)
	}
	found, err := hexapi.Decoded(FindProjects(t.Context(), c, FindProjectsInput{Text: "Revenue"}))
	require.NoError(t, err)
	assert.Len(t, found.Projects, 1)
	assert.Nil(t, found.Next)
}

func TestUsersByAnotherNameAreNotNobody(t *testing.T) {
	w, c := open(t)
	w.turn = func(*http.Request) *http.Response { return answered(200, `{"users":[{"email":"ann@b.c"}]}`) }
	_, err := FindPeople(t.Context(), c, FindPeopleInput{Text: "Ann"})
	require.ErrorIs(t, err, hexapi.ErrShape)
}
