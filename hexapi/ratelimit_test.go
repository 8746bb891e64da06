package hexapi

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRateLimitIsLearntFromRetryAfter(t *testing.T) {
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

func TestAShorterWaitDoesNotEndALongerOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l rateLimits
		l.learn(token, kernelRate, &Error{Status: 429, RetryAfter: time.Hour})
		l.learn(token, kernelRate, &Error{Status: 429, RetryAfter: time.Second})
		assert.Equal(t, time.Hour, l.wait(token, kernelRate))
	})
}

func TestRateLimitIsForOneGroupAndToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, playing(answers(429, "", "Retry-After: 90"), ok()))
		require.Error(t, read(t.Context(), c))
		_, err := c.GetProject(t.Context(), GetProjectInput{ProjectID: otherID})
		require.Error(t, err, "ids make no operation of their own")
		_, err = c.GetProjectRuns(t.Context(), GetProjectRunsInput{ProjectID: projectID})
		require.Error(t, err, "another operation of the group")
		require.NoError(t, run(t.Context(), c), "another group")
		require.NoError(t, create(t.Context(), c), "what counts for the account alone")
		other, err := c.WithToken("hxtw_other")
		require.NoError(t, err)
		require.NoError(t, read(t.Context(), other))
	})
}

func TestRateLimitsOfThePastAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l rateLimits
		limited := &Error{Status: 429, RetryAfter: time.Minute}
		l.learn("a", kernelRate, limited)
		l.learn("b", kernelRate, limited)
		time.Sleep(time.Minute)
		l.learn("c", kernelRate, limited)
		assert.Len(t, l.until, 1)
	})
}

func TestCallerWhoLeavesWhileARateLimitLastsHasSentAndSpentNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(answers(429, "", "Retry-After: 80"), ok())
		c := client(t, h, budgeted)
		require.Error(t, run(t.Context(), c))
		time.Sleep(40 * time.Second)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		err := run(ctx, c)
		require.ErrorIs(t, err, context.Canceled)
		assert.False(t, mayHaveHappened(err))
		assert.Equal(t, 1, h.requests())
		assert.Empty(t, spentOn(c))
	})
}

// budgetFunc is a budget kept elsewhere.
type budgetFunc func(context.Context, string) (func(), error)
