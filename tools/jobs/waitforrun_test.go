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
	"hexmcp/tools/progress"
)

const forecast = hexapi.UUID("01991665-ff69-7e15-a244-08d225d05d37")

func runForecast() RunAndWaitInput {
	return RunAndWaitInput{RunProjectInput: hexapi.RunProjectInput{ProjectID: forecast}}
}

func count(requests []string, prefix string) (n int) {
	for _, r := range requests {
		if strings.HasPrefix(r, prefix) {
			n++
		}
	}
	return n
}

func TestARunIsStartedOnceAndFollowedToItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		var heard []string
		ctx := progress.With(t.Context(), func(_, _ float64, message string) { heard = append(heard, message) })
		run, err := hexapi.Decoded(RunAndWait(ctx, c, runForecast()))
		require.NoError(t, err)
		assert.True(t, run.Started)
		assert.True(t, run.Ended)
		assert.Equal(t, hexapi.RunCompleted, run.Status)
		assert.Equal(t, 1, count(w.seen, "POST"))
		assert.Contains(t, heard[0], "The run is ")
	})
}

func TestARunThatTakesLongerIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		in := runForecast()
		in.WaitSeconds = 3
		run, err := hexapi.Decoded(RunAndWait(t.Context(), c, in))
		require.NoError(t, err)
		assert.False(t, run.Ended)
		assert.NotEmpty(t, run.RunID)
		time.Sleep(time.Hour)
		again, err := hexapi.Decoded(WaitForRun(t.Context(), c, WaitForRunInput{ProjectID: forecast, RunID: run.RunID}))
		require.NoError(t, err)
		assert.True(t, again.Ended)
		assert.False(t, again.Started)
		assert.Equal(t, 1, count(w.seen, "POST"))
	})
}

func TestAStatusThatCannotBeReadLosesNoRun(t *testing.T) {
	for name, test := range map[string]struct {
		answers func() *http.Response
		ended   bool
	}{
		"for a while": {func() func() *http.Response {
			left := 3
			return func() *http.Response {
				if left--; left < 0 {
					return nil
				}
				return answered(404, `{"reason":"not found"}`)
			}
		}(), true},
		"for good":  {func() *http.Response { return answered(403, `{"reason":"no"}`) }, false},
		"for hours": {func() *http.Response { return answered(503, `{"reason":"no"}`) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, c := open(t)
				w.turn = func(r *http.Request) *http.Response {
					if r.Method == http.MethodGet {
						return test.answers()
					}
					return nil
				}
				ctx, cancel := context.WithTimeout(t.Context(), 55*time.Second)
				defer cancel()
				run, err := hexapi.Decoded(RunAndWait(ctx, c, runForecast()))
				require.NoError(t, err)
				assert.NotEmpty(t, run.RunID)
				assert.Equal(t, test.ended, run.Ended)
				assert.Equal(t, !test.ended, run.NotRead != "")
				assert.Equal(t, 1, count(w.seen, "POST"))
			})
		})
	}
}

func TestOnlyIfIdleWaitsForTheRunThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, c := open(t)
		started, err := hexapi.Decoded(c.RunProject(t.Context(), runForecast().RunProjectInput))
		require.NoError(t, err)
		in := runForecast()
		in.OnlyIfIdle = true
		run, err := hexapi.Decoded(RunAndWait(t.Context(), c, in))
		require.NoError(t, err)
		assert.Equal(t, started.RunID, run.RunID)
		assert.False(t, run.Started)
		assert.Equal(t, 1, count(w.seen, "POST"))
	})
}

func TestACanceledCallCancelsTheRunOnlyIfTold(t *testing.T) {
	for _, told := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			w, c := open(t)
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(3*time.Second, cancel)
			in := runForecast()
			in.CancelRun = told
			begun := time.Now()
			_, err := RunAndWait(ctx, c, in)
			require.ErrorIs(t, err, context.Canceled)
			assert.Less(t, time.Since(begun), 4*time.Second)
			assert.Equal(t, map[bool]int{false: 0, true: 1}[told], count(w.seen, "DELETE"))
		})
	}
}

func TestADryRunIsNotWaitedFor(t *testing.T) {
	w, c := open(t)
	in := runForecast()
	in.DryRun = true
	run, err := hexapi.Decoded(RunAndWait(t.Context(), c, in))
	require.NoError(t, err)
	assert.False(t, run.Started)
	assert.Len(t, w.seen, 1)
}
