package hexapi

import (
	"cmp"
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// assertAbout wants a wait with the jitter that belongs to it.
func assertAbout(t *testing.T, want, got time.Duration) {
	t.Helper()
	assert.GreaterOrEqual(t, got, want)
	assert.LessOrEqual(t, got, want+min(want/4, time.Second))
}

func TestRateLimitIsLearntFromRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(answers(429, "", "Retry-After: 50"), ok())
		c := client(t, h)
		require.Error(t, read(t.Context(), c))

		err := read(t.Context(), c)
		assert.Equal(t, 50*time.Second, waitOf(t, err))
		require.ErrorContains(t, err, "not sent: Hex's rate limit allows it in 50s")
		assert.Equal(t, 1, h.requests(), "Hex is not asked again")

		time.Sleep(20 * time.Second)
		start := time.Now()
		require.NoError(t, read(t.Context(), c), "what fits the deadline is waited for")
		assertAbout(t, 30*time.Second, time.Since(start))
		after := time.Now()
		require.NoError(t, read(t.Context(), c))
		assert.Zero(t, time.Since(after), "a success has ended it")
	})
}

// A header may be wrong: what asked for an hour is tried every minute, by one.
func TestAHoldIsTriedEveryMinuteByOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(answers(429, "", "Retry-After: 3600"))
		c := client(t, h)
		require.Error(t, read(t.Context(), c))
		time.Sleep(30 * time.Second)
		for range 64 {
			go func() { assert.Error(t, read(t.Context(), c)) }()
		}
		time.Sleep(29 * time.Second)
		assert.Equal(t, 1, h.requests())
		time.Sleep(3 * time.Second)
		assert.Equal(t, 2, h.requests(), "one has tried")
		assertAbout(t, time.Minute, h.waits()[0])
		assert.Greater(t, waitOf(t, read(t.Context(), c)), 59*time.Minute, "and Hex has said it again")

		h.replies = []reply{ok()}
		time.Sleep(30 * time.Second)
		require.NoError(t, read(t.Context(), c), "well again after a minute and not after an hour")
		after := time.Now()
		require.NoError(t, read(t.Context(), c))
		assert.Zero(t, time.Since(after))
	})
}

// crowd makes calls side by side and counts those that succeed. The others
// were told of the limit.
func crowd(t *testing.T, c *Client, call func(context.Context, *Client) error, calls int) (successes int) {
	t.Helper()
	var good atomic.Int64
	var all sync.WaitGroup
	for range calls {
		all.Go(func() {
			err := call(t.Context(), c)
			if err == nil {
				good.Add(1)
				return
			}
			assert.False(t, mayHaveHappened(err), "%v", err)
			e := asError[*Error](t, err)
			assert.True(t, e.Status == 429 || e.Limit != "", "%v", err)
		})
	}
	all.Wait()
	return int(good.Load())
}

// Sixty-four calls made 377 requests in 18 seconds.
func TestA429WithoutRetryAfterIsLearntByAllCalls(t *testing.T) {
	for _, kind := range []string{"read", "create", "run"} {
		bubble(t, kind, func(t *testing.T) {
			h := playing(func(r *http.Request) (*http.Response, error) {
				time.Sleep(100 * time.Millisecond)
				return answers(429, "")(r)
			})
			c := client(t, h, func(cfg *Config) { cfg.Timeout = 20 * time.Second })
			assert.Zero(t, crowd(t, c, kinds[kind], 64))
			assert.LessOrEqual(t, h.requests(), 64+5)
			assert.Greater(t, h.requests(), 64, "somebody has tried again")
		})
	}
}

func TestACallWithoutRetryAfterIsSentTwice(t *testing.T) {
	for kind, call := range kinds {
		bubble(t, kind, func(t *testing.T) {
			start, h := time.Now(), playing(answers(429, ""))
			err := call(t.Context(), client(t, h))
			assert.Equal(t, 429, asError[*Error](t, err).Status)
			assert.Equal(t, 2, h.requests())
			assertAbout(t, defaultHold, time.Since(start))
			assert.False(t, mayHaveHappened(err))
		})
	}
}

// The holds of a Hex that does not say how long grow to a minute, and a success
// makes the next one short again.
func TestHoldsThatHexDoesNotMeasureDouble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(answers(429, ""))
		c := client(t, h)
		for range 8 {
			require.Error(t, read(t.Context(), c))
			time.Sleep(time.Minute)
		}
		waits := h.waits()
		assertAbout(t, 2*time.Second, waits[0])
		assert.Equal(t, time.Minute, slices.MaxFunc(waits, cmp.Compare[time.Duration]).Round(2*time.Second))
		h.replies = []reply{ok()}
		require.NoError(t, read(t.Context(), c))
		h.replies = []reply{answers(429, "")}
		before := time.Now()
		require.Error(t, read(t.Context(), c))
		assertAbout(t, 2*time.Second, time.Since(before))
	})
}

// Sixty-four calls made 761 requests for 14 successes.
func TestCallsThatWaitedGoOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var last time.Time
		h := playing(func(r *http.Request) (*http.Response, error) {
			time.Sleep(50 * time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			if time.Since(last) < time.Second {
				return answers(429, "", "Retry-After: 1")(r)
			}
			last = time.Now()
			return ok()(r)
		})
		c := client(t, h, func(cfg *Config) { cfg.Timeout = 15 * time.Second })
		assert.GreaterOrEqual(t, crowd(t, c, read, 64), 9)
		assert.LessOrEqual(t, h.requests(), 64+2*15)
	})
}

func TestNoTwoThatWaitedTryAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int64
		h := playing(answers(429, "", "Retry-After: 5"), func(r *http.Request) (*http.Response, error) {
			most.Store(max(most.Load(), inside.Add(1)))
			defer inside.Add(-1)
			time.Sleep(200 * time.Millisecond)
			return ok()(r)
		})
		c := client(t, h)
		var first sync.WaitGroup
		first.Go(func() { assert.NoError(t, read(t.Context(), c)) })
		time.Sleep(time.Second)
		assert.Equal(t, 63, crowd(t, c, read, 63))
		first.Wait() // it may be the last to get its turn
		assert.Equal(t, int64(1), most.Load())
	})
}

// One that tries and gets no answer keeps the others for a second.
func TestACallThatTriesWithoutAnAnswerLetsTheNextTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := playing(answers(429, "", "Retry-After: 5"), stalls(), ok())
		c := client(t, h)
		ended := make(chan error, 2)
		for range cap(ended) {
			go func() { ended <- read(t.Context(), c) }()
			time.Sleep(time.Second)
		}
		require.NoError(t, <-ended)
		require.ErrorIs(t, <-ended, ErrTimeout)
		assertAbout(t, 5*time.Second, h.waits()[0])
		assert.Equal(t, turnTime, h.waits()[1])
	})
}

// What was under way when Hex had enough says nothing of what it takes now.
func TestAnAnswerFromBeforeTheHoldDoesNotEndIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return ok()(r)
		}
		c := client(t, playing(slow, answers(429, "", "Retry-After: 50")), func(cfg *Config) { cfg.Timeout = 30 * time.Second })
		var first sync.WaitGroup
		first.Go(func() { assert.NoError(t, read(t.Context(), c)) })
		synctest.Wait()
		require.Error(t, read(t.Context(), c))
		first.Wait()
		time.Sleep(time.Second)
		assert.Equal(t, 48*time.Second, waitOf(t, read(t.Context(), c)))
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
		c := client(t, playing(answers(429, "", "Retry-After: 60")))
		for range 3 {
			other, err := c.WithToken(Secret("hxtp_" + rand.Text()))
			require.NoError(t, err)
			require.Error(t, read(t.Context(), other))
		}
		time.Sleep(2*time.Minute + 2*time.Second)
		require.Error(t, read(t.Context(), c))
		assert.Len(t, c.limits.holds, 1)
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
