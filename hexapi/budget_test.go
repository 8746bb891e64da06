package hexapi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// budgeted holds runs to what Hex documents.
func budgeted(cfg *Config) { cfg.RunBudget = DefaultRunBudget }

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
		assert.False(t, OutcomeUnknown(err))
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
		c := client(t, playing(ok()), func(cfg *Config) { cfg.RunBudget = RunBudget{PerMinute: 1} })
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
		"cut off":               {cuts(), false},
		"500":                   {answers(500, ""), false},
		"422":                   {answers(422, ""), false},
	} {
		bubble(t, name, func(t *testing.T) {
			c := client(t, playing(tc.reply), budgeted)
			require.Error(t, run(t.Context(), c))
			want := 1
			if tc.free {
				want = 0
			}
			assert.Len(t, c.runs.spent[token], want)
			require.Error(t, run(t.Context(), c), "held by the 429, or refused again")
			assert.Len(t, c.runs.spent[token], 2*want)
		})
	}
}

func TestRefundGivesBackTheRunThatDidNotStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudgets(RunBudget{PerMinute: 2})
		refund, err := b.take(token)
		require.NoError(t, err)
		time.Sleep(30 * time.Second)
		_, err = b.take(token)
		require.NoError(t, err)
		refund()
		refund()
		time.Sleep(31 * time.Second)
		_, err = b.take(token)
		require.NoError(t, err)
		_, err = b.take(token)
		assert.Equal(t, 29*time.Second, waitOf(t, err), "the second run still counts, from its own time")
	})
}

func TestBudgetForgetsTokensThatNoWindowReaches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBudgets(DefaultRunBudget)
		for _, token := range []Secret{"a", "b", "c"} {
			_, err := b.take(token)
			require.NoError(t, err)
		}
		time.Sleep(time.Hour)
		_, err := b.take("d")
		require.NoError(t, err)
		assert.Len(t, b.spent, 1)
	})
}

func TestHoldIsLearntFromRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(answers(429, "", "Retry-After: 90"), ok())
		c := client(t, h)
		require.Error(t, read(t.Context(), c))

		err := read(t.Context(), c)
		assert.Equal(t, 90*time.Second, waitOf(t, err))
		require.ErrorContains(t, err, "not sent: Hex's rate limit allows it in 1m30s")
		assert.Equal(t, 1, h.requests(), "Hex is not asked again")

		time.Sleep(60 * time.Second)
		start := time.Now()
		require.NoError(t, read(t.Context(), c), "what fits the deadline is waited for")
		assert.Equal(t, 30*time.Second, time.Since(start))
		require.NoError(t, read(t.Context(), c))
		assert.Equal(t, 30*time.Second, time.Since(start))
	})
}

func TestAShorterHoldDoesNotEndALongerOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h holds
		h.learn(token, startRun, &APIError{Status: 429, RetryAfter: time.Hour})
		h.learn(token, startRun, &APIError{Status: 429, RetryAfter: time.Second})
		assert.Equal(t, time.Hour, h.wait(token, startRun))
	})
}

// What counts is when Hex sees the run.
func TestRunIsSpentWhenItIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(answers(429, "", "Retry-After: 40"), ok()), func(cfg *Config) { cfg.RunBudget = RunBudget{PerMinute: 1} })
		require.NoError(t, run(t.Context(), c))
		time.Sleep(30 * time.Second)
		assert.Equal(t, 30*time.Second, waitOf(t, run(t.Context(), c)))
	})
}

func TestRunThatTheBudgetRefusesIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(ok()), func(cfg *Config) { cfg.RunBudget = RunBudget{PerMinute: 1} })
		require.NoError(t, run(t.Context(), c))
		time.Sleep(59 * time.Second)
		start := time.Now()
		assert.Equal(t, time.Second, waitOf(t, run(t.Context(), c)))
		assert.Zero(t, time.Since(start), "the answer names the wait")
	})
}

func TestHoldIsForOneOperationAndToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(answers(429, "", "Retry-After: 90"), ok()))
		require.Error(t, read(t.Context(), c))
		_, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: otherID})
		require.Error(t, err, "ids make no operation of their own")
		require.NoError(t, edit(t.Context(), c), "another method on the same path")
		other, err := c.WithToken("hxtw_other")
		require.NoError(t, err)
		require.NoError(t, read(t.Context(), other))
	})
}

func TestHoldsOfThePastAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h holds
		limited := &APIError{Status: 429, RetryAfter: time.Minute}
		h.learn("a", startRun, limited)
		h.learn("b", startRun, limited)
		time.Sleep(time.Minute)
		h.learn("c", startRun, limited)
		assert.Len(t, h.until, 1)
	})
}

func TestCallerWhoLeavesDuringAHoldHasSentAndSpentNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(answers(429, "", "Retry-After: 80"), ok())
		c := client(t, h, budgeted)
		require.Error(t, run(t.Context(), c))
		time.Sleep(40 * time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		err := run(ctx, c)
		require.ErrorIs(t, err, context.Canceled)
		assert.False(t, OutcomeUnknown(err))
		assert.Equal(t, 1, h.requests())
		assert.Empty(t, c.runs.spent[token])
	})
}
