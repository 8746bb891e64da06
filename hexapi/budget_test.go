package hexapi

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// budgeted holds runs to what Hex documents.
func budgeted(cfg *Config) { cfg.RunBudget = documented() }

func documented() *LocalBudget {
	return &LocalBudget{PerMinute: DefaultRunsPerMinute, PerHour: DefaultRunsPerHour}
}

// spentOn are the runs that count against the client's token.
func spentOn(c *Client) []time.Time { return c.runs.(*LocalBudget).spent[budgetKey(*c.token)] }

// startRun is how limits know RunProject.
const startRun = "POST /v1/projects/{id}/runs"

// waitOf is how long err asks to wait.
func waitOf(t *testing.T, err error) time.Duration {
	t.Helper()
	return asError[*LimitError](t, err).Wait
}

func TestRunsAreHeldToTwentyAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(ok())
		c := client(t, h, budgeted)
		for range 20 {
			require.NoError(t, run(t.Context(), c))
			time.Sleep(time.Second)
		}
		err := run(t.Context(), c)
		assert.Equal(t, 40*time.Second, waitOf(t, err))
		require.ErrorContains(t, err, "not sent: the limit of 20 runs a minute allows it in 40s")
		assert.False(t, mayHaveHappened(err))
		assert.Equal(t, 20, h.requests())
		time.Sleep(40*time.Second - 1)
		assert.Equal(t, time.Duration(1), waitOf(t, run(t.Context(), c)))
		time.Sleep(1)
		require.NoError(t, run(t.Context(), c), "the window slides")
		assert.Equal(t, time.Second, waitOf(t, run(t.Context(), c)), "by one run")
	})
}

func TestRunsAreHeldToSixtyAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(ok()), budgeted)
		for range 60 {
			require.NoError(t, run(t.Context(), c))
			time.Sleep(10 * time.Second)
		}
		err := run(t.Context(), c)
		assert.Equal(t, 50*time.Minute, waitOf(t, err))
		require.ErrorContains(t, err, "60 runs an hour")
		time.Sleep(50 * time.Minute)
		require.NoError(t, run(t.Context(), c))
	})
}

func TestBudgetIsForRunsOfOneToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(ok()), func(cfg *Config) { cfg.RunBudget = &LocalBudget{PerMinute: 1} })
		require.NoError(t, run(t.Context(), c))
		require.Error(t, run(t.Context(), c))
		for name, call := range kinds {
			if name != "run" {
				require.NoError(t, call(t.Context(), c), name)
			}
		}
		other, err := c.WithToken("hxtw_other")
		require.NoError(t, err)
		require.NoError(t, run(t.Context(), other))
		again, err := c.WithToken(token)
		require.NoError(t, err)
		require.Error(t, run(t.Context(), again), "the budget goes with the token, not the client")
	})
}

func TestBudgetCanBeTurnedOff(t *testing.T) {
	h := playing(ok())
	c := client(t, h)
	for range 100 {
		require.NoError(t, run(t.Context(), c))
	}
	assert.Equal(t, 100, h.requests())
}

func TestRunThatCertainlyDidNotStartCostsNothing(t *testing.T) {
	for name, tc := range map[string]struct {
		reply reply
		free  bool
	}{
		"connection never made": {refuses(), true},
		"429":                   {answers(429, "", "Retry-After: 3600"), true},
		"400":                   {answers(400, ""), true},
		"401":                   {answers(401, "Unauthorized"), true},
		"403":                   {answers(403, ""), true},
		"404":                   {answers(404, ""), true},
		"422":                   {answers(422, ""), true},
		"no kernel":             {answers(503, kernelLimit), true},
		"503 of a proxy":        {answers(503, "<html>"), false},
		"408":                   {answers(408, ""), false},
		"cut off":               {cuts(), false},
		"500":                   {answers(500, ""), false},
	} {
		bubble(t, name, func(t *testing.T) {
			c := client(t, playing(tc.reply), budgeted)
			require.Error(t, run(t.Context(), c))
			want := 1
			if tc.free {
				want = 0
			}
			assert.Len(t, spentOn(c), want)
			require.Error(t, run(t.Context(), c), "held by the 429, or refused again")
			assert.Len(t, spentOn(c), 2*want)
		})
	}
}

func TestADryRunCostsNothing(t *testing.T) {
	c := client(t, playing(ok()), budgeted)
	_, err := c.RunProject(t.Context(), RunProjectInput{ProjectID: projectID, RunOptions: RunOptions{DryRun: true}})
	require.NoError(t, err)
	assert.Empty(t, spentOn(c))
	require.NoError(t, run(t.Context(), c))
	assert.Len(t, spentOn(c), 1)
}

func TestRefundGivesBackTheRunThatDidNotStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &LocalBudget{PerMinute: 2}
		refund, err := b.Take(t.Context(), "key")
		require.NoError(t, err)
		time.Sleep(30 * time.Second)
		_, err = b.Take(t.Context(), "key")
		require.NoError(t, err)
		refund()
		refund()
		time.Sleep(31 * time.Second)
		_, err = b.Take(t.Context(), "key")
		require.NoError(t, err)
		_, err = b.Take(t.Context(), "key")
		assert.Equal(t, 29*time.Second, waitOf(t, err), "the second run still counts, from its own time")
	})
}

func TestBudgetForgetsTokensThatNoWindowReaches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := documented()
		for _, key := range []string{"a", "b", "c"} {
			_, err := b.Take(t.Context(), key)
			require.NoError(t, err)
		}
		time.Sleep(time.Hour)
		_, err := b.Take(t.Context(), "d")
		require.NoError(t, err)
		assert.Len(t, b.spent, 1)
	})
}

// What counts is when Hex sees the run.
func TestRunIsSpentWhenItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(answers(429, "", "Retry-After: 40"), ok()), func(cfg *Config) { cfg.RunBudget = &LocalBudget{PerMinute: 1} })
		require.NoError(t, run(t.Context(), c))
		time.Sleep(30 * time.Second)
		assert.Equal(t, 30*time.Second, waitOf(t, run(t.Context(), c)))
	})
}

func TestRunThatTheBudgetRefusesIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(ok()), func(cfg *Config) { cfg.RunBudget = &LocalBudget{PerMinute: 1} })
		require.NoError(t, run(t.Context(), c))
		time.Sleep(59 * time.Second)
		start := time.Now()
		assert.Equal(t, time.Second, waitOf(t, run(t.Context(), c)))
		assert.Zero(t, time.Since(start), "the answer names the wait")
	})
}

func (f budgetFunc) Take(ctx context.Context, key string) (func(), error) { return f(ctx, key) }

func TestABudgetMayBeKeptElsewhere(t *testing.T) {
	for name, tc := range map[string]struct {
		err   error
		want  error
		limit string
	}{
		"lets it pass":    {nil, nil, ""},
		"is used up":      {fmt.Errorf("shared: %w", errUsedUp), errUsedUp, "the limit of all replicas"},
		"cannot be asked": {errors.New("connection refused"), ErrBudget, ""},
	} {
		bubble(t, name, func(t *testing.T) {
			h, keys := playing(ok()), []string(nil)
			c := client(t, h, func(cfg *Config) {
				cfg.RunBudget = budgetFunc(func(_ context.Context, key string) (func(), error) {
					keys = append(keys, key)
					return func() {}, tc.err
				})
			})
			err := run(t.Context(), c)
			require.ErrorIs(t, err, tc.want)
			require.Len(t, keys, 1, "a budget that fails is not asked again and again")
			assertNoSecret(t, keys[0])
			if err == nil {
				return
			}
			e := asError[*Error](t, err)
			assert.Equal(t, NotSent, e.Outcome)
			assert.Equal(t, tc.limit, e.Limit)
			assert.Equal(t, tc.limit != "", e.HasRetryAfter)
			assert.Zero(t, h.requests())
		})
	}
}

var errUsedUp = &LimitError{"the limit of all replicas", time.Minute}

func TestACallThatEndsWhileTheBudgetIsAskedIsNotSent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h, refunds := playing(ok()), 0
	c := client(t, h, func(cfg *Config) {
		cfg.RunBudget = budgetFunc(func(context.Context, string) (func(), error) {
			cancel()
			return func() { refunds++ }, nil
		})
	})
	err := run(ctx, c)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, NotSent, asError[*Error](t, err).Outcome)
	assert.Zero(t, h.requests())
	assert.Equal(t, 1, refunds)
}

func TestABudgetSaysWhatTheTokenWithTheFewestHasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &LocalBudget{PerMinute: 3, PerHour: 5}
		for _, key := range []string{"a", "a", "b"} {
			_, err := b.Take(t.Context(), key)
			require.NoError(t, err)
		}
		minute, hour := b.Left()
		assert.Equal(t, []int{1, 3}, []int{minute, hour})
		time.Sleep(time.Minute)
		minute, hour = b.Left()
		assert.Equal(t, []int{3, 3}, []int{minute, hour})
		time.Sleep(time.Hour)
		minute, hour = b.Left()
		assert.Equal(t, []int{3, 5}, []int{minute, hour})
	})
}
